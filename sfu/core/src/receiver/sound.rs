//! A receiver's sound of one publisher: like the picture's forwarder, but any packet can begin.

use std::time::Instant;

use super::continuity::{Continuity, Mapping};
use crate::codec::{AUDIO_CLOCK, red};

/// A packet of sound, as it came.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SoundPacket<'a> {
    /// Of the stream's numbering.
    pub(crate) generation: u32,
    pub(crate) index: u64,
    pub(crate) timestamp: u32,
    pub(crate) marker: bool,
    /// RFC 6464, as it stands.
    pub(crate) level: Option<u8>,
    pub(crate) payload: &'a [u8],
    /// The payload's blocks, if it is redundant audio.
    pub(crate) blocks: Option<red::Blocks<'a>>,
}

/// A receiver's sound of one publisher.
#[derive(Debug)]
pub(crate) struct SoundForwarder {
    continuity: Continuity,
    /// The generation of the publisher's stream, and its mapping.
    carried: Option<(u32, Mapping)>,
}

impl SoundForwarder {
    pub(crate) fn new(ssrc: u32) -> Self {
        Self {
            continuity: Continuity::new(ssrc, AUDIO_CLOCK),
            carried: None,
        }
    }

    /// The publisher has left. Numbers go on from here when somebody takes the seat again.
    pub(crate) fn publisher_left(&mut self) {
        self.carried = None;
    }

    /// The generation that is carried, and what turns its time into the line's.
    pub(crate) fn timestamp_shift(&self) -> Option<(u32, u32)> {
        self.carried
            .map(|(generation, mapping)| (generation, mapping.timestamp_shift))
    }

    /// The packet's index and timestamp on the line, noted as sent; `None`: from before the stream was
    /// carried.
    pub(crate) fn admit(&mut self, packet: &SoundPacket<'_>, now: Instant) -> Option<(u64, u32)> {
        let mapping = match self.carried {
            Some((generation, mapping)) if generation == packet.generation => mapping,
            _ => {
                let mapping = self
                    .continuity
                    .begin(packet.index, packet.timestamp, None, now);
                self.carried = Some((packet.generation, mapping));
                mapping
            }
        };
        let index = mapping.index(packet.index)?;
        let timestamp = mapping.timestamp(packet.timestamp);
        self.continuity.sent(index, timestamp, now);
        Some((index, timestamp))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn packet(generation: u32, index: u64, timestamp: u32) -> SoundPacket<'static> {
        SoundPacket {
            generation,
            index,
            timestamp,
            marker: false,
            level: None,
            payload: &[],
            blocks: None,
        }
    }

    #[test]
    fn sound_begins_at_once_and_goes_on_after_a_return() {
        let now = Instant::now();
        let mut forwarder = SoundForwarder::new(0);
        let (first, timestamp) = forwarder.admit(&packet(0, 500, 10_000), now).unwrap();
        assert_eq!(timestamp, 10_000);
        assert_eq!(
            forwarder.admit(&packet(0, 502, 11_920), now),
            Some((first + 2, 11_920))
        );
        assert_eq!(
            forwarder.admit(&packet(0, 501, 10_960), now),
            Some((first + 1, 10_960))
        );
        assert_eq!(forwarder.admit(&packet(0, 499, 9_040), now), None);
        forwarder.publisher_left();
        let later = now + Duration::from_secs(1);
        assert_eq!(
            forwarder.admit(&packet(0, 7, 0), later),
            Some((first + 3, 59_920))
        );
        let restarted = forwarder.admit(&packet(1, 90, 0), later);
        assert_eq!(restarted, Some((first + 4, 59_921)));
    }
}
