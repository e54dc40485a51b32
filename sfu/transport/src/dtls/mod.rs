//! The DTLS handshake (RFC 6347), server side, sound under any loss.
//!
//! rtc-dtls does the cryptography and the messages. Its own retransmission can stall for good, and
//! its fragment buffer trusts what peers claim, so it never sees the network: [`DtlsServer`] gives it
//! every handshake message whole, in order and once, as if no datagram was ever lost
//! ([`Reassembly`]), and takes its flights to send them itself, again whenever needed ([`Flight`]).
//! `docs/adr/0002-dtls.md` tells why.
//!
//! - The client's ClientHello decides the SRTP profile before rtc-dtls is configured.
//! - ChangeCipherSpec and the encrypted Finished wait until all messages before them are there.
//! - The certificate must be one that the offer announced; else nothing is keyed.
//! - Once connected, only alerts are of interest; a repeated flight brings our last one again.
//!
//! The Extended Master Secret (RFC 7627) is required. The client's signature in CertificateVerify
//! covers the whole handshake up to its keys, which rtc-dtls verifies.

mod client_hello;
mod fingerprint;
mod flight;
mod reassembly;
mod record;

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::BytesMut;
use rtc_crypto::{RTCCryptoProvider, SecretVec};
use rtc_dtls::{
    cipher_suite::CipherSuiteId,
    config::{ClientAuthType, ConfigBuilder, ExtendedMasterSecretType},
    endpoint::{Endpoint, EndpointEvent},
    extension::extension_use_srtp::SrtpProtectionProfile,
};
use rtc_shared::{TransportProtocol, error::Error};

use self::{
    flight::Flight,
    reassembly::{Message, Pushed, Reassembly},
    record::{ALERT, CHANGE_CIPHER_SPEC, HANDSHAKE, Record},
};
use crate::{Certificate, srtp::Profile};

pub(crate) use self::fingerprint::{Fingerprint, HashFunction};

/// The handshake must be done by then, counted from the transport's beginning.
pub(crate) const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(60);

/// rtc-dtls tells peers apart by address; ours is one peer whose address may change.
const PEER: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 1);

/// Encrypted records that arrived before their keys. A client sends one, perhaps again.
const EARLY_MAX: usize = 4;
const EARLY_LEN_MAX: usize = 512;

const EXPORTER_LABEL: &str = "EXTRACTOR-dtls_srtp";

const FATAL: u8 = 2;
const CLOSE_NOTIFY: u8 = 0;
const HANDSHAKE_FAILURE: [u8; 2] = [FATAL, 40];

/// What a datagram or the time led to.
#[derive(Debug)]
pub(crate) enum DtlsEvent {
    /// The keys are agreed.
    Connected {
        profile: Profile,
        keying_material: SecretVec,
    },
    /// The client closed, or sent a fatal alert.
    PeerClosed,
    /// The client's certificate is not the one that was announced.
    WrongCertificate,
    /// The handshake cannot succeed.
    HandshakeFailed,
}

/// The server's end of one participant's DTLS.
pub(crate) struct DtlsServer {
    certificate: Certificate,
    /// What the offer announced.
    announced: Arc<[Fingerprint]>,
    crypto: Arc<dyn RTCCryptoProvider>,
    state: State,
    reassembly: Reassembly,
    flight: Flight,
    outgoing: Vec<Vec<u8>>,
    /// Of the next plaintext record that we send, and of the next that rtc-dtls is given.
    next_sent: u64,
    next_given: u64,
    deadline: Instant,
}

enum State {
    AwaitClientHello,
    Handshaking(Handshaking),
    Connected(Box<Endpoint>),
    Closed,
}

struct Handshaking {
    endpoint: Box<Endpoint>,
    /// Set when the client's certificate is a wrong one.
    wrong_certificate: Arc<AtomicBool>,
    /// ChangeCipherSpec, as far as it has come.
    keys_change: KeysChange,
    /// Encrypted records that wait for ChangeCipherSpec.
    early: Vec<Vec<u8>>,
}

/// The way of the client's ChangeCipherSpec to rtc-dtls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum KeysChange {
    NotYet { arrived: bool, verified: bool },
    Done,
}

impl DtlsServer {
    pub(crate) fn new(
        certificate: Certificate,
        announced: Vec<Fingerprint>,
        crypto: Arc<dyn RTCCryptoProvider>,
        now: Instant,
    ) -> Self {
        Self {
            certificate,
            announced: announced.into(),
            crypto,
            state: State::AwaitClientHello,
            reassembly: Reassembly::default(),
            flight: Flight::default(),
            outgoing: Vec::new(),
            next_sent: 0,
            next_given: 0,
            deadline: now + HANDSHAKE_TIMEOUT,
        }
    }

