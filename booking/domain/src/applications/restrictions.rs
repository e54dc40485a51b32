//! Who may not visit, whatever was approved.

use async_trait::async_trait;
use ids::{FacilityId, InmateId, PersonId, RestrictionId, StaffId};

use super::ApplicationError;
use crate::{StoreError, UnknownWord};

/// Restrictions of a facility's. That the member of staff is of the facility is the caller's to see to.
#[async_trait]
pub trait Restrictions: Send + Sync {
    /// The restrictions of a facility, the newest first.
    async fn restrictions(&self, page: RestrictionsPage) -> Result<Vec<Restriction>, StoreError>;

    /// Which facility a restriction is of.
    async fn facility_of_restriction(
        &self,
        restriction: RestrictionId,
    ) -> Result<Option<FacilityId>, StoreError>;

    /// Restricts, and flags the visits that it touches. [`ApplicationError::NotFound`] where the facility
    /// knows no such inmate, or nobody who applied there by that id.
    async fn restrict(
        &self,
        restriction: NewRestriction,
    ) -> Result<RestrictionId, ApplicationError>;

    /// Lifts a restriction, once, with a reason for the audit trail. Answers whether it was in force.
    async fn lift_restriction(
        &self,
        restriction: RestrictionId,
        staff: StaffId,
        reason: &str,
        at_ms: u64,
    ) -> Result<bool, StoreError>;
}

/// Why somebody may not visit (通訊設備接見辦法 §15).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RestrictionKind {
    /// A court or prosecutor forbids contact.
    NoContact,
    /// The inmate declines.
    InmateDeclines,
    /// The rules of a visit were broken.
    Breach,
    /// Visits were missed too often.
    NoShow,
    /// The inmate is under a disciplinary measure.
    Discipline,
    /// Another ground, which the reason tells.
    Other,
}

/// Which restrictions to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RestrictionsPage {
    /// Whose.
    pub facility: FacilityId,
    /// Only those older than this one.
    pub before: Option<RestrictionId>,
    /// How many at most.
    pub limit: u32,
}

/// A restriction to be made: of a person, of an inmate, or of a person with an inmate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRestriction {
    /// Where.
    pub facility: FacilityId,
    /// Who may not visit.
    pub person: Option<PersonId>,
    /// Who may not be visited.
    pub inmate: Option<InmateId>,
    /// Why.
    pub kind: RestrictionKind,
    /// Why, in words.
    pub reason: String,
    /// From when, Unix milliseconds.
    pub from_ms: u64,
    /// Until when, Unix milliseconds; none: until it is lifted.
    pub until_ms: Option<u64>,
    /// Who restricts.
    pub staff: StaffId,
    /// Now, Unix milliseconds.
    pub at_ms: u64,
}

/// A restriction, as staff see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restriction {
    /// The restriction.
    pub id: RestrictionId,
    /// Where.
    pub facility: FacilityId,
    /// Who may not visit, and the name.
    pub person: Option<(PersonId, String)>,
    /// Who may not be visited: with name and number.
    pub inmate: Option<(InmateId, String, String)>,
    /// Why.
    pub kind: RestrictionKind,
    /// Why, in words.
    pub reason: String,
    /// From when, Unix milliseconds.
    pub from_ms: u64,
    /// Until when, Unix milliseconds; none: until it is lifted.
    pub until_ms: Option<u64>,
    /// Who made it; none: the service.
    pub staff_name: Option<String>,
    /// When it was made, Unix milliseconds.
    pub created_at_ms: u64,
    /// When it was lifted, Unix milliseconds.
    pub lifted_at_ms: Option<u64>,
}

impl RestrictionKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::NoContact,
        Self::InmateDeclines,
        Self::Breach,
        Self::NoShow,
        Self::Discipline,
        Self::Other,
    ];

    /// The word in stores and interfaces.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoContact => "no_contact",
            Self::InmateDeclines => "inmate_declines",
            Self::Breach => "breach",
            Self::NoShow => "no_show",
            Self::Discipline => "discipline",
            Self::Other => "other",
        }
    }

    /// The kind of a stored word.
    pub fn parse(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == word)
            .ok_or_else(|| UnknownWord(word.to_owned(), "kind of restriction"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_word_of_its_own() {
        for kind in RestrictionKind::ALL {
            assert_eq!(RestrictionKind::parse(kind.as_str()), Ok(kind));
        }
    }
}
