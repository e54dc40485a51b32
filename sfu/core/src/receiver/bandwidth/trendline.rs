//! Whether the way to the receiver is filling up: the trend of one-way delay
//! (draft-ietf-rmcat-gcc-02 section 5, with the trendline that browsers use in place of the Kalman
//! filter).
//!
//! Packets sent within a burst are one group. Each group's delay against the one before is added up
//! and smoothed; the slope over the last groups tells whether a queue grows. What slope counts as
//! growth adapts, so that no other flow starves this one.
//!
//! The adaptive threshold alone takes jitter for growth: it falls faster than it rises, so it stays low,
//! and the smoothed sum of delays that have nothing to do with each other still has slopes beyond it, at
//! 60 ms of jitter nine times a minute. So what the slope makes of the whole window has also to stand out
//! of the jitter: of how much each group's delay differs from its neighbours', which a growing queue, be
//! it ever so steep, does not change.

/// Packets sent within this time are one group, microseconds.
const BURST: i64 = 5_000;
/// A group that arrives in a bunch, after a stall, is one group up to this length, microseconds.
const BUNCH_MAX: i64 = 100_000;
/// Times further apart than this have nothing to do with each other, microseconds.
const BREAK: i64 = 3_000_000;

const WINDOW: usize = 20;
const SMOOTHING: f64 = 0.9;
const GAIN: f64 = 4.0;
const DELTAS_MAX: u32 = 60;

const THRESHOLD: f64 = 12.5;
const THRESHOLD_MIN: f64 = 6.0;
const THRESHOLD_MAX: f64 = 600.0;
/// Beyond the threshold by more than this it does not adapt: a spike says nothing of the line.
const SPIKE: f64 = 15.0;
const RISE: f64 = 0.008_7;
const FALL: f64 = 0.039;
/// Growth over the window is more than so many standard deviations of a single group's delay. Of delays
/// that are independent, the smoothed sum exceeds it about once in ten minutes, and a queue that grows by
/// a twentieth of the time is noticed 10 ms later for it.
const DISTINCT: f64 = 2.0;
/// The variance of what is independent, in the variance of its second differences.
const SECOND_DIFFERENCES: f64 = 6.0;
/// Over so many groups jitter is averaged.
const JITTER_GROUPS: f64 = 50.0;
/// A larger second difference is an outage, milliseconds.
const CHANGE_MAX: f64 = 200.0;
/// Growth must last this long, milliseconds of send time.
const SUSTAINED: f64 = 10.0;

/// What the trend says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Usage {
    #[default]
    Normal,
    /// A queue grows.
    Over,
    /// A queue drains.
    Under,
}

#[derive(Clone, Copy, Debug)]
struct Group {
    first_sent: i64,
    last_sent: i64,
    first_arrived: i64,
    last_arrived: i64,
}

/// The trend of one way's delay.
#[derive(Debug)]
pub(crate) struct Trendline {
    current: Option<Group>,
    previous: Option<Group>,
    /// Arrival and smoothed delay, both milliseconds, as a ring.
    points: [(f64, f64); WINDOW],
    filled: usize,
    deltas: u32,
    first_arrived: i64,
    accumulated: f64,
    smoothed: f64,
    before: f64,
    /// The last group's delay against the one before, milliseconds.
    last_delay: f64,
    /// The variance of a group's delay apart from any trend, square milliseconds.
    jitter: f64,
    threshold: f64,
    updated_at: Option<i64>,
    over_for: f64,
    over_count: u32,
    usage: Usage,
}

impl Trendline {
    pub(crate) fn new() -> Self {
        Self {
            current: None,
            previous: None,
            points: [(0.0, 0.0); WINDOW],
            filled: 0,
            deltas: 0,
            first_arrived: 0,
            accumulated: 0.0,
            smoothed: 0.0,
            before: 0.0,
            last_delay: 0.0,
            jitter: 0.0,
            threshold: THRESHOLD,
            updated_at: None,
            over_for: -1.0,
            over_count: 0,
            usage: Usage::Normal,
        }
    }

    pub(crate) fn usage(&self) -> Usage {
        self.usage
    }

