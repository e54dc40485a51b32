//! What tests share: a simulated network, seeds of simulations, an allocator that counts, and the layering of the
//! workspace.

pub mod allocations;
pub mod layering;
pub mod network;
pub mod seeds;
pub mod workspace;
