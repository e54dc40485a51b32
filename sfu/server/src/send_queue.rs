//! What one receive batch sends, laid out so that the kernel splits it.
//!
//! The cost of a hop is mostly the system call, and `UDP_SEGMENT` lets one call send many datagrams
//! to one destination, as long as all have one size; the last may be shorter. So packets are
//! encrypted straight into *trains*: a train is a stretch of one reused buffer that holds equally
//! sized datagrams for one destination. When the batch is done, a train of one is coupled to the end
//! of a neighbouring train of longer datagrams: five pieces of a picture and one of sound leave in
//! one call.
//!
//! Packets of one stream (SSRC) never overtake each other: receivers take a gap for a loss and ask
//! again. Packets of different streams may.
//!
//! The queue is bounded. What does not fit is dropped and counted, as a full network queue would.

use std::ops::Range;

use sfu_transport::{Path, SRTP_OVERHEAD_MAX};

/// The most datagrams that one train carries (`UDP_MAX_SEGMENTS` of older kernels).
const TRAIN_SEGMENTS: usize = 64;
/// The most bytes that one train carries.
const TRAIN_BYTES: usize = 16 * 1024;
/// The most trains of a batch.
const TRAINS: usize = 256;
/// How many trains of different sizes a flow fills side by side.
const OPEN_TRAINS: usize = 4;
/// How many streams a flow keeps apart; more cost only some coupling.
const STREAMS: usize = 8;

/// One participant's downlink, as a small dense number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Flow(pub(crate) u32);

/// Datagrams waiting to be sent.
#[derive(Debug)]
pub struct SendQueue {
    buffer: Box<[u8]>,
    trains: Vec<Train>,
    flows: Vec<FlowState>,
    batch: u64,
    dropped: u64,
}

/// Equally sized datagrams to one destination, ready for one `sendmsg`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transmit<'a> {
    /// Where they go, and which way.
    pub to: Path,
    /// Their bytes, one after the other.
    pub contents: &'a [u8],
    /// The size of each but the last, which may be shorter.
    pub segment_bytes: usize,
}

impl Transmit<'_> {
    /// The datagrams one by one.
    pub fn datagrams(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.contents.chunks(self.segment_bytes)
    }
}

#[derive(Clone, Copy, Debug)]
struct Train {
    to: Path,
    /// The size of a packet before encryption; zero when nothing may be added.
    plain: usize,
    segment: usize,
    segments: usize,
    bytes: usize,
    /// A hash set of the streams inside.
    streams: u64,
    /// The train that the same flow began before this one.
    previous: Option<u16>,
}

#[derive(Clone, Copy, Debug)]
struct FlowState {
    batch: u64,
    /// Trains before this one take nothing more.
    floor: u16,
    latest: Option<u16>,
    open: [Option<u16>; OPEN_TRAINS],
    next_open: usize,
    /// A stream and the train that holds its latest packet.
    streams: [(u32, u16); STREAMS],
    stream_count: usize,
}

impl FlowState {
    const fn new(batch: u64) -> Self {
        Self {
            batch,
            floor: 0,
            latest: None,
            open: [None; OPEN_TRAINS],
            next_open: 0,
            streams: [(0, 0); STREAMS],
            stream_count: 0,
        }
    }

    /// The first train in which the stream's next packet does not overtake.
    fn earliest(&self, stream: u32) -> u16 {
        self.streams[..self.stream_count]
            .iter()
            .find(|(known, _)| *known == stream)
            .map_or(self.floor, |(_, train)| self.floor.max(*train))
    }

    fn record(&mut self, stream: u32, train: u16) {
        if let Some(entry) = self.streams[..self.stream_count]
            .iter_mut()
            .find(|(known, _)| *known == stream)
        {
            entry.1 = train;
            return;
        }
        if self.stream_count == STREAMS {
            // The forgotten streams are all in trains up to the latest, so nobody goes before it.
            self.stream_count = 0;
            self.floor = self.latest.unwrap_or(train);
        }
        self.streams[self.stream_count] = (stream, train);
        self.stream_count += 1;
    }

    fn opened(&mut self, train: u16) {
        self.latest = Some(train);
        self.open[self.next_open] = Some(train);
        self.next_open = (self.next_open + 1) % OPEN_TRAINS;
    }
}

impl Default for SendQueue {
    fn default() -> Self {
        Self::new()
    }
}

impl SendQueue {
    /// An empty queue. Its buffer costs memory only as far as it was ever filled.
    #[must_use]
    pub fn new() -> Self {
        Self {
            buffer: vec![0; TRAINS * TRAIN_BYTES].into_boxed_slice(),
            trains: Vec::with_capacity(TRAINS),
            flows: Vec::new(),
            batch: 1,
            dropped: 0,
        }
    }

