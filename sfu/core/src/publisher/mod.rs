//! What a participant sends: told apart by SSRC, counted, asked for again where it was lost.

mod arrivals;
mod encodings;
mod key_frames;
mod layer;
mod nack;
mod rate;
mod recent_sound;
mod sources;
mod statistics;
mod store;
mod stream;
mod window;

use std::time::{Duration, Instant};

pub(crate) use arrivals::{Arrivals, CONTROL_MAX, INTERVAL as FEEDBACK_INTERVAL};
pub(crate) use key_frames::Wait;
pub(crate) use layer::{Inspected, Layer};
pub(crate) use recent_sound::{HEAD_MAX as SOUND_HEAD_MAX, RecentSound};
pub(crate) use sources::{LAYERS_MAX, Source};
pub(crate) use statistics::{SenderClock, middle_32, ticks};
pub(crate) use store::{PacketStore, Stored};
pub(crate) use stream::Stream;
pub(crate) use window::Arrival;

use crate::{
    codec::{AUDIO_CLOCK, Payload},
    rtcp::{Reception, SenderInfo},
    rtp::{ExtensionValues, RtpPacket},
    session::Session,
};
use encodings::Encodings;
use key_frames::KeyFrameRequests;
use nack::Losses;
use rate::Rate;
use sources::Sources;

/// The width and height of a topmost layer that has not told.
const TOP_SIZE: (u16, u16) = (1_280, 720);

/// The streams of one participant.
#[derive(Debug)]
pub(crate) struct Publisher {
    session: Session,
    started: Instant,
    sources: Sources,
    pub(crate) audio: Stream,
    pub(crate) audio_losses: Losses,
    pub(crate) recent_sound: RecentSound,
    /// What the sound costs, and what it would without redundancy.
    pub(crate) sound_rate: Rate,
    pub(crate) plain_sound_rate: Rate,
    /// As many as were negotiated, from low to high.
    pub(crate) layers: Vec<Layer>,
    /// H.264 parameter sets come with the pictures.
    pub(crate) parameters_in_band: bool,
    pub(crate) encodings: Encodings,
    pub(crate) key_frames: KeyFrameRequests,
    pub(crate) arrivals: Arrivals,
    pub(crate) store: PacketStore,
    pub(crate) received_at: Option<Instant>,
}

impl Publisher {
    pub(crate) fn new(session: Session, retransmission_bytes: usize, now: Instant) -> Self {
        let layers = session
            .video
            .as_ref()
            .map_or(0, |video| video.layers.len().min(LAYERS_MAX));
        let video = session.video.iter().flat_map(|video| &video.layers);
        let named = video.filter(|layer| layer.rid.is_some()).count();
        let named = if named == layers { named } else { 0 };
        let store_bytes = if layers > 0 { retransmission_bytes } else { 0 };
        Self {
            started: now,
            sources: Sources::declared(&session),
            audio: Stream::new(AUDIO_CLOCK),
            audio_losses: Losses::of_sound(),
            recent_sound: RecentSound::new(),
            sound_rate: Rate::default(),
            plain_sound_rate: Rate::default(),
            layers: (0..layers).map(|_| Layer::new()).collect(),
            parameters_in_band: false,
            encodings: Encodings::new(named),
            key_frames: KeyFrameRequests::default(),
            arrivals: Arrivals::new(now),
            store: PacketStore::new(store_bytes),
            received_at: None,
            session,
        }
    }

    pub(crate) fn session(&self) -> &Session {
        &self.session
    }

