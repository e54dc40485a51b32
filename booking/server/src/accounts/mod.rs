//! Visitors' accounts: what stands between the endpoints and the store.

mod letters;
mod limits;
mod sealing;
mod sweeper;

pub(crate) use letters::{AccountLetters, email_proof};
pub(crate) use limits::AccountLimits;
pub(crate) use sealing::{Identity, open, seal};
pub(crate) use sweeper::Sweeper;
