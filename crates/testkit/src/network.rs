//! A network in simulated time.
//!
//! Datagrams between addresses are delayed, lost, doubled and overtake each other as a seed decides;
//! with the same seed and the same sends, always the same way. Nothing here reads a clock: a test
//! moves time to [`Network::poll_timeout`], takes what [`Network::receive`] has arrived, and goes on.
//!
//! A host may sit behind a NAT: [`Network::rebind`] gives it another address outside, as a phone gets
//! one when it changes from Wi-Fi to the mobile network, while the host itself notices nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    time::{Duration, Instant},
};

use rand::{Rng, SeedableRng, rngs::StdRng};

/// How every datagram fares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conditions {
    /// How long the way takes.
    pub delay: Duration,
    /// How much longer it may take, evenly spread; more than the distance between two datagrams lets
    /// them overtake each other.
    pub jitter: Duration,
    /// The share of datagrams that is lost, 0 to 1.
    pub loss: f64,
    /// The share of datagrams that arrives twice, 0 to 1.
    pub duplication: f64,
}

impl Conditions {
    /// A good line: 20 ms each way, nothing lost.
    pub const GOOD: Self = Self {
        delay: Duration::from_millis(20),
        jitter: Duration::ZERO,
        loss: 0.0,
        duplication: 0.0,
    };
}

/// A datagram that has arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Datagram {
    /// Who sent it, as the receiver sees it.
    pub from: SocketAddr,
    /// Who receives it, by its own address.
    pub to: SocketAddr,
    /// What it carries.
    pub payload: Vec<u8>,
}

/// All hosts' datagrams on their way.
#[derive(Debug)]
pub struct Network {
    rng: StdRng,
    conditions: Conditions,
    /// By arrival, then by order of sending.
    on_the_way: BTreeMap<(Instant, u64), Datagram>,
    sent: u64,
    /// Addresses inside and what they look like from outside.
    outside: BTreeMap<SocketAddr, SocketAddr>,
    /// Addresses that led to a host once.
    former: BTreeSet<SocketAddr>,
    unplugged: BTreeSet<SocketAddr>,
}

impl Network {
    /// A network without NATs.
    #[must_use]
    pub fn new(seed: u64, conditions: Conditions) -> Self {
        Self {
            rng: StdRng::seed_from_u64(seed),
            conditions,
            on_the_way: BTreeMap::new(),
            sent: 0,
            outside: BTreeMap::new(),
            former: BTreeSet::new(),
            unplugged: BTreeSet::new(),
        }
    }

    /// Sends a datagram from a host that knows itself as `from`.
    pub fn send(&mut self, from: SocketAddr, to: SocketAddr, payload: &[u8], now: Instant) {
        if self.unplugged.contains(&from) {
            return;
        }
        let from = self.outside.get(&from).copied().unwrap_or(from);
        let conditions = self.conditions;
        let copies = 1 + usize::from(self.rng.random_bool(conditions.duplication));
        for _ in 0..copies {
            if self.rng.random_bool(conditions.loss) {
                continue;
            }
            let arrives = now + conditions.delay + conditions.jitter.mul_f64(self.rng.random());
            self.sent += 1;
            let datagram = Datagram {
                from,
                to,
                payload: payload.to_vec(),
            };
            self.on_the_way.insert((arrives, self.sent), datagram);
        }
    }

    /// The next datagram that has arrived by `now`.
    pub fn receive(&mut self, now: Instant) -> Option<Datagram> {
        while self.poll_timeout().is_some_and(|at| at <= now) {
            let (_, mut datagram) = self.on_the_way.pop_first()?;
            let Some(host) = self.inside(datagram.to) else {
                continue;
            };
            if !self.unplugged.contains(&host) {
                datagram.to = host;
                return Some(datagram);
            }
        }
        None
    }

