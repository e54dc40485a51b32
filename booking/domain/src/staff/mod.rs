//! Staff: who may do what, and where; how they sign in.
//!
//! A member of staff holds [`Duty`]s: a [`Role`] at one facility, or everywhere. All together they are the
//! member's [`Duties`], which answer every question of permission. Who asks for something of a facility at
//! which no duty of theirs lies is told that there is no such thing; who has a duty there, but not the
//! right one, that it is not theirs to do ([`Refused`]).

mod duty;
mod facilities;
mod role;
mod sessions;

pub use duty::{Duties, Duty, DutyError, Reach, Refused};
pub use facilities::{Facilities, FacilityInfo};
pub use role::Role;
pub use sessions::{OpenSession, STAFF_IDLE_MS, STAFF_SESSION_MS, StaffSessions, StaffSignedIn};
