//! Staff, and what they look after.

mod duties;
mod facilities;
mod sessions;
