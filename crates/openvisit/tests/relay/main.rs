//! The relay: the real coturn, with the configuration that the program prints and credentials as seats get them.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a failed test")]

mod abuse;
mod client;
mod coturn;