    /// What the client announced in its offer.
    pub(crate) fn announced(&self) -> &[Fingerprint] {
        &self.announced
    }

    /// The next datagrams to send, in order.
    pub(crate) fn take_outgoing(&mut self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.outgoing)
    }

    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        let again = self.flight.next_timeout();
        match self.state {
            State::AwaitClientHello | State::Handshaking(_) => {
                Some(again.map_or(self.deadline, |at| at.min(self.deadline)))
            }
            State::Connected(_) => again,
            State::Closed => None,
        }
    }

    pub(crate) fn handle_timeout(&mut self, now: Instant) -> Option<DtlsEvent> {
        match self.state {
            State::Closed => return None,
            State::AwaitClientHello | State::Handshaking(_) if now >= self.deadline => {
                self.state = State::Closed;
                return Some(DtlsEvent::HandshakeFailed);
            }
            State::AwaitClientHello | State::Handshaking(_) | State::Connected(_) => {}
        }
        let again = self.flight.handle_timeout(now, &mut self.next_sent);
        self.outgoing.extend(again);
        None
    }

    /// The client has the keys, as an authentic packet of its shows: our last flight arrived.
    pub(crate) fn confirm(&mut self) {
        self.flight.arrived();
    }

    /// Takes a datagram from the client.
    pub(crate) fn handle(&mut self, datagram: &[u8], now: Instant) -> Option<DtlsEvent> {
        let mut repeated = false;
        for record in record::records(datagram) {
            match (record.content_type, record.epoch) {
                (HANDSHAKE, 0) => repeated |= self.push_fragments(record.fragment),
                (HANDSHAKE, 1) if matches!(self.state, State::Connected(_)) => repeated = true,
                (ALERT, _) => {
                    if let Some(event) = self.handle_alert(record, now) {
                        return Some(event);
                    }
                }
                _ => self.keep_for_later(record),
            }
        }
        if let Some(event) = self.advance(now) {
            return Some(event);
        }
        if repeated && !matches!(self.state, State::Closed) {
            let again = self.flight.repeat(now, &mut self.next_sent);
            self.outgoing.extend(again);
        }
        None
    }

    /// Says goodbye, if there are keys to say it with.
    pub(crate) fn close(&mut self, now: Instant) {
        if let State::Connected(mut endpoint) = std::mem::replace(&mut self.state, State::Closed) {
            endpoint.stop(now, PEER);
            let sent = self.drain(&mut endpoint);
            self.outgoing.extend(sent);
        }
    }

    /// Keeps the fragments of a handshake record; tells whether they repeat a flight.
    fn push_fragments(&mut self, record: &[u8]) -> bool {
        let mut repeated = false;
        for fragment in record::fragments(record) {
            repeated |= match self.state {
                State::Connected(_) => true,
                State::Closed => false,
                State::AwaitClientHello | State::Handshaking(_) => {
                    self.reassembly.push(fragment) == Pushed::Repeated
                }
            };
        }
        repeated
    }

    /// Before there are keys an alert is plaintext, and ends what is not yet begun; afterwards only
    /// an authentic one counts.
    fn handle_alert(&mut self, record: Record<'_>, now: Instant) -> Option<DtlsEvent> {
        match &mut self.state {
            State::AwaitClientHello | State::Handshaking(_) if record.epoch == 0 => {
                let [level, description] = *record.fragment.first_chunk()?;
                let event = match (level, description) {
                    (_, CLOSE_NOTIFY) => DtlsEvent::PeerClosed,
                    (FATAL, _) => DtlsEvent::HandshakeFailed,
                    _ => return None,
                };
                self.state = State::Closed;
                Some(event)
            }
            State::Connected(endpoint) if record.epoch == 1 => {
                let given = endpoint.read(now, PEER, None, BytesMut::from(record.whole));
                let closed = match given {
                    Ok(events) => events
                        .iter()
                        .any(|event| matches!(event, EndpointEvent::PeerClosed)),
                    Err(_) => true,
                };
                if !closed {
                    return None;
                }
                self.send_last_words();
                Some(DtlsEvent::PeerClosed)
            }
            _ => None,
        }
    }

    /// What rtc-dtls answers to a closing peer goes out, and nothing after it.
    fn send_last_words(&mut self) {
        if let State::Connected(mut endpoint) = std::mem::replace(&mut self.state, State::Closed) {
            let sent = self.drain(&mut endpoint);
            self.outgoing.extend(sent);
        }
    }

    /// ChangeCipherSpec and encrypted handshake records may come before what they build on.
    fn keep_for_later(&mut self, record: Record<'_>) {
        let State::Handshaking(handshaking) = &mut self.state else {
            return;
        };
        match (record.content_type, record.epoch) {
            (CHANGE_CIPHER_SPEC, 0) => handshaking.keys_change.arrive(),
            (HANDSHAKE, 1)
                if handshaking.early.len() < EARLY_MAX && record.whole.len() <= EARLY_LEN_MAX =>
            {
                handshaking.early.push(record.whole.to_vec());
            }
            _ => {}
        }
    }

    /// Gives rtc-dtls whatever is due.
    fn advance(&mut self, now: Instant) -> Option<DtlsEvent> {
        while let Some(given) = self.next_due() {
            if let Err(event) = self.give(given, now) {
                self.state = State::Closed;
                return Some(event);
            }
            if let State::Connected(endpoint) = &self.state {
                let connected = connected_event(endpoint, &self.announced);
                if !matches!(connected, DtlsEvent::Connected { .. }) {
                    self.state = State::Closed;
                }
                return Some(connected);
            }
        }
        None
    }

    /// The next record for rtc-dtls, if all before it were given.
    fn next_due(&mut self) -> Option<Due> {
        if matches!(self.state, State::Connected(_) | State::Closed) {
            return None;
        }
        if let Some(message) = self.reassembly.pop() {
            return Some(Due::Message(message));
        }
        let State::Handshaking(handshaking) = &mut self.state else {
            return None;
        };
        if handshaking.keys_change.take_due() {
            return Some(Due::ChangeCipherSpec);
        }
        if handshaking.keys_change == KeysChange::Done {
            return handshaking.early.pop().map(Due::Encrypted);
        }
        None
    }

    fn give(&mut self, due: Due, now: Instant) -> Result<(), DtlsEvent> {
        if let (State::AwaitClientHello, Due::Message(message)) = (&self.state, &due) {
            self.state = State::Handshaking(self.begin(message)?);
        }
        let record = match &due {
            Due::Message(message) => {
                let message =
                    record::whole_message(message.message_type, message.message_seq, &message.body);
                self.plaintext_record(HANDSHAKE, &message)
            }
            Due::ChangeCipherSpec => self.plaintext_record(CHANGE_CIPHER_SPEC, &[1]),
            Due::Encrypted(record) => record.clone(),
        };
        let State::Handshaking(mut handshaking) = std::mem::replace(&mut self.state, State::Closed)
        else {
            return Ok(());
        };
        let given = handshaking
            .endpoint
            .read(now, PEER, None, BytesMut::from(&record[..]));
        let sent = self.drain(&mut handshaking.endpoint);
        let events = given.map_err(|_| {
            self.outgoing.extend(sent.iter().cloned());
            handshaking.failure()
        })?;
        let is_complete = events
            .iter()
            .any(|event| matches!(event, EndpointEvent::HandshakeComplete));
        if !sent.is_empty() {
            self.outgoing.extend(sent.iter().cloned());
            let wait = if is_complete {
                flight::LAST_WAIT
            } else {
                flight::ANSWER_WAIT
            };
            self.flight = Flight::sent(sent, wait, now);
        }
        if let Due::Message(message) = &due {
            handshaking.after(message).inspect_err(|_| self.refuse())?;
        }
        self.state = if is_complete {
            State::Connected(handshaking.endpoint)
        } else {
            State::Handshaking(handshaking)
        };
        Ok(())
    }

    fn plaintext_record(&mut self, content_type: u8, fragment: &[u8]) -> Vec<u8> {
        let record = record::plaintext_record(content_type, self.next_given, fragment);
        self.next_given += 1;
        record
    }

    /// Configures rtc-dtls for what the client's hello offers.
    fn begin(&mut self, message: &Message) -> Result<Handshaking, DtlsEvent> {
        let profile = (message.message_type == record::CLIENT_HELLO)
            .then(|| client_hello::best_profile(&message.body))
            .flatten();
        let Some(profile) = profile else {
            self.refuse();
            return Err(DtlsEvent::HandshakeFailed);
        };
        let wrong_certificate = Arc::new(AtomicBool::new(false));
        let config = self
            .config(profile, Arc::clone(&wrong_certificate))
            .build(false, Some(PEER))
            .map_err(|_| DtlsEvent::HandshakeFailed)?;
        let endpoint = Endpoint::new(PEER, TransportProtocol::UDP, Some(Arc::new(config)));
        Ok(Handshaking {
            endpoint: Box::new(endpoint),
            wrong_certificate,
            keys_change: KeysChange::NotYet {
                arrived: false,
                verified: false,
            },
            early: Vec::new(),
        })
    }

    /// Tells the client that there will be no handshake.
    fn refuse(&mut self) {
        let alert = record::plaintext_record(ALERT, self.next_sent, &HANDSHAKE_FAILURE);
        self.next_sent += 1;
        self.outgoing.push(alert);
    }

    fn config(&self, profile: Profile, wrong_certificate: Arc<AtomicBool>) -> ConfigBuilder {
        let announced = Arc::clone(&self.announced);
        ConfigBuilder::default()
            .with_crypto_provider(Arc::clone(&self.crypto))
            .with_certificates(vec![self.certificate.dtls().clone()])
            .with_cipher_suites(vec![CipherSuiteId::Tls_Ecdhe_Ecdsa_With_Aes_128_Gcm_Sha256])
            .with_srtp_protection_profiles(vec![match profile {
                Profile::AeadAes128Gcm => SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm,
                Profile::Aes128CmSha1_80 => SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80,
            }])
            .with_extended_master_secret(ExtendedMasterSecretType::Require)
            .with_client_auth(ClientAuthType::RequireAnyClientCert)
            .with_insecure_skip_verify(true)
            .with_verify_peer_certificate(Some(Arc::new(move |certificates, _| {
                let own = certificates.first().map(Vec::as_slice).unwrap_or_default();
                if Fingerprint::announced(&announced, own) {
                    Ok(())
                } else {
                    wrong_certificate.store(true, Ordering::Relaxed);
                    Err(Error::ErrInvalidCertificate)
                }
            })))
    }

    /// What rtc-dtls wants sent, numbered by us.
    fn drain(&mut self, endpoint: &mut Endpoint) -> Vec<Vec<u8>> {
        std::iter::from_fn(|| endpoint.poll_transmit())
            .map(|transmit| {
                let mut datagram = transmit.message.to_vec();
                record::renumber(&mut datagram, &mut self.next_sent);
                datagram
            })
            .collect()
    }
}

