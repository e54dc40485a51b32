//! One client without a socket: offer, connectivity check, DTLS handshake, media.
//!
//! Feed it datagrams and time, and give it something that sends. `poll_timeout` tells when it wants the
//! time next; `poll_event` what happened.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context, anyhow, bail};
use dimpl::{Dtls, Output, SrtpProfile, certificate};
use rand::Rng;

use super::{
    feedback::Feedback,
    ice::Ice,
    identity::{Credentials, Identity},
    incoming::{Came, Incoming},
    meter::{Arrival, Meter, Wire},
    outgoing::Outgoing,
    red::Red,
    rtcp::{self, Heard},
    rtp,
    sdp::{self, Offer, OwnSources, Remote, Shape},
    sender::Sender,
    srtp::Keys,
};
use crate::media::{Media, MediaPacket, Stream};

/// How often arrivals are told.
const FEEDBACK_EVERY: Duration = Duration::from_millis(100);
/// How often reports are sent.
const REPORT_EVERY: Duration = Duration::from_secs(1);
/// The longest datagram of DTLS that is written.
const DTLS_BYTES: usize = 2_048;

/// What happens to a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Keys are agreed: media flows.
    Connected,
    /// It cannot go on.
    Failed(String),
}

/// A client.
pub struct Participant {
    clock: fn() -> u64,
    identity: Identity,
    credentials: Credentials,
    tie_breaker: [u8; 8],
    shape: Shape,
    session: Option<Session>,
    dtls: Option<Dtls>,
    dtls_timeout: Option<Instant>,
    material: Option<(Vec<u8>, SrtpProfile)>,
    keys: Option<Keys>,
    sound: Option<Outgoing>,
    layers: Vec<Outgoing>,
    media: Media,
    transport_sequence: u16,
    feedback: Feedback,
    feedback_at: Option<Instant>,
    report_at: Instant,
    packet: Vec<u8>,
    events: VecDeque<Event>,
}

/// What the answer brought.
struct Session {
    ice: Ice,
    server: SocketAddr,
    remote_fingerprint: String,
    transport_cc: bool,
    /// Sound is sent with the piece before it again.
    red: Option<Red>,
    /// What others send, by their SSRCs.
    incoming: Vec<Incoming>,
}

impl Participant {
    /// Makes a client that is reached at `candidate`, and its offer. `clock` tells the time, ns since 1970.
    pub fn offer(
        identity: &Identity,
        shape: Shape,
        candidate: SocketAddr,
        clock: fn() -> u64,
        rng: &mut impl Rng,
        now: Instant,
    ) -> (Self, String) {
        let credentials = Credentials::generate(rng);
        let sources = OwnSources::generate(shape, rng);
        let offer = Offer {
            shape,
            sources: &sources,
            credentials: &credentials,
            fingerprint: &identity.fingerprint,
            candidate,
        };
        let offer = offer.write();
        let sound = shape
            .sound
            .then(|| Outgoing::new(sources.sound, sdp::OPUS, None, rng.random()));
        let layers = sources.layers.iter();
        let layers = layers
            .map(|(ssrc, rtx)| Outgoing::new(*ssrc, sdp::VP8, Some(*rtx), rng.random()))
            .collect();
        let participant = Self {
            clock,
            identity: identity.clone(),
            credentials,
            tie_breaker: rng.random(),
            shape,
            session: None,
            dtls: None,
            dtls_timeout: None,
            material: None,
            keys: None,
            sound,
            layers,
            media: Media::Silent,
            transport_sequence: 0,
            feedback: Feedback::new(now),
            feedback_at: None,
            report_at: now,
            packet: Vec::with_capacity(1_500),
            events: VecDeque::new(),
        };
        (participant, offer)
    }

    /// Takes the answer: checks begin at `now`.
    ///
    /// # Errors
    /// It cannot be used.
    pub fn answer(&mut self, answer: &str, now: Instant) -> anyhow::Result<()> {
        let remote = Remote::read(answer)?;
        let server = *remote.candidates.first().context("no candidate")?;
        let red = self.shape.red && remote.red;
        if let Some(sound) = self.sound.as_mut().filter(|_| red) {
            sound.send_as(sdp::RED);
        }
        self.session = Some(Session {
            ice: Ice::new(
                self.credentials.clone(),
                &remote.ufrag,
                &remote.password,
                self.tie_breaker,
                now,
            ),
            server,
            remote_fingerprint: remote.fingerprint,
            transport_cc: remote.transport_cc,
            red: red.then(Red::default),
            incoming: remote.sources.into_iter().map(Incoming::new).collect(),
        });
        Ok(())
    }

    /// Where datagrams go; `None` before the answer.
    #[must_use]
    pub fn server(&self) -> Option<SocketAddr> {
        self.session.as_ref().map(|session| session.server)
    }

