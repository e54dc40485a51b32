//! DTLS clients of other implementations behind one face.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::BytesMut;
use dimpl::{Dtls, DtlsCertificate, Output, SrtpProfile};
use ring::digest;
use rtc_crypto::default_provider;
use rtc_dtls::{
    cipher_suite::CipherSuiteId,
    config::{ConfigBuilder, ExtendedMasterSecretType},
    endpoint::{Endpoint, EndpointEvent},
    extension::extension_use_srtp::SrtpProtectionProfile,
};
use rtc_shared::TransportProtocol;

/// What the client exported, and the profile's number (RFC 5764 section 4.1.2).
pub(crate) type Keyed = (Vec<u8>, u16);

/// A DTLS client.
pub(crate) trait Client {
    fn start(&mut self, now: Instant);
    fn handle(&mut self, datagram: &[u8], now: Instant);
    fn handle_timeout(&mut self, now: Instant);
    fn poll_timeout(&self) -> Option<Instant>;
    fn take_outgoing(&mut self) -> Vec<Vec<u8>>;
    fn keyed(&self) -> Option<&Keyed>;
    fn fingerprint(&self) -> String;
    fn close(&mut self, now: Instant);
    fn was_closed(&self) -> bool;
}

pub(crate) fn fingerprint(certificate: &[u8]) -> String {
    let digest = digest::digest(&digest::SHA256, certificate);
    let digits: Vec<_> = digest
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect();
    format!("sha-256 {}", digits.join(":"))
}

/// dimpl, as DTLS 1.2 alone or with the hello of a client that would rather have 1.3.
pub(crate) struct Dimpl {
    dtls: Dtls,
    certificate: DtlsCertificate,
    outgoing: Vec<Vec<u8>>,
    timeout: Option<Instant>,
    connected: bool,
    keyed: Option<Keyed>,
    closed: bool,
}

impl Dimpl {
    pub(crate) fn new(mtu: usize, would_rather_have_13: bool, now: Instant) -> Self {
        let config = dimpl::Config::builder().flight_start_rto(Duration::from_millis(50));
        Self::with_config(config.mtu(mtu), would_rather_have_13, now)
    }

    /// A client that sends a flight again after so long at first; its timers repeat with the seed.
    pub(crate) fn waiting(
        first_wait: Duration,
        seed: u64,
        would_rather_have_13: bool,
        now: Instant,
    ) -> Self {
        let config = dimpl::Config::builder()
            .flight_start_rto(first_wait)
            .dangerously_set_rng_seed(seed);
        Self::with_config(config.mtu(1_150), would_rather_have_13, now)
    }

    fn with_config(config: dimpl::ConfigBuilder, would_rather_have_13: bool, now: Instant) -> Self {
        let certificate = dimpl::certificate::generate_self_signed_certificate().unwrap();
        let config = config
            .flight_retries(40)
            .handshake_timeout(Duration::from_secs(600))
            .build()
            .unwrap();
        let new = if would_rather_have_13 {
            Dtls::new_auto
        } else {
            Dtls::new_12
        };
        let mut dtls = new(Arc::new(config), certificate.clone(), now);
        dtls.set_active(true);
        Self {
            dtls,
            certificate,
            outgoing: Vec::new(),
            timeout: None,
            connected: false,
            keyed: None,
            closed: false,
        }
    }

    fn drain(&mut self) {
        let mut buffer = vec![0; 4_096];
        loop {
            match self.dtls.poll_output(&mut buffer) {
                Output::Packet(packet) => self.outgoing.push(packet.to_vec()),
                Output::Timeout(at) => {
                    self.timeout = Some(at);
                    return;
                }
                Output::Connected => self.connected = true,
                Output::KeyingMaterial(material, profile) => {
                    let number = match profile {
                        SrtpProfile::AES128_CM_SHA1_80 => 1,
                        SrtpProfile::AEAD_AES_128_GCM => 7,
                        SrtpProfile::AEAD_AES_256_GCM => 8,
                        other => panic!("a new profile: {other}"),
                    };
                    self.keyed = Some((material.to_vec(), number));
                }
                Output::CloseNotify => self.closed = true,
                Output::BufferTooSmall { needed } => buffer.resize(needed, 0),
                _ => {}
            }
        }
    }
}

