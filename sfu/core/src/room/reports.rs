//! Reports (RFC 3550 section 6.4): to each participant one compound, which says how each stream that it
//! gets stands to its publisher's time, and how well its own streams come in.

use std::time::Instant;

use ids::Seat;

use super::Room;
use crate::{
    codec::{AUDIO_CLOCK, VIDEO_CLOCK},
    publisher::{Publisher, SenderClock},
    receiver::{PictureLine, SoundLine},
    rtcp::{Reception, SenderInfo},
    sink::PacketSink,
};

/// A sender report: whose, when, how much.
type Report = (u32, SenderInfo, (u32, u32));

impl Room {
    pub(super) fn send_reports(&mut self, now: Instant, sink: &mut impl PacketSink) {
        for seat in Seat::ALL {
            let mut receptions = ([Reception::default(); _], 0);
            if let Some(publisher) = &mut self.publishers[seat.index()] {
                receptions = publisher.receptions(now);
            }
            let mut blocks = &receptions.0[..receptions.1];
            let Some(receiver) = self.receivers[seat.index()]
                .as_mut()
                .filter(|r| r.connected)
            else {
                continue;
            };
            self.writer.clear();
            let mut named = [None; 2 * Seat::COUNT];
            let mut slots = named.iter_mut();
            for (line, source) in seat.others().enumerate() {
                let Some(publisher) = &self.publishers[source.index()] else {
                    continue;
                };
                let sound = receiver.sounds[source.index()].as_mut();
                let picture = receiver.pictures[source.index()].as_mut();
                let sound = sound.and_then(|line| sound_report(line, publisher, now));
                let picture = picture.and_then(|line| picture_report(line, publisher, now));
                for (ssrc, info, sent) in sound.into_iter().chain(picture) {
                    self.writer.sender_report(ssrc, info, sent, blocks);
                    // How the participant's own streams come in is said once.
                    blocks = &[];
                    if let Some(slot) = slots.next() {
                        *slot = Some((ssrc, line));
                    }
                }
            }
            if self.writer.is_empty() {
                if blocks.is_empty() {
                    continue;
                }
                self.writer.receiver_report(receiver.report_ssrc, blocks);
                named[0] = Some((receiver.report_ssrc, 0));
            }
            for (ssrc, line) in named.into_iter().flatten() {
                self.writer.canonical_name(ssrc, &canonical_name(line));
            }
            self.stats.rtcp_out += 1;
            sink.send_rtcp(seat, self.writer.compound());
        }
    }
}

/// One name for the sound and the picture of the k-th other seat, as our answers declare it: what has
/// one name is kept in step (RFC 3550 section 6.5.1).
fn canonical_name(line: usize) -> [u8; 5] {
    const NAMES: [[u8; 5]; 3] = [*b"peer0", *b"peer1", *b"peer2"];
    NAMES[line]
}

fn sound_report(line: &mut SoundLine, publisher: &Publisher, now: Instant) -> Option<Report> {
    let (generation, shift) = line.forwarder.timestamp_shift()?;
    let clock = current(
        publisher.audio.sender(),
        publisher.audio.generation() == generation,
    )?;
    Some(line.line.report(clock, shift, AUDIO_CLOCK, now))
}

fn picture_report(line: &mut PictureLine, publisher: &Publisher, now: Instant) -> Option<Report> {
    let (layer, generation, shift) = line.forwarder.timestamp_shift()?;
    let stream = &publisher.layers.get(layer)?.stream;
    let clock = current(stream.sender(), stream.generation() == generation)?;
    Some(line.line.report(clock, shift, VIDEO_CLOCK, now))
}

/// A clock is of use only for the numbering that is carried.
fn current(clock: Option<&SenderClock>, same_numbering: bool) -> Option<&SenderClock> {
    clock.filter(|_| same_numbering)
}
