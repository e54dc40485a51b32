//! The thread that has the sockets of all lean clients: one poll, one heap of timers, no locks.
//!
//! Datagrams come in batches (`recvmmsg`, GRO) and go out one by one, as pages on different devices send
//! them. What is counted is handed over when somebody asks.

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    io,
    net::SocketAddr,
    sync::{Arc, mpsc},
    thread::JoinHandle,
    time::{Duration, Instant, SystemTime},
};

use anyhow::{Context, anyhow};
use mio::{Events, Interest, Poll, Token, Waker};
use tokio::sync::oneshot;

use super::{
    incoming::{Came, Incoming},
    meter::{Arrival, Meter},
    participant::{Event, Participant},
    socket::{Buffers, Port},
};
use crate::{histogram::Histogram, media::Media};

const COMMANDS: Token = Token(usize::MAX);
const EVENTS_A_TURN: usize = 256;

/// Now, ns since 1970.
#[must_use]
pub fn unix_ns() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| {
        u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
    })
}

/// What a client is to send once keys are agreed: made then, since its clock begins then.
pub type Performance = Box<dyn FnOnce(Instant) -> Media + Send>;

/// A client in the fleet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MemberId(usize);

/// What became of a client.
#[derive(Clone, Debug, Default)]
pub struct Member {
    /// When keys were agreed.
    pub connected: Option<Instant>,
    /// When the first picture of anybody could be shown.
    pub first_picture: Option<Instant>,
    /// What came.
    pub came: Came,
    /// Why it cannot go on.
    pub failed: Option<String>,
}

/// What all clients together counted.
#[derive(Clone, Debug, Default)]
pub struct Counted {
    /// Counters since the start; latencies since the last time somebody asked.
    pub meter: Meter,
    /// What came since the start, to those who have left as well.
    pub came: Came,
    /// How late media was sent since the last time somebody asked, µs.
    pub late_us: Histogram,
    /// Datagrams that the system had no room for, since the start.
    pub unsent: u64,
    /// Clients with keys.
    pub connected: usize,
    /// Clients that cannot go on.
    pub failed: usize,
}

impl Counted {
    /// Both together.
    #[must_use]
    pub fn plus(mut self, other: &Self) -> Self {
        self.meter.add(&other.meter);
        self.came = self.came.plus(other.came);
        self.late_us.merge(&other.late_us);
        self.unsent += other.unsent;
        self.connected += other.connected;
        self.failed += other.failed;
        self
    }
}

/// The clients, driven by a thread.
pub struct Fleet {
    commands: mpsc::Sender<Command>,
    waker: Arc<Waker>,
    thread: Option<JoinHandle<()>>,
}

enum Command {
    Add(Box<Newcomer>),
    Look(MemberId, oneshot::Sender<Member>),
    Remove(MemberId, oneshot::Sender<Member>),
    Count(oneshot::Sender<Counted>),
    Silence,
}

struct Newcomer {
    participant: Participant,
    port: Port,
    performance: Performance,
    added: oneshot::Sender<MemberId>,
    connected: oneshot::Sender<Result<Instant, String>>,
}

/// A client that was added.
pub struct Added {
    /// Names it.
    pub id: MemberId,
    /// Answers once: keys are agreed, or why they will not be.
    pub connected: oneshot::Receiver<Result<Instant, String>>,
}

impl Fleet {
    /// Starts the thread.
    ///
    /// # Errors
    /// The system gives no thread or no poll.
    pub fn start() -> anyhow::Result<Self> {
        let poll = Poll::new()?;
        let waker = Arc::new(Waker::new(poll.registry(), COMMANDS)?);
        let (commands, incoming) = mpsc::channel();
        let driver = Driver {
            poll,
            commands: incoming,
            members: vec![],
            timers: BinaryHeap::new(),
            buffers: Buffers::new(),
            counted: Counted::default(),
        };
        let thread = std::thread::Builder::new()
            .name("lean-clients".to_owned())
            .spawn(move || driver.run())?;
        Ok(Self {
            commands,
            waker,
            thread: Some(thread),
        })
    }

    /// Adds a client that was answered, with its socket.
    ///
    /// # Errors
    /// The thread is gone.
    pub async fn add(
        &self,
        participant: Participant,
        port: Port,
        performance: Performance,
    ) -> anyhow::Result<Added> {
        let (added, id) = oneshot::channel();
        let (connected_in, connected) = oneshot::channel();
        self.command(Command::Add(Box::new(Newcomer {
            participant,
            port,
            performance,
            added,
            connected: connected_in,
        })))?;
        let id = id.await.context("the client could not be added")?;
        Ok(Added { id, connected })
    }

