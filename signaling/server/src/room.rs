//! One visit's task: feeds the room's machine and does what comes out.

use std::{
    collections::HashMap,
    future::pending,
    sync::Arc,
    time::{Duration, Instant},
};

use booking_domain::{Step, VisitTime};
use ids::{Seat, VisitId};
use protocol::{By, EndReason, ErrorCode, IceServer, ReceiveLine, ViewTile};
use sfu_server::{
    JoinError, JoinRequest, LineAssignment, MediaSessionId, SfuEvent, SfuEventKind, Tile,
};
use signaling_core::{
    ConnectionId, Entry, FromRoom, MediaSession, Refusal, RoomOutput, RoomStep, Seated, TimeSpent,
    ToRoom, VisitRoom,
};
use tokio::{
    sync::{mpsc, oneshot},
    time::sleep_until,
};

use crate::{metrics::label, shared::Shared, time_back};

/// What a room is told.
pub(crate) enum Command {
    /// A connection comes in. What the room says to it goes to `to`.
    Enter {
        connection: ConnectionId,
        entry: Box<Entry>,
        to: mpsc::Sender<Box<FromRoom>>,
    },
    /// A connection that has come in says something.
    FromConnection {
        connection: ConnectionId,
        said: ToRoom,
    },
    /// Something happened to the visit's media.
    Media(SfuEvent),
    /// The visit ends before its time.
    End { reason: EndReason, by: By },
    /// Staff look at the visit before it goes on.
    Hold,
    /// The visit has another terminal.
    Moved,
    /// The store has answered how much of what was lost is given back: the visit ends then, Unix ms.
    GivenBack { ends_at_ms: u64 },
    /// The store is to know what the time was spent on until now; let go of once it is told.
    CountTime(oneshot::Sender<()>),
    /// A newer link was sent for a seat.
    Reissued { seat: Seat, generation: u32 },
    /// Who is in the call?
    Connected(oneshot::Sender<Vec<Seat>>),
}

impl Command {
    /// The end for a reason, by whoever it comes from.
    pub(crate) const fn end(reason: EndReason) -> Self {
        let by = match reason {
            EndReason::Terminated => By::Officer,
            _ => By::System,
        };
        Self::End { reason, by }
    }
}

struct RoomTask {
    shared: Arc<Shared>,
    visit: VisitId,
    room: VisitRoom,
    listeners: HashMap<ConnectionId, mpsc::Sender<Box<FromRoom>>>,
    /// The receive lines of those who sit here, for the answer to an ICE restart.
    lines: HashMap<ConnectionId, Vec<ReceiveLine>>,
    counted: bool,
}

/// Runs a visit until it can be forgotten.
pub(crate) async fn run(
    shared: Arc<Shared>,
    visit: VisitId,
    room: VisitRoom,
    mut commands: mpsc::Receiver<Command>,
) {
    shared.metrics.rooms.inc();
    let mut task = RoomTask {
        shared,
        visit,
        room,
        listeners: HashMap::new(),
        lines: HashMap::new(),
        counted: true,
    };
    loop {
        let due = task.room.poll_timeout();
        let timer = async {
            match due {
                Some(due) => sleep_until(due.into()).await,
                None => pending().await,
            }
        };
        tokio::select! {
            command = commands.recv() => match command {
                Some(command) => task.obey(command).await,
                None => break,
            },
            () = timer => task.room.handle_timeout(Instant::now()),
        }
        if task.drain() {
            break;
        }
    }
    task.shared.registry.forget(visit);
}

impl RoomTask {
    async fn obey(&mut self, command: Command) {
        match command {
            Command::Enter {
                connection,
                entry,
                to,
            } => self.enter(connection, *entry, to).await,
            Command::FromConnection { connection, said } => self.hear(connection, said).await,
            Command::Media(event) => self.media(event),
            Command::End { reason, by } => self.room.end(reason, by, Instant::now()),
            Command::Hold => self.room.hold(Instant::now()),
            Command::Moved => self.room.change_terminal(Instant::now()),
            Command::GivenBack { ends_at_ms } => {
                self.room.handle_given_back(ends_at_ms, Instant::now());
            }
            Command::CountTime(done) => {
                if let Some(spent) = self.room.count_time(Instant::now()) {
                    self.count(&spent);
                }
                drop(done);
            }
            Command::Reissued { seat, generation } => {
                self.room.reissue(seat, generation, Instant::now());
            }
            // Whoever asked may have stopped waiting.
            Command::Connected(reply) => drop(reply.send(self.room.connected())),
        }
    }

