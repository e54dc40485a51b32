//! Who may not visit, whatever was approved.

use async_trait::async_trait;
use ids::{FacilityId, InmateId, PersonId, RestrictionId, StaffId};

use super::{ApplicationError, RestrictionState, RestrictionTime};
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

    /// Lifts a restriction that is neither lifted nor over, with a reason for the audit trail. Answers whether it was
    /// so.
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

/// Whom a restriction that was not lifted stands against, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar {
    /// Where.
    pub facility: FacilityId,
    /// Who may not visit.
    pub person: Option<PersonId>,
    /// Who may not be visited.
    pub inmate: Option<InmateId>,
    /// From when, Unix milliseconds.
    pub from_ms: u64,
    /// Until when, Unix milliseconds; none: until it is lifted.
    pub until_ms: Option<u64>,
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

impl Bar {
    /// Whether it stands between a person and an inmate of a facility in a visit that begins at a moment, Unix
    /// milliseconds. A person's own counts at its facility, and what is about an inmate wherever it was made.
    #[must_use]
    pub fn covers(
        &self,
        person: PersonId,
        inmate: InmateId,
        facility: FacilityId,
        starts_at_ms: u64,
    ) -> bool {
        self.is_in_force(starts_at_ms) && self.concerns(person, inmate, facility)
    }

    /// Whether it stands against a visit of those whom it concerns that begins at a moment, Unix milliseconds.
    #[must_use]
    pub fn is_in_force(&self, starts_at_ms: u64) -> bool {
        self.state(starts_at_ms) == RestrictionState::InForce
    }

    /// Whether it stands against nothing that begins at a moment, Unix milliseconds, or later.
    #[must_use]
    pub fn is_over(&self, at_ms: u64) -> bool {
        self.state(at_ms) == RestrictionState::Over
    }

    fn state(&self, at_ms: u64) -> RestrictionState {
        let time = RestrictionTime {
            from_ms: self.from_ms,
            until_ms: self.until_ms,
            is_lifted: false,
        };
        time.state(at_ms)
    }

    /// Whether it is about visits of a person to an inmate of a facility, at whatever time.
    #[must_use]
    pub fn concerns(&self, person: PersonId, inmate: InmateId, facility: FacilityId) -> bool {
        match (self.person, self.inmate) {
            (None, of) => of == Some(inmate),
            (Some(of), Some(with)) => of == person && with == inmate,
            (Some(of), None) => of == person && self.facility == facility,
        }
    }
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
    use proptest::{option, prelude::*};
    use uuid::Uuid;

    use super::*;

    /// A visit: the person, the inmate, the facility and the moment at which it begins.
    type Visit = (u128, u128, u128, u64);

    fn visits() -> impl Strategy<Value = Visit> {
        (0..3_u128, 0..3_u128, 0..2_u128, 0..20_u64)
    }

    fn bars() -> impl Strategy<Value = Bar> {
        let times = (0..20_u64, option::of(1..20_u64));
        let about = (option::of(0..3_u128), option::of(0..3_u128), 0..2_u128);
        (about, times).prop_map(|((person, inmate, facility), (from_ms, lasts_ms))| Bar {
            facility: FacilityId::from_uuid(Uuid::from_u128(facility)),
            person: person.map(|person| PersonId::from_uuid(Uuid::from_u128(person))),
            inmate: inmate.map(|inmate| InmateId::from_uuid(Uuid::from_u128(inmate))),
            from_ms,
            until_ms: lasts_ms.map(|lasts_ms| from_ms + lasts_ms),
        })
    }

    fn covers(bar: &Bar, (person, inmate, facility, starts_at_ms): Visit) -> bool {
        bar.covers(
            PersonId::from_uuid(Uuid::from_u128(person)),
            InmateId::from_uuid(Uuid::from_u128(inmate)),
            FacilityId::from_uuid(Uuid::from_u128(facility)),
            starts_at_ms,
        )
    }

    proptest! {
        #[test]
        fn a_bar_stands_from_its_begin_until_its_end_and_in_between_at_every_moment(
            bar in bars(), visit in visits(), now_ms in 0..60_u64,
        ) {
            let (person, inmate, facility, _) = visit;
            let at = |starts_at_ms| covers(&bar, (person, inmate, facility, starts_at_ms));
            let over = bar.until_ms.is_some_and(|until_ms| until_ms <= now_ms);
            prop_assert!(!at(now_ms) || (bar.from_ms <= now_ms && !over));
            prop_assert_eq!(at(now_ms), at(bar.from_ms) && bar.from_ms <= now_ms && !over);
        }

        #[test]
        fn a_bar_keeps_apart_those_whom_it_names_and_nobody_else(bar in bars(), visit in visits()) {
            let (person, inmate, facility, _) = visit;
            let stands = covers(&bar, (person, inmate, facility, bar.from_ms));
            let is_named = |named: Option<Uuid>, of: u128| named.is_none_or(|it| it.as_u128() == of);
            let named = is_named(bar.person.map(PersonId::as_uuid), person)
                && is_named(bar.inmate.map(InmateId::as_uuid), inmate);
            let here = bar.facility.as_uuid().as_u128() == facility;
            let about_somebody = bar.person.is_some() || bar.inmate.is_some();
            prop_assert_eq!(stands, named && about_somebody && (here || bar.inmate.is_some()));
        }
    }

    #[test]
    fn every_kind_has_a_word_of_its_own() {
        for kind in RestrictionKind::ALL {
            assert_eq!(RestrictionKind::parse(kind.as_str()), Ok(kind));
        }
    }
}
