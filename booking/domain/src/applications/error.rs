//! Why something about an application was not done.

use super::Requirement;
use crate::StoreError;

/// Why something about an application, a companion or a restriction was not done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApplicationError {
    /// There is no such thing, or it is somebody else's.
    #[error("there is no such thing")]
    NotFound,
    /// That cannot be done in the state that it is in.
    #[error("that is not possible as things stand")]
    NotNow,
    /// The applicant has withdrawn the application: nothing is to be decided any more.
    #[error("the applicant has withdrawn it")]
    Withdrawn,
    /// Before it is handed in, something has to be added.
    #[error("something is missing: {0:?}")]
    Missing(Vec<Requirement>),
    /// The documents would take more than there is room for.
    #[error("the documents take more than there is room for")]
    NoRoom,
    /// There is one for the same inmate, or the same two people, already.
    #[error("there is one already")]
    Exists,
    /// The inmate was transferred or released.
    #[error("the inmate is not here any more")]
    InmateGone,
    /// One cannot be one's own companion.
    #[error("that is oneself")]
    Oneself,
    /// Too many of them are open.
    #[error("too many are open")]
    TooMany,
    /// The store refused or is away.
    #[error(transparent)]
    Store(#[from] StoreError),
}