    async fn enter(
        &mut self,
        connection: ConnectionId,
        entry: Entry,
        to: mpsc::Sender<Box<FromRoom>>,
    ) {
        let Entry {
            claim,
            offer,
            media,
        } = entry;
        let seated = match self.room.admit(&claim, Instant::now()) {
            Ok(()) => self.take_seat(claim.seat, offer).await,
            Err(refusal) => Err(refusal),
        };
        match seated {
            Ok(seated) => {
                tracing::info!(visit = %self.visit, seat = %claim.seat, "joined");
                self.listeners.insert(connection, to);
                self.lines.insert(connection, seated.lines.clone());
                let now = Instant::now();
                self.room
                    .handle_seated(connection, &claim, seated, media, now);
            }
            Err(refusal) => {
                // A connection that went meanwhile needs no answer.
                drop(to.try_send(Box::new(FromRoom::Refused(refusal))));
            }
        }
    }

    async fn take_seat(&self, seat: Seat, offer: String) -> Result<Seated, Refusal> {
        let request = JoinRequest {
            visit: self.visit,
            seat,
            ends_at: self.room.ends_at(),
            offer,
        };
        let joined = self.shared.sfu.join(request).await.map_err(refused)?;
        Ok(Seated {
            session: MediaSession(joined.session.as_u64()),
            answer: joined.answer,
            lines: joined.lines.into_iter().map(receive_line).collect(),
            ice_servers: self.relays(seat),
        })
    }

    /// The relays for a seat, with a credential from now on.
    fn relays(&self, seat: Seat) -> Vec<IceServer> {
        let relay = self.shared.settings.relay.as_ref();
        let (ends_at_ms, now_ms) = (self.room.ends_at_ms(), self.shared.now().unix_ms);
        relay
            .map(|relay| relay.ice_server(self.visit, seat, ends_at_ms, now_ms))
            .into_iter()
            .collect()
    }

    async fn hear(&mut self, connection: ConnectionId, said: ToRoom) {
        match said {
            ToRoom::Restart { sdp } => self.restart(connection, sdp).await,
            ToRoom::Media(state) => self.room.handle_media_state(connection, state),
            ToRoom::View(tiles) => self.room.handle_view(connection, tiles),
            ToRoom::Leave => self.room.handle_leave(connection, Instant::now()),
            ToRoom::Unpaired => {
                self.forget(connection);
                self.room.handle_unpaired(connection, Instant::now());
            }
            ToRoom::Gone => {
                self.forget(connection);
                self.room.handle_gone(connection, Instant::now());
            }
            ToRoom::Enter(_) => {
                tracing::error!(visit = %self.visit, "an entry came without a way to answer it");
            }
        }
    }

    async fn restart(&mut self, connection: ConnectionId, sdp: String) {
        let Some(seat) = self.room.seat_of(connection) else {
            return;
        };
        let now = Instant::now();
        match self.shared.sfu.restart(self.visit, seat, sdp).await {
            Ok(answer) => {
                let lines = self.lines.get(&connection).cloned().unwrap_or_default();
                let relays = self.relays(seat);
                self.room
                    .handle_restarted(connection, answer, lines, relays, now);
            }
            Err(JoinError::Vacant) => {
                if let Some(session) = self.room.media_of(seat) {
                    self.room.handle_media_lost(seat, session, now);
                }
            }
            Err(error) => {
                let refusal = refused(error);
                self.say(connection, FromRoom::Refused(refusal));
            }
        }
    }

    fn media(&mut self, event: SfuEvent) {
        let now = Instant::now();
        let session = event.session.map(|session| MediaSession(session.as_u64()));
        match event.kind {
            SfuEventKind::Connected(seat) => {
                if let Some(session) = session {
                    self.room.handle_media_connected(seat, session, now);
                }
            }
            SfuEventKind::Interrupted { seat, since } => {
                if let Some(session) = session {
                    self.room.handle_media_interrupted(seat, session, since);
                }
            }
            SfuEventKind::Resumed(seat) => {
                if let Some(session) = session {
                    self.room.handle_media_resumed(seat, session, now);
                }
            }
            SfuEventKind::Disconnected(seat, why) => {
                tracing::info!(visit = %self.visit, %seat, ?why, "media lost");
                if let Some(session) = session {
                    self.room.handle_media_lost(seat, session, now);
                }
            }
            SfuEventKind::Speaking(seat) => self.room.handle_speaking(seat, now),
            SfuEventKind::Encodings { seat, active } => {
                if let Some(session) = session {
                    self.room.handle_encodings(seat, session, active);
                }
            }
            SfuEventKind::PicturesPaused { seat, paused } => {
                if let Some(session) = session {
                    self.room.handle_pictures(seat, session, paused);
                }
            }
            SfuEventKind::Warning(warning) => {
                let warning = match warning {
                    sfu_server::Warning::FiveMinutes => protocol::Warning::FiveMinutes,
                    sfu_server::Warning::OneMinute => protocol::Warning::OneMinute,
                };
                self.room.handle_warning(warning, now);
            }
            SfuEventKind::Ended => self.room.handle_media_ended(now),
        }
    }

