//! What somebody may do.

use crate::UnknownWord;

/// A role of staff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Decides applications.
    Reviewer,
    /// Sets up grids, closures and terminals, and looks after bookings.
    Scheduler,
    /// Supervises visits.
    Officer,
    /// All of these at one facility, and who does them there.
    FacilityAdministrator,
    /// Reads the audit trail and the messages. Nobody at a facility oversees their own overseer, so that a
    /// facility's administrator has no part in this.
    Auditor,
    /// Everything, at all facilities.
    Administrator,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 6] = [
        Self::Reviewer,
        Self::Scheduler,
        Self::Officer,
        Self::FacilityAdministrator,
        Self::Auditor,
        Self::Administrator,
    ];

    /// The word in stores and interfaces.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reviewer => "reviewer",
            Self::Scheduler => "scheduler",
            Self::Officer => "officer",
            Self::FacilityAdministrator => "facility_administrator",
            Self::Auditor => "auditor",
            Self::Administrator => "administrator",
        }
    }

    /// The role of a word.
    pub fn parse(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == word)
            .ok_or_else(|| UnknownWord(word.to_owned(), "role"))
    }

    /// Whether who has this role may do what asks for `wanted`.
    #[must_use]
    pub const fn covers(self, wanted: Self) -> bool {
        match self {
            Self::Administrator => true,
            Self::FacilityAdministrator => !matches!(wanted, Self::Auditor | Self::Administrator),
            Self::Reviewer => matches!(wanted, Self::Reviewer),
            Self::Scheduler => matches!(wanted, Self::Scheduler),
            Self::Officer => matches!(wanted, Self::Officer),
            Self::Auditor => matches!(wanted, Self::Auditor),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_has_a_word_of_its_own_and_covers_itself() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Ok(role));
            assert!(role.covers(role) && Role::Administrator.covers(role));
            assert!(role == Role::Administrator || !role.covers(Role::Administrator));
        }
        assert!(Role::parse("root").is_err());
    }

    #[test]
    fn a_facility_administrator_does_the_work_of_the_facility_and_does_not_oversee_it() {
        use Role::{FacilityAdministrator, Officer, Reviewer, Scheduler};
        let covered: Vec<_> = Role::ALL
            .into_iter()
            .filter(|wanted| FacilityAdministrator.covers(*wanted))
            .collect();
        assert_eq!(
            covered,
            [Reviewer, Scheduler, Officer, FacilityAdministrator]
        );
    }
}
