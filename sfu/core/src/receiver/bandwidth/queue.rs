//! How long packets queue on the way: one-way delay above the least that was seen.
//!
//! The clocks of both ends have nothing to do with each other, so only the difference to the least
//! delay of the last while says something. That least is forgotten in time: routes change, clocks drift.

/// How long the least delay counts, at least, microseconds; at most twice as long.
const FORGET: u64 = 15_000_000;

/// The queue on the way to one receiver.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    /// The least delay of the period before this one, and of this one.
    before: Option<i64>,
    least: Option<i64>,
    began: u64,
    /// The least of the packets since the last look.
    latest: Option<i64>,
    micros: u64,
}

impl Queue {
    /// Takes a packet's one-way delay, microseconds between two clocks.
    pub(crate) fn packet(&mut self, delay: i64) {
        self.latest = Some(self.latest.map_or(delay, |latest| latest.min(delay)));
    }

    /// Closes a feedback.
    pub(crate) fn look(&mut self, now: u64) {
        let Some(latest) = self.latest.take() else {
            return;
        };
        if now.saturating_sub(self.began) > FORGET {
            self.began = now;
            self.before = self.least.take();
        }
        let least = self.least.map_or(latest, |least| least.min(latest));
        self.least = Some(least);
        let base = self.before.map_or(least, |before| before.min(least));
        self.micros = u64::try_from(latest - base).unwrap_or_default();
    }

    /// How long the fastest packet of the last feedback queued, microseconds.
    pub(crate) fn micros(&self) -> u64 {
        self.micros
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_queue_is_what_the_fastest_packet_waited_beyond_the_least() {
        let mut queue = Queue::default();
        let mut feedback = |at, delays: &[i64]| {
            delays.iter().for_each(|delay| queue.packet(*delay));
            queue.look(at);
            queue.micros()
        };
        assert_eq!(feedback(0, &[-5_000, -4_000]), 0);
        assert_eq!(feedback(100_000, &[3_000, 1_000]), 6_000);
        assert_eq!(feedback(200_000, &[]), 6_000);
        for second in 1..40 {
            feedback(second * 1_000_000, &[10_000]);
        }
        assert_eq!(
            feedback(41_000_000, &[10_000]),
            0,
            "a longer way is no queue"
        );
    }
}