    /// Sends to another address instead: a relay to the server.
    pub fn send_by(&mut self, address: SocketAddr) {
        if let Some(session) = &mut self.session {
            session.server = address;
        }
    }

    /// Whether keys are agreed.
    #[must_use]
    pub const fn is_connected(&self) -> bool {
        self.keys.is_some()
    }

    /// What others send, and what it came to.
    pub fn incoming(&self) -> impl Iterator<Item = &Incoming> {
        self.session.iter().flat_map(|session| &session.incoming)
    }

    /// What all that is received came to, together.
    #[must_use]
    pub fn came(&self) -> Came {
        self.incoming()
            .map(Incoming::came)
            .fold(Came::default(), Came::plus)
    }

    /// Sends this from now on. Before keys are agreed nothing is sent, so give it after that.
    pub fn play(&mut self, media: Media) {
        self.media = media;
    }

    /// The next thing that happened.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// When it wants the time next.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let session = self.session.as_ref()?;
        let mut next = session.ice.poll_timeout();
        if !self.is_connected() {
            return Some(self.dtls_timeout.map_or(next, |at| at.min(next)));
        }
        for at in [
            self.dtls_timeout,
            self.media.poll_timeout(),
            self.feedback_at,
            Some(self.report_at),
        ]
        .into_iter()
        .flatten()
        {
            next = next.min(at);
        }
        for at in session.incoming.iter().filter_map(Incoming::poll_timeout) {
            next = next.min(at);
        }
        Some(next)
    }

    /// When its media wants to be sent next, to know how late the clients' thread is.
    #[must_use]
    pub fn media_due(&self) -> Option<Instant> {
        self.keys.as_ref().and(self.media.poll_timeout())
    }

    /// Does everything that is due.
    pub fn handle_timeout(&mut self, now: Instant, wire: &mut impl Wire, meter: &mut Meter) {
        if let Err(error) = self.do_what_is_due(now, wire, meter) {
            self.events.push_back(Event::Failed(format!("{error:#}")));
        }
    }

    fn do_what_is_due(
        &mut self,
        now: Instant,
        wire: &mut impl Wire,
        meter: &mut Meter,
    ) -> anyhow::Result<()> {
        let Some(session) = &mut self.session else {
            return Ok(());
        };
        if let Some(check) = session.ice.handle_timeout(now)? {
            wire.send(&check);
        }
        if self.dtls_timeout.is_some_and(|at| at <= now) {
            self.drive_dtls(now, wire)?;
        }
        if self.is_connected() {
            self.send_media(now, wire, meter);
            self.send_feedback(now, wire)?;
            self.ask_for_what_is_missing(now, wire)?;
            if self.report_at <= now {
                self.report_at = now + REPORT_EVERY;
                self.send_reports(now, wire)?;
            }
        }
        Ok(())
    }

    /// A datagram came.
    pub fn handle_datagram(
        &mut self,
        datagram: &mut [u8],
        from: SocketAddr,
        arrival: Arrival,
        wire: &mut impl Wire,
        meter: &mut Meter,
    ) {
        // RFC 7983 section 7, RFC 5761 section 4.
        let outcome = match (datagram.first(), datagram.get(1)) {
            (Some(128..=191), Some(192..=223)) => self.handle_rtcp(datagram, arrival, wire, meter),
            (Some(128..=191), Some(_)) => {
                self.handle_rtp(datagram, arrival, meter);
                Ok(())
            }
            (Some(20..=63), _) => self.handle_dtls(datagram, arrival.now, wire),
            (Some(0..=3), _) => self.handle_stun(datagram, from, arrival.now, wire),
            _ => {
                meter.refused += 1;
                Ok(())
            }
        };
        if let Err(error) = outcome {
            self.events.push_back(Event::Failed(format!("{error:#}")));
        }
    }

    fn handle_stun(
        &mut self,
        datagram: &[u8],
        from: SocketAddr,
        now: Instant,
        wire: &mut impl Wire,
    ) -> anyhow::Result<()> {
        let Some(session) = &mut self.session else {
            return Ok(());
        };
        if let Some(answer) = session.ice.handle(datagram, from, now)? {
            wire.send(&answer);
        }
        if session.ice.works() && self.dtls.is_none() {
            let identity = &self.identity;
            let mut dtls = Dtls::new_12(identity.config.clone(), identity.certificate.clone(), now);
            dtls.set_active(true);
            self.dtls = Some(dtls);
            self.drive_dtls(now, wire)?;
        }
        Ok(())
    }

    fn handle_dtls(
        &mut self,
        datagram: &[u8],
        now: Instant,
        wire: &mut impl Wire,
    ) -> anyhow::Result<()> {
        let Some(dtls) = &mut self.dtls else {
            return Ok(());
        };
        dtls.handle_packet(datagram)
            .map_err(|error| anyhow!("the handshake failed: {error}"))?;
        self.drive_dtls(now, wire)
    }

    fn drive_dtls(&mut self, now: Instant, wire: &mut impl Wire) -> anyhow::Result<()> {
        let (Some(dtls), Some(session)) = (&mut self.dtls, &self.session) else {
            return Ok(());
        };
        dtls.handle_timeout(now)
            .map_err(|error| anyhow!("the handshake failed: {error}"))?;
        let mut connected = false;
        let mut buffer = [0; DTLS_BYTES];
        loop {
            match dtls.poll_output(&mut buffer) {
                Output::Packet(packet) => wire.send(packet),
                Output::Timeout(at) => {
                    self.dtls_timeout = Some(at);
                    break;
                }
                Output::PeerCert(theirs) => {
                    let hash = certificate::calculate_fingerprint(theirs);
                    let hash = certificate::format_fingerprint(&hash).to_ascii_lowercase();
                    if hash != session.remote_fingerprint {
                        bail!("the server's certificate is not the one in its answer");
                    }
                }
                Output::KeyingMaterial(material, profile) => {
                    self.material = Some((material.to_vec(), profile));
                }
                Output::Connected => connected = true,
                Output::CloseNotify => bail!("the server closed the connection"),
                Output::BufferTooSmall { .. } => bail!("a datagram of DTLS is too long"),
                _ => {}
            }
        }
        if connected && let Some((material, profile)) = self.material.take() {
            self.keys = Some(Keys::new(&material, profile)?);
            self.report_at = now + REPORT_EVERY;
            self.feedback_at = session.transport_cc.then_some(now + FEEDBACK_EVERY);
            self.events.push_back(Event::Connected);
        }
        Ok(())
    }

    fn handle_rtp(&mut self, datagram: &mut [u8], arrival: Arrival, meter: &mut Meter) {
        let (Some(session), Some(keys)) = (&mut self.session, &mut self.keys) else {
            meter.refused += 1;
            return;
        };
        let received = rtp::read(datagram, Some(sdp::TRANSPORT_CC_ID));
        let opened = received.and_then(|received| {
            let payload = keys
                .inbound
                .open_rtp(datagram, received.header_bytes)
                .ok()?;
            Some((received, payload))
        });
        let Some((received, mut payload)) = opened else {
            meter.refused += 1;
            return;
        };
        meter.rtp_received += 1;
        if let Some(sequence) = received.transport_sequence {
            self.feedback.arrived(sequence, arrival.now);
        }
        if received.padded {
            let padding = payload.last().map_or(0, |bytes| usize::from(*bytes));
            let kept = payload.len().saturating_sub(padding);
            payload = &mut payload[..kept];
        }
        let mut header = received.header;
        let place = session.incoming.iter().position(|incoming| {
            let source = &incoming.source;
            source.ssrc == header.ssrc || source.rtx_ssrc == Some(header.ssrc)
        });
        let Some(place) = place else {
            meter.refused += 1;
            return;
        };
        let incoming = &mut session.incoming[place];
        let mut payload = &*payload;
        if payload.is_empty() {
            meter.padding_received += 1;
            if incoming.source.ssrc != header.ssrc {
                return;
            }
        } else if incoming.source.ssrc != header.ssrc {
            let Some((original, rest)) = payload.split_first_chunk() else {
                meter.refused += 1;
                return;
            };
            header.sequence = u16::from_be_bytes(*original);
            payload = rest;
        }
        if let Some(stamp) = incoming.handle(header, payload, arrival.now) {
            let since = |unix_ns: u64| unix_ns.saturating_sub(stamp.sent_unix_ns);
            meter.latency.record(since(arrival.unix_ns));
            if let Some(at_socket) = arrival.at_socket_unix_ns {
                meter.latency_to_socket.record(since(at_socket));
            }
        }
    }

    fn handle_rtcp(
        &mut self,
        datagram: &mut [u8],
        arrival: Arrival,
        wire: &mut impl Wire,
        meter: &mut Meter,
    ) -> anyhow::Result<()> {
        let (Some(session), Some(keys)) = (&mut self.session, &mut self.keys) else {
            return Ok(());
        };
        let Ok(plain) = keys.inbound.open_rtcp(datagram) else {
            meter.refused += 1;
            return Ok(());
        };
        for heard in rtcp::read(plain) {
            match heard {
                Heard::KeyFrameWanted { ssrc } => {
                    let layer = self.layers.iter().position(|layer| layer.ssrc() == ssrc);
                    if let Some(layer) = layer {
                        meter.key_frames_wanted += 1;
                        self.media.request_key_frame(layer);
                    }
                }
                Heard::Missed { ssrc, sequences } => {
                    let layer = self.layers.iter().position(|layer| layer.ssrc() == ssrc);
                    if let Some(layer) = layer {
                        for sequence in sequences {
                            let again = self.layers[layer].again(sequence, sdp::RTX);
                            if let Some((header, payload)) = again {
                                let mut sender = Sender {
                                    packet: &mut self.packet,
                                    transport_sequence: session
                                        .transport_cc
                                        .then_some(&mut self.transport_sequence),
                                    keys,
                                    mid: self.shape.picture_mid(),
                                    rid: self.shape.rid(layer, sdp::REPAIRED_RID_ID),
                                    level: None,
                                };
                                sender.send(header, &payload, wire)?;
                                meter.rtp_sent += 1;
                            }
                        }
                    }
                }
                Heard::Report { ssrc, middle_ntp } => {
                    for incoming in &mut session.incoming {
                        if incoming.source.ssrc == ssrc {
                            incoming.handle_report(middle_ntp, arrival.now);
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn send_media(&mut self, now: Instant, wire: &mut impl Wire, meter: &mut Meter) {
        let (Some(session), Some(keys)) = (&mut self.session, &mut self.keys) else {
            return;
        };
        let (transport_cc, red) = (session.transport_cc, &mut session.red);
        let (shape, packet, layers) = (self.shape, &mut self.packet, &mut self.layers);
        let (sound, transport_sequence) = (&mut self.sound, &mut self.transport_sequence);
        self.media
            .handle_timeout(now, self.clock, |due: MediaPacket<'_>| {
                let (stream, mid, rid, level) = match due.stream {
                    Stream::Sound { level } => {
                        (sound.as_mut(), shape.sound_mid(), None, Some(level))
                    }
                    Stream::Picture { layer } => (
                        layers.get_mut(layer),
                        shape.picture_mid(),
                        shape.rid(layer, sdp::RID_ID),
                        None,
                    ),
                };
                let Some(stream) = stream else {
                    return;
                };
                let payload = match red {
                    Some(red) if level.is_some() => red.wrap(due.timestamp, due.payload, sdp::OPUS),
                    _ => due.payload,
                };
                let header = stream.next(due.marker, due.timestamp, payload);
                let mut sender = Sender {
                    packet,
                    transport_sequence: transport_cc.then_some(&mut *transport_sequence),
                    keys,
                    mid,
                    rid,
                    level,
                };
                if sender.send(header, payload, wire).is_ok() {
                    meter.rtp_sent += 1;
                }
            });
    }

    fn send_feedback(&mut self, now: Instant, wire: &mut impl Wire) -> anyhow::Result<()> {
        if self.feedback_at.is_some_and(|at| at <= now) {
            self.feedback_at = Some(now + FEEDBACK_EVERY);
            let own = self.own_ssrc();
            if let Some(packet) = self.feedback.take(own, own) {
                self.send_rtcp(packet, wire)?;
            }
        }
        Ok(())
    }

    fn ask_for_what_is_missing(
        &mut self,
        now: Instant,
        wire: &mut impl Wire,
    ) -> anyhow::Result<()> {
        let own = self.own_ssrc();
        let mut requests = vec![];
        for incoming in self
            .session
            .iter_mut()
            .flat_map(|session| &mut session.incoming)
        {
            let missing = incoming.take_missing(now);
            if !missing.is_empty() {
                requests.push(rtcp::nack(own, incoming.source.ssrc, &missing));
            }
            if incoming.take_key_frame_request(now) {
                requests.push(rtcp::key_frame_request(own, incoming.source.ssrc));
            }
        }
        for request in requests {
            self.send_rtcp(request, wire)?;
        }
        Ok(())
    }

    fn send_reports(&mut self, now: Instant, wire: &mut impl Wire) -> anyhow::Result<()> {
        let own: Vec<_> = self
            .sound
            .iter()
            .chain(&self.layers)
            .filter_map(Outgoing::sent)
            .collect();
        let received = self
            .session
            .iter_mut()
            .flat_map(|session| &mut session.incoming)
            .filter_map(|incoming| incoming.report(now))
            .collect();
        let unix_ns = (self.clock)();
        let packet = rtcp::reports(&own, self.own_ssrc(), unix_ns, received);
        self.send_rtcp(packet, wire)
    }

    fn send_rtcp(&mut self, mut packet: Vec<u8>, wire: &mut impl Wire) -> anyhow::Result<()> {
        if let Some(keys) = &mut self.keys {
            keys.outbound.protect_rtcp(&mut packet)?;
            wire.send(&packet);
        }
        Ok(())
    }

    /// The SSRC that one's own RTCP comes from.
    fn own_ssrc(&self) -> u32 {
        let first = self.sound.iter().chain(&self.layers).next();
        first.map_or(1, Outgoing::ssrc)
    }
}
