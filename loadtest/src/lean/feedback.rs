//! Transport-wide feedback: which packets came, and when
//! (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1).

use std::time::{Duration, Instant};

use super::srtp::nearest;

/// The most packets that one feedback tells about, lost ones included.
const PACKETS_MAX: u64 = 500;
/// The unit of arrival times, µs.
const DELTA_US: u64 = 250;
/// The unit of the reference time, in units of arrival times.
const REFERENCE: u64 = 256;
const RUN_MAX: usize = 0x1FFF;
/// Symbols in a chunk of two bits each.
const SYMBOLS_A_CHUNK: usize = 7;

const NOT_RECEIVED: u8 = 0;
const SMALL: u8 = 1;
const LARGE: u8 = 2;

/// What came since the last feedback.
#[derive(Debug)]
pub struct Feedback {
    origin: Instant,
    highest: Option<u64>,
    /// From where on nothing has been told yet.
    next: u64,
    arrivals: Vec<(u64, u64)>,
    count: u8,
}

impl Feedback {
    /// Arrival times count from `origin`.
    #[must_use]
    pub fn new(origin: Instant) -> Self {
        Self {
            origin,
            highest: None,
            next: 0,
            arrivals: vec![],
            count: 0,
        }
    }

    /// A packet came.
    pub fn arrived(&mut self, sequence: u16, now: Instant) {
        let number = match self.highest {
            // One cycle up, so that packets from before the first one stay above zero.
            None => u64::from(sequence) + 0x1_0000,
            Some(highest) => nearest(highest, sequence),
        };
        if self.highest.is_none() {
            self.next = number;
        }
        self.highest = self.highest.max(Some(number));
        if number >= self.next {
            let since = now.saturating_duration_since(self.origin);
            self.arrivals.push((number, units(since)));
        }
    }

    /// A packet of RTCP that tells about everything not yet told; `None` when there is nothing.
    pub fn take(&mut self, sender_ssrc: u32, media_ssrc: u32) -> Option<Vec<u8>> {
        self.arrivals.sort_unstable();
        self.arrivals.dedup_by_key(|(number, _)| *number);
        let (_, first_at) = *self.arrivals.first()?;
        let base = self.next;
        let told = self
            .arrivals
            .iter()
            .take_while(|(number, _)| *number < base + PACKETS_MAX)
            .count();
        if told == 0 {
            // A leap of the sender's: what lies between is not worth telling.
            self.next = self.arrivals[0].0;
            return self.take(sender_ssrc, media_ssrc);
        }
        let told: Vec<_> = self.arrivals.drain(..told).collect();
        let last = told.last()?.0;
        self.next = last + 1;

        let reference = first_at / REFERENCE;
        let mut symbols = vec![];
        let mut deltas = vec![];
        let mut before = reference * REFERENCE;
        for (number, at) in told {
            let place = usize::try_from(number - base).ok()?;
            symbols.resize(place, NOT_RECEIVED);
            symbols.push(push_delta(&mut deltas, before, at));
            before = at;
        }
        let packet = self.compose(sender_ssrc, media_ssrc, base, reference, &symbols, &deltas);
        self.count = self.count.wrapping_add(1);
        Some(packet)
    }

    fn compose(
        &self,
        sender_ssrc: u32,
        media_ssrc: u32,
        base: u64,
        reference: u64,
        symbols: &[u8],
        deltas: &[u8],
    ) -> Vec<u8> {
        let mut packet = vec![0x80 | 15, 205, 0, 0];
        packet.extend_from_slice(&sender_ssrc.to_be_bytes());
        packet.extend_from_slice(&media_ssrc.to_be_bytes());
        packet.extend_from_slice(&base.to_be_bytes()[6..]);
        let count = u16::try_from(symbols.len()).unwrap_or(u16::MAX);
        packet.extend_from_slice(&count.to_be_bytes());
        packet.extend_from_slice(&reference.to_be_bytes()[5..]);
        packet.push(self.count);
        push_chunks(&mut packet, symbols);
        packet.extend_from_slice(deltas);
        let padding = packet.len().next_multiple_of(4) - packet.len();
        if padding > 0 {
            packet[0] |= 0x20;
            packet.resize(packet.len() + padding, 0);
            if let Some(last) = packet.last_mut() {
                *last = u8::try_from(padding).unwrap_or(0);
            }
        }
        let words = u16::try_from(packet.len() / 4 - 1).unwrap_or(u16::MAX);
        packet[2..4].copy_from_slice(&words.to_be_bytes());
        packet
    }
}

fn units(since: Duration) -> u64 {
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX) / DELTA_US
}

