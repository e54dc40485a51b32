//! Where requests for slots line up.
//!
//! In a rush, hundreds of people want a slot in the same second. One task takes all who wait, and has the store
//! answer them in one transaction: so the disk is waited for once for many, in the order in which they came.
//!
//! Far more of them want a slot that is full by then. They are told so by the facility's board, without a
//! transaction: at the door, and when their turn comes in the line, as most slots of a rush fill while people
//! wait. A board that says so is at most [`crate::slot_boards::FRESH`] old. Whose key has got a visit before is
//! not turned away, but gets it again: the key is looked up after the board, so that a visit that fills the slot
//! is found by then.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use booking_domain::{BookError, BookRefusal, BookedVisit, Bookings, Held, NewBooking, StoreError};
use booking_store::Store;
use ids::{FacilityId, VisitId};

use crate::{
    slot_boards::SlotBoards,
    together::{Answers, Together},
};

/// Somebody's request for a slot.
#[derive(Clone)]
pub(crate) struct Wanted {
    /// Where the applicant can book: approved, and the inmate is there. None where they cannot.
    pub(crate) facility: Option<FacilityId>,
    /// The request.
    pub(crate) request: NewBooking,
}

/// The way of a request: through the door, into the line.
pub(crate) struct BookingDesk {
    door: Together<Door>,
    line: Together<Line>,
}

impl BookingDesk {
    /// Starts the tasks that answer. They end when this is dropped.
    pub(crate) fn start(store: Store, boards: SlotBoards) -> Self {
        let door = Door { store, boards };
        Self {
            line: Together::start(Line { door: door.clone() }),
            door: Together::start(door),
        }
    }

    /// Asks for a slot, and waits for the visit that has it. Who goes meanwhile finds the hold among their
    /// visits, or it runs out.
    pub(crate) async fn book(&self, wanted: Wanted) -> Result<BookedVisit, BookError> {
        if self.door.ask(wanted.clone()).await? {
            return Err(BookRefusal::SlotFull.into());
        }
        self.line.ask(wanted).await?
    }
}

/// Tells whether to turn a request away, because its slot is full.
#[derive(Clone)]
struct Door {
    store: Store,
    boards: SlotBoards,
}

#[async_trait]
impl Answers for Door {
    type Question = Wanted;
    type Answer = bool;

    async fn answer(&mut self, wanted: Vec<Wanted>) -> Result<Vec<bool>, StoreError> {
        self.turns_away(&wanted).await
    }
}

impl Door {
    async fn turns_away(&self, wanted: &[Wanted]) -> Result<Vec<bool>, StoreError> {
        let mut away = Vec::with_capacity(wanted.len());
        for wanted in wanted {
            away.push(self.is_full(wanted).await?);
        }
        let (mut keyed, mut whose) = (Vec::new(), Vec::new());
        for (index, wanted) in wanted.iter().enumerate() {
            if let (true, Some((person, key))) = (away[index], wanted.request.keyed()) {
                keyed.push((person, key));
                whose.push(index);
            }
        }
        let used = self.store.keys_used(&keyed).await?;
        for (index, used) in whose.into_iter().zip(used) {
            away[index] &= !used;
        }
        Ok(away)
    }

    async fn is_full(&self, wanted: &Wanted) -> Result<bool, StoreError> {
        let Some(facility) = wanted.facility else {
            return Ok(false);
        };
        let board = self.boards.board(facility).await?;
        let (starts_at_ms, now_ms) = (wanted.request.starts_at_ms, wanted.request.now_ms);
        Ok(board.is_some_and(|board| board.slots.is_full(starts_at_ms, now_ms)))
    }
}

/// Gives the slots.
struct Line {
    door: Door,
}

#[async_trait]
impl Answers for Line {
    type Question = Wanted;
    type Answer = Result<BookedVisit, BookError>;

    async fn answer(&mut self, wanted: Vec<Wanted>) -> Result<Vec<Self::Answer>, StoreError> {
        let away = self.door.turns_away(&wanted).await?;
        let mut answers: Vec<_> = away
            .iter()
            .map(|_| Err(BookRefusal::SlotFull.into()))
            .collect();
        let stay = wanted
            .into_iter()
            .enumerate()
            .filter(|(place, _)| !away[*place]);
        let (places, requests): (Vec<_>, _) =
            stay.map(|(place, wanted)| (place, wanted.request)).unzip();
        for (place, answer) in places.into_iter().zip(self.give(requests).await) {
            answers[place] = answer;
        }
        Ok(answers)
    }
}

impl Line {
    /// Gives each of them a slot, or says why not.
    async fn give(&self, requests: Vec<NewBooking>) -> Vec<Result<BookedVisit, BookError>> {
        let Door { store, boards } = &self.door;
        let answers = store.book(requests).await;
        let mut given: BTreeMap<FacilityId, Vec<Held>> = BTreeMap::new();
        for held in answers.iter().flatten() {
            given.entry(held.facility).or_default().push(*held);
        }
        for (facility, held) in given {
            boards.given(facility, &held);
        }
        // Two requests with one key have one visit.
        let visits: BTreeSet<VisitId> = answers.iter().flatten().map(|held| held.visit).collect();
        let visits = Vec::from_iter(visits);
        let booked = store.booked_visits(&visits).await;
        let visit = |held: Held| {
            let place = visits.binary_search(&held.visit).ok();
            let booked = booked.as_ref().map_err(Clone::clone)?;
            let visit = place.and_then(|place| booked.get(place)?.clone());
            Ok(visit.ok_or_else(|| StoreError::Invalid("a visit that is held is gone".into()))?)
        };
        answers
            .into_iter()
            .map(|answer| answer.and_then(visit))
            .collect()
    }
}
