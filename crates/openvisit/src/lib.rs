//! The program: configuration, TLS, roles and the composition root.

pub mod admin;
pub mod assets;
pub mod cli;
pub mod config;
pub mod demo;
pub mod forwarded;
pub mod headers;
pub mod health;
pub mod keys;
pub mod lan;
pub mod parts;
pub mod pulse;
pub mod relay;
pub mod service;
pub mod tls;
pub mod usable;

mod listener;
mod live;
mod private_file;
mod store_lock;
