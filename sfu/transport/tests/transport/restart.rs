//! ICE restarts, and doors that stay shut.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use proptest::prelude::*;
use rand::{SeedableRng, rngs::StdRng};
use sfu_transport::{
    Accepted, Certificate, OfferError, Path, SrtpError, Transport, TransportConfig, TransportOutput,
};

use crate::{
    checks,
    clients::{Client, Dimpl, fingerprint},
    network::{CLIENT, Network, lossless},
};

const ELSEWHERE: SocketAddr = SocketAddr::new(
    std::net::IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 7)),
    6_000,
);

fn config() -> TransportConfig {
    TransportConfig::new(
        Certificate::generate().unwrap(),
        vec![SocketAddr::from(([198, 51, 100, 1], 3_478))],
    )
}

fn rng() -> StdRng {
    StdRng::seed_from_u64(9)
}

fn outputs(transport: &mut Transport) -> Vec<TransportOutput> {
    std::iter::from_fn(|| transport.poll_output()).collect()
}

#[test]
fn an_ice_restart_moves_the_client_and_keeps_its_keys() {
    let start = Instant::now();
    let client = Dimpl::new(1_150, false, start);
    let offer = checks::offer(&client.fingerprint());
    let mut network = Network::new(client, start);
    network.shake_hands(Duration::from_secs(1), "dimpl", &mut lossless);
    let before = network.transport.local_ufrag().to_owned();

    let unchanged = network
        .transport
        .restart(&offer, &config(), &mut rng(), network.now)
        .unwrap();
    assert_eq!(
        checks::attribute(&unchanged, "ice-ufrag"),
        before,
        "nothing was restarted"
    );

    let restarting = offer.replace("ice-ufrag:client", "ice-ufrag:restarted");
    let answer = network
        .transport
        .restart(&restarting, &config(), &mut rng(), network.now)
        .unwrap();
    assert_ne!(checks::attribute(&answer, "ice-ufrag"), before);
    assert_eq!(
        checks::attribute(&answer, "ice-ufrag"),
        network.transport.local_ufrag()
    );
    let media = |sdp: &str| {
        let is_media = |line: &&str| line.starts_with("a=ssrc") || line.starts_with("a=mid");
        sdp.lines()
            .filter(is_media)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        media(&answer),
        media(&network.answer),
        "media stays as it was"
    );

    let old = checks::check(&network.answer, true);
    network.transport.handle_stun(CLIENT, &old, network.now);
    assert_eq!(network.transport.remote(), Some(CLIENT.into()));
    outputs(&mut network.transport);
    let new = checks::check_from(&answer, "restarted", true);
    network.transport.handle_stun(ELSEWHERE, &new, network.now);
    let validated = outputs(&mut network.transport);
    assert!(validated.contains(&TransportOutput::Validated(ELSEWHERE.into())));
    assert_eq!(
        network.transport.remote(),
        Some(CLIENT.into()),
        "media stays until the client is known to be there"
    );
    let own_check = checks::requests(&validated).remove(0);
    let answered = checks::answer_to(&own_check);
    network
        .transport
        .handle_stun(ELSEWHERE, &answered, network.now);
    assert_eq!(network.transport.remote(), Some(ELSEWHERE.into()));
    let moved = outputs(&mut network.transport);
    assert!(moved.contains(&TransportOutput::Selected(Some(ELSEWHERE.into()))));
    let mut out = [0; 100];
    assert!(
        network
            .transport
            .protect_rtcp(&[0x80, 201, 0, 1, 0, 0, 0, 1], &mut out)
            .is_ok()
    );
}

#[test]
fn a_restart_may_change_nothing_but_ice() {
    let own = fingerprint(b"own");
    let offer = checks::offer(&own);
    let now = Instant::now();
    let Accepted { mut transport, .. } =
        Transport::accept(&offer, &config(), &mut rng(), now).unwrap();
    let mut refused = |changed: String| {
        transport
            .restart(&changed, &config(), &mut rng(), now)
            .unwrap_err()
    };
    assert_eq!(
        refused(offer.replace(&own, &fingerprint(b"other"))),
        OfferError::CertificateChanged
    );
    for (from, to) in [
        ("111", "112"),
        ("a=mid:1", "a=mid:1x"),
        ("a=sendrecv", "a=recvonly"),
        ("a=sendrecv", "a=sendonly"),
    ] {
        let changed = offer
            .replace(from, to)
            .replace("BUNDLE 0 1", "BUNDLE 0 1 1x");
        assert_eq!(refused(changed), OfferError::LinesChanged, "{from} to {to}");
    }
}

