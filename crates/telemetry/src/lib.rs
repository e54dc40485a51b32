//! What an operator sees of a running program: its logs and its metrics, and nothing of the people.
//!
//! [`logs`] writes lines that can be read alone, with ids as fields. [`Metrics`] is the one registry
//! behind `/metrics`. [`Pii`] wraps what belongs to a person, so that it cannot slip into either.
//! [`clock`] is the only place that asks for the time of day.

pub mod clock;
pub mod logs;
mod metrics;
mod pii;

pub use metrics::{Metrics, MetricsError};
pub use pii::Pii;
