//! A whole client of another implementation, str0m, in a call with a transport that echoes what it
//! hears, all in simulated time.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use rand::{SeedableRng, rngs::StdRng};
use sfu_core::{OutPacket, Session};
use sfu_transport::{
    Accepted, Certificate, CloseReason, Kind, OfferError, Transport, TransportConfig,
    TransportOutput, classify, stun_local_ufrag,
};
use str0m::{
    Candidate, Event, Input, Output, Rtc,
    change::SdpAnswer,
    format::Codec,
    media::{Direction, MediaKind, MediaTime, Mid},
    net::{Protocol, Receive},
};

const STEP: Duration = Duration::from_millis(20);

struct Call {
    rtc: Rtc,
    audio: Mid,
    video: Mid,
    address: SocketAddr,
    server: SocketAddr,
    transport: Transport,
    session: Session,
    now: Instant,
    start: Instant,
    connected: bool,
    closed: Option<CloseReason>,
    /// What ended the client.
    failure: Option<String>,
    heard: usize,
    reports: usize,
    echoed: usize,
}

fn config(server: SocketAddr) -> TransportConfig {
    TransportConfig::new(Certificate::generate().unwrap(), vec![server])
}

/// The offer of a client that sends and receives, changed on its way.
fn call(
    address: SocketAddr,
    server: SocketAddr,
    change: impl Fn(String) -> String,
) -> Result<Call, OfferError> {
    let start = Instant::now();
    let mut rtc = Rtc::builder().build(start);
    rtc.add_local_candidate(Candidate::host(address, "udp").unwrap())
        .unwrap();
    let mut api = rtc.sdp_api();
    let audio = api.add_media(MediaKind::Audio, Direction::SendRecv, None, None, None);
    let video = api.add_media(MediaKind::Video, Direction::SendRecv, None, None, None);
    api.add_channel("not for us".to_owned());
    let (offer, pending) = api.apply().unwrap();
    let offer = change(offer.to_sdp_string());
    let Accepted {
        transport,
        answer,
        session,
    } = Transport::accept(
        &offer,
        &config(server),
        &mut StdRng::seed_from_u64(3),
        start,
    )?;
    let answer = SdpAnswer::from_sdp_string(&answer).unwrap();
    rtc.sdp_api().accept_answer(pending, answer).unwrap();
    Ok(Call {
        rtc,
        audio,
        video,
        address,
        server,
        transport,
        session,
        now: start,
        start,
        connected: false,
        closed: None,
        failure: None,
        heard: 0,
        reports: 0,
        echoed: 0,
    })
}

fn v4() -> (SocketAddr, SocketAddr) {
    (
        SocketAddr::from(([192, 0, 2, 1], 5_000)),
        SocketAddr::from(([198, 51, 100, 1], 3_478)),
    )
}

impl Call {
    fn run(&mut self, length: Duration) {
        let end = self.now + length;
        while self.now < end && self.failure.is_none() {
            self.now += STEP;
            self.rtc.handle_input(Input::Timeout(self.now)).unwrap();
            self.speak();
            self.drain_client();
            if self
                .transport
                .poll_timeout()
                .is_some_and(|at| at <= self.now)
            {
                self.transport.handle_timeout(self.now);
            }
            self.drain_server();
        }
    }

    /// One packet of sound.
    fn speak(&mut self) {
        let opus = self
            .rtc
            .codec_config()
            .find(|params| params.spec().codec == Codec::Opus);
        let payload_type = opus.unwrap().pt();
        let time = MediaTime::from(self.now - self.start);
        if let Some(writer) = self.rtc.writer(self.audio).filter(|_| self.connected) {
            writer
                .write(payload_type, self.now, time, vec![7; 80])
                .unwrap();
        }
    }

    fn drain_client(&mut self) {
        loop {
            match self.rtc.poll_output().unwrap() {
                Output::Timeout(_) => return,
                Output::Transmit(transmit) => self.arrive_at_server(transmit.contents.to_vec()),
                Output::Event(Event::MediaData(media)) => {
                    assert_eq!((media.mid, media.data.len()), (self.audio, 80));
                    self.echoed += 1;
                }
                Output::Event(_) => {}
            }
        }
    }

    fn arrive_at_server(&mut self, mut datagram: Vec<u8>) {
        match classify(&datagram) {
            Kind::Stun => {
                if let Some(ufrag) = stun_local_ufrag(&datagram) {
                    assert_eq!(ufrag, self.transport.local_ufrag());
                }
                self.transport
                    .handle_stun(self.address, &datagram, self.now);
            }
            Kind::Dtls => self
                .transport
                .handle_dtls(self.address, &datagram, self.now),
            Kind::Rtp => {
                let (_, len) = self.transport.unprotect_rtp(&mut datagram).unwrap();
                self.heard += 1;
                self.echo(&datagram[..len]);
            }
            Kind::Rtcp => {
                let len = self.transport.unprotect_rtcp(&mut datagram).unwrap();
                assert!(len >= 8);
                self.reports += 1;
            }
            Kind::Junk => panic!("the client sent junk"),
        }
    }

