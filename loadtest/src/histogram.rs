//! A histogram of lengths of time: exact below 128, then 128 steps for each doubling, so that any
//! percentile is within one percent.

const STEPS: u64 = 128;
const STEP_BITS: u32 = 7;
/// Doublings that are kept apart; with nanoseconds, beyond two minutes all fall together.
const DOUBLINGS: usize = 31;
const BUCKETS: usize = (DOUBLINGS + 1) * 128;

/// Counts values of any unit.
#[derive(Clone, Debug)]
pub struct Histogram {
    buckets: Box<[u64]>,
    count: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self {
            buckets: vec![0; BUCKETS].into_boxed_slice(),
            count: 0,
        }
    }
}

impl Histogram {
    /// Counts one value.
    pub fn record(&mut self, value: u64) {
        self.buckets[bucket(value)] += 1;
        self.count += 1;
    }

    /// Adds what another one counted.
    pub fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.buckets.iter_mut().zip(&other.buckets) {
            *mine += theirs;
        }
        self.count += other.count;
    }

    /// How many values were counted.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// Every bucket's highest value, and how many values are in it.
    pub fn values(&self) -> impl Iterator<Item = (u64, u64)> {
        let filled = self.buckets.iter().enumerate();
        filled
            .filter(|(_, count)| **count > 0)
            .map(|(place, count)| (upper(place), *count))
    }

    /// The value that `share` (0 to 1) of all values do not exceed; `None` without any.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Option<u64> {
        if self.count == 0 {
            return None;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a rank between 1 and the count; counts stay far below 2^52"
        )]
        let rank = ((self.count as f64 * share).ceil() as u64).clamp(1, self.count);
        let mut seen = 0;
        let place = self.buckets.iter().position(|bucket| {
            seen += bucket;
            seen >= rank
        });
        place.map(upper)
    }
}

fn bucket(value: u64) -> usize {
    let doubling = value
        .checked_ilog2()
        .map_or(0, |log| (log + 1).saturating_sub(STEP_BITS));
    let doubling = doubling.min(31);
    let place = if doubling == 0 {
        value
    } else {
        // The highest 8 bits are 128 to 255: the step within the doubling.
        u64::from(doubling) * STEPS + ((value >> (doubling - 1)) - STEPS).min(STEPS - 1)
    };
    usize::try_from(place)
        .unwrap_or(BUCKETS - 1)
        .min(BUCKETS - 1)
}

/// The highest value of a bucket.
fn upper(bucket: usize) -> u64 {
    let bucket = bucket as u64;
    let (doubling, step) = (bucket / STEPS, bucket % STEPS);
    if doubling == 0 {
        return step;
    }
    ((STEPS + step + 1) << (doubling - 1)) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_at_most_one_percent_below_its_buckets_upper_end() {
        let mut value = 1_u64;
        while value < 100_000_000_000 {
            let end = upper(bucket(value));
            assert!(end >= value, "{value}: {end}");
            assert!((end - value) * 100 <= value, "{value}: {end}");
            value += 1 + value / 37;
        }
    }

    #[test]
    fn percentiles_are_those_of_the_values() {
        let mut histogram = Histogram::default();
        for value in 1..=1_000 {
            histogram.record(value * 1_000);
        }
        let near = |share: f64, expected: u64| {
            let found = histogram.quantile(share).unwrap();
            assert!(
                found.abs_diff(expected) * 100 <= expected,
                "{share}: {found}"
            );
        };
        near(0.5, 500_000);
        near(0.99, 990_000);
        near(0.999, 999_000);
        near(1.0, 1_000_000);
    }

    #[test]
    fn two_together_are_like_one_that_counted_all() {
        let (mut one, mut other) = (Histogram::default(), Histogram::default());
        for value in 0..100 {
            one.record(value);
            other.record(value + 100);
        }
        one.merge(&other);
        assert_eq!((one.count(), one.quantile(0.5)), (200, Some(99)));
        assert_eq!(Histogram::default().quantile(0.5), None);
    }
}
