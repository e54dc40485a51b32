//! One websocket, from its first message to its close.
//!
//! ```text
//! awaiting hello → admitting → waiting → in a room → closed        a visitor
//!                            ↘ at the desk ⇄ in a room → closed    a terminal
//!                            ↘ testing → closed                    a phone before a visit
//! ```
//! Every state but the first has an answer to `ping`. A message that makes no sense in a state closes the
//! connection with an error, unless it can have crossed one of the server's on its way: then it is passed
//! over.

mod desk;
mod interface;
mod phone_test;
mod terminal;
mod waiting;

use std::{
    collections::VecDeque,
    mem,
    time::{Duration, Instant},
};

use ids::VisitId;
use protocol::{
    By, ClientMessage, Credential, EndReason, ErrorCode, HELLO_TIMEOUT_MS, Hello, IDLE_TIMEOUT_MS,
    Locale, MESSAGE_BURST, MESSAGES_PER_SECOND, OFFER_MAX_BYTES, ServerMessage, VERSION,
    VIEW_MAX_PIXELS, VIEW_MAX_TILES, ViewTile, Visit,
};

use crate::{
    CloseCode, Entry, FromRoom, MediaState, Now, Refusal, SeatClaim, ToRoom, bucket::Bucket,
};
pub use desk::Appointment;
use desk::Desk;
pub use interface::{Admission, Ask, Output, Unreadable};
use phone_test::PhoneTest;
pub use phone_test::{TestClaim, TestMedia, Tested};
use waiting::Waiting;

/// One websocket's state.
///
/// Poll order: after every `handle_*`, first [`Connection::poll_output`] until `None`, then
/// [`Connection::poll_timeout`].
#[derive(Debug)]
pub struct Connection {
    state: State,
    locale: Locale,
    media: MediaState,
    bucket: Bucket,
    silent_at: Instant,
    outputs: VecDeque<Output>,
}

#[derive(Debug)]
enum State {
    AwaitingHello {
        until: Instant,
    },
    Admitting {
        credential: Credential,
        offer: String,
    },
    Waiting(Waiting),
    AtDesk {
        desk: Desk,
        called: Option<VisitId>,
    },
    InRoom {
        visit: VisitId,
        desk: Option<Desk>,
        joined: bool,
    },
    Testing(PhoneTest),
    Closed,
}

impl Connection {
    /// A connection that has just been opened.
    #[must_use]
    pub fn new(now: Now) -> Self {
        Self {
            state: State::AwaitingHello {
                until: now.instant + Duration::from_millis(HELLO_TIMEOUT_MS),
            },
            locale: Locale::default(),
            media: MediaState::default(),
            bucket: Bucket::new(MESSAGES_PER_SECOND, MESSAGE_BURST, now.instant),
            silent_at: now.instant + Duration::from_millis(IDLE_TIMEOUT_MS),
            outputs: VecDeque::new(),
        }
    }

    /// Whether microphone and camera are there and on, as the client said last.
    #[must_use]
    pub const fn media(&self) -> MediaState {
        self.media
    }

    /// The language of the person, for the words of a refusal.
    #[must_use]
    pub const fn locale(&self) -> Locale {
        self.locale
    }

