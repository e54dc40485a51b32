//! The program: configuration, TLS, roles and the composition root.

fn main() {}
