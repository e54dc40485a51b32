//! A transport seen from outside, with other implementations as its clients, in simulated time.

mod checks;
mod clients;
mod handshake;
mod network;
