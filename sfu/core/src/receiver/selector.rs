//! Which simulcast layer a receiver is to get of one publisher.
//!
//! The highest that is being sent, that the receiver's own estimate (REMB) has room for, and that its
//! reports of loss allow: two reports in a row of more than a tenth lost take a layer away, some clean
//! seconds give one back. A layer that was given back too early is given back later the next time.

use std::time::{Duration, Instant};

use crate::publisher::LAYERS_MAX;

/// Out of 256: more than this lost is too much.
const BAD: u8 = 26;
/// Out of 256: up to this lost is clean.
const CLEAN: u8 = 5;
/// Reports in a row that make loss sustained.
const BAD_REPORTS: u8 = 2;
/// Clean time before a layer is given back, at first and at most.
const PATIENCE: Duration = Duration::from_secs(8);
const PATIENCE_MAX: Duration = Duration::from_secs(64);
/// A layer taken away this soon after it was given back was given back too early.
const RELAPSE: Duration = Duration::from_secs(15);

/// The choice for one line.
#[derive(Debug)]
pub(crate) struct LayerSelector {
    /// The highest layer that loss allows.
    ceiling: usize,
    bad_reports: u8,
    clean_since: Option<Instant>,
    raised_at: Option<Instant>,
    patience: Duration,
}

impl LayerSelector {
    pub(crate) fn new() -> Self {
        Self {
            ceiling: LAYERS_MAX - 1,
            bad_reports: 0,
            clean_since: None,
            raised_at: None,
            patience: PATIENCE,
        }
    }

    /// Takes a receiver's report of the fraction lost, out of 256, while it gets `current`.
    pub(crate) fn report(&mut self, fraction_lost: u8, current: usize, now: Instant) {
        if fraction_lost > BAD {
            self.clean_since = None;
            self.bad_reports += 1;
            if self.bad_reports >= BAD_REPORTS {
                self.lower(current, now);
            }
            return;
        }
        self.bad_reports = 0;
        if fraction_lost > CLEAN {
            self.clean_since = None;
            return;
        }
        let since = *self.clean_since.get_or_insert(now);
        if now.saturating_duration_since(since) >= self.patience && self.ceiling < LAYERS_MAX - 1 {
            self.ceiling += 1;
            self.raised_at = Some(now);
            self.clean_since = Some(now);
        }
    }

    fn lower(&mut self, current: usize, now: Instant) {
        let relapse = self
            .raised_at
            .is_some_and(|at| now.saturating_duration_since(at) < RELAPSE);
        self.patience = if relapse {
            (self.patience * 2).min(PATIENCE_MAX)
        } else {
            PATIENCE
        };
        self.ceiling = self.ceiling.min(current).saturating_sub(1);
        self.bad_reports = 0;
    }

    /// The highest layer that loss allows.
    pub(crate) fn ceiling(&self) -> usize {
        self.ceiling
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    #[test]
    fn sustained_loss_takes_a_layer_and_clean_seconds_give_it_back() {
        let now = Instant::now();
        let mut selector = LayerSelector::new();
        selector.report(60, 2, now);
        assert_eq!(selector.ceiling(), 2, "one report is not sustained");
        selector.report(60, 2, now + seconds(1));
        assert_eq!(selector.ceiling(), 1);
        selector.report(0, 1, now + seconds(2));
        selector.report(0, 1, now + seconds(9));
        assert_eq!(selector.ceiling(), 1);
        selector.report(0, 1, now + seconds(10));
        assert_eq!(selector.ceiling(), 2);
    }

    #[test]
    fn after_a_relapse_patience_doubles() {
        let now = Instant::now();
        let mut selector = LayerSelector::new();
        let bad_from = |selector: &mut LayerSelector, at: u64| {
            selector.report(60, 2, now + seconds(at));
            selector.report(60, 2, now + seconds(at + 1));
        };
        bad_from(&mut selector, 0);
        for at in 2..=10 {
            selector.report(0, 1, now + seconds(at));
        }
        assert_eq!(selector.ceiling(), 2);
        bad_from(&mut selector, 11);
        for at in 13..29 {
            selector.report(0, 1, now + seconds(at));
        }
        assert_eq!(selector.ceiling(), 1, "8 s no longer suffice");
        selector.report(0, 1, now + seconds(29));
        assert_eq!(selector.ceiling(), 2);
    }
}
