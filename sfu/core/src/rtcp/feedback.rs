//! Transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1), read in
//! place.

/// Which of our numbered packets arrived, and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Feedback<'a> {
    base: u16,
    statuses: u16,
    /// In 64 ms, 24 bits with a sign.
    reference: i32,
    chunks: &'a [u8],
}

/// What a feedback says of one packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Status {
    /// The packet's transport-wide number.
    pub(crate) number: u16,
    /// When it arrived, on the receiver's clock, in quarters of a millisecond; `None`: it has not.
    pub(crate) arrived: Option<i64>,
}

/// A reference time counts 256 ticks of a quarter of a millisecond.
const REFERENCE_TICKS: i64 = 256;
/// After so many it begins anew.
const REFERENCES: i64 = 1 << 24;

impl<'a> Feedback<'a> {
    /// From what follows the SSRCs.
    pub(super) fn read(control: &'a [u8]) -> Option<Self> {
        let [b0, b1, s0, s1, r0, r1, r2, _] = *control.first_chunk()?;
        Some(Self {
            base: u16::from_be_bytes([b0, b1]),
            statuses: u16::from_be_bytes([s0, s1]),
            reference: i32::from_be_bytes([r0, r1, r2, 0]) >> 8,
            chunks: control.get(8..)?,
        })
    }

    /// The reference time, in 64 ms: of those that it can be, the nearest to the last one's.
    pub(crate) fn reference(&self, last: Option<i64>) -> i64 {
        let this = i64::from(self.reference);
        last.map_or(this, |last| {
            let ahead = (this - last).rem_euclid(REFERENCES);
            last + if ahead < REFERENCES / 2 {
                ahead
            } else {
                ahead - REFERENCES
            }
        })
    }

    /// The statuses, in the order of their numbers, as far as they hold together.
    /// `reference`: as [`Feedback::reference`] says. `remembered`: how many of the latest packets anybody
    /// remembers; of those before, runs that have not arrived are passed over, as two bytes claim 8,191.
    pub(crate) fn statuses(&self, reference: i64, remembered: u16) -> Statuses<'a> {
        let mut symbols = Symbols {
            chunks: self.chunks,
            left: self.statuses,
            chunk: Chunk::default(),
        };
        while symbols.left > 0 && symbols.next_chunk() {
            symbols.left = symbols.left.saturating_sub(symbols.chunk.length);
        }
        Statuses {
            times: symbols.chunks,
            symbols: Symbols {
                chunks: self.chunks,
                left: self.statuses,
                chunk: Chunk::default(),
            },
            number: self.base,
            ticks: reference * REFERENCE_TICKS,
            remembered,
        }
    }
}

/// See [`Feedback::statuses`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Statuses<'a> {
    symbols: Symbols<'a>,
    times: &'a [u8],
    number: u16,
    ticks: i64,
    remembered: u16,
}

impl Iterator for Statuses<'_> {
    type Item = Status;

    fn next(&mut self) -> Option<Status> {
        let forgotten = self.symbols.left.saturating_sub(self.remembered);
        self.number = self.number.wrapping_add(self.symbols.pass_lost(forgotten));
        let after = match self.symbols.next()? {
            1 => {
                let (byte, rest) = self.times.split_first()?;
                self.times = rest;
                Some(i64::from(*byte))
            }
            2 => {
                let (bytes, rest) = self.times.split_first_chunk()?;
                self.times = rest;
                Some(i64::from(i16::from_be_bytes(*bytes)))
            }
            _ => None,
        };
        let number = self.number;
        self.number = number.wrapping_add(1);
        Some(Status {
            number,
            arrived: after.map(|after| {
                self.ticks += after;
                self.ticks
            }),
        })
    }
}

/// The symbols of the chunks: 0 not arrived, 1 after a small time, 2 after a large one, 3 reserved.
#[derive(Clone, Copy, Debug)]
struct Symbols<'a> {
    chunks: &'a [u8],
    /// Statuses that are still to come.
    left: u16,
    chunk: Chunk,
}

/// A chunk, partly read.
#[derive(Clone, Copy, Debug, Default)]
struct Chunk {
    bits: u16,
    /// Symbols left in it.
    length: u16,
}

impl Symbols<'_> {
    fn next_chunk(&mut self) -> bool {
        let Some((bytes, rest)) = self.chunks.split_first_chunk() else {
            return false;
        };
        self.chunks = rest;
        let bits = u16::from_be_bytes(*bytes);
        let length = match bits >> 14 {
            0 | 1 => bits & 0x1fff,
            2 => 14,
            _ => 7,
        };
        self.chunk = Chunk { bits, length };
        true
    }

    /// Passes over the runs of what has not arrived that come next, up to so many. How many it were.
    fn pass_lost(&mut self, at_most: u16) -> u16 {
        let mut passed = 0;
        while passed < at_most && (self.chunk.length > 0 || self.next_chunk()) {
            if matches!(self.chunk.bits >> 13, 1 | 2 | 4..) {
                break;
            }
            let run = self.chunk.length.min(at_most - passed);
            self.chunk.length -= run;
            self.left -= run;
            passed += run;
        }
        passed
    }
}

