//! How a visit is booked, changed and called off.
//!
//! An applicant **holds** a slot for [`HOLD_MS`] and then confirms it; a hold that is not confirmed runs out
//! and frees its slot by itself. A confirmed visit may be **flagged** when something it rests on has changed,
//! until a member of staff clears it or calls it off ([`Booking`]).
//!
//! Before a slot is given, every member of the party must be approved for the inmate, have agreed, not be
//! restricted, and not be barred for missed visits; a minor comes with an adult ([`check_party`]). The inmate's
//! month must have a visit left, unless the visit's [`Ground`] does not count.
//!
//! Staff add exceptions beside grid and month; two grounds of the law bind them to the days after an event
//! ([`EventWindow`]).
//!
//! What ends a visit decides whether the month gets it back ([`gives_back`]).

mod calendar;
mod diary;
mod exception;
mod give_back;
pub mod giving;
mod ground;
mod no_shows;
mod party;
mod state;
mod store;
mod visitor_rights;

pub use calendar::{CalendarEntry, CalendarMethod};
pub use diary::{Diary, Engaged};
pub use exception::{EventFault, EventWindow, ExceptionError, ExceptionVisit, check_event};
pub use give_back::{gives_back, gives_back_until_ms};
pub use ground::Ground;
pub use no_shows::barred_until_ms;
pub use party::{
    BookRefusal, MAX_PARTY, MemberFacts, PartyCandidate, check_party, ground_of, is_adult,
};
pub use state::{Booking, EndedBy, NotPossible};
pub use store::{
    ApplicantStanding, BookError, BookedMember, BookedVisit, BookingPage, BookingSubject, Bookings,
    ChangeError, Correction, Held, NewBooking, PartyRemoval, ReadyCompanion, Removed,
    StaffBookings, StaffCancellation,
};
pub use visitor_rights::VisitorRights;

/// How long a slot is kept for somebody who confirms: 10 minutes.
pub const HOLD_MS: u64 = 10 * 60 * 1000;
