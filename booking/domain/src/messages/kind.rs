//! What a message is about.

use crate::UnknownWord;

/// What a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MessageKind {
    /// A new account: the link that proves the address.
    VerifyEmail,
    /// Somebody registered with an address or a national id that has an account.
    AccountExists,
    /// A link to set a new password.
    PasswordReset,
    /// The password was changed.
    PasswordChanged,
    /// The mobile number was changed; to the old one, too.
    PhoneChanged,
    /// Staff have put the address right; to the old one, too.
    AddressCorrected,
    /// To the owner, after staff have put right a name, a national id or a date of birth.
    IdentityCorrected,
    /// Staff have suspended the account, with the reason.
    AccountSuspended,
    /// Staff have opened the account again.
    AccountReinstated,
    /// An application is under review.
    ApplicationReceived,
    /// A reviewer asks for more.
    ApplicationNeedsMore,
    /// An application was approved.
    ApplicationApproved,
    /// An application was refused, with the reason.
    ApplicationRefused,
    /// An approval was taken back, or ended with a transfer or release.
    ApplicationRevoked,
    /// The applicant took an application back.
    ApplicationWithdrawn,
    /// Somebody asks to visit an inmate together.
    CompanionInvited,
    /// The other agreed.
    CompanionAgreed,
    /// A visit is booked; a calendar file goes along.
    VisitConfirmed,
    /// The party or the terminal of a visit changed.
    VisitChanged,
    /// The reader is not in the party any more; the calendar drops the visit.
    VisitLeft,
    /// A visit was called off, with the reason.
    VisitCancelled,
    /// Something changed, and staff look at the visit first.
    VisitFlagged,
    /// Staff have looked at a visit whose time has come: it goes on, with the same links.
    VisitResumed,
    /// An officer ended a visit before its time, with the reason.
    VisitEnded,
    /// To the inmate's facility: a visit was booked, changed or called off.
    FacilityNotice,
    /// A day before: try the phone.
    TestLink,
    /// The first link to a visit.
    JoinLink,
    /// A new link, which replaces the last.
    NewJoinLink,
    /// Nobody came.
    VisitMissed,
    /// The visit is given back to the month.
    TimeGivenBack,
}

impl MessageKind {
    /// Every kind.
    pub const ALL: [Self; 30] = [
        Self::VerifyEmail,
        Self::AccountExists,
        Self::PasswordReset,
        Self::PasswordChanged,
        Self::PhoneChanged,
        Self::AddressCorrected,
        Self::IdentityCorrected,
        Self::AccountSuspended,
        Self::AccountReinstated,
        Self::ApplicationReceived,
        Self::ApplicationNeedsMore,
        Self::ApplicationApproved,
        Self::ApplicationRefused,
        Self::ApplicationRevoked,
        Self::ApplicationWithdrawn,
        Self::CompanionInvited,
        Self::CompanionAgreed,
        Self::VisitConfirmed,
        Self::VisitChanged,
        Self::VisitLeft,
        Self::VisitCancelled,
        Self::VisitFlagged,
        Self::VisitResumed,
        Self::VisitEnded,
        Self::FacilityNotice,
        Self::TestLink,
        Self::JoinLink,
        Self::NewJoinLink,
        Self::VisitMissed,
        Self::TimeGivenBack,
    ];

    /// The word in stores and interfaces.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify_email",
            Self::AccountExists => "account_exists",
            Self::PasswordReset => "password_reset",
            Self::PasswordChanged => "password_changed",
            Self::PhoneChanged => "phone_changed",
            Self::AddressCorrected => "address_corrected",
            Self::IdentityCorrected => "identity_corrected",
            Self::AccountSuspended => "account_suspended",
            Self::AccountReinstated => "account_reinstated",
            Self::ApplicationReceived => "application_received",
            Self::ApplicationNeedsMore => "application_needs_more",
            Self::ApplicationApproved => "application_approved",
            Self::ApplicationRefused => "application_refused",
            Self::ApplicationRevoked => "application_revoked",
            Self::ApplicationWithdrawn => "application_withdrawn",
            Self::CompanionInvited => "companion_invited",
            Self::CompanionAgreed => "companion_agreed",
            Self::VisitConfirmed => "visit_confirmed",
            Self::VisitChanged => "visit_changed",
            Self::VisitLeft => "visit_left",
            Self::VisitCancelled => "visit_cancelled",
            Self::VisitFlagged => "visit_flagged",
            Self::VisitResumed => "visit_resumed",
            Self::VisitEnded => "visit_ended",
            Self::FacilityNotice => "facility_notice",
            Self::TestLink => "test_link",
            Self::JoinLink => "join_link",
            Self::NewJoinLink => "new_join_link",
            Self::VisitMissed => "visit_missed",
            Self::TimeGivenBack => "time_given_back",
        }
    }

    /// The kind of a stored word.
    pub fn parse(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == word)
            .ok_or_else(|| UnknownWord(word.to_owned(), "kind of message"))
    }

    /// Whether its text carries what lets its reader in, and so is wiped once it does so no more.
    #[must_use]
    pub const fn carries_a_secret(self) -> bool {
        matches!(
            self,
            Self::VerifyEmail | Self::PasswordReset | Self::JoinLink | Self::NewJoinLink
        )
    }

    /// Whether its text opens something by itself, for whoever reads it.
    #[must_use]
    pub const fn opens_something(self) -> bool {
        self.carries_a_secret() || matches!(self, Self::TestLink)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_word_of_its_own() {
        for kind in MessageKind::ALL {
            assert_eq!(MessageKind::parse(kind.as_str()), Ok(kind));
        }
        assert!(MessageKind::parse("letter").is_err());
    }
}
