//! What signaling asks of a store.

use async_trait::async_trait;
use grant::{DeviceHash, LinkHash, SecretHash};
use ids::{Seat, TerminalId, VisitId};

use crate::{
    CallNote, LinkView, RedeemError, Redemption, StoreError, TerminalInfo, VisitEvent, VisitInfo,
    VisitState,
};

/// Visits around their calls.
#[async_trait]
pub trait Visits: Send + Sync {
    /// Redeems a link for a device, in one conditional update: of all devices that ask, in all
    /// processes, one gets the seat, and only while the visit can be joined.
    ///
    /// The same device asking again gets the same answer again, as its first may have been lost.
    async fn redeem(
        &self,
        link: LinkHash,
        device: DeviceHash,
        now_ms: u64,
    ) -> Result<Redemption, RedeemError>;

    /// What a link is for. Spends nothing.
    async fn look(&self, link: LinkHash) -> Result<Option<LinkView>, StoreError>;

    /// What a returning device's grant is held against, while the store can be reached: a grant of an
    /// older generation, or of a visit that cannot be joined any more, lets nobody in.
    async fn standing(
        &self,
        visit: VisitId,
        seat: Seat,
    ) -> Result<Option<SeatStanding>, StoreError>;

    /// Those of these visits that cannot be joined as they stand.
    async fn closed_among(
        &self,
        visits: &[VisitId],
    ) -> Result<Vec<(VisitId, VisitState)>, StoreError>;

    /// The terminal that was paired with a secret.
    async fn terminal(&self, secret: SecretHash) -> Result<Option<TerminalInfo>, StoreError>;

    /// Those of these secrets that no terminal is paired with: it never was, or it has another device now.
    async fn unpaired_among(&self, secrets: &[SecretHash]) -> Result<Vec<SecretHash>, StoreError>;

    /// The visits at a terminal that can be joined and touch the time from `from_ms` to `to_ms`, by
    /// their start.
    async fn terminal_visits(
        &self,
        terminal: TerminalId,
        from_ms: u64,
        to_ms: u64,
    ) -> Result<Vec<VisitInfo>, StoreError>;

    /// Moves the end of a visit that can still be joined for all that it lost, `lost_ms`, as far as
    /// [`crate::end_with_lost_time`] allows. Its end from now on, Unix ms.
    async fn give_time_back(
        &self,
        visit: VisitId,
        lost_ms: u64,
        now_ms: u64,
    ) -> Result<u64, StoreError>;

    /// Notes what happened around calls, in its order: all of it, or nothing. Who is not told whether the store took it
    /// asks again, and it may stand there twice.
    async fn note(&self, notes: &[CallNote]) -> Result<(), StoreError>;

    /// Notes one step ([`CallNote::Step`]).
    async fn record(&self, event: VisitEvent) -> Result<(), StoreError> {
        self.note(&[CallNote::Step(event)]).await
    }
}

/// How a visitor's seat stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeatStanding {
    /// Where the visit stands.
    pub state: VisitState,
    /// How many links have been issued for the seat.
    pub generation: u32,
    /// When the visit ends, Unix ms.
    pub ends_at_ms: u64,
}
