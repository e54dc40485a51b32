//! What a client says and hears in RTCP.

use bytes::Bytes;
use rtc::{
    rtcp::{
        self,
        payload_feedbacks::{
            full_intra_request::FullIntraRequest, picture_loss_indication::PictureLossIndication,
        },
        receiver_report::ReceiverReport,
        reception_report::ReceptionReport,
        sender_report::SenderReport,
        transport_feedbacks::transport_layer_nack::{
            NackPair, TransportLayerNack, nack_pairs_from_sequence_numbers,
        },
    },
    shared::marshal::Marshal,
};

/// What the other end says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// A picture's stream is to go on with a key frame (RFC 4585 section 6.3.1, RFC 5104 section 4.3.1).
    KeyFrameWanted {
        /// Of which stream.
        ssrc: u32,
    },
    /// Packets did not arrive (RFC 4585 section 6.2.1).
    Missed {
        /// Of which stream.
        ssrc: u32,
        /// Their sequence numbers.
        sequences: Vec<u16>,
    },
    /// A sender report: when it was sent, the middle 32 bits of its NTP time (RFC 3550 section 6.4.1).
    Report {
        /// Of which stream.
        ssrc: u32,
        /// For the next report about it.
        middle_ntp: u32,
    },
}

/// Reads a compound packet; what is of no interest here is passed over.
#[must_use]
pub fn read(packet: Vec<u8>) -> Vec<Heard> {
    let Ok(packets) = rtcp::packet::unmarshal(&mut Bytes::from(packet)) else {
        return vec![];
    };
    let mut heard = vec![];
    for packet in packets {
        let packet = packet.as_any();
        if let Some(pli) = packet.downcast_ref::<PictureLossIndication>() {
            heard.push(Heard::KeyFrameWanted {
                ssrc: pli.media_ssrc,
            });
        } else if let Some(fir) = packet.downcast_ref::<FullIntraRequest>() {
            heard.extend(
                fir.fir
                    .iter()
                    .map(|entry| Heard::KeyFrameWanted { ssrc: entry.ssrc }),
            );
        } else if let Some(nack) = packet.downcast_ref::<TransportLayerNack>() {
            heard.push(Heard::Missed {
                ssrc: nack.media_ssrc,
                sequences: nack.nacks.iter().flat_map(NackPair::packet_list).collect(),
            });
        } else if let Some(report) = packet.downcast_ref::<SenderReport>() {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "the middle 32 of the 64 bits are what is reported back"
            )]
            let middle_ntp = (report.ntp_time >> 16) as u32;
            heard.push(Heard::Report {
                ssrc: report.ssrc,
                middle_ntp,
            });
        }
    }
    heard
}

/// What has been sent of a stream, for its sender report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SentSoFar {
    /// The stream.
    pub ssrc: u32,
    /// The present, in ticks of the stream's clock.
    pub timestamp: u32,
    /// Packets.
    pub packets: u32,
    /// Bytes of payload.
    pub bytes: u32,
}

/// Sender reports of one's own streams, the first of them with reports about what is received.
#[must_use]
pub fn reports(
    own: &[SentSoFar],
    fallback_ssrc: u32,
    unix_ns: u64,
    received: Vec<ReceptionReport>,
) -> Vec<u8> {
    let mut packet = vec![];
    let Some((first, others)) = own.split_first() else {
        let report = ReceiverReport {
            ssrc: fallback_ssrc,
            reports: received,
            ..ReceiverReport::default()
        };
        append(&mut packet, &report);
        return packet;
    };
    append(&mut packet, &sender_report(*first, unix_ns, received));
    for stream in others {
        append(&mut packet, &sender_report(*stream, unix_ns, vec![]));
    }
    packet
}

fn sender_report(stream: SentSoFar, unix_ns: u64, reports: Vec<ReceptionReport>) -> SenderReport {
    SenderReport {
        ssrc: stream.ssrc,
        ntp_time: ntp(unix_ns),
        rtp_time: stream.timestamp,
        packet_count: stream.packets,
        octet_count: stream.bytes,
        reports,
        ..SenderReport::default()
    }
}

/// Seconds since 1900 in 32.32 bits (RFC 3550 section 4).
fn ntp(unix_ns: u64) -> u64 {
    let seconds = unix_ns / 1_000_000_000 + 2_208_988_800;
    let fraction = ((unix_ns % 1_000_000_000) << 32) / 1_000_000_000;
    seconds << 32 | fraction
}

/// Asks for a key frame.
#[must_use]
pub fn key_frame_request(sender_ssrc: u32, media_ssrc: u32) -> Vec<u8> {
    let mut packet = vec![];
    append(
        &mut packet,
        &PictureLossIndication {
            sender_ssrc,
            media_ssrc,
        },
    );
    packet
}

/// Asks for packets again.
#[must_use]
pub fn nack(sender_ssrc: u32, media_ssrc: u32, sequences: &[u16]) -> Vec<u8> {
    let mut packet = vec![];
    append(
        &mut packet,
        &TransportLayerNack {
            sender_ssrc,
            media_ssrc,
            nacks: nack_pairs_from_sequence_numbers(sequences),
        },
    );
    packet
}

fn append(packet: &mut Vec<u8>, part: &impl Marshal) {
    // A part that is too long for its length field is left out; none here comes near that.
    if let Ok(bytes) = part.marshal() {
        packet.extend_from_slice(&bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_we_ask_is_what_the_other_end_hears() {
        assert_eq!(
            read(key_frame_request(1, 2)),
            [Heard::KeyFrameWanted { ssrc: 2 }]
        );
        let missed = [65_534, 65_535, 0, 40];
        let Heard::Missed { ssrc, sequences } = &read(nack(1, 2, &missed))[0] else {
            panic!("not a NACK");
        };
        assert_eq!((*ssrc, &sequences[..]), (2, &missed[..]));
    }

    #[test]
    fn every_stream_of_ones_own_is_reported() {
        let own = [7, 8].map(|ssrc| SentSoFar {
            ssrc,
            ..SentSoFar::default()
        });
        let heard = read(reports(&own, 1, 1_000_000_000, vec![]));
        assert_eq!(heard.len(), 2);
        // One second after 1970 is 2 208 988 801 after 1900.
        let middle_ntp = (2_208_988_801_u32 & 0xFFFF) << 16;
        assert_eq!(
            heard[1],
            Heard::Report {
                ssrc: 8,
                middle_ntp
            }
        );
    }
}
