//! The sessions of visitors.

use booking_domain::{
    StoreError,
    accounts::{NewSession, SessionRules},
};
use grant::SecretHash;
use ids::PersonId;
use sqlx::AnyConnection;

use super::note;
use crate::{
    Store,
    error::failed,
    rows::{from_ms, id, number},
};

/// An account's newest sessions; older ones end.
const NEWEST: i64 = 10;

pub(super) async fn sign_in(
    store: &Store,
    person: PersonId,
    password_hash: &str,
    session: &NewSession,
) -> Result<bool, StoreError> {
    let mut transaction = store.begin().await?;
    // Who resets or closes at the same moment updates this row as well, and one waits for the other.
    let standing = sqlx::query(
        "UPDATE account SET state = state
         WHERE person_id = $1 AND password_hash = $2 AND state = 'active'",
    )
    .bind(person.to_string())
    .bind(password_hash)
    .execute(&mut *transaction)
    .await
    .map_err(failed)?;
    if standing.rows_affected() == 0 {
        return Ok(false);
    }
    begin(&mut transaction, person, session).await?;
    note(&mut transaction, session.at_ms, person, "signed_in").await?;
    transaction.commit().await.map_err(failed)?;
    Ok(true)
}

/// Adds a session of somebody whose account's row is this transaction's.
pub(super) async fn begin(
    connection: &mut AnyConnection,
    person: PersonId,
    session: &NewSession,
) -> Result<(), StoreError> {
    if let Some(replaced) = session.replaces {
        sqlx::query("DELETE FROM account_session WHERE hash = $1")
            .bind(replaced.as_bytes().as_slice())
            .execute(&mut *connection)
            .await
            .map_err(failed)?;
    }
    sqlx::query(
        "INSERT INTO account_session (hash, person_id, created_at_ms, last_seen_at_ms, expires_at_ms)
         VALUES ($1, $2, $3, $3, $4)",
    )
    .bind(session.secret.as_bytes().as_slice())
    .bind(person.to_string())
    .bind(from_ms(session.at_ms))
    .bind(from_ms(session.expires_at_ms))
    .execute(&mut *connection)
    .await
    .map_err(failed)?;
    sqlx::query(
        "DELETE FROM account_session WHERE person_id = $1 AND hash NOT IN (
             SELECT hash FROM account_session WHERE person_id = $1
             ORDER BY created_at_ms DESC, hash LIMIT $2)",
    )
    .bind(person.to_string())
    .bind(NEWEST)
    .execute(connection)
    .await
    .map(|_| ())
    .map_err(failed)
}

pub(super) async fn find(
    store: &Store,
    secret: SecretHash,
    rules: SessionRules,
    now_ms: u64,
) -> Result<Option<PersonId>, StoreError> {
    let row = sqlx::query(
        "SELECT session.person_id, session.last_seen_at_ms
         FROM account_session AS session
         JOIN account ON account.person_id = session.person_id AND account.state = 'active'
         WHERE session.hash = $1 AND session.expires_at_ms > $2 AND session.last_seen_at_ms > $3",
    )
    .bind(secret.as_bytes().as_slice())
    .bind(from_ms(now_ms))
    .bind(from_ms(now_ms.saturating_sub(rules.idle_ms)))
    .fetch_optional(&store.readers)
    .await
    .map_err(failed)?;
    let Some(row) = row else { return Ok(None) };
    let noted_before_ms = now_ms.saturating_sub(rules.note_after_ms);
    if number::<u64>(&row, "last_seen_at_ms")? <= noted_before_ms {
        sqlx::query(
            "UPDATE account_session SET last_seen_at_ms = $2
             WHERE hash = $1 AND last_seen_at_ms < $2",
        )
        .bind(secret.as_bytes().as_slice())
        .bind(from_ms(now_ms))
        .execute(&store.writers)
        .await
        .map_err(failed)?;
    }
    id(&row, "person_id").map(Some)
}

pub(super) async fn sign_out(store: &Store, secret: SecretHash) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM account_session WHERE hash = $1")
        .bind(secret.as_bytes().as_slice())
        .execute(&store.writers)
        .await
        .map(|_| ())
        .map_err(failed)
}
