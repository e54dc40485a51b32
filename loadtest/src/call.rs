//! One `PeerConnection`'s call: the clip goes out, and what comes in is counted.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use ids::Seat;
use protocol::{Joined, ReceiveLine};
use rtc::{rtp::packet::Packet, rtp_transceiver::rtp_sender::RtpCodecKind};
use tokio::{sync::mpsc, task::JoinSet, time::sleep_until};
use webrtc::media_stream::{
    track_local::TrackLocal,
    track_remote::{TrackRemote, TrackRemoteEvent},
};

use crate::{
    clip::Clip,
    freezes::Freezes,
    latency::Latencies,
    lean::fleet::unix_ns,
    media,
    peak::Peak,
    peer::{self, Outgoing, Peer, PeerEvent},
    player::{Due, Player, Wiring},
    playout::Playout,
    report::{CallReport, LineReport, StreamReport},
    synthetic::Stamp,
    tally::{Pictures, Tally},
};

/// How often a key frame is asked for while none comes.
const KEY_FRAME_PATIENCE: Duration = Duration::from_secs(1);

/// What a bot sends.
#[derive(Clone, Debug)]
pub struct Performance {
    /// The picture and the voice.
    pub clip: Arc<Clip>,
    /// How far into the clip the voice begins.
    pub offset: Duration,
    /// Where it is counted how long packets are on the way. With it, what is sent carries the time of its
    /// sending: every sound, and every picture at its end.
    pub latencies: Option<Latencies>,
}

/// A call, from the offer on.
pub struct Call {
    peer: Peer,
    performance: Performance,
    /// From when on the times of the report count.
    since: Instant,
    connected: Option<Instant>,
    joined: Option<Answered>,
    counts: Arc<Mutex<Counts>>,
    tasks: JoinSet<()>,
}

struct Answered {
    at: Instant,
    seat: Seat,
    lines: Vec<ReceiveLine>,
    mids: HashMap<u32, String>,
    wiring: Wiring,
}

/// What happens in a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallEvent {
    /// Media may flow.
    Connected,
    /// No way leads to the server any more.
    Failed,
}

#[derive(Default)]
struct Counts {
    audio_packets_sent: u64,
    video_packets_sent: u64,
    key_frame_requests: u64,
    requests_a_second: Peak,
    incoming: HashMap<u32, Incoming>,
}

#[derive(Default)]
struct Incoming {
    tally: Tally,
    /// `None` for sound.
    pictures: Option<Pictures>,
    freezes: Freezes,
    voice: Playout,
}

impl Call {
    /// Makes a `PeerConnection` at a local address, and its offer.
    pub async fn offer(
        local: SocketAddr,
        performance: Performance,
    ) -> anyhow::Result<(Self, String)> {
        let since = Instant::now();
        let (peer, sdp) = Peer::offer(local).await?;
        let call = Self {
            peer,
            performance,
            since,
            connected: None,
            joined: None,
            counts: Arc::default(),
            tasks: JoinSet::new(),
        };
        Ok((call, sdp))
    }

    /// One is early: the times of the report count from here on.
    pub fn count_from(&mut self, since: Instant) {
        self.since = since;
    }

    /// Takes the answer.
    pub async fn answer(&mut self, joined: &Joined) -> anyhow::Result<()> {
        let at = Instant::now();
        let (wiring, mids) = self.peer.answer(&joined.answer).await?;
        self.joined = Some(Answered {
            at,
            seat: joined.seat,
            lines: joined.lines.clone(),
            mids,
            wiring,
        });
        Ok(())
    }

    /// The next thing that happens. May be dropped and called again at any time.
    pub async fn event(&mut self) -> CallEvent {
        while let Some(event) = self.peer.event().await {
            match event {
                PeerEvent::Connected if self.connected.is_none() => {
                    self.connected = Some(Instant::now());
                    self.publish();
                    return CallEvent::Connected;
                }
                PeerEvent::Connected => {}
                PeerEvent::Failed => return CallEvent::Failed,
                PeerEvent::Track(track) => {
                    let counts = Arc::clone(&self.counts);
                    let latencies = self.performance.latencies.clone();
                    self.tasks.spawn(receive(track, counts, latencies));
                }
            }
        }
        CallEvent::Failed
    }

