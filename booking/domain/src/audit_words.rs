//! The words of the audit trail: what was done, to what kind of thing, and what else is told of it.
//!
//! A word that was written once stays in the trail for ever. So no word here is changed or removed, and who
//! reads the trail is ready for one that is not here.

/// Makes of each list an enum whose variants are written as their words.
macro_rules! words {
    ($($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal;)+ })+) => {$(
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl $name {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word in stores and interfaces.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }
    )+};
}

words! {
    /// What was done.
    AuditStep {
        /// Somebody registered an account.
        AccountRegistered = "account_registered";
        /// The e-mail address of an account was proved.
        EmailVerified = "email_verified";
        /// A visitor or a member of staff signed in.
        SignedIn = "signed_in";
        /// A member of staff signed out.
        SignedOut = "signed_out";
        /// The password was changed by its owner.
        PasswordChanged = "password_changed";
        /// The password was set anew by a letter.
        PasswordReset = "password_reset";
        /// A visitor changed a telephone number or the language.
        ContactChanged = "contact_changed";
        /// A visitor took a copy of all that is kept.
        PersonalDataTold = "personal_data_told";
        /// Staff suspended an account.
        AccountSuspended = "account_suspended";
        /// Staff opened a suspended account again.
        AccountReinstated = "account_reinstated";
        /// Staff put the address of an account right.
        AddressCorrected = "address_corrected";
        /// Staff put right a visitor's name, national id or date of birth.
        IdentityCorrected = "identity_corrected";
        /// Staff asked for a national id that another account has: all stayed as it was.
        IdentityNotCorrected = "identity_not_corrected";
        /// A visitor closed the own account.
        AccountClosed = "account_closed";
        /// An account that nobody proved was erased.
        AccountErased = "account_erased";
        /// What identified the owner of a closed account was erased.
        AccountForgotten = "account_forgotten";
        /// A visitor began an application.
        ApplicationBegun = "application_begun";
        /// A visitor changed an application.
        ApplicationChanged = "application_changed";
        /// A draft was thrown away.
        ApplicationDiscarded = "application_discarded";
        /// A visitor handed an application in.
        ApplicationSubmitted = "application_submitted";
        /// Staff began to review an application.
        ApplicationTaken = "application_taken";
        /// Staff read an application.
        ApplicationSeen = "application_seen";
        /// Staff asked for more.
        ApplicationNeedsMore = "application_needs_more";
        /// Staff approved an application.
        ApplicationApproved = "application_approved";
        /// Staff refused an application.
        ApplicationRefused = "application_refused";
        /// Staff revoked an approval.
        ApplicationRevoked = "application_revoked";
        /// The applicant took an application back.
        ApplicationWithdrawn = "application_withdrawn";
        /// An application ended as the inmate left.
        ApplicationStale = "application_stale";
        /// A visitor added a document.
        DocumentAdded = "document_added";
        /// Staff read a document.
        DocumentSeen = "document_seen";
        /// A visitor removed a document.
        DocumentRemoved = "document_removed";
        /// A document was deleted when its time was over.
        DocumentDeleted = "document_deleted";
        /// A visitor invited somebody to come along.
        CompanionInvited = "companion_invited";
        /// Who was invited agreed.
        CompanionAgreed = "companion_agreed";
        /// Who was invited declined.
        CompanionDeclined = "companion_declined";
        /// One of the two took the invitation or the consent back.
        CompanionWithdrawn = "companion_withdrawn";
        /// Staff restricted visits.
        Restricted = "restricted";
        /// Staff lifted a restriction.
        RestrictionLifted = "restriction_lifted";
        /// Staff added an inmate.
        InmateAdded = "inmate_added";
        /// Staff imported a list of inmates.
        InmatesImported = "inmates_imported";
        /// An inmate went to another facility.
        InmateTransferred = "inmate_transferred";
        /// An inmate was released.
        InmateReleased = "inmate_released";
        /// What identified an inmate who left long ago was erased.
        InmateForgotten = "inmate_forgotten";
        /// A visitor holds a slot.
        VisitHeld = "visit_held";
        /// A held slot is free again.
        HoldReleased = "hold_released";
        /// A visitor confirmed a visit.
        VisitConfirmed = "visit_confirmed";
        /// A visit was called off.
        VisitCancelled = "visit_cancelled";
        /// A visit needs a look.
        VisitFlagged = "visit_flagged";
        /// Staff looked at a flagged visit: it takes place.
        VisitCleared = "visit_cleared";
        /// Staff moved a visit to another terminal.
        VisitMoved = "visit_moved";
        /// Staff added a visit beside the batches.
        ExceptionAdded = "exception_added";
        /// The applicant changed who comes along.
        PartyChanged = "party_changed";
        /// Somebody left the party of a visit.
        LeftParty = "left_party";
        /// Staff took somebody out of the party of a visit.
        RemovedFromParty = "removed_from_party";
        /// A join link was made for a seat.
        LinkIssued = "link_issued";
        /// A join link was opened on a device and has become its own.
        LinkRedeemed = "link_redeemed";
        /// Somebody is in the call.
        Joined = "joined";
        /// Somebody was heard speaking in the call.
        Heard = "heard";
        /// Somebody is in the call no more.
        Left = "left";
        /// What a visit lost was added to its end.
        TimeGivenBack = "time_given_back";
        /// The slot has ended, and the call with it.
        SlotEnded = "slot_ended";
        /// Staff ended a visit.
        Terminated = "terminated";
        /// What became of a visit was settled.
        VisitSettled = "visit_settled";
        /// Staff corrected what became of a visit.
        VisitCorrected = "visit_corrected";
        /// Who came to a visit of long ago was erased.
        VisitForgotten = "visit_forgotten";
        /// Staff added a grid.
        GridAdded = "grid_added";
        /// Staff retired a grid.
        GridRetired = "grid_retired";
        /// Staff added a closure.
        ClosureAdded = "closure_added";
        /// Staff lifted a closure.
        ClosureLifted = "closure_lifted";
        /// Staff added a terminal.
        TerminalAdded = "terminal_added";
        /// Staff renamed a terminal.
        TerminalRenamed = "terminal_renamed";
        /// Staff paired a terminal with a device.
        TerminalPaired = "terminal_paired";
        /// Staff put a terminal back in service.
        TerminalInService = "terminal_in_service";
        /// Staff took a terminal out of service.
        TerminalOutOfService = "terminal_out_of_service";
        /// Staff changed the figures of a facility.
        SettingsChanged = "settings_changed";
        /// A facility was added.
        FacilityAdded = "facility_added";
        /// A member of staff was added.
        StaffAdded = "staff_added";
        /// The roles, the name or the state of a member of staff were changed.
        StaffChanged = "staff_changed";
        /// The sign-in of a member of staff was reset.
        StaffReset = "staff_reset";
    }

    /// The kind of thing that it was done to.
    AuditSubject {
        /// The account of a visitor.
        Account = "account";
        /// An application.
        Application = "application";
        /// A document of an application.
        Document = "document";
        /// An invitation to come along.
        Companion = "companion";
        /// A visit.
        Visit = "visit";
        /// An inmate.
        Inmate = "inmate";
        /// A restriction.
        Restriction = "restriction";
        /// A member of staff.
        Staff = "staff";
        /// A facility.
        Facility = "facility";
        /// A terminal.
        Terminal = "terminal";
        /// A grid.
        SlotGrid = "slot_grid";
        /// A closure.
        Closure = "closure";
    }

    /// The names of what else is told of a step.
    AuditDetail {
        /// A seat of the call.
        Seat = "seat";
        /// Which of the seat's links, counted from 1.
        Generation = "generation";
        /// Somebody's own words, or the word of a [`crate::Cause`].
        Reason = "reason";
        /// How a visit, or a member of staff, stands from now on.
        State = "state";
        /// The kind of a document, or of a restriction.
        Kind = "kind";
        /// The ground of a visit.
        Ground = "ground";
        /// The date of the death or of the news of an illness.
        EventOn = "event_on";
        /// On whose side a visit was called off.
        By = "by";
        /// On whose side a visit ended.
        EndedBy = "ended_by";
        /// How a visit stood before.
        Was = "was";
        /// On whose side a visit had ended before.
        WasEndedBy = "was_ended_by";
        /// Whether the month gets the visit back.
        GivenBack = "given_back";
        /// By how much the end of a visit was moved.
        MinutesGivenBack = "minutes_given_back";
        /// When a visit begins, Unix milliseconds.
        StartsAtMs = "starts_at_ms";
        /// A visitor.
        Person = "person";
        /// Who comes along from now on, as ids.
        Came = "came";
        /// Who comes along no more, as ids.
        Gone = "gone";
        /// An account.
        Account = "account";
        /// An inmate.
        Inmate = "inmate";
        /// An application.
        Application = "application";
        /// A restriction.
        Restriction = "restriction";
        /// A closure.
        Closure = "closure";
        /// A terminal.
        Terminal = "terminal";
        /// Terminals, as ids.
        Terminals = "terminals";
        /// When the batches begin, in minutes after local midnight.
        Batches = "batches";
        /// Days of the week, as [`crate::Weekdays`] has them in bits.
        Weekdays = "weekdays";
        /// How long a visit lasts.
        VisitMinutes = "visit_minutes";
        /// How much is left free after a visit.
        TurnaroundMinutes = "turnaround_minutes";
        /// A first date.
        From = "from";
        /// A last date, or the facility that an inmate went to.
        To = "to";
        /// The inmate as the other facility knows them.
        There = "there";
        /// The first minute after local midnight, and the first one that is not meant any more.
        Minutes = "minutes";
        /// How many visits it touched.
        Visits = "visits";
        /// How many were added.
        Added = "added";
        /// How many were changed.
        Changed = "changed";
        /// A name.
        Name = "name";
        /// What a member of staff signs in with.
        Login = "login";
        /// The duties from now on: each a role and, unless it is held everywhere, a facility.
        Roles = "roles";
        /// The duties before.
        Were = "were";
        /// Whether a visitor's name was put right.
        PersonName = "person_name";
        /// Whether the national id was put right.
        NationalId = "national_id";
        /// Whether the date of birth was put right.
        BirthDate = "birth_date";
        /// Whether the mobile number was changed.
        Phone = "phone";
        /// Whether the landline was changed.
        Landline = "landline";
        /// Whether the language was changed.
        Locale = "locale";
        /// A figure of [`crate::FacilityRules`].
        BookFromDays = "book_from_days";
        /// A figure of [`crate::FacilityRules`].
        BookToDays = "book_to_days";
        /// A figure of [`crate::FacilityRules`].
        DayOpensMinute = "day_opens_minute";
        /// A figure of [`crate::FacilityRules`].
        VisitsAMonth = "visits_a_month";
        /// A figure of [`crate::FacilityRules`].
        CancelBeforeHours = "cancel_before_hours";
        /// A figure of [`crate::FacilityRules`].
        OpensBeforeMinutes = "opens_before_minutes";
        /// A figure of [`crate::FacilityRules`].
        GiveBackMinutes = "give_back_minutes";
        /// A figure of [`crate::FacilityRules`].
        NoShows = "no_shows";
        /// A figure of [`crate::FacilityRules`].
        NoShowsWithinMonths = "no_shows_within_months";
        /// A figure of [`crate::FacilityRules`].
        NoShowsBarMonths = "no_shows_bar_months";
    }
}

impl AuditDetail {
    /// The kind of thing whose id stands there, or whose ids do, in every step that tells it.
    #[must_use]
    pub const fn subject(self) -> Option<AuditSubject> {
        match self {
            Self::Account | Self::Person | Self::Came | Self::Gone => Some(AuditSubject::Account),
            Self::Inmate | Self::There => Some(AuditSubject::Inmate),
            Self::Application => Some(AuditSubject::Application),
            Self::Restriction => Some(AuditSubject::Restriction),
            Self::Closure => Some(AuditSubject::Closure),
            Self::Terminal | Self::Terminals => Some(AuditSubject::Terminal),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn differ(words: impl ExactSizeIterator<Item = &'static str>) -> bool {
        let count = words.len();
        words.collect::<BTreeSet<_>>().len() == count
    }

    #[test]
    fn no_two_of_a_kind_have_the_same_word() {
        assert!(differ(AuditStep::ALL.iter().map(|it| it.as_str())));
        assert!(differ(AuditSubject::ALL.iter().map(|it| it.as_str())));
        assert!(differ(AuditDetail::ALL.iter().map(|it| it.as_str())));
    }
}
