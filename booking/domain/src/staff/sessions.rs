//! The sessions of staff.

use async_trait::async_trait;
use grant::SecretHash;
use ids::StaffId;

use super::Duties;
use crate::StoreError;

/// How long a session lasts at most: a day's work, 8 hours.
pub const STAFF_SESSION_MS: u64 = 8 * 60 * 60 * 1000;
/// How long a session that nobody uses lasts: 30 minutes.
pub const STAFF_IDLE_MS: u64 = 30 * 60 * 1000;

/// Who is signed in. A session ends after a time, and earlier where nobody uses it.
#[async_trait]
pub trait StaffSessions: Send + Sync {
    /// The member whose session's secret this is, unless it is over at `now_ms`. That the session was
    /// used is noted, to the minute.
    async fn staff_session(
        &self,
        secret: SecretHash,
        now_ms: u64,
    ) -> Result<Option<StaffSignedIn>, StoreError>;

    /// Begins a session whose second factor is still to be shown.
    async fn begin_staff_session(&self, session: OpenSession) -> Result<(), StoreError>;

    /// Ends a session. One that is over or never was is no matter.
    async fn end_staff_session(&self, secret: SecretHash, now_ms: u64) -> Result<(), StoreError>;
}

/// A member of staff who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffSignedIn {
    /// The member.
    pub staff: StaffId,
    /// The member's name.
    pub name: String,
    /// What is typed at sign-in.
    pub login: String,
    /// Whether the second factor was shown. Until then nothing else can be done.
    pub complete: bool,
    /// Whether the password was made by somebody else, and is to be changed first.
    pub password_is_temporary: bool,
    /// What the member may do.
    pub duties: Duties,
}

/// A session that begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenSession {
    /// The member.
    pub staff: StaffId,
    /// The hash of its secret.
    pub secret: SecretHash,
    /// Now, Unix milliseconds.
    pub at_ms: u64,
    /// When it is over however it is used, Unix milliseconds.
    pub expires_at_ms: u64,
}
