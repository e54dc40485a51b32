//! The sessions of visitors.

use std::collections::BTreeMap;

use booking_domain::{
    AuditStep, StoreError,
    accounts::{NewSession, RunningSession, SessionRules},
};
use grant::SecretHash;
use ids::PersonId;
use sqlx::AnyConnection;

use super::note;
use crate::{
    Store,
    error::failed,
    many::{all, pieces, places, statement},
    rows::{bytes, from_ms, id, number},
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
    note(&mut transaction, session.at_ms, person, AuditStep::SignedIn).await?;
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
    secrets: &[SecretHash],
    rules: SessionRules,
    now_ms: u64,
) -> Result<Vec<Option<RunningSession>>, StoreError> {
    let noted_before_ms = now_ms.saturating_sub(rules.note_after_ms);
    let mut running = BTreeMap::new();
    for piece in pieces(secrets) {
        let count = piece.len();
        let sql = format!(
            "SELECT session.hash, session.person_id, session.last_seen_at_ms
             FROM account_session AS session
             JOIN account ON account.person_id = session.person_id AND account.state = 'active'
             WHERE session.hash IN ({}) AND session.expires_at_ms > ${}
               AND session.last_seen_at_ms > ${}",
            places(1, count),
            count + 1,
            count + 2,
        );
        let mut asking = statement(sql);
        for secret in &piece {
            asking = asking.bind(secret.as_bytes().to_vec());
        }
        let asking = asking
            .bind(from_ms(now_ms))
            .bind(from_ms(now_ms.saturating_sub(rules.idle_ms)));
        for row in &all(&store.readers, asking).await? {
            let session = RunningSession {
                person: id(row, "person_id")?,
                note_due: number::<u64>(row, "last_seen_at_ms")? <= noted_before_ms,
            };
            running.insert(bytes(row, "hash")?, session);
        }
    }
    let session = |secret: &SecretHash| running.get(secret.as_bytes().as_slice()).copied();
    Ok(secrets.iter().map(session).collect())
}

pub(super) async fn note_used(
    store: &Store,
    secrets: &[SecretHash],
    now_ms: u64,
) -> Result<(), StoreError> {
    for piece in pieces(secrets) {
        let count = piece.len();
        let sql = format!(
            "UPDATE account_session SET last_seen_at_ms = ${now}
             WHERE hash IN ({}) AND last_seen_at_ms < ${now}",
            places(1, count),
            now = count + 1,
        );
        let mut noting = statement(sql);
        for secret in &piece {
            noting = noting.bind(secret.as_bytes().to_vec());
        }
        noting
            .bind(from_ms(now_ms))
            .execute(&store.writers)
            .await
            .map_err(failed)?;
    }
    Ok(())
}

/// Ends all sessions of an account.
pub(super) async fn end_all(
    connection: &mut AnyConnection,
    person: PersonId,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM account_session WHERE person_id = $1")
        .bind(person.to_string())
        .execute(connection)
        .await
        .map(|_| ())
        .map_err(failed)
}

pub(super) async fn sign_out(store: &Store, secret: SecretHash) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM account_session WHERE hash = $1")
        .bind(secret.as_bytes().as_slice())
        .execute(&store.writers)
        .await
        .map(|_| ())
        .map_err(failed)
}
