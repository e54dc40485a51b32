//! Loss as a sign of congestion, and loss that is just there.
//!
//! A full queue loses packets, and then the rate must come down. A bad radio link loses packets at any
//! rate, and coming down helps nobody. Two things tell them apart: a full queue also delays; and it
//! loses less when less is sent. So loss together with delay lowers the estimate to what arrives. Loss
//! without delay is put to the trial: the rate is lowered, once, to what arrives. If loss falls with it,
//! so be it. If not, that much loss is taken for the link's own, the rate goes back to where it was, and
//! only what exceeds it counts from then on.
//!
//! Fractions are in thousandths.

/// A window of packets is at least this long, microseconds, and holds so many...
const WINDOW: u64 = 500_000;
const WINDOW_PACKETS: u32 = 30;
/// ...unless it is as long as this.
const WINDOW_MAX: u64 = 1_500_000;

/// Loss beyond the link's own by more than this is a sign.
const SIGN: u64 = 100;
/// More than this is no link's own.
const OWN_MAX: u64 = 450;
/// More than this is an outage, which says nothing of rates.
const OUTAGE: u64 = 850;
/// Queueing beyond this says that a queue is what loses, microseconds.
const QUEUED: u64 = 60_000;
/// A rate lower than this is not put to the trial, bit/s: pictures would be lost for it.
const TRIAL_MIN: u64 = 500_000;
/// Between two trials, microseconds.
const TRIAL_EVERY: u64 = 20_000_000;
/// What is left of what arrives after congestion, in percent: so that the queue drains.
const KEPT: u64 = 85;

/// What a window showed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) lost: u64,
    /// Bit/s.
    pub(crate) sent: u64,
    pub(crate) arrived: u64,
    /// The longest that the fastest packets of a feedback queued, microseconds.
    pub(crate) queue: u64,
}

#[derive(Clone, Copy, Debug)]
struct Trial {
    before: u64,
    lost: u64,
    sent: u64,
    /// Windows to let pass until what was sent before has been reported.
    settling: u8,
}

/// Loss on the way to one receiver.
#[derive(Debug, Default)]
pub(crate) struct Loss {
    began: Option<u64>,
    packets: (u32, u32),
    bytes: (u64, u64),
    queue: u64,
    own: u64,
    recent: u64,
    windows: u32,
    trial: Option<Trial>,
    trial_at: Option<u64>,
    /// How many windows in a row lost more than any link does of its own.
    extreme: u8,
}

impl Loss {
    pub(crate) fn arrived(&mut self, bytes: u16) {
        self.packets.0 += 1;
        self.bytes.0 += u64::from(bytes);
    }

    pub(crate) fn lost(&mut self, bytes: u16) {
        self.packets.1 += 1;
        self.bytes.1 += u64::from(bytes);
    }

    /// A packet that was counted as lost has arrived: it was only overtaken.
    pub(crate) fn recovered(&mut self, bytes: u16) {
        self.packets.1 = self.packets.1.saturating_sub(1);
        self.bytes.1 = self.bytes.1.saturating_sub(u64::from(bytes));
        self.arrived(bytes);
    }

    /// The link's own loss.
    pub(crate) fn own(&self) -> u64 {
        self.own
    }

    /// Loss of late, of either kind.
    pub(crate) fn recent(&self) -> u64 {
        self.recent
    }

    pub(crate) fn is_on_trial(&self) -> bool {
        self.trial.is_some()
    }

    /// Closes a feedback. Returns a window, if one is complete.
    pub(crate) fn look(&mut self, queue: u64, now: u64) -> Option<Window> {
        let began = *self.began.get_or_insert(now);
        self.queue = self.queue.max(queue);
        let length = now.saturating_sub(began);
        let packets = self.packets.0 + self.packets.1;
        if length < WINDOW || (packets < WINDOW_PACKETS && length < WINDOW_MAX) || packets == 0 {
            return None;
        }
        let rate = |bytes: u64| bytes * 8_000_000 / length;
        let window = Window {
            lost: u64::from(self.packets.1) * 1_000 / u64::from(packets),
            sent: rate(self.bytes.0 + self.bytes.1),
            arrived: rate(self.bytes.0),
            queue: self.queue,
        };
        self.began = Some(now);
        self.packets = (0, 0);
        self.bytes = (0, 0);
        self.queue = 0;
        if window.lost <= OUTAGE {
            self.recent = if self.windows == 0 {
                window.lost
            } else {
                u64::midpoint(self.recent, window.lost)
            };
            self.windows = self.windows.saturating_add(1);
        }
        Some(window)
    }

