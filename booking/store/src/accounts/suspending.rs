//! Suspending an account, and letting its owner in again.

use async_trait::async_trait;
use booking_domain::{
    Actor, AuditDetail, AuditStep, AuditSubject, Cause, MessageKind, Notice, StoreError,
    accounts::{
        AccountQuery, AccountState, FoundAccount, NewSuspension, SuspensionError, Suspensions,
    },
};
use ids::{FacilityId, PersonId, StaffId};
use sqlx::{AnyConnection, any::AnyRow};

use super::{keep, sessions, state};
use crate::{
    Store,
    again::again,
    audit::{self, Subject, detail},
    bookings::{Flagging, Touched, flag_touched},
    error::failed,
    outbox::queue_notice,
    rows::{from_ms, id, literal, number, optional_ms, optional_text, text},
    slots,
};

#[async_trait]
impl Suspensions for Store {
    async fn find_accounts(&self, query: AccountQuery) -> Result<Vec<FoundAccount>, StoreError> {
        let rows = sqlx::query(
            "SELECT account.person_id, person.name, account.email, account.state,
                    account.suspended_at_ms, account.suspension_reason,
                    (SELECT COUNT(*) FROM visit_member
                     JOIN visit ON visit.id = visit_member.visit_id
                     WHERE visit_member.person_id = account.person_id
                       AND visit.starts_at_ms >= $4
                       AND visit.state IN ('held', 'confirmed')) AS visits_ahead
             FROM account JOIN person ON person.id = account.person_id
             WHERE account.state IN ('active', 'suspended')
               AND (account.state = 'suspended' OR $1 <> '')
               AND (person.name LIKE $2 ESCAPE '!' OR account.email_key = $3)
               AND ($6 = '' OR (person.name, person.id) >
                   (SELECT last.name, last.id FROM person AS last WHERE last.id = $6))
             ORDER BY person.name, person.id LIMIT $5",
        )
        .bind(query.text.as_str())
        .bind(format!("%{}%", literal(&query.text)))
        .bind(query.email_key)
        .bind(from_ms(query.at_ms))
        .bind(i64::from(query.limit))
        .bind(
            query
                .after
                .map_or_else(String::new, |last| last.to_string()),
        )
        .fetch_all(&self.readers)
        .await
        .map_err(failed)?;
        rows.iter().map(found).collect()
    }

    async fn suspend(&self, suspension: NewSuspension) -> Result<usize, SuspensionError> {
        let NewSuspension { person, at_ms, .. } = suspension;
        let actor = Actor::Staff(suspension.staff);
        let reason = suspension.reason.as_str();
        again(|| async {
            let mut transaction = self.begin().await?;
            let next = kept(&mut transaction, person).await?.suspended();
            let next = next.ok_or(SuspensionError::NotNow)?;
            stand(&mut transaction, person, next, Some((at_ms, reason))).await?;
            sessions::end_all(&mut transaction, person).await?;
            let detail = detail! { Reason: reason };
            let subject = Subject::new(AuditSubject::Account, person, None);
            let step = AuditStep::AccountSuspended;
            audit::note(&mut transaction, at_ms, actor, step, subject, detail).await?;
            let notice = Notice::email(MessageKind::AccountSuspended, at_ms, person);
            let notice = notice.with("reason", reason);
            queue_notice(&mut transaction, &notice, at_ms).await?;
            let flagged = flag_visits(&mut transaction, person, actor, at_ms).await?;
            transaction.commit().await.map_err(failed)?;
            Ok(flagged)
        })
        .await
    }

    async fn reinstate(
        &self,
        person: PersonId,
        staff: StaffId,
        at_ms: u64,
    ) -> Result<(), SuspensionError> {
        again(|| async {
            let mut transaction = self.begin().await?;
            let next = kept(&mut transaction, person).await?.reinstated();
            let next = next.ok_or(SuspensionError::NotNow)?;
            stand(&mut transaction, person, next, None).await?;
            let (actor, detail) = (Actor::Staff(staff), detail! {});
            let subject = Subject::new(AuditSubject::Account, person, None);
            let step = AuditStep::AccountReinstated;
            audit::note(&mut transaction, at_ms, actor, step, subject, detail).await?;
            let notice = Notice::email(MessageKind::AccountReinstated, at_ms, person);
            queue_notice(&mut transaction, &notice, at_ms).await?;
            transaction.commit().await.map_err(failed)?;
            Ok(())
        })
        .await
    }
}

/// Where an account stands. From here to the end of the transaction nobody else changes it.
async fn kept(
    connection: &mut AnyConnection,
    person: PersonId,
) -> Result<AccountState, SuspensionError> {
    let kept = keep(connection, person).await?;
    kept.map(|(state, _)| state)
        .ok_or(SuspensionError::NotFound)
}

/// Sets where an account stands and, if it is suspended, since when and why.
async fn stand(
    connection: &mut AnyConnection,
    person: PersonId,
    state: AccountState,
    suspended: Option<(u64, &str)>,
) -> Result<(), StoreError> {
    let (at_ms, reason) = suspended.unzip();
    sqlx::query(
        "UPDATE account SET state = $2, suspended_at_ms = $3, suspension_reason = $4
         WHERE person_id = $1",
    )
    .bind(person.to_string())
    .bind(state.as_str())
    .bind(at_ms.map(from_ms))
    .bind(reason.map(str::to_owned))
    .execute(connection)
    .await
    .map(|_| ())
    .map_err(failed)
}

/// Flags the visits ahead that somebody is of, wherever they are. How many.
async fn flag_visits(
    connection: &mut AnyConnection,
    person: PersonId,
    actor: Actor,
    at_ms: u64,
) -> Result<usize, StoreError> {
    let flagging = Flagging {
        reason: Cause::Suspended.as_str(),
        source: Some((AuditDetail::Account, person.as_uuid())),
        actor,
        at_ms,
    };
    let mut flagged = 0;
    for facility in facilities(connection, person).await? {
        // A booking takes the facility's row before it looks at accounts: either it finds this one
        // suspended, or its visit is found here.
        slots::lock(connection, facility).await?;
        let touched = Touched {
            person: Some(person),
            inmate: None,
            facility,
            from_ms: at_ms,
            until_ms: None,
        };
        flagged += flag_touched(connection, touched, &flagging).await?;
    }
    Ok(flagged)
}

/// Where somebody has or may have visits, in the order in which facilities are taken.
async fn facilities(
    connection: &mut AnyConnection,
    person: PersonId,
) -> Result<Vec<FacilityId>, StoreError> {
    let rows = sqlx::query(
        "SELECT facility_id FROM application WHERE person_id = $1
         UNION
         SELECT visit.facility_id FROM visit_member
         JOIN visit ON visit.id = visit_member.visit_id WHERE visit_member.person_id = $1
         ORDER BY facility_id",
    )
    .bind(person.to_string())
    .fetch_all(connection)
    .await
    .map_err(failed)?;
    rows.iter().map(|row| id(row, "facility_id")).collect()
}

fn found(row: &AnyRow) -> Result<FoundAccount, StoreError> {
    let since_ms = optional_ms(row, "suspended_at_ms")?;
    Ok(FoundAccount {
        person: id(row, "person_id")?,
        name: text(row, "name")?,
        email: text(row, "email")?,
        state: state(row)?,
        suspended: since_ms.zip(optional_text(row, "suspension_reason")?),
        visits_ahead: number(row, "visits_ahead")?,
    })
}
