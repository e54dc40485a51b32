//! What a client sends: its streams, packet after packet, each with header, extensions and protection.

use std::time::Instant;

use rand::Rng;

use super::{
    meter::Wire,
    outgoing::Outgoing,
    red::Red,
    rtcp::SentSoFar,
    rtp::{self, Extension},
    sdp::{self, OwnSources, Shape},
    srtp::Keys,
};
use crate::{
    clip::RIDS,
    media::{Media, MediaPacket, Stream},
};

/// A client's own sound and picture.
pub struct Publishing {
    shape: Shape,
    sound: Option<Outgoing>,
    layers: Vec<Outgoing>,
    media: Media,
    /// The next transport-wide sequence number, where they are agreed.
    transport_sequence: Option<u16>,
    /// Sound is sent with the piece before it again, where that is agreed.
    red: Option<Red>,
    packet: Vec<u8>,
}

impl Publishing {
    /// As it was offered. Nothing is sent yet.
    pub fn new(shape: Shape, sources: &OwnSources, rng: &mut impl Rng) -> Self {
        let sound = shape
            .sound
            .then(|| Outgoing::new(sources.sound, sdp::OPUS, None, rng.random()));
        let layers = sources.layers.iter();
        Self {
            shape,
            sound,
            layers: layers
                .map(|(ssrc, rtx)| Outgoing::new(*ssrc, sdp::VP8, Some(*rtx), rng.random()))
                .collect(),
            media: Media::Silent,
            transport_sequence: None,
            red: None,
            packet: Vec::with_capacity(1_500),
        }
    }

    /// What the answer agrees to: redundant sound, transport-wide sequence numbers.
    pub fn agree(&mut self, red: bool, transport_cc: bool) {
        self.transport_sequence = transport_cc.then_some(0);
        if let Some(sound) = self.sound.as_mut().filter(|_| red && self.shape.red) {
            sound.send_as(sdp::RED);
            self.red = Some(Red::default());
        }
    }

    /// Sends this from now on.
    pub fn play(&mut self, media: Media) {
        self.media = media;
    }

    /// When something is to be sent next.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.media.poll_timeout()
    }

    /// The SSRC that one's own RTCP comes from.
    #[must_use]
    pub fn ssrc(&self) -> u32 {
        let first = self.sound.iter().chain(&self.layers).next();
        first.map_or(1, Outgoing::ssrc)
    }

    /// What has been sent of each stream.
    #[must_use]
    pub fn sent(&self) -> Vec<SentSoFar> {
        let streams = self.sound.iter().chain(&self.layers);
        streams.filter_map(Outgoing::sent).collect()
    }

    /// A stream is to go on with a key frame; returns whether it is a picture of ours.
    pub fn request_key_frame(&mut self, ssrc: u32) -> bool {
        let layer = self.layers.iter().position(|layer| layer.ssrc() == ssrc);
        if let Some(layer) = layer {
            self.media.request_key_frame(layer);
        }
        layer.is_some()
    }

    /// Sends what is due; returns how many packets.
    pub fn send_due(
        &mut self,
        now: Instant,
        clock: fn() -> u64,
        keys: &mut Keys,
        wire: &mut impl Wire,
    ) -> u64 {
        let Self {
            shape,
            sound,
            layers,
            media,
            transport_sequence,
            red,
            packet,
        } = self;
        let mut count = 0;
        media.handle_timeout(now, clock, |due: MediaPacket<'_>| {
            let (stream, mid, rid, level) = match due.stream {
                Stream::Sound { level } => (sound.as_mut(), shape.sound_mid(), None, Some(level)),
                Stream::Picture { layer } => (
                    layers.get_mut(layer),
                    shape.picture_mid(),
                    shape.rid(layer, sdp::RID_ID),
                    None,
                ),
            };
            let Some(stream) = stream else {
                return;
            };
            let payload = match red {
                Some(red) if level.is_some() => red.wrap(due.timestamp, due.payload, sdp::OPUS),
                _ => due.payload,
            };
            let header = stream.next(due.marker, due.timestamp, payload);
            let mut sender = Sender {
                packet,
                transport_sequence: transport_sequence.as_mut(),
                keys,
                mid,
                rid,
                level,
            };
            count += u64::from(sender.send(header, payload, wire).is_ok());
        });
        count
    }

    /// Sends packets again that the other end missed; returns how many it still had.
    ///
    /// # Errors
    /// A packet cannot be protected.
    pub fn send_again(
        &mut self,
        ssrc: u32,
        sequences: &[u16],
        keys: &mut Keys,
        wire: &mut impl Wire,
    ) -> anyhow::Result<u64> {
        let Some(layer) = self.layers.iter().position(|layer| layer.ssrc() == ssrc) else {
            return Ok(0);
        };
        let mut count = 0;
        for sequence in sequences {
            let Some((header, payload)) = self.layers[layer].again(*sequence, sdp::RTX) else {
                continue;
            };
            let mut sender = Sender {
                packet: &mut self.packet,
                transport_sequence: self.transport_sequence.as_mut(),
                keys,
                mid: self.shape.picture_mid(),
                rid: self.shape.rid(layer, sdp::REPAIRED_RID_ID),
                level: None,
            };
            sender.send(header, &payload, wire)?;
            count += 1;
        }
        Ok(count)
    }
}

/// Writes, protects and sends one packet of RTP.
struct Sender<'a> {
    packet: &'a mut Vec<u8>,
    transport_sequence: Option<&'a mut u16>,
    keys: &'a mut Keys,
    mid: &'static [u8],
    rid: Option<Extension<'static>>,
    level: Option<u8>,
}

impl Sender<'_> {
    fn send(
        &mut self,
        header: rtp::Header,
        payload: &[u8],
        wire: &mut impl Wire,
    ) -> anyhow::Result<()> {
        let mut extensions: [Extension<'_>; 4] = [(sdp::MID_ID, self.mid); 4];
        let mut count = 1;
        let mut push = |extension| {
            extensions[count] = extension;
            count += 1;
        };
        let sequence = self.transport_sequence.as_mut().map(|next| {
            let sequence = next.to_be_bytes();
            **next = next.wrapping_add(1);
            sequence
        });
        if let Some(sequence) = &sequence {
            push((sdp::TRANSPORT_CC_ID, &sequence[..]));
        }
        if let Some(rid) = self.rid {
            push(rid);
        }
        let level = self.level.map(|level| [level]);
        if let Some(level) = &level {
            push((sdp::AUDIO_LEVEL_ID, &level[..]));
        }
        self.packet.clear();
        let header_bytes = rtp::write(self.packet, header, &extensions[..count]);
        self.packet.extend_from_slice(payload);
        self.keys.outbound.protect_rtp(self.packet, header_bytes)?;
        wire.send(self.packet);
        Ok(())
    }
}

impl Shape {
    const MIDS: [&'static [u8]; 2] = [b"0", b"1"];

    fn sound_mid(self) -> &'static [u8] {
        Self::MIDS[0]
    }

    fn picture_mid(self) -> &'static [u8] {
        Self::MIDS[usize::from(self.sound)]
    }

    fn rid(self, layer: usize, id: u8) -> Option<Extension<'static>> {
        let rid = RIDS.get(layer).filter(|_| self.layers > 1)?;
        Some((id, rid.as_bytes()))
    }
}
