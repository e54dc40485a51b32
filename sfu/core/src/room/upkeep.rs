//! What a room does when time passes.

use std::time::{Duration, Instant};

use ids::Seat;

use super::Room;
use crate::{
    output::RoomOutput,
    publisher::{CONTROL_MAX, Wait},
    receiver::{Egress, Receiver},
    sink::PacketSink,
    time_limit::Passed,
    timer::{Timer, Timers},
};

/// Padding is not looked after more often than this.
const PADDING_EVERY: Duration = Duration::from_millis(1);
/// A round trip not yet measured.
const ROUND_TRIP: Duration = Duration::from_millis(100);
/// A lost packet is asked for again no faster than this.
const ROUND_TRIP_MIN: Duration = Duration::from_millis(20);

impl Room {
    pub(super) fn handle_timer(&mut self, timer: Timer, now: Instant, sink: &mut impl PacketSink) {
        match timer {
            Timer::TimeLimit => {
                match self.time_limit.handle_timeout(now) {
                    Some(Passed::Warning(remaining)) => {
                        self.outputs.push(RoomOutput::Warning { remaining });
                    }
                    Some(Passed::End) => return self.shut(),
                    None => {}
                }
                self.timers.set(Timer::TimeLimit, self.time_limit.next());
            }
            Timer::Feedback => self.send_feedback(sink),
            Timer::Nack => self.send_nacks(now, sink),
            Timer::KeyFrame => self.send_key_frame_requests(now, sink),
            Timer::Report => self.send_reports(now, sink),
            Timer::Selection => {
                let period = now.saturating_duration_since(self.measured_at);
                for publisher in self.publishers.iter_mut().flatten() {
                    publisher.measure(period);
                }
                for receiver in self.receivers.iter_mut().flatten() {
                    receiver.out.bandwidth.grow();
                }
                self.make_room_for_kept();
                self.select(now);
            }
            Timer::Probe => self.send_probes(now, sink),
            Timer::Encodings => self.tell_encodings(now),
            Timer::Silence => {
                if self.speaker.handle_timeout(now) {
                    self.outputs.push(RoomOutput::Speaking(None));
                }
                self.timers.set(Timer::Silence, self.speaker.next());
            }
        }
    }

    /// How long a participant's key frame takes at least.
    pub(super) fn key_frame_takes(&self, seat: Seat) -> Duration {
        self.receivers[seat.index()]
            .as_ref()
            .map_or(ROUND_TRIP, key_frame_takes)
    }

    /// The end: nobody is left to send to, and nothing will ever be due again.
    fn shut(&mut self) {
        self.publishers = [const { None }; Seat::COUNT];
        self.receivers = [const { None }; Seat::COUNT];
        self.timers = Timers::default();
        self.outputs.push(RoomOutput::Ended);
    }

    /// Each publisher is told when its packets came.
    fn send_feedback(&mut self, sink: &mut impl PacketSink) {
        let mut control = [0; CONTROL_MAX];
        for (seat, publisher, receiver) in pairs(&mut self.publishers, &mut self.receivers) {
            let Some(media) = publisher
                .any_ssrc()
                .filter(|_| publisher.arrivals.pending())
            else {
                continue;
            };
            while let Some(control) = publisher.arrivals.feedback(&mut control) {
                self.writer.clear();
                self.writer
                    .transport_feedback(receiver.report_ssrc, media, control);
                self.stats.feedback_sent += 1;
                self.stats.rtcp_out += 1;
                sink.send_rtcp(seat, self.writer.compound());
            }
        }
    }

    /// Networks are asked whether they carry more.
    fn send_probes(&mut self, now: Instant, sink: &mut impl PacketSink) {
        let mut egress = Egress {
            now,
            stats: &mut self.stats,
            sink,
        };
        for receiver in self.receivers.iter_mut().flatten().filter(|r| r.connected) {
            receiver.probe(&mut egress);
            if let Some(at) = receiver.out.bandwidth.next() {
                self.timers.arm(Timer::Probe, at.max(now + PADDING_EVERY));
            }
        }
    }

