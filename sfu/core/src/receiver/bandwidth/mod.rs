//! How much the way to one receiver carries.
//!
//! Every packet to it has a number, and the receiver tells which came and when. From that:
//!
//! - `history`: what was sent under which number;
//! - `trendline`: whether a queue grows; if so, the estimate falls to below what arrives;
//! - `queue`: how long packets wait; a queue that stands is brought down, too;
//! - `loss`: whether loss is congestion or just there;
//! - `throughput`: what arrives;
//! - `probe`: whether more would arrive, asked only while more is wanted than the estimate.
//!
//! While nothing is wrong the estimate rises slowly, and never far beyond what is being sent: beyond
//! that only a probe leads. So a layer goes up only after the network has shown that it carries it.
//!
//! A receiver that counts nothing may state its own estimate (REMB); of one that does neither, reports
//! of loss must do.

mod history;
mod loss;
mod probe;
mod queue;
mod reports;
mod throughput;
mod trendline;

use std::time::{Duration, Instant};

pub(crate) use history::Carried;

use crate::rtcp;
use history::{History, REMEMBERED, Sent};
use loss::Loss;
use probe::{Outcome, Prober};
use queue::Queue;
use reports::Reports;
use throughput::Throughput;
use trendline::{Trendline, Usage};

/// What is assumed before anything is known, bit/s.
const START: u64 = 600_000;
/// No estimate is lower, bit/s.
const LEAST: u64 = 50_000;
/// The most that a receiver's own estimate is believed, bit/s. The wire has room for any number.
const STATED_MAX: u64 = 1_000_000_000;
/// A receiver that has not told anything by then does not count packets, microseconds.
const SILENT: u64 = 1_500_000;
/// A receiver's own estimate counts for this long.
const STATED_LASTS: Duration = Duration::from_secs(10);
/// What carries a packet beyond what is handed over: IP, UDP, SRTP's tag.
pub(crate) const OVERHEAD: usize = 44;

/// Between two falls for a growing queue, microseconds: the first must have had its effect.
const FALL_EVERY: u64 = 250_000;
/// What is left of what arrives, in percent.
const KEPT: u64 = 85;
/// The estimate grows by so many percent a second, and by so many near the last limit.
const GROWTH: u64 = 8;
const GROWTH_NEAR: u64 = 3;
/// A queue that stands this high is brought down, microseconds.
const STANDING: u64 = 150_000;
/// Feedbacks in a row that make it stand.
const STANDING_COUNT: u8 = 4;
/// With more of a queue there is nothing to ask of the network, microseconds.
const CLEAR: u64 = 40_000;
/// Probes sent to a receiver that has not told anything.
const UNANSWERED_MAX: u8 = 3;

/// How many parts of pictures one feedback can call for again.
const AGAIN_MAX: usize = 32;
/// Where more than this is lost at any rate, what a receiver asks for is lost as well, and the word of
/// its feedback is taken for a request, thousandths.
const LOSSY: u64 = 50;

/// What a feedback told.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Told {
    pub(crate) arrived: u64,
    pub(crate) lost: u64,
    /// A probe raised the estimate, or it fell: layers are to be chosen anew.
    pub(crate) changed: bool,
    again: [Option<(u8, u16)>; AGAIN_MAX],
    count: usize,
}

impl Told {
    /// The lost parts of pictures that are to be sent again: whose, and under which number.
    pub(crate) fn lost_pictures(&self) -> impl Iterator<Item = (u8, u16)> + use<> {
        self.again.into_iter().flatten()
    }

    fn note(&mut self, carried: Carried, lossy: bool) {
        if let Carried::Picture {
            source,
            sequence,
            first,
        } = carried
            && (first || lossy)
            && let Some(slot) = self.again.get_mut(self.count)
        {
            *slot = Some((source, sequence));
            self.count += 1;
        }
    }
}

