//! A transport and a DTLS client on either end of a network that loses what it is told to, all in
//! simulated time.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    time::{Duration, Instant},
};

use rand::{RngCore, SeedableRng, rngs::StdRng};
use sfu_transport::{
    Accepted, Certificate, CloseReason, Transport, TransportConfig, TransportOutput,
};

use crate::{checks, clients::Client};

/// The way one way.
const DELAY: Duration = Duration::from_millis(25);

pub(crate) const CLIENT: SocketAddr = SocketAddr::new(
    std::net::IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1)),
    5_000,
);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    ToServer,
    ToClient,
}

/// What the network does with a datagram: the delays after which it arrives, none for a loss.
pub(crate) type Fate<'f> = dyn FnMut(Way, &[u8]) -> Vec<Duration> + 'f;

/// Both ends and what is under way between them.
pub(crate) struct Network<C> {
    pub(crate) client: C,
    pub(crate) transport: Transport,
    pub(crate) answer: String,
    pub(crate) start: Instant,
    pub(crate) now: Instant,
    pub(crate) connected: bool,
    pub(crate) closed: Option<CloseReason>,
    under_way: BTreeMap<(Instant, u64), (Way, Vec<u8>)>,
    sent: u64,
    /// The plaintext records that the server sent, by their numbers.
    numbers: BTreeMap<[u8; 6], Vec<u8>>,
}

impl<C: Client> Network<C> {
    /// A client whose address is validated, and which announced `fingerprint`.
    pub(crate) fn with_fingerprint(client: C, fingerprint: &str, start: Instant) -> Self {
        let config = TransportConfig::new(
            Certificate::generate().unwrap(),
            vec![SocketAddr::from(([198, 51, 100, 1], 3_478))],
        );
        let mut rng = StdRng::seed_from_u64(1);
        let offer = checks::offer(fingerprint);
        let Accepted {
            mut transport,
            answer,
            ..
        } = Transport::accept(&offer, &config, &mut rng, start).unwrap();
        transport.handle_stun(CLIENT, &checks::check(&answer, true), start);
        let mut network = Self {
            client,
            transport,
            answer,
            start,
            now: start,
            connected: false,
            closed: None,
            under_way: BTreeMap::new(),
            sent: 0,
            numbers: BTreeMap::new(),
        };
        network.take_outputs(&mut |_, _| Vec::new());
        network
    }

    pub(crate) fn new(client: C, start: Instant) -> Self {
        let fingerprint = client.fingerprint();
        Self::with_fingerprint(client, &fingerprint, start)
    }

    /// How long it took so far.
    pub(crate) fn elapsed(&self) -> Duration {
        self.now - self.start
    }

    /// Runs until `done` or until `limit` has passed; tells which.
    pub(crate) fn run(
        &mut self,
        limit: Duration,
        fate: &mut Fate<'_>,
        done: impl Fn(&Self) -> bool,
    ) -> bool {
        let end = self.now + limit;
        // The client's consent, which has its own test, goes on beside the handshake.
        let mut next_check = self.now + Duration::from_secs(5);
        loop {
            self.take_outputs(fate);
            if done(self) {
                return true;
            }
            let arrival = self.under_way.keys().next().map(|(at, _)| *at);
            let next = [
                arrival,
                self.client.poll_timeout(),
                self.transport.poll_timeout(),
                Some(next_check),
            ]
            .into_iter()
            .flatten()
            .min()
            .unwrap_or(end);
            if next > end {
                self.now = end;
                return false;
            }
            self.now = self.now.max(next);
            if next_check <= self.now {
                next_check = self.now + Duration::from_secs(5);
                let check = checks::check(&self.answer, true);
                self.transport.handle_stun(CLIENT, &check, self.now);
            }
            while let Some(entry) = self
                .under_way
                .first_entry()
                .filter(|entry| entry.key().0 <= self.now)
            {
                match entry.remove() {
                    (Way::ToServer, datagram) => {
                        self.transport.handle_dtls(CLIENT, &datagram, self.now);
                    }
                    (Way::ToClient, datagram) => self.client.handle(&datagram, self.now),
                }
                self.take_outputs(fate);
            }
            if self.client.poll_timeout().is_some_and(|at| at <= self.now) {
                self.client.handle_timeout(self.now);
            }
            if self
                .transport
                .poll_timeout()
                .is_some_and(|at| at <= self.now)
            {
                self.transport.handle_timeout(self.now);
            }
        }
    }