    /// What an estimate, bit/s, becomes after a window.
    pub(crate) fn judge(&mut self, window: &Window, estimate: u64, now: u64) -> u64 {
        if window.lost > OUTAGE {
            return estimate;
        }
        if let Some(trial) = &mut self.trial {
            if trial.settling > 0 {
                trial.settling -= 1;
                return estimate;
            }
            let trial = *trial;
            self.trial = None;
            let lowered = window.sent * 100 < trial.sent * 90;
            if lowered && window.lost * 100 < trial.lost * 60 {
                return estimate;
            }
            self.own = window.lost.min(trial.lost).min(OWN_MAX);
            return trial.before.max(estimate);
        }
        if window.lost <= self.own + SIGN {
            // What is the link's own falls quickly and rises slowly.
            self.own = if window.lost < self.own {
                (self.own * 7 + window.lost * 3) / 10
            } else {
                ((self.own * 9 + window.lost) / 10).min(OWN_MAX)
            };
            return estimate;
        }
        let carried = window.arrived * 1_000 / (1_000 - self.own);
        // One window may be bad luck, two are not.
        self.extreme = if window.lost > OWN_MAX + SIGN {
            self.extreme.saturating_add(1)
        } else {
            0
        };
        if window.queue > QUEUED || self.extreme > 1 {
            return estimate.min(carried * KEPT / 100);
        }
        let rested = self
            .trial_at
            .is_none_or(|at| now.saturating_sub(at) > TRIAL_EVERY);
        if carried < TRIAL_MIN || !rested {
            self.own = window.lost.min(OWN_MAX);
            return estimate;
        }
        self.trial = Some(Trial {
            before: estimate,
            lost: window.lost,
            sent: window.sent,
            settling: 2,
        });
        self.trial_at = Some(now);
        estimate.min(carried)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000;

    fn window(lost: u64, sent: u64, queue: u64) -> Window {
        Window {
            lost,
            sent,
            arrived: sent * (1_000 - lost) / 1_000,
            queue,
        }
    }

    #[test]
    fn loss_with_delay_lowers_the_estimate_to_what_arrives() {
        let mut loss = Loss::default();
        let after = loss.judge(&window(500, 2_000_000, 200_000), 2_000_000, 0);
        assert_eq!(after, 850_000);
    }

    #[test]
    fn loss_that_does_not_fall_with_the_rate_is_the_links_own_and_costs_nothing() {
        let mut loss = Loss::default();
        let mut estimate = loss.judge(&window(300, 2_000_000, 5_000), 2_200_000, 0);
        assert_eq!(estimate, 1_400_000);
        for at in 1..4 {
            estimate = loss.judge(&window(290, 1_300_000, 5_000), estimate, at * SECOND);
        }
        assert_eq!(estimate, 2_200_000);
        assert_eq!(loss.own(), 290);
        for at in 4..60 {
            let lost = if at % 2 == 0 { 250 } else { 350 };
            estimate = loss.judge(&window(lost, 2_000_000, 5_000), estimate, at * SECOND);
        }
        assert_eq!(estimate, 2_200_000);
    }

    #[test]
    fn loss_that_falls_with_the_rate_keeps_it_low() {
        let mut loss = Loss::default();
        let mut estimate = loss.judge(&window(400, 2_000_000, 5_000), 2_000_000, 0);
        for at in 1..4 {
            estimate = loss.judge(&window(20, 1_150_000, 5_000), estimate, at * SECOND);
        }
        assert_eq!(estimate, 1_200_000);
    }

    #[test]
    fn at_a_low_rate_loss_without_delay_is_taken_for_the_links_own_up_to_a_limit() {
        let mut loss = Loss::default();
        assert_eq!(loss.judge(&window(300, 400_000, 0), 600_000, 0), 600_000);
        assert_eq!(loss.own(), 300);
        let once = loss.judge(&window(700, 400_000, 0), 600_000, SECOND);
        assert_eq!(once, 600_000, "one window may be bad luck");
        let after = loss.judge(&window(700, 400_000, 0), 600_000, SECOND);
        assert!(after < 200_000, "{after}");
        assert_eq!(
            loss.judge(&window(1_000, 400_000, 0), after, 0),
            after,
            "an outage"
        );
    }

    #[test]
    fn a_window_is_long_enough_to_tell_and_overtaken_packets_are_not_lost() {
        let mut loss = Loss::default();
        assert_eq!(loss.look(0, 0), None);
        for _ in 0..30 {
            loss.arrived(1_000);
        }
        for _ in 0..10 {
            loss.lost(1_000);
        }
        loss.recovered(1_000);
        assert_eq!(loss.look(7_000, SECOND / 4), None);
        let window = loss.look(1_000, SECOND).unwrap();
        let expected = Window {
            lost: 225,
            sent: 320_000,
            arrived: 248_000,
            queue: 7_000,
        };
        assert_eq!(window, expected);
        assert_eq!(loss.recent(), 225);
    }
}