/// The estimate for one receiver.
#[derive(Debug)]
pub(crate) struct Bandwidth {
    started: Instant,
    /// Packets to the receiver are numbered.
    counts: bool,
    /// There is a stream for padding.
    can_probe: bool,
    history: History,
    trend: Trendline,
    queue: Queue,
    throughput: Throughput,
    loss: Loss,
    prober: Prober,
    estimate: u64,
    first_sent: Option<u64>,
    heard_at: Option<u64>,
    /// The last feedback's reference time, unwrapped.
    reference: Option<i64>,
    /// What was sent before went another way.
    rerouted_at: u64,
    fallen_at: Option<u64>,
    /// It has fallen at some time.
    limited: bool,
    /// What arrived when the estimate last fell.
    limit: Option<u64>,
    standing: u8,
    unanswered: u8,
    stated: Option<(u64, Instant)>,
    reports: Reports,
    /// Bytes sent since the last report, and when that was.
    sent_since: (u64, u64),
    /// What would be sent if the network carried anything, bit/s.
    wanted: u64,
    /// Not even every picture is carried.
    poor: bool,
}

impl Bandwidth {
    /// `counts`: packets to the receiver are numbered; `can_probe`: there is a stream for padding.
    pub(crate) fn new(counts: bool, can_probe: bool, now: Instant) -> Self {
        Self {
            started: now,
            counts,
            can_probe,
            history: History::new(counts),
            trend: Trendline::new(),
            queue: Queue::default(),
            throughput: Throughput::default(),
            loss: Loss::default(),
            prober: Prober::new(),
            estimate: START,
            first_sent: None,
            heard_at: None,
            reference: None,
            rerouted_at: 0,
            fallen_at: None,
            limited: false,
            limit: None,
            standing: 0,
            unanswered: 0,
            stated: None,
            reports: Reports::default(),
            sent_since: (0, 0),
            wanted: 0,
            poor: false,
        }
    }

    /// What the network carries, bit/s; `None`: nobody tells.
    pub(crate) fn estimate(&self, now: Instant) -> Option<u64> {
        let stated = self
            .stated
            .filter(|(_, at)| now.saturating_duration_since(*at) <= STATED_LASTS)
            .map(|(rate, _)| rate);
        let micros = self.micros(now);
        let told = self.heard_at.is_some()
            || self
                .first_sent
                .is_none_or(|at| micros.saturating_sub(at) < SILENT);
        if self.counts && told && (self.heard_at.is_some() || stated.is_none()) {
            return Some(stated.map_or(self.estimate, |stated| stated.min(self.estimate)));
        }
        stated.into_iter().chain(self.reports.allowed()).min()
    }

    /// Whether the network was seen to have a limit: else what is carried is not known to be too much.
    pub(crate) fn is_limited(&self) -> bool {
        self.limited || self.stated.is_some()
    }

    /// What is left for media of what the network carries, when what is lost is sent again,
    /// thousandths.
    pub(crate) fn share(&self) -> u64 {
        1_000 - self.loss.recent().min(500)
    }

    /// Loss that is just there, thousandths.
    pub(crate) fn own_loss(&self) -> u64 {
        self.loss.own()
    }

    /// Whether the rate is being lowered for a moment, only to see what that changes.
    pub(crate) fn is_on_trial(&self) -> bool {
        self.loss.is_on_trial()
    }

    /// Notes what would be sent if the network carried anything, bit/s, and whether it does not even
    /// carry every picture.
    pub(crate) fn want(&mut self, bits_per_second: u64, poor: bool) {
        self.poor = poor;
        self.wanted = bits_per_second * 1_000 / self.share();
    }

