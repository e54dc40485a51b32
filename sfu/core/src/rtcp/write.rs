//! RTCP of our own.

use super::{
    PAYLOAD_FEEDBACK, RECEIVER_REPORT, SENDER_REPORT, SOURCE_DESCRIPTION, SenderInfo,
    TRANSPORT_FEEDBACK,
};

/// The longest compound that is written, bytes: with SRTCP and IPv6 still under 1,280.
const COMPOUND_MAX: usize = 1_160;

/// At most this many report blocks: a publisher's sound and three layers.
const BLOCKS_MAX: usize = 4;

/// Writes a compound packet. What does not fit any more is left out, whole.
#[derive(Debug)]
pub(crate) struct Writer {
    bytes: Box<[u8; COMPOUND_MAX]>,
    length: usize,
}

/// What a report says of a stream that was received (RFC 3550 section 6.4.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reception {
    pub(crate) ssrc: u32,
    /// Out of 256, since the last report.
    pub(crate) fraction_lost: u8,
    /// Since the beginning, 24 bits.
    pub(crate) lost: u32,
    pub(crate) highest_sequence: u32,
    /// In ticks of the stream's clock.
    pub(crate) jitter: u32,
    pub(crate) last_report: u32,
    pub(crate) since_last_report: u32,
}

impl Writer {
    pub(crate) fn new() -> Self {
        Self {
            bytes: Box::new([0; COMPOUND_MAX]),
            length: 0,
        }
    }

    pub(crate) fn clear(&mut self) {
        self.length = 0;
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The compound so far.
    pub(crate) fn compound(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    /// A sender report: the stream, its time, how many packets and payload bytes it has had.
    pub(crate) fn sender_report(
        &mut self,
        ssrc: u32,
        info: SenderInfo,
        sent: (u32, u32),
        blocks: &[Reception],
    ) {
        let blocks = &blocks[..blocks.len().min(BLOCKS_MAX)];
        self.packet(
            SENDER_REPORT,
            count(blocks.len()),
            24 + blocks.len() * 24,
            |body| {
                body.word(ssrc);
                body.put(&info.ntp.to_be_bytes());
                body.word(info.timestamp);
                body.word(sent.0);
                body.word(sent.1);
                body.blocks(blocks);
            },
        );
    }

    pub(crate) fn receiver_report(&mut self, sender: u32, blocks: &[Reception]) {
        let blocks = &blocks[..blocks.len().min(BLOCKS_MAX)];
        self.packet(
            RECEIVER_REPORT,
            count(blocks.len()),
            4 + blocks.len() * 24,
            |body| {
                body.word(sender);
                body.blocks(blocks);
            },
        );
    }

    /// A source description with the canonical name of one stream.
    pub(crate) fn canonical_name(&mut self, ssrc: u32, name: &[u8; 5]) {
        self.packet(SOURCE_DESCRIPTION, 1, 12, |body| {
            body.word(ssrc);
            body.put(&[1, 5]);
            body.put(name);
            // The list ends with a zero, which here fills its word.
            body.put(&[0]);
        });
    }

    /// A generic NACK; each pair: a packet's number, and bits for the 16 after it.
    pub(crate) fn nack(&mut self, sender: u32, media: u32, pairs: &[(u16, u16)]) {
        self.packet(TRANSPORT_FEEDBACK, 1, 8 + pairs.len() * 4, |body| {
            body.word(sender);
            body.word(media);
            for (first, others) in pairs {
                body.put(&first.to_be_bytes());
                body.put(&others.to_be_bytes());
            }
        });
    }

    pub(crate) fn picture_loss(&mut self, sender: u32, media: u32) {
        self.packet(PAYLOAD_FEEDBACK, 1, 8, |body| {
            body.word(sender);
            body.word(media);
        });
    }

    /// Transport-wide feedback, the part after the SSRCs given as it stands.
    pub(crate) fn transport_feedback(&mut self, sender: u32, media: u32, control: &[u8]) {
        let padding = control.len().wrapping_neg() % 4;
        self.packet(
            TRANSPORT_FEEDBACK,
            15,
            8 + control.len() + padding,
            |body| {
                body.word(sender);
                body.word(media);
                body.put(control);
                if padding > 0 {
                    body.put(&[0, 0, 0][..padding - 1]);
                    body.put(&[count(padding)]);
                    body.padded();
                }
            },
        );
    }

    fn packet(&mut self, kind: u8, count: u8, length: usize, body: impl FnOnce(&mut Body<'_>)) {
        debug_assert!(length.is_multiple_of(4), "RTCP comes in words");
        let end = self.length + 4 + length;
        let Some(bytes) = self.bytes.get_mut(self.length..end) else {
            return;
        };
        let words = u16::try_from(length / 4).expect("the buffer is far shorter than 2^18 bytes");
        let [l0, l1] = words.to_be_bytes();
        bytes[..4].copy_from_slice(&[0x80 | count, kind, l0, l1]);
        body(&mut Body { bytes, at: 4 });
        self.length = end;
    }
}

fn count(blocks: usize) -> u8 {
    u8::try_from(blocks).expect("reports and padding are few")
}

/// The bytes of one packet, filled from front to back.
struct Body<'a> {
    bytes: &'a mut [u8],
    at: usize,
}

impl Body<'_> {
    fn put(&mut self, data: &[u8]) {
        self.bytes[self.at..self.at + data.len()].copy_from_slice(data);
        self.at += data.len();
    }

    fn word(&mut self, word: u32) {
        self.put(&word.to_be_bytes());
    }

    fn padded(&mut self) {
        self.bytes[0] |= 0x20;
    }

    fn blocks(&mut self, blocks: &[Reception]) {
        for block in blocks {
            self.word(block.ssrc);
            self.word((u32::from(block.fraction_lost) << 24) | (block.lost & 0x00ff_ffff));
            self.word(block.highest_sequence);
            self.word(block.jitter);
            self.word(block.last_report);
            self.word(block.since_last_report);
        }
    }
}

#[cfg(test)]
mod tests {
    use rtc_rtcp::{
        packet,
        payload_feedbacks::picture_loss_indication::PictureLossIndication,
        receiver_report::ReceiverReport,
        sender_report::SenderReport,
        source_description::SourceDescription,
        transport_feedbacks::transport_layer_nack::{NackPair, TransportLayerNack},
    };