    /// Does what the machine wants done. True: the room can be forgotten.
    fn drain(&mut self) -> bool {
        while let Some(output) = self.room.poll_output() {
            match output {
                RoomOutput::Say { to, message } => self.say(to, FromRoom::Say(message)),
                RoomOutput::End {
                    to,
                    reason,
                    by,
                    may_return,
                } => self.end(to, reason, by, may_return),
                RoomOutput::View {
                    seat,
                    session,
                    tiles,
                } => {
                    let session = MediaSessionId::from_u64(session.0);
                    let tiles = tiles.into_iter().map(shown).collect();
                    self.shared.sfu.view(self.visit, seat, session, tiles);
                }
                RoomOutput::DropMedia { seat, session } => {
                    let session = MediaSessionId::from_u64(session.0);
                    self.shared.sfu.leave(self.visit, seat, session);
                }
                RoomOutput::EndMedia => self.shared.sfu.end(self.visit),
                RoomOutput::GiveBack { lost } => time_back::ask(&self.shared, self.visit, lost),
                RoomOutput::MoveEnd => self.move_end(),
                RoomOutput::Count(spent) => self.count(&spent),
                RoomOutput::Note(step) => self.shared.recorder.note(self.visit, noted(step)),
                RoomOutput::Forget => return true,
            }
        }
        if self.room.is_over() && std::mem::take(&mut self.counted) {
            tracing::info!(visit = %self.visit, "the visit is over");
            self.shared.metrics.rooms.dec();
        }
        false
    }

    fn move_end(&self) {
        let ends_at = self.room.ends_at();
        tracing::info!(visit = %self.visit, "lost time is given back");
        self.shared.sfu.set_ends_at(self.visit, ends_at);
        self.shared.registry.set_ends_at(self.visit, ends_at);
    }

    fn count(&self, spent: &TimeSpent) {
        self.shared.metrics.count(spent);
        self.shared.recorder.count(self.visit, visit_time(spent));
    }

    fn end(&mut self, to: ConnectionId, reason: EndReason, by: By, may_return: bool) {
        let ends = &self.shared.metrics.ends;
        ends.with_label_values(&[label(reason)]).inc();
        let said = FromRoom::Ended {
            reason,
            by,
            may_return,
        };
        self.say(to, said);
        self.forget(to);
    }

    /// Says something without waiting: who does not read is dropped, and hears so by the closing.
    fn say(&mut self, to: ConnectionId, said: FromRoom) {
        let Some(listener) = self.listeners.get(&to) else {
            return;
        };
        if listener.try_send(Box::new(said)).is_err() {
            self.shared.metrics.slow_readers.inc();
            self.forget(to);
            self.room.handle_gone(to, Instant::now());
        }
    }

    fn forget(&mut self, connection: ConnectionId) {
        self.listeners.remove(&connection);
        self.lines.remove(&connection);
    }
}

fn refused(error: JoinError) -> Refusal {
    match error {
        JoinError::Over => Refusal::new(ErrorCode::GrantOver),
        JoinError::Offer(error) => {
            Refusal::with_detail(ErrorCode::OfferNotUsable, error.to_string())
        }
        JoinError::Full => Refusal::new(ErrorCode::Busy),
        JoinError::Vacant | JoinError::Unavailable => {
            tracing::error!(%error, "a seat could not be given");
            Refusal::new(ErrorCode::Unavailable)
        }
    }
}

fn receive_line(line: LineAssignment) -> ReceiveLine {
    ReceiveLine {
        seat: line.seat,
        audio_mid: line.audio_mid,
        video_mid: line.video_mid,
    }
}

fn shown(tile: ViewTile) -> (Seat, Tile) {
    let ViewTile {
        seat,
        width,
        height,
    } = tile;
    (seat, Tile { width, height })
}

fn visit_time(spent: &TimeSpent) -> VisitTime {
    let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    VisitTime {
        together_ms: millis(spent.together),
        without_inmate_ms: millis(spent.without_inmate),
        without_visitors_ms: millis(spent.without_visitors),
    }
}

const fn noted(step: RoomStep) -> Step {
    match step {
        RoomStep::Joined(seat) => Step::Joined { seat },
        RoomStep::Heard(seat) => Step::Heard { seat },
        RoomStep::Left(seat) => Step::Left { seat },
        RoomStep::SlotEnded => Step::SlotEnded,
    }
}
