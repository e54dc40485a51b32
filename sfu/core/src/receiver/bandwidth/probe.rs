//! Asking the network whether it carries more: short clusters of padding.
//!
//! What is sent tells only that the network carries what is sent. When more is wanted than the
//! estimate, some padding goes out with the media for a moment, so that together they come at the rate
//! in question. If they arrive at that rate, the network carries it. A success is followed up at once; a
//! failure, and even more so a rate that did not last, is given time.
//!
//! Times are microseconds since the receiver came, or on the receiver's clock; rates are bit/s.

/// How long a cluster takes; one at a low rate takes longer, or it would be too few packets.
const LENGTH: u64 = 25_000;
const LENGTH_LOW: u64 = 40_000;
/// Where delays vary, so many times as long as they do, up to a limit: what little time the variation
/// adds or takes would otherwise be taken for the rate.
const LENGTH_JITTERS: u64 = 8;
const LENGTH_MAX: u64 = 120_000;
const LOW: u64 = 500_000;
/// Padding packets in a cluster.
const PACKETS_MIN: u64 = 5;
const PACKETS_MAX: u64 = 60;
/// Bytes of one on the wire: the most, as a byte counts the padding, and the least.
const BYTES_MAX: u64 = 320;
const BYTES_MIN: u64 = 110;
/// When the answer to a cluster is overdue.
const PATIENCE: u64 = 1_000_000;
/// After a failure: at first, and at most.
const REST: u64 = 1_000_000;
const REST_MAX: u64 = 4_000_000;
/// After a rate that did not last: at first, and at most.
const RELAPSE_REST: u64 = 4_000_000;
const RELAPSE_REST_MAX: u64 = 32_000_000;
/// Where not even every picture is carried, no rest is longer than this: what was bad may be over.
const POOR_REST_MAX: u64 = 5_000_000;
/// A rate that is given up this soon did not last.
const RELAPSE: u64 = 6_000_000;

/// Bytes between two moments.
#[derive(Clone, Copy, Debug, Default)]
struct Span {
    first: Option<(i64, u64)>,
    last: Option<(i64, u64)>,
    bytes: u64,
    packets: u64,
}

impl Span {
    fn add(&mut self, at: i64, bytes: u16) {
        let bytes = u64::from(bytes);
        if self.first.is_none_or(|(first, _)| at < first) {
            self.first = Some((at, bytes));
        }
        if self.last.is_none_or(|(last, _)| at >= last) {
            self.last = Some((at, bytes));
        }
        self.bytes += bytes;
        self.packets += 1;
    }

    /// Bit/s from the first to the last, less the bytes of the one that the time does not cover.
    fn rate(&self, uncovered: u64) -> Option<u64> {
        let micros = u64::try_from(self.last?.0 - self.first?.0).ok()?;
        ((self.bytes - uncovered) * 8_000_000).checked_div(micros)
    }
}

#[derive(Clone, Copy, Debug)]
struct Cluster {
    id: u8,
    every: u64,
    left: u64,
    next: u64,
    payload: u8,
    sent: Span,
    arrived: Span,
    reported: u64,
    /// When it was sent out, once it was.
    sent_out: Option<u64>,
}

/// What a cluster showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The network carries this.
    Carries(u64),
    /// Too little came back to tell.
    Unclear,
}

/// The probes to one receiver.
#[derive(Debug)]
pub(crate) struct Prober {
    cluster: Option<Cluster>,
    last_id: u8,
    not_before: u64,
    /// When the rest began.
    rests_since: u64,
    rest: u64,
    relapse_rest: u64,
    raised_at: Option<u64>,
}

impl Prober {
    pub(crate) fn new() -> Self {
        Self {
            cluster: None,
            last_id: 0,
            not_before: 0,
            rests_since: 0,
            rest: REST,
            relapse_rest: RELAPSE_REST,
            raised_at: None,
        }
    }

    /// Whether a cluster may begin. `poor`: not even every picture is carried.
    pub(crate) fn is_ready(&self, poor: bool, now: u64) -> bool {
        self.cluster.is_none() && now >= self.not_before(poor)
    }

    /// Until when none may begin.
    pub(crate) fn not_before(&self, poor: bool) -> u64 {
        if poor {
            self.not_before.min(self.rests_since + POOR_REST_MAX)
        } else {
            self.not_before
        }
    }

    fn rest(&mut self, rest: u64, now: u64) {
        if now + rest > self.not_before {
            self.not_before = now + rest;
            self.rests_since = now;
        }
    }

