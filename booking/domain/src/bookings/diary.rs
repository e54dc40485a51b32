//! Who is where, and when.

use std::{
    collections::BTreeMap,
    fmt::{self, Display},
};

use grant::Slot;
use ids::{InmateId, PersonId, TerminalId};

use crate::overlap;

/// What is in one place at a time. Its text is the one in stores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Engaged {
    /// A terminal.
    Terminal(TerminalId),
    /// An inmate.
    Inmate(InmateId),
    /// A visitor.
    Person(PersonId),
}

impl Engaged {
    /// The visitors and the inmate of a visit.
    pub fn meeting(
        inmate: InmateId,
        people: impl IntoIterator<Item = PersonId>,
    ) -> impl Iterator<Item = Self> {
        let people = people.into_iter().map(Self::Person);
        people.chain([Self::Inmate(inmate)])
    }
}

impl Display for Engaged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Terminal(terminal) => write!(f, "terminal {terminal}"),
            Self::Inmate(inmate) => write!(f, "inmate {inmate}"),
            Self::Person(person) => write!(f, "person {person}"),
        }
    }
}

/// The engagements of some, as far as they are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diary(BTreeMap<Engaged, Vec<Slot>>);

impl Diary {
    /// Notes an engagement.
    pub fn engage(&mut self, who: Engaged, slot: Slot) {
        self.0.entry(who).or_default().push(slot);
    }

    /// Whether nothing overlaps the slot.
    #[must_use]
    pub fn is_free(&self, who: Engaged, slot: Slot) -> bool {
        let engagements = self.0.get(&who);
        engagements.is_none_or(|all| !all.iter().any(|other| overlap(*other, slot)))
    }

    /// Whether the inmate and all of these visitors can meet.
    #[must_use]
    pub fn can_meet(&self, inmate: InmateId, people: &[PersonId], slot: Slot) -> bool {
        Engaged::meeting(inmate, people.iter().copied()).all(|engaged| self.is_free(engaged, slot))
    }
}
