//! A media thread: one socket, one engine, one loop, no locks.
//!
//! A turn of the loop runs a few commands, takes one batch of datagrams, does what has become due,
//! sends the consequences and hands over the events, all of it at one time by the clock. Between turns
//! the thread sleeps until the socket is readable, a command comes or the next deadline; without rooms
//! there is no deadline, so an idle thread costs nothing.
//!
//! A panic loses the thread's rooms and nothing else: the same thread goes on with a new engine on the
//! same socket, those who sat in the rooms are reported as disconnected, and they join again.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};

use mio::{Events, Interest, Poll, Token, Waker};
use sfu_transport::Via;

use crate::{
    control::{Commands, Control, Pending, control},
    engine::{Engine, EngineConfig},
    events::{DisconnectReason, EventOutbox, SfuEvent, SfuEventKind},
    metrics::Publisher,
    send_queue::SendQueue,
    socket::{MediaSocket, Port, Sent},
    tcp::{Connections, TcpMetrics},
};

const SOCKET: Token = Token(0);
const COMMAND: Token = Token(1);

/// How many commands run in one turn.
const COMMANDS_A_TURN: usize = 4;
/// How often metrics are published while something happens.
const PUBLISH_EVERY: Duration = Duration::from_secs(1);
/// How soon events are offered again to a consumer that had no place for them.
const REDELIVER_AFTER: Duration = Duration::from_millis(20);

pub(crate) struct MediaThread {
    config: EngineConfig,
    socket: MediaSocket,
    tcp: Connections,
    poll: Poll,
    commands: Commands,
    outbox: EventOutbox,
    publisher: Publisher,
    out: SendQueue,
}

/// When the loop has to wake for its own affairs.
#[derive(Debug, Default)]
struct Chores {
    publish_at: Option<Instant>,
    redeliver_at: Option<Instant>,
}

impl MediaThread {
    /// Puts a thread together; [`MediaThread::run`] is for the thread itself.
    pub(crate) fn new(
        config: EngineConfig,
        mut socket: MediaSocket,
        tcp: TcpMetrics,
        outbox: EventOutbox,
        publisher: Publisher,
    ) -> io::Result<(Self, Control)> {
        let poll = Poll::new()?;
        poll.registry()
            .register(socket.source(), SOCKET, Interest::READABLE)?;
        let (control, commands) = control(Waker::new(poll.registry(), COMMAND)?);
        let thread = Self {
            config,
            socket,
            tcp: Connections::new(poll.registry().try_clone()?, tcp),
            poll,
            commands,
            outbox,
            publisher,
            out: SendQueue::new(),
        };
        Ok((thread, control))
    }

    /// Runs until the control is dropped.
    pub(crate) fn run(mut self) {
        loop {
            let mut engine = Engine::new(self.config.clone());
            // What a panic leaves behind is only counted, read for who sat where, and dropped.
            let outcome = catch_unwind(AssertUnwindSafe(|| self.serve(&mut engine)));
            match outcome {
                Ok(()) => return,
                Err(_) => self.abandon(&engine),
            }
        }
    }

    /// Tells what became of those whom a panic cut off.
    fn abandon(&mut self, engine: &Engine) {
        self.out.clear();
        self.tcp.clear();
        self.publisher.restarted(engine);
        let mut seats = 0;
        for (visit, seat, session) in engine.participants() {
            let reason = DisconnectReason::MediaThreadRestarted;
            self.outbox.push(SfuEvent {
                visit,
                session: Some(session),
                kind: SfuEventKind::Disconnected(seat, reason),
            });
            seats += 1;
        }
        tracing::error!(
            seats,
            "a media thread failed and was restarted; its calls join again"
        );
    }

