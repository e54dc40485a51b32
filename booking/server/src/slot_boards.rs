//! The slots of each facility as everybody sees them: read once for all who look in the same moment.
//!
//! What this promises:
//! - A board was read at most [`FRESH`] ago, and no day has opened since. Whoever finds an older one reads it
//!   anew, while the others wait for that.
//! - A seat that this process has given is taken on the board before the one who got it hears so.
//! - So a seat that comes free, or is given by another process, shows after at most [`FRESH`].
//!
//! A board decides nothing but that a slot is full: nobody gets a seat by it. It may be wrong about that for
//! [`FRESH`] after somebody called off.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::{Duration, Instant},
};

use booking_domain::{Held, SlotBoard, Slots, StoreError};
use booking_store::Store;
use ids::FacilityId;
use serde_json::value::RawValue;
use telemetry::clock::unix_now_ms;

/// How old a board may grow.
pub(crate) const FRESH: Duration = Duration::from_millis(200);

/// A facility's board.
#[derive(Clone)]
pub(crate) struct Board {
    /// The slots.
    pub(crate) slots: SlotBoard,
    said: OnceLock<Arc<RawValue>>,
}

impl Board {
    const fn new(slots: SlotBoard) -> Self {
        Self {
            slots,
            said: OnceLock::new(),
        }
    }

    /// What is said of the slots to everybody alike, made by the first who asks.
    pub(crate) fn said(&self, say: impl FnOnce(&SlotBoard) -> Box<RawValue>) -> Arc<RawValue> {
        let said = || Arc::from(say(&self.slots));
        self.said.get_or_init(said).clone()
    }

    fn take(&mut self, held: &Held) {
        self.slots.take(held.terminal, held.slot);
        self.said.take();
    }
}

/// The boards of all facilities. Clones share them.
#[derive(Clone)]
pub(crate) struct SlotBoards {
    store: Store,
    facilities: Arc<Mutex<BTreeMap<FacilityId, Arc<Facility>>>>,
}

#[derive(Default)]
struct Facility {
    /// Held by the one who reads.
    reading: tokio::sync::Mutex<()>,
    shown: Mutex<Shown>,
}

#[derive(Default)]
struct Shown {
    board: Option<(Instant, Arc<Board>)>,
    /// Seats that were given a short time ago, which a board that was begun before may not have.
    given: Vec<(Instant, Held)>,
}

impl SlotBoards {
    /// The boards of a store's facilities.
    pub(crate) fn new(store: Store) -> Self {
        Self {
            store,
            facilities: Arc::default(),
        }
    }

    /// A facility's board. None where there is no such facility.
    pub(crate) async fn board(
        &self,
        facility: FacilityId,
    ) -> Result<Option<Arc<Board>>, StoreError> {
        let place = self.place(facility);
        if let Some(board) = place.fresh() {
            return Ok(Some(board));
        }
        let _reading = place.reading.lock().await;
        if let Some(board) = place.fresh() {
            return Ok(Some(board));
        }
        let began = Instant::now();
        let Some(board) = read(&self.store, facility).await? else {
            return Ok(None);
        };
        Ok(Some(place.show(began, board)))
    }

    /// This process has given seats.
    pub(crate) fn given(&self, facility: FacilityId, seats: &[Held]) {
        let place = self.place(facility);
        let shown = &mut *place.shown();
        let now = Instant::now();
        shown.given.extend(seats.iter().map(|held| (now, *held)));
        if let Some((_, board)) = &mut shown.board {
            let board = Arc::make_mut(board);
            seats.iter().for_each(|held| board.take(held));
        }
    }

    fn place(&self, facility: FacilityId) -> Arc<Facility> {
        let mut facilities = self
            .facilities
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        facilities.entry(facility).or_default().clone()
    }
}

impl Facility {
    fn shown(&self) -> std::sync::MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fresh(&self) -> Option<Arc<Board>> {
        let shown = self.shown();
        let (read, board) = shown.board.as_ref()?;
        let fresh = read.elapsed() < FRESH && board.slots.has_all_days(unix_now_ms());
        fresh.then(|| board.clone())
    }

    /// Shows a board that was begun at a moment, with what was given since.
    fn show(&self, began: Instant, slots: SlotBoard) -> Arc<Board> {
        let mut shown = self.shown();
        shown.given.retain(|(at, _)| *at >= began);
        let mut board = Board::new(slots);
        for (_, held) in &shown.given {
            board.take(held);
        }
        let board = Arc::new(board);
        shown.board = Some((began, board.clone()));
        board
    }
}

async fn read(store: &Store, facility: FacilityId) -> Result<Option<SlotBoard>, StoreError> {
    let now_ms = unix_now_ms();
    let Some(settings) = store.settings(facility).await? else {
        return Ok(None);
    };
    let Some(schedule) = store.schedule(facility).await? else {
        return Ok(None);
    };
    let mut board = SlotBoard::new(settings, &schedule, now_ms);
    if let Some(time) = board.time() {
        for (terminal, slot) in store.taken(facility, time, now_ms).await? {
            board.take(terminal, slot);
        }
    }
    Ok(Some(board))
}
