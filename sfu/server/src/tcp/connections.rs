//! The connections of one media thread.

use std::{
    collections::{HashMap, VecDeque},
    io::{self, Read, Write},
    time::{Duration, Instant},
};

use mio::{Interest, Registry, Token, event::Event, net::TcpStream};
use sfu_transport::{FrameQueue, FrameReader, Path, Via};

use super::{Accepted, Closed, TcpMetrics, admission::Permit, is_pending};
use crate::{send_queue::Transmit, socket::Sent};

/// The most that waits for a slow connection, in bytes: half a second at 1 Mbit/s.
const QUEUE_BYTES: usize = 64 * 1024;
/// How much of what it has not sent yet the kernel holds before it calls a connection full. The rest
/// waits in our queue, where it is dropped in time.
#[cfg(target_os = "linux")]
const UNSENT_BYTES: u32 = 16 * 1024;
/// The most frames that are taken in one turn of the thread.
const FRAMES_A_TURN: usize = 64;
/// How long a connection may be silent. One that is in use is checked every few seconds.
const SILENT_FOR: Duration = Duration::from_secs(60);
/// How often both are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Tokens below are the thread's own.
const FIRST_TOKEN: usize = 16;

pub(crate) struct Connections {
    registry: Registry,
    held: HashMap<u32, Connection>,
    next: u32,
    /// Those with something to read, each once; their turns go round.
    readable: VecDeque<u32>,
    /// Those with something to write, each once.
    unwritten: Vec<u32>,
    closed: VecDeque<Path>,
    look_at: Option<Instant>,
    metrics: TcpMetrics,
}

struct Connection {
    /// Given back before the connection is closed.
    permit: Permit,
    stream: TcpStream,
    path: Path,
    reader: FrameReader,
    queue: FrameQueue,
    is_readable: bool,
    is_unwritten: bool,
    /// When it last was somebody's.
    somebodys_at: Instant,
    last_frame: Instant,
}

/// What reading led to.
enum Reading {
    /// A frame was handled.
    Frame,
    /// There is no more for now.
    Pending,
    Over(Option<Closed>),
}

impl Connections {
    pub(crate) fn new(registry: Registry, metrics: TcpMetrics) -> Self {
        Self {
            registry,
            held: HashMap::new(),
            next: 0,
            readable: VecDeque::new(),
            unwritten: Vec::new(),
            closed: VecDeque::new(),
            look_at: None,
            metrics,
        }
    }

    /// Takes a connection over from the door.
    pub(crate) fn adopt(&mut self, accepted: Accepted, now: Instant) {
        let Accepted {
            mut stream,
            remote,
            permit,
        } = accepted;
        let connection = self.free_number();
        let token = Token(FIRST_TOKEN + connection as usize);
        let interest = Interest::READABLE | Interest::WRITABLE;
        let prepared =
            prepare(&stream).and_then(|()| self.registry.register(&mut stream, token, interest));
        if let Err(error) = prepared {
            tracing::warn!(%error, "a connection for media could not be taken over");
            return;
        }
        self.held.insert(
            connection,
            Connection {
                stream,
                path: Path {
                    remote,
                    via: Via::Tcp { connection },
                },
                reader: FrameReader::default(),
                queue: FrameQueue::new(QUEUE_BYTES),
                is_readable: true,
                is_unwritten: false,
                somebodys_at: now,
                last_frame: now,
                permit,
            },
        );
        self.readable.push_back(connection);
        self.look_at.get_or_insert(now + LOOK_EVERY);
    }

    /// Notes what a poll reported.
    pub(crate) fn note(&mut self, event: &Event) {
        let number = event.token().0.checked_sub(FIRST_TOKEN);
        let Some(number) = number.and_then(|number| u32::try_from(number).ok()) else {
            return;
        };
        let Some(connection) = self.held.get_mut(&number) else {
            return;
        };
        let readable = event.is_readable() || event.is_read_closed() || event.is_error();
        if readable && !std::mem::replace(&mut connection.is_readable, true) {
            self.readable.push_back(number);
        }
        let waits = event.is_writable() && !connection.queue.pending().is_empty();
        if waits && !std::mem::replace(&mut connection.is_unwritten, true) {
            self.unwritten.push(number);
        }
    }

    /// Whether there is something to do without waiting for a poll.
    pub(crate) fn has_work(&self) -> bool {
        !self.readable.is_empty() || !self.closed.is_empty() || !self.unwritten.is_empty()
    }

