//! Who did something.

use std::fmt::{Display, Formatter, Result};

use ids::{PersonId, StaffId};

/// Who did something, as the audit trail names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The service itself.
    System,
    /// The visitor on a seat, who came by a link: the detail of the step says which.
    Visitor,
    /// A visitor who is signed in.
    Person(PersonId),
    /// A member of staff.
    Staff(StaffId),
}

impl Display for Actor {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::System => f.write_str("system"),
            Self::Visitor => f.write_str("visitor"),
            Self::Person(person) => write!(f, "person {person}"),
            Self::Staff(staff) => write!(f, "staff {staff}"),
        }
    }
}
