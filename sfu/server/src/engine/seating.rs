//! Who sits where: what signaling asks of an engine.

use std::time::Instant;

use ids::{Seat, VisitId};
use rand::RngCore;
use sfu_core::Tile;
use sfu_transport::Transport;

use super::{Call, Engine, call_at};
use crate::{
    join::{JoinError, JoinRequest, Joined, MediaSessionId},
    participant::Participant,
    presence::Presence,
    routes::{Names, Route},
    send_queue::SendQueue,
};

impl Engine {
    /// Takes a seat for a new connection.
    ///
    /// # Errors
    /// See [`JoinError`]; then nothing has changed, and who sat there still does.
    pub fn join(
        &mut self,
        request: &JoinRequest,
        session: MediaSessionId,
        rng: &mut impl RngCore,
        now: Instant,
        out: &mut SendQueue,
    ) -> Result<Joined, JoinError> {
        let present = self.by_visit.get(&request.visit).copied();
        let ends_at = present
            .and_then(|index| self.calls[index as usize].as_ref())
            .map_or(request.ends_at, |call| call.room.ends_at());
        if ends_at <= now {
            return Err(JoinError::Over);
        }
        if present.is_none() && self.by_visit.len() >= self.config.max_rooms {
            return Err(JoinError::Full);
        }
        let accepted = Transport::accept(&request.offer, &self.config.transport, rng, now)
            .inspect_err(|_| self.counters.offers_refused += 1)?;
        let index = present.unwrap_or_else(|| self.open(request.visit, request.ends_at, now));
        self.vacate(index, request.seat, out);
        let route = Route {
            room: index,
            seat: request.seat,
            session,
        };
        let mut names = Names::default();
        self.routes
            .name(&mut names, accepted.transport.local_ufrag(), route);
        let call = self.calls[index as usize]
            .as_mut()
            .expect("the room is there or was opened just now");
        let lines = call.room.join(request.seat, accepted.session, now);
        call.seats[request.seat.index()] = Some(Participant {
            transport: accepted.transport,
            session,
            names,
            remote: None,
            connected: false,
            presence: Presence::new(now),
        });
        self.counters.joins += 1;
        self.settle_transport(route, now, out);
        Ok(Joined {
            answer: accepted.answer,
            lines,
            session,
        })
    }

    /// Restarts ICE (RFC 8445 section 9) for who sits there; keys and media go on.
    ///
    /// # Errors
    /// See [`JoinError`]; then nothing has changed.
    pub fn restart(
        &mut self,
        visit: VisitId,
        seat: Seat,
        offer: &str,
        rng: &mut impl RngCore,
        now: Instant,
        out: &mut SendQueue,
    ) -> Result<String, JoinError> {
        let index = *self.by_visit.get(&visit).ok_or(JoinError::Vacant)?;
        let participant = self.calls[index as usize]
            .as_mut()
            .and_then(|call| call.seats[seat.index()].as_mut())
            .ok_or(JoinError::Vacant)?;
        let route = Route {
            room: index,
            seat,
            session: participant.session,
        };
        let answer = participant
            .transport
            .restart(offer, &self.config.transport, rng, now)
            .inspect_err(|_| self.counters.offers_refused += 1)?;
        let ufrag = participant.transport.local_ufrag();
        self.routes.name(&mut participant.names, ufrag, route);
        self.settle_transport(route, now, out);
        Ok(answer)
    }

    /// The room in which `session` still sits on a seat, and its index.
    fn seated(
        &mut self,
        visit: VisitId,
        seat: Seat,
        session: MediaSessionId,
    ) -> Option<(u32, &mut Call)> {
        let room = *self.by_visit.get(&visit)?;
        let route = Route {
            room,
            seat,
            session,
        };
        let call = call_at(&mut self.calls, room)?;
        call.participant(route)?;
        Some((room, call))
    }

    /// Empties a seat, if `session` still sits there.
    pub fn leave(
        &mut self,
        visit: VisitId,
        seat: Seat,
        session: MediaSessionId,
        now: Instant,
        out: &mut SendQueue,
    ) {
        if let Some((index, call)) = self.seated(visit, seat, session) {
            call.room.leave(seat, now);
            self.vacate(index, seat, out);
            self.settle_room(index, out);
        }
    }

    /// Notes how large `session`, if it still sits there, shows the others; see [`Room::view`].
    ///
    /// [`Room::view`]: sfu_core::Room::view
    pub fn view(
        &mut self,
        visit: VisitId,
        seat: Seat,
        session: MediaSessionId,
        tiles: &[(Seat, Tile)],
        now: Instant,
        out: &mut SendQueue,
    ) {
        if let Some((index, call)) = self.seated(visit, seat, session) {
            for (of, tile) in tiles {
                call.room.view(seat, *of, *tile, now);
            }
            self.settle_room(index, out);
        }
    }

    /// Ends a visit now.
    pub fn end(&mut self, visit: VisitId, now: Instant, out: &mut SendQueue) {
        self.set_ends_at(visit, now, now, out);
    }

    /// Moves a visit's end. A moment that is past ends it now.
    pub fn set_ends_at(
        &mut self,
        visit: VisitId,
        ends_at: Instant,
        now: Instant,
        out: &mut SendQueue,
    ) {
        let Some(index) = self.by_visit.get(&visit).copied() else {
            return;
        };
        if let Some(call) = self.calls[index as usize].as_mut() {
            if ends_at <= now {
                call.room.end(now);
            } else {
                call.room.set_ends_at(ends_at, now);
            }
        }
        self.run_room_timers(index, now, out);
    }

    /// Closes every transport, without ending any visit: the program stops.
    pub fn close(&mut self, out: &mut SendQueue) {
        for index in 0..self.calls.len() {
            let index = u32::try_from(index).expect("there are fewer rooms than u32 counts");
            for seat in Seat::ALL {
                self.vacate(index, seat, out);
            }
        }
    }
}