    /// Takes a packet's sending and arrival, microseconds, each on its own clock.
    pub(crate) fn packet(&mut self, sent: i64, arrived: i64) {
        let Some(group) = &mut self.current else {
            self.current = Some(Group::of(sent, arrived));
            return;
        };
        if sent < group.first_sent {
            return;
        }
        if group.includes(sent, arrived) {
            group.last_sent = group.last_sent.max(sent);
            group.last_arrived = group.last_arrived.max(arrived);
            return;
        }
        let ended = std::mem::replace(group, Group::of(sent, arrived));
        if let Some(before) = self.previous.replace(ended) {
            let sent = ended.last_sent - before.last_sent;
            let arrived = ended.last_arrived - before.last_arrived;
            if !(0..=BREAK).contains(&arrived) || sent > BREAK {
                *self = Self {
                    threshold: self.threshold,
                    jitter: self.jitter,
                    ..Self::new()
                };
                return;
            }
            self.delta(millis(arrived - sent), millis(sent), ended.last_arrived);
        }
    }

    fn delta(&mut self, delay: f64, sent: f64, arrived: i64) {
        if self.deltas == 0 {
            self.first_arrived = arrived;
        }
        self.deltas = (self.deltas + 1).min(1_000);
        self.accumulated += delay;
        let change = (delay - self.last_delay).clamp(-CHANGE_MAX, CHANGE_MAX);
        self.last_delay = delay;
        self.jitter += (change * change / SECOND_DIFFERENCES - self.jitter) / JITTER_GROUPS;
        self.smoothed = SMOOTHING * self.smoothed + (1.0 - SMOOTHING) * self.accumulated;
        self.points.rotate_left(1);
        self.points[WINDOW - 1] = (millis(arrived - self.first_arrived), self.smoothed);
        self.filled = (self.filled + 1).min(WINDOW);
        let slope = if self.filled == WINDOW {
            slope(&self.points).unwrap_or(self.before)
        } else {
            self.before
        };
        self.detect(slope, sent, arrived);
    }

    fn detect(&mut self, slope: f64, sent: f64, arrived: i64) {
        if self.deltas < 2 {
            return;
        }
        let trend = f64::from(self.deltas.min(DELTAS_MAX)) * slope * GAIN;
        if trend > self.threshold && self.is_distinct(slope) {
            self.over_for = if self.over_for < 0.0 {
                sent / 2.0
            } else {
                self.over_for + sent
            };
            self.over_count += 1;
            if self.over_for > SUSTAINED && self.over_count > 1 && slope >= self.before {
                self.over_for = 0.0;
                self.over_count = 0;
                self.usage = Usage::Over;
            }
        } else {
            self.over_for = -1.0;
            self.over_count = 0;
            self.usage = if trend < -self.threshold {
                Usage::Under
            } else {
                Usage::Normal
            };
        }
        self.before = slope;
        self.adapt(trend.abs(), arrived);
    }

    /// Whether a rise of the delay over the window is more than jitter makes of itself.
    fn is_distinct(&self, slope: f64) -> bool {
        let window = self.points[WINDOW - 1].0 - self.points[0].0;
        slope * window > DISTINCT * self.jitter.sqrt()
    }

    fn adapt(&mut self, trend: f64, arrived: i64) {
        let since = self.updated_at.map_or(0, |at| arrived - at);
        self.updated_at = Some(arrived);
        if trend > self.threshold + SPIKE {
            return;
        }
        let speed = if trend < self.threshold { FALL } else { RISE };
        let elapsed = millis(since).clamp(0.0, 100.0);
        self.threshold = (self.threshold + speed * (trend - self.threshold) * elapsed)
            .clamp(THRESHOLD_MIN, THRESHOLD_MAX);
    }
}

impl Group {
    fn of(sent: i64, arrived: i64) -> Self {
        Self {
            first_sent: sent,
            last_sent: sent,
            first_arrived: arrived,
            last_arrived: arrived,
        }
    }

    fn includes(&self, sent: i64, arrived: i64) -> bool {
        let bunched = arrived - self.last_arrived <= BURST
            && arrived - self.last_arrived < sent - self.last_sent
            && arrived - self.first_arrived < BUNCH_MAX;
        bunched || sent - self.first_sent <= BURST
    }
}

