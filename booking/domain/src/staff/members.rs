//! The members of staff: how they sign in, and who looks after whom.

use std::time::Duration;

use async_trait::async_trait;
use grant::SecretHash;
use ids::{FacilityId, StaffId};

use super::Duties;
use crate::{Actor, StoreError, UnknownWord};

/// The bounds of a password of staff, characters. Length is what makes it hard to guess; nothing else is
/// asked of it (NIST SP 800-63B section 5.1.1.2).
pub const STAFF_PASSWORD_CHARACTERS: std::ops::RangeInclusive<usize> = 12..=128;

/// Signing in.
#[async_trait]
pub trait StaffSignIn: Send + Sync {
    /// What a login's password is held against. None where there is no such member, or a suspended one.
    async fn staff_password(&self, login: &str) -> Result<Option<StaffPassword>, StoreError>;

    /// The member's second factor.
    async fn second_factor(&self, staff: StaffId) -> Result<Option<SecondFactor>, StoreError>;

    /// Keeps the secret that is being set up. `false` where one is set up already.
    async fn set_up_second_factor(
        &self,
        staff: StaffId,
        sealed: Vec<u8>,
    ) -> Result<bool, StoreError>;

    /// Counts an attempt to show a code. Where there were too many this one is none, and the next may be after
    /// so long.
    async fn attempt_code(
        &self,
        staff: StaffId,
        now_ms: u64,
    ) -> Result<Result<(), Duration>, StoreError>;

    /// Completes a session, in one transaction: the code's step counts once, a secret that was being set
    /// up is set up, the session goes on under a new secret. `false` where the step has counted already
    /// or the session is over.
    async fn complete_staff_session(&self, shown: ShownFactor) -> Result<bool, StoreError>;

    /// A new password of one's own. Other sessions of the member end.
    async fn change_staff_password(
        &self,
        staff: StaffId,
        hash: String,
        keep: SecretHash,
        at_ms: u64,
    ) -> Result<(), StoreError>;
}

/// Who looks after whom.
#[async_trait]
pub trait StaffMembers: Send + Sync {
    /// Adds a member. [`StoreError::Duplicate`] where the login is taken.
    async fn add_member(&self, member: NewMember) -> Result<StaffId, StoreError>;

    /// The members with a duty at a facility, or all; the newest first, at most `limit`, of those added
    /// before `before`.
    async fn members(
        &self,
        facility: Option<FacilityId>,
        before: Option<StaffId>,
        limit: u32,
    ) -> Result<Vec<StaffMember>, StoreError>;

    /// A member.
    async fn member(&self, staff: StaffId) -> Result<Option<StaffMember>, StoreError>;

    /// Changes a member who has just the duties `change.was`. Suspending ends the member's sessions.
    async fn change_member(&self, change: MemberChange) -> Result<MemberChanged, StoreError>;

    /// Takes away password and second factor: the member signs in with a temporary password and sets up
    /// both. All sessions end. `false` where the member's duties are not `was` any more.
    async fn reset_member(&self, reset: MemberReset) -> Result<bool, StoreError>;
}

/// What a password is held against.
#[derive(Clone, PartialEq, Eq)]
pub struct StaffPassword {
    /// Whose.
    pub staff: StaffId,
    /// Its hash.
    pub hash: String,
    /// Whether the second factor is set up.
    pub has_second_factor: bool,
}

/// A second factor. Secrets are sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct SecondFactor {
    /// The secret that codes are made of.
    pub secret: Option<Vec<u8>>,
    /// The one that is being set up.
    pub pending: Option<Vec<u8>>,
    /// The last step whose code counted.
    pub last_step: u64,
}

/// A code was shown, and is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShownFactor {
    /// Whose.
    pub staff: StaffId,
    /// Its time step.
    pub step: u64,
    /// The session that waits for it.
    pub session: SecretHash,
    /// The secret under which the session goes on, so that who saw the old one has nothing.
    pub renewed: SecretHash,
    /// Now, Unix milliseconds.
    pub at_ms: u64,
}

/// A new member.
#[derive(Clone, PartialEq, Eq)]
pub struct NewMember {
    /// The name.
    pub name: String,
    /// What is typed at sign-in, in lower case.
    pub login: String,
    /// The hash of the temporary password.
    pub password_hash: String,
    /// What the member is there for.
    pub duties: Duties,
    /// Who adds the member.
    pub by: Actor,
    /// Now, Unix milliseconds.
    pub at_ms: u64,
}

/// A member, as those see who look after members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffMember {
    /// The member.
    pub id: StaffId,
    /// The name.
    pub name: String,
    /// What is typed at sign-in.
    pub login: String,
    /// Whether the member may sign in.
    pub state: MemberState,
    /// Whether the second factor is set up.
    pub has_second_factor: bool,
    /// What the member is there for.
    pub duties: Duties,
}

/// Whether a member may sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberState {
    /// Yes.
    Active,
    /// Not for now.
    Suspended,
    /// Never again: the member has left.
    Closed,
}

/// What becomes of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberChange {
    /// Who.
    pub staff: StaffId,
    /// The duties as they were when it was decided that the change is allowed.
    pub was: Duties,
    /// The name.
    pub name: String,
    /// The duties.
    pub duties: Duties,
    /// Whether the member may sign in.
    pub state: MemberState,
    /// Who changes it.
    pub by: Actor,
    /// Now, Unix milliseconds.
    pub at_ms: u64,
}

/// What became of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberChanged {
    /// It is made.
    Done,
    /// Somebody else has changed the member meanwhile, or closed it.
    Stale,
    /// Nobody would be left who may do everything.
    LastAdministrator,
}

/// A member's password and second factor are taken away.
#[derive(Clone, PartialEq, Eq)]
pub struct MemberReset {
    /// Who.
    pub staff: StaffId,
    /// The duties as they were when it was decided that it is allowed.
    pub was: Duties,
    /// The hash of the temporary password.
    pub password_hash: String,
    /// Who does it.
    pub by: Actor,
    /// Now, Unix milliseconds.
    pub at_ms: u64,
}

impl MemberState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Active, Self::Suspended, Self::Closed];

    /// The word in stores and interfaces.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Closed => "closed",
        }
    }

    /// The state of a word.
    pub fn parse(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == word)
            .ok_or_else(|| UnknownWord(word.to_owned(), "state of a member"))
    }
}

/// A login as it is kept and compared: trimmed, in lower case. None where it is not 3 to 64 characters
/// of `a-z 0-9 . _ - @`.
#[must_use]
pub fn staff_login(typed: &str) -> Option<String> {
    let login = typed.trim().to_lowercase();
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-@".contains(c);
    ((3..=64).contains(&login.len()) && login.chars().all(fits)).then_some(login)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_compared_without_case_and_blanks_around_it() {
        assert_eq!(staff_login(" Wang.Xinyi "), Some("wang.xinyi".to_owned()));
        for wrong in ["", "ab", "王信義", "a b c", &"a".repeat(65)] {
            assert_eq!(staff_login(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn every_state_of_a_member_has_a_word() {
        for state in MemberState::ALL {
            assert_eq!(MemberState::parse(state.as_str()), Ok(state));
        }
    }
}
