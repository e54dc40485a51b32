//! When a publisher's packets came: transport-wide feedback
//! (draft-holmer-rmcat-transport-wide-cc-extensions-01).
//!
//! Without it Chromium stays at a low rate and never sends its upper layers. Every packet carries one
//! counter for the whole transport; ten times a second the publisher is told which numbers came, and
//! when, to a quarter of a millisecond:
//!
//! ```text
//!  base number | number of statuses | reference time (64 ms) | feedback counter
//!  chunks: a status each (not come, 1-byte time, 2-byte time), run lengths or vectors
//!  times: each the difference to the one before
//! ```
//! A packet that comes after its number was reported missing is reported again with those after it.

use std::time::{Duration, Instant};

use crate::rtp::{low_16, unwrap_sequence};

/// Between two feedbacks.
pub(crate) const INTERVAL: Duration = Duration::from_millis(100);

/// How many numbers are remembered.
const REMEMBERED: u64 = 1_024;

/// A quarter of a millisecond, in which times are told.
const TICK_MICROS: u128 = 250;

/// A reference time counts 64 ms: 256 ticks.
const REFERENCE_TICKS: u32 = 256;

/// The longest feedback, without the RTCP header and SSRCs, bytes.
pub(crate) const CONTROL_MAX: usize = 1_024;

/// Statuses in one feedback: at most two bytes of time and two bits of status each.
const STATUSES_MAX: u64 = 440;

/// The memory of arrivals of one publisher.
#[derive(Debug)]
pub(crate) struct Arrivals {
    started: Instant,
    /// By number modulo their count: ticks since the start, plus one; 0: has not come.
    ticks: Box<[u32; REMEMBERED as usize]>,
    /// The newest number that came.
    newest: Option<u64>,
    /// The first number that is to be reported.
    next: u64,
    feedback_counter: u8,
}

impl Arrivals {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            started: now,
            ticks: Box::new([0; REMEMBERED as usize]),
            newest: None,
            next: 0,
            feedback_counter: 0,
        }
    }

    /// Notes a packet's transport-wide number.
    pub(crate) fn arrive(&mut self, sequence: u16, now: Instant) {
        let Some(newest) = self.newest else {
            let number = (1 << 16) + u64::from(sequence);
            self.newest = Some(number);
            self.next = number;
            self.note(number, now);
            return;
        };
        let number = unwrap_sequence(newest, sequence);
        if number > newest {
            for missing in (newest + 1..number).take(self.ticks.len()) {
                self.ticks[slot(missing)] = 0;
            }
            self.newest = Some(number);
            self.next = self.next.max(number.saturating_sub(REMEMBERED - 1));
        } else if newest - number >= REMEMBERED || self.ticks[slot(number)] != 0 {
            return;
        } else {
            self.next = self.next.min(number);
        }
        self.note(number, now);
    }

    /// Whether there is anything to report.
    pub(crate) fn pending(&self) -> bool {
        self.newest.is_some_and(|newest| newest >= self.next)
    }

    /// Writes one feedback; call until it is `None`.
    pub(crate) fn feedback<'a>(&mut self, out: &'a mut [u8; CONTROL_MAX]) -> Option<&'a [u8]> {
        let newest = self.newest?;
        let first = (self.next..=newest).find(|number| self.ticks_of(*number).is_some())?;
        // After an outage only what came is worth telling.
        let base = if first - self.next < STATUSES_MAX {
            self.next
        } else {
            first
        };
        let reference = self.ticks_of(first)? / REFERENCE_TICKS;

        let mut control = Control {
            bytes: out,
            length: 8,
        };
        let mut symbols = [Symbol::NotCome; STATUSES_MAX as usize];
        let mut statuses = 0;
        let mut before = reference * REFERENCE_TICKS;
        for (symbol, number) in symbols.iter_mut().zip(base..=newest) {
            if let Some(ticks) = self.ticks_of(number) {
                *symbol = match i64::from(ticks) - i64::from(before) {
                    0..=255 => Symbol::Small,
                    -32_768..=32_767 => Symbol::Large,
                    _ => break,
                };
                before = ticks;
                statuses = usize::try_from(number - base).unwrap_or(usize::MAX) + 1;
            }
        }
        let symbols = &symbols[..statuses];
        control.put_chunks(symbols);

        let mut before = reference * REFERENCE_TICKS;
        for (symbol, number) in symbols.iter().zip(base..) {
            let ticks = self.ticks_of(number).unwrap_or(before);
            let [.., high, low] = ticks.wrapping_sub(before).to_be_bytes();
            match symbol {
                Symbol::NotCome => {}
                Symbol::Small => control.put(&[low]),
                Symbol::Large => control.put(&[high, low]),
            }
            before = ticks;
        }

        let length = control.length;
        let count = u16::try_from(statuses).expect("at most STATUSES_MAX");
        let [_, r0, r1, r2] = reference.to_be_bytes();
        out[..2].copy_from_slice(&low_16(base).to_be_bytes());
        out[2..4].copy_from_slice(&count.to_be_bytes());
        out[4..8].copy_from_slice(&[r0, r1, r2, self.feedback_counter]);
        self.feedback_counter = self.feedback_counter.wrapping_add(1);
        self.next = base + u64::from(count);
        Some(&out[..length])
    }

    fn note(&mut self, number: u64, now: Instant) {
        let ticks = now.saturating_duration_since(self.started).as_micros() / TICK_MICROS;
        self.ticks[slot(number)] = u32::try_from(ticks).unwrap_or(u32::MAX - 1) + 1;
    }

    fn ticks_of(&self, number: u64) -> Option<u32> {
        self.ticks[slot(number)].checked_sub(1)
    }
}

