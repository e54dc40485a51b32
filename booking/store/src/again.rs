//! Doing a transaction again that met another one.
//!
//! PostgreSQL rolls one of two transactions back that wait for each other. Nothing of it was done then, and done
//! again it finds what the other one has left.

use booking_domain::{
    BookError, ChangeError, ExceptionError, IssueError, StoreError,
    accounts::{CorrectionError, SuspensionError},
    applications::ApplicationError,
};

/// So often at most.
const ATTEMPTS: u32 = 4;

/// An error that may say that a transaction was rolled back for another one.
pub(crate) trait MayConflict {
    fn is_conflict(&self) -> bool;
}

impl MayConflict for StoreError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Conflict)
    }
}

macro_rules! may_conflict {
    ($($error:ident),+) => {$(
        impl MayConflict for $error {
            fn is_conflict(&self) -> bool {
                matches!(self, Self::Store(StoreError::Conflict))
            }
        }
    )+};
}

may_conflict!(
    ApplicationError,
    BookError,
    ChangeError,
    CorrectionError,
    ExceptionError,
    IssueError,
    SuspensionError
);

/// Does what begins and commits a transaction, and again where it met another one, some times at most.
pub(crate) async fn again<T, E, Attempt>(mut attempt: impl FnMut() -> Attempt) -> Result<T, E>
where
    E: MayConflict,
    Attempt: Future<Output = Result<T, E>>,
{
    for _ in 1..ATTEMPTS {
        match attempt().await {
            Err(error) if error.is_conflict() => {}
            done => return done,
        }
    }
    attempt().await
}
