//! What tests share: a simulated network, seeds of simulations, and the layering of the workspace.

pub mod layering;
pub mod network;
pub mod seeds;
pub mod workspace;
