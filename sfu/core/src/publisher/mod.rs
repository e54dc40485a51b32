//! What a participant sends: told apart by SSRC, counted, asked for again where it was lost.

mod arrivals;
mod key_frames;
mod layer;
mod nack;
mod sources;
mod statistics;
mod store;
mod stream;
mod window;

use std::time::{Duration, Instant};

pub(crate) use arrivals::{Arrivals, CONTROL_MAX, INTERVAL as FEEDBACK_INTERVAL};
pub(crate) use layer::{Inspected, Layer};
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
use sources::Sources;

/// The streams of one participant.
#[derive(Debug)]
pub(crate) struct Publisher {
    session: Session,
    started: Instant,
    sources: Sources,
    pub(crate) audio: Stream,
    /// As many as were negotiated, from low to high.
    pub(crate) layers: Vec<Layer>,
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
        let store_bytes = if layers > 0 { retransmission_bytes } else { 0 };
        Self {
            started: now,
            sources: Sources::declared(&session),
            audio: Stream::new(AUDIO_CLOCK),
            layers: (0..layers).map(|_| Layer::new()).collect(),
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
        if let Some(source) = self.sources.find(packet.ssrc) {
            return fits(source, payload).then_some(source);
        }
        let source = sources::identify(&self.session, payload, extensions)?;
        self.sources.learn(packet.ssrc, source);
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

    /// When any layer was last sent.
    pub(crate) fn newest_picture_at(&self) -> Option<Instant> {
        self.layers.iter().filter_map(Layer::last_at).max()
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
