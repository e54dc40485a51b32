//! Forgetting whom nothing needs any more.
//!
//! What may be forgotten is one condition of each statement: the one that looks for it, and the one that does it in a
//! transaction of its own.

use async_trait::async_trait;
use booking_domain::{Actor, AuditStep, AuditSubject, Forgetting, ForgettingLimits, StoreError};
use ids::{FacilityId, InmateId};

use crate::{
    Store,
    again::again,
    audit::{self, Subject, detail},
    error::failed,
    held::{at, held_places},
    many::{Asking, all},
    rows::{id, text},
    slots,
};

/// What is forgotten alike.
struct Forgotten {
    table: &'static str,
    /// Which rows are, by the times $1 and $2.
    condition: &'static str,
    /// The column of the inmate who may be held.
    inmate: &'static str,
    /// Which ones first.
    order: &'static str,
    /// What is left of a row; $2 is now.
    emptied: &'static str,
    /// What goes with a row, $1.
    with_it: &'static [&'static str],
    /// Whether something that keeps a row known may begin in the same moment: whoever begins it locks the facility.
    locks: bool,
    subject: AuditSubject,
    step: AuditStep,
}

/// Visits that ended by $1 and are not forgotten yet, at $2. A month of the rules has 31 days here.
const VISITS: Forgotten = Forgotten {
    table: "visit",
    condition: "visit.ends_at_ms <= $1 AND visit.forgotten_at_ms IS NULL
        AND visit.state IN ('completed', 'terminated', 'technical_failure', 'cancelled', 'no_show')
        AND NOT EXISTS (SELECT 1 FROM visit_member
            WHERE visit_member.visit_id = visit.id AND visit_member.missed = 1
              AND visit.starts_at_ms > $2 - 2678400000 *
                  (SELECT MAX(no_shows_within_months + no_shows_bar_months) FROM facility))",
    inmate: "visit.inmate_id",
    order: "ends_at_ms",
    emptied: "applicant_id = NULL, idempotency_key = NULL, reason = NULL, event_on = NULL,
        forgotten_at_ms = $2",
    // Links before the seats that they lead to.
    with_it: &[
        "DELETE FROM seat_link WHERE visit_id = $1",
        "DELETE FROM visit_member WHERE visit_id = $1",
        "DELETE FROM outbox WHERE visit_id = $1",
    ],
    locks: false,
    subject: AuditSubject::Visit,
    step: AuditStep::VisitForgotten,
};

/// Inmates who left by $1 and are known still, at $2, of whose visits every one is forgotten. As it is written, their
/// visits are found by the inmate, and not among all that are not forgotten. A restriction of the same moment is found
/// here, or comes after. An application needs no lock: it begins only for who is present, and never goes on once it is
/// over.
const INMATES: Forgotten = Forgotten {
    table: "inmate",
    condition: "inmate.left_at_ms <= $1 AND inmate.state <> 'present' AND inmate.name <> ''
        AND NOT EXISTS (SELECT 1 FROM visit WHERE visit.inmate_id = inmate.id
            AND COALESCE(visit.forgotten_at_ms, -1) = -1)
        AND NOT EXISTS (SELECT 1 FROM application WHERE application.inmate_id = inmate.id
            AND (application.state IN ('draft', 'submitted', 'in_review', 'needs_more', 'approved')
                 OR EXISTS (SELECT 1 FROM document
                     WHERE document.application_id = application.id
                       AND document.deleted_at_ms IS NULL)))
        AND NOT EXISTS (SELECT 1 FROM restriction WHERE restriction.inmate_id = inmate.id
            AND restriction.lifted_at_ms IS NULL
            AND COALESCE(restriction.until_ms, $2 + 1) > $2)",
    inmate: "inmate.id",
    order: "left_at_ms",
    emptied: "number = '', name = '', first_name = ''",
    with_it: &[
        "DELETE FROM document WHERE application_id IN
             (SELECT id FROM application WHERE inmate_id = $1)",
        "DELETE FROM application WHERE inmate_id = $1",
        "DELETE FROM companion WHERE inmate_id = $1",
        "DELETE FROM restriction WHERE inmate_id = $1",
    ],
    locks: true,
    subject: AuditSubject::Inmate,
    step: AuditStep::InmateForgotten,
};

#[async_trait]
impl Forgetting for Store {
    async fn forget_visits(
        &self,
        limits: &ForgettingLimits,
        now_ms: u64,
        limit: u32,
    ) -> Result<u32, StoreError> {
        let times = [now_ms.saturating_sub(limits.visit_ms), now_ms];
        self.forget(&VISITS, times, &limits.held, limit).await
    }

    async fn forget_inmates(
        &self,
        limits: &ForgettingLimits,
        now_ms: u64,
        limit: u32,
    ) -> Result<u32, StoreError> {
        let times = [now_ms.saturating_sub(limits.inmate_ms), now_ms];
        self.forget(&INMATES, times, &limits.held, limit).await
    }
}

impl Store {
    /// Forgets at most `limit` rows, each in a transaction of its own, and answers how many. `times` are since when, and
    /// now, Unix milliseconds.
    async fn forget(
        &self,
        what: &Forgotten,
        times: [u64; 2],
        held: &[InmateId],
        limit: u32,
    ) -> Result<u32, StoreError> {
        let Forgotten {
            table,
            order,
            emptied,
            ..
        } = what;
        let condition = format!(
            "{} AND {} NOT IN ({})",
            what.condition,
            what.inmate,
            held_places(times.len() + 1, held)
        );
        let next = times.len() + held.len() + 1;
        let looking = format!(
            "SELECT id, facility_id FROM {table} WHERE {condition} ORDER BY {order} LIMIT ${next}"
        );
        let emptying = format!("UPDATE {table} SET {emptied} WHERE {condition} AND id = ${next}");
        let looking = at(looking, &times, held).bind(i64::from(limit));
        let mut forgotten = 0;
        for row in &all(&self.readers, looking).await? {
            let (row, facility): (String, FacilityId) = (text(row, "id")?, id(row, "facility_id")?);
            let done = again(|| async {
                let emptying = at(emptying.clone(), &times, held).bind(row.clone());
                self.forget_one(what, emptying, &row, facility, times[1])
                    .await
            });
            forgotten += u32::from(done.await?);
        }
        Ok(forgotten)
    }

    /// Empties a row and removes what goes with it, unless something needs it by now. Whether it was done.
    async fn forget_one(
        &self,
        what: &Forgotten,
        emptying: Asking<'_>,
        row: &str,
        facility: FacilityId,
        now_ms: u64,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.begin().await?;
        if what.locks {
            slots::lock(&mut transaction, facility).await?;
        }
        let emptied = emptying.execute(&mut *transaction).await.map_err(failed)?;
        if emptied.rows_affected() == 0 {
            return Ok(false);
        }
        for sql in what.with_it {
            let removed = sqlx::query(*sql).bind(row.to_owned());
            removed.execute(&mut *transaction).await.map_err(failed)?;
        }
        let (actor, subject) = (
            Actor::System,
            Subject::new(what.subject, row, Some(facility)),
        );
        audit::note(
            &mut transaction,
            now_ms,
            actor,
            what.step,
            subject,
            detail! {},
        )
        .await?;
        transaction.commit().await.map_err(failed)?;
        Ok(true)
    }
}