    /// Runs the handshake; panics unless both ends are keyed within `limit`.
    pub(crate) fn shake_hands(&mut self, limit: Duration, what: &str, fate: &mut Fate<'_>) {
        self.client.start(self.now);
        let done = self.run(limit, fate, |network| {
            network.connected && network.client.keyed().is_some()
        });
        assert!(
            done,
            "{what}: no handshake after {:?}; server {}, client {}",
            self.elapsed(),
            self.connected,
            self.client.keyed().is_some(),
        );
    }

    fn take_outputs(&mut self, fate: &mut Fate<'_>) {
        for datagram in self.client.take_outgoing() {
            self.send(Way::ToServer, &datagram, fate);
        }
        while let Some(output) = self.transport.poll_output() {
            match output {
                TransportOutput::Transmit { bytes, .. } if bytes[0] < 20 => {}
                TransportOutput::Transmit { bytes, .. } => self.send(Way::ToClient, &bytes, fate),
                TransportOutput::Connected => self.connected = true,
                TransportOutput::Closed(reason) => self.closed = Some(reason),
                TransportOutput::Validated(_)
                | TransportOutput::Selected(_)
                | TransportOutput::Source(_) => {}
            }
        }
    }

    fn send(&mut self, way: Way, datagram: &[u8], fate: &mut Fate<'_>) {
        if way == Way::ToClient {
            self.check_numbers(datagram);
        }
        for delay in fate(way, datagram) {
            self.sent += 1;
            self.under_way
                .insert((self.now + delay, self.sent), (way, datagram.to_vec()));
        }
    }

    /// A client takes a record of a known number for a replay, so it must be nothing else but that.
    fn check_numbers(&mut self, datagram: &[u8]) {
        let mut rest = datagram;
        while rest.len() >= 13 {
            let len = 13 + usize::from(u16::from_be_bytes([rest[11], rest[12]]));
            if rest[3..5] == [0, 0] {
                let number = rest[5..11].try_into().unwrap();
                let record = rest[..len].to_vec();
                let known = self.numbers.entry(number).or_insert_with(|| record.clone());
                assert_eq!(*known, record, "two records have the number {number:?}");
            }
            rest = &rest[len..];
        }
    }
}

/// Nothing is lost.
pub(crate) fn lossless(_: Way, _: &[u8]) -> Vec<Duration> {
    vec![DELAY]
}

/// Loses what `is_lost` says; tells it the number of the datagram on its way, from 0.
pub(crate) fn losing(
    mut is_lost: impl FnMut(Way, usize, &[u8]) -> bool,
) -> impl FnMut(Way, &[u8]) -> Vec<Duration> {
    let mut counts = [0, 0];
    move |way, datagram| {
        let count = &mut counts[usize::from(way == Way::ToClient)];
        *count += 1;
        if is_lost(way, *count - 1, datagram) {
            Vec::new()
        } else {
            vec![DELAY]
        }
    }
}

/// Loses `loss_percent` of all datagrams, doubles some, and delivers in any order. The same piece of
/// the handshake is lost six times at most: clients double their wait each time, so under worse luck
/// than that it is they who give up.
pub(crate) fn rough(seed: u64, loss_percent: u32) -> impl FnMut(Way, &[u8]) -> Vec<Duration> {
    const SAME_LOST_MAX: u32 = 6;
    let mut rng = StdRng::seed_from_u64(seed);
    let mut losses: BTreeMap<(bool, Vec<u8>), u32> = BTreeMap::new();
    move |way, datagram| {
        let mut copies = Vec::new();
        let times = if rng.next_u32().is_multiple_of(10) {
            2
        } else {
            1
        };
        for _ in 0..times {
            let delay = DELAY + Duration::from_millis(u64::from(rng.next_u32() % 40));
            if rng.next_u32() % 100 >= loss_percent {
                copies.push(delay);
            }
        }
        // A handshake header tells the message and the piece.
        let lost = losses
            .entry((way == Way::ToServer, datagram[13..25].to_vec()))
            .or_default();
        if copies.is_empty() && *lost < SAME_LOST_MAX {
            *lost += 1;
        } else if copies.is_empty() {
            copies.push(DELAY);
        }
        copies
    }
}

/// Loses `loss_percent` of all datagrams and delivers the others after `delay`.
pub(crate) fn far(
    seed: u64,
    loss_percent: u32,
    delay: Duration,
) -> impl FnMut(Way, &[u8]) -> Vec<Duration> {
    let mut rng = StdRng::seed_from_u64(seed);
    move |_, _| {
        let lost = rng.next_u32() % 100 < loss_percent;
        if lost { Vec::new() } else { vec![delay] }
    }
}
