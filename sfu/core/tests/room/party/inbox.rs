//! What participants got.

use ids::Seat;
use rtc_rtcp::{
    packet::{self, Packet},
    payload_feedbacks::picture_loss_indication::PictureLossIndication,
    sender_report::SenderReport,
};
use rtc_rtp::Packet as RtpPacket;
use rtc_shared::marshal::Unmarshal;
use sfu_core::{OutPacket, PacketSink};

/// A packet that a participant got.
#[derive(Clone, Debug)]
pub(crate) struct Got {
    pub(crate) packet: RtpPacket,
    /// The whole packet as it was handed over.
    pub(crate) bytes: Vec<u8>,
}

/// A VP8 payload, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    pub(crate) picture_id: u16,
    pub tl0_picture_index: u8,
    pub(crate) starts: bool,
    pub(crate) key: bool,
}

impl Got {
    pub(crate) fn sequence(&self) -> u16 {
        self.packet.header.sequence_number
    }

    pub(crate) fn timestamp(&self) -> u32 {
        self.packet.header.timestamp
    }

    pub(crate) fn extension(&self, id: Option<u8>) -> Option<Vec<u8>> {
        self.packet
            .header
            .get_extension(id?)
            .map(|data| data.to_vec())
    }

    /// The end of the payload, which says what the packet is.
    pub(crate) fn content(&self) -> &[u8] {
        let payload = &self.packet.payload;
        &payload[payload.len() - 50..]
    }

    /// The kind of content: `A`udio, a `K`ey frame's or a `D`elta frame's.
    pub(crate) fn what(&self) -> char {
        char::from(self.content()[0])
    }

    pub(crate) fn from(&self) -> u8 {
        self.content()[1]
    }

    pub(crate) fn layer(&self) -> u8 {
        self.content()[2]
    }

    pub(crate) fn picture(&self) -> Picture {
        let payload = &self.packet.payload;
        Picture {
            picture_id: u16::from_be_bytes([payload[2] & 0x7f, payload[3]]),
            tl0_picture_index: payload[4],
            starts: payload[0] & 0x10 != 0,
            key: payload[6] & 1 == 0,
        }
    }
}

/// Everything that a room sent.
#[derive(Default)]
pub(crate) struct Inbox {
    pub(crate) rtp: [Vec<Got>; Seat::COUNT],
    pub(crate) rtcp: [Vec<Box<dyn Packet>>; Seat::COUNT],
    /// Compounds that ask for key frames: of which SSRCs each.
    key_frame_compounds: [Vec<Vec<u32>>; Seat::COUNT],
    /// Padding alone, which asks the network something and the receiver nothing.
    pub(crate) padding: [Vec<RtpPacket>; Seat::COUNT],
    pub(crate) padding_bytes: [Vec<Vec<u8>>; Seat::COUNT],
}

impl PacketSink for Inbox {
    fn send_rtp(&mut self, to: Seat, packet: OutPacket<'_>) {
        let bytes = [packet.header, packet.head, packet.tail].concat();
        let (ssrc, sequence) = (packet.ssrc, packet.sequence);
        let packet = RtpPacket::unmarshal(&mut &bytes[..]).expect("what is sent is RTP");
        assert_eq!(packet.header.ssrc, ssrc);
        assert_eq!(packet.header.sequence_number, sequence);
        if packet.header.padding {
            assert!(packet.payload.is_empty());
            self.padding[to.index()].push(packet);
            self.padding_bytes[to.index()].push(bytes);
            return;
        }
        self.rtp[to.index()].push(Got { packet, bytes });
    }

    fn send_rtcp(&mut self, to: Seat, mut compound: &[u8]) {
        let packets = packet::unmarshal(&mut compound).expect("what is sent is RTCP");
        assert!(!packets.is_empty());
        let losses = packets.iter().filter_map(|packet| {
            let loss = packet.as_any().downcast_ref::<PictureLossIndication>()?;
            Some(loss.media_ssrc)
        });
        let asked: Vec<u32> = losses.collect();
        if !asked.is_empty() {
            self.key_frame_compounds[to.index()].push(asked);
        }
        self.rtcp[to.index()].extend(packets);
    }
}

impl Inbox {
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// What a seat got on one line.
    pub(crate) fn on(&self, to: Seat, ssrc: u32) -> Vec<&Got> {
        self.rtp[to.index()]
            .iter()
            .filter(|got| got.packet.header.ssrc == ssrc)
            .collect()
    }

    /// The RTCP packets of one kind that a seat got.
    pub(crate) fn reports<P: 'static>(&self, to: Seat) -> Vec<&P> {
        self.rtcp[to.index()]
            .iter()
            .filter_map(|packet| packet.as_any().downcast_ref())
            .collect()
    }

    /// Takes the key-frame requests to a seat: the SSRCs.
    pub(crate) fn take_key_frame_requests(&mut self, to: Seat) -> Vec<u32> {
        self.take_key_frame_compounds(to).concat()
    }

    /// Takes the key-frame requests to a seat, each with the SSRCs that it names.
    pub(crate) fn take_key_frame_compounds(&mut self, to: Seat) -> Vec<Vec<u32>> {
        std::mem::take(&mut self.key_frame_compounds[to.index()])
    }

    /// Takes the sender reports to a seat: SSRC and NTP time.
    pub(crate) fn take_times(&mut self, to: Seat) -> Vec<(u32, u64)> {
        let mut times = Vec::new();
        self.rtcp[to.index()].retain(|packet| {
            let report = packet.as_any().downcast_ref::<SenderReport>();
            times.extend(report.map(|report| (report.ssrc, report.ntp_time)));
            report.is_none()
        });
        times
    }
}