impl Iterator for Symbols<'_> {
    type Item = u16;

    fn next(&mut self) -> Option<u16> {
        self.left = self.left.checked_sub(1)?;
        while self.chunk.length == 0 {
            if !self.next_chunk() {
                return None;
            }
        }
        self.chunk.length -= 1;
        let Chunk { bits, length } = self.chunk;
        Some(match bits >> 14 {
            0 | 1 => bits >> 13,
            2 => (bits >> length) & 1,
            _ => (bits >> (2 * length)) & 3,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(statuses: u16, reference: [u8; 3], chunks: &[u16], times: &[u8]) -> Vec<Status> {
        let mut control = vec![0xff, 0xff];
        control.extend(statuses.to_be_bytes());
        control.extend(reference);
        control.push(9);
        control.extend(chunks.iter().flat_map(|chunk| chunk.to_be_bytes()));
        control.extend(times);
        let feedback = Feedback::read(&control).unwrap();
        feedback.statuses(feedback.reference(None), 1_024).collect()
    }

    fn arrived(statuses: &[Status]) -> Vec<Option<i64>> {
        statuses.iter().map(|status| status.arrived).collect()
    }

    #[test]
    fn each_kind_of_chunk_is_read_with_its_times() {
        // A run of two small, a vector of 14 bits of which three count, one of pairs of which two do.
        let chunks = [0x2000 | 2, 0x8000 | 0b101 << 11, 0xc000 | 0b10_01 << 10];
        let all = read(18, [0, 0, 1], &chunks, &[4, 0, 8, 1, 0xff, 0xfc, 5]);
        assert_eq!(all[0].number, 0xffff);
        assert_eq!(all[2].number, 1);
        let mut expected = vec![Some(260), Some(260), Some(268), None, Some(269)];
        expected.extend([None; 11]);
        expected.extend([Some(265), Some(270)]);
        assert_eq!(arrived(&all), expected);
    }

    #[test]
    fn what_nobody_remembers_is_passed_over() {
        let nothing = [0x1fff; 8];
        let all = read(u16::MAX, [0, 0, 0], &nothing, &[]);
        assert_eq!(
            all.len(),
            1_024 - 7,
            "the chunks say nothing of the last seven"
        );
        assert_eq!(all[0].number, 0xffff_u16.wrapping_add(u16::MAX - 1_024));
        // What arrived long ago is told all the same: later times count from its time.
        let chunks = [0x2001, 0x1fff, 0xc000 | 0b11_01 << 10, 0x2001];
        let all = read(8_200, [0, 0, 0], &chunks, &[4, 6, 8]);
        assert_eq!(all[0].arrived, Some(4));
        assert_eq!(all[1].number, 0xffff_u16.wrapping_add(8_200 - 1_024));
        assert_eq!(all.last().unwrap().arrived, Some(18));
        assert_eq!(all.len(), 1 + 1_024);
    }

    #[test]
    fn a_reference_time_has_a_sign() {
        let all = read(1, [0xff, 0xff, 0xff], &[0x2001], &[6]);
        assert_eq!(arrived(&all), [Some(-250)]);
    }

    #[test]
    fn a_reference_time_goes_on_over_its_wrap() {
        let reference = |bytes: [u8; 3], last| {
            let [r0, r1, r2] = bytes;
            let control = [0, 0, 0, 0, r0, r1, r2, 0];
            Feedback::read(&control).unwrap().reference(last)
        };
        assert_eq!(reference([0x7f, 0xff, 0xff], None), 0x7f_ffff);
        assert_eq!(reference([0x80, 0, 1], Some(0x7f_ffff)), 0x80_0001);
        assert_eq!(reference([0x7f, 0xff, 0xff], Some(0x80_0001)), 0x7f_ffff);
    }

    #[test]
    fn what_is_cut_short_ends_there() {
        assert_eq!(read(3, [0, 0, 0], &[0x2000 | 3], &[1, 1]).len(), 2);
        assert_eq!(read(9, [0, 0, 0], &[3], &[]).len(), 3, "no more chunks");
        assert_eq!(read(2, [0, 0, 0], &[0x1fff, 0x1fff], &[]).len(), 2);
        assert_eq!(
            read(2, [0, 0, 0], &[0, 0, 0x2002], &[1, 2]).len(),
            2,
            "empty runs"
        );
        assert!(Feedback::read(&[0; 7]).is_none());
    }
}
