//! One client without a socket: offer, connectivity check, DTLS handshake, media.
//!
//! Feed it datagrams and time, and give it something that sends. `poll_timeout` tells when it wants the
//! time next; `poll_event` what happened.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::Context;
use rand::Rng;

use super::{
    feedback::Feedback,
    handshake::Handshake,
    ice::Ice,
    identity::{Credentials, Identity},
    incoming::{Came, Incoming},
    meter::{Arrival, Meter, Wire},
    publishing::Publishing,
    rtcp::{self, Heard},
    rtp,
    sdp::{self, Offer, OwnSources, Remote, Shape},
    srtp::Keys,
};
use crate::{media::Media, peak::Peak};

/// How often arrivals are told.
const FEEDBACK_EVERY: Duration = Duration::from_millis(100);
/// How often reports are sent.
const REPORT_EVERY: Duration = Duration::from_secs(1);

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
    publishing: Publishing,
    /// When key frames were asked of it.
    asked: Peak,
    session: Option<Session>,
    handshake: Option<Handshake>,
    keys: Option<Keys>,
    feedback: Feedback,
    feedback_at: Option<Instant>,
    report_at: Instant,
    events: VecDeque<Event>,
}

/// What the answer brought.
struct Session {
    ice: Ice,
    server: SocketAddr,
    remote_fingerprint: String,
    transport_cc: bool,
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
        let participant = Self {
            clock,
            identity: identity.clone(),
            credentials,
            tie_breaker: rng.random(),
            publishing: Publishing::new(shape, &sources, rng),
            asked: Peak::default(),
            session: None,
            handshake: None,
            keys: None,
            feedback: Feedback::new(now),
            feedback_at: None,
            report_at: now,
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
        self.publishing.agree(remote.red, remote.transport_cc);
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
        self.publishing.play(media);
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
        let handshake = self.handshake.as_ref().and_then(Handshake::poll_timeout);
        if !self.is_connected() {
            return Some(handshake.map_or(next, |at| at.min(next)));
        }
        for at in [
            handshake,
            self.publishing.poll_timeout(),
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
        self.keys.as_ref().and(self.publishing.poll_timeout())
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
        let due = |handshake: &&mut Handshake| handshake.poll_timeout().is_some_and(|at| at <= now);
        if let Some(handshake) = self.handshake.as_mut().filter(due) {
            let keys = handshake.handle_timeout(now, wire)?;
            self.take_keys(keys, now);
        }
        if self.is_connected() {
            if let Some(keys) = &mut self.keys {
                meter.rtp_sent += self.publishing.send_due(now, self.clock, keys, wire);
            }
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
        if session.ice.works() && self.handshake.is_none() {
            let fingerprint = session.remote_fingerprint.clone();
            let mut handshake = Handshake::new(&self.identity, fingerprint, now);
            let keys = handshake.handle_timeout(now, wire)?;
            self.handshake = Some(handshake);
            self.take_keys(keys, now);
        }
        Ok(())
    }

    fn handle_dtls(
        &mut self,
        datagram: &[u8],
        now: Instant,
        wire: &mut impl Wire,
    ) -> anyhow::Result<()> {
        let Some(handshake) = &mut self.handshake else {
            return Ok(());
        };
        let keys = handshake.handle(datagram, now, wire)?;
        self.take_keys(keys, now);
        Ok(())
    }

    fn take_keys(&mut self, keys: Option<Keys>, now: Instant) {
        let (Some(keys), Some(session)) = (keys, &self.session) else {
            return;
        };
        self.keys = Some(keys);
        self.report_at = now + REPORT_EVERY;
        self.feedback_at = session.transport_cc.then_some(now + FEEDBACK_EVERY);
        self.events.push_back(Event::Connected);
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
        // One compound asks once, for however many layers.
        let mut asks = false;
        for heard in rtcp::read(plain) {
            match heard {
                Heard::KeyFrameWanted { ssrc } => asks |= self.publishing.request_key_frame(ssrc),
                Heard::Missed { ssrc, sequences } => {
                    let again = &mut self.publishing;
                    meter.rtp_sent += again.send_again(ssrc, &sequences, keys, wire)?;
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
        if asks {
            self.asked.note(arrival.now);
            meter.key_frames_wanted += 1;
            meter.key_frames_wanted_a_second =
                meter.key_frames_wanted_a_second.max(self.asked.most());
        }
        Ok(())
    }

    fn send_feedback(&mut self, now: Instant, wire: &mut impl Wire) -> anyhow::Result<()> {
        if self.feedback_at.is_some_and(|at| at <= now) {
            self.feedback_at = Some(now + FEEDBACK_EVERY);
            let own = self.publishing.ssrc();
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
        let own = self.publishing.ssrc();
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
        let own = self.publishing.sent();
        let received = self
            .session
            .iter_mut()
            .flat_map(|session| &mut session.incoming)
            .filter_map(|incoming| incoming.report(now))
            .collect();
        let unix_ns = (self.clock)();
        let packet = rtcp::reports(&own, self.publishing.ssrc(), unix_ns, received);
        self.send_rtcp(packet, wire)
    }

    fn send_rtcp(&mut self, mut packet: Vec<u8>, wire: &mut impl Wire) -> anyhow::Result<()> {
        if let Some(keys) = &mut self.keys {
            keys.outbound.protect_rtcp(&mut packet)?;
            wire.send(&packet);
        }
        Ok(())
    }
}