    /// Begins a cluster: padding on top of `media`, so that together they make `target`, on a way with
    /// so much `jitter`, microseconds.
    pub(crate) fn begin(&mut self, target: u64, media: u64, jitter: u64, now: u64) {
        self.last_id = self.last_id.checked_add(1).unwrap_or(1);
        let padding = target.saturating_sub(media).max(target / 2).max(1);
        let least = if padding < LOW { LENGTH_LOW } else { LENGTH };
        let length = (jitter * LENGTH_JITTERS).clamp(least, LENGTH_MAX);
        let bytes = (padding * length / 8_000_000 / PACKETS_MIN).clamp(BYTES_MIN, BYTES_MAX);
        let every = bytes * 8_000_000 / padding;
        let payload = bytes - (BYTES_MAX - u64::from(u8::MAX));
        self.cluster = Some(Cluster {
            id: self.last_id,
            every,
            left: (length / every.max(1)).clamp(PACKETS_MIN, PACKETS_MAX) + 1,
            next: now,
            payload: u8::try_from(payload).unwrap_or(u8::MAX),
            sent: Span::default(),
            arrived: Span::default(),
            reported: 0,
            sent_out: None,
        });
    }

    /// The cluster that packets are part of now; 0: none.
    pub(crate) fn current(&self) -> u8 {
        self.cluster
            .filter(|cluster| cluster.sent_out.is_none())
            .map_or(0, |cluster| cluster.id)
    }

    /// The bytes of padding of a packet to be sent now, if one is due.
    pub(crate) fn due(&mut self, now: u64) -> Option<u8> {
        let cluster = self
            .cluster
            .as_mut()
            .filter(|c| c.left > 0 && c.next <= now)?;
        cluster.next += cluster.every;
        cluster.left -= 1;
        Some(cluster.payload)
    }

    /// Notes a packet that was sent as part of the current cluster.
    pub(crate) fn sent(&mut self, bytes: u16, now: u64) {
        let Some(cluster) = &mut self.cluster else {
            return;
        };
        cluster
            .sent
            .add(i64::try_from(now).unwrap_or(i64::MAX), bytes);
        if cluster.left == 0 {
            cluster.sent_out = Some(now);
        }
    }

    /// When the next padding, or giving up, is due.
    pub(crate) fn next(&self) -> Option<u64> {
        let cluster = self.cluster?;
        Some(cluster.sent_out.map_or(cluster.next, |at| at + PATIENCE))
    }

    pub(crate) fn arrived(&mut self, probe: u8, arrived: i64, bytes: u16) {
        if let Some(cluster) = self.cluster.as_mut().filter(|c| c.id == probe) {
            cluster.arrived.add(arrived, bytes);
            cluster.reported += 1;
        }
    }

    pub(crate) fn lost(&mut self, probe: u8) {
        if let Some(cluster) = self.cluster.as_mut().filter(|c| c.id == probe) {
            cluster.reported += 1;
        }
    }

    /// What the cluster showed, once that is known. `own_loss`: thousandths lost at any rate.
    pub(crate) fn outcome(&mut self, own_loss: u64, now: u64) -> Option<Outcome> {
        let cluster = self.cluster?;
        let sent_out = cluster.sent_out?;
        if cluster.reported < cluster.sent.packets && now < sent_out + PATIENCE {
            return None;
        }
        self.cluster = None;
        Some(cluster.outcome(own_loss))
    }

    /// Notes whether the cluster raised the estimate.
    pub(crate) fn note(&mut self, raised: bool, now: u64) {
        if raised {
            self.raised_at = Some(now);
            self.rest = REST;
            self.not_before = now;
        } else {
            self.rest(self.rest, now);
            self.rest = (self.rest * 3 / 2).min(REST_MAX);
        }
    }

    /// Notes that the estimate was lowered.
    pub(crate) fn lowered(&mut self, now: u64) {
        let relapse = self
            .raised_at
            .take()
            .is_some_and(|at| now.saturating_sub(at) < RELAPSE);
        let rest = if relapse {
            let rest = self.relapse_rest;
            self.relapse_rest = (rest * 2).min(RELAPSE_REST_MAX);
            rest
        } else {
            REST
        };
        self.rest(rest, now);
    }

    /// Notes that a rate has lasted: the next that does not is the first again.
    pub(crate) fn lasted(&mut self, now: u64) {
        if self
            .raised_at
            .is_some_and(|at| now.saturating_sub(at) >= RELAPSE)
        {
            self.raised_at = None;
            self.relapse_rest = RELAPSE_REST;
        }
    }
}