    /// Publishers are asked for what was lost.
    fn send_nacks(&mut self, now: Instant, sink: &mut impl PacketSink) {
        for (seat, publisher, receiver) in pairs(&mut self.publishers, &mut self.receivers) {
            let round_trip = round_trip(receiver);
            self.writer.clear();
            if let Some(media) = publisher.audio.ssrc() {
                if let Some(request) = publisher.audio_losses.request(now, round_trip) {
                    self.writer
                        .nack(receiver.report_ssrc, media, request.pairs());
                    self.stats.nacks_sent += request.packets;
                }
                if let Some(at) = publisher.audio_losses.next() {
                    self.timers.arm(Timer::Nack, at);
                }
            }
            for (number, layer) in publisher.layers.iter_mut().enumerate() {
                let Some(media) = layer.stream.ssrc() else {
                    continue;
                };
                if let Some(request) = layer.losses.request(now, round_trip) {
                    self.writer
                        .nack(receiver.report_ssrc, media, request.pairs());
                    self.stats.nacks_sent += request.packets;
                }
                if layer.losses.take_given_up() {
                    // Without it the picture cannot go on.
                    let wait = layer
                        .stream
                        .newest_place()
                        .map_or(Wait::ToBegin, Wait::ToGoOn);
                    publisher.key_frames.want(number, wait);
                    let takes = key_frame_takes(receiver);
                    if let Some(at) = publisher.key_frames.next(takes, now) {
                        self.timers.arm(Timer::KeyFrame, at);
                    }
                }
                if let Some(at) = layer.losses.next() {
                    self.timers.arm(Timer::Nack, at);
                }
            }
            if !self.writer.is_empty() {
                self.stats.rtcp_out += 1;
                sink.send_rtcp(seat, self.writer.compound());
            }
        }
    }

    /// Publishers are asked for key frames.
    fn send_key_frame_requests(&mut self, now: Instant, sink: &mut impl PacketSink) {
        for (seat, publisher, receiver) in pairs(&mut self.publishers, &mut self.receivers) {
            self.writer.clear();
            let takes = key_frame_takes(receiver);
            let asked = publisher.key_frames.ask(takes, now);
            for (number, layer) in publisher.layers.iter().enumerate() {
                if let Some(media) = layer.stream.ssrc().filter(|_| asked.contains(number)) {
                    self.writer.picture_loss(receiver.report_ssrc, media);
                    self.stats.key_frame_requests_sent += 1;
                }
            }
            if let Some(at) = publisher.key_frames.next(takes, now) {
                self.timers.arm(Timer::KeyFrame, at);
            }
            if !self.writer.is_empty() {
                self.stats.rtcp_out += 1;
                sink.send_rtcp(seat, self.writer.compound());
            }
        }
    }
}

/// How long a participant's answer takes at least, as its reports tell.
fn round_trip(receiver: &Receiver) -> Duration {
    receiver
        .round_trip
        .unwrap_or(ROUND_TRIP)
        .max(ROUND_TRIP_MIN)
}

/// The same of a key frame, for which nobody asks too early: as long as no report tells, as the handshake told,
/// which may be more than it is.
fn key_frame_takes(receiver: &Receiver) -> Duration {
    receiver
        .round_trip
        .or(receiver.handshake_round_trip)
        .unwrap_or(ROUND_TRIP)
        .max(ROUND_TRIP_MIN)
}

/// Everyone who sends, with the lines on which they are reached.
fn pairs<'a, P, R>(
    publishers: &'a mut [Option<P>; Seat::COUNT],
    receivers: &'a mut [Option<R>; Seat::COUNT],
) -> impl Iterator<Item = (Seat, &'a mut P, &'a mut R)> {
    Seat::ALL
        .into_iter()
        .zip(publishers.iter_mut().zip(receivers))
        .filter_map(|(seat, (publisher, receiver))| {
            Some((seat, publisher.as_mut()?, receiver.as_mut()?))
        })
}
