//! The program: configuration, TLS, roles and the composition root.

pub mod assets;
pub mod cli;
pub mod config;
pub mod headers;
pub mod keys;
pub mod lan;
pub mod tls;

mod private_file;
