//! The thread that listens: looks at who comes and brings them to the right media thread.

use std::{
    collections::BTreeMap,
    io,
    net::SocketAddr,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use mio::{
    Events, Interest, Poll, Token, Waker,
    net::{TcpListener, TcpStream},
};
use sfu_transport::{Kind, classify, first_frame, port_of_ufrag, stun_local_ufrag};
use socket2::{Domain, Protocol, Socket, Type};

use super::{Accepted, Admission, Closed, admission::Permit, canonical, is_pending};
use crate::control::Control;

const LISTENER: Token = Token(0);
const STOP: Token = Token(1);
/// The first token of a connection.
const FIRST: usize = 2;

/// Connections that the kernel holds for us.
const BACKLOG: i32 = 1024;
/// The longest beginning of a connection that is looked at: a check has some hundred bytes.
const HEAD_LEN: usize = 1024;
/// How soon accepting is tried again after the machine could not.
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_millis(200);

/// A port that listens, before anybody opens.
pub(crate) struct Listener(Socket);

impl Listener {
    pub(crate) fn bind(address: SocketAddr) -> io::Result<Self> {
        let domain = Domain::for_address(address);
        let socket = Socket::new(domain, Type::STREAM, Some(Protocol::TCP))?;
        if address.is_ipv6() {
            socket.set_only_v6(false)?;
        }
        socket.set_reuse_address(true)?;
        socket.bind(&address.into())?;
        socket.listen(BACKLOG)?;
        socket.set_nonblocking(true)?;
        Ok(Self(socket))
    }

    pub(crate) fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0
            .local_addr()?
            .as_socket()
            .ok_or_else(|| io::ErrorKind::InvalidData.into())
    }
}

/// The running thread. Dropping it stops it; connections it has handed over stay.
#[derive(Debug)]
pub(crate) struct Door {
    address: SocketAddr,
    stopping: Arc<AtomicBool>,
    waker: Waker,
    thread: Option<JoinHandle<()>>,
}

impl Door {
    /// Opens. `media` are the media threads, each at its port's number.
    pub(crate) fn open(
        listener: Listener,
        media: Vec<Control>,
        admission: Admission,
    ) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let poll = Poll::new()?;
        let waker = Waker::new(poll.registry(), STOP)?;
        let mut listener = TcpListener::from_std(listener.0.into());
        poll.registry()
            .register(&mut listener, LISTENER, Interest::READABLE)?;
        let stopping = Arc::new(AtomicBool::new(false));
        let keeper = Keeper {
            listener,
            poll,
            media,
            admission,
            stopping: Arc::clone(&stopping),
            undecided: BTreeMap::new(),
            next: FIRST,
            accept_again_at: None,
        };
        let thread = std::thread::Builder::new()
            .name("media-tcp".to_owned())
            .spawn(move || keeper.run())?;
        Ok(Self {
            address,
            stopping,
            waker,
            thread: Some(thread),
        })
    }

    pub(crate) fn local_addr(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::Release);
        if let Err(error) = self.waker.wake() {
            tracing::error!(%error, "the thread that accepts connections could not be woken to stop");
            return;
        }
        if let Some(Err(_)) = self.thread.take().map(JoinHandle::join) {
            tracing::error!("the thread that accepts connections did not stop in order");
        }
    }
}

struct Keeper {
    listener: TcpListener,
    poll: Poll,
    media: Vec<Control>,
    admission: Admission,
    stopping: Arc<AtomicBool>,
    /// By token, so in the order in which they came.
    undecided: BTreeMap<usize, Undecided>,
    next: usize,
    accept_again_at: Option<Instant>,
}

/// A connection that has not sent a whole check.
struct Undecided {
    /// Given back before the connection is closed.
    permit: Permit,
    stream: TcpStream,
    remote: SocketAddr,
    until: Instant,
}

/// What the beginning of a connection tells.
enum Beginning {
    Unfinished,
    /// A check for this media thread.
    Check(usize),
    Over(Option<Closed>),
}

impl Keeper {
    /// A panic costs the connections that were undecided, and nothing else.
    fn run(mut self) {
        while catch_unwind(AssertUnwindSafe(|| self.serve())).is_err() {
            tracing::error!("the thread that accepts connections failed and goes on");
            self.undecided.clear();
        }
    }

