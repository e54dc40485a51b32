//! How what a store or the desk of documents does not do is told.

use booking_domain::applications::ApplicationError;

use crate::{
    ProblemCode,
    documents::{IntakeError, Rejected, UploadError},
};

/// The code of a store's error.
pub(in crate::endpoints) fn refusal(error: ApplicationError) -> ProblemCode {
    match error {
        ApplicationError::NotFound => ProblemCode::NotFound,
        ApplicationError::NotNow => ProblemCode::ApplicationState,
        ApplicationError::Withdrawn => ProblemCode::ApplicationWithdrawn,
        ApplicationError::Missing(_) => ProblemCode::ApplicationIncomplete,
        ApplicationError::NoRoom => ProblemCode::DocumentsTooLarge,
        ApplicationError::Exists => ProblemCode::ApplicationExists,
        ApplicationError::InmateGone => ProblemCode::InmateGone,
        ApplicationError::Oneself => ProblemCode::BadRequest,
        ApplicationError::TooMany => ProblemCode::TooManyOpen,
        ApplicationError::Store(error) => error.into(),
    }
}

/// The code of what keeps a document from being taken in.
pub(super) fn intake_refusal(error: IntakeError) -> ProblemCode {
    match error {
        IntakeError::Application(error) => refusal(error),
        IntakeError::Upload(UploadError::TooLarge) => ProblemCode::DocumentsTooLarge,
        IntakeError::Upload(UploadError::Busy) => ProblemCode::TooManyRequests,
        IntakeError::Rejected(Rejected::Type) => ProblemCode::DocumentType,
        IntakeError::Rejected(Rejected::Unreadable) => ProblemCode::DocumentUnreadable,
        IntakeError::Rejected(Rejected::Pixels) => ProblemCode::DocumentPixels,
        IntakeError::Rejected(Rejected::Active) => ProblemCode::DocumentActive,
        IntakeError::Infected => ProblemCode::DocumentRefused,
        error @ (IntakeError::Scan(_) | IntakeError::File(_)) => {
            tracing::error!(%error, "a document could not be taken in");
            ProblemCode::Unavailable
        }
    }
}
