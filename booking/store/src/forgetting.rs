//! Forgetting whom nothing needs any more.
//!
//! What may be forgotten is one condition of each statement: the one that looks for it, and the one that does it in a
//! transaction of its own.

use async_trait::async_trait;
use booking_domain::{Actor, AuditStep, AuditSubject, Forgetting, ForgettingLimits, StoreError};
use ids::{FacilityId, InmateId, VisitId};
use sqlx::{Any, AnyConnection, Transaction, any::AnyRow};

use crate::{
    Store,
    again::again,
    audit::{self, Subject, detail},
    error::failed,
    many::{Asking, all, places, statement},
    rows::{from_ms, id},
    slots,
};

/// Visits that ended by $1 and are not forgotten yet, at $2. A month of the rules has 31 days here.
const VISIT_IS_OLD: &str = "visit.ends_at_ms <= $1 AND visit.forgotten_at_ms IS NULL
    AND visit.state IN ('completed', 'terminated', 'technical_failure', 'cancelled', 'no_show')
    AND NOT EXISTS (SELECT 1 FROM visit_member
        WHERE visit_member.visit_id = visit.id AND visit_member.missed = 1
          AND visit.starts_at_ms > $2 - 2678400000 *
              (SELECT MAX(no_shows_within_months + no_shows_bar_months) FROM facility))";

/// What goes with the people of a visit. Links before the seats that they lead to.
const OF_A_VISIT: [&str; 3] = [
    "DELETE FROM seat_link WHERE visit_id = $1",
    "DELETE FROM visit_member WHERE visit_id = $1",
    "DELETE FROM outbox WHERE visit_id = $1",
];

/// Inmates who left by $1 and are known still, at $2, of whose visits every one is forgotten. As it is written, their
/// visits are found by the inmate, and not among all that are not forgotten.
const INMATE_IS_GONE: &str =
    "inmate.left_at_ms <= $1 AND inmate.state <> 'present' AND inmate.name <> ''
    AND NOT EXISTS (SELECT 1 FROM visit WHERE visit.inmate_id = inmate.id
        AND COALESCE(visit.forgotten_at_ms, -1) = -1)
    AND NOT EXISTS (SELECT 1 FROM application WHERE application.inmate_id = inmate.id
        AND (application.state IN ('draft', 'submitted', 'in_review', 'needs_more', 'approved')
             OR EXISTS (SELECT 1 FROM document
                 WHERE document.application_id = application.id
                   AND document.deleted_at_ms IS NULL)))
    AND NOT EXISTS (SELECT 1 FROM restriction WHERE restriction.inmate_id = inmate.id
        AND restriction.lifted_at_ms IS NULL
        AND COALESCE(restriction.until_ms, $2 + 1) > $2)";

/// What goes with an inmate.
const OF_AN_INMATE: [&str; 4] = [
    "DELETE FROM document WHERE application_id IN
         (SELECT id FROM application WHERE inmate_id = $1)",
    "DELETE FROM application WHERE inmate_id = $1",
    "DELETE FROM companion WHERE inmate_id = $1",
    "DELETE FROM restriction WHERE inmate_id = $1",
];

#[async_trait]
impl Forgetting for Store {
    async fn forget_visits(
        &self,
        limits: &ForgettingLimits,
        now_ms: u64,
        limit: u32,
    ) -> Result<u32, StoreError> {
        let times = [now_ms.saturating_sub(limits.visit_ms), now_ms];
        let is_old = unless_held(VISIT_IS_OLD, "visit.inmate_id", times.len(), &limits.held);
        let next = times.len() + limits.held.len() + 1;
        let sql = format!(
            "SELECT id, facility_id FROM visit WHERE {is_old} ORDER BY ends_at_ms LIMIT ${next}"
        );
        let looking = at(sql, &times, &limits.held).bind(i64::from(limit));
        let mut forgotten = 0;
        for row in &all(&self.readers, looking).await? {
            let (visit, facility): (VisitId, _) = (id(row, "id")?, facility(row)?);
            let sql = format!(
                "UPDATE visit SET applicant_id = NULL, idempotency_key = NULL, reason = NULL,
                     event_on = NULL, forgotten_at_ms = $2
                 WHERE {is_old} AND id = ${next}"
            );
            let done = again(|| async {
                let emptying = at(sql.clone(), &times, &limits.held).bind(visit.to_string());
                let forgotten = Forgotten {
                    id: visit.to_string(),
                    with_it: &OF_A_VISIT,
                    step: AuditStep::VisitForgotten,
                    subject: Subject::new(AuditSubject::Visit, visit, Some(facility)),
                    at_ms: now_ms,
                };
                forget(self.begin().await?, emptying, forgotten).await
            });
            forgotten += u32::from(done.await?);
        }
        Ok(forgotten)
    }

