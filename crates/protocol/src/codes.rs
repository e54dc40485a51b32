//! Reasons, as words that programs can rely on. People read the `message` beside them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Why a request was not met. `docs/protocol.md` says for each what a client does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The message is not one of this protocol.
    BadMessage,
    /// The protocol version is not spoken here.
    VersionUnsupported,
    /// The first message was not `hello`.
    HelloExpected,
    /// No `hello` within the bound.
    HelloTimeout,
    /// More messages than the bound.
    TooFast,
    /// The session description cannot be joined with; `message` says what is missing.
    OfferNotUsable,
    /// The token is not of a link's form: most often cut off when it was copied.
    LinkIncomplete,
    /// The token's signature does not fit: a character differs.
    LinkDamaged,
    /// The token was signed with a key that is not in use here.
    LinkUnrecognised,
    /// The window of the visit has passed.
    LinkOver,
    /// The link was withdrawn: a newer link was sent.
    LinkWithdrawn,
    /// The link is one of ours, and no visit is its holder's any more: the holder has left it or was taken out of
    /// it, or it was cancelled.
    LinkWithoutVisit,
    /// Something that the visit rests on has changed, and staff look at it first. Once they say that it takes place,
    /// the link holds again.
    VisitFlagged,
    /// Another device has used the link.
    LinkUsed,
    /// The grant is not valid here.
    GrantNotValid,
    /// The visit of the grant is over.
    GrantOver,
    /// A newer link has been redeemed for this seat.
    GrantSuperseded,
    /// The terminal is not paired here.
    TerminalNotKnown,
    /// The pass of a phone's test is not valid here, or its minute is over.
    TestNotValid,
    /// The server is full or stopping; try again after `retry_after_ms`.
    Busy,
    /// A part of the service is away; try again after `retry_after_ms`.
    Unavailable,
}

/// Why a call ended for a participant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// The slot's end.
    SlotEnded,
    /// One hung up oneself.
    Left,
    /// The seat was taken by a newer connection of the same person. A client stays away until the
    /// person asks to come back, or two windows would push each other out for ever.
    Replaced,
    /// A newer link was sent for the seat.
    LinkReissued,
    /// An officer ended the visit, with a written reason (Prison Act 監獄行刑法 §71).
    Terminated,
    /// The visit was cancelled, or is held at another terminal from now on.
    Cancelled,
    /// Something that the visit rests on has changed, and staff look at it first. Once they say that it takes
    /// place, the link holds again.
    Flagged,
    /// Media could not be set up or was lost for good; the grant still holds.
    MediaFailed,
    /// The server is stopping; the grant still holds.
    ServerStopping,
}

/// Who ended a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// The person who reads this.
    You,
    /// An officer of the facility.
    Officer,
    /// The clock, or the service itself.
    System,
}

/// How close the end is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// Five minutes are left.
    FiveMinutes,
    /// One minute is left.
    OneMinute,
}
