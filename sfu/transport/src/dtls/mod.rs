//! The DTLS handshake (RFC 6347), server side, sound under any loss.
//!
//! rtc-dtls does the cryptography and the messages. Its own retransmission can stall for good, and
//! its fragment buffer trusts what peers claim, so it never sees the network: [`DtlsServer`] gives it
//! every handshake message whole, in order and once, as if no datagram was ever lost
//! ([`Reassembly`], [`Early`]), and takes its flights to send them itself, again whenever needed
//! ([`Flight`]). `docs/adr/0002-dtls.md` tells why.
//!
//! - The client's hello decides the SRTP profile before rtc-dtls is configured.
//! - The certificate must be one that the offer announced; else nothing is keyed.
//! - Once connected, only authentic alerts are of interest ([`Farewell`]); a repeated flight brings our last one
//!   again.
//!
//! The Extended Master Secret (RFC 7627) is required. The client's signature in
//! `CertificateVerify`, which rtc-dtls verifies, covers the whole handshake up to its keys.

mod association;
mod client_hello;
mod early;
mod farewell;
mod fingerprint;
mod flight;
mod reassembly;
mod record;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use rtc_crypto::{RTCCryptoProvider, SecretVec};

use self::{
    association::{Association, Failure, Progress, Settings},
    early::{DueRecord, Early},
    farewell::Farewell,
    flight::Flight,
    reassembly::{Message, Pushed, Reassembly},
    record::{ALERT, CHANGE_CIPHER_SPEC, HANDSHAKE, Record},
};
use crate::{Certificate, srtp::Profile};

pub(crate) use self::fingerprint::{Fingerprint, HashFunction};

/// The handshake must be done by then, counted from the transport's beginning.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_mins(1);

/// A fatal alert (RFC 5246 section 7.2).
const HANDSHAKE_FAILURE: [u8; 2] = [2, 40];

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

impl From<Failure> for DtlsEvent {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::WrongCertificate => Self::WrongCertificate,
            Failure::Handshake => Self::HandshakeFailed,
        }
    }
}

/// The server's end of one participant's DTLS.
pub(crate) struct DtlsServer {
    settings: Settings,
    state: State,
    reassembly: Reassembly,
    flight: Flight,
    /// The shortest that an answer to a flight took.
    round_trip: Option<Duration>,
    outgoing: Vec<Vec<u8>>,
    /// Of the next plaintext record that we send, and of the next that rtc-dtls is given.
    next_sent: u64,
    next_given: u64,
    deadline: Instant,
}

enum State {
    AwaitClientHello,
    Handshaking(Association, Early),
    Connected(Farewell),
    Closed,
}

/// Something that rtc-dtls is given next.
enum Due {
    Message(Message),
    Record(DueRecord),
}

impl DtlsServer {
    pub(crate) fn new(
        certificate: Certificate,
        announced: Vec<Fingerprint>,
        crypto: Arc<dyn RTCCryptoProvider>,
        now: Instant,
    ) -> Self {
        Self {
            settings: Settings {
                certificate,
                announced: announced.into(),
                crypto,
            },
            state: State::AwaitClientHello,
            reassembly: Reassembly::default(),
            flight: Flight::default(),
            round_trip: None,
            outgoing: Vec::new(),
            next_sent: 0,
            next_given: 0,
            deadline: now + HANDSHAKE_TIMEOUT,
        }
    }

    /// What the client announced in its offer.
    pub(crate) fn announced(&self) -> &[Fingerprint] {
        &self.settings.announced
    }

    /// The shortest that an answer to a flight took: no less than the round trip.
    pub(crate) fn round_trip(&self) -> Option<Duration> {
        self.round_trip
    }

