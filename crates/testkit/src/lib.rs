//! What tests share: a simulated network, strangers' datagrams, seeds of simulations, an allocator that counts, a log
//! that is kept, and the layering of the workspace.

pub mod allocations;
pub mod captured;
pub mod layering;
pub mod network;
pub mod seeds;
pub mod strangers;
pub mod workspace;