    fn serve(&mut self, engine: &mut Engine) {
        let mut rng = rand::rng();
        let mut events = Events::with_capacity(2);
        let mut chores = Chores::default();
        // After a restart datagrams and events may be waiting that no poll will report again.
        let mut readable = true;
        let mut pending = Pending::More;
        loop {
            let now = Instant::now();
            if pending == Pending::More {
                pending = self.commands.run(
                    COMMANDS_A_TURN,
                    engine,
                    &mut self.out,
                    &mut self.tcp,
                    &mut rng,
                    now,
                );
            }
            if pending == Pending::Stopped {
                engine.close(&mut self.out);
                self.send();
                self.publisher.publish(engine);
                return;
            }
            if readable {
                readable = self.receive(engine, now);
            }
            if self.tcp.has_work() {
                self.receive_by_tcp(engine, now);
            }
            if engine.poll_timeout().is_some_and(|at| at <= now) {
                engine.handle_timeout(now, &mut self.out);
            }
            self.tcp.handle_timeout(now, |path| engine.knows(path));
            self.send();
            self.do_chores(engine, &mut chores, now);
            let done = Instant::now();
            self.publisher.count_turn(done - now);
            let wake_at = if readable || pending == Pending::More || self.tcp.has_work() {
                // There is more to do; but what has come meanwhile, on whichever way, gets its turn.
                Some(now)
            } else {
                let deadlines = [
                    engine.poll_timeout(),
                    self.tcp.poll_timeout(),
                    chores.publish_at,
                    chores.redeliver_at,
                ];
                deadlines.into_iter().flatten().min()
            };
            let timeout = wake_at.map(|at| at.saturating_duration_since(done));
            self.wait(&mut events, timeout);
            for event in &events {
                match event.token() {
                    SOCKET => readable = true,
                    COMMAND => pending = Pending::More,
                    _ => self.tcp.note(event),
                }
            }
        }
    }

    /// Takes one batch. Returns whether more may be waiting.
    fn receive(&mut self, engine: &mut Engine, now: Instant) -> bool {
        let received = self.socket.receive(|port, from, datagram| {
            engine.handle_datagram(from, datagram, now, &mut self.out);
            if self.out.is_nearly_full() {
                send(&mut self.out, port, &mut self.tcp, &mut self.publisher);
            }
        });
        match received {
            Ok(more) => more,
            Err(error) => {
                tracing::warn!(%error, "a media socket could not be read");
                false
            }
        }
    }

    /// Takes some frames of connections, and forgets those that are gone.
    fn receive_by_tcp(&mut self, engine: &mut Engine, now: Instant) {
        let out = &mut self.out;
        self.tcp.receive(now, |path, frame| {
            engine.handle_datagram(path, frame, now, out);
            !out.is_nearly_full()
        });
        while let Some(path) = self.tcp.poll_closed() {
            engine.handle_path_closed(path, now, &mut self.out);
        }
    }

    fn send(&mut self) {
        let port = self.socket.port();
        send(&mut self.out, port, &mut self.tcp, &mut self.publisher);
    }

    fn do_chores(&mut self, engine: &mut Engine, chores: &mut Chores, now: Instant) {
        while let Some(event) = engine.poll_event() {
            self.outbox.push(event);
        }
        chores.redeliver_at = self.outbox.deliver().then(|| now + REDELIVER_AFTER);
        match chores.publish_at {
            None => chores.publish_at = Some(now + PUBLISH_EVERY),
            Some(at) if at <= now => {
                self.publisher.publish(engine);
                chores.publish_at = None;
            }
            Some(_) => {}
        }
    }

    fn wait(&mut self, events: &mut Events, timeout: Option<Duration>) {
        if let Err(error) = self.poll.poll(events, timeout)
            && error.kind() != io::ErrorKind::Interrupted
        {
            tracing::warn!(%error, "a media thread could not wait for its socket");
        }
    }
}

fn send(out: &mut SendQueue, port: &Port, tcp: &mut Connections, publisher: &mut Publisher) {
    out.flush(|transmit| {
        publisher.count_sent(match transmit.to.via {
            Via::Udp { .. } => port.send(transmit),
            Via::Tcp { connection } => tcp.push(connection, transmit),
        });
    });
    tcp.write();
    publisher.count_sent(Sent {
        lost: out.take_dropped(),
        ..Sent::default()
    });
}

#[cfg(test)]
#[path = "thread_tests.rs"]
mod tests;
