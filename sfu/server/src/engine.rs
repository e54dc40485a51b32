//! All that one media thread knows: rooms, the transports of those who sit in them, who a datagram
//! is from, and when to wake. Pure: sockets, clock and randomness are arguments, so that a whole call
//! runs in a test from a seed.
//!
//! A datagram that cannot be attributed, or does not decrypt, is counted and leaves no other trace.
//! A transport that fails takes its own participant from the room and nobody else. A room lives from
//! the first who joins to the visit's end, also when it is empty meanwhile: so its end does not
//! depend on anyone's presence, nor on signaling. At the end the room's gate is shut, every transport
//! is closed and everything that named its participants is forgotten.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
    time::Instant,
};

use ids::{Seat, VisitId};
use sfu_core::Room;
use sfu_transport::{Kind, Label, Path, TransportConfig, classify, media_ssrc, stun_local_ufrag};

use crate::{
    counters::{Counters, Refused},
    events::SfuEvent,
    join::MediaSessionId,
    participant::{Downlinks, Participant, Seats},
    routes::{Route, Routes},
    send_queue::SendQueue,
    timers::Timers,
};

mod interruptions;
mod seating;
mod settling;

/// What an engine needs to know.
#[derive(Clone, Debug)]
pub struct EngineConfig {
    /// The certificate and the candidates of its transports.
    pub transport: Arc<TransportConfig>,
    /// The most rooms at one time.
    pub max_rooms: usize,
}

/// How much an engine holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Population {
    /// Visits with a room.
    pub rooms: usize,
    /// Seats taken.
    pub participants: usize,
    /// ICE user fragments, addresses and sources by which participants are known.
    pub names: usize,
}

/// The rooms of one media thread.
///
/// Order of polling: after any call that takes `now`, send what is in the [`SendQueue`], then
/// [`Engine::poll_event`] until `None`, then [`Engine::poll_timeout`].
#[derive(Debug)]
pub struct Engine {
    config: EngineConfig,
    calls: Vec<Option<Box<Call>>>,
    vacant: Vec<u32>,
    by_visit: BTreeMap<VisitId, u32>,
    routes: Routes,
    timers: Timers,
    due: Vec<u32>,
    events: VecDeque<SfuEvent>,
    counters: Counters,
}

/// What SRTP protects.
#[derive(Clone, Copy, Debug)]
enum Packet {
    Rtp,
    Rtcp,
}

#[derive(Debug)]
struct Call {
    visit: VisitId,
    room: Room,
    seats: Seats,
}

impl Call {
    /// The participant that the route leads to, unless the seat is someone else's by now.
    fn participant(&mut self, route: Route) -> Option<&mut Participant> {
        self.seats[route.seat.index()]
            .as_mut()
            .filter(|participant| participant.session == route.session)
    }
}

fn call_at(calls: &mut [Option<Box<Call>>], index: u32) -> Option<&mut Call> {
    calls.get_mut(index as usize)?.as_deref_mut()
}

impl Engine {
    /// An engine without rooms.
    #[must_use]
    pub fn new(config: EngineConfig) -> Self {
        Self {
            config,
            calls: Vec::new(),
            vacant: Vec::new(),
            by_visit: BTreeMap::new(),
            routes: Routes::default(),
            timers: Timers::default(),
            due: Vec::new(),
            events: VecDeque::new(),
            counters: Counters::default(),
        }
    }

    /// How much the engine holds.
    #[must_use]
    pub fn population(&self) -> Population {
        Population {
            rooms: self.by_visit.len(),
            participants: self.participants().count(),
            names: self.routes.len(),
        }
    }

    /// Everyone who sits in a room.
    pub fn participants(&self) -> impl Iterator<Item = (VisitId, Seat, MediaSessionId)> {
        self.calls.iter().flatten().flat_map(|call| {
            Seat::ALL.into_iter().filter_map(|seat| {
                let participant = call.seats[seat.index()].as_ref()?;
                Some((call.visit, seat, participant.session))
            })
        })
    }

    /// The counters, those of present and past rooms included.
    #[must_use]
    pub fn counters(&self) -> Counters {
        let mut counters = self.counters;
        for call in self.calls.iter().flatten() {
            counters.rooms.add(call.room.stats());
        }
        counters
    }

    /// Takes a datagram; what follows from it goes to `out`. The datagram is decrypted in place.
    pub fn handle_datagram(
        &mut self,
        from: impl Into<Path>,
        datagram: &mut [u8],
        now: Instant,
        out: &mut SendQueue,
    ) {
        let from = from.into();
        self.counters.datagrams_received += 1;
        self.counters.bytes_received += datagram.len() as u64;
        let refused = match classify(datagram) {
            Kind::Stun => self.handle_stun(from, datagram, now, out),
            Kind::Dtls => self.handle_dtls(from, datagram, now, out),
            Kind::Rtp => self.handle_media(from, Packet::Rtp, datagram, now, out),
            Kind::Rtcp => self.handle_media(from, Packet::Rtcp, datagram, now, out),
            Kind::Junk => Err(Refused::Junk),
        };
        if let Err(reason) = refused {
            self.counters.refuse(reason);
        }
    }

    fn handle_stun(
        &mut self,
        from: Path,
        datagram: &[u8],
        now: Instant,
        out: &mut SendQueue,
    ) -> Result<(), Refused> {
        let route = match Label::of_answer(datagram) {
            Some(label) => self.routes.by_label(label),
            None => stun_local_ufrag(datagram).and_then(|ufrag| self.routes.by_ufrag(ufrag)),
        };
        let route = route.ok_or(Refused::UnknownUfrag)?;
        let participant = call_at(&mut self.calls, route.room)
            .and_then(|call| call.participant(route))
            .ok_or(Refused::UnknownUfrag)?;
        let before = participant.transport.refused().stun;
        participant.transport.handle_stun(from, datagram, now);
        let authentic = participant.transport.refused().stun == before;
        if authentic && participant.presence.hear(now) {
            self.tell_resumed(route);
        }
        self.settle_transport(route, now, out);
        authentic.then_some(()).ok_or(Refused::Stun)
    }

