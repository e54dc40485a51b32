//! Fixtures, a simulated network and the layering test.

pub mod network;