    /// What there is so far. `None` before the answer.
    #[must_use]
    pub fn report(&self) -> Option<CallReport> {
        let joined = self.joined.as_ref()?;
        let since = self.since;
        let counts = lock(&self.counts);
        let lines = joined
            .lines
            .iter()
            .map(|line| counts.line(line, &joined.mids, since));
        let lines: Vec<_> = lines.collect();
        Some(CallReport {
            seat: joined.seat.into(),
            join_ms: ms(since, joined.at),
            connected_ms: self.connected.map(|at| ms(since, at)),
            first_frame_ms: lines
                .iter()
                .filter_map(|line| line.video.as_ref()?.first_ms)
                .min(),
            audio_packets_sent: counts.audio_packets_sent,
            video_packets_sent: counts.video_packets_sent,
            key_frame_requests: counts.key_frame_requests,
            key_frame_requests_a_second: counts.requests_a_second.most(),
            lines,
        })
    }

    /// Hangs up, and tells what there was.
    pub async fn close(mut self) -> Option<CallReport> {
        self.peer.close().await;
        self.tasks.shutdown().await;
        self.report()
    }

    fn publish(&mut self) {
        let Some(joined) = &self.joined else {
            return;
        };
        let player = Player::new(
            Arc::clone(&self.performance.clip),
            joined.wiring.clone(),
            self.performance.offset,
            Instant::now(),
        );
        let (wanted, requests) = mpsc::unbounded_channel();
        let (audio, video) = (self.peer.audio().clone(), self.peer.video().clone());
        self.tasks.spawn(hear_requests(
            video.clone(),
            Arc::clone(&self.counts),
            wanted,
        ));
        let counts = Arc::clone(&self.counts);
        let is_stamped = self.performance.latencies.is_some();
        self.tasks
            .spawn(play(player, is_stamped, audio, video, requests, counts));
    }
}

impl Counts {
    fn asked_for_a_key_frame(&mut self, now: Instant) {
        self.key_frame_requests += 1;
        self.requests_a_second.note(now);
    }

    fn line(&self, line: &ReceiveLine, mids: &HashMap<u32, String>, since: Instant) -> LineReport {
        let report = |mid: &Option<String>, picture: bool| {
            let mid = mid.as_ref()?;
            let came = self
                .incoming
                .iter()
                .find(|(ssrc, _)| mids.get(ssrc) == Some(mid))
                .map(|(_, incoming)| incoming.report(since));
            Some(came.unwrap_or_else(|| StreamReport {
                frames: picture.then_some(0),
                key_frames: picture.then_some(0),
                ..StreamReport::default()
            }))
        };
        LineReport {
            seat: line.seat.into(),
            audio: report(&line.audio_mid, false),
            video: report(&line.video_mid, true),
        }
    }
}

impl Incoming {
    fn count(&mut self, packet: &Packet, now: Instant) {
        self.tally.count(packet, now);
        let header = &packet.header;
        if let Some(pictures) = &mut self.pictures {
            let before = pictures.frames();
            pictures.count(header.sequence_number, header.marker, &packet.payload, now);
            for _ in before..pictures.frames() {
                self.freezes.rendered(now);
            }
        } else {
            self.voice.arrived(header.timestamp, header.marker, now);
        }
    }

