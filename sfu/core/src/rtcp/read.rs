//! Views of received RTCP.

use super::{
    Feedback, GOODBYE, PAYLOAD_FEEDBACK, RECEIVER_REPORT, SENDER_REPORT, SOURCE_DESCRIPTION,
    TRANSPORT_FEEDBACK,
};

/// The packets of a compound. Ends after the first that does not hold together, which is `Err`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Compound<'a> {
    rest: &'a [u8],
}

/// A packet that does not hold together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

/// An RTCP packet, understood.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Packet<'a> {
    SenderReport {
        ssrc: u32,
        info: SenderInfo,
        blocks: Words<'a, 6>,
    },
    ReceiverReport {
        blocks: Words<'a, 6>,
    },
    /// `media`: whose packets are missing. Each word: the first number and 16 bits for those after.
    Nack {
        media: u32,
        pairs: Words<'a, 1>,
    },
    PictureLoss {
        media: u32,
    },
    /// Each pair of words: the SSRC, a counter.
    FullIntra {
        entries: Words<'a, 2>,
    },
    TransportFeedback(Feedback<'a>),
    /// The receiver's estimate of what it can take in all, bit/s.
    MaximumBitrate(u64),
    /// Each word: an SSRC that sends no more.
    Goodbye {
        ssrcs: Words<'a, 1>,
    },
    /// Source descriptions: who someone is does not matter here.
    Description,
    Unknown,
}

/// The sender's part of a sender report (RFC 3550 section 6.4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SenderInfo {
    /// NTP time: seconds in the high 32 bits, fraction in the low.
    pub(crate) ntp: u64,
    /// The same moment on the stream's own clock.
    pub(crate) timestamp: u32,
}

/// A report block (RFC 3550 section 6.4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ReportBlock {
    pub(crate) ssrc: u32,
    /// Out of 256.
    pub(crate) fraction_lost: u8,
    /// The middle of the NTP time of the last sender report; 0: none came.
    pub(crate) last_report: u32,
    /// Since that report came, in 1/65536 s.
    pub(crate) since_last_report: u32,
}

/// Records of `N` words each.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Words<'a, const N: usize> {
    bytes: &'a [u8],
}

impl<'a, const N: usize> Words<'a, N> {
    /// Takes `count` records; the rest is a profile's own extension.
    fn exactly(bytes: &'a [u8], count: usize) -> Option<Self> {
        bytes.get(..count * N * 4).map(|bytes| Self { bytes })
    }

    fn all(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }
}

impl<const N: usize> Iterator for Words<'_, N> {
    type Item = [u32; N];

    fn next(&mut self) -> Option<Self::Item> {
        let mut words = [0; N];
        let mut rest = self.bytes;
        for word in &mut words {
            let (bytes, after) = rest.split_first_chunk()?;
            *word = u32::from_be_bytes(*bytes);
            rest = after;
        }
        self.bytes = rest;
        Some(words)
    }
}

impl ReportBlock {
    /// From the six words of a block.
    pub(crate) fn from_words(words: [u32; 6]) -> Self {
        let [ssrc, lost, _, _, last_report, since_last_report] = words;
        let [fraction_lost, ..] = lost.to_be_bytes();
        Self {
            ssrc,
            fraction_lost,
            last_report,
            since_last_report,
        }
    }
}

impl<'a> Compound<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    fn read(&mut self) -> Option<Packet<'a>> {
        let [first, kind, l0, l1] = *self.rest.first_chunk()?;
        let length = (usize::from(u16::from_be_bytes([l0, l1])) + 1) * 4;
        let (packet, rest) = self.rest.split_at_checked(length)?;
        let mut body = packet.get(4..)?;
        if first >> 6 != 2 {
            return None;
        }
        if first & 0x20 != 0 {
            let padding = usize::from(*body.last()?);
            body = body.get(..body.len().checked_sub(padding)?)?;
        }
        self.rest = rest;
        Packet::read(kind, first & 0x1f, body)
    }
}

impl<'a> Iterator for Compound<'a> {
    type Item = Result<Packet<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let packet = self.read();
        if packet.is_none() {
            self.rest = &[];
        }
        Some(packet.ok_or(Malformed))
    }
}

impl<'a> Packet<'a> {
    /// Reads what follows the common header.
    fn read(kind: u8, count: u8, body: &'a [u8]) -> Option<Self> {
        let blocks = usize::from(count);
        Some(match (kind, count) {
            (SENDER_REPORT, _) => {
                let [ssrc, high, low, timestamp, _, _] = Words::<6>::all(body).next()?;
                let ntp = (u64::from(high) << 32) | u64::from(low);
                Self::SenderReport {
                    ssrc,
                    info: SenderInfo { ntp, timestamp },
                    blocks: Words::exactly(body.get(24..)?, blocks)?,
                }
            }
            (RECEIVER_REPORT, _) => Self::ReceiverReport {
                blocks: Words::exactly(body.get(4..)?, blocks)?,
            },
            (SOURCE_DESCRIPTION, _) => Self::Description,
            (GOODBYE, _) => Self::Goodbye {
                ssrcs: Words::exactly(body, blocks)?,
            },
            (TRANSPORT_FEEDBACK | PAYLOAD_FEEDBACK, _) => {
                let [_, media] = Words::<2>::all(body).next()?;
                let control = body.get(8..)?;
                match (kind, count) {
                    (TRANSPORT_FEEDBACK, 1) => Self::Nack {
                        media,
                        pairs: Words::all(control),
                    },
                    (TRANSPORT_FEEDBACK, 15) => Self::TransportFeedback(Feedback::read(control)?),
                    (PAYLOAD_FEEDBACK, 1) => Self::PictureLoss { media },
                    (PAYLOAD_FEEDBACK, 4) => Self::FullIntra {
                        entries: Words::all(control),
                    },
                    (PAYLOAD_FEEDBACK, 15) => maximum_bitrate(control)?,
                    _ => Self::Unknown,
                }
            }
            _ => Self::Unknown,
        })
    }
}

