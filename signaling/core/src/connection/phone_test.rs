//! A phone that tests whether a call would hold: one `PeerConnection` in a room of its own, for a minute at most.

use std::time::{Duration, Instant};

use ids::{PersonId, Seat, VisitId};
use protocol::{By, EndReason, IceServer, ServerMessage, Testing};

use super::{Ask, Connection, Output, State};
use crate::{CloseCode, Now, Refusal};

/// Whatever a pass says and whatever the clock is set to: a test is over after so long.
const LONGEST: Duration = Duration::from_secs(60);

/// A right to test, as a good pass gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TestClaim {
    /// The room, which is no visit's.
    pub room: VisitId,
    /// Whose phone it is.
    pub person: PersonId,
    /// When the pass is over, Unix milliseconds.
    pub ends_at_ms: u64,
}

/// Media that a test asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestMedia {
    /// The right to it.
    pub claim: TestClaim,
    /// When the SFU ends it.
    pub ends_at: Instant,
    /// The SDP offer.
    pub offer: String,
    /// Whether it restarts ICE for the `PeerConnection` that is there.
    pub restart: bool,
}

impl TestMedia {
    /// The seat of whoever tests.
    pub const SEAT: Seat = Seat::ALL[1];
}

/// Media that a test has got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tested {
    /// The SDP answer.
    pub answer: String,
    /// Relays to try.
    pub ice_servers: Vec<IceServer>,
}

/// A test that runs.
#[derive(Debug)]
pub(super) struct PhoneTest {
    claim: TestClaim,
    ends_at: Instant,
    asking: bool,
}

impl PhoneTest {
    pub(super) const fn room(&self) -> VisitId {
        self.claim.room
    }

    pub(super) const fn ends_at(&self) -> Instant {
        self.ends_at
    }

    fn ask(&self, offer: String, restart: bool) -> Output {
        Output::Ask(Ask::TestMedia(TestMedia {
            claim: self.claim,
            ends_at: self.ends_at,
            offer,
            restart,
        }))
    }
}

impl Connection {
    /// The answer to [`Ask::TestMedia`].
    pub fn handle_tested(&mut self, answer: Result<Tested, Refusal>, now: Now) {
        let State::Testing(test) = &mut self.state else {
            return;
        };
        test.asking = false;
        let left = test.ends_at.saturating_duration_since(now.instant);
        let left = u64::try_from(left.as_millis()).unwrap_or(u64::MAX);
        match answer {
            Ok(Tested {
                answer,
                ice_servers,
            }) => self.send(ServerMessage::Testing(Testing {
                now_ms: now.unix_ms,
                answer,
                ends_at_ms: now.unix_ms.saturating_add(left),
                ice_servers,
            })),
            Err(refusal) => self.refuse(refusal),
        }
    }

    pub(super) fn begin_test(&mut self, claim: TestClaim, offer: String, now: Now) {
        let ends_at = now.deadline(claim.ends_at_ms).min(now.instant + LONGEST);
        let test = PhoneTest {
            claim,
            ends_at,
            asking: true,
        };
        self.push(test.ask(offer, false));
        self.state = State::Testing(test);
    }

    /// An ICE restart. One that comes before the answer to another is passed over.
    pub(super) fn test_anew(&mut self, mut test: PhoneTest, offer: String) {
        if !std::mem::replace(&mut test.asking, true) {
            self.push(test.ask(offer, true));
        }
        self.state = State::Testing(test);
    }

    /// The minute is over.
    pub(super) fn end_test(&mut self) {
        self.send(ServerMessage::Ended {
            reason: EndReason::SlotEnded,
            by: By::System,
            may_return: false,
        });
        self.close(CloseCode::Done);
    }
}
