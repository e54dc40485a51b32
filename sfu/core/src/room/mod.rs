//! One visit's call: composes publishers, receivers and the time limit.

mod control;
mod keeping;
mod media;
mod picture;
mod reports;
mod selection;
mod upkeep;

use std::time::{Duration, Instant};

use ids::Seat;

use crate::{
    output::{Outputs, RoomOutput},
    publisher::Publisher,
    receiver::Receiver,
    rtcp,
    rtp::{RtpHeader, RtpPacket},
    session::Session,
    sink::PacketSink,
    speaker::Speaker,
    stats::RoomStats,
    time_limit::TimeLimit,
    timer::{Timer, Timers},
};

/// What a room needs to know of its visit.
#[derive(Clone, Copy, Debug)]
pub struct RoomConfig {
    /// When the visit is over.
    pub ends_at: Instant,
    /// How many bytes of its latest packets a publisher's picture keeps for retransmission at first. It
    /// keeps up to sixteen times as many where receivers are far or ask late, and a room twenty-eight
    /// times as many.
    pub retransmission_bytes: usize,
}

impl RoomConfig {
    /// A room that ends at `ends_at`, otherwise as usual: 16 KiB for retransmissions, which is 0.1 s
    /// of 1.3 Mbit/s.
    #[must_use]
    pub fn ending_at(ends_at: Instant) -> Self {
        Self {
            ends_at,
            retransmission_bytes: 16 * 1024,
        }
    }
}

/// Where one participant finds another: `mid`s of its own receive lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineAssignment {
    /// The other participant's seat.
    pub seat: Seat,
    /// The line that carries the other's sound; `None`: the offer had too few lines.
    pub audio_mid: Option<String>,
    /// The line that carries the other's picture; `None`: the offer had too few lines.
    pub video_mid: Option<String>,
}

/// When a seat's media last moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LastMedia {
    /// The last RTP packet from the participant that was forwarded or could have been.
    pub received_at: Option<Instant>,
    /// The last RTP packet to the participant.
    pub sent_at: Option<Instant>,
}

/// A room of up to four.
///
/// Order of polling: after any call that takes `now`, [`Room::poll_output`] until `None`, then
/// [`Room::poll_timeout`].
#[derive(Debug)]
pub struct Room {
    config: RoomConfig,
    time_limit: TimeLimit,
    timers: Timers,
    outputs: Outputs,
    stats: RoomStats,
    speaker: Speaker,
    publishers: [Option<Publisher>; Seat::COUNT],
    receivers: [Option<Receiver>; Seat::COUNT],
    /// When the layers' rates were last measured.
    measured_at: Instant,
    /// RTCP on its way out.
    writer: rtcp::Writer,
}

impl Room {
    /// An empty room.
    #[must_use]
    pub fn new(config: RoomConfig, now: Instant) -> Self {
        let mut room = Self {
            config,
            time_limit: TimeLimit::new(config.ends_at, now),
            timers: Timers::default(),
            outputs: Outputs::default(),
            stats: RoomStats::default(),
            speaker: Speaker::default(),
            publishers: [const { None }; Seat::COUNT],
            receivers: [const { None }; Seat::COUNT],
            measured_at: now,
            writer: rtcp::Writer::new(),
        };
        room.timers.set(Timer::TimeLimit, room.time_limit.next());
        room
    }

    /// When the visit is over.
    #[must_use]
    pub fn ends_at(&self) -> Instant {
        self.time_limit.ends_at()
    }

