//! A participant with keys of its own that writes its packets byte by byte: clients of other makes write
//! none that names what is not theirs.

use std::{collections::BTreeMap, fmt::Write, net::SocketAddr, sync::Arc, time::Instant};

use dimpl::{Dtls, Output, SrtpProfile, certificate};
use ids::Seat;
use rtc_crypto::default_provider;
use rtc_srtp::{context::Context, protection_profile::ProtectionProfile};
use sfu_server::Joined;
use testkit::stun::{self, attribute};

/// Payload types.
pub(crate) const OPUS: u8 = 111;
pub(crate) const VP8: u8 = 96;
pub(crate) const RTX: u8 = 97;
pub(crate) const FEC: u8 = 35;
/// Ids of header extensions (RFC 6464, transport-wide numbers, RFC 9143, RFC 8852).
pub(crate) const LEVEL_ID: u8 = 1;
pub(crate) const TRANSPORT_CC_ID: u8 = 3;
pub(crate) const MID_ID: u8 = 4;
pub(crate) const RID_ID: u8 = 10;
pub(crate) const REPAIRED_RID_ID: u8 = 11;

const UFRAG: &str = "keyed";
const KEY: usize = 16;
const SALT: usize = 12;

/// The SSRCs of what one sends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sources {
    pub(crate) sound: u32,
    pub(crate) picture: u32,
    pub(crate) rtx: u32,
    pub(crate) fec: u32,
}

impl Sources {
    fn from(first: u32) -> Self {
        Self {
            sound: first,
            picture: first + 1,
            rtx: first + 2,
            fec: first + 3,
        }
    }

    pub(crate) fn all(self) -> [u32; 4] {
        [self.sound, self.picture, self.rtx, self.fec]
    }
}

/// How one's own picture is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Picture {
    /// One layer, whose SSRCs are declared.
    Declared,
    /// Three layers, told apart by rid alone.
    ByRid,
}

pub(crate) struct Keyed {
    pub(crate) address: SocketAddr,
    pub(crate) sources: Sources,
    /// Whose each stream is that the answer announced, by its SSRC.
    pub(crate) lines: BTreeMap<u32, Seat>,
    dtls: Dtls,
    material: Option<Vec<u8>>,
    connected: bool,
    /// To seal what is sent, and to open what comes.
    contexts: Option<(Context, Context)>,
}

impl Keyed {
    /// With the SSRCs from `first` on; and its offer.
    pub(crate) fn offer(
        address: SocketAddr,
        first: u32,
        picture: Picture,
        now: Instant,
    ) -> (Self, String) {
        let certificate = certificate::generate_self_signed_certificate().unwrap();
        let fingerprint = format!("sha-256 {}", certificate.fingerprint_str());
        let config = dimpl::Config::builder().build().unwrap();
        let mut dtls = Dtls::new_12(Arc::new(config), certificate, now);
        dtls.set_active(true);
        let sources = Sources::from(first);
        let keyed = Self {
            address,
            sources,
            lines: BTreeMap::new(),
            dtls,
            material: None,
            connected: false,
            contexts: None,
        };
        (keyed, offer(sources, picture, &fingerprint))
    }

    /// Takes the answer; returns the connectivity check that lets the server listen to DTLS.
    pub(crate) fn accept(&mut self, joined: &Joined) -> Vec<u8> {
        for section in joined.answer.split("\r\nm=").skip(1) {
            let mid = attribute(section, "mid");
            let whose = joined.lines.iter().find(|line| {
                let mids = [&line.audio_mid, &line.video_mid];
                mids.into_iter().flatten().any(|known| known == mid)
            });
            let ssrcs = section
                .lines()
                .filter_map(|line| line.strip_prefix("a=ssrc:"))
                .filter_map(|rest| rest.split(' ').next()?.parse().ok());
            if let Some(line) = whose {
                self.lines.extend(ssrcs.map(|ssrc| (ssrc, line.seat)));
            }
        }
        stun::check(&joined.answer, UFRAG, true, rand::random())
    }

    /// Goes on with the handshake after these datagrams; returns what is to be sent.
    pub(crate) fn shake_hands(&mut self, came: &[Vec<u8>], now: Instant) -> Vec<Vec<u8>> {
        for datagram in came
            .iter()
            .filter(|datagram| (20..64).contains(&datagram[0]))
        {
            self.dtls.handle_packet(datagram).unwrap();
        }
        self.dtls.handle_timeout(now).unwrap();
        let mut buffer = [0; 2_048];
        let mut flight = Vec::new();
        loop {
            match self.dtls.poll_output(&mut buffer) {
                Output::Packet(packet) => flight.push(packet.to_vec()),
                Output::KeyingMaterial(material, profile) => {
                    assert_eq!(profile, SrtpProfile::AEAD_AES_128_GCM);
                    self.material = Some(material.to_vec());
                }
                Output::Connected => self.connected = true,
                Output::Timeout(_) => break,
                _ => {}
            }
        }
        if let Some(material) = self.material.take_if(|_| self.connected) {
            let (client, server) = (&material[..KEY], &material[KEY..2 * KEY]);
            let (client_salt, server_salt) = material[2 * KEY..].split_at(SALT);
            self.contexts = Some((context(client, client_salt), context(server, server_salt)));
        }
        flight
    }

