//! Freezes of a picture, as WebRTC's statistics count them (`freezeCount`, W3C webrtc-stats).
//!
//! A freeze is a time between two rendered pictures of at least three times the average, and of at
//! least 150 ms more than it; the average is that of the last 30 pictures.

use std::time::{Duration, Instant};

const AVERAGED: usize = 30;
const ADDED: Duration = Duration::from_millis(150);

/// The freezes of one picture.
#[derive(Clone, Debug, Default)]
pub struct Freezes {
    latest: Option<Instant>,
    between: [Duration; AVERAGED],
    known: usize,
    place: usize,
    count: u64,
    total: Duration,
}

impl Freezes {
    /// A picture was rendered.
    pub fn rendered(&mut self, now: Instant) {
        let Some(latest) = self.latest.replace(now) else {
            return;
        };
        let between = now.saturating_duration_since(latest);
        if self.known > 0 {
            let sum: Duration = self.between[..self.known].iter().sum();
            let average = sum / u32::try_from(self.known).unwrap_or(u32::MAX);
            if between >= (average * 3).max(average + ADDED) {
                self.count += 1;
                self.total += between;
            }
        }
        self.between[self.place] = between;
        self.place = (self.place + 1) % AVERAGED;
        self.known = (self.known + 1).min(AVERAGED);
    }

    /// How many there were.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// How long they were together.
    #[must_use]
    pub const fn total(&self) -> Duration {
        self.total
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Renders pictures after each of these ms.
    fn rendered(after: impl IntoIterator<Item = u64>) -> Freezes {
        let mut now = Instant::now();
        let mut freezes = Freezes::default();
        freezes.rendered(now);
        for ms in after {
            now += Duration::from_millis(ms);
            freezes.rendered(now);
        }
        freezes
    }

    #[test]
    fn a_steady_picture_has_none_however_slow() {
        assert_eq!(rendered([33; 300]).count(), 0);
        assert_eq!(rendered([500; 300]).count(), 0);
    }

    #[test]
    fn a_stop_counts_once_it_is_150_ms_longer_than_usual() {
        let stop = |ms| rendered([33; 60].into_iter().chain([ms]).chain([33; 60]));
        assert_eq!(stop(182).count(), 0);
        assert_eq!(stop(183).count(), 1);
        assert_eq!(stop(2_000).total(), Duration::from_secs(2));
    }

    #[test]
    fn a_slow_picture_needs_three_times_its_usual_step() {
        let stop = |ms| rendered([100; 60].into_iter().chain([ms]));
        assert_eq!((stop(299).count(), stop(300).count()), (0, 1));
    }
}
