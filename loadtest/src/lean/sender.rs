//! One packet of RTP on its way out: header, extensions, protection.

use super::{
    meter::Wire,
    rtp::{self, Extension},
    sdp::{self, Shape},
    srtp::Keys,
};
use crate::clip::RIDS;

/// Writes, protects and sends one packet of RTP.
pub(super) struct Sender<'a> {
    pub(super) packet: &'a mut Vec<u8>,
    pub(super) transport_sequence: Option<&'a mut u16>,
    pub(super) keys: &'a mut Keys,
    pub(super) mid: &'static [u8],
    pub(super) rid: Option<Extension<'static>>,
    pub(super) level: Option<u8>,
}

impl Sender<'_> {
    pub(super) fn send(
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

    pub(super) fn sound_mid(self) -> &'static [u8] {
        Self::MIDS[0]
    }

    pub(super) fn picture_mid(self) -> &'static [u8] {
        Self::MIDS[usize::from(self.sound)]
    }

    pub(super) fn rid(self, layer: usize, id: u8) -> Option<Extension<'static>> {
        let rid = RIDS.get(layer).filter(|_| self.layers > 1)?;
        Some((id, rid.as_bytes()))
    }
}
