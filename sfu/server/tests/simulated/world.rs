//! One engine, its participants and the network between them, in simulated time.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use ids::{Seat, VisitId};
use rand::{SeedableRng, rngs::StdRng};
use sfu_server::{
    Engine, EngineConfig, JoinError, JoinRequest, Joined, MediaSessionId, SendQueue, SfuEvent,
    SfuEventKind,
};
use sfu_transport::{Certificate, TransportConfig};
use testkit::network::{Conditions, Network};

use crate::client::Client;

/// Who is told that pictures come again asks for a key frame first, which takes its way and may be lost on it.
const RESUMING: Duration = Duration::from_secs(2);

/// A place for one client: a seat in a visit.
pub(crate) type Place = (VisitId, Seat);

pub(crate) struct World {
    pub(crate) now: Instant,
    pub(crate) started: Instant,
    pub(crate) engine: Engine,
    pub(crate) network: Network,
    pub(crate) clients: BTreeMap<Place, Client>,
    pub(crate) sessions: BTreeMap<Place, MediaSessionId>,
    pub(crate) events: Vec<(Instant, SfuEvent)>,
    /// When a datagram last left the engine, by its destination.
    pub(crate) last_sent: BTreeMap<SocketAddr, Instant>,
    pub(crate) server: SocketAddr,
    /// What left the engine for an address of interest.
    watched: Option<(SocketAddr, Vec<Vec<u8>>)>,
    out: SendQueue,
    rng: StdRng,
    next_session: u64,
}

pub(crate) fn visit(number: u128) -> VisitId {
    VisitId::from_uuid(uuid::Uuid::from_u128(number))
}

pub(crate) fn seat(number: u8) -> Seat {
    Seat::try_from(number).unwrap()
}

impl World {
    pub(crate) fn new(seed: u64, conditions: Conditions) -> Self {
        let now = Instant::now();
        let server = SocketAddr::from(([192, 0, 2, 1], 3478));
        let config = EngineConfig {
            transport: Arc::new(TransportConfig::new(
                Certificate::generate().unwrap(),
                vec![server],
            )),
            max_rooms: 4096,
        };
        Self {
            now,
            started: now,
            engine: Engine::new(config),
            network: Network::new(seed, conditions),
            clients: BTreeMap::new(),
            sessions: BTreeMap::new(),
            events: Vec::new(),
            last_sent: BTreeMap::new(),
            server,
            watched: None,
            out: SendQueue::new(),
            rng: StdRng::seed_from_u64(seed),
            next_session: 1,
        }
    }

    /// The address of whoever sits in a place.
    pub(crate) fn address((visit, seat): Place) -> SocketAddr {
        let room = u16::try_from(visit.as_uuid().as_u128() & 0x3fff).unwrap();
        SocketAddr::from(([198, 51, 100, 1 + u8::from(seat)], 1024 + room))
    }

    /// Somebody takes a seat, from a new page.
    pub(crate) fn join(&mut self, place: Place, ends_at: Instant) -> Result<(), JoinError> {
        let (mut client, offer) = Client::new(place.1, Self::address(place), self.now);
        let joined = self.join_with(place, ends_at, &offer)?;
        client.accept(&joined.answer, &joined.lines);
        self.clients.insert(place, client);
        self.sessions.insert(place, joined.session);
        Ok(())
    }

    /// Asks for a seat with an offer of one's own; returns the answer.
    pub(crate) fn join_with(
        &mut self,
        (visit, seat): Place,
        ends_at: Instant,
        offer: &str,
    ) -> Result<Joined, JoinError> {
        let request = JoinRequest {
            visit,
            seat,
            ends_at,
            offer: offer.to_owned(),
        };
        let session = MediaSessionId::from_u64(self.next_session);
        self.next_session += 1;
        let (rng, out) = (&mut self.rng, &mut self.out);
        let joined = self.engine.join(&request, session, rng, self.now, out);
        self.settle();
        joined
    }

    /// Somebody's page restarts ICE.
    pub(crate) fn restart(&mut self, place: Place) {
        let (visit, seat) = place;
        let client = self.clients.get_mut(&place).unwrap();
        let offer = client.restart();
        let (rng, out) = (&mut self.rng, &mut self.out);
        let answer = self
            .engine
            .restart(visit, seat, &offer, rng, self.now, out)
            .unwrap();
        client.accept(&answer, &[]);
        self.settle();
    }

    /// Somebody leaves, and the page is closed.
    pub(crate) fn leave(&mut self, place: Place) {
        let session = self.sessions.remove(&place).unwrap();
        self.leave_as(place, session);
        self.clients.remove(&place);
    }

    pub(crate) fn leave_as(&mut self, (visit, seat): Place, session: MediaSessionId) {
        self.engine
            .leave(visit, seat, session, self.now, &mut self.out);
        self.settle();
    }

    pub(crate) fn end(&mut self, visit: VisitId) {
        self.engine.end(visit, self.now, &mut self.out);
        self.settle();
    }

    pub(crate) fn set_ends_at(&mut self, visit: VisitId, ends_at: Instant) {
        self.engine
            .set_ends_at(visit, ends_at, self.now, &mut self.out);
        self.settle();
    }

    /// Keeps from now on what leaves the engine for this address.
    pub(crate) fn watch(&mut self, address: SocketAddr) {
        self.watched = Some((address, Vec::new()));
    }

    /// What left the engine for the address that is watched, so far.
    pub(crate) fn watched(&self) -> Vec<Vec<u8>> {
        let watched = self.watched.as_ref();
        watched.map_or_else(Vec::new, |(_, datagrams)| datagrams.clone())
    }

