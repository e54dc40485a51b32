//! What a seat got, held against the contract:
//!
//! - sound: each packet that reached the room, once, from the first on that reached it after both sat;
//! - a picture of one layer: the same, from the first key frame's first packet on, and perhaps what
//!   follows that and had overtaken it;
//! - a picture of several layers: at any time one of them, each beginning with a key frame, and from
//!   there each packet of it that reached the room while it was forwarded; and nobody waits long for
//!   some layer;
//! - numbers: within a stretch of one layer as far apart as the publisher's, never used for two
//!   packets, picture ids and time never going back, nor time leaping ahead, whatever a publisher's
//!   clock shows.

use std::collections::{BTreeMap, BTreeSet};

use ids::Seat;

use super::model::{Model, is_at_or_after, stream_of};
use crate::party::{Got, Inbox, session};

/// Between two pictures on a line less time passes, of its clock's ticks: a minute.
const LEAP: i32 = 60 * 90_000;

impl Model {
    /// Holds all that a seat got since somebody sat down there against the contract.
    pub(super) fn check(&self, to: Seat, inbox: &Inbox) {
        let Some(kind) = self.kind(to) else {
            return;
        };
        let session = session(to, kind);
        let mut came = BTreeSet::new();
        for (line, from) in to.others().enumerate() {
            let sound = inbox.on(to, session.audio_receivers[line].ssrc);
            let picture = inbox.on(to, session.video_receivers[line].ssrc);
            self.check_line(from, &sound, &mut came);
            self.check_line(from, &picture, &mut came);
            self.check_pictures(&picture);
            if self.has_layers(from) {
                self.check_stretches(&picture);
            }
            if let Some(rtx) = session.video_receivers[line].rtx_ssrc {
                check_retransmissions(&inbox.on(to, rtx), &picture);
            }
        }
        let missing = self.due[to.index()].difference(&came).count();
        assert_eq!(missing, 0, "{missing} packets never came to {to}");
        let several_layers = |content: &Vec<u8>| {
            let known = &self.known[content];
            content[0] != b'A' && known.kind.rids().len() > 1
        };
        let overtook = |content: &Vec<u8>| self.overtook[to.index()].contains(content);
        let unexpected = came
            .difference(&self.due[to.index()])
            .find(|content| !several_layers(content) && !overtook(content));
        assert_eq!(unexpected, None, "{to} got what it should not");
    }

    /// One packet a number, and within a stretch of one stream numbers as far apart as they were.
    fn check_line(&self, from: Seat, got: &[&Got], came: &mut BTreeSet<Vec<u8>>) {
        let mut numbers: BTreeMap<u16, &[u8]> = BTreeMap::new();
        let mut shifts: BTreeMap<&[u8], BTreeSet<u16>> = BTreeMap::new();
        for got in got {
            assert_eq!(got.from(), u8::from(from));
            let known = self.known.get(got.content()).expect("somebody sent it");
            assert!(self.reached.contains_key(got.content()));
            let same = numbers.insert(got.sequence(), &got.bytes);
            assert!(
                same.is_none_or(|same| same == got.bytes),
                "two packets under one number"
            );
            assert!(
                came.insert(got.content().to_vec()) || same.is_some(),
                "one packet twice"
            );
            // What, who, layer and generation: one stream.
            let shift = got.sequence().wrapping_sub(known.shot.sequence);
            let stream = &got.content()[2..7];
            shifts.entry(stream).or_default().insert(shift);
        }
        let most = if got.iter().any(|got| got.what() != 'A') {
            usize::MAX
        } else {
            1
        };
        assert!(
            shifts.values().all(|shifts| shifts.len() <= most),
            "sound shifted: {shifts:?}"
        );
    }

    /// Within a stretch of one layer nothing is missing of what reached the room from its first packet
    /// on until its last: only what was lost on the way to the room leaves a gap, and so each frame
    /// rests on the key frame with which the stretch begins.
    fn check_stretches(&self, got: &[&Got]) {
        let mut stretches: Vec<Vec<&Got>> = Vec::new();
        for (_, got) in in_order(got) {
            match stretches.last_mut() {
                Some(stretch) if self.goes_on(stretch[0], got) => stretch.push(got),
                _ => stretches.push(vec![got]),
            }
        }
        for stretch in stretches {
            let first = &self.known[stretch[0].content()].shot;
            assert!(first.starts_key_frame);
            let orders = stretch.iter().map(|got| self.reached[got.content()]);
            let until = orders.max().unwrap();
            let since = self.reached[&first.content];
            let came: BTreeSet<&[u8]> = stretch.iter().map(|got| got.content()).collect();
            let due = self.pictures[&stream_of(&first.content)]
                .iter()
                .filter(|reached| (since..=until).contains(&reached.order))
                .filter(|reached| is_at_or_after(reached.sequence, first.sequence));
            for reached in due {
                assert!(
                    came.contains(&reached.content[..]),
                    "a gap that nobody caused"
                );
            }
        }
    }

    /// Whether both are of one stream under one numbering.
    fn goes_on(&self, first: &Got, later: &Got) -> bool {
        let shift = |got: &Got| {
            let sequence = self.known[got.content()].shot.sequence;
            got.sequence().wrapping_sub(sequence)
        };
        stream_of(first.content()) == stream_of(later.content()) && shift(first) == shift(later)
    }

    /// Layers change only where a key frame begins; ids and time go with the frames.
    fn check_pictures(&self, got: &[&Got]) {
        let sorted = in_order(got);
        for pair in sorted.windows(2) {
            let (before, after) = (pair[0].1, pair[1].1);
            let (first, second) = (before.picture(), after.picture());
            let ids = second.picture_id.wrapping_sub(first.picture_id) & 0x7fff;
            assert!(ids < 0x4000, "picture ids went back by {}", 0x8000 - ids);
            let time = after
                .timestamp()
                .wrapping_sub(before.timestamp())
                .cast_signed();
            assert!(
                (time == 0) == (ids == 0) && (0..LEAP).contains(&time),
                "{time} ticks in {ids} pictures"
            );
            if before.content()[2..7] != after.content()[2..7] {
                let known = &self.known[after.content()];
                assert!(known.shot.starts_key_frame && second.starts && second.key);
                assert_eq!(pair[1].0, pair[0].0 + 1, "a gap between two streams");
                assert_eq!(ids, 1);
            }
        }
    }
}

/// By number, each once, with how far it is from the first.
fn in_order<'a>(got: &[&'a Got]) -> Vec<(i64, &'a Got)> {
    let mut sorted: Vec<(i64, &Got)> = Vec::new();
    for got in got {
        let index = sorted.last().map_or(0, |(last, before)| {
            last + i64::from(got.sequence().wrapping_sub(before.sequence()).cast_signed())
        });
        sorted.push((index, got));
    }
    sorted.sort_by_key(|(index, _)| *index);
    sorted.dedup_by_key(|(index, _)| *index);
    sorted
}

/// Each carries what its original carried, under a number of its own.
fn check_retransmissions(again: &[&Got], originals: &[&Got]) {
    let mut numbers = BTreeSet::new();
    for rtx in again {
        assert!(
            numbers.insert(rtx.sequence()),
            "two retransmissions under one number"
        );
        let payload = &rtx.packet.payload;
        let original = u16::from_be_bytes([payload[0], payload[1]]);
        let original = originals.iter().find(|got| got.sequence() == original);
        let original = original.expect("only what was sent was asked for");
        assert_eq!(payload[2..], original.packet.payload[..]);
    }
}
