//! The latest sound of a publisher, block by block, for receivers whose network loses much.
//!
//! Redundant audio (RFC 2198) as publishers send it repeats one block, which covers single losses. Where
//! a third is lost, two in a row are lost every tenth time. To such a receiver a packet goes out with the
//! last few blocks before its own: also those that the publisher's network lost and that came only as
//! redundancy of another packet, and also if the publisher sends no redundancy at all.

use crate::codec::red;

/// Blocks that are kept: some more than go out, as packets overtake each other.
const KEPT: usize = 8;
/// The longest block that is kept, bytes: 20 ms at 100 kbit/s.
const BLOCK_MAX: usize = 256;
/// A header tells how much older a block is in 14 bits.
const OFFSET_MAX: u32 = 0x3fff;

/// How many earlier blocks a packet gets.
pub(crate) const DEPTH: usize = 4;

/// Room for their headers, the last header, and the blocks.
pub(crate) const HEAD_MAX: usize = DEPTH * (4 + BLOCK_MAX) + 1;

#[derive(Clone, Copy, Debug)]
struct Block {
    timestamp: u32,
    /// 0: none.
    length: u16,
    bytes: [u8; BLOCK_MAX],
}

/// The latest blocks of one publisher.
#[derive(Debug)]
pub(crate) struct RecentSound {
    blocks: Box<[Block; KEPT]>,
    next: usize,
}

impl RecentSound {
    pub(crate) fn new() -> Self {
        let none = Block {
            timestamp: 0,
            length: 0,
            bytes: [0; BLOCK_MAX],
        };
        Self {
            blocks: Box::new([none; KEPT]),
            next: 0,
        }
    }

    /// Keeps all blocks of a packet.
    pub(crate) fn keep(&mut self, timestamp: u32, payload: &[u8], blocks: Option<red::Blocks<'_>>) {
        for (older, data) in blocks.iter().flat_map(red::Blocks::redundant) {
            self.keep_block(timestamp.wrapping_sub(older), data);
        }
        self.keep_block(timestamp, blocks.map_or(payload, |blocks| blocks.newest));
    }

    fn keep_block(&mut self, timestamp: u32, data: &[u8]) {
        let known = |block: &Block| block.length > 0 && block.timestamp == timestamp;
        if data.is_empty() || data.len() > BLOCK_MAX || self.blocks.iter().any(known) {
            return;
        }
        let block = &mut self.blocks[self.next];
        self.next = (self.next + 1) % KEPT;
        block.timestamp = timestamp;
        block.bytes[..data.len()].copy_from_slice(data);
        block.length = u16::try_from(data.len()).expect("a block is short");
    }

    /// Writes what goes before the newest block of a packet: the headers of all its blocks, and the
    /// blocks before the newest. `None`: there are none.
    pub(crate) fn write_before<'a>(
        &self,
        timestamp: u32,
        payload_type: u8,
        out: &'a mut [u8; HEAD_MAX],
    ) -> Option<&'a [u8]> {
        let mut before: [Option<(u32, &Block)>; KEPT] = [None; KEPT];
        for (slot, block) in before.iter_mut().zip(self.blocks.iter()) {
            let older = timestamp.wrapping_sub(block.timestamp);
            if block.length > 0 && (1..=OFFSET_MAX).contains(&older) {
                *slot = Some((older, block));
            }
        }
        // The nearest first; those that are not there last.
        before.sort_unstable_by_key(|block| block.map_or(u32::MAX, |(older, _)| older));
        let chosen = || before[..DEPTH].iter().rev().flatten();
        chosen().next()?;
        let mut at = 0;
        let mut put = |bytes: &[u8]| {
            out[at..at + bytes.len()].copy_from_slice(bytes);
            at += bytes.len();
        };
        for (older, block) in chosen() {
            let [_, a, b, c] = ((older << 10) | u32::from(block.length)).to_be_bytes();
            put(&[0x80 | payload_type, a, b, c]);
        }
        put(&[payload_type]);
        for (_, block) in chosen() {
            put(&block.bytes[..usize::from(block.length)]);
        }
        Some(&out[..at])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(recent: &RecentSound, timestamp: u32) -> Option<Vec<u8>> {
        let mut out = [0; HEAD_MAX];
        recent
            .write_before(timestamp, 111, &mut out)
            .map(<[u8]>::to_vec)
    }

    #[test]
    fn a_packet_is_preceded_by_the_last_blocks_oldest_first() {
        let mut recent = RecentSound::new();
        recent.keep(1_000, b"a", None);
        assert_eq!(written(&recent, 1_000), None, "nothing is older");
        for (number, data) in (1..).zip([b"bb", b"cc", b"dd", b"ee", b"ff"]) {
            recent.keep(1_000 + number * 960, data, None);
        }
        let mut payload = written(&recent, 1_000 + 5 * 960).unwrap();
        payload.extend(b"ff");
        let blocks = red::Blocks::parse(&payload, 111).unwrap();
        assert_eq!(blocks.newest, b"ff");
        let older: Vec<_> = blocks.redundant().collect();
        let expected: [(u32, &[u8]); DEPTH] =
            [(3_840, b"bb"), (2_880, b"cc"), (1_920, b"dd"), (960, b"ee")];
        assert_eq!(older, expected);
    }

    #[test]
    fn blocks_that_came_only_as_redundancy_count_once() {
        let mut recent = RecentSound::new();
        let payload = [0x80 | 111, 0x0f, 0x00, 0x02, 111, 1, 2, 3, 4];
        let blocks = red::Blocks::parse(&payload, 111);
        recent.keep(5_000, &payload, blocks);
        recent.keep(5_000, &payload, blocks);
        let head = written(&recent, 5_960).unwrap();
        let headers = [0x80 | 111, 0x1e, 0x00, 2, 0x80 | 111, 0x0f, 0x00, 2, 111];
        assert_eq!(head[..9], headers);
        assert_eq!(head[9..], [1, 2, 3, 4]);
    }

    #[test]
    fn blocks_that_are_too_old_or_too_long_are_left_out() {
        let mut recent = RecentSound::new();
        recent.keep(0, b"a", None);
        recent.keep(960, &[0; BLOCK_MAX + 1], None);
        assert_eq!(written(&recent, OFFSET_MAX + 1), None);
        assert!(written(&recent, OFFSET_MAX).is_some());
    }
}
