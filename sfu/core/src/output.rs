//! What a room tells its shell, other than packets.

use std::time::Duration;

use ids::Seat;

use crate::tile::{EncodingSet, SeatSet};

/// Something that happened in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoomOutput {
    /// The visit ends soon.
    Warning {
        /// Five minutes or one minute: what was announced, not what a clock says by now.
        remaining: Duration,
    },
    /// Who speaks now; `None`: nobody.
    Speaking(Option<Seat>),
    /// Which of its simulcast encodings a publisher needs to send. Until said: all.
    Encodings {
        /// The publisher.
        seat: Seat,
        /// Those that somebody needs; [`Room::rids`](crate::Room::rids) names them. Empty: nobody
        /// needs its picture.
        active: EncodingSet,
    },
    /// Whose pictures a receiver does not get, because its network cannot carry them. Until said: none.
    PicturesPaused {
        /// The receiver.
        receiver: Seat,
        /// Whose pictures.
        paused: SeatSet,
    },
    /// The visit is over: nothing is forwarded any more, ever. Comes exactly once, and last.
    Ended,
}

/// Outputs not yet polled. Of each kind, and for each seat, only the latest counts, so this is bounded.
#[derive(Debug, Default)]
pub(crate) struct Outputs {
    warning: Option<Duration>,
    speaking: Option<Option<Seat>>,
    encodings: [Option<EncodingSet>; Seat::COUNT],
    paused: [Option<SeatSet>; Seat::COUNT],
    ended: bool,
}

impl Outputs {
    pub(crate) fn push(&mut self, output: RoomOutput) {
        match output {
            RoomOutput::Warning { remaining } => self.warning = Some(remaining),
            RoomOutput::Speaking(seat) => self.speaking = Some(seat),
            RoomOutput::Encodings { seat, active } => self.encodings[seat.index()] = Some(active),
            RoomOutput::PicturesPaused { receiver, paused } => {
                self.paused[receiver.index()] = Some(paused);
            }
            RoomOutput::Ended => self.ended = true,
        }
    }

    /// Forgets what was to be said to whoever sat there.
    pub(crate) fn forget(&mut self, seat: Seat) {
        self.encodings[seat.index()] = None;
        self.paused[seat.index()] = None;
    }

    pub(crate) fn pop(&mut self) -> Option<RoomOutput> {
        if let Some(remaining) = self.warning.take() {
            return Some(RoomOutput::Warning { remaining });
        }
        if let Some(seat) = self.speaking.take() {
            return Some(RoomOutput::Speaking(seat));
        }
        for seat in Seat::ALL {
            if let Some(active) = self.encodings[seat.index()].take() {
                return Some(RoomOutput::Encodings { seat, active });
            }
            if let Some(paused) = self.paused[seat.index()].take() {
                let receiver = seat;
                return Some(RoomOutput::PicturesPaused { receiver, paused });
            }
        }
        std::mem::take(&mut self.ended).then_some(RoomOutput::Ended)
    }
}
