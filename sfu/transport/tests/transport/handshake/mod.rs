//! The DTLS handshake: the clients that shake hands with us, and what both ends have then.

mod ends;
mod forgeries;
mod losses;

use std::time::{Duration, Instant};

use rtc_crypto::default_provider;
use rtc_dtls::extension::extension_use_srtp::SrtpProtectionProfile;
use rtc_srtp::{context::Context, protection_profile::ProtectionProfile};
use sfu_transport::SrtpError;

use crate::{
    clients::{Client, Dimpl, RtcDtls},
    network::{Network, lossless},
};

const GCM: SrtpProtectionProfile = SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm;
const CM: SrtpProtectionProfile = SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80;

/// Chromium's order of profiles.
fn rtc_dtls() -> RtcDtls {
    RtcDtls::new(&[CM, GCM], true)
}

fn boxed(client: impl Client + 'static) -> Box<dyn Client> {
    Box::new(client)
}

impl Client for Box<dyn Client> {
    fn start(&mut self, now: Instant) {
        (**self).start(now);
    }
    fn handle(&mut self, datagram: &[u8], now: Instant) {
        (**self).handle(datagram, now);
    }
    fn handle_timeout(&mut self, now: Instant) {
        (**self).handle_timeout(now);
    }
    fn poll_timeout(&self) -> Option<Instant> {
        (**self).poll_timeout()
    }
    fn take_outgoing(&mut self) -> Vec<Vec<u8>> {
        (**self).take_outgoing()
    }
    fn keyed(&self) -> Option<&(Vec<u8>, u16)> {
        (**self).keyed()
    }
    fn fingerprint(&self) -> String {
        (**self).fingerprint()
    }
    fn close(&mut self, now: Instant) {
        (**self).close(now);
    }
    fn was_closed(&self) -> bool {
        (**self).was_closed()
    }
}

/// The clients, by name: among them one whose hello needs several datagrams, as Chromium's does, and
/// one whose every message is in pieces.
fn clients(now: Instant) -> [(&'static str, Box<dyn Client>); 4] {
    [
        ("dimpl 1.2", boxed(Dimpl::new(1_150, false, now))),
        (
            "dimpl that would rather have 1.3",
            boxed(Dimpl::new(1_150, true, now)),
        ),
        ("dimpl in pieces", boxed(Dimpl::new(200, true, now))),
        ("rtc-dtls", boxed(rtc_dtls())),
    ]
}

const CLIENTS: usize = 4;

/// The clients whose own retransmission is sound. rtc-dtls as a client stops its timer whenever a
/// spare flight reaches it, so it may lose each of its flights once only.
const SOUND_CLIENTS: usize = 3;

fn client(index: usize, now: Instant) -> (&'static str, Box<dyn Client>) {
    clients(now).into_iter().nth(index).unwrap()
}

#[test]
fn without_loss_three_round_trips_are_enough() {
    for index in 0..CLIENTS {
        let start = Instant::now();
        let (name, client) = client(index, start);
        let mut network = Network::new(client, start);
        network.shake_hands(Duration::from_millis(150), name, &mut lossless);
    }
}

#[test]
fn the_handshake_tells_the_round_trip_of_who_is_near_and_of_who_is_far() {
    for (one_way_ms, index) in [25, 200]
        .into_iter()
        .flat_map(|ms| (0..CLIENTS).map(move |index| (ms, index)))
    {
        let start = Instant::now();
        let (name, client) = client(index, start);
        let mut network = Network::new(client, start);
        let one_way = Duration::from_millis(one_way_ms);
        network.shake_hands(Duration::from_secs(3), name, &mut |_, _| vec![one_way]);
        let told = network.transport.handshake_round_trip();
        assert_eq!(told, Some(one_way * 2), "{name}");
    }
}

#[test]
fn both_ends_have_the_same_keys_and_gcm_wherever_the_client_has_it() {
    for (profiles, number, theirs, salt_len) in [
        (&[CM, GCM][..], 7, ProtectionProfile::AeadAes128Gcm, 12),
        (&[GCM, CM], 7, ProtectionProfile::AeadAes128Gcm, 12),
        (&[CM], 1, ProtectionProfile::Aes128CmHmacSha1_80, 14),
    ] {
        let mut network = Network::new(RtcDtls::new(profiles, true), Instant::now());
        let mut packet = [
            [0x80, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9, 1, 2, 3, 4],
            [0; 16],
        ]
        .concat();
        assert_eq!(
            network.transport.unprotect_rtp(&mut packet),
            Err(SrtpError::NotReady)
        );
        network.shake_hands(Duration::from_secs(1), "keys", &mut lossless);
        let (material, agreed) = network.client.keyed().unwrap();
        assert_eq!(*agreed, number);
        let mut sending = Context::new(
            &material[..16],
            &material[32..][..salt_len],
            theirs,
            None,
            None,
            default_provider().unwrap().crypto(),
        )
        .unwrap();
        let mut sealed = sending.encrypt_rtp(&packet[..16]).unwrap().to_vec();
        let (_, len) = network.transport.unprotect_rtp(&mut sealed).unwrap();
        assert_eq!(len, 16);
        assert_eq!(sealed[..16], packet[..16]);
    }
}