    use super::*;

    #[test]
    fn another_implementation_reads_what_is_written() {
        let mut writer = Writer::new();
        let block = Reception {
            ssrc: 9,
            fraction_lost: 12,
            lost: 345,
            highest_sequence: 0x1_0002,
            jitter: 6,
            last_report: 7,
            since_last_report: 8,
        };
        let info = SenderInfo {
            ntp: 0xaabb_ccdd_0011_2233,
            timestamp: 44,
        };
        writer.sender_report(1, info, (10, 20), &[block]);
        writer.receiver_report(2, &[]);
        writer.canonical_name(1, b"peer0");
        writer.nack(2, 9, &[(100, 5), (200, 0)]);
        writer.picture_loss(2, 9);
        let mut bytes = writer.compound();
        let packets = packet::unmarshal(&mut bytes).unwrap();
        assert_eq!(packets.len(), 5);
        let report = packets[0].as_any().downcast_ref::<SenderReport>().unwrap();
        assert_eq!(
            (report.ssrc, report.ntp_time, report.rtp_time),
            (1, info.ntp, 44)
        );
        assert_eq!((report.packet_count, report.octet_count), (10, 20));
        assert_eq!(report.reports[0].total_lost, 345);
        assert_eq!(report.reports[0].fraction_lost, 12);
        assert_eq!(report.reports[0].last_sequence_number, 0x1_0002);
        assert_eq!(
            packets[1]
                .as_any()
                .downcast_ref::<ReceiverReport>()
                .unwrap()
                .ssrc,
            2
        );
        let description = packets[2]
            .as_any()
            .downcast_ref::<SourceDescription>()
            .unwrap();
        assert_eq!(description.chunks[0].items[0].text, "peer0");
        let nack = packets[3]
            .as_any()
            .downcast_ref::<TransportLayerNack>()
            .unwrap();
        let asked: Vec<u16> = nack.nacks.iter().flat_map(NackPair::packet_list).collect();
        assert_eq!(asked, [100, 101, 103, 200]);
        let loss = packets[4]
            .as_any()
            .downcast_ref::<PictureLossIndication>()
            .unwrap();
        assert_eq!(loss.media_ssrc, 9);
    }

    #[test]
    fn what_does_not_fit_is_left_out_whole() {
        let mut writer = Writer::new();
        for _ in 0..COMPOUND_MAX {
            writer.picture_loss(1, 2);
        }
        let full = writer.compound().len();
        assert_eq!(full, COMPOUND_MAX / 12 * 12);
        writer.receiver_report(1, &[Reception::default()]);
        assert_eq!(writer.compound().len(), full);
        writer.clear();
        assert!(writer.is_empty());
    }
}