    /// What became of a client so far.
    ///
    /// # Errors
    /// The thread is gone.
    pub async fn look(&self, id: MemberId) -> anyhow::Result<Member> {
        self.ask(|answer| Command::Look(id, answer)).await
    }

    /// Takes a client out, and tells what became of it.
    ///
    /// # Errors
    /// The thread is gone.
    pub async fn remove(&self, id: MemberId) -> anyhow::Result<Member> {
        self.ask(|answer| Command::Remove(id, answer)).await
    }

    /// What was counted.
    ///
    /// # Errors
    /// The thread is gone.
    pub async fn count(&self) -> anyhow::Result<Counted> {
        self.ask(Command::Count).await
    }

    /// Nobody sends media any more; everything else goes on.
    ///
    /// # Errors
    /// The thread is gone.
    pub fn silence(&self) -> anyhow::Result<()> {
        self.command(Command::Silence)
    }

    async fn ask<T>(
        &self,
        command: impl FnOnce(oneshot::Sender<T>) -> Command,
    ) -> anyhow::Result<T> {
        let (answer, answered) = oneshot::channel();
        self.command(command(answer))?;
        answered.await.context("the clients' thread did not answer")
    }

    fn command(&self, command: Command) -> anyhow::Result<()> {
        self.commands
            .send(command)
            .map_err(|_| anyhow!("the clients' thread is gone"))?;
        Ok(self.waker.wake()?)
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        // The thread ends when nobody can command it any more.
        let (nobody, _) = mpsc::channel();
        self.commands = nobody;
        let woken = self.waker.wake();
        if let (Ok(()), Some(thread)) = (woken, self.thread.take()) {
            // A panic of the thread's was told by its own message.
            let _ = thread.join();
        }
    }
}

struct Driver {
    poll: Poll,
    commands: mpsc::Receiver<Command>,
    members: Vec<Option<Seat>>,
    timers: BinaryHeap<Reverse<(Instant, usize)>>,
    buffers: Buffers,
    counted: Counted,
}

struct Seat {
    participant: Participant,
    port: Port,
    performance: Option<Performance>,
    connecting: Option<oneshot::Sender<Result<Instant, String>>>,
    connected: Option<Instant>,
    failed: Option<String>,
    scheduled: Option<Instant>,
}

impl Driver {
    fn run(mut self) {
        let mut events = Events::with_capacity(EVENTS_A_TURN);
        loop {
            match self.obey() {
                Ok(()) => {}
                Err(mpsc::TryRecvError::Disconnected) => return,
                Err(mpsc::TryRecvError::Empty) => {}
            }
            self.do_what_is_due();
            let timeout = self
                .timers
                .peek()
                .map(|Reverse((at, _))| at.saturating_duration_since(Instant::now()));
            if let Err(error) = self.poll.poll(&mut events, timeout)
                && error.kind() != io::ErrorKind::Interrupted
            {
                tracing::error!(%error, "the clients' sockets cannot be waited for");
                return;
            }
            for event in &events {
                if event.token() != COMMANDS {
                    self.receive(event.token().0);
                }
            }
        }
    }

    /// Runs all commands that wait; the error says why there are no more.
    fn obey(&mut self) -> Result<(), mpsc::TryRecvError> {
        loop {
            match self.commands.try_recv()? {
                Command::Add(newcomer) => self.add(*newcomer),
                Command::Look(id, answer) => {
                    let member = self.members.get(id.0).and_then(Option::as_ref);
                    // Whoever asked may have stopped waiting.
                    let _ = answer.send(member.map(Seat::member).unwrap_or_default());
                }
                Command::Remove(id, answer) => {
                    let member = self.remove(id.0);
                    let _ = answer.send(member);
                }
                Command::Count(answer) => {
                    let _ = answer.send(self.count());
                }
                Command::Silence => {
                    for seat in self.members.iter_mut().flatten() {
                        seat.performance = None;
                        seat.participant.play(Media::Silent);
                    }
                }
            }
        }
    }

    fn add(&mut self, newcomer: Newcomer) {
        let Newcomer {
            participant,
            mut port,
            performance,
            added,
            connected,
        } = newcomer;
        let free = self.members.iter().position(Option::is_none);
        let place = free.unwrap_or(self.members.len());
        if let Err(error) =
            self.poll
                .registry()
                .register(port.source(), Token(place), Interest::READABLE)
        {
            tracing::error!(%error, "a client's socket cannot be waited for");
            return;
        }
        let seat = Some(Seat {
            participant,
            port,
            performance: Some(performance),
            connecting: Some(connected),
            connected: None,
            failed: None,
            scheduled: None,
        });
        match free {
            Some(place) => self.members[place] = seat,
            None => self.members.push(seat),
        }
        let _ = added.send(MemberId(place));
        self.after(place);
    }