#[test]
fn dtls_from_an_address_that_ice_never_validated_is_not_listened_to() {
    let start = Instant::now();
    let mut client = Dimpl::new(1_150, false, start);
    let offer = checks::offer(&client.fingerprint());
    let Accepted {
        mut transport,
        answer,
        ..
    } = Transport::accept(&offer, &config(), &mut rng(), start).unwrap();
    client.start(start);
    let hello = client.take_outgoing().remove(0);
    for _ in 0..1_000 {
        transport.handle_dtls(ELSEWHERE, &hello, start);
    }
    assert_eq!(outputs(&mut transport), []);
    assert_eq!(transport.refused().dtls_unvalidated, 1_000);
    transport.handle_stun(CLIENT, &checks::check(&answer, false), start);
    outputs(&mut transport);
    transport.handle_dtls(CLIENT, &hello, start);
    assert!(matches!(
        outputs(&mut transport)[..],
        [TransportOutput::Transmit {
            to: Path { remote: CLIENT, .. },
            ..
        }]
    ));
}

#[test]
fn a_closed_transport_takes_and_gives_nothing() {
    let start = Instant::now();
    let mut network = Network::new(Dimpl::new(1_150, false, start), start);
    network.shake_hands(Duration::from_secs(1), "dimpl", &mut lossless);
    network.transport.close();
    assert_eq!(
        outputs(&mut network.transport).len(),
        1,
        "close_notify goes out"
    );
    let check = checks::check(&network.answer, true);
    network.transport.handle_stun(CLIENT, &check, network.now);
    network
        .transport
        .handle_dtls(CLIENT, &[22; 100], network.now);
    network
        .transport
        .handle_timeout(network.now + Duration::from_secs(100));
    network.transport.close();
    assert_eq!(outputs(&mut network.transport), []);
    assert_eq!(
        network.transport.protect_rtcp(&[0x80; 8], &mut [0; 99]),
        Err(SrtpError::NotReady)
    );
}

#[test]
fn what_is_refused_is_counted_by_reason() {
    let now = Instant::now();
    let offer = checks::offer(&fingerprint(b"own"));
    let Accepted { mut transport, .. } =
        Transport::accept(&offer, &config(), &mut rng(), now).unwrap();
    transport.handle_stun(CLIENT, &[0; 20], now);
    transport.handle_dtls(CLIENT, &[22; 20], now);
    assert!(transport.unprotect_rtp(&mut [0x80; 40]).is_err());
    assert!(transport.unprotect_rtcp(&mut [0x80; 40]).is_err());
    let refused = transport.refused();
    assert_eq!(
        (refused.stun, refused.dtls_unvalidated, refused.before_keys),
        (1, 1, 2)
    );
}

proptest! {
    #[test]
    fn any_text_is_answered_or_refused_without_panic(text in "(v=0\r\n)?[ -~\r\n]{0,300}") {
        let _ = Transport::accept(&text, &config(), &mut rng(), Instant::now());
    }

    #[test]
    fn any_change_of_an_offer_is_answered_or_refused_without_panic(
        changes in proptest::collection::vec((0_usize..2_000, " |[a-z0-9:=;/~]|\r\n"), 1..8),
    ) {
        let mut offer = checks::offer(&fingerprint(b"own"));
        for (position, text) in changes {
            let position = position % offer.len();
            offer.replace_range(position..=position, &text);
        }
        if let Ok(accepted) = Transport::accept(&offer, &config(), &mut rng(), Instant::now()) {
            let lines = |sdp: &str| sdp.lines().filter(|line| line.starts_with("m=")).count();
            prop_assert_eq!(lines(&accepted.answer), lines(&offer));
        }
    }

    #[test]
    fn any_dtls_from_a_validated_address_is_taken_without_panic(
        datagrams in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..200), 1..4),
        changes in proptest::collection::vec((0_usize..300, any::<u8>()), 0..6),
    ) {
        let now = Instant::now();
        let mut client = Dimpl::new(1_150, false, now);
        let offer = checks::offer(&client.fingerprint());
        let Accepted { mut transport, answer, .. } =
            Transport::accept(&offer, &config(), &mut rng(), now).unwrap();
        transport.handle_stun(CLIENT, &checks::check(&answer, false), now);
        for datagram in datagrams {
            transport.handle_dtls(CLIENT, &datagram, now);
        }
        client.start(now);
        for round in 0..3 {
            for mut datagram in client.take_outgoing() {
                if round > 0 {
                    for (position, byte) in &changes {
                        let len = datagram.len();
                        datagram[position % len] = *byte;
                    }
                }
                transport.handle_dtls(CLIENT, &datagram, now);
            }
            for output in outputs(&mut transport) {
                if let TransportOutput::Transmit { bytes, .. } = output && bytes[0] >= 20 {
                    client.handle(&bytes, now);
                }
            }
        }
    }
}
