//! The latest packets of a publisher's picture, for whoever lost one.
//!
//! One store serves all receivers: it keeps what came, once, and a receiver's forwarder rewrites it
//! again as it did the first time. Payloads lie in one ring of bytes, so memory is bounded by bytes
//! and not by packets; what is overwritten is gone. It grows to what receivers need, and where they ask
//! for what is gone, within what a room may hold.

use std::ops::RangeInclusive;

use super::sources::LAYERS_MAX;
use crate::codec::Codec;

/// How many of a layer's latest packets can be found: as many as fill the ring if each has this many
/// bytes, within bounds.
const BYTES_PER_ENTRY: usize = 256;
const ENTRIES: RangeInclusive<usize> = 64..=256;

/// Where a kept packet lies, and what of its header counts.
#[derive(Clone, Copy, Debug)]
struct Entry {
    index: u64,
    /// Bytes ever written before this payload.
    at: u64,
    timestamp: u32,
    length: u16,
    marker: bool,
    codec: Codec,
}

/// A kept packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stored<'a> {
    pub(crate) payload: &'a [u8],
    pub(crate) timestamp: u32,
    pub(crate) marker: bool,
    pub(crate) codec: Codec,
}

/// The kept packets of one publisher.
#[derive(Debug)]
pub(crate) struct PacketStore {
    bytes: Box<[u8]>,
    /// Bytes ever written, those skipped at the ring's end included.
    written: u64,
    missed: bool,
    /// Per layer, by index modulo their number; made when the layer is first kept.
    entries: [Option<Entries>; LAYERS_MAX],
}

type Entries = Box<[Option<Entry>]>;

impl PacketStore {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            bytes: vec![0; capacity].into_boxed_slice(),
            written: 0,
            missed: false,
            entries: [const { None }; LAYERS_MAX],
        }
    }

    /// Keeps a packet of a layer.
    pub(crate) fn keep(&mut self, layer: usize, index: u64, packet: Stored<'_>) {
        let payload = packet.payload;
        let Ok(length) = u16::try_from(payload.len()) else {
            return;
        };
        if payload.len() > self.bytes.len() {
            return;
        }
        let mut at = self.place(self.written);
        if at + payload.len() > self.bytes.len() {
            self.written += (self.bytes.len() - at) as u64;
            at = 0;
        }
        self.bytes[at..at + payload.len()].copy_from_slice(payload);
        let count = entries_for(self.bytes.len());
        let entries = self.entries[layer].get_or_insert_with(|| vec![None; count].into());
        *slot(entries, index) = Some(Entry {
            index,
            at: self.written,
            timestamp: packet.timestamp,
            length,
            marker: packet.marker,
            codec: packet.codec,
        });
        self.written += payload.len() as u64;
    }

    /// Finds a kept packet.
    pub(crate) fn find(&self, layer: usize, index: u64) -> Option<Stored<'_>> {
        let entry = self.entry(layer, index).filter(|e| e.index == index)?;
        if self.written - entry.at > self.bytes.len() as u64 {
            return None;
        }
        let at = self.place(entry.at);
        Some(Stored {
            payload: &self.bytes[at..at + usize::from(entry.length)],
            timestamp: entry.timestamp,
            marker: entry.marker,
            codec: entry.codec,
        })
    }

    /// Whether a packet was kept once, and is not any more.
    pub(crate) fn is_gone(&self, layer: usize, index: u64) -> bool {
        match self.entry(layer, index) {
            Some(entry) if entry.index == index => self.find(layer, index).is_none(),
            Some(entry) => entry.index > index,
            None => false,
        }
    }

    /// How many bytes it holds.
    pub(crate) fn capacity(&self) -> usize {
        self.bytes.len()
    }

    /// Notes that somebody asked for a packet that was here and is gone.
    pub(crate) fn miss(&mut self) {
        self.missed = true;
    }

    /// Doubles until it holds `needed` bytes, and once more if packets were asked for that were gone, as
    /// far as `limit` allows. It keeps what it holds.
    pub(crate) fn grow(&mut self, needed: usize, limit: usize) {
        let missed = std::mem::take(&mut self.missed);
        let needed = needed.max(self.capacity() << u8::from(missed));
        while (1..needed).contains(&self.capacity()) && self.capacity() * 2 <= limit {
            self.double();
        }
    }

    /// What lies in one piece modulo the capacity does so modulo twice the capacity: each half of the new
    /// ring takes one lap of the old, and what both hold is the newer one's by its entry.
    fn double(&mut self) {
        let oldest = self.written.saturating_sub(self.capacity() as u64);
        self.bytes = self.bytes.repeat(2).into_boxed_slice();
        let count = entries_for(self.capacity());
        for entries in self.entries.iter_mut().flatten() {
            let before = std::mem::replace(entries, vec![None; count].into());
            for entry in before.into_iter().flatten() {
                if entry.at >= oldest {
                    *slot(entries, entry.index) = Some(entry);
                }
            }
        }
    }

    /// Forgets a layer, whose numbering starts anew.
    pub(crate) fn forget(&mut self, layer: usize) {
        if let Some(entries) = &mut self.entries[layer] {
            entries.fill(None);
        }
    }

    /// What lies where a packet of a layer lies, or lay.
    fn entry(&self, layer: usize, index: u64) -> Option<Entry> {
        let entries = self.entries[layer].as_ref()?;
        entries[slot_of(index, entries.len())]
    }

    fn place(&self, written: u64) -> usize {
        let capacity = self.bytes.len().max(1) as u64;
        usize::try_from(written % capacity).expect("less than a length in memory")
    }
}