/// The slope of a line through the points, by least squares.
fn slope(points: &[(f64, f64); WINDOW]) -> Option<f64> {
    let count = f64::from(u8::try_from(WINDOW).ok()?);
    let (x, y) = points
        .iter()
        .fold((0.0, 0.0), |(x, y), point| (x + point.0, y + point.1));
    let (x, y) = (x / count, y / count);
    let (above, below) = points.iter().fold((0.0, 0.0), |(above, below), point| {
        let from = point.0 - x;
        (above + from * (point.1 - y), below + from * from)
    });
    (below > 0.0).then(|| above / below)
}

/// Milliseconds.
fn millis(micros: i64) -> f64 {
    let bounded = micros.clamp(i64::from(i32::MIN), i64::from(i32::MAX));
    f64::from(i32::try_from(bounded).unwrap_or_default()) / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends a packet every 10 ms; `queue`: microseconds of queueing by packet.
    fn usages(packets: i64, queue: impl Fn(i64) -> i64) -> Vec<Usage> {
        let mut trend = Trendline::new();
        (0..packets)
            .map(|number| {
                let sent = number * 10_000;
                trend.packet(sent, 777_000_000 + sent + queue(number));
                trend.usage()
            })
            .collect()
    }

    #[test]
    fn a_growing_queue_is_noticed_soon_and_a_draining_one_too() {
        // Grows by a fifth from the hundredth packet on, drains from the two-hundredth.
        let queue = |number: i64| match number {
            ..100 => 0,
            100..200 => (number - 100) * 2_000,
            _ => (200_000 - (number - 200) * 4_000).max(0),
        };
        let usages = usages(300, queue);
        assert!(usages[..100].iter().all(|usage| *usage == Usage::Normal));
        let noticed = usages.iter().position(|usage| *usage == Usage::Over);
        assert!((101..125).contains(&noticed.unwrap()), "{noticed:?}");
        assert!(usages[200..].contains(&Usage::Under));
        assert_eq!(usages[299], Usage::Normal);
    }

    #[test]
    fn jitter_without_a_trend_is_normal() {
        let queue = |number: i64| (number * 7_919 % 10) * 1_000;
        let over = usages(2_000, queue)
            .iter()
            .filter(|usage| **usage == Usage::Over)
            .count();
        assert_eq!(over, 0);
    }

    /// `SplitMix64`, below a limit.
    fn random(seed: i64, limit: u64) -> i64 {
        let mut z = seed.cast_unsigned().wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % limit).cast_signed()
    }

    #[test]
    fn jitter_that_is_independent_from_packet_to_packet_is_not_taken_for_growth() {
        for jitter in [10_000, 20_000, 30_000, 60_000, 120_000] {
            // Ten minutes.
            let usages = usages(60_000, |number| random(number, jitter));
            let begins = |pair: &&[Usage]| pair[0] != Usage::Over && pair[1] == Usage::Over;
            let taken = usages.windows(2).filter(begins).count();
            assert!(taken <= 3, "{taken} times at {jitter} microseconds");
        }
    }

    #[test]
    fn growth_is_noticed_through_jitter_as_soon_as_without() {
        for (jitter, soon) in [(1, 10), (10_000, 12), (30_000, 25), (60_000, 45)] {
            for seed in 0..20 {
                let from = 500;
                // By three in ten of the time that passes.
                let grown = |number: i64| (number - from).max(0) * 3_000;
                let queue = |number| grown(number) + random(number + seed * 1_000, jitter);
                let usages = usages(600, queue);
                let since = usages[from as usize..].iter();
                let noticed = since.clone().position(|usage| *usage == Usage::Over);
                assert!(
                    noticed.is_some_and(|packets| packets <= soon),
                    "{noticed:?} packets at {jitter} microseconds, seed {seed}"
                );
            }
        }
    }

    #[test]
    fn a_standing_queue_is_normal() {
        assert!(
            usages(300, |_| 250_000)
                .iter()
                .all(|usage| *usage == Usage::Normal)
        );
    }
}
