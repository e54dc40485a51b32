//! The schedulers' part of the store.

use async_trait::async_trait;
use booking_domain::{
    Actor, AuditStep, AuditSubject, BookedVisit, ChangeError, Correction, ExceptionError,
    ExceptionVisit, MessageKind, PartyCandidate, PartyRemoval, Removed, StaffBookings,
    StaffCancellation, StoreError,
};
use grant::Slot;
use ids::{FacilityId, StaffId, TerminalId, VisitId};
use sqlx::AnyConnection;

use crate::{
    Store,
    again::again,
    audit::{self, Subject, detail},
    bookings::{
        change, correction, exception, notices, overdue, party,
        plain::{PlainVisit, keep_plain, read_plain},
        read::{fold_booked, select_booked},
        vetting::{Word, vet},
    },
    error::failed,
    rows::from_ms,
    slots,
};

#[async_trait]
impl StaffBookings for Store {
    async fn facility_visits(
        &self,
        facility: FacilityId,
        time: Slot,
    ) -> Result<Vec<BookedVisit>, StoreError> {
        let rows = sqlx::query(select_booked!(
            "visit.id IN (
                 SELECT own.id FROM visit AS own
                 WHERE own.facility_id = $1 AND own.starts_at_ms >= $2 AND own.starts_at_ms < $3
                   AND NOT (own.state = 'cancelled' AND own.held_until_ms IS NOT NULL)
                 ORDER BY own.starts_at_ms, own.id LIMIT 1000)
             ORDER BY visit.starts_at_ms, terminal.name, visit.id, member.seat"
        ))
        .bind(facility.to_string())
        .bind(from_ms(time.starts_at_ms))
        .bind(from_ms(time.ends_at_ms))
        .fetch_all(&self.readers)
        .await
        .map_err(failed)?;
        fold_booked(&rows)
    }

    async fn add_exception(&self, visit: ExceptionVisit) -> Result<VisitId, ExceptionError> {
        again(|| async {
            let mut transaction = self.begin().await?;
            let added = exception::add(&mut transaction, &visit).await?;
            transaction.commit().await.map_err(failed)?;
            Ok(added)
        })
        .await
    }

    async fn cancel_by_staff(&self, cancellation: StaffCancellation) -> Result<(), ChangeError> {
        let StaffCancellation {
            facility,
            visit,
            ended_by,
            reason,
            by,
            now_ms,
        } = cancellation;
        again(|| async {
            let mut transaction = self.begin().await?;
            let plain = own(&mut transaction, facility, visit).await?;
            let after = plain.booking.clone().cancel_by_staff(
                ended_by,
                Some(reason.clone()),
                plain.slot.starts_at_ms,
                now_ms,
            );
            let actor = Actor::Staff(by);
            let done = change::call_off(&mut transaction, &plain, after, actor, now_ms).await?;
            change::done(done)?;
            transaction.commit().await.map_err(failed)?;
            Ok(())
        })
        .await
    }

    async fn correct_outcome(&self, correction: Correction) -> Result<(), ChangeError> {
        again(|| async {
            let mut transaction = self.begin().await?;
            let plain = own(&mut transaction, correction.facility, correction.visit).await?;
            let corrected = correction::correct(&mut transaction, &plain, &correction).await?;
            change::done(corrected)?;
            transaction.commit().await.map_err(failed)?;
            Ok(())
        })
        .await
    }

    async fn clear(
        &self,
        facility: FacilityId,
        visit: VisitId,
        born: &[PartyCandidate],
        by: StaffId,
        now_ms: u64,
    ) -> Result<(), ChangeError> {
        again(|| async {
            let mut transaction = self.begin().await?;
            let plain = read_own(&mut transaction, facility, visit).await?;
            let Ok(cleared) = plain.booking.clone().clear() else {
                return Err(ChangeError::NotPossible);
            };
            if plain.slot.ends_at_ms <= now_ms {
                return Err(ChangeError::NotPossible);
            }
            vet(&mut transaction, &plain, born, Word::Staffs, now_ms).await?;
            let cleared = sqlx::query(
                "UPDATE visit SET state = $3, reason = NULL
             WHERE id = $1 AND state = $2 AND ends_at_ms > $4",
            )
            .bind(visit.to_string())
            .bind(plain.booking.state().as_str())
            .bind(cleared.state().as_str())
            .bind(from_ms(now_ms))
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
            change::done(cleared.rows_affected() > 0)?;
            let (actor, subject) = (Actor::Staff(by), Subject::visit(visit));
            audit::note(
                &mut transaction,
                now_ms,
                actor,
                AuditStep::VisitCleared,
                subject,
                detail! {},
            )
            .await?;
            if plain.opens_at_ms <= now_ms {
                notices::tell_resumed(&mut transaction, visit, now_ms).await?;
            } else {
                let kind = MessageKind::VisitConfirmed;
                notices::tell(&mut transaction, visit, kind, None, &[], now_ms).await?;
            }
            transaction.commit().await.map_err(failed)?;
            Ok(())
        })
        .await
    }

    async fn remove_from_party(&self, removal: PartyRemoval) -> Result<Removed, ChangeError> {
        again(|| async {
            let mut transaction = self.begin().await?;
            let removed = party::take_out(&mut transaction, &removal).await?;
            transaction.commit().await.map_err(failed)?;
            Ok(removed)
        })
        .await
    }

    async fn move_to(
        &self,
        facility: FacilityId,
        visit: VisitId,
        terminal: TerminalId,
        by: StaffId,
        now_ms: u64,
    ) -> Result<(), ChangeError> {
        again(|| async {
            let mut transaction = self.begin().await?;
            overdue::release_holds(&mut transaction, now_ms).await?;
            slots::lock(&mut transaction, facility).await?;
            let plain = own(&mut transaction, facility, visit).await?;
            if !plain.booking.can_be_moved(plain.slot, now_ms) {
                return Err(ChangeError::NotPossible);
            }
            let moved = sqlx::query(
                "UPDATE visit SET terminal_id = $2 WHERE id = $1 AND state = $3 AND EXISTS (
                 SELECT 1 FROM terminal
                 WHERE id = $2 AND facility_id = $4 AND in_service = 1)",
            )
            .bind(visit.to_string())
            .bind(terminal.to_string())
            .bind(plain.booking.state().as_str())
            .bind(facility.to_string())
            .execute(&mut *transaction)
            .await
            .map_err(failed);
            let moved = match moved {
                Ok(moved) => moved.rows_affected() > 0,
                Err(StoreError::Overlap) => {
                    return Err(booking_domain::BookRefusal::SlotFull.into());
                }
                Err(error) => return Err(error.into()),
            };
            change::done(moved)?;
            let subject = Subject::new(AuditSubject::Visit, visit, Some(facility));
            let detail = detail! { Terminal: terminal };
            let actor = Actor::Staff(by);
            audit::note(
                &mut transaction,
                now_ms,
                actor,
                AuditStep::VisitMoved,
                subject,
                detail,
            )
            .await?;
            transaction.commit().await.map_err(failed)?;
            Ok(())
        })
        .await
    }
}

/// A visit of the facility's own.
async fn read_own(
    connection: &mut AnyConnection,
    facility: FacilityId,
    visit: VisitId,
) -> Result<PlainVisit, ChangeError> {
    read_plain(connection, visit)
        .await?
        .filter(|plain| plain.facility == facility)
        .ok_or(ChangeError::NotFound)
}

/// The same, kept as it is until the end of the transaction.
async fn own(
    connection: &mut AnyConnection,
    facility: FacilityId,
    visit: VisitId,
) -> Result<PlainVisit, ChangeError> {
    keep_plain(connection, visit)
        .await?
        .filter(|plain| plain.facility == facility)
        .ok_or(ChangeError::NotFound)
}
