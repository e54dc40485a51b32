//! Who sits where in one visit, and what everybody is told.
//!
//! A seat belongs to a person. The person's newest connection has it: whoever comes with a good claim
//! takes the place of the former connection, which hears [`EndReason::Replaced`]. A claim is good while
//! the visit is not over and no newer link is known for the seat. What the visit's time is spent on stands in
//! `ledger`, and what follows from it in `keeping_time`.
//!
//! Invariants:
//! - a connection sits on one seat at most, and hears nothing after [`RoomOutput::End`];
//! - generations of a seat never fall;
//! - once over, a visit stays over, and nobody sits in it.

mod interface;
mod keeping_time;
mod ledger;
mod media;
mod place;

use std::{
    collections::{BTreeMap, VecDeque},
    time::{Duration, Instant},
};

use ids::Seat;
use protocol::{By, EndReason, ErrorCode, IceServer, Joined, ReceiveLine, ServerMessage, Visit};

use crate::{ConnectionId, MediaSession, MediaState, Now, Refusal, SeatClaim};
pub use interface::{RoomOutput, RoomStep, Seated};
use keeping_time::Clock;
use ledger::TimeLedger;
pub use ledger::TimeSpent;
use place::{Media, Place};

/// How long somebody may be away altogether before they count as having left.
const GIVEN_UP_AFTER: Duration = Duration::from_secs(30);
/// The SFU ends a visit, and says so. Where it cannot say so, this long after the end it is over too.
const END_NOT_SAID: Duration = Duration::from_secs(2);
/// How long an ended visit is remembered, for a clock that was set back meanwhile.
const REMEMBERED: Duration = Duration::from_hours(2);

/// One visit.
///
/// Poll order: after every `handle_*` and mutator, first [`VisitRoom::poll_output`] until `None`, then
/// [`VisitRoom::poll_timeout`].
#[derive(Debug)]
pub struct VisitRoom {
    visit: Visit,
    /// When the wall-clock times of the visit were turned into monotonic ones.
    anchor: Now,
    ends_at: Instant,
    clock: Clock,
    ledger: TimeLedger,
    over: bool,
    forgotten: bool,
    places: BTreeMap<Seat, Place>,
    /// Who speaks, as the SFU said last.
    speaking: Option<Seat>,
    outputs: VecDeque<RoomOutput>,
}

impl VisitRoom {
    /// The room of the visit that `claim` is for. Its end is fixed here: whatever the clock is set to
    /// later, the visit lasts as long as it had left at `now`, and what is given back.
    #[must_use]
    pub fn new(claim: &SeatClaim, now: Now) -> Self {
        let ends_at = now.deadline(claim.visit.ends_at_ms);
        Self {
            visit: claim.visit.clone(),
            anchor: now,
            ends_at,
            clock: Clock::new(ends_at, now.instant),
            ledger: TimeLedger::new(now.deadline(claim.visit.starts_at_ms)),
            over: false,
            forgotten: false,
            places: Seat::ALL.map(|seat| (seat, Place::default())).into(),
            speaking: None,
            outputs: VecDeque::new(),
        }
    }

    /// The end of the slot by the wall clock, Unix ms.
    #[must_use]
    pub const fn ends_at_ms(&self) -> u64 {
        self.visit.ends_at_ms
    }

    /// The monotonic end of the slot.
    #[must_use]
    pub const fn ends_at(&self) -> Instant {
        self.ends_at
    }

    /// When the visit's times were taken from the wall clock.
    #[must_use]
    pub const fn anchor(&self) -> Now {
        self.anchor
    }

