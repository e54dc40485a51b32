//! Media threads: sockets, timers and the control channel.
