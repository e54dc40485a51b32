//! Settling what became of a visit.

use booking_domain::{
    Actor, Attendance, AuditDetail, AuditStep, EndedBy, MessageKind, Notice, Outcome, StoreError,
    VisitState,
};
use ids::{Seat, VisitId};
use sqlx::{AnyConnection, any::AnyRow};

use super::AT_ONCE;
use crate::{
    Store,
    again::again,
    audit::{self, Subject, detail},
    bookings::{note_missed, read_booking, uncount},
    error::failed,
    outbox::queue_notice,
    rows::{from_ms, id, integer, number, optional_text, promised_slot, text, visit_time, wrong},
};

/// The step in the audit trail, which also tells that it was done. What staff have corrected meanwhile (a visit that
/// an officer ended) is settled too.
const SETTLED: AuditStep = AuditStep::VisitSettled;
/// So long after the slot the last steps of a call may still be noted, ms.
const GRACE_MS: u64 = 2 * 60 * 1000;
/// What is older was settled by hand, ms.
const OLDEST_MS: u64 = 7 * 24 * 60 * 60 * 1000;

impl Store {
    pub(super) async fn unsettled(
        &self,
        now_ms: u64,
    ) -> Result<Vec<(VisitId, Attendance)>, StoreError> {
        let rows = sqlx::query(
            "SELECT visit.id, visit.starts_at_ms, visit.ends_at_ms, visit.given_back_ms,
                    visit.together_ms, visit.without_inmate_ms, visit.without_visitors_ms,
                    (SELECT COUNT(*) FROM outbox
                     WHERE outbox.visit_id = visit.id AND outbox.kind IN ('join_link', 'new_join_link')
                       AND outbox.state IN ('sent', 'delivered')) AS links_sent,
                    (SELECT COUNT(*) FROM seat_link
                     WHERE seat_link.visit_id = visit.id
                       AND seat_link.redeemed_at_ms IS NOT NULL) AS links_redeemed
             FROM visit
             WHERE visit.ends_at_ms <= $1 AND visit.ends_at_ms > $2
               AND visit.state IN ('confirmed', 'in_session', 'completed')
               AND NOT EXISTS (
                   SELECT 1 FROM audit_event
                   WHERE audit_event.subject = 'visit' AND audit_event.subject_id = visit.id
                     AND audit_event.action IN ($3, $5)
               )
             ORDER BY visit.ends_at_ms, visit.id LIMIT $4",
        )
        .bind(from_ms(now_ms.saturating_sub(GRACE_MS)))
        .bind(from_ms(now_ms.saturating_sub(OLDEST_MS)))
        .bind(SETTLED.as_str())
        .bind(AT_ONCE)
        .bind(AuditStep::VisitCorrected.as_str())
        .fetch_all(&self.readers)
        .await
        .map_err(failed)?;
        let mut unsettled = Vec::with_capacity(rows.len());
        for row in &rows {
            let visit = id(row, "id")?;
            let joined = self.seats_of(visit, AuditStep::Joined).await?;
            let heard = self.seats_of(visit, AuditStep::Heard).await?;
            let attendance = Attendance {
                link_sent: integer(row, "links_sent")? > 0,
                link_redeemed: integer(row, "links_redeemed")? > 0,
                visitor_joined: joined.iter().any(|seat| *seat != Seat::INMATE),
                inmate_heard: heard.contains(&Seat::INMATE),
                short: is_short(row)?,
            };
            unsettled.push((visit, attendance));
        }
        Ok(unsettled)
    }

    /// The seats of which the trail tells a step.
    async fn seats_of(&self, visit: VisitId, step: AuditStep) -> Result<Vec<Seat>, StoreError> {
        let rows = sqlx::query(
            "SELECT DISTINCT detail FROM audit_event
             WHERE subject = 'visit' AND subject_id = $1 AND action = $2",
        )
        .bind(visit.to_string())
        .bind(step.as_str())
        .fetch_all(&self.readers)
        .await
        .map_err(failed)?;
        let seat = |row| {
            let detail: serde_json::Value =
                serde_json::from_str(&text(row, "detail")?).map_err(|e| wrong("detail", e))?;
            serde_json::from_value(detail[AuditDetail::Seat.as_str()].clone())
                .map_err(|e| wrong("detail", e))
        };
        rows.iter().map(seat).collect()
    }

    pub(super) async fn settle(
        &self,
        visit: VisitId,
        outcome: Outcome,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        again(|| async {
            let mut transaction = self.begin().await?;
            let Some(before) = read_booking(&mut transaction, visit).await? else {
                return Ok(());
            };
            let was = before.state();
            let Ok(after) = before.settle(outcome) else {
                return Ok(());
            };
            // From here on nobody else changes the visit; whoever was first has noted it below.
            let rows = sqlx::query(
                "UPDATE visit SET state = $2, ended_by = COALESCE(ended_by, $3)
             WHERE id = $1 AND state = $7 AND ends_at_ms <= $4
               AND NOT EXISTS (
                   SELECT 1 FROM audit_event
                   WHERE audit_event.subject = 'visit' AND audit_event.subject_id = visit.id
                     AND audit_event.action IN ($5, $6)
               )
             RETURNING counted_month, inmate_id",
            )
            .bind(visit.to_string())
            .bind(after.state().as_str())
            .bind(outcome.ended_by().map(EndedBy::as_str))
            .bind(from_ms(now_ms))
            .bind(SETTLED.as_str())
            .bind(AuditStep::VisitCorrected.as_str())
            .bind(was.as_str())
            .fetch_all(&mut *transaction)
            .await
            .map_err(failed)?;
            let Some(row) = rows.first() else {
                return Ok(());
            };
            let month = optional_text(row, "counted_month")?;
            if let (true, Some(month)) = (outcome.gives_back(), month) {
                uncount(&mut transaction, visit, id(row, "inmate_id")?, &month).await?;
            }
            note_missed(&mut transaction, visit, outcome).await?;
            let detail = detail! {
                State: outcome.state().as_str(),
                EndedBy: outcome.ended_by().map(EndedBy::as_str),
            };
            let subject = Subject::visit(visit);
            audit::note(
                &mut transaction,
                now_ms,
                Actor::System,
                SETTLED,
                subject,
                detail,
            )
            .await?;
            match outcome.state() {
                VisitState::NoShow => {
                    tell(&mut transaction, visit, MessageKind::VisitMissed, now_ms).await?;
                }
                VisitState::TechnicalFailure => {
                    tell(&mut transaction, visit, MessageKind::TimeGivenBack, now_ms).await?;
                }
                _ => {}
            }
            transaction.commit().await.map_err(failed)
        })
        .await
    }
}

/// Whether half of the visit passed without the inmate.
fn is_short(row: &AnyRow) -> Result<bool, StoreError> {
    let given_back_ms = number(row, "given_back_ms")?;
    Ok(visit_time(row)?.is_short(promised_slot(row)?, given_back_ms))
}

async fn tell(
    connection: &mut AnyConnection,
    visit: VisitId,
    kind: MessageKind,
    now_ms: u64,
) -> Result<(), StoreError> {
    let rows = sqlx::query("SELECT person_id FROM visit_member WHERE visit_id = $1 ORDER BY seat")
        .bind(visit.to_string())
        .fetch_all(&mut *connection)
        .await
        .map_err(failed)?;
    for row in &rows {
        let notice = Notice::email(kind, visit, id(row, "person_id")?).about_visit(visit);
        queue_notice(&mut *connection, &notice, now_ms).await?;
    }
    Ok(())
}