    /// The next datagrams to send, in order.
    pub(crate) fn take_outgoing(&mut self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.outgoing)
    }

    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        let again = self.flight.next_timeout();
        match self.state {
            State::AwaitClientHello | State::Handshaking(..) => {
                Some(again.map_or(self.deadline, |at| at.min(self.deadline)))
            }
            State::Connected(_) => again,
            State::Closed => None,
        }
    }

    pub(crate) fn handle_timeout(&mut self, now: Instant) -> Option<DtlsEvent> {
        match self.state {
            State::Closed => return None,
            State::AwaitClientHello | State::Handshaking(..) if now >= self.deadline => {
                self.state = State::Closed;
                return Some(DtlsEvent::HandshakeFailed);
            }
            State::AwaitClientHello | State::Handshaking(..) | State::Connected(_) => {}
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
            let event = match (record.content_type, &mut self.state) {
                (ALERT, _) => self.handle_alert(record),
                (HANDSHAKE, State::Connected(_)) => {
                    repeated = true;
                    None
                }
                (HANDSHAKE, _) if record.epoch == 0 => {
                    repeated |= self.push_fragments(record.fragment);
                    None
                }
                (_, State::Handshaking(_, early)) => {
                    early.keep(record);
                    None
                }
                _ => None,
            };
            if event.is_some() {
                return event;
            }
        }
        let event = self.advance(now);
        if event.is_none() && repeated {
            let again = self.flight.repeat(now, &mut self.next_sent);
            self.outgoing.extend(again);
        }
        event
    }

    /// Says goodbye, if there are keys to say it with.
    pub(crate) fn close(&mut self) {
        if let State::Connected(farewell) = self.enter_closed() {
            self.outgoing.extend(farewell.say());
        }
    }

    /// Keeps the fragments of a handshake record; tells whether they repeat a flight.
    fn push_fragments(&mut self, record: &[u8]) -> bool {
        let mut repeated = false;
        for fragment in record::fragments(record) {
            repeated |= self.reassembly.push(fragment) == Pushed::Repeated;
        }
        repeated
    }

    /// Only an authentic alert counts (RFC 6347 section 4.1.2.7). In plaintext anybody can write one, so a client that
    /// gives up in the middle of the handshake is waited for until its deadline; it comes anew through signaling.
    fn handle_alert(&mut self, record: Record<'_>) -> Option<DtlsEvent> {
        let State::Connected(farewell) = &mut self.state else {
            return None;
        };
        if record.epoch != 1 || !farewell.hears(record.whole) {
            return None;
        }
        self.close();
        Some(DtlsEvent::PeerClosed)
    }

    /// Gives rtc-dtls whatever is due.
    fn advance(&mut self, now: Instant) -> Option<DtlsEvent> {
        while let Some(due) = self.next_due() {
            match self.give(&due, now) {
                Ok(None) => {}
                Ok(Some((profile, keying_material))) => {
                    return Some(DtlsEvent::Connected {
                        profile,
                        keying_material,
                    });
                }
                Err(failure) => {
                    self.state = State::Closed;
                    return Some(failure.into());
                }
            }
        }
        None
    }

    /// What rtc-dtls is given next, if all before it was given.
    fn next_due(&mut self) -> Option<Due> {
        match &mut self.state {
            State::Connected(_) | State::Closed => None,
            State::AwaitClientHello => self.reassembly.pop().map(Due::Message),
            State::Handshaking(_, early) => {
                // Nothing in plaintext follows the verified messages.
                let message = if early.is_verified() {
                    None
                } else {
                    self.reassembly.pop()
                };
                message
                    .map(Due::Message)
                    .or_else(|| early.next_due().map(Due::Record))
            }
        }
    }

    /// Gives rtc-dtls the next thing and sends what it answers; returns the keys, if that was all.
    fn give(&mut self, due: &Due, now: Instant) -> Result<Option<(Profile, SecretVec)>, Failure> {
        let answered = self.flight.answered(now);
        self.round_trip = self.round_trip.into_iter().chain(answered).min();
        let (mut association, mut early) = match (self.enter_closed(), due) {
            (State::AwaitClientHello, Due::Message(hello)) => {
                (self.begin(hello)?, Early::default())
            }
            (State::Handshaking(association, early), _) => (association, early),
            _ => return Err(Failure::Handshake),
        };
        let record = match due {
            Due::Message(Message {
                message_type,
                message_seq,
                body,
            }) => {
                let message = record::whole_message(*message_type, *message_seq, body);
                self.plaintext_record(HANDSHAKE, &message)
            }
            Due::Record(DueRecord::ChangeCipherSpec) => {
                self.plaintext_record(CHANGE_CIPHER_SPEC, &[1])
            }
            Due::Record(DueRecord::Encrypted(record)) => record.clone(),
        };
        let given = association.give(&record, now);
        let Ok(progress) = given else {
            self.send_last(&mut association);
            return given.map(|_| None);
        };
        let is_complete = progress == Progress::Complete;
        let sent = self.take_from(&mut association);
        if !sent.is_empty() {
            let wait = if is_complete {
                flight::LAST_WAIT
            } else {
                flight::ANSWER_WAIT
            };
            self.outgoing.extend(sent.iter().cloned());
            self.flight = Flight::sent(sent, wait, now);
        }
        if let Due::Message(message) = due {
            early.taken(message.message_type);
            if message.is_empty_certificate() {
                self.refuse();
                return Err(Failure::WrongCertificate);
            }
        }
        if !is_complete {
            self.state = State::Handshaking(association, early);
            return Ok(None);
        }
        let keys = association.keys()?;
        self.state = State::Connected(association.farewell(&self.settings, now)?);
        Ok(Some(keys))
    }

    /// Configures rtc-dtls for what the client's hello offers.
    fn begin(&mut self, hello: &Message) -> Result<Association, Failure> {
        let profile = (hello.message_type == record::CLIENT_HELLO)
            .then(|| client_hello::best_profile(&hello.body))
            .flatten();
        let Some(profile) = profile else {
            self.refuse();
            return Err(Failure::Handshake);
        };
        Association::new(&self.settings, profile)
    }

    /// Tells the client that there will be no handshake.
    fn refuse(&mut self) {
        let alert = record::plaintext_record(ALERT, self.next_sent, &HANDSHAKE_FAILURE);
        self.next_sent += 1;
        self.outgoing.push(alert);
    }

    fn plaintext_record(&mut self, content_type: u8, fragment: &[u8]) -> Vec<u8> {
        let record = record::plaintext_record(content_type, self.next_given, fragment);
        self.next_given += 1;
        record
    }

    /// The state so far; what remains is [`State::Closed`].
    fn enter_closed(&mut self) -> State {
        std::mem::replace(&mut self.state, State::Closed)
    }

    /// Sends what an association still has to say.
    fn send_last(&mut self, association: &mut Association) {
        let sent = self.take_from(association);
        self.outgoing.extend(sent);
    }

    /// What rtc-dtls wants sent, numbered by us.
    fn take_from(&mut self, association: &mut Association) -> Vec<Vec<u8>> {
        let mut sent = association.take_outgoing();
        for datagram in &mut sent {
            record::renumber(datagram, &mut self.next_sent);
        }
        sent
    }
}
