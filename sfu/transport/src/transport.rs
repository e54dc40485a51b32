//! One participant's transport: bytes in, bytes out.

use std::{
    collections::VecDeque,
    fmt,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use rand::RngCore;
use rtc_crypto::default_provider;
use sfu_core::{OutPacket, RtpHeader, Session};

use crate::{
    Certificate, Kind, OfferError, Path, Refused, SrtpError, classify,
    dtls::{DtlsEvent, DtlsServer},
    ice::{Checked, Credentials, IceLite},
    sdp::{LocalTransport, Negotiation, Offer, write_answer},
    srtp::{Opened, Srtp},
};

/// What all transports of a media port share.
#[derive(Clone, Debug)]
pub struct TransportConfig {
    /// The server's certificate.
    pub certificate: Certificate,
    /// Where clients reach the UDP port, the best first; IPv4 and IPv6.
    pub candidates: Vec<SocketAddr>,
    /// Where clients that UDP does not let through can open TCP connections (RFC 6544), the best first.
    pub tcp_candidates: Vec<SocketAddr>,
    /// Which of the server's media ports this is, below 4,096: the transports' user fragments say it,
    /// so that a TCP connection is brought to the right one.
    pub port_number: u16,
}

impl TransportConfig {
    /// The only media port of a server, reached by UDP alone.
    #[must_use]
    pub fn new(certificate: Certificate, candidates: Vec<SocketAddr>) -> Self {
        Self {
            certificate,
            candidates,
            tcp_candidates: Vec::new(),
            port_number: 0,
        }
    }
}

/// An offer, answered.
#[derive(Debug)]
pub struct Accepted {
    /// The transport that waits for the client.
    pub transport: Transport,
    /// The SDP answer.
    pub answer: String,
    /// What was agreed for the media.
    pub session: Session,
}

/// What a transport wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransportOutput {
    /// Send a datagram.
    Transmit {
        /// To whom.
        to: Path,
        /// The datagram.
        bytes: Vec<u8>,
    },
    /// Datagrams by this path belong to this transport.
    Validated(Path),
    /// A source of the client's, by its SSRC, was heard for the first time: a packet of it from elsewhere
    /// is for [`Transport::handle_stray`].
    Source(u32),
    /// From now on this is the way of what is sent, [`Transport::remote`]. `None`: for now there is none.
    Selected(Option<Path>),
    /// The keys are agreed: packets can be protected.
    Connected,
    /// The transport is done. It takes no more input, and this is its last output but for datagrams
    /// queued before.
    Closed(CloseReason),
}

/// Why a transport closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CloseReason {
    /// No authentic connectivity check for 30 seconds (RFC 7675).
    ConsentLost,
    /// The client closed the connection.
    PeerClosed,
    /// The client's certificate is not the one that its offer announced.
    WrongCertificate,
    /// The DTLS handshake failed, or was not done in time.
    HandshakeFailed,
}

/// One participant's ICE-lite, DTLS and SRTP.
///
/// After every `handle_*` call, take [`poll_output`](Self::poll_output) until it gives nothing, then
/// [`poll_timeout`](Self::poll_timeout) for when to call [`handle_timeout`](Self::handle_timeout)
/// next. Packets are protected and unprotected in between, as they come.
///
/// The shell routes a datagram here by its path, if that was
/// [validated](TransportOutput::Validated). From elsewhere a check is routed by
/// [`stun_local_ufrag`](crate::stun_local_ufrag), an answer to a check of ours by its
/// [`Label`](crate::Label), and media by its [source](TransportOutput::Source).
pub struct Transport {
    ice: IceLite,
    dtls: DtlsServer,
    srtp: Option<Srtp>,
    session: Session,
    outputs: VecDeque<TransportOutput>,
    refused: Refused,
    /// Answers given so far.
    answers: u64,
    /// Whether the client is known to have its keys.
    confirmed: bool,
    /// Whether the last packet that was unprotected is the newest of its source.
    is_newest: bool,
    closed: bool,
}

