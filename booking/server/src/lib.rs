//! HTTP API and jobs of booking.
