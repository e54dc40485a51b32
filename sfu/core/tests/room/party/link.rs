//! One way of a participant's network: a queue that drains at a rate, a delay, jitter, random loss.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// `SplitMix64`.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    pub(crate) fn one_in(&mut self, chances: u64) -> bool {
        self.below(chances) == 0
    }
}

/// What a way is like.
#[derive(Clone, Copy)]
pub(crate) struct Conditions {
    /// Bit/s.
    pub(crate) rate: u64,
    pub(crate) delay: Duration,
    /// How much longer a packet may take, whatever the others do: it may be overtaken.
    pub(crate) jitter: Duration,
    /// Thousandths.
    pub(crate) loss: u64,
}

impl Conditions {
    pub(crate) const GOOD: Self = Self {
        rate: 50_000_000,
        delay: Duration::from_millis(20),
        jitter: Duration::ZERO,
        loss: 0,
    };
}

/// How long a packet may wait in the queue.
const DEPTH: Duration = Duration::from_millis(300);

pub(crate) struct Link<T> {
    pub(crate) conditions: Conditions,
    free_at: Option<Instant>,
    flying: VecDeque<(Instant, T)>,
}

impl<T> Link<T> {
    pub(crate) fn new() -> Self {
        Self {
            conditions: Conditions::GOOD,
            free_at: None,
            flying: VecDeque::new(),
        }
    }

    pub(crate) fn send(&mut self, item: T, bytes: usize, now: Instant, random: &mut Random) {
        let start = self.free_at.map_or(now, |at| at.max(now));
        if start - now > DEPTH {
            return;
        }
        let micros = bytes as u64 * 8_000_000 / self.conditions.rate;
        let free_at = start + Duration::from_micros(micros);
        self.free_at = Some(free_at);
        if random.below(1_000) >= self.conditions.loss {
            let arrives = free_at + self.conditions.delay + self.jitter(random);
            let behind = self.flying.partition_point(|(at, _)| *at <= arrives);
            self.flying.insert(behind, (arrives, item));
        }
    }

    fn jitter(&self, random: &mut Random) -> Duration {
        let most = u64::try_from(self.conditions.jitter.as_micros()).unwrap();
        Duration::from_micros(most.checked_sub(1).map_or(0, |most| random.below(most + 1)))
    }

    pub(crate) fn receive(&mut self, now: Instant) -> Option<T> {
        self.flying
            .pop_front_if(|(at, _)| *at <= now)
            .map(|(_, item)| item)
    }
}
