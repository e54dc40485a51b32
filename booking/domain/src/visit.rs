//! A visit, its states and its window.

use grant::{Slot, Window};
use ids::{Seat, TerminalId, VisitId};

use crate::FacilityName;

/// How long before its start a visit can be joined, where a facility says nothing else: 15 minutes.
pub const OPENS_BEFORE_MS: u64 = 15 * 60 * 1000;

/// Where a visit stands.
///
/// held → confirmed ⇄ flagged; confirmed → in session → completed, terminated or technical failure;
/// in session → flagged; confirmed → cancelled or no show; in session → cancelled before the slot begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum VisitState {
    /// A slot is kept free while the applicant confirms.
    Held,
    /// It will take place.
    Confirmed,
    /// Something changed (a transfer, a revocation): somebody must look at it first.
    Flagged,
    /// A visitor is or was in the call, and the slot has not ended.
    InSession,
    /// It took place until its end.
    Completed,
    /// An officer ended it, with a written reason (Prison Act 監獄行刑法 §71).
    Terminated,
    /// It could not take place, or not to its end, and no person is to blame.
    TechnicalFailure,
    /// It was called off beforehand.
    Cancelled,
    /// Nobody came on one of the sides.
    NoShow,
}

/// A stored word that stands for nothing here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a {1}")]
pub struct UnknownWord(pub String, pub &'static str);

impl VisitState {
    /// Every state.
    pub const ALL: [Self; 9] = [
        Self::Held,
        Self::Confirmed,
        Self::Flagged,
        Self::InSession,
        Self::Completed,
        Self::Terminated,
        Self::TechnicalFailure,
        Self::Cancelled,
        Self::NoShow,
    ];

    /// The word in stores and interfaces.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Confirmed => "confirmed",
            Self::Flagged => "flagged",
            Self::InSession => "in_session",
            Self::Completed => "completed",
            Self::Terminated => "terminated",
            Self::TechnicalFailure => "technical_failure",
            Self::Cancelled => "cancelled",
            Self::NoShow => "no_show",
        }
    }

    /// The state of a stored word.
    pub fn parse(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == word)
            .ok_or_else(|| UnknownWord(word.to_owned(), "visit state"))
    }

    /// Whether the visit keeps its terminal, its inmate and its visitors busy.
    #[must_use]
    pub const fn is_live(self) -> bool {
        matches!(
            self,
            Self::Held | Self::Confirmed | Self::Flagged | Self::InSession
        )
    }

    /// Whether its call can be joined within its window.
    #[must_use]
    pub const fn is_joinable(self) -> bool {
        matches!(self, Self::Confirmed | Self::InSession)
    }

    /// Whether it had its time.
    #[must_use]
    pub const fn is_past(self) -> bool {
        matches!(
            self,
            Self::Completed | Self::TechnicalFailure | Self::NoShow
        )
    }
}

/// A visit, as its call needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitInfo {
    /// The visit.
    pub id: VisitId,
    /// The facility's name.
    pub facility_name: FacilityName,
    /// Where one can call the facility.
    pub facility_telephone: Option<String>,
    /// The inmate's name.
    pub inmate_name: String,
    /// The inmate's name without the family name, for a terminal's idle page.
    pub inmate_first_name: String,
    /// Where the inmate sits.
    pub terminal: TerminalId,
    /// From when one may join, Unix milliseconds.
    pub opens_at_ms: u64,
    /// The agreed minute, Unix milliseconds.
    pub starts_at_ms: u64,
    /// The end of the slot, Unix milliseconds.
    pub ends_at_ms: u64,
    /// Where the visit stands.
    pub state: VisitState,
    /// The visitors, in the order of their seats.
    pub party: Vec<PartyMember>,
}

impl VisitInfo {
    /// The visit's slot.
    #[must_use]
    pub const fn slot(&self) -> Slot {
        Slot {
            starts_at_ms: self.starts_at_ms,
            ends_at_ms: self.ends_at_ms,
        }
    }

    /// Where `now_ms` lies.
    #[must_use]
    pub const fn window(&self, now_ms: u64) -> Window {
        Window::at(now_ms, self.opens_at_ms, self.ends_at_ms)
    }

    /// The name of the person who sits on `seat`, if anybody does.
    #[must_use]
    pub fn name_of(&self, seat: Seat) -> Option<&str> {
        if seat == Seat::INMATE {
            return Some(&self.inmate_name);
        }
        self.party
            .iter()
            .find(|member| member.seat == seat)
            .map(|member| member.name.as_str())
    }
}

/// One visitor of a party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartyMember {
    /// The visitor's seat, 1 to 3.
    pub seat: Seat,
    /// The visitor's name.
    pub name: String,
}

/// What is known of a terminal's page at this moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TerminalPresence {
    /// A page that is paired with the terminal is connected.
    pub connected: bool,
    /// The connected page has a microphone.
    pub mic: bool,
    /// The connected page has a camera.
    pub camera: bool,
}

/// A paired terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TerminalInfo {
    /// The terminal.
    pub id: TerminalId,
    /// Its name within the facility.
    pub name: String,
    /// The facility's name.
    pub facility_name: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_a_word_of_its_own() {
        for state in VisitState::ALL {
            assert_eq!(VisitState::parse(state.as_str()), Ok(state));
        }
        let error = VisitState::parse("started").unwrap_err();
        assert_eq!(error.to_string(), "\"started\" is not a visit state");
    }

    #[test]
    fn what_can_be_joined_keeps_people_busy() {
        for state in VisitState::ALL {
            assert!(state.is_live() || !state.is_joinable(), "{state:?}");
        }
    }
}
