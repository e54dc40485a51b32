//! How often somebody may do something: a token bucket.

use std::time::{Duration, Instant};

/// Holds up to `burst` tokens and gets `per_second` of them a second.
#[derive(Clone, Debug)]
pub(crate) struct Bucket {
    /// When the bucket would have been empty, had it never been full.
    empty_at: Instant,
    interval: Duration,
    burst: u32,
}

impl Bucket {
    /// A full bucket.
    pub(crate) fn new(per_second: u32, burst: u32, now: Instant) -> Self {
        Self {
            empty_at: now,
            interval: Duration::from_secs(1) / per_second,
            burst,
        }
    }

    /// Takes a token, if there is one.
    pub(crate) fn take(&mut self, now: Instant) -> bool {
        let empty_at = self.empty_at.max(now) + self.interval;
        let fits = empty_at <= now + self.interval * self.burst;
        if fits {
            self.empty_at = empty_at;
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_fits_and_after_it_the_average_does() {
        let start = Instant::now();
        let mut bucket = Bucket::new(10, 40, start);
        assert_eq!((0..100).filter(|_| bucket.take(start)).count(), 40);
        let later = start + Duration::from_millis(250);
        assert_eq!((0..100).filter(|_| bucket.take(later)).count(), 2);
        let much_later = start + Duration::from_secs(60);
        assert_eq!((0..100).filter(|_| bucket.take(much_later)).count(), 40);
    }
}