    /// Whether nothing waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.trains.is_empty()
    }

    /// Whether the queue should be sent before it takes another datagram's consequences.
    #[must_use]
    pub fn is_nearly_full(&self) -> bool {
        self.trains.len() > TRAINS / 2
    }

    /// How many datagrams did not fit since this was last asked.
    pub fn take_dropped(&mut self) -> u64 {
        std::mem::take(&mut self.dropped)
    }

    /// Queues one whole datagram.
    pub(crate) fn push(&mut self, to: impl Into<Path>, datagram: &[u8]) {
        if datagram.is_empty() || datagram.len() > TRAIN_BYTES || self.trains.len() == TRAINS {
            self.dropped += 1;
            return;
        }
        let start = self.trains.len() * TRAIN_BYTES;
        self.buffer[start..start + datagram.len()].copy_from_slice(datagram);
        self.trains.push(Train {
            to: to.into(),
            plain: 0,
            segment: datagram.len(),
            segments: 1,
            bytes: datagram.len(),
            streams: u64::MAX,
            previous: None,
        });
    }

    /// Queues a packet of `plain` bytes that `protect` encrypts into place. `protect` gets
    /// [`SRTP_OVERHEAD_MAX`] bytes more than `plain` and returns how many it wrote.
    ///
    /// # Errors
    /// Whatever `protect` returned; then nothing was queued.
    pub(crate) fn write<E>(
        &mut self,
        flow: Flow,
        to: impl Into<Path>,
        stream: u32,
        plain: usize,
        protect: impl FnOnce(&mut [u8]) -> Result<usize, E>,
    ) -> Result<(), E> {
        let to = to.into();
        let room = plain + SRTP_OVERHEAD_MAX;
        let index = flow.0 as usize;
        if index >= self.flows.len() {
            self.flows.resize(index + 1, FlowState::new(0));
        }
        if self.flows[index].batch != self.batch {
            self.flows[index] = FlowState::new(self.batch);
        }
        let earliest = self.flows[index].earliest(stream);
        let joined = self.flows[index].open.into_iter().flatten().find(|train| {
            let candidate = &self.trains[usize::from(*train)];
            *train >= earliest
                && candidate.plain == plain
                && candidate.to == to
                && candidate.segments < TRAIN_SEGMENTS
                && candidate.bytes + room <= TRAIN_BYTES
        });
        if joined.is_none() && (self.trains.len() == TRAINS || room > TRAIN_BYTES) {
            self.dropped += 1;
            return Ok(());
        }
        let (position, offset) = joined.map_or((self.trains.len(), 0), |train| {
            let position = usize::from(train);
            (position, self.trains[position].bytes)
        });
        let start = position * TRAIN_BYTES + offset;
        let written = protect(&mut self.buffer[start..start + room])?.min(room);
        match joined {
            Some(number) if self.trains[position].segment == written => {
                let train = &mut self.trains[position];
                train.segments += 1;
                train.bytes += written;
                train.streams |= stream_mark(stream);
                self.flows[index].record(stream, number);
            }
            _ => self.begin(start..start + written, plain, to, flow, stream),
        }
        Ok(())
    }

    /// Begins a train with a packet that stands in the buffer already.
    fn begin(&mut self, packet: Range<usize>, plain: usize, to: Path, flow: Flow, stream: u32) {
        let position = self.trains.len();
        if position == TRAINS {
            self.dropped += 1;
            return;
        }
        let bytes = packet.len();
        if packet.start != position * TRAIN_BYTES {
            self.buffer.copy_within(packet, position * TRAIN_BYTES);
        }
        let flow = &mut self.flows[flow.0 as usize];
        self.trains.push(Train {
            to,
            plain,
            segment: bytes,
            segments: 1,
            bytes,
            streams: stream_mark(stream),
            previous: flow.latest,
        });
        let number = u16::try_from(position).expect("there are fewer trains than u16 counts");
        flow.opened(number);
        flow.record(stream, number);
    }

    /// Couples what can leave together and gives everything to `send`, in order; the queue is empty
    /// afterwards.
    pub fn flush(&mut self, mut send: impl FnMut(Transmit<'_>)) {
        self.couple();
        for (position, train) in self.trains.iter().enumerate() {
            if train.segments == 0 {
                continue;
            }
            let start = position * TRAIN_BYTES;
            send(Transmit {
                to: train.to,
                contents: &self.buffer[start..start + train.bytes],
                segment_bytes: train.segment,
            });
        }
        self.clear();
    }

    /// Forgets everything that waits.
    pub fn clear(&mut self) {
        self.trains.clear();
        self.batch += 1;
    }

    /// Moves single packets to the end of the train next to them in the same flow.
    fn couple(&mut self) {
        for later in 0..self.trains.len() {
            let Some(earlier) = self.trains[later].previous.map(usize::from) else {
                continue;
            };
            let (before, after) = (self.trains[earlier], self.trains[later]);
            if before.to != after.to {
                continue;
            }
            if ends_short(&before, &after) {
                self.absorb(earlier, later);
            } else if ends_short(&after, &before) && before.streams & after.streams == 0 {
                self.absorb(later, earlier);
            }
        }
    }

    fn absorb(&mut self, into: usize, single: usize) {
        let from = single * TRAIN_BYTES;
        let length = self.trains[single].bytes;
        let end = into * TRAIN_BYTES + self.trains[into].bytes;
        self.buffer.copy_within(from..from + length, end);
        self.trains[into].bytes += length;
        self.trains[into].segments += 1;
        self.trains[into].streams |= self.trains[single].streams;
        self.trains[single].segments = 0;
    }
}

/// The stream's place in a [`Train`]'s set of streams.
fn stream_mark(stream: u32) -> u64 {
    1 << (stream.wrapping_mul(0x9E37_79B1) >> 26)
}

/// Whether `single` may be the shorter last datagram of `train`.
fn ends_short(train: &Train, single: &Train) -> bool {
    single.segments == 1
        && train.segments > 0
        && train.segments < TRAIN_SEGMENTS
        && train.bytes == train.segments * train.segment
        && single.bytes < train.segment
        && train.bytes + single.bytes <= TRAIN_BYTES
}

#[cfg(test)]
#[path = "send_queue_tests.rs"]
mod tests;
