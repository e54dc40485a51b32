//! Why something ended or needs a look, where the service itself knows.

use crate::UnknownWord;

/// Why an application ended or a visit needs a look, where the service itself knows.
///
/// Its word stands where otherwise somebody's own words stand as the reason. Each reader gets it in the own
/// language. It says no more than everybody of a party may know: what a visitor or an inmate is said to have
/// done is for the one whom it concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// The inmate went to another facility.
    InmateTransferred,
    /// The inmate was released.
    InmateReleased,
    /// One of the party is not approved for the inmate any more.
    ApprovalEnded,
    /// One of the party or the inmate may not visit at that time.
    Restricted,
    /// The account of one of the party is suspended.
    Suspended,
    /// No adult is left in the party.
    NoAdult,
}

impl Cause {
    /// Every cause.
    pub const ALL: [Self; 6] = [
        Self::InmateTransferred,
        Self::InmateReleased,
        Self::ApprovalEnded,
        Self::Restricted,
        Self::Suspended,
        Self::NoAdult,
    ];

    /// The word in stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InmateTransferred => "inmate_transferred",
            Self::InmateReleased => "inmate_released",
            Self::ApprovalEnded => "approval_ended",
            Self::Restricted => "restricted",
            Self::Suspended => "suspended",
            Self::NoAdult => "no_adult",
        }
    }

    /// The cause of a stored word. Whatever else a reason says is somebody's own words.
    pub fn parse(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .into_iter()
            .find(|cause| cause.as_str() == word)
            .ok_or_else(|| UnknownWord(word.to_owned(), "cause"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_has_a_word_of_its_own() {
        for cause in Cause::ALL {
            assert_eq!(Cause::parse(cause.as_str()), Ok(cause));
        }
        assert!(Cause::parse("設備檢修").is_err());
    }
}
