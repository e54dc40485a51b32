//! STUN, DTLS, and what tells them apart.

use std::{
    cell::RefCell,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use benches::participant::{self, Participant};
use dimpl::{Dtls, Output};
use rand::{SeedableRng, rngs::StdRng};
use sfu_transport::{
    Accepted, Certificate, Kind, Label, Transport, TransportConfig, TransportOutput, classify,
    media_ssrc, port_of_ufrag, stun_local_ufrag,
};
use testkit::stun::{self, attribute};

use crate::{datagrams, framed, media, text};

const CLIENT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 50_000);

/// A configuration, made once: its certificate costs more than a run.
pub(crate) fn config() -> &'static TransportConfig {
    static CONFIG: OnceLock<TransportConfig> = OnceLock::new();
    CONFIG.get_or_init(|| {
        let certificate = Certificate::generate().expect("the system gives randomness");
        TransportConfig::new(certificate, vec![CLIENT])
    })
}

/// A transport that is the same in every run but for the time.
fn transport(now: Instant) -> (Transport, String) {
    let mut rng = StdRng::seed_from_u64(1);
    let offer = text::CHROMIUM;
    let Accepted {
        transport, answer, ..
    } = Transport::accept(offer, config(), &mut rng, now).expect("a browser's offer");
    (transport, answer)
}

/// A connectivity check for the transport, the same in every run.
fn check(answer: &str, nominates: bool) -> Vec<u8> {
    let theirs = attribute(text::CHROMIUM, "ice-ufrag");
    stun::check(answer, theirs, nominates, [9; 12])
}

/// A STUN message is answered with at most one, and no longer than twice as long.
pub(crate) fn stun(input: &[u8]) {
    let now = Instant::now();
    let (mut transport, _) = transport(now);
    transport.handle_stun(CLIENT, input, now);
    let mut sent = 0;
    while let Some(output) = transport.poll_output() {
        if let TransportOutput::Transmit { bytes, .. } = output {
            sent += bytes.len();
        }
    }
    assert!(sent <= 2 * input.len() + 64, "an amplifier");
}

pub(crate) fn stun_seeds() -> Vec<Vec<u8>> {
    let (_, answer) = transport(Instant::now());
    vec![check(&answer, false), check(&answer, true)]
}

/// Whatever a validated address sends as DTLS, the transport goes on or closes, in bounded time.
pub(crate) fn dtls(input: &[u8]) {
    let mut now = Instant::now();
    let (mut transport, answer) = transport(now);
    transport.handle_stun(CLIENT, &check(&answer, true), now);
    for datagram in datagrams(input) {
        transport.handle_dtls(CLIENT, &datagram, now);
        while transport.poll_output().is_some() {}
        now += Duration::from_millis(7);
    }
    for _ in 0..200 {
        let Some(at) = transport.poll_timeout() else {
            return;
        };
        now = now.max(at);
        transport.handle_timeout(now);
        while transport.poll_output().is_some() {}
    }
    panic!("the transport never closes");
}

/// A client's first flights: whole, again, and in pieces.
pub(crate) fn dtls_seeds() -> Vec<Vec<u8>> {
    let certificate = dimpl::certificate::generate_self_signed_certificate()
        .expect("the system gives randomness");
    let config = dimpl::Config::builder().build().expect("as it comes");
    let mut now = Instant::now();
    let mut client = Dtls::new_12(Arc::new(config), certificate, now);
    client.set_active(true);
    let (mut transport, answer) = transport(now);
    transport.handle_stun(CLIENT, &check(&answer, true), now);
    let mut sent: Vec<Vec<u8>> = Vec::new();
    let mut buffer = vec![0; 4096];
    for _ in 0..6 {
        client.handle_timeout(now).expect("it goes on");
        loop {
            match client.poll_output(&mut buffer) {
                Output::Packet(packet) => {
                    sent.push(packet.to_vec());
                    transport.handle_dtls(CLIENT, packet, now);
                }
                Output::Timeout(_) => break,
                _ => {}
            }
        }
        while let Some(output) = transport.poll_output() {
            if let TransportOutput::Transmit { bytes, .. } = output
                && classify(&bytes) == Kind::Dtls
            {
                // The offer announced another certificate: at the end the server refuses this one.
                let _ = client.handle_packet(&bytes);
            }
        }
        now += Duration::from_millis(1);
    }
    let alert = vec![21, 254, 253, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 2, 40];
    vec![
        framed(&sent),
        framed(&[sent.clone(), sent.clone()].concat()),
        framed(&sent[..1]),
        framed(&[sent[0].clone(), alert]),
    ]
}

/// A datagram is one kind, and only what is STUN names a participant.
/// Whoever has not the client's keys does not end its connection.
pub(crate) fn goodbye(input: &[u8]) {
    thread_local! {
        static PARTICIPANT: RefCell<(Participant, Instant)> = {
            let now = Instant::now();
            RefCell::new((Participant::connected(now), now))
        };
    }
    PARTICIPANT.with_borrow_mut(|(participant, since)| {
        let transport = &mut participant.transport;
        transport.handle_dtls(participant::CLIENT, input, *since);
        while let Some(output) = transport.poll_output() {
            assert!(
                !matches!(output, TransportOutput::Closed(_)),
                "closed by a stranger"
            );
        }
    });
}

/// Alerts and handshake records, of before the keys and after them.
pub(crate) fn goodbye_seeds() -> Vec<Vec<u8>> {
    let record = |content_type, epoch, content: &[u8]| {
        let len = u8::try_from(content.len()).expect("a short content");
        [
            &[content_type, 0xfe, 0xfd, 0, epoch, 0, 0, 0, 0, 0, 9, 0, len],
            content,
        ]
        .concat()
    };
    let kinds = [21, 22].into_iter().flat_map(|kind| [(kind, 0), (kind, 1)]);
    kinds
        .flat_map(|(kind, epoch)| {
            [&[1, 0][..], &[7; 26]].map(|content| record(kind, epoch, content))
        })
        .collect()
}

pub(crate) fn classified(input: &[u8]) {
    let kind = classify(input);
    assert!(media_ssrc(input).is_none() || matches!(kind, Kind::Rtp | Kind::Rtcp));
    assert!(Label::of_answer(input).is_none() || matches!(kind, Kind::Stun | Kind::Junk));
    if let Some(ufrag) = stun_local_ufrag(input) {
        assert!(kind == Kind::Stun || input[0] > 3);
        assert!(port_of_ufrag(ufrag).is_none_or(|port| port < 4096));
    }
}

pub(crate) fn classify_seeds() -> Vec<Vec<u8>> {
    let mut seeds = stun_seeds();
    seeds.extend(datagrams(&dtls_seeds()[0]));
    seeds.extend(media::rtp_seeds());
    seeds.extend(media::rtcp_seeds());
    seeds
}