impl Client for Dimpl {
    fn start(&mut self, now: Instant) {
        self.dtls.handle_timeout(now).unwrap();
        self.drain();
    }

    fn handle(&mut self, datagram: &[u8], now: Instant) {
        if self.dtls.handle_timeout(now).is_err() || self.dtls.handle_packet(datagram).is_err() {
            self.closed = true;
        }
        self.drain();
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.dtls.handle_timeout(now).unwrap();
        self.drain();
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.timeout
    }

    fn take_outgoing(&mut self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.outgoing)
    }

    fn keyed(&self) -> Option<&Keyed> {
        self.keyed.as_ref().filter(|_| self.connected)
    }

    fn fingerprint(&self) -> String {
        fingerprint(&self.certificate.certificate)
    }

    fn close(&mut self, now: Instant) {
        self.dtls.handle_timeout(now).unwrap();
        self.dtls.close().unwrap();
        self.drain();
    }

    fn was_closed(&self) -> bool {
        self.closed
    }
}

const SERVER: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 2);

/// rtc-dtls as a client.
pub(crate) struct RtcDtls {
    endpoint: Endpoint,
    config: ConfigBuilder,
    certificate: Vec<u8>,
    keyed: Option<Keyed>,
    closed: bool,
}

impl RtcDtls {
    /// A client that offers these SRTP profiles in this order.
    pub(crate) fn new(profiles: &[SrtpProtectionProfile], has_certificate: bool) -> Self {
        let provider = default_provider().unwrap();
        let certificate = rtc_dtls::crypto::Certificate::generate_self_signed(
            ["client".to_owned()],
            provider.crypto(),
        )
        .unwrap();
        let der = certificate.certificate[0].to_vec();
        let config = ConfigBuilder::default()
            .with_crypto_provider(provider)
            .with_certificates(if has_certificate {
                vec![certificate]
            } else {
                Vec::new()
            })
            .with_cipher_suites(vec![CipherSuiteId::Tls_Ecdhe_Ecdsa_With_Aes_128_Gcm_Sha256])
            .with_srtp_protection_profiles(profiles.to_vec())
            .with_extended_master_secret(ExtendedMasterSecretType::Require)
            .with_insecure_skip_verify(true);
        Self {
            endpoint: Endpoint::new(SERVER, TransportProtocol::UDP, None),
            config,
            certificate: der,
            keyed: None,
            closed: false,
        }
    }
}

impl Client for RtcDtls {
    fn start(&mut self, now: Instant) {
        let config = Arc::new(self.config.clone().build(true, Some(SERVER)).unwrap());
        self.endpoint.connect(now, SERVER, config, None).unwrap();
    }

    fn handle(&mut self, datagram: &[u8], now: Instant) {
        let Ok(events) = self
            .endpoint
            .read(now, SERVER, None, BytesMut::from(datagram))
        else {
            self.closed = true;
            return;
        };
        for event in events {
            match event {
                EndpointEvent::HandshakeComplete => {
                    let state = self.endpoint.get_connection_state(SERVER).unwrap();
                    let profile = state.srtp_protection_profile();
                    let len = if profile == SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm {
                        56
                    } else {
                        60
                    };
                    let material = state
                        .export_keying_material("EXTRACTOR-dtls_srtp", &[], len)
                        .unwrap();
                    self.keyed = Some((material.as_ref().to_vec(), profile as u16));
                }
                EndpointEvent::PeerClosed => self.closed = true,
                _ => {}
            }
        }
    }

    fn handle_timeout(&mut self, now: Instant) {
        if self.endpoint.handle_timeout(SERVER, now).is_err() {
            self.closed = true;
        }
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.endpoint.poll_timeout(&SERVER)
    }

    fn take_outgoing(&mut self) -> Vec<Vec<u8>> {
        std::iter::from_fn(|| self.endpoint.poll_transmit())
            .map(|transmit| transmit.message.to_vec())
            .collect()
    }

    fn keyed(&self) -> Option<&Keyed> {
        self.keyed.as_ref()
    }

    fn fingerprint(&self) -> String {
        fingerprint(&self.certificate)
    }

    fn close(&mut self, now: Instant) {
        self.endpoint.close(now).unwrap();
    }

    fn was_closed(&self) -> bool {
        self.closed
    }
}