impl Cluster {
    fn outcome(&self, own_loss: u64) -> Outcome {
        let expected = self.sent.packets * (1_000 - own_loss) / 1_000;
        let rates = self
            .arrived
            .first
            .zip(self.sent.last)
            .and_then(|(first, last)| Some((self.sent.rate(last.1)?, self.arrived.rate(first.1)?)));
        let Some((sent, arrived)) = rates else {
            return Outcome::Unclear;
        };
        if self.arrived.packets < 4 || self.arrived.packets * 2 < expected {
            return Outcome::Unclear;
        }
        // What is lost at any rate was on the way all the same.
        let arrived = (arrived * 1_000 / (1_000 - own_loss)).min(arrived * 2);
        Outcome::Carries(if arrived * 10 >= sent * 9 {
            arrived.min(sent)
        } else {
            arrived * 90 / 100
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends a cluster for `target` over a network of `capacity`, of whose packets every `keeps`-th
    /// is lost.
    fn probe(target: u64, media: u64, capacity: u64, lost_every: u64) -> (Option<Outcome>, u64) {
        let mut prober = Prober::new();
        prober.begin(target, media, 0, 0);
        let (mut now, mut free_at, mut sent) = (0, 0, 0);
        let mut media_due = 0;
        while prober.current() != 0 {
            let padding = prober.due(now).map(|payload| u16::from(payload) + 65);
            let media = (media > 0 && now >= media_due).then(|| {
                media_due += 500 * 8_000_000 / media;
                500
            });
            for bytes in padding.into_iter().chain(media) {
                let id = prober.current();
                prober.sent(bytes, now);
                sent += 1;
                if lost_every > 0 && sent % lost_every == 0 {
                    prober.lost(id);
                    continue;
                }
                free_at = free_at.max(now) + u64::from(bytes) * 8_000_000 / capacity;
                prober.arrived(id, i64::try_from(free_at).unwrap() + 777, bytes);
            }
            now += 500;
        }
        let own = (1_000u64).checked_div(lost_every).unwrap_or(0);
        (prober.outcome(own, now + PATIENCE), sent)
    }

    fn carried(outcome: Option<Outcome>) -> u64 {
        match outcome {
            Some(Outcome::Carries(rate)) => rate,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_network_that_carries_the_rate_in_question_is_found_to() {
        for (target, media) in [
            (300_000, 150_000),
            (1_200_000, 300_000),
            (4_000_000, 1_500_000),
        ] {
            let (outcome, packets) = probe(target, media, 10_000_000, 0);
            let rate = carried(outcome);
            assert!(rate * 100 > target * 75, "{rate} of {target}");
            assert!(rate * 100 < target * 140, "{rate} of {target}");
            assert!(packets < 80, "{packets}");
        }
    }

    #[test]
    fn a_network_that_does_not_is_found_out() {
        let rate = carried(probe(1_200_000, 300_000, 600_000, 0).0);
        assert!((450_000..700_000).contains(&rate), "{rate}");
        let rate = carried(probe(300_000, 140_000, 150_000, 0).0);
        assert!((110_000..180_000).contains(&rate), "{rate}");
    }

    #[test]
    fn loss_at_any_rate_does_not_spoil_a_probe() {
        let rate = carried(probe(2_000_000, 600_000, 10_000_000, 3).0);
        assert!((1_400_000..2_600_000).contains(&rate), "{rate}");
    }

    #[test]
    fn success_is_followed_up_at_once_and_failure_after_a_growing_rest() {
        let mut prober = Prober::new();
        prober.note(true, 10);
        assert!(prober.is_ready(false, 10));
        prober.note(false, 10);
        assert!(!prober.is_ready(false, 10 + REST - 1) && prober.is_ready(false, 10 + REST));
        prober.note(false, 10 + REST);
        assert!(!prober.is_ready(false, 10 + REST * 2));
        for _ in 0..10 {
            prober.note(false, 20_000_000);
        }
        assert!(prober.is_ready(false, 20_000_000 + REST_MAX));
    }

    #[test]
    fn a_rate_that_does_not_last_makes_the_next_rest_longer() {
        let mut prober = Prober::new();
        let mut now = 0;
        for rest in [4, 8, 16, 32, 32] {
            prober.note(true, now);
            prober.lowered(now + 1);
            assert!(!prober.is_ready(false, now + rest * 1_000_000));
            assert!(prober.is_ready(true, now + 1 + POOR_REST_MAX));
            assert!(prober.is_ready(false, now + 1 + rest * 1_000_000));
            now += 100_000_000;
        }
        prober.note(true, now);
        prober.lasted(now + RELAPSE);
        prober.lowered(now + RELAPSE);
        assert!(prober.is_ready(false, now + RELAPSE + REST));
    }
}