    fn handle_dtls(
        &mut self,
        from: Path,
        datagram: &[u8],
        now: Instant,
        out: &mut SendQueue,
    ) -> Result<(), Refused> {
        let route = self.routes.by_path(from).ok_or(Refused::UnknownAddress)?;
        let participant = call_at(&mut self.calls, route.room)
            .and_then(|call| call.participant(route))
            .ok_or(Refused::UnknownAddress)?;
        participant.transport.handle_dtls(from, datagram, now);
        self.settle_transport(route, now, out);
        Ok(())
    }

    fn handle_media(
        &mut self,
        from: Path,
        packet: Packet,
        datagram: &mut [u8],
        now: Instant,
        out: &mut SendQueue,
    ) -> Result<(), Refused> {
        let Some(route) = self.routes.by_path(from) else {
            self.handle_stray(from, datagram, now, out);
            return Err(Refused::UnknownAddress);
        };
        let call = call_at(&mut self.calls, route.room).ok_or(Refused::UnknownAddress)?;
        let participant = call.participant(route).ok_or(Refused::UnknownAddress)?;
        let (header, length) = match packet {
            Packet::Rtp => {
                let (header, length) = participant.transport.unprotect_rtp(datagram)?;
                (Some(header), length)
            }
            Packet::Rtcp => (None, participant.transport.unprotect_rtcp(datagram)?),
        };
        if participant.remote != Some(from) {
            participant.transport.handle_media_path(from, now);
        }
        let has_output = participant.transport.has_output();
        let resumed = participant.presence.hear(now);
        let mut downlinks = Downlinks {
            seats: &mut call.seats,
            room: route.room,
            out,
            failed: &mut self.counters.protect_failed,
        };
        let (room, plain) = (&mut call.room, &datagram[..length]);
        match header {
            Some(header) => {
                room.handle_rtp(route.seat, header, plain, now, &mut downlinks);
            }
            None => room.handle_rtcp(route.seat, plain, now, &mut downlinks),
        }
        if resumed {
            self.tell_resumed(route);
        }
        if has_output {
            self.settle_transport(route, now, out);
        } else {
            self.settle_room(route.room, out);
        }
        Ok(())
    }

    /// Media from an address that is nobody's: perhaps somebody's address has changed (see
    /// [`sfu_transport::Transport::handle_stray`]). It is not taken.
    fn handle_stray(&mut self, from: Path, datagram: &mut [u8], now: Instant, out: &mut SendQueue) {
        let Some(route) = media_ssrc(datagram).and_then(|ssrc| self.routes.by_source(ssrc)) else {
            return;
        };
        if let Some(participant) =
            call_at(&mut self.calls, route.room).and_then(|call| call.participant(route))
        {
            participant.transport.handle_stray(from, datagram, now);
            if participant.transport.has_output() {
                self.settle_transport(route, now, out);
            }
        }
    }

    /// A path is gone for good: its TCP connection is closed.
    pub fn handle_path_closed(&mut self, path: Path, now: Instant, out: &mut SendQueue) {
        let Some(route) = self.routes.by_path(path) else {
            return;
        };
        if let Some(participant) =
            call_at(&mut self.calls, route.room).and_then(|call| call.participant(route))
        {
            self.routes.close(&mut participant.names, path, route);
            participant.transport.handle_path_closed(path);
            self.settle_transport(route, now, out);
        }
    }

    /// Whether the path is some participant's.
    #[must_use]
    pub fn knows(&self, path: Path) -> bool {
        self.routes.by_path(path).is_some()
    }

    /// Does what has become due.
    pub fn handle_timeout(&mut self, now: Instant, out: &mut SendQueue) {
        let mut due = std::mem::take(&mut self.due);
        while let Some(room) = self.timers.pop(now) {
            due.push(room);
        }
        for room in due.drain(..) {
            self.handle_room_timeout(room, now, out);
        }
        self.due = due;
    }

    fn handle_room_timeout(&mut self, index: u32, now: Instant, out: &mut SendQueue) {
        for seat in Seat::ALL {
            let Some(call) = call_at(&mut self.calls, index) else {
                return;
            };
            let Some(participant) = call.seats[seat.index()].as_mut() else {
                continue;
            };
            if participant
                .transport
                .poll_timeout()
                .is_some_and(|at| at <= now)
            {
                participant.transport.handle_timeout(now);
                let route = Route {
                    room: index,
                    seat,
                    session: participant.session,
                };
                self.settle_transport(route, now, out);
            }
        }
        self.tell_interruptions(index, now);
        self.run_room_timers(index, now, out);
    }

    fn run_room_timers(&mut self, index: u32, now: Instant, out: &mut SendQueue) {
        let Some(call) = call_at(&mut self.calls, index) else {
            return;
        };
        if call.room.poll_timeout().is_some_and(|at| at <= now) {
            let mut downlinks = Downlinks {
                seats: &mut call.seats,
                room: index,
                out,
                failed: &mut self.counters.protect_failed,
            };
            call.room.handle_timeout(now, &mut downlinks);
        }
        self.settle_room(index, out);
        self.schedule_transports(index);
    }

    /// What happened, oldest first.
    pub fn poll_event(&mut self) -> Option<SfuEvent> {
        self.events.pop_front()
    }

    /// When to call [`Engine::handle_timeout`]; `None` while there is no room.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.timers.next()
    }
}
