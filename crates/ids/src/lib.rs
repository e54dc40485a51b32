//! Typed identifiers: a visit is never mistaken for a terminal.
//!
//! Every identifier of a stored thing is a UUID (version 7 where the store makes it, so that rows
//! sort by age). The places in a call are [`Seat`]s: small numbers with a meaning, not UUIDs.
//!
//! Nothing here draws randomness or reads a clock; whoever makes an id brings the UUID.

#[cfg(feature = "openapi")]
mod openapi;
mod seat;
mod typed;

pub use seat::{Seat, SeatError};
pub use typed::{
    ApplicationId, ClosureId, CompanionId, DocumentId, FacilityId, IdError, InmateId, LinkId,
    MessageId, PersonId, RestrictionId, SlotGridId, StaffId, TerminalId, VisitId,
};
