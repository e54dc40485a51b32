//! One way of one client: datagrams go in at a time, and come out at another, or never.
//!
//! A datagram meets the impairments in this order: a blackout swallows it, it is doubled, a copy is
//! lost, the queue in front of the line takes it or drops it (drop-tail: by how long it would wait),
//! the line needs its time for it, then come the delay and the jitter. A blackout also swallows what
//! would come out during it.
//!
//! Invariants, each a property test below:
//! - Datagrams come out in the order in which they went in, except those that `reorder` holds back.
//! - A line never carries more than its rate. Jitter does not press datagrams together either: each
//!   follows the one before it by no less than the line's time for it.
//! - Nothing comes out during a blackout.
//!
//! There is no clock and no socket here, and the randomness comes from the seed.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use rand::{Rng, SeedableRng, rngs::StdRng};

use super::impairment::{HEADER_BYTES, Impairment};

/// How many datagrams may be on the way at once; more are dropped.
const MOST_ON_THE_WAY: usize = 16_384;
/// How much later than its turn a datagram comes that `reorder` holds back, evenly spread.
const HELD_BACK: std::ops::Range<Duration> = Duration::from_millis(10)..Duration::from_millis(30);

/// One direction between a client and the far end.
#[derive(Debug)]
pub struct Way<P> {
    rng: StdRng,
    impairment: Impairment,
    /// When the impairment was set; blackouts count from here.
    since: Instant,
    /// By when they come out, then by when they went in.
    on_the_way: BTreeMap<(Instant, u64), P>,
    taken: u64,
    /// When the line has done all that it took.
    free_at: Instant,
    /// When the latest datagram that keeps its order comes out.
    latest_at: Instant,
}

impl<P: Clone> Way<P> {
    /// A way on which `impairment` has held since then.
    #[must_use]
    pub fn new(impairment: Impairment, seed: u64, since: Instant) -> Self {
        Self {
            rng: StdRng::seed_from_u64(seed),
            impairment,
            since,
            on_the_way: BTreeMap::new(),
            taken: 0,
            free_at: since,
            latest_at: since,
        }
    }

    /// Takes a datagram of `bytes` payload bytes.
    pub fn send(&mut self, datagram: P, bytes: usize, now: Instant) {
        if self.is_black(now) {
            return;
        }
        if self.rng.random_bool(self.impairment.duplicate) {
            self.send_copy(datagram.clone(), bytes, now);
        }
        self.send_copy(datagram, bytes, now);
    }

    /// The next datagram that has come out by `now`.
    pub fn receive(&mut self, now: Instant) -> Option<P> {
        while self.poll_timeout().is_some_and(|at| at <= now) {
            let ((at, _), datagram) = self.on_the_way.pop_first()?;
            if !self.is_black(at) {
                return Some(datagram);
            }
        }
        None
    }

    /// When the next datagram comes out, or is swallowed.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.on_the_way.keys().next().map(|(at, _)| *at)
    }

    /// Changes what happens to datagrams from now on; those on the way only meet the new blackout.
    pub fn set_impairment(&mut self, impairment: Impairment, now: Instant) {
        self.impairment = impairment;
        self.since = now;
    }

    fn send_copy(&mut self, datagram: P, bytes: usize, now: Instant) {
        let lost = self.rng.random_bool(self.impairment.loss);
        if lost || self.on_the_way.len() == MOST_ON_THE_WAY {
            return;
        }
        let Some((sent_at, takes)) = self.put_on_the_line(bytes, now) else {
            return;
        };
        let jitter = self.impairment.jitter.mul_f64(self.rng.random());
        let mut at = sent_at + self.impairment.delay + jitter;
        if self.rng.random_bool(self.impairment.reorder) {
            at += self.rng.random_range(HELD_BACK);
        } else {
            at = at.max(self.latest_at + takes);
            self.latest_at = at;
        }
        self.on_the_way.insert((at, self.taken), datagram);
        self.taken += 1;
    }

    /// When the line will have sent a datagram, and the time it takes for that; nothing when the queue
    /// is too full.
    fn put_on_the_line(&mut self, bytes: usize, now: Instant) -> Option<(Instant, Duration)> {
        let Some(rate_bit) = self.impairment.rate_bit else {
            return Some((now, Duration::ZERO));
        };
        let begins_at = self.free_at.max(now);
        if begins_at - now > self.impairment.queue {
            return None;
        }
        let takes = line_time(bytes, rate_bit);
        self.free_at = begins_at + takes;
        Some((self.free_at, takes))
    }

    fn is_black(&self, at: Instant) -> bool {
        self.impairment.blackout.is_some_and(|blackout| {
            let begins_at = self.since + blackout.after;
            (begins_at..begins_at + blackout.length).contains(&at)
        })
    }
}

/// How long a line of `rate_bit` bit/s needs for a datagram, rounded up.
fn line_time(bytes: usize, rate_bit: u64) -> Duration {
    let bits = 8 * (bytes + HEADER_BYTES) as u64;
    Duration::from_nanos((bits * 1_000_000_000).div_ceil(rate_bit))
}

#[cfg(test)]
#[path = "way_tests.rs"]
mod tests;
