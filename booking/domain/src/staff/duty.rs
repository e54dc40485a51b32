//! Roles and where they are held.

use std::collections::BTreeSet;

use ids::FacilityId;

use super::Role;

/// A role at a facility, or everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Duty {
    role: Role,
    facility: Option<FacilityId>,
}

/// All that a member of staff is there for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Duties(BTreeSet<Duty>);

/// A role and a place that do not go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DutyError {
    /// An administrator of one facility only is a facility administrator.
    #[error("an administrator serves all facilities")]
    AdministratorOfOne,
    /// A facility administrator of all facilities is an administrator.
    #[error("a facility administrator serves one facility")]
    FacilityAdministratorOfAll,
}

/// Why somebody may not do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is not among the member's duties there.
    #[error("it is not among the member's duties")]
    NotAllowed,
    /// The member has nothing to do with the facility, and does not learn what is there.
    #[error("the member has no duty at the facility")]
    Elsewhere,
}

/// The facilities at which somebody may do something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// All.
    Everywhere,
    /// These.
    Facilities(BTreeSet<FacilityId>),
}

impl Duty {
    /// A role at a facility, or everywhere where none is named.
    pub const fn new(role: Role, facility: Option<FacilityId>) -> Result<Self, DutyError> {
        match (role, facility) {
            (Role::Administrator, Some(_)) => Err(DutyError::AdministratorOfOne),
            (Role::FacilityAdministrator, None) => Err(DutyError::FacilityAdministratorOfAll),
            _ => Ok(Self { role, facility }),
        }
    }

    /// The role.
    #[must_use]
    pub const fn role(self) -> Role {
        self.role
    }

    /// Where. None: everywhere.
    #[must_use]
    pub const fn facility(self) -> Option<FacilityId> {
        self.facility
    }

    fn is_at(self, facility: FacilityId) -> bool {
        self.facility.is_none_or(|own| own == facility)
    }
}

impl Duties {
    /// The duties, each once.
    #[must_use]
    pub fn new(duties: impl IntoIterator<Item = Duty>) -> Self {
        Self(duties.into_iter().collect())
    }

    /// Each duty.
    pub fn iter(&self) -> impl Iterator<Item = Duty> {
        self.0.iter().copied()
    }

    /// Whether the member may do at a facility what asks for a role.
    pub fn require(&self, role: Role, facility: FacilityId) -> Result<(), Refused> {
        let mut here = self.iter().filter(|duty| duty.is_at(facility)).peekable();
        if here.peek().is_none() {
            Err(Refused::Elsewhere)
        } else if here.any(|duty| duty.role.covers(role)) {
            Ok(())
        } else {
            Err(Refused::NotAllowed)
        }
    }

    /// Where the member may do what asks for a role. Refused where that is nowhere.
    pub fn reach(&self, role: Role) -> Result<Reach, Refused> {
        let mut facilities = BTreeSet::new();
        for duty in self.iter().filter(|duty| duty.role.covers(role)) {
            match duty.facility {
                None => return Ok(Reach::Everywhere),
                Some(facility) => facilities.insert(facility),
            };
        }
        if facilities.is_empty() {
            Err(Refused::NotAllowed)
        } else {
            Ok(Reach::Facilities(facilities))
        }
    }

    /// Whether the member may do what concerns all facilities and asks for a role.
    pub fn require_everywhere(&self, role: Role) -> Result<(), Refused> {
        match self.reach(role)? {
            Reach::Everywhere => Ok(()),
            Reach::Facilities(_) => Err(Refused::NotAllowed),
        }
    }

    /// Whether the member may give somebody a duty, or take it away: an administrator any, a facility's
    /// administrator those of the own facility that the role covers.
    #[must_use]
    pub fn may_grant(&self, duty: Duty) -> bool {
        self.iter().any(|own| match own.role {
            Role::Administrator => true,
            Role::FacilityAdministrator => {
                own.role.covers(duty.role) && own.facility == duty.facility
            }
            _ => false,
        })
    }