    async fn forget_inmates(
        &self,
        limits: &ForgettingLimits,
        now_ms: u64,
        limit: u32,
    ) -> Result<u32, StoreError> {
        let times = [now_ms.saturating_sub(limits.inmate_ms), now_ms];
        let is_gone = unless_held(INMATE_IS_GONE, "inmate.id", times.len(), &limits.held);
        let next = times.len() + limits.held.len() + 1;
        let sql = format!(
            "SELECT id, facility_id FROM inmate WHERE {is_gone} ORDER BY left_at_ms LIMIT ${next}"
        );
        let looking = at(sql, &times, &limits.held).bind(i64::from(limit));
        let mut forgotten = 0;
        for row in &all(&self.readers, looking).await? {
            let (inmate, facility): (InmateId, _) = (id(row, "id")?, facility(row)?);
            let sql = format!(
                "UPDATE inmate SET number = '', name = '', first_name = ''
                 WHERE {is_gone} AND id = ${next}"
            );
            let done = again(|| async {
                let emptying = at(sql.clone(), &times, &limits.held).bind(inmate.to_string());
                let forgotten = Forgotten {
                    id: inmate.to_string(),
                    with_it: &OF_AN_INMATE,
                    step: AuditStep::InmateForgotten,
                    subject: Subject::new(AuditSubject::Inmate, inmate, Some(facility)),
                    at_ms: now_ms,
                };
                let mut transaction = self.begin().await?;
                // So does whoever adds a restriction: one of the same moment is found here, or comes after. An application
                // needs no lock: it begins only for who is present, and never goes on once it is over.
                slots::lock(&mut transaction, facility).await?;
                forget(transaction, emptying, forgotten).await
            });
            forgotten += u32::from(done.await?);
        }
        Ok(forgotten)
    }
}

/// What is forgotten of a row, and how that is noted.
struct Forgotten {
    id: String,
    with_it: &'static [&'static str],
    step: AuditStep,
    subject: Subject,
    at_ms: u64,
}

/// Empties a row and removes what goes with it, unless something needs it by now. Whether it was done.
async fn forget(
    mut transaction: Transaction<'_, Any>,
    emptying: Asking<'_>,
    forgotten: Forgotten,
) -> Result<bool, StoreError> {
    let Forgotten {
        id,
        with_it,
        step,
        subject,
        at_ms,
    } = forgotten;
    let emptied = emptying.execute(&mut *transaction).await.map_err(failed)?;
    if emptied.rows_affected() == 0 {
        return Ok(false);
    }
    for sql in with_it {
        remove(&mut transaction, sql, &id).await?;
    }
    let actor = Actor::System;
    audit::note(&mut transaction, at_ms, actor, step, subject, detail! {}).await?;
    transaction.commit().await.map_err(failed)?;
    Ok(true)
}

async fn remove(
    connection: &mut AnyConnection,
    sql: &'static str,
    id: &str,
) -> Result<(), StoreError> {
    let removed = sqlx::query(sql).bind(id.to_owned());
    removed
        .execute(connection)
        .await
        .map(|_| ())
        .map_err(failed)
}

/// A condition that leaves those out who are held; their places follow those of its times.
fn unless_held(condition: &str, inmate: &str, times: usize, held: &[InmateId]) -> String {
    match held.len() {
        0 => condition.to_owned(),
        count => format!(
            "{condition} AND {inmate} NOT IN ({})",
            places(times + 1, count)
        ),
    }
}

/// A statement whose first places are times, Unix milliseconds, and after them inmates.
fn at<'q>(sql: String, times: &[u64], held: &[InmateId]) -> Asking<'q> {
    let mut asking = statement(sql);
    for at_ms in times {
        asking = asking.bind(from_ms(*at_ms));
    }
    for inmate in held {
        asking = asking.bind(inmate.to_string());
    }
    asking
}

fn facility(row: &AnyRow) -> Result<FacilityId, StoreError> {
    id(row, "facility_id")
}