    /// Gives the engine a datagram past the network.
    pub(crate) fn inject(&mut self, from: SocketAddr, datagram: &[u8]) {
        let mut datagram = datagram.to_vec();
        self.engine
            .handle_datagram(from, &mut datagram, self.now, &mut self.out);
        self.settle();
    }

    pub(crate) fn run_for(&mut self, time: Duration) {
        self.run_until(self.now + time, |_, _, _| {});
    }

    /// Moves time until the seat has connected so often in all. A client that has not got in after a
    /// while tries again, as a page does.
    pub(crate) fn run_until_connected(&mut self, (visit, seat): Place, times: usize) {
        let mut joined = self.now;
        let limit = self.now + Duration::from_mins(2);
        while self.count(visit, &SfuEventKind::Connected(seat)) < times {
            assert!(self.now < limit, "seat {seat} does not get in");
            self.run_for(Duration::from_millis(50));
            if self.now > joined + Duration::from_secs(20) {
                joined = self.now;
                let ends_at = self.now + Duration::from_mins(60);
                self.join((visit, seat), ends_at).unwrap();
            }
        }
    }

    /// Moves time to `until`. `tap` sees every datagram that reaches the engine, before it does.
    pub(crate) fn run_until(
        &mut self,
        until: Instant,
        mut tap: impl FnMut(&mut Self, SocketAddr, &[u8]),
    ) {
        loop {
            let next = [self.engine.poll_timeout(), self.network.poll_timeout()]
                .into_iter()
                .flatten()
                .chain(self.clients.values().map(Client::wake_at))
                .min();
            match next {
                Some(next) if next <= until => self.now = self.now.max(next),
                _ => break,
            }
            while let Some(datagram) = self.network.receive(self.now) {
                if datagram.to == self.server {
                    tap(self, datagram.from, &datagram.payload);
                    self.inject(datagram.from, &datagram.payload);
                } else if let Some(client) = self
                    .clients
                    .values_mut()
                    .find(|client| client.address == datagram.to)
                {
                    client.receive(datagram.from, &datagram.payload, self.now);
                }
            }
            if self.engine.poll_timeout().is_some_and(|at| at <= self.now) {
                self.engine.handle_timeout(self.now, &mut self.out);
                self.settle();
            }
            for client in self.clients.values_mut() {
                let from = client.address;
                client.run(self.now, |to, payload| {
                    self.network.send(from, to, payload, self.now);
                });
            }
        }
        self.now = until;
    }

    /// Sends what the engine wants sent and notes what it says.
    fn settle(&mut self) {
        self.out.flush(|transmit| {
            self.last_sent.insert(transmit.to.remote, self.now);
            for datagram in transmit.datagrams() {
                if let Some((address, kept)) = &mut self.watched
                    && *address == transmit.to.remote
                {
                    kept.push(datagram.to_vec());
                }
                self.network
                    .send(self.server, transmit.to.remote, datagram, self.now);
            }
        });
        assert_eq!(self.out.take_dropped(), 0, "the send queue overflowed");
        while let Some(event) = self.engine.poll_event() {
            self.events.push((self.now, event));
        }
    }

    /// How many events of a visit are like this one.
    pub(crate) fn count(&self, visit: VisitId, kind: &SfuEventKind) -> usize {
        self.events
            .iter()
            .filter(|(_, event)| event.visit == visit && event.kind == *kind)
            .count()
    }

    /// Whether a seat was told, and not taken back before `since`, not to expect the pictures of another.
    fn was_told(&self, (visit, seat): Place, of: Seat, since: Instant) -> bool {
        let events = self.events.iter().rev();
        // The newest word, and those before it that held until `since` or longer.
        let mut held_until = self.now;
        for (at, event) in events.filter(|(_, event)| event.visit == visit) {
            match &event.kind {
                SfuEventKind::PicturesPaused { seat: who, paused } if *who == seat => {
                    if held_until < since {
                        return false;
                    }
                    if paused.contains(&of) {
                        return true;
                    }
                    held_until = *at;
                }
                // What a former connection was told excuses nothing.
                SfuEventKind::Connected(who) if *who == seat => return false,
                _ => {}
            }
        }
        false
    }

    /// Checks that in the next `time` each of `seats` gets sound and pictures of all the others, and
    /// of nobody else.
    pub(crate) fn expect_media(&mut self, visit: VisitId, seats: &[Seat], time: Duration) {
        self.check_media(visit, seats, time, false);
    }

    /// The same, except the pictures that somebody was told not to expect.
    pub(crate) fn expect_media_or_word(&mut self, visit: VisitId, seats: &[Seat], time: Duration) {
        self.check_media(visit, seats, time, true);
    }

    fn check_media(&mut self, visit: VisitId, seats: &[Seat], time: Duration, word: bool) {
        for client in self.clients.values_mut() {
            client.heard.clear();
        }
        self.run_for(time);
        let lately = self.now - RESUMING;
        for seat in seats {
            let client = &self.clients[&(visit, *seat)];
            let heard: Vec<Seat> = client.heard.keys().copied().collect();
            let others: Vec<Seat> = seats
                .iter()
                .copied()
                .filter(|other| other != seat)
                .collect();
            assert_eq!(heard, others, "whom seat {seat} hears");
            for (other, heard) in &client.heard {
                let (audio, video) = (heard.audio.count, heard.video.count);
                assert!(audio > 0, "seat {seat} gets no sound of seat {other}");
                assert!(
                    video > 0 || (word && self.was_told((visit, *seat), *other, lately)),
                    "seat {seat} gets no pictures of seat {other}, and was not told why"
                );
            }
        }
    }
}
