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
//! - [`Officers`]: whom an officer may see, and how a visit is ended with a written reason.
//! - [`Outbox`]: the messages that wait to be sent.
//! - [`Registry`]: facilities, terminals, people and visits come to be.
//!
//! Whatever two people could do at the same moment is decided by the store's own conditions, in one
//! statement or one transaction, and never by looking first and writing afterwards.

mod actor;
mod error;
mod event;
mod link;
mod links;
mod messages;
mod officers;
mod registry;
mod visit;
mod visits;

pub use actor::Actor;
pub use error::StoreError;
pub use event::{Step, VisitEvent};
pub use link::{LinkView, RedeemError, Redemption, SeatLink};
pub use links::{IssueCause, IssueError, Links, NewLink};
pub use messages::{
    Breaker, Channel, ClaimedMessage, DeliveryState, Failure, MessageContent, MessageFilter,
    MessageKind, MessageText, MessageVisit, NextStep, Notice, Outbox, Receipt, ReceiptOf,
    Recipient, RetryPolicy, StoredMessage, Waiting, segments,
};
pub use officers::{
    LinkStanding, OfficerInfo, Officers, SupervisedSeat, SupervisedVisit, Terminated, Termination,
};
pub use registry::{
    NewFacility, NewInmate, NewOfficer, NewPerson, NewTerminal, NewVisit, Registry,
};
pub use visit::{OPENS_BEFORE_MS, PartyMember, TerminalInfo, UnknownWord, VisitInfo, VisitState};
pub use visits::{SeatStanding, Visits};
