//! Where requests for slots line up.
//!
//! In a rush, hundreds of people want a slot in the same second. One task takes all who wait, and has the store
//! answer them in one transaction: so the disk is waited for once for many, in the order in which they came.
//!
//! Far more of them want a slot that is full by then. They are told so by the facility's board at the door,
//! without a transaction and without waiting in the line. A board that says so is at most
//! [`crate::slot_boards::FRESH`] old. Whose key has got a visit before is not turned away, but gets it again:
//! the key is looked up after the board, so that a visit that fills the slot is found by then.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use booking_domain::{BookError, BookRefusal, BookedVisit, Bookings, Held, NewBooking, StoreError};
use booking_store::Store;
use ids::{FacilityId, VisitId};

use crate::{
    slot_boards::SlotBoards,
    together::{Answers, Together},
};

/// The way of a request: through the door, into the line.
pub(crate) struct BookingDesk {
    door: Together<Door>,
    line: Together<Line>,
}

impl BookingDesk {
    /// Starts the tasks that answer. They end when this is dropped.
    pub(crate) fn start(store: Store, boards: SlotBoards) -> Self {
        Self {
            door: Together::start(Door {
                store: store.clone(),
                boards: boards.clone(),
            }),
            line: Together::start(Line { store, boards }),
        }
    }

    /// Asks for a slot, and waits for the visit that has it. Who goes meanwhile finds the hold among their
    /// visits, or it runs out.
    pub(crate) async fn book(&self, request: NewBooking) -> Result<BookedVisit, BookError> {
        if self.door.ask(request.clone()).await? {
            return Err(BookRefusal::SlotFull.into());
        }
        self.line.ask(request).await?
    }
}

/// Tells whether to turn a request away, because its slot is full.
struct Door {
    store: Store,
    boards: SlotBoards,
}

#[async_trait]
impl Answers for Door {
    type Question = NewBooking;
    type Answer = bool;

    async fn answer(&mut self, requests: Vec<NewBooking>) -> Result<Vec<bool>, StoreError> {
        let mut full = self.full(&requests).await?;
        let mut keyed = Vec::new();
        let mut whose = Vec::new();
        for (index, request) in requests.iter().enumerate() {
            if let (Some(key), Some(applicant)) = (&request.idempotency_key, request.party.first())
                && full[index]
            {
                keyed.push((applicant.person, key.clone()));
                whose.push(index);
            }
        }
        let used = self.store.keys_used(&keyed).await?;
        for (index, used) in whose.into_iter().zip(used) {
            full[index] &= !used;
        }
        Ok(full)
    }
}

impl Door {
    /// Which requests want a slot whose board says that it is full, with an application that one can book by.
    async fn full(&self, requests: &[NewBooking]) -> Result<Vec<bool>, StoreError> {
        let asked = requests.iter().filter_map(|request| {
            let applicant = request.party.first()?;
            Some((applicant.person, request.application))
        });
        let asked: Vec<_> = asked.collect();
        let facilities = self.store.booking_facilities(&asked).await?;
        let facilities: BTreeMap<_, _> = asked.into_iter().zip(facilities).collect();
        let mut full = Vec::with_capacity(requests.len());
        for request in requests {
            let applicant = request.party.first().map(|applicant| applicant.person);
            let asked = applicant.map(|person| (person, request.application));
            let facility = asked.and_then(|asked| *facilities.get(&asked)?);
            full.push(match facility {
                Some(facility) => self.is_full(facility, request).await?,
                None => false,
            });
        }
        Ok(full)
    }

    async fn is_full(
        &self,
        facility: FacilityId,
        request: &NewBooking,
    ) -> Result<bool, StoreError> {
        let board = self.boards.board(facility).await?;
        Ok(board.is_some_and(|board| board.slots.is_full(request.starts_at_ms, request.now_ms)))
    }
}

/// Gives the slots.
struct Line {
    store: Store,
    boards: SlotBoards,
}

#[async_trait]
impl Answers for Line {
    type Question = NewBooking;
    type Answer = Result<BookedVisit, BookError>;

    async fn answer(&mut self, requests: Vec<NewBooking>) -> Result<Vec<Self::Answer>, StoreError> {
        let answers = self.store.book(requests).await;
        let mut given: BTreeMap<FacilityId, Vec<Held>> = BTreeMap::new();
        for held in answers.iter().flatten() {
            given.entry(held.facility).or_default().push(*held);
        }
        for (facility, held) in given {
            self.boards.given(facility, &held);
        }
        // Two requests with one key have one visit.
        let visits: BTreeSet<VisitId> = answers.iter().flatten().map(|held| held.visit).collect();
        let visits = Vec::from_iter(visits);
        let booked = self.store.booked_visits(&visits).await;
        let visit = |held: Held| {
            let place = visits.binary_search(&held.visit).ok();
            let booked = booked.as_ref().map_err(Clone::clone)?;
            let visit = place.and_then(|place| booked.get(place)?.clone());
            Ok(visit.ok_or_else(|| StoreError::Invalid("a visit that is held is gone".into()))?)
        };
        Ok(answers
            .into_iter()
            .map(|answer| answer.and_then(visit))
            .collect())
    }
}
