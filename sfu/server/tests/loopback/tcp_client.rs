//! A participant that UDP does not let through: str0m over one TCP connection (RFC 6544, active), with
//! framing of its own (RFC 4571).

use std::{
    collections::BTreeMap,
    io::{ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use ids::Seat;
use str0m::{
    Candidate, Event, Input, Output, Rtc,
    change::{SdpAnswer, SdpPendingOffer},
    media::{Direction, MediaKind, MediaTime, Mid},
    net::{Protocol, Receive, TcpType},
};
use tokio::sync::watch;

/// Pieces of sound and pictures, by who they say they are from.
pub(crate) type Heard = BTreeMap<Seat, usize>;

const EVERY: Duration = Duration::from_millis(20);

pub(crate) struct TcpClient {
    seat: Seat,
    rtc: Rtc,
    pending: SdpPendingOffer,
    audio: Mid,
    video: Mid,
}

/// A client on a thread of its own.
pub(crate) struct Running {
    pub(crate) heard: watch::Receiver<Heard>,
    /// Set, the client reads and writes nothing, as a phone that sleeps.
    pub(crate) sleeps: Arc<AtomicBool>,
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl TcpClient {
    pub(crate) fn new(seat: Seat) -> (Self, String) {
        let mut rtc = Rtc::builder()
            .clear_codecs()
            .enable_opus(true, false)
            .enable_vp8(true)
            .build(Instant::now());
        let mut changes = rtc.sdp_api();
        let mut line = |kind, direction| changes.add_media(kind, direction, None, None, None);
        let audio = line(MediaKind::Audio, Direction::SendOnly);
        let video = line(MediaKind::Video, Direction::SendOnly);
        for _ in 0..3 {
            line(MediaKind::Audio, Direction::RecvOnly);
            line(MediaKind::Video, Direction::RecvOnly);
        }
        let (offer, pending) = changes.apply().unwrap();
        let client = Self {
            seat,
            rtc,
            pending,
            audio,
            video,
        };
        (client, offer.to_sdp_string())
    }

    /// Connects to the passive candidate of the answer, and to no other, and begins to talk.
    pub(crate) fn start(self, answer: &str, connect: fn(SocketAddr) -> TcpStream) -> Running {
        let Self {
            seat,
            mut rtc,
            pending,
            audio,
            video,
        } = self;
        let server = passive_candidate(answer);
        let stream = connect(server);
        stream.set_nodelay(true).unwrap();
        let local = stream.local_addr().unwrap();
        let candidate = Candidate::builder()
            .tcp()
            .host(local)
            .tcptype(TcpType::Active)
            .build()
            .unwrap();
        rtc.add_local_candidate(candidate);
        let answer = SdpAnswer::from_sdp_string(answer).unwrap();
        rtc.sdp_api().accept_answer(pending, answer).unwrap();
        let (heard, hears) = watch::channel(Heard::new());
        let stop = Arc::new(AtomicBool::new(false));
        let sleeps = Arc::new(AtomicBool::new(false));
        let mut call = Call {
            seat,
            rtc,
            stream,
            server,
            local,
            audio,
            video,
            heard,
            received: Vec::new(),
            talks: false,
        };
        let (stopped, asleep) = (Arc::clone(&stop), Arc::clone(&sleeps));
        let thread = std::thread::spawn(move || {
            let mut tick = 0;
            let began = Instant::now();
            while !stopped.load(Ordering::Relaxed) {
                if asleep.load(Ordering::Relaxed) {
                    std::thread::yield_now();
                    continue;
                }
                call.step(began, &mut tick);
            }
        });
        Running {
            heard: hears,
            sleeps,
            stop,
            thread,
        }
    }
}

impl Running {
    pub(crate) async fn hears(&self, who: Seat, times: usize) {
        let enough = |heard: &Heard| heard.get(&who).is_some_and(|count| *count >= times);
        self.heard.clone().wait_for(enough).await.unwrap();
    }

    /// Hangs up by closing the connection.
    pub(crate) fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap();
    }
}

/// Where an answer says that TCP connections are taken.
pub(crate) fn passive_candidate(answer: &str) -> SocketAddr {
    let line = answer
        .lines()
        .find(|line| line.ends_with(" typ host tcptype passive"))
        .unwrap();
    let fields: Vec<&str> = line.split(' ').collect();
    assert_eq!(fields[2], "tcp");
    format!("{}:{}", fields[4], fields[5]).parse().unwrap()
}

struct Call {
    seat: Seat,
    rtc: Rtc,
    stream: TcpStream,
    server: SocketAddr,
    local: SocketAddr,
    audio: Mid,
    video: Mid,
    heard: watch::Sender<Heard>,
    received: Vec<u8>,
    talks: bool,
}

impl Call {
    /// Sends what is due and receives until the next thing is.
    fn step(&mut self, began: Instant, tick: &mut u32) {
        let now = Instant::now();
        while self.talks && began + EVERY * *tick <= now {
            self.say(*tick, now);
            *tick += 1;
        }
        let until = loop {
            match self.rtc.poll_output().unwrap() {
                Output::Timeout(at) => break at,
                Output::Transmit(transmit) => {
                    assert_eq!(transmit.proto, Protocol::Tcp);
                    assert_eq!(transmit.destination, self.server);
                    let length = u16::try_from(transmit.contents.len()).unwrap();
                    let frame = [&length.to_be_bytes()[..], &transmit.contents].concat();
                    self.stream.write_all(&frame).unwrap();
                }
                Output::Event(Event::Connected) => self.talks = true,
                Output::Event(Event::MediaData(media)) => {
                    let seat = Seat::try_from(*media.data.last().unwrap()).unwrap();
                    self.heard
                        .send_modify(|heard| *heard.entry(seat).or_default() += 1);
                }
                Output::Event(_) => {}
            }
        };
        let wait = until.saturating_duration_since(now);
        let wait = wait.clamp(Duration::from_millis(1), EVERY / 4);
        self.stream.set_read_timeout(Some(wait)).unwrap();
        let mut buffer = [0; 4096];
        match self.stream.read(&mut buffer) {
            Ok(length) => {
                self.received.extend(&buffer[..length]);
                self.take_frames();
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(error) => panic!("the connection is gone: {error}"),
        }
        self.rtc
            .handle_input(Input::Timeout(Instant::now()))
            .unwrap();
    }

    fn take_frames(&mut self) {
        while let Some((length, rest)) = self.received.split_first_chunk() {
            let length = usize::from(u16::from_be_bytes(*length));
            let Some(frame) = rest.get(..length) else {
                return;
            };
            let receive = Receive {
                proto: Protocol::Tcp,
                source: self.server,
                destination: self.local,
                contents: frame.try_into().unwrap(),
            };
            self.rtc
                .handle_input(Input::Receive(Instant::now(), receive))
                .unwrap();
            self.received.drain(..2 + length);
        }
    }

    fn say(&mut self, tick: u32, now: Instant) {
        let time = Duration::from_millis(20 * u64::from(tick));
        let mut sound = vec![0; 100];
        sound[99] = self.seat.into();
        self.write(self.audio, now, time, sound);
        // A VP8 frame (RFC 6386 section 9.1) as far as anyone on the way looks at it.
        let is_key = tick.is_multiple_of(50);
        let mut picture = vec![0; 900];
        picture[0] = if is_key { 0x10 } else { 0x11 };
        if is_key {
            picture[3..10].copy_from_slice(&[0x9d, 0x01, 0x2a, 0x40, 0x01, 0xf0, 0x00]);
        }
        picture[899] = self.seat.into();
        self.write(self.video, now, time, picture);
    }

    fn write(&mut self, mid: Mid, now: Instant, time: Duration, data: Vec<u8>) {
        let writer = self.rtc.writer(mid).unwrap();
        let payload_type = writer.payload_params().next().unwrap().pt();
        writer
            .write(payload_type, now, MediaTime::from(time), data)
            .unwrap();
        // Each input has its outputs taken before the next.
        while let Output::Transmit(transmit) = self.rtc.poll_output().unwrap() {
            let length = u16::try_from(transmit.contents.len()).unwrap();
            let frame = [&length.to_be_bytes()[..], &transmit.contents].concat();
            self.stream.write_all(&frame).unwrap();
        }
    }
}