    /// Notes a packet that was sent; `bytes`: as it was handed over.
    pub(crate) fn sent(
        &mut self,
        number: Option<u16>,
        bytes: usize,
        carried: Carried,
        now: Instant,
    ) {
        let at = self.micros(now);
        let bytes = u16::try_from(bytes + OVERHEAD).unwrap_or(u16::MAX);
        self.first_sent.get_or_insert(at);
        self.sent_since.0 += u64::from(bytes);
        let Some(number) = number else {
            return;
        };
        let probe = self.prober.current();
        if probe != 0 {
            self.prober.sent(bytes, at);
        }
        let sent = Sent {
            at,
            bytes,
            probe,
            carried,
        };
        self.history.remember(number, sent);
    }

    /// Takes the receiver's word of what came.
    pub(crate) fn feedback(&mut self, feedback: &rtcp::Feedback<'_>, now: Instant) -> Told {
        let now = self.micros(now);
        let mut told = Told::default();
        let reference = feedback.reference(self.reference);
        self.reference = Some(reference);
        for status in feedback.statuses(reference, REMEMBERED) {
            match status.arrived {
                Some(ticks) => self.arrived(status.number, ticks, &mut told),
                None => {
                    if let Some(sent) = self.history.lost(status.number) {
                        told.lost += 1;
                        told.note(sent.carried, self.loss.own() > LOSSY);
                        self.loss.lost(sent.bytes);
                        self.prober.lost(sent.probe);
                    }
                }
            }
        }
        let since = self.heard_at.map_or(0, |at| now.saturating_sub(at));
        self.heard_at = Some(now);
        self.queue.look(now);
        let before = self.estimate;
        self.follow_delay(since, now);
        if let Some(window) = self.loss.look(self.queue.micros(), now) {
            let estimate = self.loss.judge(&window, self.estimate, now);
            if estimate < self.estimate && !self.loss.is_on_trial() {
                self.limited = true;
                self.prober.lowered(now);
            }
            self.estimate = estimate.max(LEAST);
        }
        let raised = self.follow_probe(now);
        self.prober.lasted(now);
        told.changed = raised || self.estimate < before;
        told
    }

    fn arrived(&mut self, number: u16, ticks: i64, told: &mut Told) {
        let Some((sent, was_lost)) = self.history.arrived(number) else {
            return;
        };
        told.arrived += 1;
        if was_lost {
            self.loss.recovered(sent.bytes);
        } else {
            self.loss.arrived(sent.bytes);
        }
        let arrived = ticks * 250;
        let at = i64::try_from(sent.at).unwrap_or(i64::MAX);
        self.throughput.arrived(ticks, sent.bytes);
        if sent.at >= self.rerouted_at {
            self.queue.packet(arrived - at);
            self.trend.packet(at, arrived);
        }
        self.prober.arrived(sent.probe, arrived, sent.bytes);
    }

    /// Falls when a queue grows or stands, rises while there is none.
    fn follow_delay(&mut self, since: u64, now: u64) {
        let usage = self.trend.usage();
        self.standing = if self.queue.micros() > STANDING && usage != Usage::Under {
            self.standing.saturating_add(1)
        } else {
            0
        };
        let stands = self.standing >= STANDING_COUNT;
        if usage == Usage::Over || stands {
            let rested = self
                .fallen_at
                .is_none_or(|at| now.saturating_sub(at) >= FALL_EVERY);
            if rested {
                self.standing = 0;
                self.fall(now);
            }
            return;
        }
        if usage == Usage::Under || self.loss.is_on_trial() || self.estimate > self.wanted * 3 / 2 {
            return;
        }
        let Some(carried) = self.carried() else {
            return;
        };
        let headroom = if self.can_probe { 125 } else { 200 };
        let ceiling = carried * headroom / 100 + 20_000;
        if self.estimate >= ceiling {
            return;
        }
        let near = self
            .limit
            .is_some_and(|limit| carried * 100 > limit * 85 && carried * 100 < limit * 115);
        let percent = if near { GROWTH_NEAR } else { GROWTH };
        let millis = since.min(1_000_000) / 1_000;
        self.estimate = (self.estimate + self.estimate * percent * millis / 100_000).min(ceiling);
    }