    fn remove(&mut self, place: usize) -> Member {
        let Some(mut seat) = self.members.get_mut(place).and_then(Option::take) else {
            return Member::default();
        };
        if let Err(error) = self.poll.registry().deregister(seat.port.source()) {
            tracing::debug!(%error, "a client's socket was not waited for");
        }
        self.counted.came = self.counted.came.plus(seat.participant.came());
        seat.member()
    }

    fn count(&mut self) -> Counted {
        let members = self.members.iter().flatten();
        let came = members.clone().map(|seat| seat.participant.came());
        let counted = Counted {
            came: came.fold(self.counted.came, Came::plus),
            connected: members
                .clone()
                .filter(|seat| seat.connected.is_some() && seat.failed.is_none())
                .count(),
            failed: members.filter(|seat| seat.failed.is_some()).count(),
            ..self.counted.clone()
        };
        self.counted.meter.latency = Histogram::default();
        self.counted.meter.latency_to_socket = Histogram::default();
        self.counted.late_us = Histogram::default();
        counted
    }

    fn do_what_is_due(&mut self) {
        let mut now = Instant::now();
        while let Some(Reverse((at, place))) = self.timers.peek().copied() {
            if at > now {
                now = Instant::now();
                if at > now {
                    return;
                }
            }
            self.timers.pop();
            let Some(seat) = self.members.get_mut(place).and_then(Option::as_mut) else {
                continue;
            };
            if seat.scheduled != Some(at) {
                continue;
            }
            seat.scheduled = None;
            if let Some(due) = seat.participant.media_due().filter(|due| *due <= now) {
                let late = now.saturating_duration_since(due);
                self.counted.late_us.record(micros(late));
            }
            let meter = &mut self.counted.meter;
            let mut wire = seat
                .port
                .wire(seat.participant.server(), &mut self.counted.unsent);
            seat.participant.handle_timeout(now, &mut wire, meter);
            self.after(place);
        }
    }

    fn receive(&mut self, place: usize) {
        let Some(seat) = self.members.get_mut(place).and_then(Option::as_mut) else {
            return;
        };
        let Seat {
            participant, port, ..
        } = seat;
        let server = participant.server();
        let (meter, unsent) = (&mut self.counted.meter, &mut self.counted.unsent);
        let handle =
            |from: SocketAddr, at_socket: Option<u64>, piece: &mut [u8], stride, port: &Port| {
                let arrival = Arrival {
                    now: Instant::now(),
                    unix_ns: unix_ns(),
                    at_socket_unix_ns: at_socket,
                };
                let mut wire = port.wire(server, unsent);
                for datagram in piece.chunks_mut(stride) {
                    participant.handle_datagram(datagram, from, arrival, &mut wire, meter);
                }
            };
        if let Err(error) = self.buffers.receive(port, handle) {
            tracing::debug!(%error, "a client's socket could not be read");
        }
        self.after(place);
    }

    /// What a client that did something wants next.
    fn after(&mut self, place: usize) {
        let Some(seat) = self.members.get_mut(place).and_then(Option::as_mut) else {
            return;
        };
        while let Some(event) = seat.participant.poll_event() {
            match event {
                Event::Connected => {
                    let now = Instant::now();
                    seat.connected = Some(now);
                    if let Some(performance) = seat.performance.take() {
                        seat.participant.play(performance(now));
                    }
                    if let Some(connecting) = seat.connecting.take() {
                        let _ = connecting.send(Ok(now));
                    }
                }
                Event::Failed(why) => {
                    tracing::debug!(why, "a client cannot go on");
                    if let Some(connecting) = seat.connecting.take() {
                        let _ = connecting.send(Err(why.clone()));
                    }
                    seat.failed.get_or_insert(why);
                }
            }
        }
        let wanted = seat
            .participant
            .poll_timeout()
            .filter(|_| seat.failed.is_none());
        if let Some(wanted) = wanted
            && seat.scheduled.is_none_or(|at| wanted < at)
        {
            seat.scheduled = Some(wanted);
            self.timers.push(Reverse((wanted, place)));
        }
    }
}

impl Seat {
    fn member(&self) -> Member {
        let pictures = self.participant.incoming().filter(|i| i.source.picture);
        Member {
            connected: self.connected,
            first_picture: pictures.filter_map(Incoming::first).min(),
            came: self.participant.came(),
            failed: self.failed.clone(),
        }
    }
}

fn micros(length: Duration) -> u64 {
    u64::try_from(length.as_micros()).unwrap_or(u64::MAX)
}
