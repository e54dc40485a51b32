//! After every input: what transports and rooms want done is done, and the next deadline is set.

use std::time::{Duration, Instant};

use ids::{Seat, VisitId};
use sfu_core::{Room, RoomConfig, RoomOutput};
use sfu_transport::{CloseReason, TransportOutput};

use super::{Call, Engine, call_at};
use crate::{
    events::{DisconnectReason, SfuEvent, SfuEventKind, Warning},
    presence::Presence,
    routes::Route,
    send_queue::SendQueue,
};

/// The earlier of the two warnings of a visit's end; the other is given one minute before.
const FIVE_MINUTES: Duration = Duration::from_mins(5);

impl Engine {
    /// Opens a room.
    pub(super) fn open(&mut self, visit: VisitId, ends_at: Instant, now: Instant) -> u32 {
        let call = Some(Box::new(Call {
            visit,
            room: Room::new(RoomConfig::ending_at(ends_at), now),
            seats: Default::default(),
        }));
        let index = if let Some(index) = self.vacant.pop() {
            self.calls[index as usize] = call;
            index
        } else {
            self.calls.push(call);
            u32::try_from(self.calls.len() - 1).expect("there are fewer rooms than u32 counts")
        };
        self.by_visit.insert(visit, index);
        index
    }

    /// Does what a participant's transport wants done.
    pub(super) fn settle_transport(&mut self, route: Route, now: Instant, out: &mut SendQueue) {
        let Some(call) = call_at(&mut self.calls, route.room) else {
            return;
        };
        let Some(participant) = call.participant(route) else {
            return;
        };
        let mut connected = false;
        let mut round_trip = None;
        let mut rerouted = false;
        let mut closed = None;
        while let Some(output) = participant.transport.poll_output() {
            match output {
                TransportOutput::Transmit { to, bytes } => out.push(to, &bytes),
                TransportOutput::Validated(path) => {
                    let selected = participant.remote;
                    self.routes
                        .locate(&mut participant.names, path, selected, route);
                }
                TransportOutput::Selected(selected) => {
                    participant.remote = selected;
                    if let Some(path) = selected {
                        rerouted = true;
                        self.routes
                            .locate(&mut participant.names, path, selected, route);
                    }
                }
                TransportOutput::Source(ssrc) => {
                    self.routes.hear(&mut participant.names, ssrc, route);
                }
                TransportOutput::Connected => {
                    participant.connected = true;
                    connected = true;
                    round_trip = participant.transport.handshake_round_trip();
                }
                TransportOutput::Closed(reason) => closed = Some(reason),
            }
        }
        if rerouted {
            call.room.rerouted(route.seat, now);
        }
        if connected {
            self.counters.handshakes_completed += 1;
            if let Some(round_trip) = round_trip {
                call.room.note_handshake(route.seat, round_trip);
            }
            call.room.connected(route.seat, now);
            if let Some(participant) = call.participant(route) {
                participant.presence = Presence::new(now);
            }
            self.events.push_back(SfuEvent {
                visit: call.visit,
                session: Some(route.session),
                kind: SfuEventKind::Connected(route.seat),
            });
        }
        if let Some(reason) = closed {
            self.lose(route, reason, now, out);
        }
        self.settle_room(route.room, out);
        self.schedule_transports(route.room);
    }

    /// Does what a room wants done.
    pub(super) fn settle_room(&mut self, index: u32, out: &mut SendQueue) {
        let Some(call) = call_at(&mut self.calls, index) else {
            return;
        };
        let visit = call.visit;
        while let Some(output) = call.room.poll_output() {
            let kind = match output {
                RoomOutput::Warning { remaining } if remaining >= FIVE_MINUTES => {
                    SfuEventKind::Warning(Warning::FiveMinutes)
                }
                RoomOutput::Warning { .. } => SfuEventKind::Warning(Warning::OneMinute),
                RoomOutput::Speaking(seat) => SfuEventKind::Speaking(seat),
                RoomOutput::Encodings { seat, active } => SfuEventKind::Encodings {
                    seat,
                    active: call.room.rids(seat, active).map(str::to_owned).collect(),
                },
                RoomOutput::PicturesPaused { receiver, paused } => SfuEventKind::PicturesPaused {
                    seat: receiver,
                    paused: paused.iter().collect(),
                },
                RoomOutput::Ended => return self.conclude(index, out),
            };
            let session = kind
                .seat()
                .and_then(|seat| call.seats[seat.index()].as_ref())
                .map(|participant| participant.session);
            self.events.push_back(SfuEvent {
                visit,
                session,
                kind,
            });
        }
        self.timers.schedule(index, call.room.poll_timeout());
    }

    pub(super) fn schedule_transports(&mut self, index: u32) {
        let Some(call) = self.calls.get(index as usize).and_then(Option::as_ref) else {
            return;
        };
        let earliest = call
            .seats
            .iter()
            .flatten()
            .flat_map(|participant| {
                let presence = participant.presence.poll_timeout();
                [
                    participant.transport.poll_timeout(),
                    presence.filter(|_| participant.connected),
                ]
            })
            .flatten()
            .min();
        self.timers.schedule(index, earliest);
    }

    /// Closes and forgets the connection in a seat, if there is one.
    pub(super) fn vacate(&mut self, index: u32, seat: Seat, out: &mut SendQueue) {
        let Some(call) = call_at(&mut self.calls, index) else {
            return;
        };
        let Some(mut participant) = call.seats[seat.index()].take() else {
            return;
        };
        participant.transport.close();
        while let Some(output) = participant.transport.poll_output() {
            if let TransportOutput::Transmit { to, bytes } = output {
                out.push(to, &bytes);
            }
        }
        let route = Route {
            room: index,
            seat,
            session: participant.session,
        };
        self.routes.forget(participant.names, route);
    }

    /// A connection closed by itself.
    fn lose(&mut self, route: Route, reason: CloseReason, now: Instant, out: &mut SendQueue) {
        let Some(call) = call_at(&mut self.calls, route.room) else {
            return;
        };
        let visit = call.visit;
        if call.seats[route.seat.index()]
            .as_ref()
            .is_some_and(|participant| participant.connected)
        {
            self.counters.connections_lost += 1;
        } else {
            self.counters.handshakes_failed += 1;
        }
        call.room.leave(route.seat, now);
        self.vacate(route.room, route.seat, out);
        self.events.push_back(SfuEvent {
            visit,
            session: Some(route.session),
            kind: SfuEventKind::Disconnected(route.seat, DisconnectReason::Transport(reason)),
        });
    }

    /// The visit is over.
    fn conclude(&mut self, index: u32, out: &mut SendQueue) {
        for seat in Seat::ALL {
            self.vacate(index, seat, out);
        }
        let Some(call) = self.calls[index as usize].take() else {
            return;
        };
        self.counters.rooms.add(call.room.stats());
        self.by_visit.remove(&call.visit);
        self.vacant.push(index);
        self.timers.cancel(index);
        self.events.push_back(SfuEvent {
            visit: call.visit,
            session: None,
            kind: SfuEventKind::Ended,
        });
    }
}
