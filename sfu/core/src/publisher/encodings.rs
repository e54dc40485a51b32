//! Which of its encodings a publisher is told to send.
//!
//! One that is needed is asked for at once. One that nobody needs any more is given a while before it
//! is paused: whoever needed it may soon need it again, and a pause costs a key frame.

use std::time::{Duration, Instant};

use super::sources::LAYERS_MAX;
use crate::tile::EncodingSet;

/// How long an encoding may go unneeded before it is paused.
const HOLD: Duration = Duration::from_secs(5);

/// What one publisher was told.
#[derive(Debug)]
pub(crate) struct Encodings {
    count: usize,
    told: EncodingSet,
    needed: EncodingSet,
    /// Since when each that was told to be sent is not needed.
    unneeded_since: [Option<Instant>; LAYERS_MAX],
}

impl Encodings {
    /// A publisher of `count` encodings that have names, which sends them all until it is told
    /// otherwise. One without names cannot be told anything.
    pub(crate) fn new(count: usize) -> Self {
        Self {
            count,
            told: EncodingSet::lowest(count),
            needed: EncodingSet::default(),
            unneeded_since: [None; LAYERS_MAX],
        }
    }

    /// Notes which are needed now.
    pub(crate) fn need(&mut self, needed: EncodingSet) {
        self.needed = needed;
    }

    /// What the publisher is to be told now, if it is anything new.
    pub(crate) fn change(&mut self, now: Instant) -> Option<EncodingSet> {
        if self.count == 0 {
            return None;
        }
        let mut active = self.told.and(self.needed);
        for layer in 0..self.count {
            let since = &mut self.unneeded_since[layer];
            if self.needed.contains(layer) || !active.contains(layer) {
                *since = None;
                continue;
            }
            if now.saturating_duration_since(*since.get_or_insert(now)) >= HOLD {
                active = active.without(layer);
                *since = None;
            }
        }
        let changed = active != self.told;
        self.told = active;
        changed.then_some(active)
    }

    /// When to look again.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.unneeded_since
            .iter()
            .flatten()
            .min()
            .map(|at| *at + HOLD)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(layers: &[usize]) -> EncodingSet {
        layers
            .iter()
            .fold(EncodingSet::default(), |set, layer| set.with(*layer))
    }

    #[test]
    fn what_nobody_needs_is_paused_after_a_while_and_resumed_at_once() {
        let now = Instant::now();
        let mut encodings = Encodings::new(3);
        encodings.need(set(&[0]));
        assert_eq!(encodings.change(now), None);
        assert_eq!(encodings.next(), Some(now + HOLD));
        let soon = now + HOLD / 2;
        encodings.need(set(&[0, 1]));
        assert_eq!(encodings.change(soon), None);
        assert_eq!(encodings.change(now + HOLD), Some(set(&[0, 1])));
        assert_eq!(encodings.next(), None);
        encodings.need(set(&[2]));
        let later = now + HOLD * 2;
        assert_eq!(encodings.change(later), Some(set(&[0, 1, 2])));
        assert_eq!(encodings.change(later + HOLD), Some(set(&[2])));
        encodings.need(set(&[]));
        assert_eq!(encodings.change(later + HOLD), None);
        assert_eq!(encodings.change(later + HOLD * 2), Some(set(&[])));
    }
}