fn slot(number: u64) -> usize {
    usize::try_from(number % REMEMBERED).expect("less than what is remembered")
}

/// A packet's status, by its number on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Symbol {
    NotCome = 0,
    /// The time fits a byte.
    Small = 1,
    /// The time takes two bytes, with a sign.
    Large = 2,
}

/// The control part of a feedback, filled from front to back.
struct Control<'a> {
    bytes: &'a mut [u8; CONTROL_MAX],
    length: usize,
}

impl Control<'_> {
    /// Statuses as run lengths where they are alike, else in vectors of 14 bits or of 7 pairs.
    fn put_chunks(&mut self, symbols: &[Symbol]) {
        let mut rest = symbols;
        while let [first, ..] = rest {
            let run = rest.iter().take_while(|symbol| *symbol == first).count();
            let vector = &rest[..rest.len().min(14)];
            let (chunk, taken) = if run >= 14 || run == rest.len() {
                (
                    (*first as u16) << 13 | u16::try_from(run).expect("few statuses"),
                    run,
                )
            } else if vector.contains(&Symbol::Large) {
                let pairs = &rest[..rest.len().min(7)];
                let bits = |at: usize| pairs.get(at).map_or(0, |symbol| *symbol as u16);
                (
                    0xc000 | (0..7).fold(0, |all, at| all << 2 | bits(at)),
                    pairs.len(),
                )
            } else {
                let bits = |at: usize| vector.get(at).map_or(0, |symbol| *symbol as u16);
                (
                    0x8000 | (0..14).fold(0, |all, at| all << 1 | bits(at)),
                    vector.len(),
                )
            };
            self.put(&chunk.to_be_bytes());
            rest = &rest[taken..];
        }
    }

    fn put(&mut self, data: &[u8]) {
        self.bytes[self.length..self.length + data.len()].copy_from_slice(data);
        self.length += data.len();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rtc_rtcp::transport_feedbacks::transport_layer_cc::{
        PacketStatusChunk, SymbolTypeTcc, TransportLayerCc,
    };
    use rtc_shared::marshal::Unmarshal;

    use super::*;
    use crate::rtcp::Writer;

    /// What another implementation reads: each number, and when it came, in ticks.
    fn read(control: &[u8]) -> (u8, Vec<(u16, Option<i64>)>) {
        let mut writer = Writer::new();
        writer.transport_feedback(1, 2, control);
        let mut bytes = writer.compound();
        let feedback = TransportLayerCc::unmarshal(&mut bytes).unwrap();
        let mut symbols = Vec::new();
        for chunk in &feedback.packet_chunks {
            match chunk {
                PacketStatusChunk::RunLengthChunk(run) => {
                    symbols.extend(vec![run.packet_status_symbol; usize::from(run.run_length)]);
                }
                PacketStatusChunk::StatusVectorChunk(vector) => {
                    symbols.extend(vector.symbol_list.iter().copied());
                }
            }
        }
        symbols.truncate(usize::from(feedback.packet_status_count));
        let mut deltas = feedback.recv_deltas.iter();
        let mut time = i64::from(feedback.reference_time) * 256;
        let statuses = symbols.iter().enumerate().map(|(at, symbol)| {
            let at = u16::try_from(at).unwrap();
            let number = feedback.base_sequence_number.wrapping_add(at);
            let come = *symbol != SymbolTypeTcc::PacketNotReceived;
            (
                number,
                come.then(|| {
                    time += deltas.next().unwrap().delta / 250;
                    time
                }),
            )
        });
        (feedback.fb_pkt_count, statuses.collect())
    }

    fn read_all(arrivals: &mut Arrivals) -> Vec<(u16, Option<i64>)> {
        let mut out = [0; CONTROL_MAX];
        let mut all = Vec::new();
        while let Some(control) = arrivals.feedback(&mut out) {
            all.extend(read(control).1);
        }
        all
    }

    #[test]
    fn numbers_times_and_gaps_are_told_over_the_wrap() {
        let start = Instant::now();
        let mut arrivals = Arrivals::new(start);
        for (sequence, ms) in [(65_534, 100), (65_535, 101), (1, 400), (2, 399)] {
            arrivals.arrive(sequence, start + Duration::from_millis(ms));
        }
        assert!(arrivals.pending());
        let told = read_all(&mut arrivals);
        let expected = [
            (65_534, Some(400)),
            (65_535, Some(404)),
            (0, None),
            (1, Some(1_600)),
            (2, Some(1_596)),
        ];
        assert_eq!(told, expected);
        assert!(!arrivals.pending());
        assert!(read_all(&mut arrivals).is_empty());
    }

    #[test]
    fn a_packet_that_comes_after_it_was_told_missing_is_told_again() {
        let start = Instant::now();
        let mut arrivals = Arrivals::new(start);
        arrivals.arrive(0, start);
        arrivals.arrive(2, start);
        assert_eq!(
            read_all(&mut arrivals),
            [(0, Some(0)), (1, None), (2, Some(0))]
        );
        arrivals.arrive(1, start + Duration::from_millis(1));
        arrivals.arrive(1, start + Duration::from_millis(2));
        assert_eq!(read_all(&mut arrivals), [(1, Some(4)), (2, Some(0))]);
    }

    #[test]
    fn a_long_silence_and_a_long_gap_take_several_feedbacks() {
        let start = Instant::now();
        let mut arrivals = Arrivals::new(start);
        arrivals.arrive(0, start);
        arrivals.arrive(1, start + Duration::from_secs(20));
        arrivals.arrive(900, start + Duration::from_secs(21));
        let told = read_all(&mut arrivals);
        let come: Vec<_> = told
            .iter()
            .filter_map(|(n, time)| time.map(|t| (*n, t)))
            .collect();
        assert_eq!(come, [(0, 0), (1, 80_000), (900, 84_000)]);
    }

    proptest! {
        #[test]
        fn everything_that_came_is_told_with_its_time(
            steps in proptest::collection::vec((0_u16..40, 0_u64..400), 1..300),
            often in 1_usize..40,
        ) {
            let start = Instant::now();
            let mut arrivals = Arrivals::new(start);
            let (mut sequence, mut ms) = (65_000_u16, 0);
            let mut come = std::collections::BTreeMap::new();
            let mut told = std::collections::BTreeMap::new();
            for (at, (ahead, later)) in steps.into_iter().enumerate() {
                // Mostly the next number; now and then a gap.
                sequence = sequence.wrapping_add(if ahead > 30 { ahead } else { 1 });
                ms += later / 20;
                arrivals.arrive(sequence, start + Duration::from_millis(ms));
                come.insert(sequence, Some(i64::try_from(ms).unwrap() * 4));
                if at % often == 0 {
                    told.extend(read_all(&mut arrivals));
                }
            }
            told.extend(read_all(&mut arrivals));
            told.retain(|_, time| time.is_some());
            prop_assert_eq!(told, come);
        }
    }
}
