//! Visitors' accounts: what stands between the endpoints and the store.

mod failures;
mod letters;
mod limits;
mod sealing;

pub(crate) use letters::{AccountLetters, email_proof};
pub(crate) use limits::{AccountLimits, Guess};
pub use sealing::seal_national_id;
pub(crate) use sealing::{Identity, national_id_context, open, seal};
