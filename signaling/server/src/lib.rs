//! The websocket door.
