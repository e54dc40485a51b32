//! The store, which can be away, and can refuse.

use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use booking_domain::{
    CallNote, LinkView, RedeemError, Redemption, SeatStanding, Step, StoreError, TerminalInfo,
    VisitInfo, VisitState, Visits,
};
use booking_store::Store;
use grant::{DeviceHash, LinkHash, SecretHash};
use ids::{Seat, TerminalId, VisitId};

pub(crate) struct Switched {
    pub(crate) store: Store,
    away: AtomicBool,
    refuses_who_left: AtomicBool,
}

impl Switched {
    pub(crate) fn new(store: Store) -> Self {
        Self {
            store,
            away: AtomicBool::new(false),
            refuses_who_left: AtomicBool::new(false),
        }
    }

    pub(crate) fn is_away(&self, away: bool) {
        self.away.store(away, Ordering::SeqCst);
    }

    /// From now on it refuses for good to note that somebody left, and what is to be noted with it.
    pub(crate) fn refuses_who_left(&self) {
        self.refuses_who_left.store(true, Ordering::SeqCst);
    }

    fn there(&self) -> Result<&Store, StoreError> {
        if self.away.load(Ordering::SeqCst) {
            Err(StoreError::Unavailable("switched off".to_owned()))
        } else {
            Ok(&self.store)
        }
    }
}

#[async_trait]
impl Visits for Switched {
    async fn redeem(
        &self,
        link: LinkHash,
        device: DeviceHash,
        now_ms: u64,
    ) -> Result<Redemption, RedeemError> {
        match self.there() {
            Ok(store) => store.redeem(link, device, now_ms).await,
            Err(error) => Err(RedeemError::Unavailable(error.to_string())),
        }
    }

    async fn look(&self, link: LinkHash) -> Result<Option<LinkView>, StoreError> {
        self.there()?.look(link).await
    }

    async fn standing(
        &self,
        visit: VisitId,
        seat: Seat,
    ) -> Result<Option<SeatStanding>, StoreError> {
        self.there()?.standing(visit, seat).await
    }

    async fn closed_among(
        &self,
        visits: &[VisitId],
    ) -> Result<Vec<(VisitId, VisitState)>, StoreError> {
        self.there()?.closed_among(visits).await
    }

    async fn terminal(&self, secret: SecretHash) -> Result<Option<TerminalInfo>, StoreError> {
        self.there()?.terminal(secret).await
    }

    async fn unpaired_among(&self, secrets: &[SecretHash]) -> Result<Vec<SecretHash>, StoreError> {
        self.there()?.unpaired_among(secrets).await
    }

    async fn terminal_visits(
        &self,
        terminal: TerminalId,
        from_ms: u64,
        to_ms: u64,
    ) -> Result<Vec<VisitInfo>, StoreError> {
        self.there()?
            .terminal_visits(terminal, from_ms, to_ms)
            .await
    }

    async fn give_time_back(
        &self,
        visit: VisitId,
        lost_ms: u64,
        now_ms: u64,
    ) -> Result<u64, StoreError> {
        self.there()?.give_time_back(visit, lost_ms, now_ms).await
    }

    async fn note(&self, notes: &[CallNote]) -> Result<(), StoreError> {
        let store = self.there()?;
        let left = |note: &CallNote| match note {
            CallNote::Step(event) => matches!(event.step, Step::Left { .. }),
            CallNote::Time { .. } | CallNote::Seen { .. } => false,
        };
        if self.refuses_who_left.load(Ordering::SeqCst) && notes.iter().any(left) {
            return Err(StoreError::Invalid("as it is told to".to_owned()));
        }
        store.note(notes).await
    }
}