impl Transport {
    /// Answers a participant's offer.
    ///
    /// # Errors
    /// The offer lacks something; see [`OfferError`].
    pub fn accept(
        offer: &str,
        config: &TransportConfig,
        rng: &mut impl RngCore,
        now: Instant,
    ) -> Result<Accepted, OfferError> {
        let negotiation = Negotiation::first(offer, rng)?;
        let credentials = Credentials::generate(config.port_number, rng);
        let provider = default_provider().expect("the ring provider is compiled in");
        let transport = Self {
            ice: IceLite::new(
                credentials,
                remote_credentials(&negotiation.offer),
                rng.next_u64(),
                Arc::clone(&provider),
                now,
            ),
            dtls: DtlsServer::new(
                config.certificate.clone(),
                negotiation.offer.fingerprints.clone(),
                provider,
                now,
            ),
            srtp: None,
            session: negotiation.session.clone(),
            outputs: VecDeque::new(),
            refused: Refused::default(),
            answers: 1,
            confirmed: false,
            is_newest: false,
            closed: false,
        };
        let answer = write_answer(&negotiation, transport.local(config));
        Ok(Accepted {
            transport,
            answer,
            session: negotiation.session,
        })
    }

    /// Answers a later offer of the same connection, which may restart ICE (RFC 8445 section 9).
    /// DTLS, keys and lines stay; the former credentials count until the first check with the new
    /// ones.
    ///
    /// # Errors
    /// The offer lacks something, or changes more than ICE; nothing has changed then.
    pub fn restart(
        &mut self,
        offer: &str,
        config: &TransportConfig,
        rng: &mut impl RngCore,
        now: Instant,
    ) -> Result<String, OfferError> {
        let negotiation = Negotiation::again(offer, &self.session)?;
        if negotiation.offer.fingerprints != self.dtls.announced() {
            return Err(OfferError::CertificateChanged);
        }
        if negotiation.offer.ufrag != self.ice.remote_ufrag() {
            let credentials = Credentials::generate(config.port_number, rng);
            self.ice
                .restart(credentials, remote_credentials(&negotiation.offer), now);
        }
        self.answers += 1;
        Ok(write_answer(&negotiation, self.local(config)))
    }

    fn local<'a>(&'a self, config: &'a TransportConfig) -> LocalTransport<'a> {
        LocalTransport {
            credentials: self.ice.local(),
            fingerprint: config.certificate.fingerprint(),
            candidates: &config.candidates,
            tcp_candidates: &config.tcp_candidates,
            version: self.answers,
        }
    }

    /// Our user name fragment: it names this transport in the client's STUN messages. A restart
    /// brings another one, and the former counts for a while.
    #[must_use]
    pub fn local_ufrag(&self) -> &str {
        &self.ice.local().ufrag
    }

    /// The way of what is sent: the nominated path, or before there is one the path validated last.
    #[must_use]
    pub fn remote(&self) -> Option<Path> {
        self.ice.remote()
    }

    /// The shortest time that the client took to answer a flight of the DTLS handshake: its round trip, with what
    /// it had to work out, and with the wait for what was lost where no flight was answered without a loss.
    #[must_use]
    pub fn handshake_round_trip(&self) -> Option<Duration> {
        self.dtls.round_trip()
    }

    /// What was refused so far.
    #[must_use]
    pub fn refused(&self) -> Refused {
        self.refused
    }

    /// Takes a STUN message.
    pub fn handle_stun(&mut self, from: impl Into<Path>, datagram: &[u8], now: Instant) {
        let from = from.into();
        if self.closed {
            return;
        }
        let checked = self.ice.handle(from, datagram, now);
        if !checked.authentic {
            self.refused.stun += 1;
        }
        self.after_check(from, checked);
    }

    /// Notes that the packet that was unprotected last came by a path other than
    /// [`Transport::remote`].
    pub fn handle_media_path(&mut self, from: impl Into<Path>, now: Instant) {
        let from = from.into();
        if self.is_newest && !self.closed {
            let checked = self.ice.heard(from, now);
            self.after_check(from, checked);
        }
    }