/// draft-alvestrand-rmcat-remb-03 section 2.2: `REMB`, count, 6 bits of exponent, 18 of mantissa.
fn maximum_bitrate(control: &[u8]) -> Option<Packet<'_>> {
    let [b'R', b'E', b'M', b'B', _, high, middle, low] = *control.first_chunk()? else {
        return Some(Packet::Unknown);
    };
    let mantissa = u32::from_be_bytes([0, high & 0x03, middle, low]);
    let bitrate = u64::from(mantissa)
        .checked_shl(u32::from(high >> 2))
        .unwrap_or(u64::MAX);
    Some(Packet::MaximumBitrate(bitrate))
}

#[cfg(test)]
mod tests {
    use rtc_rtcp::{
        goodbye::Goodbye,
        packet,
        payload_feedbacks::{
            full_intra_request::{FirEntry, FullIntraRequest},
            picture_loss_indication::PictureLossIndication,
            receiver_estimated_maximum_bitrate::ReceiverEstimatedMaximumBitrate,
        },
        reception_report::ReceptionReport,
        sender_report::SenderReport,
        transport_feedbacks::transport_layer_nack::{NackPair, TransportLayerNack},
    };

    use super::*;

    #[test]
    fn a_compound_of_everything_reads_back() {
        let report = ReceptionReport {
            ssrc: 7,
            fraction_lost: 64,
            last_sender_report: 0x1234_5678,
            delay: 65_536,
            ..Default::default()
        };
        let compound = packet::marshal(&[
            Box::new(SenderReport {
                ssrc: 1,
                ntp_time: 0x0102_0304_0506_0708,
                rtp_time: 99,
                reports: vec![report],
                ..Default::default()
            }),
            Box::new(TransportLayerNack {
                sender_ssrc: 1,
                media_ssrc: 2,
                nacks: vec![NackPair {
                    packet_id: 5,
                    lost_packets: 3,
                }],
            }),
            Box::new(PictureLossIndication {
                sender_ssrc: 1,
                media_ssrc: 3,
            }),
            Box::new(FullIntraRequest {
                sender_ssrc: 1,
                media_ssrc: 0,
                fir: vec![FirEntry {
                    ssrc: 4,
                    sequence_number: 9,
                }],
            }),
            Box::new(ReceiverEstimatedMaximumBitrate {
                sender_ssrc: 1,
                bitrate: 1_000_000.0,
                ssrcs: vec![5],
            }),
            Box::new(Goodbye {
                sources: vec![6],
                reason: "bye".into(),
            }),
        ])
        .unwrap();
        let mut packets = Compound::new(&compound).map(Result::unwrap);
        let Some(Packet::SenderReport {
            ssrc: 1,
            info,
            mut blocks,
        }) = packets.next()
        else {
            panic!("a sender report comes first");
        };
        assert_eq!(
            info,
            SenderInfo {
                ntp: 0x0102_0304_0506_0708,
                timestamp: 99
            }
        );
        let block = ReportBlock::from_words(blocks.next().unwrap());
        assert_eq!(block.ssrc, 7);
        assert_eq!(block.fraction_lost, 64);
        assert_eq!(block.last_report, 0x1234_5678);
        assert_eq!(block.since_last_report, 65_536);
        let Some(Packet::Nack {
            media: 2,
            mut pairs,
        }) = packets.next()
        else {
            panic!("then a NACK");
        };
        assert_eq!(pairs.next(), Some([0x0005_0003]));
        assert!(matches!(
            packets.next(),
            Some(Packet::PictureLoss { media: 3 })
        ));
        let Some(Packet::FullIntra { mut entries }) = packets.next() else {
            panic!("then a FIR");
        };
        assert_eq!(entries.next(), Some([4, 0x0900_0000]));
        let Some(Packet::MaximumBitrate(bitrate)) = packets.next() else {
            panic!("then a REMB");
        };
        assert!((999_000..=1_000_000).contains(&bitrate), "{bitrate}");
        let Some(Packet::Goodbye { mut ssrcs }) = packets.next() else {
            panic!("then a BYE");
        };
        assert_eq!(ssrcs.next(), Some([6]));
        assert!(packets.next().is_none());
    }

    #[test]
    fn what_follows_a_broken_packet_is_ignored() {
        let fine = [0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2];
        let mut bytes = fine.to_vec();
        bytes.extend([0x81, 206, 0xff, 0xff, 0, 0, 0, 1]);
        bytes.extend(fine);
        let read: Vec<_> = Compound::new(&bytes).collect();
        assert_eq!(read.len(), 2);
        assert!(matches!(read[0], Ok(Packet::PictureLoss { media: 2 })));
        assert!(read[1].is_err());
    }

    #[test]
    fn more_report_blocks_than_bytes_is_malformed() {
        let bytes = [0x82, 201, 0, 1, 0, 0, 0, 1];
        assert!(matches!(Compound::new(&bytes).next(), Some(Err(Malformed))));
    }
}
