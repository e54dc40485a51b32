//! The schedule's part of the store.

use async_trait::async_trait;
use booking_domain::{
    ClosurePlan, ClosuresPage, FacilityContact, FacilityRules, FacilitySettings, GridPlan,
    ListedClosure, NewPairedTerminal, Schedule, Slots, StoreError, TerminalChange, TerminalChanged,
    TerminalListing, TouchedVisit,
};
use grant::Slot;
use ids::{ClosureId, FacilityId, SlotGridId, StaffId, TerminalId};
use jiff::civil::Date;

use crate::{
    Store,
    again::again,
    error::failed,
    rows::{from_ms, id, slot, wrong},
    slots::{closures, grids, read, settings, terminals, time_zone},
};

/// The most visits that a preview lists.
const PREVIEW: i64 = 500;

#[async_trait]
impl Slots for Store {
    async fn settings(&self, facility: FacilityId) -> Result<Option<FacilitySettings>, StoreError> {
        let mut connection = self.readers.acquire().await.map_err(failed)?;
        settings::read(&mut connection, facility).await
    }

    async fn change_settings(
        &self,
        facility: FacilityId,
        contact: FacilityContact,
        rules: FacilityRules,
        by: StaffId,
        now_ms: u64,
    ) -> Result<bool, StoreError> {
        rules.check().map_err(|fault| wrong("settings", fault))?;
        let mut transaction = self.begin().await?;
        let changed =
            settings::change(&mut transaction, facility, &contact, &rules, by, now_ms).await?;
        transaction.commit().await.map_err(failed)?;
        Ok(changed)
    }

    async fn schedule(&self, facility: FacilityId) -> Result<Option<Schedule>, StoreError> {
        let mut connection = self.readers.acquire().await.map_err(failed)?;
        let Some(settings) = settings::read(&mut connection, facility).await? else {
            return Ok(None);
        };
        let zone = time_zone(&settings.time_zone)?;
        read::schedule(&mut connection, facility, zone)
            .await
            .map(Some)
    }

    async fn taken(
        &self,
        facility: FacilityId,
        time: Slot,
        now_ms: u64,
    ) -> Result<Vec<(TerminalId, Slot)>, StoreError> {
        let rows = sqlx::query(
            "SELECT terminal_id, starts_at_ms, ends_at_ms FROM visit
             WHERE facility_id = $1 AND starts_at_ms < $3 AND ends_at_ms > $2
               AND (state IN ('confirmed', 'flagged', 'in_session')
                    OR (state = 'held' AND held_until_ms > $4))",
        )
        .bind(facility.to_string())
        .bind(from_ms(time.starts_at_ms))
        .bind(from_ms(time.ends_at_ms))
        .bind(from_ms(now_ms))
        .fetch_all(&self.readers)
        .await
        .map_err(failed)?;
        rows.iter()
            .map(|row| Ok((id(row, "terminal_id")?, slot(row)?)))
            .collect()
    }

    async fn visits_ahead(
        &self,
        facility: FacilityId,
        dates: (Date, Date),
        now_ms: u64,
    ) -> Result<Vec<TouchedVisit>, StoreError> {
        let mut connection = self.readers.acquire().await.map_err(failed)?;
        let Some(settings) = settings::read(&mut connection, facility).await? else {
            return Ok(Vec::new());
        };
        let zone = time_zone(&settings.time_zone)?;
        closures::visits_ahead(&mut connection, facility, dates, &zone, now_ms, PREVIEW).await
    }

    async fn add_grid(
        &self,
        facility: FacilityId,
        plan: GridPlan,
        by: StaffId,
        now_ms: u64,
    ) -> Result<SlotGridId, StoreError> {
        let mut transaction = self.begin().await?;
        if settings::lock(&mut transaction, facility).await?.is_none() {
            return Err(wrong("facility_id", "no such facility"));
        }
        let added = grids::add(&mut transaction, facility, &plan, by, now_ms).await?;
        transaction.commit().await.map_err(failed)?;
        Ok(added)
    }

    async fn retire_grid(
        &self,
        facility: FacilityId,
        grid: SlotGridId,
        by: StaffId,
        now_ms: u64,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.begin().await?;
        settings::lock(&mut transaction, facility).await?;
        let retired = grids::retire(&mut transaction, facility, grid, by, now_ms).await?;
        transaction.commit().await.map_err(failed)?;
        Ok(retired)
    }

    async fn touched_by_closure(
        &self,
        facility: Option<FacilityId>,
        plan: &ClosurePlan,
        now_ms: u64,
    ) -> Result<(usize, Vec<TouchedVisit>), StoreError> {
        let mut connection = self.readers.acquire().await.map_err(failed)?;
        let mut touched = Vec::new();
        for place in closures::places(&mut connection, facility).await? {
            touched.extend(closures::touched_at(&mut connection, &place, plan, now_ms).await?);
        }
        let visits = touched.len();
        touched.sort_by_key(|visit| visit.slot.starts_at_ms);
        touched.truncate(usize::try_from(PREVIEW).expect("it is small"));
        Ok((visits, touched))
    }

    async fn add_closure(
        &self,
        facility: Option<FacilityId>,
        plan: ClosurePlan,
        by: StaffId,
        now_ms: u64,
    ) -> Result<(ClosureId, usize), StoreError> {
        again(|| async {
            let mut transaction = self.begin().await?;
            let places = closures::places(&mut transaction, facility).await?;
            if facility.is_some() && places.is_empty() {
                return Err(wrong("facility_id", "no such facility"));
            }
            for place in &places {
                settings::lock(&mut transaction, place.facility).await?;
            }
            let added =
                closures::add(&mut transaction, facility, &places, &plan, by, now_ms).await?;
            transaction.commit().await.map_err(failed)?;
            Ok(added)
        })
        .await
    }

    async fn closures(&self, page: ClosuresPage) -> Result<Vec<ListedClosure>, StoreError> {
        let mut connection = self.readers.acquire().await.map_err(failed)?;
        closures::list(&mut connection, page).await
    }

    async fn lift_closure(
        &self,
        facility: Option<FacilityId>,
        closure: ClosureId,
        by: StaffId,
        now_ms: u64,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.begin().await?;
        let lifted = closures::lift(&mut transaction, facility, closure, by, now_ms).await?;
        transaction.commit().await.map_err(failed)?;
        Ok(lifted)
    }

    async fn terminals(
        &self,
        facility: FacilityId,
        now_ms: u64,
    ) -> Result<Vec<TerminalListing>, StoreError> {
        let mut connection = self.readers.acquire().await.map_err(failed)?;
        terminals::list(&mut connection, facility, now_ms).await
    }

    async fn add_paired_terminal(
        &self,
        terminal: NewPairedTerminal,
        by: StaffId,
        now_ms: u64,
    ) -> Result<TerminalId, StoreError> {
        let mut transaction = self.begin().await?;
        let added = terminals::add(&mut transaction, &terminal, by, now_ms).await?;
        transaction.commit().await.map_err(failed)?;
        Ok(added)
    }

    async fn change_terminal(
        &self,
        facility: FacilityId,
        terminal: TerminalId,
        change: TerminalChange,
        by: StaffId,
        now_ms: u64,
    ) -> Result<TerminalChanged, StoreError> {
        again(|| async {
            let mut transaction = self.begin().await?;
            settings::lock(&mut transaction, facility).await?;
            let changed =
                terminals::change(&mut transaction, facility, terminal, &change, by, now_ms)
                    .await?;
            transaction.commit().await.map_err(failed)?;
            Ok(changed)
        })
        .await
    }
}
