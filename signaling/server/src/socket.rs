//! One connection's task: feeds its machine and does what comes out.

use std::{
    future::{Future, pending},
    pin::Pin,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use grant::SecretHash;
use ids::TerminalId;
use protocol::{ErrorCode, MAX_MESSAGE_BYTES, ServerMessage};
use signaling_core::{
    Admission, Ask, CloseCode, Connection, ConnectionId, FromRoom, Output, Refusal, Tested, ToRoom,
    Unreadable,
};
use tokio::{
    sync::{OwnedSemaphorePermit, mpsc, watch},
    time::{MissedTickBehavior, interval, sleep_until, timeout},
};

use crate::{
    admission::{self, Answer},
    metrics::label,
    phone_tests::{self, TestPlace},
    registry::{Registry, RoomHandle},
    room::Command,
    shared::Shared,
    terminals::Attendance,
    texts::text,
};

/// How often a websocket ping goes out.
const PING: Duration = Duration::from_secs(15);
/// How long one message may take to be taken.
const WRITE: Duration = Duration::from_secs(10);
/// How long the other side may take to close.
const LINGER: Duration = Duration::from_secs(2);
/// Messages of a room that wait for a slow reader.
const WAITING: usize = 64;

/// The connection must end, without a word more.
struct Cut;

/// What the machine asked for, on its way.
enum Found {
    Admission(Answer),
    Schedule(Option<Vec<signaling_core::Appointment>>),
    Tested(Result<Tested, Refusal>),
}

type Question = Pin<Box<dyn Future<Output = Found> + Send>>;

struct Socket {
    shared: Arc<Shared>,
    websocket: WebSocket,
    id: ConnectionId,
    machine: Connection,
    question: Option<Question>,
    /// Only a terminal has one.
    attendance: Option<Attendance>,
    room: Option<Room>,
    /// Only who tests a phone has one.
    test: Option<TestPlace>,
    /// When the person began to join, until they have.
    joining_since: Option<Instant>,
    /// The rest of a message that is far too large is still to come, and will not be read. Closing before
    /// it has come resets the connection, and our last words with it.
    unreadable: bool,
}

/// The room that one is in.
struct Room {
    handle: RoomHandle,
    /// In boxes, as a channel has room for many and holds few.
    says: mpsc::Receiver<Box<FromRoom>>,
    joined: bool,
}

/// Serves a websocket until it is closed.
pub(crate) async fn serve(shared: Arc<Shared>, websocket: WebSocket, _place: OwnedSemaphorePermit) {
    let connections = shared.metrics.connections.clone();
    connections.inc();
    let mut stopping = shared.stopping.subscribe();
    let id = shared.next_connection();
    let mut socket = Socket {
        machine: Connection::new(shared.now()),
        shared,
        websocket,
        id,
        question: None,
        attendance: None,
        room: None,
        test: None,
        joining_since: None,
        unreadable: false,
    };
    tracing::debug!(connection = id.0, "opened");
    if socket.run(&mut stopping).await.is_err() {
        socket.machine.handle_disconnected();
        while let Some(output) = socket.machine.poll_output() {
            match output {
                Output::ToRoom(said) => socket.tell_room(said).await,
                Output::EndTest(room) => socket.shared.sfu.end(room),
                _ => {}
            }
        }
    }
    connections.dec();
    tracing::debug!(connection = id.0, "closed");
}

impl Socket {
    async fn run(&mut self, stopping: &mut watch::Receiver<bool>) -> Result<(), Cut> {
        let mut pings = interval(PING);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        pings.reset();
        let mut told_to_stop = false;
        loop {
            while let Some(output) = self.machine.poll_output() {
                self.act(output).await?;
            }
            if self.machine.is_closed() {
                return Ok(());
            }
            let due = self.machine.poll_timeout();
            let timer = async {
                match due {
                    Some(due) => sleep_until(due.into()).await,
                    None => pending().await,
                }
            };
            tokio::select! {
                frame = self.websocket.recv() => self.hear(frame)?,
                said = said(&mut self.room) => self.hear_room(said)?,
                found = found(&mut self.question) => self.learn(found),
                () = unpaired(self.attendance.as_ref()) => self.machine.handle_unpaired(),
                () = timer => self.machine.handle_timeout(self.shared.now()),
                _ = pings.tick() => self.write(Message::Ping(axum::body::Bytes::new())).await?,
                () = asked_to_stop(stopping), if !told_to_stop => {
                    told_to_stop = true;
                    self.machine.handle_stopping();
                }
            }
        }
    }

    fn hear(&mut self, frame: Option<Result<Message, axum::Error>>) -> Result<(), Cut> {
        let now = self.shared.now();
        match frame {
            Some(Ok(Message::Text(text))) if text.len() > MAX_MESSAGE_BYTES => {
                self.machine.handle_unreadable(Unreadable::TooLarge, now);
            }
            Some(Ok(Message::Text(text))) => match serde_json::from_str(&text) {
                Ok(message) => {
                    let offers = matches!(message, protocol::ClientMessage::Offer { .. });
                    let says_hello = matches!(message, protocol::ClientMessage::Hello(_));
                    if (offers && self.room.is_none()) || says_hello {
                        self.joining_since = Some(now.instant);
                    }
                    self.machine.handle_message(message, now);
                    if let Some(attendance) = &self.attendance {
                        attendance.note(self.machine.media());
                    }
                }
                Err(error) => {
                    let what = Unreadable::Garbled(error.to_string());
                    self.machine.handle_unreadable(what, now);
                }
            },
            Some(Ok(Message::Binary(bytes))) => {
                let what = if bytes.len() > MAX_MESSAGE_BYTES {
                    Unreadable::TooLarge
                } else {
                    Unreadable::Binary
                };
                self.machine.handle_unreadable(what, now);
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {
                self.machine.handle_sign_of_life(now);
            }
            Some(Err(error)) if is_too_large(&error) => {
                self.unreadable = true;
                self.machine.handle_unreadable(Unreadable::TooLarge, now);
            }
            None | Some(Ok(Message::Close(_)) | Err(_)) => return Err(Cut),
        }
        Ok(())
    }

    fn hear_room(&mut self, said: Option<FromRoom>) -> Result<(), Cut> {
        // A room that says nothing more without having said goodbye has dropped a slow reader.
        let said = said.ok_or(Cut)?;
        match (&said, &mut self.room) {
            (FromRoom::Say(ServerMessage::Joined(_)), Some(room)) => {
                room.joined = true;
                if let Some(since) = self.joining_since.take() {
                    let took = since.elapsed().as_secs_f64();
                    self.shared.metrics.join_seconds.observe(took);
                }
            }
            // Whoever was not let in has nothing more to hear from this room, nor has who is out.
            (FromRoom::Refused(_), Some(room)) if !room.joined => self.room = None,
            (FromRoom::Ended { .. }, _) => self.room = None,
            (FromRoom::Say(_) | FromRoom::Refused(_), _) => {}
        }
        self.machine.handle_room(said, self.shared.now());
        Ok(())
    }

    fn learn(&mut self, found: Found) {
        let now = self.shared.now();
        match found {
            Found::Admission((answer, terminal)) => {
                self.attendance = terminal.map(|(secret, terminal)| {
                    let media = self.machine.media();
                    let terminals = &self.shared.terminals;
                    terminals.attend(terminal, secret, self.id, media)
                });
                if let Ok(Admission::Early(_) | Admission::Test(_)) = answer {
                    self.joining_since = None;
                }
                let answer = answer.and_then(|admission| self.place_of(admission));
                self.machine.handle_admission(answer, now);
            }
            Found::Tested(answer) => self.machine.handle_tested(answer, now),
            Found::Schedule(appointments) => self.machine.handle_schedule(appointments, now),
        }
    }

    /// A test needs a place among those that run.
    fn place_of(&mut self, admission: Admission) -> Result<Admission, Refusal> {
        if let Admission::Test(claim) = admission {
            self.test = self.shared.phone_tests.begin(claim.person);
            if self.test.is_none() {
                return Err(Refusal::new(ErrorCode::Busy));
            }
        }
        Ok(admission)
    }

    async fn act(&mut self, output: Output) -> Result<(), Cut> {
        match output {
            Output::Send(message) => self.send(&message).await,
            Output::Refuse(refusal) => {
                self.joining_since = None;
                self.send(&self.in_words(&refusal)).await
            }
            Output::Ask(Ask::Admission(credential)) => {
                let shared = Arc::clone(&self.shared);
                let locale = self.machine.locale();
                self.question = Some(Box::pin(async move {
                    Found::Admission(admission::admit(shared, credential, locale).await)
                }));
                Ok(())
            }
            Output::Ask(Ask::Schedule) => {
                if let Some(Attendance {
                    secret, terminal, ..
                }) = self.attendance
                {
                    self.question = Some(schedule(Arc::clone(&self.shared), secret, terminal));
                }
                Ok(())
            }
            Output::Ask(Ask::TestMedia(wanted)) => {
                let shared = Arc::clone(&self.shared);
                self.question = Some(Box::pin(async move {
                    Found::Tested(phone_tests::media(&shared, wanted).await)
                }));
                Ok(())
            }
            Output::EndTest(room) => {
                self.shared.sfu.end(room);
                self.test = None;
                Ok(())
            }
            Output::ToRoom(said) => {
                self.tell_room(said).await;
                Ok(())
            }
            Output::Close(code) => self.close(code).await,
        }
    }

    fn in_words(&self, refusal: &Refusal) -> ServerMessage {
        let refusals = &self.shared.metrics.refusals;
        refusals.with_label_values(&[label(refusal.code)]).inc();
        tracing::info!(connection = self.id.0, code = ?refusal.code, "refused");
        refusal.message(text(refusal.code, self.machine.locale()))
    }

    async fn tell_room(&mut self, said: ToRoom) {
        let connection = self.id;
        match said {
            ToRoom::Enter(entry) => {
                if entry.claim.seat == ids::Seat::INMATE {
                    let joins = &self.shared.metrics.joins;
                    joins.with_label_values(&["terminal"]).inc();
                }
                let handle = Registry::open(&self.shared, &entry.claim);
                let (to, says) = mpsc::channel(WAITING);
                let enter = Command::Enter {
                    connection,
                    entry,
                    to,
                };
                // A room that is gone drops `to`, and that is heard.
                handle.tell(enter).await;
                self.room = Some(Room {
                    handle,
                    says,
                    joined: false,
                });
            }
            said => {
                let gone = said == ToRoom::Gone;
                if let Some(room) = &self.room {
                    let command = Command::FromConnection { connection, said };
                    room.handle.tell(command).await;
                }
                if gone {
                    self.room = None;
                }
            }
        }
    }

    async fn send(&mut self, message: &ServerMessage) -> Result<(), Cut> {
        match serde_json::to_string(message) {
            Ok(json) => self.write(Message::text(json)).await,
            Err(error) => {
                tracing::error!(%error, "a message could not be written as JSON");
                Err(Cut)
            }
        }
    }

    async fn write(&mut self, message: Message) -> Result<(), Cut> {
        match timeout(WRITE, self.websocket.send(message)).await {
            Ok(sent) => sent.map_err(|_| Cut),
            Err(_) => {
                self.shared.metrics.slow_readers.inc();
                Err(Cut)
            }
        }
    }

    /// Closes, and gives the other side a moment to read what was said and close too.
    async fn close(&mut self, code: CloseCode) -> Result<(), Cut> {
        let frame = CloseFrame {
            code: code.number(),
            reason: code.reason().into(),
        };
        self.write(Message::Close(Some(frame))).await?;
        let unreadable = self.unreadable;
        let closed = async {
            while let Some(Ok(_)) = self.websocket.recv().await {}
            if unreadable {
                pending::<()>().await;
            }
        };
        // Who does not close in time is cut off.
        drop(timeout(LINGER, closed).await);
        Ok(())
    }
}

fn schedule(shared: Arc<Shared>, secret: SecretHash, terminal: TerminalId) -> Question {
    Box::pin(async move {
        let (now_ms, offset) = (shared.now().unix_ms, shared.settings.utc_offset_ms);
        let read = shared
            .schedules
            .read_again(&*shared.visits, secret, terminal, now_ms, offset);
        Found::Schedule(read.await)
    })
}

/// Returns once a terminal has another device.
async fn unpaired(attendance: Option<&Attendance>) {
    match attendance {
        Some(attendance) => attendance.unpaired().await,
        None => pending().await,
    }
}

async fn asked_to_stop(stopping: &mut watch::Receiver<bool>) {
    // An error means that all of signaling is gone, which is the same.
    drop(stopping.wait_for(|stopping| *stopping).await);
}

async fn said(room: &mut Option<Room>) -> Option<FromRoom> {
    match room {
        Some(room) => room.says.recv().await.map(|said| *said),
        None => pending().await,
    }
}

async fn found(question: &mut Option<Question>) -> Found {
    match question {
        Some(asked) => {
            let found = asked.await;
            *question = None;
            found
        }
        None => pending().await,
    }
}

fn is_too_large(error: &axum::Error) -> bool {
    std::error::Error::source(error)
        .and_then(|source| source.downcast_ref::<tungstenite::Error>())
        .is_some_and(|error| matches!(error, tungstenite::Error::Capacity(_)))
}
