//! What somebody with keys may send: well-formed RTP and RTCP that names streams, lines, layers and
//! packets of anybody.

use std::collections::BTreeMap;

use rand::{Rng, RngCore, SeedableRng, rngs::StdRng, seq::IndexedRandom};

use crate::keyed::{
    FEC, LEVEL_ID, MID_ID, OPUS, REPAIRED_RID_ID, RID_ID, RTX, TRANSPORT_CC_ID, VP8, rtp,
};

/// A VP8 payload descriptor with a picture id (RFC 7741 section 4.2), and the head of a key frame
/// (RFC 6386 section 9.1) or of another.
pub(crate) const KEY_FRAME: [u8; 14] = [
    0x90, 0x80, 0x81, 0x01, 0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x40, 0x01, 0xf0, 0,
];
pub(crate) const OTHER_FRAME: [u8; 8] = [0x90, 0x80, 0x81, 0x01, 0x11, 0, 0, 0];

/// Whoever does it.
pub(crate) struct Hostile {
    rng: StdRng,
    /// Of everybody's streams, one's own among them.
    ssrcs: Vec<u32>,
    sequences: BTreeMap<u32, u16>,
    /// Ends every payload.
    mark: [u8; 2],
}

impl Hostile {
    pub(crate) fn new(seed: u64, ssrcs: Vec<u32>, mark: [u8; 2]) -> Self {
        Self {
            rng: StdRng::seed_from_u64(seed),
            ssrcs,
            sequences: BTreeMap::new(),
            mark,
        }
    }

    fn ssrc(&mut self) -> u32 {
        if self.rng.random_bool(0.02) {
            return self.rng.random();
        }
        *self.ssrcs.choose(&mut self.rng).unwrap()
    }

    fn bytes(&mut self, most: usize) -> Vec<u8> {
        let mut bytes = vec![0; self.rng.random_range(1..=most)];
        self.rng.fill_bytes(&mut bytes);
        bytes
    }

    fn words(&mut self, count: usize) -> Vec<u32> {
        (0..count).map(|_| self.rng.random()).collect()
    }

    /// A packet of RTP.
    pub(crate) fn rtp(&mut self) -> Vec<u8> {
        let ssrc = self.ssrc();
        let step = if self.rng.random_bool(0.05) {
            self.rng.random_range(2..4_000)
        } else {
            1
        };
        let sequence = self.sequences.entry(ssrc).or_default();
        *sequence = sequence.wrapping_add(step);
        let sequence = *sequence;
        let any = self.rng.random_range(0..64);
        let payload_type = *[OPUS, VP8, VP8, RTX, FEC, any]
            .choose(&mut self.rng)
            .unwrap();
        let extensions: Vec<(u8, Vec<u8>)> = (0..self.rng.random_range(0..4))
            .map(|_| self.extension())
            .collect();
        let extensions: Vec<(u8, &[u8])> = extensions
            .iter()
            .map(|(id, value)| (*id, &value[..]))
            .collect();
        let payload = self.payload();
        let marker = self.rng.random();
        rtp(
            (payload_type, marker),
            sequence,
            ssrc,
            &extensions,
            &payload,
        )
    }

    fn extension(&mut self) -> (u8, Vec<u8>) {
        let any = self.rng.random_range(1..15);
        let ids = [
            LEVEL_ID,
            TRANSPORT_CC_ID,
            MID_ID,
            RID_ID,
            REPAIRED_RID_ID,
            any,
        ];
        let id = *ids.choose(&mut self.rng).unwrap();
        let names: [&[u8]; 12] = [
            b"0", b"1", b"2", b"3", b"4", b"5", b"6", b"7", b"8", b"q", b"h", b"f",
        ];
        let value = if self.rng.random_bool(0.7) {
            names.choose(&mut self.rng).unwrap().to_vec()
        } else {
            self.bytes(16)
        };
        (id, value)
    }

    fn payload(&mut self) -> Vec<u8> {
        let original: [u8; 2] = self.rng.random();
        let mut payload = match self.rng.random_range(0..5) {
            0 => KEY_FRAME.to_vec(),
            1 => OTHER_FRAME.to_vec(),
            2 => [&original[..], &KEY_FRAME].concat(),
            3 => vec![0x78; 20],
            _ => self.bytes(60),
        };
        payload.extend(self.mark);
        payload
    }

    /// A compound packet of RTCP.
    pub(crate) fn rtcp(&mut self) -> Vec<u8> {
        let count = self.rng.random_range(1..5);
        let mut compound: Vec<u8> = (0..count).flat_map(|_| self.control()).collect();
        if self.rng.random_bool(0.05) {
            let length = self.rng.random_range(8..=compound.len());
            compound.truncate(length);
        }
        compound
    }

    /// Reports, descriptions and goodbyes (RFC 3550 section 6), requests and estimates (RFC 4585,
    /// RFC 5104, REMB), transport-wide feedback, and kinds that mean nothing here.
    fn control(&mut self) -> Vec<u8> {
        let (sender, media) = (self.ssrc(), self.ssrc());
        let some = self.rng.random_range(1..4);
        let named: Vec<u32> = (0..some).map(|_| self.ssrc()).collect();
        let blocks: Vec<u32> = named
            .iter()
            .flat_map(|ssrc| [vec![*ssrc], self.words(5)].concat())
            .collect();
        let any = self.words(some);
        let count = u8::try_from(some).unwrap();
        match self.rng.random_range(0..10) {
            0 => control(
                200,
                count,
                &[&[sender][..], &self.words(5), &blocks].concat(),
            ),
            1 => control(201, count, &[&[sender][..], &blocks].concat()),
            2 => control(202, 1, &[sender, 0x0104_6576, 0x696c_0000]),
            3 => control(203, count, &named),
            4 => control(205, 1, &[&[sender, media][..], &any].concat()),
            5 => {
                let told = u32::from(self.rng.random::<u16>()) << 16 | 20;
                let rest = self.words(some + 1);
                control(205, 15, &[&[sender, media, told][..], &rest].concat())
            }
            6 => control(206, 1, &[sender, media]),
            7 => control(206, 4, &[sender, 0, named[0], any[0]]),
            8 => {
                let remb = u32::from_be_bytes(*b"REMB");
                let bitrate = u32::from(count) << 24 | self.rng.random_range(0..1 << 20);
                control(206, 15, &[&[sender, 0, remb, bitrate][..], &named].concat())
            }
            _ => control(self.rng.random_range(204..208), count, &named),
        }
    }
}

fn control(kind: u8, count: u8, words: &[u32]) -> Vec<u8> {
    let mut packet = vec![0x80 | count, kind];
    packet.extend(u16::try_from(words.len()).unwrap().to_be_bytes());
    packet.extend(words.iter().flat_map(|word| word.to_be_bytes()));
    packet
}
