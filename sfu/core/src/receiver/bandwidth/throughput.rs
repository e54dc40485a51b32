//! How much arrives: bytes by the receiver's clock, over the last half second.

/// One bucket, in ticks of a quarter of a millisecond: 50 ms.
const BUCKET: i64 = 200;
const BUCKETS: usize = 10;

/// Bytes that arrived at one receiver.
#[derive(Debug, Default)]
pub(crate) struct Throughput {
    bytes: [u32; BUCKETS],
    /// The bucket that fills now, counted from the clock's zero.
    newest: Option<i64>,
    /// How many buckets before it are whole.
    whole: usize,
}

impl Throughput {
    /// Notes an arrival, in ticks of a quarter of a millisecond.
    pub(crate) fn arrived(&mut self, ticks: i64, bytes: u16) {
        let bucket = ticks.div_euclid(BUCKET);
        let newest = *self.newest.get_or_insert(bucket);
        if bucket > newest {
            let passed = usize::try_from(bucket - newest).unwrap_or(usize::MAX);
            for cleared in 1..=passed.min(BUCKETS) {
                let cleared = newest + i64::try_from(cleared).unwrap_or(i64::MAX);
                self.bytes[slot(cleared)] = 0;
            }
            if passed > BUCKETS {
                // A stall: what arrives after it says nothing of what arrived before.
                self.whole = 0;
            } else {
                self.whole = (self.whole + passed).min(BUCKETS - 1);
            }
            self.newest = Some(bucket);
        } else if newest - bucket >= BUCKETS as i64 {
            return;
        }
        self.bytes[slot(bucket)] += u32::from(bytes);
    }

    /// Bit/s over the whole buckets; `None` until there are a few.
    pub(crate) fn bits_per_second(&self) -> Option<u64> {
        let newest = self.newest?;
        if self.whole < 3 {
            return None;
        }
        let filling = slot(newest);
        let others = (0..BUCKETS).filter(|bucket| *bucket != filling);
        let bytes: u64 = others.map(|bucket| u64::from(self.bytes[bucket])).sum();
        Some(bytes * 8 * 20 / self.whole as u64)
    }
}

fn slot(bucket: i64) -> usize {
    usize::try_from(bucket.rem_euclid(BUCKETS as i64)).expect("less than the number of buckets")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_that_of_the_last_half_second() {
        let mut throughput = Throughput::default();
        let mut at = -1_000;
        // 1,000 bytes each 10 ms: 800 kbit/s.
        for _ in 0..100 {
            throughput.arrived(at, 1_000);
            at += 40;
        }
        let rate = throughput.bits_per_second().unwrap();
        assert!((790_000..=810_000).contains(&rate), "{rate}");
        for _ in 0..60 {
            throughput.arrived(at, 250);
            at += 40;
        }
        let rate = throughput.bits_per_second().unwrap();
        assert!((190_000..=210_000).contains(&rate), "{rate}");
    }

    #[test]
    fn a_moment_is_too_short_to_tell() {
        let mut throughput = Throughput::default();
        throughput.arrived(0, 1_000);
        throughput.arrived(300, 1_000);
        assert_eq!(throughput.bits_per_second(), None);
        throughput.arrived(700, 1_000);
        assert!(throughput.bits_per_second().is_some());
        throughput.arrived(7_000, 1_000);
        assert_eq!(throughput.bits_per_second(), None, "after a stall");
    }
}
