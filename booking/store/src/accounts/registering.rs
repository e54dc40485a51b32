//! How an account comes to be.

use std::collections::BTreeSet;

use booking_domain::{
    Actor, AuditStep, MessageKind, Notice, StoreError,
    accounts::{EmailProof, NewAccount, NewSession, Registered},
};
use grant::SecretHash;
use ids::PersonId;
use sqlx::AnyConnection;

use super::{keep, letters, note, sessions, sweeping};
use crate::{
    Store, applications,
    error::failed,
    outbox::queue_notice,
    rows::{from_ms, id},
};

/// Somebody with the same address may come between looking and adding so often.
const TRIES: u32 = 4;

pub(super) async fn register(
    store: &Store,
    account: &NewAccount,
    proof: &EmailProof,
) -> Result<Registered, StoreError> {
    for _ in 0..TRIES {
        match add(store, account, proof).await {
            Ok(true) => return Ok(Registered::Added),
            Ok(false) => {}
            Err(StoreError::Conflict) => continue,
            Err(error) => return Err(error),
        }
        if tell_owners(store, account, proof.at_ms).await? {
            return Ok(Registered::AlreadyOwned);
        }
    }
    Err(StoreError::Unavailable(
        "somebody else registers with the same data all the time".to_owned(),
    ))
}

/// Adds the account in the place of those that were never proved, unless one that is owned is in the way.
async fn add(store: &Store, account: &NewAccount, proof: &EmailProof) -> Result<bool, StoreError> {
    let mut transaction = store.begin().await?;
    let (address, national_id) = (&account.email_key, &account.sealed.national_id_index);
    sweeping::make_way(&mut transaction, address, Some(national_id)).await?;
    sqlx::query("INSERT INTO person (id, name, phone, locale) VALUES ($1, $2, $3, $4)")
        .bind(account.person.to_string())
        .bind(account.name.as_str())
        .bind(account.phone.as_str())
        .bind(account.locale.tag())
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
    if !insert(&mut transaction, account, proof.at_ms).await? {
        transaction.rollback().await.map_err(failed)?;
        return Ok(false);
    }
    let letter = letters::Letter::Verify;
    letters::queue(&mut transaction, letter, account.person, proof).await?;
    note(
        &mut transaction,
        proof.at_ms,
        account.person,
        AuditStep::AccountRegistered,
    )
    .await?;
    transaction.commit().await.map_err(failed)?;
    Ok(true)
}

async fn insert(
    connection: &mut AnyConnection,
    account: &NewAccount,
    at_ms: u64,
) -> Result<bool, StoreError> {
    let inserted = sqlx::query(
        "INSERT INTO account (person_id, email, email_key, password_hash, national_id,
                              national_id_index, birth_date, landline, state,
                              consent_version, consented_at_ms, created_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'pending_email', $9, $10, $10)
         ON CONFLICT DO NOTHING",
    )
    .bind(account.person.to_string())
    .bind(account.email.as_str())
    .bind(account.email_key.as_str())
    .bind(account.password_hash.as_str())
    .bind(account.sealed.national_id.as_slice())
    .bind(account.sealed.national_id_index.as_slice())
    .bind(account.sealed.birth_date.as_slice())
    .bind(account.landline.as_deref())
    .bind(account.consent_version.as_str())
    .bind(from_ms(at_ms))
    .execute(connection)
    .await
    .map_err(failed)?;
    Ok(inserted.rows_affected() == 1)
}

/// Writes to whoever owns the address or the national id. Whether anybody does.
async fn tell_owners(store: &Store, account: &NewAccount, at_ms: u64) -> Result<bool, StoreError> {
    let mut transaction = store.begin().await?;
    let owners = sqlx::query(
        "SELECT person_id FROM account
         WHERE state IN ('active', 'suspended') AND (email_key = $1 OR national_id_index = $2)",
    )
    .bind(account.email_key.as_str())
    .bind(account.sealed.national_id_index.as_slice())
    .fetch_all(&mut *transaction)
    .await
    .map_err(failed)?;
    for owner in &owners {
        let day = at_ms / EmailProof::DAY_MS;
        let notice = Notice::email(MessageKind::AccountExists, day, id(owner, "person_id")?);
        queue_notice(&mut transaction, &notice, at_ms).await?;
    }
    transaction.commit().await.map_err(failed)?;
    Ok(!owners.is_empty())
}

pub(super) async fn verify(
    store: &Store,
    token: SecretHash,
    session: &NewSession,
) -> Result<Option<PersonId>, StoreError> {
    let mut transaction = store.begin().await?;
    let row = sqlx::query(
        "SELECT person_id FROM email_token
         WHERE hash = $1 AND purpose = 'verify' AND used_at_ms IS NULL AND expires_at_ms > $2",
    )
    .bind(token.as_bytes().as_slice())
    .bind(from_ms(session.at_ms))
    .fetch_optional(&mut *transaction)
    .await
    .map_err(failed)?;
    let Some(row) = row else {
        return Ok(None);
    };
    let person = id(&row, "person_id")?;
    let kept = keep(&mut transaction, person).await?;
    let Some(next) = kept.and_then(|(state, _)| state.verified()) else {
        return Ok(None);
    };
    sqlx::query("UPDATE account SET state = $2, verified_at_ms = $3 WHERE person_id = $1")
        .bind(person.to_string())
        .bind(next.as_str())
        .bind(from_ms(session.at_ms))
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
    if !letters::spend(&mut transaction, token, session.at_ms).await? {
        return Ok(None);
    }
    let (alone, at_ms) = (BTreeSet::new(), session.at_ms);
    applications::inherit(&mut transaction, person, &alone, Actor::System, at_ms).await?;
    sessions::begin(&mut transaction, person, session).await?;
    note(
        &mut transaction,
        session.at_ms,
        person,
        AuditStep::EmailVerified,
    )
    .await?;
    transaction.commit().await.map_err(failed)?;
    Ok(Some(person))
}