fn entries_for(capacity: usize) -> usize {
    let fill = (capacity / BYTES_PER_ENTRY).next_power_of_two();
    fill.clamp(*ENTRIES.start(), *ENTRIES.end())
}

fn slot(entries: &mut [Option<Entry>], index: u64) -> &mut Option<Entry> {
    &mut entries[slot_of(index, entries.len())]
}

/// `entries` is a power of two.
fn slot_of(index: u64, entries: usize) -> usize {
    usize::try_from(index & (entries as u64 - 1)).expect("less than the number of entries")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(payload: &[u8]) -> Stored<'_> {
        Stored {
            payload,
            timestamp: 9,
            marker: true,
            codec: Codec::Vp8,
        }
    }

    #[test]
    fn a_kept_packet_is_found_by_its_layer_and_index() {
        let mut store = PacketStore::new(1_000);
        store.keep(0, 70_000, packet(&[1, 2, 3]));
        store.keep(1, 70_000, packet(&[4]));
        assert_eq!(store.find(0, 70_000), Some(packet(&[1, 2, 3])));
        assert_eq!(store.find(1, 70_000), Some(packet(&[4])));
        assert_eq!(store.find(2, 70_000), None);
        assert!(!store.is_gone(2, 70_000) && !store.is_gone(0, 70_001));
        assert_eq!(store.find(0, 70_000 + *ENTRIES.start() as u64), None);
        store.forget(0);
        assert_eq!(store.find(0, 70_000), None);
    }

    #[test]
    fn what_was_overwritten_is_gone_and_the_rest_is_whole() {
        let mut store = PacketStore::new(1_000);
        for index in 0..100_u8 {
            store.keep(0, u64::from(index), packet(&[index; 90]));
            let oldest = index.saturating_sub(9);
            for kept in 0..=index {
                match store.find(0, u64::from(kept)) {
                    Some(found) => assert_eq!(found, packet(&[kept; 90])),
                    None => {
                        assert!(kept <= oldest, "{kept} of {index} is gone");
                        assert!(store.is_gone(0, u64::from(kept)));
                    }
                }
            }
        }
    }

    #[test]
    fn it_grows_when_something_was_missed_and_only_to_its_limit() {
        let mut store = PacketStore::new(1_000);
        store.grow(0, 4_000);
        assert_eq!(store.capacity(), 1_000);
        for expected in [2_000, 4_000, 4_000] {
            store.miss();
            store.grow(0, 4_500);
            assert_eq!(store.capacity(), expected);
        }
        let mut none = PacketStore::new(0);
        none.miss();
        none.grow(4_000, 4_000);
        assert_eq!(none.capacity(), 0);
    }

    #[test]
    fn it_grows_to_what_is_needed_at_once_and_never_shrinks() {
        let mut store = PacketStore::new(1_000);
        for (needed, expected) in [(1_000, 1_000), (1_001, 2_000), (7_000, 8_000), (0, 8_000)] {
            store.grow(needed, 10_000);
            assert_eq!(store.capacity(), expected);
        }
        store.grow(16_000, 10_000);
        assert_eq!(store.capacity(), 8_000);
    }

    #[test]
    fn what_it_holds_when_it_grows_stays_and_what_is_gone_stays_gone() {
        for before in 0..40_u8 {
            let mut store = PacketStore::new(1_000);
            for index in 0..before {
                store.keep(0, u64::from(index), packet(&[index; 130]));
            }
            let found = |store: &PacketStore, index: u8| {
                store.find(0, u64::from(index)).map(|stored| {
                    assert_eq!(stored, packet(&[index; 130]));
                })
            };
            let held: Vec<_> = (0..before).map(|index| found(&store, index)).collect();
            store.miss();
            store.grow(0, 2_000);
            let still: Vec<_> = (0..before).map(|index| found(&store, index)).collect();
            assert_eq!(still, held, "after {before} packets");
            for index in before..before + 30 {
                store.keep(0, u64::from(index), packet(&[index; 130]));
                (0..=index).for_each(|index| _ = found(&store, index));
                assert!(found(&store, index).is_some());
            }
        }
    }

    #[test]
    fn a_larger_ring_finds_more_packets() {
        let mut store = PacketStore::new(16 * 1024);
        for (packets, found) in [(400_u64, 64), (800, 128), (1_200, 256), (1_600, 256)] {
            for index in packets - 400..packets {
                store.keep(0, index, packet(&[7; 60]));
            }
            let kept = (0..packets).filter(|&index| store.find(0, index).is_some());
            assert_eq!(kept.count(), found, "of {} bytes", store.capacity());
            let held = store.capacity();
            store.grow(2 * held, 2 * held);
            let kept = (0..packets).filter(|&index| store.find(0, index).is_some());
            assert_eq!(kept.count(), found, "after it grew");
            assert!(store.is_gone(0, packets - 300) && !store.is_gone(0, packets - 1));
        }
    }

    #[test]
    fn a_packet_longer_than_the_store_is_not_kept() {
        let mut store = PacketStore::new(10);
        store.keep(0, 1, packet(&[0; 11]));
        assert_eq!(store.find(0, 1), None);
        store.keep(0, 2, packet(&[0; 10]));
        assert!(store.find(0, 2).is_some());
    }
}
