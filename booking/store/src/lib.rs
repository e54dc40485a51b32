//! Visits in a database: SQLite where one machine is enough, PostgreSQL for larger set-ups.
//!
//! [`Store`] implements every trait of `booking_domain`, once for both engines: the statements are the
//! same, the two schemas (`migrations/sqlite`, `migrations/postgres`) differ, and one contract suite runs
//! on both. What must never happen (two visits of one terminal, inmate or visitor at the same time, a
//! link used by two devices) is ruled out by constraints, triggers and conditional updates of the
//! database, so that it holds for any number of processes.
//!
//! Times are Unix milliseconds in 64-bit integers, ids are UUIDs as text (version 7: rows sort by age),
//! secrets are stored as their hashes.

mod accounts;
mod again;
mod applications;
mod audit;
mod backup;
mod bookings;
mod call_notes;
mod engine;
mod error;
mod forgetting;
mod held;
mod jobs;
mod links;
mod many;
mod migrations;
mod officers;
mod outbox;
mod phone_tests;
mod processes;
mod putting_back;
mod registry;
mod rows;
mod sealed;
mod self_tests;
mod slots;
mod staff;
mod standing;
mod visit_rows;
mod visit_time;
mod visits;

pub use backup::BackupError;
pub use engine::{OpenError, POSTGRES_PLANS_BY_KEYS, Store};
pub use processes::{KeyCheck, ServingProcess};
pub use putting_back::PuttingBack;
pub use standing::Standing;