    /// Whether nothing more will come out.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        matches!(self.state, State::Closed) && self.outputs.is_empty()
    }

    /// A message.
    pub fn handle_message(&mut self, message: ClientMessage, now: Now) {
        if !self.hear(now) {
            return;
        }
        let first = matches!(self.state, State::AwaitingHello { .. });
        match message {
            ClientMessage::Hello(hello) if first => self.hello(hello),
            _ if first => self.refuse(Refusal::new(ErrorCode::HelloExpected)),
            ClientMessage::Hello(_) => self.refuse(Refusal::with_detail(
                ErrorCode::BadMessage,
                "hello was said already",
            )),
            ClientMessage::Offer { sdp } => self.offer(sdp, now),
            ClientMessage::Media { mic, camera } => {
                self.media = MediaState { mic, camera };
                if let State::InRoom { .. } = self.state {
                    self.push(Output::ToRoom(ToRoom::Media(self.media)));
                }
            }
            ClientMessage::View { tiles } => self.view(tiles),
            ClientMessage::Leave {} => self.leave(now),
            ClientMessage::Ping { id } => self.send(ServerMessage::Pong {
                id,
                now_ms: now.unix_ms,
            }),
        }
    }

    /// A frame that holds no message.
    pub fn handle_unreadable(&mut self, what: Unreadable, now: Now) {
        if !self.hear(now) {
            return;
        }
        let (detail, code) = match what {
            Unreadable::Garbled(detail) => (detail, CloseCode::BadMessage),
            Unreadable::Binary => ("text messages only".to_owned(), CloseCode::Binary),
            Unreadable::TooLarge => ("the message is too large".to_owned(), CloseCode::TooLarge),
        };
        let refusal = Refusal::with_detail(ErrorCode::BadMessage, detail);
        self.push(Output::Refuse(refusal));
        self.close(code);
    }

    /// A control frame (RFC 6455 section 5.5): somebody is there.
    pub fn handle_sign_of_life(&mut self, now: Now) {
        self.silent_at = now.instant + Duration::from_millis(IDLE_TIMEOUT_MS);
    }

    /// The answer to [`Ask::Admission`].
    pub fn handle_admission(&mut self, answer: Result<Admission, Refusal>, now: Now) {
        match mem::replace(&mut self.state, State::Closed) {
            State::Admitting { credential, offer } => match answer {
                Ok(Admission::Seat(claim)) => self.enter(claim, offer, None),
                Ok(Admission::Test(claim)) => self.begin_test(claim, offer, now),
                Ok(Admission::Early(visit)) => {
                    self.say_waiting(&visit, now);
                    self.state = State::Waiting(Waiting::new(credential, offer, visit, now));
                }
                Ok(Admission::Terminal {
                    facility,
                    name,
                    build,
                    appointments,
                }) => {
                    let desk = Desk::new(facility, name, build, appointments, now);
                    self.attend(desk, now);
                }
                Err(refusal) => self.refuse(refusal),
            },
            State::Waiting(mut waiting) => match answer {
                Ok(Admission::Seat(claim)) => self.enter(claim, waiting.offer, None),
                Ok(Admission::Early(visit)) => {
                    if visit != waiting.visit {
                        self.say_waiting(&visit, now);
                        waiting.visit = visit;
                    }
                    waiting.answered(now);
                    self.state = State::Waiting(waiting);
                }
                // Whoever waits goes on waiting: the opening may come while the store is away.
                Err(refusal) if refusal.code == ErrorCode::Unavailable => {
                    waiting.answered(now);
                    self.state = State::Waiting(waiting);
                }
                Err(refusal) => self.refuse(refusal),
                Ok(Admission::Terminal { .. } | Admission::Test(_)) => {
                    self.state = State::Waiting(waiting);
                }
            },
            other => self.state = other,
        }
    }

    /// What the room says.
    pub fn handle_room(&mut self, said: FromRoom, now: Now) {
        let State::InRoom { joined, .. } = &mut self.state else {
            return;
        };
        match said {
            FromRoom::Say(message) => {
                *joined |= matches!(message, ServerMessage::Joined(_));
                self.send(message);
            }
            FromRoom::Refused(refusal) if *joined => self.push(Output::Refuse(refusal)),
            FromRoom::Refused(refusal) => self.not_entered(refusal, now),
            FromRoom::Ended {
                reason,
                by,
                may_return,
            } => self.call_ended(reason, by, may_return, now),
        }
    }

    /// The server is stopping.
    pub fn handle_stopping(&mut self) {
        match self.state {
            State::Closed => {}
            State::AwaitingHello { .. } => self.close(CloseCode::Stopping),
            State::Admitting { .. }
            | State::Waiting(_)
            | State::AtDesk { .. }
            | State::InRoom { .. }
            | State::Testing(_) => {
                self.send(ServerMessage::Ended {
                    reason: EndReason::ServerStopping,
                    by: By::System,
                    may_return: true,
                });
                self.close(CloseCode::Stopping);
            }
        }
    }

    /// The websocket is gone.
    pub fn handle_disconnected(&mut self) {
        self.outputs.clear();
        self.go();
    }

    /// Does what is due at `now`.
    pub fn handle_timeout(&mut self, now: Now) {
        if matches!(self.state, State::Closed) {
            return;
        }
        if self.silent_at <= now.instant {
            return self.close(CloseCode::Silent);
        }
        let due = |at: Option<Instant>| at.is_some_and(|at| at <= now.instant);
        match &mut self.state {
            State::AwaitingHello { until } if *until <= now.instant => {
                self.refuse(Refusal::new(ErrorCode::HelloTimeout));
            }
            State::Waiting(waiting) if due(waiting.ask_at()) => {
                let credential = waiting.asking();
                self.push(Output::Ask(Ask::Admission(credential)));
            }
            State::AtDesk { desk, .. } if due(desk.read_at()) => {
                desk.reading();
                self.push(Output::Ask(Ask::Schedule));
            }
            State::Testing(test) if test.ends_at() <= now.instant => self.end_test(),
            _ => {}
        }
    }

    /// When to call [`Connection::handle_timeout`].
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let due = match &self.state {
            State::Closed => return None,
            State::AwaitingHello { until } => Some(*until),
            State::Waiting(waiting) => waiting.ask_at(),
            State::AtDesk { desk, .. } => desk.read_at(),
            State::Testing(test) => Some(test.ends_at()),
            State::Admitting { .. } | State::InRoom { .. } => None,
        };
        Some(due.map_or(self.silent_at, |due| due.min(self.silent_at)))
    }

    /// What to do next.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// Notes that somebody is there. False: nothing more is heard from them.
    fn hear(&mut self, now: Now) -> bool {
        if matches!(self.state, State::Closed) {
            return false;
        }
        self.handle_sign_of_life(now);
        let calm = self.bucket.take(now.instant);
        if !calm {
            self.refuse(Refusal::new(ErrorCode::TooFast));
        }
        calm
    }

    fn hello(&mut self, hello: Hello) {
        self.locale = hello.locale;
        self.media = MediaState {
            mic: hello.mic,
            camera: hello.camera,
        };
        if hello.version != VERSION {
            return self.refuse(Refusal::new(ErrorCode::VersionUnsupported));
        }
        let offer = match (&hello.credential, hello.offer) {
            (Credential::Terminal { .. }, _) => String::new(),
            (_, Some(offer)) => offer,
            (_, None) => {
                let missing = "hello has no offer";
                return self.refuse(Refusal::with_detail(ErrorCode::OfferNotUsable, missing));
            }
        };
        if let Some(refusal) = too_long(&offer) {
            return self.refuse(refusal);
        }
        self.push(Output::Ask(Ask::Admission(hello.credential.clone())));
        self.state = State::Admitting {
            credential: hello.credential,
            offer,
        };
    }

    fn offer(&mut self, sdp: String, now: Now) {
        if let Some(refusal) = too_long(&sdp) {
            return self.push(Output::Refuse(refusal));
        }
        match mem::replace(&mut self.state, State::Closed) {
            State::Admitting { credential, .. } => {
                self.state = State::Admitting {
                    credential,
                    offer: sdp,
                };
            }
            State::Waiting(mut waiting) => {
                waiting.offer = sdp;
                self.state = State::Waiting(waiting);
            }
            // Without an open visit the offer has crossed a cancellation.
            State::AtDesk { desk, called } => match desk.enterable(now).map(Appointment::claim) {
                Some(claim) => self.enter(claim, sdp, Some(desk)),
                None => self.state = State::AtDesk { desk, called },
            },
            State::InRoom {
                visit,
                desk,
                joined,
            } => {
                self.push(Output::ToRoom(ToRoom::Restart { sdp }));
                self.state = State::InRoom {
                    visit,
                    desk,
                    joined,
                };
            }
            State::Testing(test) => self.test_anew(test, sdp),
            other @ (State::AwaitingHello { .. } | State::Closed) => self.state = other,
        }
    }

    fn view(&mut self, tiles: Vec<ViewTile>) {
        let fits = |tile: &ViewTile| tile.width.max(tile.height) <= VIEW_MAX_PIXELS;
        if tiles.len() > VIEW_MAX_TILES || !tiles.iter().all(fits) {
            let detail = "view has too many tiles, or one that is too large";
            return self.refuse(Refusal::with_detail(ErrorCode::BadMessage, detail));
        }
        if let State::InRoom { .. } = self.state {
            self.push(Output::ToRoom(ToRoom::View(tiles)));
        }
    }

    fn leave(&mut self, now: Now) {
        match mem::replace(&mut self.state, State::Closed) {
            State::AtDesk {
                mut desk,
                called: Some(visit),
            } => {
                desk.hung_up(visit);
                self.attend(desk, now);
            }
            other @ State::AtDesk { .. } => self.state = other,
            other @ State::InRoom { .. } => {
                self.state = other;
                self.push(Output::ToRoom(ToRoom::Leave));
            }
            other @ State::Testing(_) => {
                self.state = other;
                self.close(CloseCode::Done);
            }
            State::AwaitingHello { .. }
            | State::Admitting { .. }
            | State::Waiting(_)
            | State::Closed => self.close(CloseCode::Done),
        }
    }

    fn enter(&mut self, claim: SeatClaim, offer: String, desk: Option<Desk>) {
        self.state = State::InRoom {
            visit: claim.visit.id,
            desk,
            joined: false,
        };
        let media = self.media;
        self.push(Output::ToRoom(ToRoom::Enter(Box::new(Entry {
            claim,
            offer,
            media,
        }))));
    }

    fn say_waiting(&mut self, visit: &Visit, now: Now) {
        self.send(ServerMessage::Waiting {
            now_ms: now.unix_ms,
            visit: visit.clone(),
        });
    }

    fn refuse(&mut self, refusal: Refusal) {
        let code = refusal.close_code();
        self.push(Output::Refuse(refusal));
        self.close(code);
    }

    fn close(&mut self, code: CloseCode) {
        self.go();
        self.push(Output::Close(code));
    }

    /// Leaves whatever one is in.
    fn go(&mut self) {
        match mem::replace(&mut self.state, State::Closed) {
            State::InRoom { .. } => self.push(Output::ToRoom(ToRoom::Gone)),
            State::Testing(test) => self.push(Output::EndTest(test.room())),
            _ => {}
        }
    }

    fn send(&mut self, message: ServerMessage) {
        self.push(Output::Send(message));
    }

    fn push(&mut self, output: Output) {
        self.outputs.push_back(output);
    }
}

fn too_long(offer: &str) -> Option<Refusal> {
    let too_long = offer.len() > OFFER_MAX_BYTES;
    too_long.then(|| Refusal::with_detail(ErrorCode::OfferNotUsable, "the offer is too long"))
}
