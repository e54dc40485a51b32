//! What can go wrong in a store.

/// Why a store could not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The database is away, full or too slow. Trying again may help.
    #[error("the store cannot be reached: {0}")]
    Unavailable(String),
    /// It met something else that was done at the same moment, and was rolled back. Trying again helps.
    #[error("the store did something else at the same moment")]
    Conflict,
    /// The terminal, the inmate or a visitor has another visit at that time.
    #[error("the terminal, the inmate or a visitor has another visit at that time")]
    Overlap,
    /// Something with the same unique mark is there already.
    #[error("already there: {0}")]
    Duplicate(String),
    /// Data contradicts the rules, or refers to what is not there.
    #[error("not according to the rules of the store: {0}")]
    Invalid(String),
}
