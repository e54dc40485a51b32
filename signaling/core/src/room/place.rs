//! One seat of a visit.

use std::time::Instant;

use protocol::Participant;

use crate::{ConnectionId, MediaSession, MediaState};
use ids::Seat;

/// A seat: what is known of its person, and what is there of them now. The two are apart: a person's
/// websocket may be gone while the picture goes on, and the other way round.
#[derive(Debug, Default)]
pub(super) struct Place {
    /// The person's name, once somebody who knew it has joined.
    pub(super) name: Option<String>,
    /// How many links have been issued for the seat, as far as is known here.
    pub(super) generation: u32,
    /// The websocket of the one who sits here.
    pub(super) occupant: Option<ConnectionId>,
    /// The `PeerConnection` of the one who sits here.
    pub(super) media: Option<Media>,
    /// What the person said of microphone and camera.
    pub(super) state: MediaState,
    /// The trail says that the person has joined, and does not say yet that they left.
    pub(super) noted: bool,
    /// The trail says that somebody was heard from here.
    pub(super) heard: bool,
    /// Somebody has been here.
    pub(super) came: bool,
    /// They hung up, and have not come back.
    pub(super) hung_up: bool,
    /// When somebody of whom nothing is left counts as having left.
    pub(super) given_up_at: Option<Instant>,
}

/// A `PeerConnection`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Media {
    pub(super) session: MediaSession,
    /// Its keys are agreed.
    pub(super) connected: bool,
    /// Nothing has come over it for a while.
    pub(super) interrupted: bool,
}

impl Place {
    /// The person is here and media flows.
    pub(super) fn is_connected(&self) -> bool {
        self.occupant.is_some() && self.flows()
    }

    /// Media flows.
    pub(super) fn flows(&self) -> bool {
        self.media
            .is_some_and(|media| media.connected && !media.interrupted)
    }

    /// Something of the person is here.
    pub(super) fn is_taken(&self) -> bool {
        self.occupant.is_some() || self.media.is_some()
    }

    /// The person has come, and is here or on the way back.
    pub(super) const fn wants_in(&self) -> bool {
        self.came && !self.hung_up
    }

    /// How the others see the seat; `None` while nobody is known to belong here.
    pub(super) fn participant(&self, seat: Seat) -> Option<Participant> {
        self.name.as_ref().map(|name| Participant {
            seat,
            name: name.clone(),
            connected: self.is_connected(),
            mic: self.state.mic,
            camera: self.state.camera,
        })
    }
}