    fn serve(&mut self) {
        let mut events = Events::with_capacity(256);
        // After a failure connections may wait that no poll will report again.
        self.accept(Instant::now());
        while !self.stopping.load(Ordering::Acquire) {
            let oldest = self.undecided.values().next().map(|oldest| oldest.until);
            let wake_at = oldest.into_iter().chain(self.accept_again_at).min();
            let timeout = wake_at.map(|at| at.saturating_duration_since(Instant::now()));
            if let Err(error) = self.poll.poll(&mut events, timeout)
                && error.kind() != io::ErrorKind::Interrupted
            {
                tracing::warn!(%error, "cannot wait for connections");
            }
            let now = Instant::now();
            for event in &events {
                match event.token() {
                    LISTENER => self.accept(now),
                    STOP => {}
                    Token(token) => self.look(token),
                }
            }
            if self.accept_again_at.is_some_and(|at| at <= now) {
                self.accept(now);
            }
            self.expire(now);
        }
    }

    fn accept(&mut self, now: Instant) {
        self.accept_again_at = None;
        loop {
            match self.listener.accept() {
                Ok((stream, remote)) => self.take_in(stream, canonical(remote), now),
                Err(error) if is_pending(&error) => return,
                Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                Err(error) => {
                    tracing::warn!(%error, "a connection for media could not be accepted");
                    self.accept_again_at = Some(now + ACCEPT_AGAIN_AFTER);
                    return;
                }
            }
        }
    }

    fn take_in(&mut self, mut stream: TcpStream, remote: SocketAddr, now: Instant) {
        let permit = match self.admission.admit(remote.ip()) {
            Ok(permit) => permit,
            Err(reason) => return self.admission.metrics().closed(reason),
        };
        let token = self.next;
        self.next += 1;
        let registered =
            self.poll
                .registry()
                .register(&mut stream, Token(token), Interest::READABLE);
        if let Err(error) = registered {
            tracing::warn!(%error, "a connection for media could not be watched");
            return;
        }
        if self.undecided.len() >= self.admission.limits().undecided {
            self.admission.metrics().closed(Closed::TooSlow);
            self.undecided.pop_first();
        }
        let undecided = Undecided {
            permit,
            stream,
            remote,
            until: now + self.admission.limits().first_check_within,
        };
        self.undecided.insert(token, undecided);
    }

    fn look(&mut self, token: usize) {
        let Some(undecided) = self.undecided.get(&token) else {
            return;
        };
        let beginning = self.beginning(&undecided.stream);
        if matches!(beginning, Beginning::Unfinished) {
            return;
        }
        let Some(decided) = self.undecided.remove(&token) else {
            return;
        };
        match beginning {
            Beginning::Check(thread) => self.hand_over(decided, thread),
            Beginning::Over(Some(reason)) => self.admission.metrics().closed(reason),
            Beginning::Over(None) | Beginning::Unfinished => {}
        }
    }

    fn beginning(&self, stream: &TcpStream) -> Beginning {
        let mut head = [0; HEAD_LEN];
        let length = match stream.peek(&mut head) {
            Ok(0) => return Beginning::Over(None),
            Ok(length) => length,
            Err(error) if is_pending(&error) => return Beginning::Unfinished,
            Err(_) => return Beginning::Over(None),
        };
        match first_frame(&head[..length]) {
            Ok(None) if length < HEAD_LEN => Beginning::Unfinished,
            Ok(Some(frame)) if classify(frame) == Kind::Stun => stun_local_ufrag(frame)
                .and_then(port_of_ufrag)
                .map(usize::from)
                .filter(|thread| *thread < self.media.len())
                .map_or(Beginning::Over(Some(Closed::NoCheck)), Beginning::Check),
            _ => Beginning::Over(Some(Closed::NoCheck)),
        }
    }

    fn hand_over(&self, undecided: Undecided, thread: usize) {
        let Undecided {
            mut stream,
            remote,
            permit,
            ..
        } = undecided;
        if let Err(error) = self.poll.registry().deregister(&mut stream) {
            tracing::warn!(%error, "a connection for media could not be handed over");
            return;
        }
        let accepted = Accepted {
            stream,
            remote,
            permit,
        };
        let handed = self.media[thread].run(move |turn| turn.tcp.adopt(accepted, turn.now));
        if let Err(error) = handed {
            tracing::warn!(%error, thread, "a media thread takes no connections");
        }
    }

    fn expire(&mut self, now: Instant) {
        while let Some(oldest) = self.undecided.first_entry()
            && oldest.get().until <= now
        {
            self.admission.metrics().closed(Closed::TooSlow);
            oldest.remove();
        }
    }
}
