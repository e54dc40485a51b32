//! What a connection asks of its shell, and what it is told.

use ids::VisitId;
use protocol::{Credential, ServerMessage, Visit};

use super::{Appointment, TestClaim, TestMedia};
use crate::{CloseCode, Refusal, SeatClaim, ToRoom};

/// What the shell is asked to do, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Send a message.
    Send(ServerMessage),
    /// Say why a request is not met, in the words of [`super::Connection::locale`].
    Refuse(Refusal),
    /// Find something out, and bring the answer.
    Ask(Ask),
    /// Tell the visit's room.
    ToRoom(ToRoom),
    /// Close the media of a test, for good.
    EndTest(VisitId),
    /// Close the websocket. The last output.
    Close(CloseCode),
}

/// A question to the shell. At most one of each kind is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// What does this credential let one into? Answered by [`super::Connection::handle_admission`].
    Admission(Credential),
    /// What is on the terminal's schedule? Answered by [`super::Connection::handle_schedule`].
    Schedule,
    /// Media for a test. Answered by [`super::Connection::handle_tested`].
    TestMedia(TestMedia),
}

/// What a good credential lets one into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// A visitor's seat, now.
    Seat(SeatClaim),
    /// A visitor's seat, later.
    Early(Visit),
    /// A terminal's place.
    Terminal {
        /// The facility's name.
        facility: String,
        /// The terminal's name.
        name: String,
        /// Which build of the pages the service has.
        build: Option<String>,
        /// The rest of today's visits here.
        appointments: Vec<Appointment>,
    },
    /// A test, alone.
    Test(TestClaim),
}

/// A frame that holds no message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// Not JSON, or none of the messages; with what the reader of it says.
    Garbled(String),
    /// Not a text.
    Binary,
    /// More than [`protocol::MAX_MESSAGE_BYTES`].
    TooLarge,
}
