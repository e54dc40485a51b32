//! Which numbers of a stream came: exact counts of what is missing and of what came twice.
//!
//! The numbers around the highest one are kept in a ring of bits. What leaves the ring unseen is lost
//! for good; what comes after that is late and counts as lost all the same.

/// How far behind the highest number one may still come.
const KEPT: u64 = 2_048;
const WORDS: usize = 32;

/// The numbers of one stream.
#[derive(Clone, Debug)]
pub struct Continuity {
    first: Option<u64>,
    highest: u64,
    came: u64,
    twice: u64,
    late: u64,
    ring: Box<[u64; WORDS]>,
}

impl Default for Continuity {
    fn default() -> Self {
        Self {
            first: None,
            highest: 0,
            came: 0,
            twice: 0,
            late: 0,
            ring: Box::new([0; WORDS]),
        }
    }
}

/// What one number was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The first of all, or the next highest.
    Next,
    /// Higher than the next: these many in between are missing for now.
    Ahead(u64),
    /// It had been missing.
    Filled,
    /// It had come before.
    Twice,
    /// Nobody remembers.
    Late,
}

impl Continuity {
    /// A number came.
    pub fn mark(&mut self, number: u64) -> Mark {
        if self.first.is_none() {
            self.first = Some(number);
            self.highest = number;
            self.came = 1;
            *self.ring = [u64::MAX; WORDS];
            return Mark::Next;
        }
        if number > self.highest {
            let skipped = number - self.highest - 1;
            let forget = if skipped >= KEPT {
                *self.ring = [0; WORDS];
                number..number
            } else {
                self.highest + 1..number
            };
            for missing in forget {
                self.clear(missing);
            }
            self.set(number);
            self.highest = number;
            self.came += 1;
            return if skipped == 0 {
                Mark::Next
            } else {
                Mark::Ahead(skipped)
            };
        }
        if self.highest - number >= KEPT || Some(number) < self.first {
            self.late += 1;
            return Mark::Late;
        }
        if self.is_set(number) {
            self.twice += 1;
            return Mark::Twice;
        }
        self.set(number);
        self.came += 1;
        Mark::Filled
    }

    /// Different numbers that came in time.
    #[must_use]
    pub const fn came(&self) -> u64 {
        self.came
    }

    /// Numbers between the first and the highest that are missing now.
    #[must_use]
    pub fn missing(&self) -> u64 {
        self.first
            .map_or(0, |first| self.highest - first + 1 - self.came)
    }

    /// How often a number came that had come before.
    #[must_use]
    pub const fn twice(&self) -> u64 {
        self.twice
    }

    /// The highest number so far.
    #[must_use]
    pub fn highest(&self) -> Option<u64> {
        self.first.map(|_| self.highest)
    }

    fn set(&mut self, number: u64) {
        let (word, bit) = place(number);
        self.ring[word] |= bit;
    }

    fn clear(&mut self, number: u64) {
        let (word, bit) = place(number);
        self.ring[word] &= !bit;
    }

    fn is_set(&self, number: u64) -> bool {
        let (word, bit) = place(number);
        self.ring[word] & bit != 0
    }
}

fn place(number: u64) -> (usize, u64) {
    let word = usize::try_from(number % KEPT / 64).unwrap_or(0);
    (word, 1 << (number % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(numbers: impl IntoIterator<Item = u64>) -> (Continuity, Vec<Mark>) {
        let mut continuity = Continuity::default();
        let marks = numbers.into_iter().map(|n| continuity.mark(n)).collect();
        (continuity, marks)
    }

    #[test]
    fn an_unbroken_row_misses_nothing() {
        let (continuity, marks) = marks(100..10_000);
        assert_eq!((continuity.came(), continuity.missing()), (9_900, 0));
        assert!(marks.iter().all(|mark| *mark == Mark::Next));
    }

    #[test]
    fn a_gap_is_missing_until_it_is_filled() {
        let (mut continuity, marks) = marks([10, 11, 15]);
        assert_eq!(marks[2], Mark::Ahead(3));
        assert_eq!(continuity.missing(), 3);
        assert_eq!(continuity.mark(13), Mark::Filled);
        assert_eq!(continuity.mark(13), Mark::Twice);
        assert_eq!((continuity.missing(), continuity.twice()), (2, 1));
    }

    #[test]
    fn what_comes_when_nobody_remembers_stays_lost() {
        let (mut continuity, _) = marks((10..20).chain(21..3_000));
        assert_eq!(continuity.mark(20), Mark::Late);
        assert_eq!(continuity.missing(), 1);
        assert_eq!(continuity.mark(3), Mark::Late);
        assert_eq!(continuity.missing(), 1);
    }

    #[test]
    fn a_leap_beyond_the_ring_counts_exactly() {
        let (mut continuity, marks) = marks([5, 50_005]);
        assert_eq!(marks[1], Mark::Ahead(49_999));
        assert_eq!(continuity.missing(), 49_999);
        assert_eq!(continuity.mark(50_004), Mark::Filled);
        assert_eq!(continuity.missing(), 49_998);
    }
}
