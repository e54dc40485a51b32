//! Lets requests for key frames through to whoever plays the clip.
//!
//! RTCP that arrives is for `webrtc`'s own interceptors and ends with them, unless one of them marks
//! it for the application. This one, the last before the application, marks requests for key frames
//! and stops everything else.

use rtc::{
    interceptor::{Attribute, Packet, Registry, Slot, TaggedPacket},
    rtcp::{
        self,
        payload_feedbacks::{
            full_intra_request::FullIntraRequest, picture_loss_indication::PictureLossIndication,
        },
    },
};

use super::reading::{Reader, Reading};

/// Behind all of the library's own.
const LAST: usize = 14_000;

pub(super) fn configure(registry: Registry) -> Registry {
    registry.with(Slot::from(LAST), Reader::<KeyFrameRequests>::default())
}

/// The SSRCs that packets ask a key frame of (RFC 4585 section 6.3.1, RFC 5104 section 4.3.1).
pub(super) fn requested(packets: &[Box<dyn rtcp::Packet>]) -> Vec<u32> {
    packets
        .iter()
        .flat_map(|packet| {
            let packet = packet.as_any();
            if let Some(pli) = packet.downcast_ref::<PictureLossIndication>() {
                vec![pli.media_ssrc]
            } else if let Some(fir) = packet.downcast_ref::<FullIntraRequest>() {
                fir.fir.iter().map(|entry| entry.ssrc).collect()
            } else {
                vec![]
            }
        })
        .collect()
}

#[derive(Default)]
struct KeyFrameRequests;

impl Reading for KeyFrameRequests {
    fn read(&mut self, mut packet: TaggedPacket) -> Option<TaggedPacket> {
        if let Packet::Rtcp(packets) = &mut packet.message.packet {
            packets.retain(|packet| {
                let packet = packet.as_any();
                packet.is::<PictureLossIndication>() || packet.is::<FullIntraRequest>()
            });
            if packets.is_empty() {
                return None;
            }
            packet.message.add(Attribute::DeliverToApplication);
        }
        Some(packet)
    }
}