    /// Gives frames to `handle`, connection by connection in turns, until there are none, it is enough
    /// for one time, or `handle` says so by `false`.
    pub(crate) fn receive(
        &mut self,
        now: Instant,
        mut handle: impl FnMut(Path, &mut [u8]) -> bool,
    ) {
        for _ in 0..FRAMES_A_TURN {
            let Some(number) = self.readable.pop_front() else {
                return;
            };
            let Some(connection) = self.held.get_mut(&number) else {
                continue;
            };
            let mut go_on = true;
            let reading = connection.read(now, |path, frame| go_on = handle(path, frame));
            match reading {
                Reading::Frame => self.readable.push_back(number),
                Reading::Pending => connection.is_readable = false,
                Reading::Over(reason) => self.close(number, reason),
            }
            if !go_on {
                return;
            }
        }
    }

    /// Queues datagrams for a connection.
    pub(crate) fn push(&mut self, number: u32, transmit: Transmit<'_>) -> Sent {
        let mut sent = Sent::default();
        let connection = self.held.get_mut(&number);
        let Some(connection) = connection.filter(|held| held.path == transmit.to) else {
            sent.lost = transmit.datagrams().len() as u64;
            return sent;
        };
        for datagram in transmit.datagrams() {
            if connection.queue.push(datagram) {
                sent.datagrams += 1;
                sent.bytes += datagram.len() as u64;
            } else {
                sent.lost += 1;
            }
        }
        self.metrics.dropped.inc_by(sent.lost);
        if !std::mem::replace(&mut connection.is_unwritten, true) {
            self.unwritten.push(number);
        }
        sent
    }

    /// Writes what the connections take.
    pub(crate) fn write(&mut self) {
        while let Some(number) = self.unwritten.pop() {
            let Some(connection) = self.held.get_mut(&number) else {
                continue;
            };
            connection.is_unwritten = false;
            if connection.write().is_err() {
                self.close(number, None);
            }
        }
    }

    /// The next path that is gone.
    pub(crate) fn poll_closed(&mut self) -> Option<Path> {
        self.closed.pop_front()
    }

    /// When [`Connections::handle_timeout`] is due; `None` without connections.
    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        self.look_at
    }

    /// Closes those that are nobody's, or silent. `is_somebodys` tells of a path.
    pub(crate) fn handle_timeout(&mut self, now: Instant, is_somebodys: impl Fn(Path) -> bool) {
        if self.look_at.is_none_or(|at| at > now) {
            return;
        }
        let mut over = Vec::new();
        for (number, connection) in &mut self.held {
            if is_somebodys(connection.path) {
                connection.somebodys_at = now;
            }
            if now >= connection.somebodys_at + connection.permit.limits().nobodys_for {
                over.push((*number, Closed::Nobodys));
            } else if now >= connection.last_frame + SILENT_FOR {
                over.push((*number, Closed::Silent));
            }
        }
        for (number, reason) in over {
            self.close(number, Some(reason));
        }
        self.look_at = (!self.held.is_empty()).then(|| now + LOOK_EVERY);
    }

    /// Closes all of them; nobody needs to hear of it.
    pub(crate) fn clear(&mut self) {
        self.held.clear();
        self.readable.clear();
        self.unwritten.clear();
        self.closed.clear();
        self.look_at = None;
    }

    fn close(&mut self, number: u32, reason: Option<Closed>) {
        if let Some(mut connection) = self.held.remove(&number) {
            if let Err(error) = self.registry.deregister(&mut connection.stream) {
                tracing::debug!(%error, "a connection for media was not watched");
            }
            if let Some(reason) = reason {
                self.metrics.closed(reason);
            }
            self.closed.push_back(connection.path);
        }
    }

    fn free_number(&mut self) -> u32 {
        loop {
            let number = self.next;
            self.next = self.next.wrapping_add(1);
            if !self.held.contains_key(&number) {
                return number;
            }
        }
    }
}

impl Connection {
    /// Gives the next frame to `handle`.
    fn read(&mut self, now: Instant, handle: impl FnOnce(Path, &mut [u8])) -> Reading {
        loop {
            match self.reader.next_frame() {
                Ok(Some(frame)) => {
                    self.last_frame = now;
                    handle(self.path, frame);
                    return Reading::Frame;
                }
                Ok(None) => {}
                Err(_) => return Reading::Over(Some(Closed::NotFramed)),
            }
            match self.stream.read(self.reader.room()) {
                Ok(0) => return Reading::Over(None),
                Ok(length) => self.reader.filled(length),
                Err(error) if is_pending(&error) => return Reading::Pending,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return Reading::Over(None),
            }
        }
    }

    fn write(&mut self) -> io::Result<()> {
        while !self.queue.pending().is_empty() {
            match self.stream.write(self.queue.pending()) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(length) => self.queue.written(length),
                Err(error) if is_pending(&error) => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// Real time: nothing is held back to be sent with more, and little waits in the kernel.
fn prepare(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    #[cfg(target_os = "linux")]
    socket2::SockRef::from(stream).set_tcp_notsent_lowat(UNSENT_BYTES)?;
    Ok(())
}
