//! Staff: who may do what, and where; how they sign in.
//!
//! A member of staff holds [`Duty`]s: a [`Role`] at one facility, or everywhere. All together they are the
//! member's [`Duties`], which answer every question of permission. Who asks for something of a facility at
//! which no duty of theirs lies is told that there is no such thing; who has a duty there, but not the
//! right one, that it is not theirs to do ([`Refused`]).

mod audit;
mod deeds;
mod duty;
mod facilities;
mod facility_contact;
mod facility_name;
mod inmate_state;
mod inmates;
mod members;
mod role;
mod second_factor;
mod sessions;

pub use audit::{
    AUDIT_LATE_BY, AuditEvent, AuditQuery, AuditSeal, AuditTrail, ChainCheck, ChainFault, Unsealed,
};
pub use deeds::{Deed, Deeds, Doer, deeds_of};
pub use duty::{Duties, Duty, DutyError, Reach, Refused};
pub use facilities::{Facilities, FacilityInfo};
pub use facility_contact::FacilityContact;
pub use facility_name::FacilityName;
pub use inmate_state::{InmateState, InmateStep};
pub use inmates::{
    Departed, Departure, IMPORT_ROWS, Import, Imported, InmateInfo, InmateQuery, InmateRow,
    Inmates, RowFault, is_inmate_number,
};
pub use members::{
    MemberChange, MemberChanged, MemberReset, MemberState, NewMember, STAFF_PASSWORD_CHARACTERS,
    SecondFactor, ShownFactor, StaffMember, StaffMembers, StaffPassword, StaffSignIn, staff_login,
};
pub use role::Role;
pub use second_factor::{
    CODE_ATTEMPTS, CODE_ATTEMPTS_WITHIN_MS, CODE_PERIOD_S, CodeAttempts, accepted_step,
};
pub use sessions::{OpenSession, STAFF_IDLE_MS, STAFF_SESSION_MS, StaffSessions, StaffSignedIn};
