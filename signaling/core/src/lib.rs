//! One connection's machine and the visit's waiting room.