    /// Takes RTP or RTCP that says it is of this client, from a path that was not validated. If it is
    /// authentic and the newest of its source, the client seems to have moved, and the path is checked.
    /// The packet itself counts for nothing else: it is not taken, and may come again by a path that is
    /// validated.
    pub fn handle_stray(&mut self, from: impl Into<Path>, packet: &mut [u8], now: Instant) {
        let from = from.into();
        let Some(srtp) = self.srtp.as_mut().filter(|_| self.ice.may_check(now)) else {
            return;
        };
        let opened = match classify(packet) {
            Kind::Rtp => srtp.open_rtp(packet).map(|(_, opened)| opened),
            Kind::Rtcp => srtp.open_rtcp(packet),
            Kind::Stun | Kind::Dtls | Kind::Junk => return,
        };
        if opened.is_ok_and(|opened| opened.is_newest && !opened.is_first) {
            let checked = self.ice.heard(from, now);
            self.after_check(from, checked);
        }
    }

    /// A path is gone for good: its TCP connection is closed. What is sent goes by another one, if
    /// there is one; the client is given the time of consent to come by a new one.
    pub fn handle_path_closed(&mut self, path: Path) {
        if self.ice.forget(path) && !self.closed {
            self.select();
        }
    }

    /// Takes a DTLS datagram. Only validated paths are listened to.
    pub fn handle_dtls(&mut self, from: impl Into<Path>, datagram: &[u8], now: Instant) {
        let from = from.into();
        if self.closed {
            return;
        }
        if !self.ice.is_validated(from) {
            self.refused.dtls_unvalidated += 1;
            return;
        }
        let event = self.dtls.handle(datagram, now);
        self.after_dtls(event);
    }

    /// Decrypts an RTP packet in place; returns its header and its length without protection, in bytes.
    ///
    /// # Errors
    /// See [`SrtpError`]; the packet must be dropped then.
    pub fn unprotect_rtp(&mut self, packet: &mut [u8]) -> Result<(RtpHeader, usize), SrtpError> {
        let result = self.keyed().and_then(|srtp| srtp.unprotect_rtp(packet));
        if let Ok((header, Opened { is_first: true, .. })) = result {
            self.outputs.push_back(TransportOutput::Source(header.ssrc));
        }
        let len = self.note(result.map(|(_, opened)| opened))?;
        result.map(|(header, _)| (header, len))
    }

    /// Decrypts a compound RTCP packet in place; returns its length without protection, in bytes.
    ///
    /// # Errors
    /// See [`SrtpError`]; the packet must be dropped then.
    pub fn unprotect_rtcp(&mut self, packet: &mut [u8]) -> Result<usize, SrtpError> {
        let result = self.keyed().and_then(|srtp| srtp.unprotect_rtcp(packet));
        self.note(result)
    }

    /// Encrypts an RTP packet from its pieces into `out`, which needs
    /// [`SRTP_OVERHEAD_MAX`](crate::SRTP_OVERHEAD_MAX) bytes more than they have; returns the
    /// length, in bytes. A number that was sent before is refused.
    ///
    /// # Errors
    /// See [`SrtpError`]; nothing may be sent then.
    pub fn protect_rtp(
        &mut self,
        packet: OutPacket<'_>,
        out: &mut [u8],
    ) -> Result<usize, SrtpError> {
        self.keyed()?.protect_rtp(packet, out)
    }

    /// Encrypts a compound RTCP packet into `out`, which needs
    /// [`SRTP_OVERHEAD_MAX`](crate::SRTP_OVERHEAD_MAX) bytes more; returns the length, in bytes.
    ///
    /// # Errors
    /// See [`SrtpError`]; nothing may be sent then.
    pub fn protect_rtcp(&mut self, compound: &[u8], out: &mut [u8]) -> Result<usize, SrtpError> {
        self.keyed()?.protect_rtcp(compound, out)
    }

    /// Closes: tells the client, if it can be told, and takes no more input.
    pub fn close(&mut self) {
        if !self.closed {
            self.dtls.close();
            self.transmit_dtls();
            self.closed = true;
            self.srtp = None;
        }
    }

    /// Does what is due.
    pub fn handle_timeout(&mut self, now: Instant) {
        if self.closed {
            return;
        }
        if now >= self.ice.consent_ends_at() {
            self.finish(CloseReason::ConsentLost);
            return;
        }
        let event = self.dtls.handle_timeout(now);
        self.after_dtls(event);
    }

