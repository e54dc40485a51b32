//! A room with participants made of packets: each numbers its media in its own way, and checks what it
//! gets with another implementation's parsers.

mod camera;
mod inbox;
mod link;
mod sessions;
mod watcher;
mod world;

use std::time::{Duration, Instant};

pub(crate) use camera::{Camera, Shot};
pub(crate) use inbox::{Got, Inbox};
pub(crate) use link::{Conditions, Random};
use rtc_rtcp::{
    packet::{self, Packet},
    payload_feedbacks::receiver_estimated_maximum_bitrate::ReceiverEstimatedMaximumBitrate,
};
pub(crate) use sessions::{EVERYWHERE, Kind, session};
use sfu_core::{LineAssignment, Room, RoomConfig, RoomOutput, RtpHeader};
pub(crate) use watcher::Shown;
pub(crate) use world::World;

use ids::Seat;

pub(crate) const SECOND: Duration = Duration::from_secs(1);
pub(crate) const MINUTE: Duration = Duration::from_secs(60);

/// How far a call has come: the room, its clock, what everyone got.
pub(crate) struct Call {
    pub(crate) room: Room,
    pub(crate) now: Instant,
    pub(crate) inbox: Inbox,
    pub(crate) outputs: Vec<RoomOutput>,
    /// Outputs about which pictures are needed and withheld.
    pub(crate) pictures: Vec<RoomOutput>,
    /// How many of them were heeded.
    pub(crate) pictures_done: usize,
    pub(crate) cameras: [Option<Camera>; Seat::COUNT],
}

pub(crate) fn seat(number: u8) -> Seat {
    Seat::try_from(number).unwrap()
}

impl Call {
    /// An empty room that lasts half an hour.
    pub(crate) fn new() -> Self {
        Self::lasting(30 * MINUTE)
    }

    pub(crate) fn lasting(duration: Duration) -> Self {
        let now = Instant::now();
        Self {
            room: Room::new(RoomConfig::ending_at(now + duration), now),
            now,
            inbox: Inbox::default(),
            outputs: Vec::new(),
            pictures: Vec::new(),
            pictures_done: 0,
            cameras: [const { None }; Seat::COUNT],
        }
    }

    /// A call in which everyone sits, connected.
    pub(crate) fn of_four(kinds: [Kind; 4]) -> Self {
        let mut call = Self::new();
        for (number, kind) in (0..).zip(kinds) {
            call.join(seat(number), kind);
        }
        call
    }

    pub(crate) fn join(&mut self, seat: Seat, kind: Kind) -> Vec<LineAssignment> {
        let lines = self.take_seat(seat, kind, 0);
        self.connect(seat);
        lines
    }

    /// The transport of who took a seat is ready.
    pub(crate) fn connect(&mut self, seat: Seat) {
        self.room.connected(seat, self.now);
        self.settle();
    }

    /// Joins without the transport being ready. `generation` sets the numbering apart from an earlier
    /// one of the same seat.
    pub(crate) fn take_seat(
        &mut self,
        seat: Seat,
        kind: Kind,
        generation: u32,
    ) -> Vec<LineAssignment> {
        self.cameras[seat.index()] = Some(Camera::new(seat, kind, generation));
        self.room.join(seat, session(seat, kind), self.now)
    }

    pub(crate) fn leave(&mut self, seat: Seat) {
        self.cameras[seat.index()] = None;
        self.room.leave(seat, self.now);
        self.settle();
    }

    pub(crate) fn camera(&mut self, seat: Seat) -> &mut Camera {
        self.cameras[seat.index()].as_mut().unwrap()
    }

    pub(crate) fn rtp(&mut self, from: Seat, packet: &[u8]) {
        if let Some(header) = RtpHeader::parse(packet) {
            self.room
                .handle_rtp(from, header, packet, self.now, &mut self.inbox);
        }
        self.settle();
    }

    pub(crate) fn rtcp(&mut self, from: Seat, compound: &[u8]) {
        self.room
            .handle_rtcp(from, compound, self.now, &mut self.inbox);
        self.settle();
    }

    /// The receiver says how much it can take (REMB).
    pub(crate) fn state(&mut self, receiver: Seat, bits_per_second: f32) {
        let estimate: Box<dyn Packet> = Box::new(ReceiverEstimatedMaximumBitrate {
            sender_ssrc: 1,
            bitrate: bits_per_second,
            ssrcs: Vec::new(),
        });
        self.rtcp(receiver, &packet::marshal(&[estimate]).unwrap());
    }

    /// Sends a frame of a layer, all packets of it.
    pub(crate) fn frame(&mut self, from: Seat, layer: usize, key: bool) -> Vec<Shot> {
        let shots = self.camera(from).frame(layer, key);
        for shot in &shots {
            self.rtp(from, &shot.bytes);
        }
        shots
    }

    /// Sends a packet of sound.
    pub(crate) fn sound(&mut self, from: Seat) -> Shot {
        let shot = self.camera(from).sound();
        self.rtp(from, &shot.bytes);
        shot
    }

    /// Lets time pass, timers firing on time.
    pub(crate) fn pass(&mut self, duration: Duration) {
        let until = self.now + duration;
        while let Some(at) = self.room.poll_timeout().filter(|at| *at <= until) {
            self.now = self.now.max(at);
            self.fire();
        }
        self.now = until;
    }

    /// A call as it flows: 30 frames and 50 packets of sound a second from everyone, for a time.
    pub(crate) fn flow(&mut self, duration: Duration) {
        let until = self.now + duration;
        let mut tick = 0_u64;
        while self.now < until {
            self.pass(Duration::from_millis(10));
            tick += 1;
            for from in Seat::ALL {
                let Some(camera) = &self.cameras[from.index()] else {
                    continue;
                };
                let layers = camera.layers();
                if tick.is_multiple_of(2) {
                    self.sound(from);
                }
                if tick.is_multiple_of(3) {
                    for layer in 0..layers {
                        self.frame(from, layer, false);
                    }
                }
            }
            self.answer_key_frame_requests();
        }
    }

    /// Publishers answer each request with a key frame.
    pub(crate) fn answer_key_frame_requests(&mut self) {
        for from in Seat::ALL {
            let Some(camera) = &self.cameras[from.index()] else {
                continue;
            };
            for layer in camera.asked(&self.inbox.take_key_frame_requests(from)) {
                self.frame(from, layer, true);
            }
        }
    }

    fn settle(&mut self) {
        while self.room.poll_timeout().is_some_and(|at| at <= self.now) {
            self.fire();
        }
        self.drain();
    }

    fn fire(&mut self) {
        self.room.handle_timeout(self.now, &mut self.inbox);
        assert!(
            self.room.poll_timeout().is_none_or(|at| at > self.now),
            "a timeout that was handled is no longer due"
        );
        self.drain();
    }

    fn drain(&mut self) {
        while let Some(output) = self.room.poll_output() {
            match output {
                RoomOutput::Encodings { .. } | RoomOutput::PicturesPaused { .. } => {
                    self.pictures.push(output);
                }
                _ => self.outputs.push(output),
            }
        }
    }
}