    /// Whether the visit is over.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        self.over
    }

    /// Who is here, with media.
    #[must_use]
    pub fn connected(&self) -> Vec<Seat> {
        self.places
            .iter()
            .filter(|(_, place)| place.is_connected())
            .map(|(seat, _)| *seat)
            .collect()
    }

    /// The seat of a connection.
    #[must_use]
    pub fn seat_of(&self, connection: ConnectionId) -> Option<Seat> {
        self.places
            .iter()
            .find(|(_, place)| place.occupant == Some(connection))
            .map(|(seat, _)| *seat)
    }

    /// The `PeerConnection` in a seat.
    #[must_use]
    pub fn media_of(&self, seat: Seat) -> Option<MediaSession> {
        self.places.get(&seat)?.media.map(|media| media.session)
    }

    /// Whether a claim lets somebody in. Remembers what it knows of the seat and of the others.
    pub fn admit(&mut self, claim: &SeatClaim, now: Instant) -> Result<(), Refusal> {
        if self.over || self.ends_at <= now {
            return Err(Refusal::new(ErrorCode::GrantOver));
        }
        let place = self.place(claim.seat);
        if claim.generation < place.generation {
            return Err(Refusal::new(ErrorCode::GrantSuperseded));
        }
        place.generation = claim.generation;
        for (seat, name) in &claim.names {
            self.place(*seat).name.get_or_insert_with(|| name.clone());
        }
        Ok(())
    }

    /// An admitted claim has got its seat from the SFU, and `connection` sits there now.
    pub fn handle_seated(
        &mut self,
        connection: ConnectionId,
        claim: &SeatClaim,
        seated: Seated,
        state: MediaState,
        now: Instant,
    ) {
        let place = self.place(claim.seat);
        place.state = state;
        place.media = Some(Media {
            session: seated.session,
            connected: false,
            interrupted: false,
        });
        place.given_up_at = None;
        place.came = true;
        place.hung_up = false;
        let first = !std::mem::replace(&mut place.noted, true);
        let former = place.occupant.replace(connection);
        // Whoever sat here before speaks no more.
        self.speaking.take_if(|speaking| *speaking == claim.seat);
        if let Some(former) = former {
            self.end_one(former, EndReason::Replaced, By::You, false);
        }
        if first {
            self.push(RoomOutput::Note(RoomStep::Joined(claim.seat)));
        }
        let joined = Joined {
            now_ms: self.unix_ms(now),
            answer: seated.answer,
            grant: claim.grant.clone(),
            seat: claim.seat,
            visit: self.visit.clone(),
            lines: seated.lines,
            ice_servers: seated.ice_servers,
        };
        self.say(connection, ServerMessage::Joined(joined));
        self.say(connection, self.time(None, now));
        self.say_roster();
        self.say_speaking(connection);
        self.turn(now);
    }

    /// The SFU has answered an ICE restart.
    pub fn handle_restarted(
        &mut self,
        connection: ConnectionId,
        answer: String,
        lines: Vec<ReceiveLine>,
        ice_servers: Vec<IceServer>,
        now: Instant,
    ) {
        if let Some(seat) = self.seat_of(connection) {
            let joined = Joined {
                now_ms: self.unix_ms(now),
                answer,
                grant: None,
                seat,
                visit: self.visit.clone(),
                lines,
                ice_servers,
            };
            self.say(connection, ServerMessage::Joined(joined));
        }
    }

    /// A person hangs up.
    pub fn handle_leave(&mut self, connection: ConnectionId, now: Instant) {
        if let Some(seat) = self.seat_of(connection) {
            self.place(seat).hung_up = true;
            self.vacate(seat, EndReason::Left, By::You, true);
            self.left(seat);
            self.say_roster();
            self.turn(now);
        }
    }

    /// Another device is paired with the terminal from now on: the one that sits here is out.
    pub fn handle_unpaired(&mut self, connection: ConnectionId, now: Instant) {
        if let Some(seat) = self.seat_of(connection) {
            self.put_out(seat, EndReason::Replaced, false, now);
        }
    }

    /// A websocket is gone. Media goes on for as long as it can.
    pub fn handle_gone(&mut self, connection: ConnectionId, now: Instant) {
        if let Some(seat) = self.seat_of(connection) {
            let place = self.place(seat);
            place.occupant = None;
            if place.media.is_none() {
                place.given_up_at = Some(now + GIVEN_UP_AFTER);
            }
            self.say_roster();
        }
    }

    /// The SFU has ended the visit.
    pub fn handle_media_ended(&mut self, now: Instant) {
        self.slot_ended(now);
    }

    /// Does what is due at `now`.
    pub fn handle_timeout(&mut self, now: Instant) {
        let given_up: Vec<Seat> = self
            .places
            .iter()
            .filter(|(_, place)| place.given_up_at.is_some_and(|at| at <= now))
            .map(|(seat, _)| *seat)
            .collect();
        for seat in given_up {
            self.left(seat);
        }
        if !self.over && self.ends_at + END_NOT_SAID <= now {
            self.slot_ended(now);
            self.push(RoomOutput::EndMedia);
        }
        self.keep_time(now);
        if !self.forgotten && self.ends_at + REMEMBERED <= now {
            self.forgotten = true;
            self.push(RoomOutput::Forget);
        }
    }

    /// Ends the visit before its time.
    pub fn end(&mut self, reason: EndReason, by: By, now: Instant) {
        if !self.over {
            self.over(reason, by, now);
            self.push(RoomOutput::EndMedia);
        }
    }

    /// A newer link was sent for a seat: the device that had the older one is out.
    pub fn reissue(&mut self, seat: Seat, generation: u32, now: Instant) {
        let place = self.place(seat);
        if place.generation < generation {
            place.generation = generation;
            self.put_out(seat, EndReason::LinkReissued, false, now);
        }
    }

    /// Staff look at the visit before it goes on: everybody is out. It is not over; who is let in again may come
    /// back. A terminal is called again, and does not come by itself.
    pub fn hold(&mut self, now: Instant) {
        for seat in Seat::ALL {
            self.put_out(seat, EndReason::Flagged, seat != Seat::INMATE, now);
        }
    }

    /// The visit has another terminal: the one that sits here is out.
    pub fn change_terminal(&mut self, now: Instant) {
        self.put_out(Seat::INMATE, EndReason::Cancelled, false, now);
    }

    /// When to call [`VisitRoom::handle_timeout`].
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        if self.forgotten {
            return None;
        }
        let next = if self.over {
            self.ends_at + REMEMBERED
        } else {
            self.clock.due().min(self.ends_at + END_NOT_SAID)
        };
        let given_up = self.places.values().filter_map(|place| place.given_up_at);
        Some(given_up.fold(next, Instant::min))
    }

    /// What to do next.
    pub fn poll_output(&mut self) -> Option<RoomOutput> {
        self.outputs.pop_front()
    }

    fn slot_ended(&mut self, now: Instant) {
        if !self.over {
            self.push(RoomOutput::Note(RoomStep::SlotEnded));
            self.over(EndReason::SlotEnded, By::System, now);
        }
    }

    fn over(&mut self, reason: EndReason, by: By, now: Instant) {
        self.over = true;
        self.close_ledger(now.min(self.ends_at));
        let mut connections = Vec::new();
        for place in self.places.values_mut() {
            connections.extend(place.occupant.take());
            place.media = None;
            place.noted = false;
            place.given_up_at = None;
        }
        for connection in connections {
            self.end_one(connection, reason, by, false);
        }
    }

    /// Whoever is on a seat leaves it, and the others see so.
    fn put_out(&mut self, seat: Seat, reason: EndReason, may_return: bool, now: Instant) {
        let place = self.place(seat);
        if place.media.is_some() || place.occupant.is_some() {
            self.vacate(seat, reason, By::System, may_return);
            self.left(seat);
            self.say_roster();
            self.turn(now);
        }
    }

    fn vacate(&mut self, seat: Seat, reason: EndReason, by: By, may_return: bool) {
        let place = self.place(seat);
        let connection = place.occupant.take();
        if let Some(media) = place.media.take() {
            let session = media.session;
            self.push(RoomOutput::DropMedia { seat, session });
        }
        if let Some(connection) = connection {
            self.end_one(connection, reason, by, may_return);
        }
    }

    fn left(&mut self, seat: Seat) {
        let place = self.place(seat);
        place.given_up_at = None;
        if std::mem::take(&mut place.noted) {
            self.push(RoomOutput::Note(RoomStep::Left(seat)));
        }
    }

    fn end_one(&mut self, to: ConnectionId, reason: EndReason, by: By, may_return: bool) {
        self.push(RoomOutput::End {
            to,
            reason,
            by,
            may_return,
        });
    }

    fn say_roster(&mut self) {
        let participants = self
            .places
            .iter()
            .filter_map(|(seat, place)| place.participant(*seat))
            .collect();
        self.say_to_all(&ServerMessage::Roster { participants });
    }

    fn say_to_all(&mut self, message: &ServerMessage) {
        let occupants = self.places.values().filter_map(|place| place.occupant);
        self.outputs.extend(occupants.map(|to| RoomOutput::Say {
            to,
            message: message.clone(),
        }));
    }

    fn say(&mut self, to: ConnectionId, message: ServerMessage) {
        self.push(RoomOutput::Say { to, message });
    }

    fn unix_ms(&self, now: Instant) -> u64 {
        self.anchor.unix_ms_at(now)
    }

    fn visitors(&self) -> impl Iterator<Item = &Place> {
        let visitors = self
            .places
            .iter()
            .filter(|(seat, _)| **seat != Seat::INMATE);
        visitors.map(|(_, place)| place)
    }

    fn place(&mut self, seat: Seat) -> &mut Place {
        self.places.entry(seat).or_default()
    }

    fn push(&mut self, output: RoomOutput) {
        self.outputs.push_back(output);
    }
}
