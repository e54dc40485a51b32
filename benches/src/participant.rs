//! A participant whose transport is connected: offer, connectivity check, DTLS handshake.
//!
//! The client's side is dimpl's DTLS and `rtc-srtp`'s packets: nothing is measured against itself.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::{Duration, Instant},
};

use dimpl::{Dtls, Output, SrtpProfile};
use rand::{Rng, SeedableRng, rngs::StdRng};
use ring::digest;
use rtc_crypto::default_provider;
use rtc_srtp::{context::Context, protection_profile::ProtectionProfile};
use sfu_core::Session;
use sfu_transport::{Accepted, Certificate, Transport, TransportConfig, TransportOutput};
use testkit::stun;

/// The SSRC of the sound that the offer declares.
pub const SOUND_SSRC: u32 = 1_001;
/// The SSRC of the picture that the offer declares.
pub const PICTURE_SSRC: u32 = 1_002;
/// The payload type of Opus in the offer.
pub const OPUS: u8 = 111;
/// The payload type of VP8 in the offer.
pub const VP8: u8 = 96;
/// The id of the `mid` header extension in the offer.
pub const MID_ID: u8 = 4;
/// The id of the transport-wide sequence number's header extension in the offer.
pub const TRANSPORT_CC_ID: u8 = 3;

const UFRAG: &str = "client";
/// Where its datagrams come from.
pub const CLIENT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 50_000);
const KEY: usize = 16;
const SALT: usize = 12;

/// A participant in the middle of a call.
pub struct Participant {
    /// The server's side, with keys.
    pub transport: Transport,
    /// What was agreed.
    pub session: Session,
    /// The client's side of SRTP: protects what the server is to unprotect.
    pub client: Context,
}

/// What a join costs the server, step by step.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    /// Answering the offer.
    pub offer: Duration,
    /// A connectivity check.
    pub check: Duration,
    /// DTLS, until both have keys.
    pub handshake: Duration,
}

impl Cost {
    /// All of it.
    #[must_use]
    pub fn total(&self) -> Duration {
        self.offer + self.check + self.handshake
    }
}

fn timed<T>(cost: &mut Duration, step: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let result = step();
    *cost += began.elapsed();
    result
}

impl Participant {
    /// Joins. Panics when anything fails: then there is nothing to measure.
    #[must_use]
    pub fn connected(now: Instant) -> Self {
        let config = TransportConfig::new(
            Certificate::generate().expect("the system gives randomness"),
            vec![SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 40_000)],
        );
        Self::join(&config, now).0
    }

    /// Joins a server, and tells what that cost the server. Panics when anything fails.
    #[must_use]
    pub fn join(config: &TransportConfig, now: Instant) -> (Self, Cost) {
        let provider = default_provider().expect("the ring provider is compiled in");
        let certificate = dimpl::certificate::generate_self_signed_certificate()
            .expect("the system gives randomness");
        let offer = offer(&fingerprint(&certificate.certificate));
        let mut cost = Cost::default();
        let mut rng = StdRng::seed_from_u64(1);
        let Accepted {
            mut transport,
            answer,
            session,
        } = timed(&mut cost.offer, || {
            Transport::accept(&offer, config, &mut rng, now).expect("the offer is usable")
        });
        let check = stun::check(&answer, UFRAG, true, rng.random());
        timed(&mut cost.check, || {
            transport.handle_stun(CLIENT, &check, now);
        });

        let dtls = dimpl::Config::builder().build().expect("as it comes");
        let mut dtls = Dtls::new_12(Arc::new(dtls), certificate, now);
        dtls.set_active(true);
        let material = handshake(&mut transport, &mut dtls, now, &mut cost.handshake);
        let (client_key, rest) = material.split_at(KEY);
        let client = Context::new(
            client_key,
            &rest[KEY..KEY + SALT],
            ProtectionProfile::AeadAes128Gcm,
            None,
            None,
            provider.crypto(),
        )
        .expect("the keys have the profile's length");
        let participant = Self {
            transport,
            session,
            client,
        };
        (participant, cost)
    }
}

