//! What ends a handshake, or the connection that it made.

use std::time::{Duration, Instant};

use rtc_dtls::extension::extension_use_srtp::SrtpProtectionProfile;
use sfu_transport::CloseReason;

use super::{CLIENTS, GCM, client, rtc_dtls};
use crate::{
    clients::{Client, Dimpl, RtcDtls},
    network::{Network, lossless},
};

#[test]
fn a_certificate_that_was_not_announced_ends_it_before_any_key() {
    let other = Dimpl::new(1_150, false, Instant::now()).fingerprint();
    for index in 0..CLIENTS {
        let start = Instant::now();
        let (name, client) = client(index, start);
        let mut network = Network::with_fingerprint(client, &other, start);
        network.client.start(start);
        let closed = network.run(Duration::from_secs(2), &mut lossless, |network| {
            network.closed.is_some()
        });
        assert!(closed && !network.connected, "{name}");
        assert_eq!(
            network.closed,
            Some(CloseReason::WrongCertificate),
            "{name}"
        );
        assert_eq!(network.transport.poll_timeout(), None);
    }
}

#[test]
fn a_client_without_a_certificate_is_refused() {
    let client = RtcDtls::new(&[GCM], false);
    let mut network = Network::new(client, Instant::now());
    network.client.start(network.now);
    network.run(Duration::from_secs(2), &mut lossless, |network| {
        network.closed.is_some()
    });
    assert_eq!(network.closed, Some(CloseReason::WrongCertificate));
    assert!(!network.connected);
}

#[test]
fn a_client_without_a_profile_that_we_have_is_refused_at_its_hello() {
    let client = RtcDtls::new(&[SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_32], true);
    let mut network = Network::new(client, Instant::now());
    network.client.start(network.now);
    network.run(Duration::from_secs(2), &mut lossless, |network| {
        network.closed.is_some() && network.client.was_closed()
    });
    assert_eq!(network.closed, Some(CloseReason::HandshakeFailed));
    assert!(
        network.client.was_closed(),
        "the client is told by an alert"
    );
}

#[test]
fn either_end_can_say_goodbye() {
    for index in 0..CLIENTS {
        let start = Instant::now();
        let (name, client) = client(index, start);
        let mut network = Network::new(client, start);
        network.shake_hands(Duration::from_secs(1), name, &mut lossless);
        network.client.close(network.now);
        network.run(Duration::from_secs(1), &mut lossless, |network| {
            network.closed.is_some()
        });
        assert_eq!(network.closed, Some(CloseReason::PeerClosed), "{name}");

        let (name, client) = self::client(index, start);
        let mut network = Network::new(client, start);
        network.shake_hands(Duration::from_secs(1), name, &mut lossless);
        network.transport.close();
        let told = network.run(Duration::from_secs(1), &mut lossless, |network| {
            network.client.was_closed()
        });
        assert!(told, "{name}");
        assert_eq!(network.transport.poll_timeout(), None);
    }
}

#[test]
fn a_handshake_that_never_comes_ends_after_a_minute() {
    let start = Instant::now();
    let mut network = Network::new(rtc_dtls(), start);
    network.run(Duration::from_secs(70), &mut lossless, |network| {
        network.closed.is_some()
    });
    assert_eq!(network.closed, Some(CloseReason::HandshakeFailed));
    assert_eq!(network.elapsed(), Duration::from_secs(60));
}
