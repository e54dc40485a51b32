//! What a client answers to a check of the server's own (RFC 8445 section 7.2.5).

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Instant,
};

use benches::participant::{OPUS, Participant, SOUND_SSRC};
use sfu_transport::{Path, TransportOutput};
use testkit::stun::answer_to;

use crate::{ice, media};

/// Where the client seems to have moved.
const ELSEWHERE: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 50_001);
/// The password of the participant's offer.
const PASSWORD: &str = "0123456789012345678901";
/// A header, and MESSAGE-INTEGRITY behind it (RFC 8489 sections 5 and 14.5), bytes.
const AUTHENTIC: usize = 20 + 24;

/// A participant whose newest packet came from elsewhere, and the check that was sent there.
struct Awaiting {
    participant: Participant,
    check: Vec<u8>,
    since: Instant,
}

impl Awaiting {
    fn new() -> Self {
        let since = Instant::now();
        let (mut participant, _) = Participant::join(ice::config(), since);
        let sound = media::packet(OPUS, 1, SOUND_SSRC, "0", &[0x78, 1, 2, 3]);
        let sound = participant.client.encrypt_rtp(&sound);
        let mut sound = sound.expect("a packet is protected").to_vec();
        let transport = &mut participant.transport;
        while transport.poll_output().is_some() {}
        let opened = transport.unprotect_rtp(&mut sound);
        opened.expect("it is the client's");
        transport.handle_media_path(ELSEWHERE, since);
        let check =
            std::iter::from_fn(|| transport.poll_output()).find_map(|output| match output {
                TransportOutput::Transmit { bytes, .. } => Some(bytes.to_vec()),
                _ => None,
            });
        Self {
            check: check.expect("the new path is checked"),
            participant,
            since,
        }
    }

    /// What a client answers.
    fn answer(&self) -> Vec<u8> {
        answer_to(&self.check, PASSWORD)
    }
}

/// Media moves by the answer of who knows the password, and by nothing like it.
pub(crate) fn answer(input: &[u8]) {
    let mut awaiting = Awaiting::new();
    let genuine = awaiting.answer();
    let transport = &mut awaiting.participant.transport;
    transport.handle_stun(ELSEWHERE, input, awaiting.since);
    if transport.remote() == Some(Path::from(ELSEWHERE)) {
        // The length is that of the whole message, whatever follows what is authentic.
        assert_eq!(input.get(..2), genuine.get(..2), "forged");
        assert_eq!(input.get(4..AUTHENTIC), genuine.get(4..AUTHENTIC), "forged");
    } else {
        assert_ne!(input, genuine, "the client's own answer is not taken");
    }
}

pub(crate) fn answer_seeds() -> Vec<Vec<u8>> {
    let awaiting = Awaiting::new();
    vec![awaiting.answer(), awaiting.check]
}
