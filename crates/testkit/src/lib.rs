//! What tests share: a simulated network, strangers' datagrams, a client's connectivity checks, seeds of simulations,
//! an allocator that counts, a log that is kept, and the layering of the workspace.

pub mod allocations;
pub mod captured;
pub mod layering;
pub mod network;
pub mod seeds;
pub mod strangers;
pub mod stun;
pub mod workspace;
