//! What has had its time.

use booking_domain::{
    Actor, AuditStep, AuditSubject, StoreError,
    accounts::{EmailProof, SessionRules, Swept},
};
use ids::{InmateId, PersonId};
use sqlx::{AnyConnection, any::AnyRow};

use crate::{
    Store,
    audit::{self, Subject, detail},
    error::failed,
    held::{at, held_places},
    many::all,
    rows::{from_ms, id},
};

pub(super) async fn sweep(
    store: &Store,
    held: &[InmateId],
    now_ms: u64,
    limit: u32,
) -> Result<Swept, StoreError> {
    Ok(Swept {
        unproved: erase(store, now_ms, limit).await?,
        tokens: delete(
            store,
            "DELETE FROM email_token WHERE hash IN (
                 SELECT hash FROM email_token WHERE issued_at_ms < $1 AND expires_at_ms < $1
                 LIMIT $2)",
            now_ms.saturating_sub(EmailProof::DAY_MS),
            limit,
        )
        .await?,
        sessions: delete(
            store,
            "DELETE FROM account_session WHERE hash IN (
                 SELECT hash FROM account_session WHERE last_seen_at_ms < $1 LIMIT $2)",
            now_ms.saturating_sub(SessionRules::VISITOR.longest_ms),
            limit,
        )
        .await?,
        forgotten: forget(store, held, now_ms, limit).await?,
    })
}

async fn delete(
    store: &Store,
    sql: &'static str,
    before_ms: u64,
    limit: u32,
) -> Result<u32, StoreError> {
    let deleted = sqlx::query(sql)
        .bind(from_ms(before_ms))
        .bind(i64::from(limit))
        .execute(&store.writers)
        .await
        .map_err(failed)?;
    Ok(u32::try_from(deleted.rows_affected()).unwrap_or(u32::MAX))
}

/// Accounts that nobody proved, a day after their last letter.
async fn erase(store: &Store, now_ms: u64, limit: u32) -> Result<u32, StoreError> {
    let rows = sqlx::query(
        "SELECT person_id FROM account WHERE state = 'pending_email' AND created_at_ms < $1
           AND NOT EXISTS (SELECT 1 FROM email_token
               WHERE email_token.person_id = account.person_id AND issued_at_ms >= $1)
         ORDER BY person_id LIMIT $2",
    )
    .bind(from_ms(now_ms.saturating_sub(Swept::UNPROVED_MS)))
    .bind(i64::from(limit))
    .fetch_all(&store.readers)
    .await
    .map_err(failed)?;
    let mut erased = 0;
    for person in people(&rows)? {
        let mut transaction = store.begin().await?;
        if erase_unproved(&mut transaction, person).await? {
            note(&mut transaction, now_ms, person, AuditStep::AccountErased).await?;
            erased += 1;
        }
        transaction.commit().await.map_err(failed)?;
    }
    Ok(erased)
}

/// Erases the accounts that nobody has proved and that have an address or, where one is told, a national id.
pub(super) async fn make_way(
    connection: &mut AnyConnection,
    email_key: &str,
    national_id_index: Option<&[u8]>,
) -> Result<(), StoreError> {
    let unproved = sqlx::query(
        "SELECT person_id FROM account
         WHERE state = 'pending_email' AND (email_key = $1 OR national_id_index = $2)
         ORDER BY person_id",
    )
    .bind(email_key.to_owned())
    .bind(national_id_index.map(<[u8]>::to_vec))
    .fetch_all(&mut *connection)
    .await
    .map_err(failed)?;
    for person in people(&unproved)? {
        erase_unproved(&mut *connection, person).await?;
    }
    Ok(())
}

/// Erases an account that was never proved, with its person. False where it was proved meanwhile.
async fn erase_unproved(
    connection: &mut AnyConnection,
    person: PersonId,
) -> Result<bool, StoreError> {
    let erased = execute(
        connection,
        "DELETE FROM account WHERE person_id = $1 AND state = 'pending_email'",
        person,
    )
    .await?;
    if erased == 0 {
        return Ok(false);
    }
    for sql in [
        "DELETE FROM email_token WHERE person_id = $1",
        "DELETE FROM outbox WHERE person_id = $1",
        "UPDATE companion SET invitee_id = NULL WHERE invitee_id = $1",
        "DELETE FROM person WHERE id = $1",
    ] {
        execute(connection, sql, person).await?;
    }
    Ok(true)
}

/// The owners of accounts that were closed long enough ago, unless a bar from visits outlives them, or they
/// applied for, or visited, somebody who is held.
async fn forget(
    store: &Store,
    held: &[InmateId],
    now_ms: u64,
    limit: u32,
) -> Result<u32, StoreError> {
    let (inmates, last) = (held_places(3, held), held.len() + 3);
    let sql = format!(
        "SELECT person_id FROM account JOIN person ON person.id = account.person_id
         WHERE state = 'closed' AND closed_at_ms < $1 AND person.name <> ''
           AND NOT EXISTS (SELECT 1 FROM restriction
               WHERE restriction.person_id = account.person_id AND lifted_at_ms IS NULL
                 AND COALESCE(until_ms, $2 + 1) > $2)
           AND account.person_id NOT IN (
               SELECT application.person_id FROM application
               WHERE application.inmate_id IN ({inmates})
               UNION ALL
               SELECT visit.applicant_id FROM visit
               WHERE visit.inmate_id IN ({inmates}) AND visit.applicant_id IS NOT NULL
               UNION ALL
               SELECT visit_member.person_id FROM visit
               JOIN visit_member ON visit_member.visit_id = visit.id
               WHERE visit.inmate_id IN ({inmates}))
         ORDER BY person_id LIMIT ${last}"
    );
    let times = [now_ms.saturating_sub(Swept::CLOSED_MS), now_ms];
    let asking = at(sql, &times, held).bind(i64::from(limit));
    let rows = all(&store.readers, asking).await?;
    let mut forgotten = 0;
    for person in people(&rows)? {
        let mut transaction = store.begin().await?;
        execute(
            &mut transaction,
            "UPDATE person SET name = '' WHERE id = $1",
            person,
        )
        .await?;
        sqlx::query(
            "UPDATE account SET national_id = $2, national_id_index = $3, birth_date = $2
             WHERE person_id = $1",
        )
        .bind(person.to_string())
        .bind([].as_slice())
        .bind([0_u8; 32].as_slice())
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        let told = "UPDATE outbox SET recipient = NULL, subject = NULL, body = NULL,
                    calendar = NULL, params = '{}' WHERE person_id = $1";
        execute(&mut transaction, told, person).await?;
        note(
            &mut transaction,
            now_ms,
            person,
            AuditStep::AccountForgotten,
        )
        .await?;
        transaction.commit().await.map_err(failed)?;
        forgotten += 1;
    }
    Ok(forgotten)
}

async fn execute(
    connection: &mut AnyConnection,
    sql: &'static str,
    person: PersonId,
) -> Result<u64, StoreError> {
    let done = sqlx::query(sql)
        .bind(person.to_string())
        .execute(connection)
        .await
        .map_err(failed)?;
    Ok(done.rows_affected())
}

async fn note(
    connection: &mut AnyConnection,
    at_ms: u64,
    person: PersonId,
    step: AuditStep,
) -> Result<(), StoreError> {
    let subject = Subject::new(AuditSubject::Account, person, None);
    audit::note(connection, at_ms, Actor::System, step, subject, detail! {}).await
}

fn people(rows: &[AnyRow]) -> Result<Vec<PersonId>, StoreError> {
    rows.iter().map(|row| id(row, "person_id")).collect()
}
