//! The websocket door.

pub mod texts;
