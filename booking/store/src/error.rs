//! What a database says, in the words of the domain.

use booking_domain::StoreError;
use sqlx::{Error, error::ErrorKind};

/// PostgreSQL's code for a broken exclusion constraint.
const EXCLUSION_VIOLATION: &str = "23P01";
/// PostgreSQL's codes for a transaction that it rolled back since another one was in its way: they waited for
/// each other, or saw different states.
const CONFLICTS: [&str; 2] = ["40P01", "40001"];
/// What the trigger of the SQLite schema says instead.
const OVERLAP: &str = "overlap";

/// The store's error for a database's.
#[expect(
    clippy::needless_pass_by_value,
    reason = "it is used as `map_err(failed)`"
)]
pub(crate) fn failed(error: Error) -> StoreError {
    if let Error::ColumnDecode { .. } | Error::ColumnNotFound(_) | Error::Decode(_) = error {
        return StoreError::Invalid(error.to_string());
    }
    let Some(refused) = error.as_database_error() else {
        return StoreError::Unavailable(error.to_string());
    };
    if refused.code().as_deref() == Some(EXCLUSION_VIOLATION) || refused.message() == OVERLAP {
        return StoreError::Overlap;
    }
    if refused
        .code()
        .is_some_and(|code| CONFLICTS.contains(&&*code))
    {
        return StoreError::Conflict;
    }
    match refused.kind() {
        ErrorKind::UniqueViolation => StoreError::Duplicate(refused.message().to_owned()),
        ErrorKind::ForeignKeyViolation
        | ErrorKind::NotNullViolation
        | ErrorKind::CheckViolation
        | ErrorKind::ExclusionViolation => StoreError::Invalid(refused.message().to_owned()),
        _ => StoreError::Unavailable(refused.message().to_owned()),
    }
}