fn push_delta(deltas: &mut Vec<u8>, before: u64, at: u64) -> u8 {
    if let Some(small) = at
        .checked_sub(before)
        .and_then(|delta| u8::try_from(delta).ok())
    {
        deltas.push(small);
        return SMALL;
    }
    let delta = i64::try_from(at)
        .unwrap_or(i64::MAX)
        .saturating_sub_unsigned(before);
    let delta = delta.clamp(i64::from(i16::MIN), i64::from(i16::MAX));
    let delta = i16::try_from(delta).unwrap_or(i16::MAX);
    deltas.extend_from_slice(&delta.to_be_bytes());
    LARGE
}

fn push_chunks(packet: &mut Vec<u8>, mut symbols: &[u8]) {
    while let Some(first) = symbols.first() {
        let run = symbols
            .iter()
            .take(RUN_MAX)
            .take_while(|symbol| *symbol == first)
            .count();
        let (chunk, taken) = if run >= SYMBOLS_A_CHUNK {
            (
                u16::from(*first) << 13 | u16::try_from(run).unwrap_or(0),
                run,
            )
        } else {
            let taken = symbols.len().min(SYMBOLS_A_CHUNK);
            let bits = (0..SYMBOLS_A_CHUNK).fold(0b11, |bits, place| {
                bits << 2 | u16::from(symbols.get(place).copied().unwrap_or(NOT_RECEIVED))
            });
            (bits, taken)
        };
        packet.extend_from_slice(&chunk.to_be_bytes());
        symbols = &symbols[taken..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rtc::{
        rtcp::transport_feedbacks::transport_layer_cc::{SymbolTypeTcc, TransportLayerCc},
        shared::marshal::Unmarshal,
    };

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    /// The deltas, in units of 250 µs, and the symbols as somebody else reads them.
    fn read(packet: &[u8]) -> (TransportLayerCc, Vec<i64>) {
        let feedback = TransportLayerCc::unmarshal(&mut &packet[..]).unwrap();
        let deltas = feedback.recv_deltas.iter().map(|d| d.delta / 250).collect();
        (feedback, deltas)
    }

    #[test]
    fn another_implementation_reads_what_came_and_when() {
        let origin = Instant::now();
        let mut feedback = Feedback::new(origin);
        let at = [
            (65_534, 1_000),
            (65_535, 1_001),
            (2, 1_003),
            (3, 1_200),
            (1, 1_201),
        ];
        for (sequence, at) in at {
            feedback.arrived(sequence, origin + ms(at));
        }
        let packet = feedback.take(1, 2).unwrap();
        let (read, deltas) = read(&packet);
        assert_eq!(
            (read.base_sequence_number, read.packet_status_count),
            (65_534, 6)
        );
        assert_eq!(read.reference_time, 15);
        // 1 000 ms are 40 ms after 15 times 64 ms; then in order of the numbers, 0 missing.
        assert_eq!(deltas, [160, 4, 800, -792, 788]);
        assert_eq!(read.fb_pkt_count, 0);
    }

    #[test]
    fn what_was_told_is_not_told_again() {
        let origin = Instant::now();
        let mut feedback = Feedback::new(origin);
        assert_eq!(feedback.take(1, 2), None);
        for sequence in 0..100 {
            feedback.arrived(sequence, origin + ms(u64::from(sequence)));
        }
        let (first, deltas) = read(&feedback.take(1, 2).unwrap());
        assert_eq!(deltas.len(), 100);
        assert!(
            first
                .recv_deltas
                .iter()
                .all(|d| d.type_tcc_packet == SymbolTypeTcc::PacketReceivedSmallDelta)
        );
        feedback.arrived(50, origin + ms(101));
        assert_eq!(feedback.take(1, 2), None);
        feedback.arrived(120, origin + ms(102));
        let (second, deltas) = read(&feedback.take(1, 2).unwrap());
        assert_eq!(
            (second.base_sequence_number, second.packet_status_count),
            (100, 21)
        );
        assert_eq!((deltas.len(), second.fb_pkt_count), (1, 1));
    }

    #[test]
    fn a_leap_of_the_sender_is_passed_over() {
        let origin = Instant::now();
        let mut feedback = Feedback::new(origin);
        feedback.arrived(0, origin);
        feedback.take(1, 2).unwrap();
        feedback.arrived(20_000, origin + ms(5));
        let (read, _) = read(&feedback.take(1, 2).unwrap());
        assert_eq!(
            (read.base_sequence_number, read.packet_status_count),
            (20_000, 1)
        );
    }
}
