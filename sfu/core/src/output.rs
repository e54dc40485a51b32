//! What a room tells its shell, other than packets.

use std::time::Duration;

use ids::Seat;

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
    /// The visit is over: nothing is forwarded any more, ever. Comes exactly once, and last.
    Ended,
}

/// Outputs not yet polled. Of each kind only the latest counts, so this is bounded.
#[derive(Debug, Default)]
pub(crate) struct Outputs {
    warning: Option<Duration>,
    speaking: Option<Option<Seat>>,
    ended: bool,
}

impl Outputs {
    pub(crate) fn push(&mut self, output: RoomOutput) {
        match output {
            RoomOutput::Warning { remaining } => self.warning = Some(remaining),
            RoomOutput::Speaking(seat) => self.speaking = Some(seat),
            RoomOutput::Ended => self.ended = true,
        }
    }

    pub(crate) fn pop(&mut self) -> Option<RoomOutput> {
        if let Some(remaining) = self.warning.take() {
            return Some(RoomOutput::Warning { remaining });
        }
        if let Some(seat) = self.speaking.take() {
            return Some(RoomOutput::Speaking(seat));
        }
        std::mem::take(&mut self.ended).then_some(RoomOutput::Ended)
    }
}
