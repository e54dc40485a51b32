//! What tests share: a simulated network, and the layering of the workspace.

pub mod layering;
pub mod network;
pub mod workspace;
