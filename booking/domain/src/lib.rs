//! The rules of visits, and what a store must be able to do for them.
//!
//! A **visit** 行動接見 brings a **party** of up to three visitors together with one **inmate** 收容人, who
//! sits at one of the **facility's** 矯正機關 **terminals**, for the length of one **slot**. It can be joined
//! from some minutes before its start (15 by default, kept with each visit) until its end. An **officer**
//! supervises.
//!
//! Each visitor gets a **seat link**. It goes through `issued` → `redeemed`; a newer link for the same seat
//! makes it `void`, and so does the end of a visit by an officer ([`SeatLink`]). The visit itself goes
//! through [`VisitState`].
//!
//! The rules here are pure. A store implements one small trait a purpose:
//!
//! - [`Visits`]: what happens around a call. Redeem a link, find a terminal, note each step.
//! - [`Links`]: issue a link to a seat, the first or the next, together with its message.
//! - [`Officers`]: which visits officers supervise, and how one is ended with a written reason.
//! - [`PhoneTests`]: what came of trying a phone, for those who look after its visits.
//! - [`SelfTests`]: what terminals found when they tried themselves.
//! - [`StaffSessions`]: which member of staff is signed in, and with which [`Duties`].
//! - [`Facilities`]: the facilities, as everybody may know them.
//! - [`Outbox`]: the messages that wait to be sent.
//! - [`Slots`]: a facility's grids, closures, terminals and figures.
//! - [`Bookings`], [`StaffBookings`]: slots are held, confirmed, changed and called off.
//! - [`VisitJobs`], [`JobLeases`]: what happens by itself at its time.
//! - [`Forgetting`]: visits and inmates whose people nothing needs any more.
//! - [`SealedValues`]: what the vault has sealed, to be sealed anew.
//! - [`Registry`]: facilities, terminals, people and visits come to be.
//!
//! Whatever two people could do at the same moment is decided by the store's own conditions, in one
//! statement or one transaction, and never by looking first and writing afterwards.

pub mod accounts;
mod actor;
pub mod applications;
mod audit_words;
mod bookings;
mod cause;
mod error;
mod event;
mod forgetting;
mod jobs;
mod link;
mod links;
mod messages;
mod officers;
mod phone_test;
mod registry;
mod sealed;
mod self_test;
mod slots;
mod staff;
mod visit;
mod visit_time;
mod visits;

pub use actor::Actor;
pub use audit_words::{AuditDetail, AuditStep, AuditSubject};
pub use bookings::{
    ApplicantStanding, BookError, BookRefusal, BookedMember, BookedVisit, Booking, BookingPage,
    BookingSubject, Bookings, CalendarEntry, CalendarMethod, ChangeError, Correction, Diary,
    EndedBy, Engaged, EventFault, EventWindow, ExceptionError, ExceptionVisit, Ground, HOLD_MS,
    Held, MAX_PARTY, MemberFacts, NewBooking, NotPossible, PartyCandidate, PartyRemoval,
    ReadyCompanion, Removed, StaffBookings, StaffCancellation, VisitorRights, barred_until_ms,
    check_event, check_party, gives_back, gives_back_until_ms, giving, ground_of, is_adult,
};
pub use cause::Cause;
pub use error::StoreError;
pub use event::{CallNote, Step, VisitEvent};
pub use forgetting::{Forgetting, ForgettingLimits};
pub use jobs::{Attendance, JobLeases, Outcome, VisitJobs};
pub use link::{LinkView, RedeemError, Redemption, SeatLink};
pub use links::{IssueCause, IssueError, Links, NewLink};
pub use messages::{
    Breaker, Channel, ClaimedMessage, DeliveryState, Failure, MessageContent, MessageFilter,
    MessageKind, MessageText, MessageVisit, NextStep, Notice, Outbox, Receipt, ReceiptOf,
    Recipient, RetryPolicy, StoredMessage, TEXTS_KEPT_MS, Waiting, segments,
};
pub use officers::{
    LinkStanding, Officers, SupervisedSeat, SupervisedVisit, Terminated, Termination,
};
pub use phone_test::{PhoneTest, PhoneTests, PhoneVerdict, TestLink};
pub use registry::{
    NewFacility, NewInmate, NewPerson, NewSignedIn, NewTerminal, NewVisit, Registry,
};
pub use sealed::{Resealed, SealedKind, SealedOf, SealedValues};
pub use self_test::{Finding, SelfTest, SelfTestCounts, SelfTests};
pub use slots::{
    BoardDay, BoardSlot, BookingWindow, Closure, ClosureFault, ClosurePlan, ClosuresPage,
    FacilityRules, FacilitySettings, GridFault, GridPlan, GridSlot, ListedClosure, Month,
    NewPairedTerminal, OfferedSlot, RulesFault, Schedule, SlotBoard, SlotGrid, Slots,
    TerminalChange, TerminalChanged, TerminalInUse, TerminalListing, TerminalState, TerminalStep,
    TouchedVisit, Weekdays, local_date, local_minute, overlap,
};
pub use staff::*;
pub use staff::{
    Duties, Duty, DutyError, Facilities, FacilityContact, FacilityInfo, FacilityName, OpenSession,
    Reach, Refused, Role, STAFF_IDLE_MS, STAFF_SESSION_MS, StaffSessions, StaffSignedIn,
};
pub use visit::{
    OPENS_BEFORE_MS, PartyMember, TerminalInfo, TerminalPresence, UnknownWord, VisitInfo,
    VisitState,
};
pub use visit_time::{VisitTime, end_with_lost_time};
pub use visits::{SeatStanding, Visits};
