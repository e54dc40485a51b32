//! Closing an account.
//!
//! What nobody needs any more is forgotten at once. Name, national id and date of birth stay with the
//! visits that took place for as long as the law keeps those, and are forgotten by a job then.

use booking_domain::{AuditStep, StoreError, accounts::Closed};
use ids::PersonId;
use sqlx::AnyConnection;

use super::{keep, note};
use crate::{Store, applications, error::failed, rows::from_ms};

pub(super) async fn close(
    store: &Store,
    person: PersonId,
    password_hash: &str,
    at_ms: u64,
) -> Result<Closed, StoreError> {
    let mut transaction = store.begin().await?;
    let kept = keep(&mut transaction, person).await?;
    let Some(next) = kept.and_then(|(state, _)| state.closed()) else {
        return Ok(Closed::NotOpen);
    };
    let closed = sqlx::query(
        "UPDATE account SET state = $4, closed_at_ms = $3, email = '',
                email_key = 'closed ' || person_id, password_hash = '', landline = NULL
         WHERE person_id = $1 AND password_hash = $2
           AND NOT EXISTS (
               SELECT 1 FROM visit_member JOIN visit ON visit.id = visit_member.visit_id
               WHERE visit_member.person_id = $1 AND visit.ends_at_ms > $3
                 AND visit.state IN ('held', 'confirmed', 'flagged', 'in_session')
                 AND (visit.state <> 'held' OR visit.held_until_ms > $3))",
    )
    .bind(person.to_string())
    .bind(password_hash)
    .bind(from_ms(at_ms))
    .bind(next.as_str())
    .execute(&mut *transaction)
    .await
    .map_err(failed)?;
    if closed.rows_affected() == 0 {
        transaction.rollback().await.map_err(failed)?;
        return why_not(store, person, password_hash).await;
    }
    // Before the letters expire: nobody reads what would be told of it.
    end_agreements(&mut transaction, person, at_ms).await?;
    for forgotten in [
        "DELETE FROM account_session WHERE person_id = $1",
        "DELETE FROM email_token WHERE person_id = $1",
        "UPDATE person SET phone = '' WHERE id = $1",
        "UPDATE outbox SET state = 'expired' WHERE person_id = $1 AND state = 'queued'",
    ] {
        run(&mut transaction, forgotten, person).await?;
    }
    note(&mut transaction, at_ms, person, AuditStep::AccountClosed).await?;
    transaction.commit().await.map_err(failed)?;
    Ok(Closed::Done)
}

async fn run(
    connection: &mut AnyConnection,
    sql: &'static str,
    person: PersonId,
) -> Result<(), StoreError> {
    sqlx::query(sql)
        .bind(person.to_string())
        .execute(connection)
        .await
        .map(|_| ())
        .map_err(failed)
}

/// Applications and agreements end with the account: approvals, too, and what waits for a reviewer.
async fn end_agreements(
    connection: &mut AnyConnection,
    person: PersonId,
    at_ms: u64,
) -> Result<(), StoreError> {
    applications::withdraw_all(&mut *connection, person, at_ms).await?;
    sqlx::query(
        "UPDATE companion SET state = 'withdrawn', changed_at_ms = $2
         WHERE (inviter_id = $1 OR invitee_id = $1) AND state IN ('invited', 'agreed')",
    )
    .bind(person.to_string())
    .bind(from_ms(at_ms))
    .execute(connection)
    .await
    .map(|_| ())
    .map_err(failed)
}

async fn why_not(
    store: &Store,
    person: PersonId,
    password_hash: &str,
) -> Result<Closed, StoreError> {
    let open = sqlx::query(
        "SELECT 1 FROM account WHERE person_id = $1 AND password_hash = $2 AND state = 'active'",
    )
    .bind(person.to_string())
    .bind(password_hash)
    .fetch_optional(&store.readers)
    .await
    .map_err(failed)?;
    Ok(if open.is_some() {
        Closed::HasVisits
    } else {
        Closed::NotOpen
    })
}