    /// When [`handle_timeout`](Self::handle_timeout) is due next; `None` once closed.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let consent_ends_at = self.ice.consent_ends_at();
        let dtls = self.dtls.poll_timeout().unwrap_or(consent_ends_at);
        (!self.closed).then(|| dtls.min(consent_ends_at))
    }

    /// Whether there is something to do.
    #[must_use]
    pub fn has_output(&self) -> bool {
        !self.outputs.is_empty()
    }

    /// The next thing to do.
    pub fn poll_output(&mut self) -> Option<TransportOutput> {
        self.outputs.pop_front()
    }

    fn keyed(&mut self) -> Result<&mut Srtp, SrtpError> {
        self.srtp.as_mut().ok_or(SrtpError::NotReady)
    }

    /// Notes what a received packet tells: that the client has its keys, or why it was refused.
    fn note(&mut self, result: Result<Opened, SrtpError>) -> Result<usize, SrtpError> {
        self.is_newest = result.is_ok_and(|opened| opened.is_newest);
        let refused = &mut self.refused;
        match result {
            Ok(_) if self.confirmed => {}
            Ok(_) => {
                self.confirmed = true;
                self.dtls.confirm();
            }
            Err(SrtpError::NotReady) => refused.before_keys += 1,
            Err(SrtpError::NotAuthentic) => refused.not_authentic += 1,
            Err(SrtpError::Replayed) => refused.replayed += 1,
            Err(SrtpError::TooManySources) => refused.too_many_sources += 1,
            Err(
                SrtpError::Malformed
                | SrtpError::Repeated
                | SrtpError::Exhausted
                | SrtpError::BufferTooSmall,
            ) => refused.malformed += 1,
        }
        result.map(|opened| opened.len)
    }

    fn after_check(&mut self, from: Path, checked: Checked) {
        for bytes in checked.answer.into_iter().chain(checked.own_check) {
            self.outputs
                .push_back(TransportOutput::Transmit { to: from, bytes });
        }
        if checked.validated {
            self.outputs.push_back(TransportOutput::Validated(from));
        }
        if checked.moved {
            self.select();
        }
    }

    fn after_dtls(&mut self, event: Option<DtlsEvent>) {
        self.transmit_dtls();
        match event {
            None => {}
            Some(DtlsEvent::Connected {
                profile,
                keying_material,
            }) => match Srtp::new(profile, keying_material.as_ref()) {
                Ok(srtp) => {
                    self.srtp = Some(srtp);
                    self.ice.begin_media();
                    self.outputs.push_back(TransportOutput::Connected);
                }
                Err(_) => self.finish(CloseReason::HandshakeFailed),
            },
            Some(DtlsEvent::PeerClosed) => self.finish(CloseReason::PeerClosed),
            Some(DtlsEvent::WrongCertificate) => self.finish(CloseReason::WrongCertificate),
            Some(DtlsEvent::HandshakeFailed) => self.finish(CloseReason::HandshakeFailed),
        }
    }

    fn select(&mut self) {
        let selected = TransportOutput::Selected(self.ice.remote());
        self.outputs.push_back(selected);
    }

    fn transmit_dtls(&mut self) {
        let datagrams = self.dtls.take_outgoing();
        if let Some(to) = self.ice.remote() {
            self.outputs.extend(
                datagrams
                    .into_iter()
                    .map(|bytes| TransportOutput::Transmit { to, bytes }),
            );
        }
    }

    fn finish(&mut self, reason: CloseReason) {
        self.closed = true;
        self.srtp = None;
        self.outputs.push_back(TransportOutput::Closed(reason));
    }
}

fn remote_credentials(offer: &Offer<'_>) -> Credentials {
    Credentials {
        ufrag: offer.ufrag.to_owned(),
        password: offer.password.to_owned(),
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("local_ufrag", &self.local_ufrag())
            .field("remote", &self.remote())
            .field("keyed", &self.srtp.is_some())
            .field("closed", &self.closed)
            .finish_non_exhaustive()
    }
}