/// Carries datagrams between the two until both have keys; returns the keying material.
fn handshake(
    transport: &mut Transport,
    dtls: &mut Dtls,
    now: Instant,
    cost: &mut Duration,
) -> Vec<u8> {
    let mut material = None;
    let mut connected = false;
    let mut buffer = vec![0; 4_096];
    dtls.handle_timeout(now).expect("the handshake starts");
    while material.is_none() || !connected {
        loop {
            match dtls.poll_output(&mut buffer) {
                Output::Packet(packet) => {
                    timed(cost, || transport.handle_dtls(CLIENT, packet, now));
                }
                Output::KeyingMaterial(keys, profile) => {
                    assert_eq!(profile, SrtpProfile::AEAD_AES_128_GCM);
                    material = Some(keys.to_vec());
                }
                Output::Timeout(_) => break,
                _ => {}
            }
        }
        while let Some(output) = transport.poll_output() {
            match output {
                TransportOutput::Transmit { bytes, .. } if (20..64).contains(&bytes[0]) => {
                    dtls.handle_packet(&bytes)
                        .expect("the server's flight fits");
                }
                TransportOutput::Connected => connected = true,
                TransportOutput::Closed(reason) => panic!("the handshake failed: {reason:?}"),
                _ => {}
            }
        }
    }
    material.expect("the loop ends with it")
}

fn fingerprint(certificate: &[u8]) -> String {
    let digest = digest::digest(&digest::SHA256, certificate);
    let digits: Vec<_> = digest
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect();
    format!("sha-256 {}", digits.join(":"))
}

/// One's own sound and picture, and three pairs to receive on.
fn offer(fingerprint: &str) -> String {
    let extensions = format!(
        "a=extmap:{TRANSPORT_CC_ID} http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n\
         a=extmap:{MID_ID} urn:ietf:params:rtp-hdrext:sdes:mid\r\n"
    );
    let line = |mid: usize, direction: &str| {
        let codec = if mid.is_multiple_of(2) {
            format!(
                "m=audio 9 UDP/TLS/RTP/SAVPF {OPUS}\r\nc=IN IP4 0.0.0.0\r\na=rtpmap:{OPUS} opus/48000/2\r\n"
            )
        } else {
            format!(
                "m=video 9 UDP/TLS/RTP/SAVPF {VP8} 97\r\nc=IN IP4 0.0.0.0\r\na=rtpmap:{VP8} VP8/90000\r\n\
                 a=rtcp-fb:{VP8} nack\r\na=rtcp-fb:{VP8} nack pli\r\na=rtcp-fb:{VP8} transport-cc\r\n\
                 a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt={VP8}\r\n"
            )
        };
        let ssrc = match mid {
            0 => format!("a=ssrc:{SOUND_SSRC} cname:bench\r\n"),
            1 => format!("a=ssrc:{PICTURE_SSRC} cname:bench\r\n"),
            _ => String::new(),
        };
        format!(
            "{codec}a=mid:{mid}\r\na={direction}\r\na=rtcp-mux\r\n\
             a=ice-ufrag:{UFRAG}\r\na=ice-pwd:0123456789012345678901\r\n\
             a=fingerprint:{fingerprint}\r\na=setup:actpass\r\n{extensions}{ssrc}"
        )
    };
    let lines: String = (0..8)
        .map(|mid| line(mid, if mid < 2 { "sendonly" } else { "recvonly" }))
        .collect();
    format!(
        "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1 2 3 4 5 6 7\r\n{lines}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::Picture;

    #[test]
    fn what_the_client_protects_the_server_unprotects() {
        let mut participant = Participant::connected(Instant::now());
        let mut picture = Picture::default();
        for _ in 0..10 {
            let plain = picture.next_packet().to_vec();
            let mut packet = participant.client.encrypt_rtp(&plain).unwrap().to_vec();
            let (_, length) = participant.transport.unprotect_rtp(&mut packet).unwrap();
            assert_eq!(packet[..length], plain);
        }
    }
}
