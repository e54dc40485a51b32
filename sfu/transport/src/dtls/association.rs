//! rtc-dtls, configured for one client and given whole records.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use bytes::BytesMut;
use rtc_crypto::{RTCCryptoProvider, SecretVec};
use rtc_dtls::{
    cipher_suite::CipherSuiteId,
    config::{ClientAuthType, ConfigBuilder, ExtendedMasterSecretType, HandshakeConfig},
    endpoint::{Endpoint, EndpointEvent},
    extension::extension_use_srtp::SrtpProtectionProfile,
};
use rtc_shared::{TransportProtocol, error::Error};

use super::{farewell::Farewell, fingerprint::Fingerprint};
use crate::{Certificate, srtp::Profile};

/// rtc-dtls tells peers apart by address; ours is one peer whose address may change.
pub(super) const PEER: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 1);

const EXPORTER_LABEL: &str = "EXTRACTOR-dtls_srtp";

/// What an association is made from.
pub(super) struct Settings {
    pub(super) certificate: Certificate,
    /// What the client's offer announced.
    pub(super) announced: Arc<[Fingerprint]>,
    pub(super) crypto: Arc<dyn RTCCryptoProvider>,
}

/// One handshake and what comes of it.
pub(super) struct Association {
    endpoint: Box<Endpoint>,
    config: Arc<HandshakeConfig>,
    announced: Arc<[Fingerprint]>,
    /// Set when the client's certificate is a wrong one.
    wrong_certificate: Arc<AtomicBool>,
}

/// What a record led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    Going,
    Complete,
}

/// Why there will be no keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    WrongCertificate,
    Handshake,
}

impl Association {
    /// An association that agrees on this profile alone.
    pub(super) fn new(settings: &Settings, profile: Profile) -> Result<Self, Failure> {
        let wrong_certificate = Arc::new(AtomicBool::new(false));
        let config = config(settings, profile, Arc::clone(&wrong_certificate))
            .build(false, Some(PEER))
            .map_err(|_| Failure::Handshake)?;
        let config = Arc::new(config);
        let endpoint = Endpoint::new(PEER, TransportProtocol::UDP, Some(Arc::clone(&config)));
        Ok(Self {
            endpoint: Box::new(endpoint),
            config,
            announced: Arc::clone(&settings.announced),
            wrong_certificate,
        })
    }

    /// Gives rtc-dtls a record.
    pub(super) fn give(&mut self, record: &[u8], now: Instant) -> Result<Progress, Failure> {
        let events = self
            .endpoint
            .read(now, PEER, None, BytesMut::from(record))
            .map_err(|_| self.failure())?;
        let progress = events.iter().find_map(|event| match event {
            EndpointEvent::HandshakeComplete => Some(Progress::Complete),
            _ => None,
        });
        Ok(progress.unwrap_or(Progress::Going))
    }

    /// The datagrams that rtc-dtls wants sent.
    pub(super) fn take_outgoing(&mut self) -> Vec<Vec<u8>> {
        std::iter::from_fn(|| self.endpoint.poll_transmit())
            .map(|transmit| transmit.message.to_vec())
            .collect()
    }

    /// The keys of a completed handshake (RFC 5764 section 4.2).
    pub(super) fn keys(&self) -> Result<(Profile, SecretVec), Failure> {
        let state = self
            .endpoint
            .get_connection_state(PEER)
            .ok_or(Failure::Handshake)?;
        if !is_announced(&self.announced, &state.peer_certificates) {
            return Err(Failure::WrongCertificate);
        }
        let profile = match state.srtp_protection_profile() {
            SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm => Profile::AeadAes128Gcm,
            SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80 => Profile::Aes128CmSha1_80,
            _ => return Err(Failure::Handshake),
        };
        state
            .export_keying_material(EXPORTER_LABEL, &[], profile.keying_material_len())
            .map(|keying_material| (profile, keying_material))
            .map_err(|_| Failure::Handshake)
    }

    /// What is left of it once it is complete.
    pub(super) fn farewell(self, settings: &Settings, now: Instant) -> Result<Farewell, Failure> {
        let crypto = Arc::clone(&settings.crypto);
        Farewell::of(*self.endpoint, self.config, crypto, now).map_err(|_| Failure::Handshake)
    }

    fn failure(&self) -> Failure {
        if self.wrong_certificate.load(Ordering::Relaxed) {
            Failure::WrongCertificate
        } else {
            Failure::Handshake
        }
    }
}

fn config(
    settings: &Settings,
    profile: Profile,
    wrong_certificate: Arc<AtomicBool>,
) -> ConfigBuilder {
    let announced = Arc::clone(&settings.announced);
    ConfigBuilder::default()
        .with_crypto_provider(Arc::clone(&settings.crypto))
        .with_certificates(vec![settings.certificate.dtls().clone()])
        .with_cipher_suites(vec![CipherSuiteId::Tls_Ecdhe_Ecdsa_With_Aes_128_Gcm_Sha256])
        .with_srtp_protection_profiles(vec![match profile {
            Profile::AeadAes128Gcm => SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm,
            Profile::Aes128CmSha1_80 => SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80,
        }])
        .with_extended_master_secret(ExtendedMasterSecretType::Require)
        .with_client_auth(ClientAuthType::RequireAnyClientCert)
        // No authority signs these certificates; the offer's fingerprint vouches for them.
        .with_insecure_skip_verify(true)
        .with_verify_peer_certificate(Some(Arc::new(move |certificates, _| {
            if is_announced(&announced, certificates) {
                Ok(())
            } else {
                wrong_certificate.store(true, Ordering::Relaxed);
                Err(Error::ErrInvalidCertificate)
            }
        })))
}

fn is_announced(announced: &[Fingerprint], certificates: &[Vec<u8>]) -> bool {
    certificates
        .first()
        .is_some_and(|own| Fingerprint::announced(announced, own))
}