    /// When the next datagram arrives.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.on_the_way.keys().next().map(|(at, _)| *at)
    }

    /// How datagrams fare.
    #[must_use]
    pub fn conditions(&self) -> Conditions {
        self.conditions
    }

    /// Changes how datagrams sent from now on fare.
    pub fn set_conditions(&mut self, conditions: Conditions) {
        self.conditions = conditions;
    }

    /// From now on the host appears outside as `outside`. What is sent to its former address, or is on
    /// the way there, is lost.
    pub fn rebind(&mut self, host: SocketAddr, outside: SocketAddr) {
        let former = self.outside.insert(host, outside).unwrap_or(host);
        self.former.insert(former);
        self.former.remove(&outside);
    }

    /// Takes a host off the network: nothing comes from it or to it, until it is plugged in.
    pub fn unplug(&mut self, host: SocketAddr) {
        self.unplugged.insert(host);
    }

    /// Puts a host back on the network.
    pub fn plug_in(&mut self, host: SocketAddr) {
        self.unplugged.remove(&host);
    }

    /// The host that is reached at an address, if any is.
    fn inside(&self, address: SocketAddr) -> Option<SocketAddr> {
        let behind = self
            .outside
            .iter()
            .find(|(_, outside)| **outside == address);
        match behind {
            Some((host, _)) => Some(*host),
            None => (!self.former.contains(&address)).then_some(address),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROUGH: Conditions = Conditions {
        delay: Duration::from_millis(50),
        jitter: Duration::from_millis(30),
        loss: 0.3,
        duplication: 0.1,
    };

    fn address(host: u8) -> SocketAddr {
        SocketAddr::from(([192, 0, 2, host], 1000))
    }

    /// When each of 1,000 datagrams, sent a millisecond apart, arrived.
    fn arrivals(seed: u64, start: Instant) -> Vec<(Duration, u16)> {
        let mut network = Network::new(seed, ROUGH);
        for number in 0..1000_u16 {
            let now = start + Duration::from_millis(number.into());
            network.send(address(1), address(2), &number.to_be_bytes(), now);
        }
        let mut arrivals = Vec::new();
        while let Some(now) = network.poll_timeout() {
            while let Some(datagram) = network.receive(now) {
                let number = u16::from_be_bytes(datagram.payload.try_into().unwrap());
                arrivals.push((now - start, number));
            }
        }
        arrivals
    }

    #[test]
    fn a_seed_replays_and_another_one_differs() {
        let start = Instant::now();
        assert_eq!(arrivals(1, start), arrivals(1, start));
        assert_ne!(arrivals(1, start), arrivals(2, start));
    }

    #[test]
    fn datagrams_are_lost_doubled_delayed_and_overtake_each_other() {
        let arrivals = arrivals(7, Instant::now());
        let numbers: Vec<u16> = arrivals.iter().map(|(_, number)| *number).collect();
        let distinct: BTreeSet<u16> = numbers.iter().copied().collect();
        // 11 % arrive twice or not, so about 70 % of 1,000 arrive at least once.
        assert!(
            (600..850).contains(&distinct.len()),
            "{} of 1000",
            distinct.len()
        );
        assert!(numbers.len() > distinct.len() + 20, "nothing was doubled");
        assert!(!numbers.is_sorted(), "nothing was overtaken");
        for (at, number) in arrivals {
            let way = at - Duration::from_millis(number.into());
            assert!((ROUGH.delay..=ROUGH.delay + ROUGH.jitter).contains(&way));
        }
    }

    #[test]
    fn a_host_behind_a_nat_is_reached_only_at_its_present_address() {
        let mut network = Network::new(0, Conditions::GOOD);
        let start = Instant::now();
        let later = start + Duration::from_secs(1);
        network.rebind(address(1), address(101));
        network.send(address(1), address(2), b"first", start);
        assert_eq!(network.receive(later).unwrap().from, address(101));
        network.send(address(2), address(101), b"on the way", start);
        network.rebind(address(1), address(102));
        network.send(address(2), address(1), b"past the NAT", start);
        assert_eq!(network.receive(later), None);
        network.send(address(2), address(102), b"answer", start);
        assert_eq!(network.receive(later).unwrap().to, address(1));
    }

    #[test]
    fn an_unplugged_host_neither_sends_nor_receives() {
        let mut network = Network::new(0, Conditions::GOOD);
        let start = Instant::now();
        network.unplug(address(1));
        network.send(address(1), address(2), b"out", start);
        network.send(address(2), address(1), b"in", start);
        assert_eq!(network.receive(start + Duration::from_secs(1)), None);
    }
}