    /// Whether the visit is over.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.time_limit.ended()
    }

    /// The counters.
    #[must_use]
    pub fn stats(&self) -> &RoomStats {
        &self.stats
    }

    /// When the seat's media last moved, each way.
    #[must_use]
    pub fn last_media(&self, seat: Seat) -> LastMedia {
        let publisher = self.publishers[seat.index()].as_ref();
        let receiver = self.receivers[seat.index()].as_ref();
        LastMedia {
            received_at: publisher.and_then(|publisher| publisher.received_at),
            sent_at: receiver.and_then(Receiver::sent_at),
        }
    }

    /// Takes a decrypted RTP packet from a participant, with the header that was read in order to open it, and forwards
    /// it.
    pub fn handle_rtp(
        &mut self,
        from: Seat,
        header: RtpHeader,
        packet: &[u8],
        now: Instant,
        sink: &mut impl PacketSink,
    ) {
        self.stats.packets_in += 1;
        self.stats.bytes_in += packet.len() as u64;
        if self.time_limit.is_over(now) {
            self.stats.dropped.ended += 1;
            return;
        }
        let Some(packet) = RtpPacket::new(header, packet) else {
            self.stats.dropped.malformed += 1;
            return;
        };
        self.handle_media(from, &packet, now, sink);
    }

    /// Takes a decrypted RTCP packet from a participant.
    pub fn handle_rtcp(
        &mut self,
        from: Seat,
        compound: &[u8],
        now: Instant,
        sink: &mut impl PacketSink,
    ) {
        self.stats.rtcp_in += 1;
        if self.time_limit.is_over(now) {
            self.stats.dropped.ended += 1;
            return;
        }
        self.handle_control(from, compound, now, sink);
    }

    /// Does what has become due.
    pub fn handle_timeout(&mut self, now: Instant, sink: &mut impl PacketSink) {
        while let Some(timer) = self.timers.pop(now) {
            self.handle_timer(timer, now, sink);
        }
    }

    /// Seats a participant, in the place of whoever sat there. Nothing is sent to the seat before
    /// [`Room::connected`], or before the first packet from it.
    ///
    /// Returns where the participant will find every other seat, taken or not: these assignments hold
    /// for as long as the session. After the end nobody is seated any more.
    pub fn join(&mut self, seat: Seat, session: Session, now: Instant) -> Vec<LineAssignment> {
        let lines = seat
            .others()
            .enumerate()
            .map(|(line, other)| LineAssignment {
                seat: other,
                audio_mid: session
                    .audio_receivers
                    .get(line)
                    .map(|line| line.mid.clone()),
                video_mid: session
                    .video_receivers
                    .get(line)
                    .map(|line| line.mid.clone()),
            })
            .collect();
        self.leave(seat, now);
        if !self.time_limit.is_over(now) {
            self.receivers[seat.index()] = Some(Receiver::new(seat, &session, now));
            self.publishers[seat.index()] = Some(Publisher::new(
                session,
                self.config.retransmission_bytes,
                now,
            ));
        }
        lines
    }

    /// The seat's transport has its keys: media may flow to it from now on.
    pub fn connected(&mut self, seat: Seat, now: Instant) {
        let Some(receiver) = self.receivers[seat.index()]
            .as_mut()
            .filter(|r| !r.connected)
        else {
            return;
        };
        receiver.connected = true;
        self.select(now);
    }

    /// A round trip of the seat's handshake took so long. It tells when the seat is asked for a key frame again,
    /// for as long as the seat's reports tell no round trip: one who waits alone is sent nothing to report on.
    pub fn note_handshake(&mut self, seat: Seat, round_trip: Duration) {
        if let Some(receiver) = &mut self.receivers[seat.index()] {
            receiver.handshake_round_trip = Some(round_trip);
        }
    }

    /// The seat's packets take another way from now on.
    pub fn rerouted(&mut self, seat: Seat, now: Instant) {
        if let Some(receiver) = &mut self.receivers[seat.index()] {
            receiver.rerouted(now);
        }
    }

    /// Empties a seat. The lines on which the others had it stay, for whoever sits there next.
    pub fn leave(&mut self, seat: Seat, now: Instant) {
        self.publishers[seat.index()] = None;
        let was_there = self.receivers[seat.index()].take().is_some();
        for receiver in self.receivers.iter_mut().flatten() {
            receiver.publisher_left(seat);
        }
        self.outputs.forget(seat);
        if was_there {
            self.select(now);
        }
        if self.speaker.leave(seat) {
            self.outputs.push(RoomOutput::Speaking(None));
            self.timers.set(Timer::Silence, None);
        }
    }

    /// Moves the end of the visit. Without effect once it has come.
    pub fn set_ends_at(&mut self, ends_at: Instant, now: Instant) {
        self.time_limit.set(ends_at, now);
        self.timers.set(Timer::TimeLimit, self.time_limit.next());
    }

    /// Ends the visit now: nothing is forwarded from here on, and the next
    /// [`Room::handle_timeout`], due at once, brings [`RoomOutput::Ended`].
    pub fn end(&mut self, now: Instant) {
        self.time_limit.end(now);
        self.timers.set(Timer::TimeLimit, self.time_limit.next());
    }

    /// What happened, oldest first.
    pub fn poll_output(&mut self) -> Option<RoomOutput> {
        self.outputs.pop()
    }

    /// When to call [`Room::handle_timeout`].
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.timers.next()
    }
}
