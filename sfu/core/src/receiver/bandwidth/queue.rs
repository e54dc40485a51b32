//! How long packets queue on the way: one-way delay above the least that was seen.
//!
//! The clocks of both ends have nothing to do with each other, so only the difference to the least
//! delay of the last while says something. That least is forgotten in time: routes change, clocks drift.
//! How much the delay changes from packet to packet is the way's jitter (as in RFC 3550 section 6.4.1).

/// How long the least delay counts, at least, microseconds; at most twice as long.
const FORGET: u64 = 15_000_000;
/// A larger change of delay is an outage, microseconds.
const JITTER_MAX: u64 = 200_000;

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
    /// The last packet's delay.
    last: Option<i64>,
    /// Sixteenths of a microsecond.
    jitter: u64,
}

impl Queue {
    /// Takes a packet's one-way delay, microseconds between two clocks.
    pub(crate) fn packet(&mut self, delay: i64) {
        self.latest = Some(self.latest.map_or(delay, |latest| latest.min(delay)));
        if let Some(last) = self.last.replace(delay) {
            let change = delay.abs_diff(last).min(JITTER_MAX);
            self.jitter = self.jitter + change - self.jitter / 16;
        }
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

    /// How much the delay changes from packet to packet, microseconds.
    pub(crate) fn jitter(&self) -> u64 {
        self.jitter / 16
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_is_what_the_delay_changes_by() {
        let mut queue = Queue::default();
        for number in 0..500_i64 {
            queue.packet(7_000_000 + number % 2 * 10_000);
        }
        assert!(queue.jitter().abs_diff(10_000) < 100, "{}", queue.jitter());
        for _ in 0..500 {
            queue.packet(7_000_000);
        }
        assert_eq!(queue.jitter(), 0);
    }

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