    fn report(&self, since: Instant) -> StreamReport {
        let first = self
            .pictures
            .as_ref()
            .map_or_else(|| self.tally.first_packet(), Pictures::first_frame);
        StreamReport {
            packets: self.tally.packets(),
            bytes: self.tally.bytes(),
            lost: self.tally.lost(),
            frames: self.pictures.as_ref().map(Pictures::frames),
            key_frames: self.pictures.as_ref().map(Pictures::key_frames),
            freezes: self.pictures.as_ref().map(|_| self.freezes.count()),
            sounds_due: self.pictures.is_none().then(|| self.voice.due()),
            sounds_concealed: self.pictures.is_none().then(|| self.voice.concealed()),
            first_ms: first.map(|at| ms(since, at)),
        }
    }
}

async fn play(
    mut player: Player,
    is_stamped: bool,
    audio: Outgoing,
    video: Outgoing,
    mut requests: mpsc::UnboundedReceiver<u32>,
    counts: Arc<Mutex<Counts>>,
) {
    let mut due = Vec::new();
    while let Some(at) = player.poll_timeout() {
        tokio::select! {
            Some(ssrc) = requests.recv() => player.request_key_frame(ssrc),
            () = sleep_until(at.into()) => {
                player.handle_timeout(Instant::now(), |packet| due.push(packet));
                for mut packet in due.drain(..) {
                    if is_stamped {
                        media::stamp(&mut packet, unix_ns());
                    }
                    let sent = match packet {
                        Due::Audio(packet) => {
                            lock(&counts).audio_packets_sent += 1;
                            audio.track.write_rtp(packet).await
                        }
                        Due::Video(packet) => {
                            lock(&counts).video_packets_sent += 1;
                            video.track.write_rtp(packet).await
                        }
                    };
                    if let Err(error) = sent {
                        tracing::debug!(%error, "the PeerConnection takes no more packets");
                        return;
                    }
                }
            }
        }
    }
}

async fn hear_requests(
    video: Outgoing,
    counts: Arc<Mutex<Counts>>,
    wanted: mpsc::UnboundedSender<u32>,
) {
    while let Some(ssrcs) = video.key_frame_requests().await {
        // One compound asks once, for however many layers.
        if !ssrcs.is_empty() {
            lock(&counts).asked_for_a_key_frame(Instant::now());
        }
        for ssrc in ssrcs {
            if wanted.send(ssrc).is_err() {
                return;
            }
        }
    }
}

async fn receive(
    track: Arc<dyn TrackRemote>,
    counts: Arc<Mutex<Counts>>,
    latencies: Option<Latencies>,
) {
    let picture = track.kind().await == RtpCodecKind::Video;
    let mut asked: Option<Instant> = None;
    while let Some(event) = track.poll().await {
        let TrackRemoteEvent::OnRtpPacket(packet) = event else {
            continue;
        };
        let (ssrc, now) = (packet.header.ssrc, Instant::now());
        if let (Some(latencies), Some(stamp)) = (&latencies, Stamp::read(&packet.payload)) {
            latencies.note(stamp, unix_ns());
        }
        let wants_key_frame = {
            let mut counts = lock(&counts);
            let incoming = counts.incoming.entry(ssrc).or_insert_with(|| Incoming {
                tally: Tally::default(),
                pictures: picture.then(Pictures::default),
                freezes: Freezes::default(),
                voice: Playout::default(),
            });
            incoming.count(&packet, now);
            let pictures = incoming.pictures.as_ref();
            pictures.is_some_and(Pictures::wants_key_frame)
        };
        let patient = asked.is_none_or(|at| now.duration_since(at) > KEY_FRAME_PATIENCE);
        if wants_key_frame && patient {
            asked = Some(now);
            peer::request_key_frame(&*track, ssrc).await;
        }
    }
}

fn lock(counts: &Mutex<Counts>) -> MutexGuard<'_, Counts> {
    // Counts are plain numbers: whatever a panicking task left is still sound.
    counts.lock().unwrap_or_else(PoisonError::into_inner)
}

fn ms(from: Instant, to: Instant) -> u64 {
    u64::try_from(to.saturating_duration_since(from).as_millis()).unwrap_or(u64::MAX)
}
