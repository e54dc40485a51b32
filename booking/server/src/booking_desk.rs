//! Where requests for slots line up.
//!
//! In a rush, hundreds of people want a slot in the same second. One task takes all who wait, and has the store
//! answer them in one transaction: so the disk is waited for once for many, in the order in which they came.
//!
//! Far more of them want a slot that is full by then. Who does is told so by the facility's board, without a
//! transaction: a board that says so is at most [`crate::slot_boards::FRESH`] old, and a request whose key has
//! got a visit before is never refused by it.

use std::collections::BTreeMap;

use async_trait::async_trait;
use booking_domain::{
    BookError, BookRefusal, BookingClaim, Bookings, Held, NewBooking, StoreError,
};
use booking_store::Store;
use ids::{FacilityId, VisitId};

use crate::{
    slot_boards::SlotBoards,
    together::{Answers, Together},
};

/// The line of requests.
pub(crate) struct BookingDesk(Together<Desk>);

struct Desk {
    store: Store,
    boards: SlotBoards,
}

impl BookingDesk {
    /// Starts the task that answers. It ends when this is dropped.
    pub(crate) fn start(store: Store, boards: SlotBoards) -> Self {
        Self(Together::start(Desk { store, boards }))
    }

    /// Asks for a slot, and waits for the answer. Who goes meanwhile finds the hold among their visits, or it
    /// runs out.
    pub(crate) async fn book(&self, request: NewBooking) -> Result<VisitId, BookError> {
        let held = self.0.ask(request).await??;
        Ok(held.visit)
    }
}

#[async_trait]
impl Answers for Desk {
    type Question = NewBooking;
    type Answer = Result<Held, BookError>;

    async fn answer(&mut self, requests: Vec<NewBooking>) -> Vec<Self::Answer> {
        let claims = match self.store.booking_claims(&requests).await {
            Ok(claims) => claims,
            Err(error) => return vec![Err(error.into()); requests.len()],
        };
        let full = match self.full(&requests, &claims).await {
            Ok(full) => full,
            Err(error) => return vec![Err(error.into()); requests.len()],
        };
        let mut wanted = Vec::new();
        for (request, full) in requests.into_iter().zip(&full) {
            if !full {
                wanted.push(request);
            }
        }
        let mut booked = if wanted.is_empty() {
            Vec::new().into_iter()
        } else {
            self.store.book(wanted).await.into_iter()
        };
        let mut given: BTreeMap<FacilityId, Vec<Held>> = BTreeMap::new();
        let mut answers = Vec::with_capacity(full.len());
        for (full, claim) in full.into_iter().zip(claims) {
            let answer = if full {
                Err(BookRefusal::SlotFull.into())
            } else {
                let missing = || Err(StoreError::Unavailable("no answer".to_owned()).into());
                booked.next().unwrap_or_else(missing)
            };
            if let (Ok(held), Some(claim)) = (&answer, claim) {
                given.entry(claim.facility).or_default().push(*held);
            }
            answers.push(answer);
        }
        for (facility, held) in given {
            self.boards.given(facility, &held);
        }
        answers
    }
}

impl Desk {
    /// Which requests want a slot that is full, and nothing else is to be said to them first.
    async fn full(
        &self,
        requests: &[NewBooking],
        claims: &[Option<BookingClaim>],
    ) -> Result<Vec<bool>, StoreError> {
        let mut full = Vec::with_capacity(requests.len());
        for (request, claim) in requests.iter().zip(claims) {
            full.push(match claim {
                Some(claim) if claim.approved && !claim.asked_before => {
                    let board = self.boards.board(claim.facility).await?;
                    board.is_some_and(|board| board.is_full(request.starts_at_ms, request.now_ms))
                }
                _ => false,
            });
        }
        Ok(full)
    }
}
