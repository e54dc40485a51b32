//! Signed one-time session links and seat grants.