    /// Sends a packet back under our own SSRC, without its extensions.
    fn echo(&mut self, packet: &[u8]) {
        let extension = usize::from(u16::from_be_bytes([packet[14], packet[15]]));
        let payload = if packet[0] & 0x10 == 0 {
            12
        } else {
            16 + 4 * extension
        };
        let mut header = packet[..12].to_vec();
        header[0] = 0x80;
        header[8..12].copy_from_slice(&self.session.audio_receivers[0].ssrc.to_be_bytes());
        let (head, tail) = packet[payload..].split_at(3);
        let mut out = [0; 1_500];
        let len = self
            .transport
            .protect_rtp(
                OutPacket {
                    ssrc: self.session.audio_receivers[0].ssrc,
                    sequence: u16::from_be_bytes([header[2], header[3]]),
                    header: &header,
                    head,
                    tail,
                },
                &mut out,
            )
            .unwrap();
        self.arrive_at_client(&out[..len]);
    }

    fn arrive_at_client(&mut self, datagram: &[u8]) {
        let receive = Receive::new(Protocol::Udp, self.server, self.address, datagram).unwrap();
        let taken = self.rtc.handle_input(Input::Receive(self.now, receive));
        self.failure = taken
            .err()
            .map(|error| error.to_string())
            .or(self.failure.take());
    }

    fn drain_server(&mut self) {
        while let Some(output) = self.transport.poll_output() {
            match output {
                TransportOutput::Transmit { to, bytes } => {
                    assert_eq!(to, self.address.into());
                    self.arrive_at_client(&bytes);
                }
                TransportOutput::Connected => self.connected = true,
                TransportOutput::Closed(reason) => self.closed = Some(reason),
                TransportOutput::Validated(path) => assert_eq!(path, self.address.into()),
                TransportOutput::Selected(path) => assert_eq!(path, Some(self.address.into())),
                TransportOutput::Source(_) => {}
            }
        }
    }
}

#[test]
fn media_flows_both_ways_over_either_family() {
    let v6 = |host| SocketAddr::from(([0x2001, 0xdb8, 0, 0, 0, 0, 0, host], 4_000));
    for (address, server) in [v4(), (v6(1), v6(2))] {
        let mut call = call(address, server, |offer| offer).unwrap();
        assert_eq!(
            call.session.video.as_ref().unwrap().mid,
            call.video.to_string()
        );
        assert!(call.session.payloads.vp8_rtx.is_some() && call.session.payloads.h264.is_some());
        call.run(Duration::from_secs(2));
        assert!(call.connected && call.closed.is_none());
        call.run(Duration::from_secs(5));
        assert!(call.heard >= 250, "{} heard", call.heard);
        assert!(call.echoed >= 240, "{} echoed", call.echoed);
        assert!(call.reports > 0);
        assert_eq!(call.transport.refused(), sfu_transport::Refused::default());
    }
}

#[test]
fn a_wrong_fingerprint_closes_before_any_media() {
    let (address, server) = v4();
    let mut call = call(address, server, |offer| {
        let digest = offer.split("a=fingerprint:sha-256 ").nth(1).unwrap()[..95].to_owned();
        let wrong = "00:".repeat(31) + "01";
        offer.replace(&digest, &wrong)
    })
    .unwrap();
    call.run(Duration::from_secs(3));
    assert_eq!(call.closed, Some(CloseReason::WrongCertificate));
    assert!(call.failure.is_some(), "the client is told by an alert");
    assert!(!call.connected);
    assert_eq!((call.heard, call.echoed), (0, 0));
}

#[test]
fn a_client_that_falls_silent_is_given_up_after_thirty_seconds() {
    let (address, server) = v4();
    let mut call = call(address, server, |offer| offer).unwrap();
    call.run(Duration::from_secs(3));
    let silent_since = call.now;
    while call.closed.is_none() {
        call.now = call.transport.poll_timeout().unwrap();
        call.transport.handle_timeout(call.now);
        call.drain_server();
    }
    assert_eq!(call.closed, Some(CloseReason::ConsentLost));
    assert!(call.now - silent_since <= Duration::from_secs(30));
    let mut packet = [0x80; 40];
    assert!(call.transport.unprotect_rtp(&mut packet).is_err());
    assert_eq!(call.transport.poll_timeout(), None);
}

#[test]
fn a_data_channel_line_is_rejected_in_its_place() {
    let (address, server) = v4();
    let mut rtc = Rtc::builder().build(Instant::now());
    let mut api = rtc.sdp_api();
    api.add_channel("first".to_owned());
    api.add_media(MediaKind::Audio, Direction::SendRecv, None, None, None);
    let (offer, _) = api.apply().unwrap();
    let accepted = Transport::accept(
        &offer.to_sdp_string(),
        &config(server),
        &mut StdRng::seed_from_u64(3),
        Instant::now(),
    )
    .unwrap();
    let lines: Vec<_> = accepted
        .answer
        .lines()
        .filter(|line| line.starts_with("m="))
        .collect();
    assert_eq!(lines.len(), 2);
    let rejected = lines
        .iter()
        .filter(|line| line.starts_with("m=application 0 "))
        .count();
    assert_eq!(rejected, 1, "{lines:?} for {address}");
}
