//! The relay's thread: sockets and the clock around [`Way`]s; it decides nothing.

use std::{
    collections::{BTreeMap, VecDeque},
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::mpsc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use mio::{Events, Interest, Poll, Token, Waker, net::UdpSocket};
use rand::{Rng, SeedableRng, rngs::StdRng};
use socket2::{Domain, Protocol, Socket, Type};

use super::{impairment::Impairment, way::Way};

const LISTEN: Token = Token(0);
const ORDERS: Token = Token(1);
/// Clients' tokens begin here.
const FIRST_CLIENT: usize = 2;

/// How many clients there may be; newcomers beyond are not heard.
const MOST_CLIENTS: usize = 2_048;
/// How long a client may be silent before it is forgotten (RFC 4787 section 4.3).
const FORGOTTEN_AFTER: Duration = Duration::from_secs(120);
/// How many former ports of a client are kept, so that what is sent there vanishes silently.
const MOST_FORMER: usize = 4;
/// How many datagrams are taken from one socket before others have their turn.
const DATAGRAMS_A_TURN: usize = 256;
/// What is asked of the kernel for bursts, each way.
const KERNEL_BUFFER_BYTES: usize = 4 * 1024 * 1024;
/// The longest datagram.
const DATAGRAM_BYTES: usize = 64 * 1024;

/// What the relay is told. The sender hears when it has been done.
#[derive(Debug)]
pub(super) enum Order {
    Set(Impairment, mpsc::Sender<io::Result<()>>),
    Rebind(mpsc::Sender<io::Result<()>>),
    Stop,
}

#[derive(Debug)]
pub(super) struct Forwarder {
    poll: Poll,
    listen: UdpSocket,
    to: SocketAddr,
    impairment: Impairment,
    /// When the impairment was set: for late comers its blackout lies where it lies for all.
    since: Instant,
    rng: StdRng,
    orders: mpsc::Receiver<Order>,
    clients: Vec<Option<Client>>,
    by_address: BTreeMap<SocketAddr, usize>,
    buffer: Box<[u8]>,
    forget_at: Instant,
}

#[derive(Debug)]
struct Client {
    address: SocketAddr,
    /// Towards the server.
    port: UdpSocket,
    former: VecDeque<UdpSocket>,
    there: Way<Bytes>,
    back: Way<Bytes>,
    heard_at: Instant,
}

impl Forwarder {
    pub(super) fn bind(
        listen: SocketAddr,
        to: SocketAddr,
        impairment: Impairment,
        seed: u64,
        orders: mpsc::Receiver<Order>,
    ) -> io::Result<(Self, Waker)> {
        let poll = Poll::new()?;
        let mut listen = open(listen)?;
        poll.registry()
            .register(&mut listen, LISTEN, Interest::READABLE)?;
        let waker = Waker::new(poll.registry(), ORDERS)?;
        let now = Instant::now();
        let forwarder = Self {
            poll,
            listen,
            to,
            impairment,
            since: now,
            rng: StdRng::seed_from_u64(seed),
            orders,
            clients: Vec::new(),
            by_address: BTreeMap::new(),
            buffer: vec![0; DATAGRAM_BYTES].into_boxed_slice(),
            forget_at: now + FORGOTTEN_AFTER,
        };
        Ok((forwarder, waker))
    }

    pub(super) fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listen.local_addr()
    }

    /// Runs until it is told to stop.
    pub(super) fn run(mut self) {
        let mut events = Events::with_capacity(256);
        loop {
            let timeout = self
                .poll_timeout()
                .saturating_duration_since(Instant::now());
            if let Err(error) = self.poll.poll(&mut events, Some(timeout))
                && error.kind() != io::ErrorKind::Interrupted
            {
                tracing::error!(%error, "the relay cannot wait for its sockets");
                return;
            }
            let mut is_ordered = false;
            for event in &events {
                match event.token() {
                    LISTEN => self.hear_clients(),
                    ORDERS => is_ordered = true,
                    Token(token) => self.hear_server(token - FIRST_CLIENT),
                }
            }
            if is_ordered && !self.obey() {
                return;
            }
            self.let_out();
            self.forget_the_silent();
        }
    }

    /// When there is something to do without anybody sending.
    fn poll_timeout(&self) -> Instant {
        let ways = self.clients.iter().flatten().flat_map(|client| {
            let ways = [client.there.poll_timeout(), client.back.poll_timeout()];
            ways.into_iter().flatten()
        });
        ways.min()
            .map_or(self.forget_at, |at| at.min(self.forget_at))
    }

    fn hear_clients(&mut self) {
        let now = Instant::now();
        for _ in 0..DATAGRAMS_A_TURN {
            match self.listen.recv_from(&mut self.buffer) {
                Ok((length, from)) => {
                    let datagram = Bytes::copy_from_slice(&self.buffer[..length]);
                    if let Some(client) = self.client_at(from, now) {
                        client.heard_at = now;
                        client.there.send(datagram, length, now);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(error) => tracing::debug!(%error, "nothing received from clients"),
            }
        }
        // More may be waiting, and an edge is reported once: ask for it again.
        let registry = self.poll.registry();
        if let Err(error) = registry.reregister(&mut self.listen, LISTEN, Interest::READABLE) {
            tracing::error!(%error, "the relay no longer hears its clients");
        }
    }

    fn hear_server(&mut self, slot: usize) {
        let Some(Some(client)) = self.clients.get_mut(slot) else {
            return;
        };
        let now = Instant::now();
        for _ in 0..DATAGRAMS_A_TURN {
            match client.port.recv(&mut self.buffer) {
                Ok(length) => {
                    client.heard_at = now;
                    let datagram = Bytes::copy_from_slice(&self.buffer[..length]);
                    client.back.send(datagram, length, now);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(error) => tracing::debug!(%error, "nothing received from the server"),
            }
        }
        let token = Token(FIRST_CLIENT + slot);
        let registry = self.poll.registry();
        if let Err(error) = registry.reregister(&mut client.port, token, Interest::READABLE) {
            tracing::error!(%error, "the relay no longer hears the server");
        }
    }

    /// Does what was ordered. Returns whether to go on.
    fn obey(&mut self) -> bool {
        while let Ok(order) = self.orders.try_recv() {
            // What was sent before the order fares as it was.
            self.hear_clients();
            for slot in 0..self.clients.len() {
                self.hear_server(slot);
            }
            let (outcome, done) = match order {
                Order::Stop => return false,
                Order::Set(impairment, done) => {
                    self.set(impairment);
                    (Ok(()), done)
                }
                Order::Rebind(done) => (self.rebind(), done),
            };
            // Whoever gave the order waits for this; if not, nobody needs to know.
            let _unheard = done.send(outcome);
        }
        true
    }

    fn set(&mut self, impairment: Impairment) {
        let now = Instant::now();
        (self.impairment, self.since) = (impairment, now);
        for client in self.clients.iter_mut().flatten() {
            client.there.set_impairment(impairment, now);
            client.back.set_impairment(impairment, now);
        }
    }

    fn rebind(&mut self) -> io::Result<()> {
        self.let_out();
        for (slot, client) in self.clients.iter_mut().enumerate() {
            let Some(client) = client else { continue };
            let mut port = open_towards(self.to)?;
            let registry = self.poll.registry();
            registry.register(&mut port, Token(FIRST_CLIENT + slot), Interest::READABLE)?;
            let mut former = std::mem::replace(&mut client.port, port);
            registry.deregister(&mut former)?;
            if client.former.len() == MOST_FORMER {
                client.former.pop_front();
            }
            client.former.push_back(former);
        }
        Ok(())
    }

    /// Sends what has come out. What the kernel does not take is lost, as on any network.
    fn let_out(&mut self) {
        let now = Instant::now();
        for client in self.clients.iter_mut().flatten() {
            while let Some(datagram) = client.there.receive(now) {
                if let Err(error) = client.port.send(&datagram) {
                    tracing::debug!(%error, "not sent to the server");
                }
            }
            while let Some(datagram) = client.back.receive(now) {
                if let Err(error) = self.listen.send_to(&datagram, client.address) {
                    tracing::debug!(%error, "not sent to a client");
                }
            }
        }
    }

    fn forget_the_silent(&mut self) {
        let now = Instant::now();
        if now < self.forget_at {
            return;
        }
        self.forget_at = now + FORGOTTEN_AFTER / 2;
        for slot in &mut self.clients {
            let silent =
                slot.take_if(|client| now.duration_since(client.heard_at) > FORGOTTEN_AFTER);
            if let Some(client) = silent {
                self.by_address.remove(&client.address);
            }
        }
    }

    fn client_at(&mut self, address: SocketAddr, now: Instant) -> Option<&mut Client> {
        if let Some(slot) = self.by_address.get(&address) {
            return self.clients[*slot].as_mut();
        }
        let free = self.clients.iter().position(Option::is_none);
        let slot = free.unwrap_or(self.clients.len());
        if slot == MOST_CLIENTS {
            return None;
        }
        match self.admit(address, slot, now) {
            Ok(client) => {
                if slot == self.clients.len() {
                    self.clients.push(None);
                }
                self.by_address.insert(address, slot);
                Some(self.clients[slot].insert(client))
            }
            Err(error) => {
                tracing::warn!(%error, "no port for a new client");
                None
            }
        }
    }

    fn admit(&mut self, address: SocketAddr, slot: usize, now: Instant) -> io::Result<Client> {
        let mut port = open_towards(self.to)?;
        let token = Token(FIRST_CLIENT + slot);
        let registry = self.poll.registry();
        registry.register(&mut port, token, Interest::READABLE)?;
        Ok(Client {
            address,
            port,
            former: VecDeque::new(),
            there: Way::new(self.impairment, self.rng.random(), self.since),
            back: Way::new(self.impairment, self.rng.random(), self.since),
            heard_at: now,
        })
    }
}

fn open(address: SocketAddr) -> io::Result<UdpSocket> {
    let domain = Domain::for_address(address);
    let socket = Socket::new(domain, Type::DGRAM, Some(Protocol::UDP))?;
    socket.set_recv_buffer_size(KERNEL_BUFFER_BYTES)?;
    socket.set_send_buffer_size(KERNEL_BUFFER_BYTES)?;
    socket.bind(&address.into())?;
    socket.set_nonblocking(true)?;
    Ok(UdpSocket::from_std(socket.into()))
}

/// A new port that only `to` is heard on, as behind a NAT that filters by address and port.
fn open_towards(to: SocketAddr) -> io::Result<UdpSocket> {
    let any = match to {
        SocketAddr::V4(_) => SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)),
        SocketAddr::V6(_) => SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0)),
    };
    let port = open(any)?;
    port.connect(to)?;
    Ok(port)
}