    /// Whether the member may change somebody with these duties: each must be the member's to give.
    #[must_use]
    pub fn may_manage(&self, other: &Self) -> bool {
        self.reach(Role::FacilityAdministrator).is_ok()
            && other.iter().all(|duty| self.may_grant(duty))
            && (!other.0.is_empty() || self.require_everywhere(Role::Administrator).is_ok())
    }
}

impl Reach {
    /// Whether a facility is among them.
    #[must_use]
    pub fn includes(&self, facility: FacilityId) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Facilities(facilities) => facilities.contains(&facility),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*, sample::select};

    use super::*;

    fn facility(number: u8) -> FacilityId {
        format!("018f3f5e-7c1a-7b2e-9c55-0242ac12{number:04}")
            .parse()
            .unwrap()
    }

    fn duties() -> impl Strategy<Value = Duties> {
        let duty = (select(&Role::ALL[..]), proptest::option::of(0_u8..3));
        vec(duty, 0..5).prop_map(|duties| {
            let duty = |(role, at): (Role, Option<u8>)| Duty::new(role, at.map(facility)).ok();
            Duties::new(duties.into_iter().filter_map(duty))
        })
    }

    proptest! {
        #[test]
        fn a_facility_without_a_duty_looks_as_if_it_were_not_there(
            duties in duties(), role in select(&Role::ALL[..]), at in 0_u8..3,
        ) {
            let here = duties.iter().any(|duty| duty.is_at(facility(at)));
            let refused = duties.require(role, facility(at)) == Err(Refused::Elsewhere);
            prop_assert_eq!(refused, !here);
        }

        #[test]
        fn what_one_reaches_is_where_one_is_allowed(
            duties in duties(), role in select(&Role::ALL[..]), at in 0_u8..3,
        ) {
            let reached = duties.reach(role).is_ok_and(|reach| reach.includes(facility(at)));
            prop_assert_eq!(reached, duties.require(role, facility(at)).is_ok());
        }

        #[test]
        fn nobody_gives_more_than_they_have(
            duties in duties(), role in select(&Role::ALL[..]), at in proptest::option::of(0_u8..3),
        ) {
            if let Ok(given) = Duty::new(role, at.map(facility)) && duties.may_grant(given) {
                match given.facility() {
                    Some(at) => prop_assert_eq!(duties.require(role, at), Ok(())),
                    None => prop_assert_eq!(duties.require_everywhere(role), Ok(())),
                }
            }
        }

        #[test]
        fn nobody_changes_somebody_who_may_do_more(one in duties(), other in duties()) {
            if one.may_manage(&other) {
                for duty in other.iter() {
                    let held = match duty.facility() {
                        Some(at) => one.require(duty.role(), at),
                        None => one.require_everywhere(duty.role()),
                    };
                    prop_assert_eq!(held, Ok(()));
                }
            }
        }
    }

    #[test]
    fn an_administrator_serves_all_facilities_and_a_facility_administrator_one() {
        assert_eq!(
            Duty::new(Role::Administrator, Some(facility(1))),
            Err(DutyError::AdministratorOfOne)
        );
        assert_eq!(
            Duty::new(Role::FacilityAdministrator, None),
            Err(DutyError::FacilityAdministratorOfAll)
        );
    }

    #[test]
    fn a_facility_administrator_neither_makes_nor_changes_an_auditor() {
        let duty = |role| Duty::new(role, Some(facility(1))).unwrap();
        let administrator = Duties::new([duty(Role::FacilityAdministrator)]);
        assert!(administrator.may_grant(duty(Role::Reviewer)));
        assert!(!administrator.may_grant(duty(Role::Auditor)));
        let both = Duties::new([duty(Role::Reviewer), duty(Role::Auditor)]);
        assert!(!administrator.may_manage(&both));
    }
}