    pub(crate) fn is_keyed(&self) -> bool {
        self.contexts.is_some()
    }

    /// Protects RTP or RTCP; `None` if its header is one that cannot be written.
    pub(crate) fn seal(&mut self, packet: &[u8]) -> Option<Vec<u8>> {
        let (seal, _) = self.contexts.as_mut().unwrap();
        let sealed = if is_rtcp(packet) {
            seal.encrypt_rtcp(packet)
        } else {
            seal.encrypt_rtp(packet)
        };
        sealed.ok().map(|sealed| sealed.to_vec())
    }

    /// Opens RTP or RTCP of the server's.
    pub(crate) fn open(&mut self, datagram: &[u8]) -> Vec<u8> {
        let (_, open) = self.contexts.as_mut().unwrap();
        let opened = if is_rtcp(datagram) {
            open.decrypt_rtcp(datagram)
        } else {
            open.decrypt_rtp(datagram)
        };
        opened.unwrap().to_vec()
    }
}

/// RFC 5761 section 4.
pub(crate) fn is_rtcp(packet: &[u8]) -> bool {
    (192..=223).contains(&packet[1])
}

/// An RTP packet with one-byte header extensions (RFC 8285 section 4.2).
pub(crate) fn rtp(
    (payload_type, marker): (u8, bool),
    sequence: u16,
    ssrc: u32,
    extensions: &[(u8, &[u8])],
    payload: &[u8],
) -> Vec<u8> {
    let mut packet = vec![0x90, payload_type | u8::from(marker) << 7];
    packet.extend(sequence.to_be_bytes());
    packet.extend((u32::from(sequence) * 960).to_be_bytes());
    packet.extend(ssrc.to_be_bytes());
    let mut block = Vec::new();
    for (id, value) in extensions {
        block.push(id << 4 | u8::try_from(value.len() - 1).unwrap());
        block.extend_from_slice(value);
    }
    block.resize(block.len().next_multiple_of(4), 0);
    packet.extend([0xbe, 0xde]);
    packet.extend(u16::try_from(block.len() / 4).unwrap().to_be_bytes());
    packet.extend(block);
    packet.extend(payload);
    packet
}

fn context(key: &[u8], salt: &[u8]) -> Context {
    let provider = default_provider().unwrap();
    let profile = ProtectionProfile::AeadAes128Gcm;
    Context::new(key, salt, profile, None, None, provider.crypto()).unwrap()
}

/// One's own sound and picture, and three pairs to receive on.
fn offer(sources: Sources, picture: Picture, fingerprint: &str) -> String {
    let mut offer = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n\
         a=group:BUNDLE 0 1 2 3 4 5 6 7\r\n"
        .to_owned();
    for mid in 0..8 {
        offer += &if mid % 2 == 0 {
            format!(
                "m=audio 9 UDP/TLS/RTP/SAVPF {OPUS}\r\na=rtpmap:{OPUS} opus/48000/2\r\n\
                 a=extmap:{LEVEL_ID} urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n"
            )
        } else {
            format!(
                "m=video 9 UDP/TLS/RTP/SAVPF {VP8} {RTX} {FEC}\r\na=rtpmap:{VP8} VP8/90000\r\n\
                 a=rtcp-fb:{VP8} nack\r\na=rtcp-fb:{VP8} nack pli\r\na=rtcp-fb:{VP8} ccm fir\r\n\
                 a=rtcp-fb:{VP8} transport-cc\r\na=rtcp-fb:{VP8} goog-remb\r\n\
                 a=rtpmap:{RTX} rtx/90000\r\na=fmtp:{RTX} apt={VP8}\r\n\
                 a=rtpmap:{FEC} flexfec-03/90000\r\n"
            )
        };
        let direction = if mid < 2 { "sendonly" } else { "recvonly" };
        write!(
            offer,
            "c=IN IP4 0.0.0.0\r\na=mid:{mid}\r\na={direction}\r\na=rtcp-mux\r\n\
             a=ice-ufrag:{UFRAG}\r\na=ice-pwd:0123456789012345678901\r\n\
             a=fingerprint:{fingerprint}\r\na=setup:actpass\r\n\
             a=extmap:{TRANSPORT_CC_ID} \
             http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n\
             a=extmap:{MID_ID} urn:ietf:params:rtp-hdrext:sdes:mid\r\n"
        )
        .unwrap();
        let Sources {
            sound,
            picture: shown,
            rtx,
            fec,
        } = sources;
        offer += &match (mid, picture) {
            (0, _) => format!("a=ssrc:{sound} cname:one\r\n"),
            (1, Picture::Declared) => format!(
                "a=ssrc-group:FID {shown} {rtx}\r\na=ssrc-group:FEC-FR {shown} {fec}\r\n\
                 a=ssrc:{shown} cname:one\r\na=ssrc:{rtx} cname:one\r\na=ssrc:{fec} cname:one\r\n"
            ),
            (1, Picture::ByRid) => format!(
                "a=extmap:{RID_ID} urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n\
                 a=extmap:{REPAIRED_RID_ID} \
                 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id\r\n\
                 a=rid:q send\r\na=rid:h send\r\na=rid:f send\r\na=simulcast:send q;h;f\r\n"
            ),
            _ => String::new(),
        };
    }
    offer
}