/// Something that rtc-dtls is given next.
enum Due {
    Message(Message),
    ChangeCipherSpec,
    Encrypted(Vec<u8>),
}

impl KeysChange {
    fn arrive(&mut self) {
        if let Self::NotYet { arrived, .. } = self {
            *arrived = true;
        }
    }

    /// Whether ChangeCipherSpec can be given now; only once.
    fn take_due(&mut self) -> bool {
        let is_due = *self
            == Self::NotYet {
                arrived: true,
                verified: true,
            };
        if is_due {
            *self = Self::Done;
        }
        is_due
    }
}

impl Handshaking {
    /// Notes what a message that was taken means for what may follow.
    fn after(&mut self, message: &Message) -> Result<(), DtlsEvent> {
        let is_empty_list = message.body.iter().all(|byte| *byte == 0);
        match message.message_type {
            record::CERTIFICATE if is_empty_list => Err(DtlsEvent::WrongCertificate),
            record::CERTIFICATE_VERIFY => {
                if let KeysChange::NotYet { verified, .. } = &mut self.keys_change {
                    *verified = true;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn failure(&self) -> DtlsEvent {
        if self.wrong_certificate.load(Ordering::Relaxed) {
            DtlsEvent::WrongCertificate
        } else {
            DtlsEvent::HandshakeFailed
        }
    }
}

/// The keys of a completed handshake.
fn connected_event(endpoint: &Endpoint, announced: &[Fingerprint]) -> DtlsEvent {
    let Some(state) = endpoint.get_connection_state(PEER) else {
        return DtlsEvent::HandshakeFailed;
    };
    let own = state
        .peer_certificates
        .first()
        .map(Vec::as_slice)
        .unwrap_or_default();
    if !Fingerprint::announced(announced, own) {
        return DtlsEvent::WrongCertificate;
    }
    let profile = match state.srtp_protection_profile() {
        SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm => Profile::AeadAes128Gcm,
        SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80 => Profile::Aes128CmSha1_80,
        _ => return DtlsEvent::HandshakeFailed,
    };
    state
        .export_keying_material(EXPORTER_LABEL, &[], profile.keying_material_len())
        .map_or(DtlsEvent::HandshakeFailed, |keying_material| {
            DtlsEvent::Connected {
                profile,
                keying_material,
            }
        })
}

#[cfg(test)]
mod tests;
