//! What the SFU tells signaling, and how it gets there without ever holding up media.

use std::{collections::VecDeque, time::Instant};

use ids::{Seat, VisitId};
use sfu_transport::CloseReason;
use tokio::sync::mpsc::{Sender, error::TrySendError};

use crate::MediaSessionId;

/// The most events that wait for a consumer that has fallen behind. Beyond it the oldest are lost;
/// it is never reached by a consumer that is alive.
const PENDING: usize = 65_536;

/// Something that happened in a visit's call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SfuEvent {
    /// The visit.
    pub visit: VisitId,
    /// Whose connection it happened to; `None` for what happens to the visit as a whole. A seat may
    /// have been taken again before the event is heard: what happened to the former connection says
    /// nothing about the new one.
    pub session: Option<MediaSessionId>,
    /// What happened.
    pub kind: SfuEventKind,
}

/// What can happen in a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SfuEventKind {
    /// The seat's keys are agreed: its media flows.
    Connected(Seat),
    /// Nothing has come from the seat for a while; its connection is not given up yet. Said of one that is connected.
    Interrupted {
        /// Whose.
        seat: Seat,
        /// When something last came.
        since: Instant,
    },
    /// Something comes from the seat again.
    Resumed(Seat),
    /// The seat's connection is gone, and not because signaling or a newer device ended it.
    Disconnected(Seat, DisconnectReason),
    /// Who speaks now; `None`: nobody.
    Speaking(Option<Seat>),
    /// Which of its simulcast encodings somebody needs, by their rids, from low to high; none: nobody
    /// needs its picture. Until said: all.
    Encodings {
        /// The publisher.
        seat: Seat,
        /// Those to be sent.
        active: Vec<String>,
    },
    /// Whose pictures a receiver does not get, because its network cannot carry them. Until said:
    /// nobody's.
    PicturesPaused {
        /// The receiver.
        seat: Seat,
        /// Whose pictures.
        paused: Vec<Seat>,
    },
    /// The visit ends soon.
    Warning(Warning),
    /// The visit is over; every transport is closed. The visit's last event.
    Ended,
}

/// How soon a visit ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warning {
    /// In five minutes.
    FiveMinutes,
    /// In one minute.
    OneMinute,
}

/// Why a connection is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisconnectReason {
    /// The transport closed.
    Transport(CloseReason),
    /// The media thread failed and was restarted: joining again helps.
    MediaThreadRestarted,
}

impl SfuEventKind {
    /// The seat whose connection it is about; `None` for what is about the visit.
    pub(crate) fn seat(&self) -> Option<Seat> {
        match self {
            Self::Connected(seat)
            | Self::Interrupted { seat, .. }
            | Self::Resumed(seat)
            | Self::Disconnected(seat, _)
            | Self::Encodings { seat, .. }
            | Self::PicturesPaused { seat, .. } => Some(*seat),
            Self::Speaking(_) | Self::Warning(_) | Self::Ended => None,
        }
    }

    /// Whether only the latest of its kind counts.
    fn is_state(&self) -> bool {
        matches!(
            self,
            Self::Speaking(_) | Self::Encodings { .. } | Self::PicturesPaused { .. }
        )
    }

    /// Whether an earlier event of the same visit means nothing any more.
    fn supersedes(&self, earlier: &Self) -> bool {
        match (self, earlier) {
            (Self::Speaking(_), Self::Speaking(_)) => true,
            (Self::Encodings { seat, .. }, Self::Encodings { seat: before, .. })
            | (Self::PicturesPaused { seat, .. }, Self::PicturesPaused { seat: before, .. }) => {
                seat == before
            }
            _ => false,
        }
    }
}

/// Events on their way from a media thread to signaling.
///
/// A media thread never waits for a consumer. While the channel is full, events wait here, and of
/// what only the latest counts of, as who speaks, only the latest.
#[derive(Debug)]
pub(crate) struct EventOutbox {
    channel: Sender<SfuEvent>,
    pending: VecDeque<SfuEvent>,
}

impl EventOutbox {
    pub(crate) fn new(channel: Sender<SfuEvent>) -> Self {
        Self {
            channel,
            pending: VecDeque::new(),
        }
    }

    pub(crate) fn push(&mut self, event: SfuEvent) {
        if event.kind.is_state() {
            self.pending.retain(|waiting| {
                waiting.visit != event.visit || !event.kind.supersedes(&waiting.kind)
            });
        }
        if self.pending.len() == PENDING {
            self.pending.pop_front();
        }
        self.pending.push_back(event);
    }

    /// Hands over what the channel takes. Returns whether something still waits.
    pub(crate) fn deliver(&mut self) -> bool {
        while let Some(event) = self.pending.pop_front() {
            match self.channel.try_send(event) {
                Ok(()) => {}
                Err(TrySendError::Full(event)) => {
                    self.pending.push_front(event);
                    return true;
                }
                Err(TrySendError::Closed(_)) => self.pending.clear(),
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc;

    use super::*;

    fn event(visit: u128, kind: SfuEventKind) -> SfuEvent {
        SfuEvent {
            visit: VisitId::from_uuid(uuid::Uuid::from_u128(visit)),
            session: None,
            kind,
        }
    }

    #[test]
    fn a_slow_consumer_gets_every_end_and_only_the_latest_speaker() {
        let (sender, mut receiver) = mpsc::channel(1);
        let mut outbox = EventOutbox::new(sender);
        outbox.push(event(1, SfuEventKind::Connected(Seat::INMATE)));
        assert!(!outbox.deliver());
        for round in 0..1000 {
            let seat = Seat::ALL[round % 4];
            outbox.push(event(1, SfuEventKind::Speaking(Some(seat))));
            outbox.push(event(2, SfuEventKind::Speaking(Some(seat))));
            let paused = |paused| SfuEventKind::PicturesPaused {
                seat: Seat::INMATE,
                paused,
            };
            outbox.push(event(1, paused(vec![seat])));
            assert!(outbox.deliver(), "the channel is full");
        }
        outbox.push(event(1, SfuEventKind::Ended));
        let mut received = Vec::new();
        loop {
            let more = outbox.deliver();
            received.push(receiver.try_recv().unwrap());
            if !more {
                break;
            }
        }
        assert_eq!(
            received,
            [
                event(1, SfuEventKind::Connected(Seat::INMATE)),
                event(1, SfuEventKind::Speaking(Some(Seat::ALL[3]))),
                event(2, SfuEventKind::Speaking(Some(Seat::ALL[3]))),
                event(
                    1,
                    SfuEventKind::PicturesPaused {
                        seat: Seat::INMATE,
                        paused: vec![Seat::ALL[3]]
                    }
                ),
                event(1, SfuEventKind::Ended),
            ]
        );
    }

    #[test]
    fn without_a_consumer_nothing_piles_up() {
        let (sender, receiver) = mpsc::channel(1);
        drop(receiver);
        let mut outbox = EventOutbox::new(sender);
        outbox.push(event(1, SfuEventKind::Ended));
        assert!(!outbox.deliver());
        assert!(outbox.pending.is_empty());
    }
}
