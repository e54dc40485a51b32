//! Synthetic participants that join through the real door.
