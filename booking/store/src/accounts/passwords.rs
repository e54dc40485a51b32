//! Passwords: what a sign-in is held against, and how they change.

use booking_domain::{
    AuditStep, MessageKind, Notice, StoreError,
    accounts::{Credentials, PasswordChange, PasswordReset},
};
use ids::PersonId;
use sqlx::{AnyConnection, any::AnyRow};

use super::{letters, note, sessions, state};
use crate::{
    Store,
    error::failed,
    outbox::queue_notice,
    rows::{from_ms, id, text},
};

pub(super) async fn of_address(
    store: &Store,
    email_key: &str,
) -> Result<Option<Credentials>, StoreError> {
    let row =
        sqlx::query("SELECT person_id, state, password_hash FROM account WHERE email_key = $1")
            .bind(email_key)
            .fetch_optional(&store.readers)
            .await
            .map_err(failed)?;
    row.as_ref().map(credentials).transpose()
}

pub(super) async fn of_person(
    store: &Store,
    person: PersonId,
) -> Result<Option<Credentials>, StoreError> {
    let row =
        sqlx::query("SELECT person_id, state, password_hash FROM account WHERE person_id = $1")
            .bind(person.to_string())
            .fetch_optional(&store.readers)
            .await
            .map_err(failed)?;
    row.as_ref().map(credentials).transpose()
}

fn credentials(row: &AnyRow) -> Result<Credentials, StoreError> {
    Ok(Credentials {
        person: id(row, "person_id")?,
        state: state(row)?,
        password_hash: text(row, "password_hash")?,
    })
}

pub(super) async fn reset(
    store: &Store,
    reset: &PasswordReset,
) -> Result<Option<PersonId>, StoreError> {
    let mut transaction = store.begin().await?;
    let rows = sqlx::query(
        "UPDATE account SET password_hash = $2
         WHERE state = 'active' AND person_id = (
             SELECT person_id FROM email_token
             WHERE hash = $1 AND purpose = 'reset' AND used_at_ms IS NULL AND expires_at_ms > $3)
         RETURNING person_id",
    )
    .bind(reset.token.as_bytes().as_slice())
    .bind(reset.password_hash.as_str())
    .bind(from_ms(reset.at_ms))
    .fetch_all(&mut *transaction)
    .await
    .map_err(failed)?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let person: PersonId = id(row, "person_id")?;
    if !letters::spend(&mut transaction, reset.token, reset.at_ms).await? {
        return Ok(None);
    }
    sessions::end_all(&mut transaction, person).await?;
    changed(
        &mut transaction,
        person,
        reset.at_ms,
        AuditStep::PasswordReset,
    )
    .await?;
    transaction.commit().await.map_err(failed)?;
    Ok(Some(person))
}

pub(super) async fn change(store: &Store, change: &PasswordChange) -> Result<bool, StoreError> {
    let mut transaction = store.begin().await?;
    let updated = sqlx::query(
        "UPDATE account SET password_hash = $3
         WHERE person_id = $1 AND password_hash = $2 AND state = 'active'",
    )
    .bind(change.person.to_string())
    .bind(change.verified_hash.as_str())
    .bind(change.password_hash.as_str())
    .execute(&mut *transaction)
    .await
    .map_err(failed)?;
    if updated.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query("DELETE FROM account_session WHERE person_id = $1 AND hash <> $2")
        .bind(change.person.to_string())
        .bind(change.keep.as_bytes().as_slice())
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
    changed(
        &mut transaction,
        change.person,
        change.at_ms,
        AuditStep::PasswordChanged,
    )
    .await?;
    transaction.commit().await.map_err(failed)?;
    Ok(true)
}

/// Whatever letter could set yet another password counts no more, and the owner is told.
async fn changed(
    connection: &mut AnyConnection,
    person: PersonId,
    at_ms: u64,
    step: AuditStep,
) -> Result<(), StoreError> {
    letters::void(connection, person, letters::Letter::Reset, at_ms).await?;
    let notice = Notice::email(MessageKind::PasswordChanged, at_ms, person);
    queue_notice(connection, &notice, at_ms).await?;
    note(connection, at_ms, person, step).await
}