    fn fall(&mut self, now: u64) {
        let carried = self.carried();
        let kept = carried.unwrap_or(self.estimate / 2) * KEPT / 100;
        self.fallen_at = Some(now);
        self.limited = true;
        self.prober.lowered(now);
        if kept < self.estimate {
            self.limit = carried;
            self.estimate = kept.max(LEAST);
        }
    }

    /// What arrives, and what would have if nothing were lost at any rate.
    fn carried(&self) -> Option<u64> {
        let arrives = self.throughput.bits_per_second()?;
        Some(arrives * 1_000 / (1_000 - self.loss.own()))
    }

    fn follow_probe(&mut self, now: u64) -> bool {
        let Some(outcome) = self.prober.outcome(self.loss.own(), now) else {
            return false;
        };
        let raised = match outcome {
            // What is barely more is not worth asking on for.
            Outcome::Carries(rate) if rate * 100 > self.estimate * 105 => {
                self.estimate = rate;
                true
            }
            Outcome::Carries(_) | Outcome::Unclear => false,
        };
        self.prober.note(raised, now);
        raised
    }

    /// Makes room for what was sent, where the receiver tells late.
    pub(crate) fn grow(&mut self) {
        self.history.grow();
    }

    /// The way to the receiver is another one from now on: what is known of the old one's delay and limit
    /// would take a longer way for a queue. What the old one carried is as good a guess as any.
    pub(crate) fn rerouted(&mut self, now: Instant) {
        self.rerouted_at = self.micros(now);
        self.trend = Trendline::new();
        self.queue = Queue::default();
        self.fallen_at = None;
        self.limit = None;
        self.standing = 0;
    }

    /// Takes the receiver's own estimate.
    pub(crate) fn stated(&mut self, bits_per_second: u64, now: Instant) {
        self.stated = Some((bits_per_second.min(STATED_MAX), now));
    }

    /// Takes a report of loss, out of 256.
    pub(crate) fn report(&mut self, fraction_lost: u8, now: Instant) {
        let now = self.micros(now);
        let (bytes, since) = self.sent_since;
        let Some(rate) = (bytes * 8_000_000).checked_div(now.saturating_sub(since)) else {
            return;
        };
        self.sent_since = (0, now);
        if self.heard_at.is_none() {
            self.reports.report(fraction_lost, rate, self.wanted);
        }
    }

    /// The bytes of padding of a packet to be sent now, if one is due. `begun`: with it a probe begins.
    pub(crate) fn padding(&mut self, now: Instant) -> Option<(u8, bool)> {
        let now = self.micros(now);
        self.follow_probe(now);
        let begun = self.wants_probe() && self.prober.is_ready(self.poor, now);
        if begun {
            let target =
                (self.estimate * 2).min((self.wanted * 11 / 10).max(self.estimate * 5 / 4));
            let media = self.carried().unwrap_or_default();
            self.prober.begin(target, media, self.queue.jitter(), now);
            if self.heard_at.is_none() {
                self.unanswered += 1;
            }
        }
        Some((self.prober.due(now)?, begun))
    }

    /// When [`Bandwidth::padding`] is to be asked next.
    pub(crate) fn next(&self) -> Option<Instant> {
        let at = match self.prober.next() {
            Some(at) => at,
            None if self.wants_probe() => self.prober.not_before(self.poor),
            None => return None,
        };
        Some(self.started + Duration::from_micros(at))
    }

    fn wants_probe(&self) -> bool {
        self.can_probe
            && self.counts
            && self.first_sent.is_some()
            && self.estimate < self.wanted
            && self.unanswered < UNANSWERED_MAX
            && self.trend.usage() == Usage::Normal
            && self.queue.micros() < CLEAR
            && !self.loss.is_on_trial()
    }

    fn micros(&self, now: Instant) -> u64 {
        let since = now.saturating_duration_since(self.started);
        u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
    }
}