    /// Since the publisher came, for measures that need some fixed moment.
    pub(crate) fn since_start(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.started)
    }

    /// Which stream a packet is of; a new SSRC is learnt where the packet says enough.
    pub(crate) fn source(
        &mut self,
        packet: &RtpPacket<'_>,
        payload: Payload,
        extensions: &ExtensionValues<'_>,
    ) -> Option<Source> {
        if let Some(source) = self.sources.find(packet.header.ssrc) {
            return fits(source, payload).then_some(source);
        }
        let source = sources::identify(&self.session, payload, extensions)?;
        self.sources.learn(packet.header.ssrc, source);
        Some(source)
    }

    /// Notes a sender report of one of the streams.
    pub(crate) fn report(&mut self, ssrc: u32, info: SenderInfo, now: Instant) {
        match self.sources.find(ssrc) {
            Some(Source::Audio) if self.audio.ssrc() == Some(ssrc) => self.audio.report(info, now),
            Some(Source::Layer(layer)) => {
                if let Some(layer) = self.layers.get_mut(layer)
                    && layer.stream.ssrc() == Some(ssrc)
                {
                    layer.stream.report(info, now);
                }
            }
            _ => {}
        }
    }

    /// Notes that a stream has said goodbye.
    pub(crate) fn goodbye(&mut self, ssrc: u32) {
        if let Some(Source::Layer(layer)) = self.sources.find(ssrc)
            && let Some(layer) = self.layers.get_mut(layer)
        {
            layer.goodbye();
        }
    }

    /// The figures for a report to this publisher.
    pub(crate) fn receptions(&mut self, now: Instant) -> ([Reception; 1 + LAYERS_MAX], usize) {
        let mut receptions = [Reception::default(); 1 + LAYERS_MAX];
        let mut count = 0;
        let streams =
            std::iter::once(&mut self.audio).chain(self.layers.iter_mut().map(|l| &mut l.stream));
        for reception in streams.filter_map(|stream| stream.reception(now)) {
            receptions[count] = reception;
            count += 1;
        }
        (receptions, count)
    }

    /// How many bytes of those layers that somebody gets come in a time, as they were measured last.
    pub(crate) fn picture_bytes_in(&self, time: Duration) -> usize {
        let layers = self.layers.iter().filter(|layer| layer.in_use);
        let bits_per_second: u64 = layers.filter_map(Layer::cost).sum();
        let bytes = u128::from(bits_per_second) * time.as_millis() / 8_000;
        usize::try_from(bytes).unwrap_or(usize::MAX)
    }

    /// When any layer was last sent.
    pub(crate) fn newest_picture_at(&self) -> Option<Instant> {
        self.layers.iter().filter_map(Layer::last_at).max()
    }

    /// Notes packets of the sound that are missing before one that came.
    pub(crate) fn miss_sound(&mut self, arrival: Arrival, now: Instant) {
        match arrival {
            Arrival::Newest { index, skipped } => {
                // So many that they are given up is an outage: what comes next counts.
                self.audio_losses.skipped(index, skipped, now);
            }
            _ => self.audio_losses.clear(),
        }
    }

    /// Closes a period of measuring.
    pub(crate) fn measure(&mut self, period: Duration) {
        self.sound_rate.measure(period);
        self.plain_sound_rate.measure(period);
        for layer in &mut self.layers {
            layer.measure(period);
        }
    }

    /// What the sound costs, bit/s, with or without redundancy.
    pub(crate) fn sound_cost(&self, plain: bool) -> u64 {
        let rate = if plain {
            &self.plain_sound_rate
        } else {
            &self.sound_rate
        };
        rate.bits_per_second().unwrap_or_default()
    }

    /// A layer's width and height: its own, if a key frame told; else by another layer's, each layer
    /// being half as wide and half as high as the one above.
    pub(crate) fn size(&self, layer: usize) -> (u16, u16) {
        let told = |at: usize| self.layers.get(at).and_then(Layer::size);
        if let Some(size) = told(layer) {
            return size;
        }
        let top = self.layers.len().saturating_sub(1);
        let known = (0..self.layers.len()).find_map(|at| Some((at, told(at)?)));
        let (at, (width, height)) = known.unwrap_or((top, TOP_SIZE));
        let scaled = |pixels: u16| {
            let up = u32::from(pixels) << layer.saturating_sub(at);
            u16::try_from(up >> at.saturating_sub(layer)).unwrap_or(u16::MAX)
        };
        (scaled(width), scaled(height))
    }

    /// Any SSRC of the publisher's, for feedback that is about all of them.
    pub(crate) fn any_ssrc(&self) -> Option<u32> {
        self.audio
            .ssrc()
            .or_else(|| self.layers.iter().find_map(|layer| layer.stream.ssrc()))
    }
}

fn fits(source: Source, payload: Payload) -> bool {
    match payload {
        Payload::Media(codec) if codec.is_audio() => source == Source::Audio,
        Payload::Media(_) => matches!(source, Source::Layer(_)),
        Payload::Retransmission(_) => matches!(source, Source::Retransmission(_)),
    }
}
