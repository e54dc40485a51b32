//! Putting right the address of an account.

use async_trait::async_trait;
use booking_domain::{
    Actor, AuditStep, AuditSubject, MessageKind, Notice, StoreError,
    accounts::{AccountState, AddressCorrection, AddressCorrections, CorrectionError},
};
use sqlx::AnyConnection;

use super::{letters, sessions, state, sweeping};
use crate::{
    Store,
    again::again,
    audit::{self, Subject, detail},
    error::failed,
    outbox::queue_notice,
    rows::{id, text},
};

#[async_trait]
impl AddressCorrections for Store {
    async fn correct_address(&self, correction: AddressCorrection) -> Result<(), CorrectionError> {
        let AddressCorrection { person, at_ms, .. } = correction;
        again(|| async {
            let mut transaction = self.begin().await?;
            let before = keep(&mut transaction, &correction).await?;
            make_way(&mut transaction, &correction).await?;
            set(&mut transaction, &correction).await?;
            let reset = letters::Letter::Reset;
            letters::void(&mut transaction, person, reset, at_ms).await?;
            sessions::end_all(&mut transaction, person).await?;
            let (actor, detail) = (
                Actor::Staff(correction.staff),
                detail! { Reason: correction.reason },
            );
            let subject = Subject::new(AuditSubject::Account, person, None);
            let step = AuditStep::AddressCorrected;
            audit::note(&mut transaction, at_ms, actor, step, subject, detail).await?;
            let kind = MessageKind::AddressCorrected;
            let now = Notice::email(kind, at_ms, person);
            queue_notice(&mut transaction, &now, at_ms).await?;
            let old = Notice::email(kind, format!("{at_ms} before"), person);
            queue_notice(&mut transaction, &old.to_address(&before), at_ms).await?;
            transaction.commit().await.map_err(failed)?;
            Ok(())
        })
        .await
    }
}

/// The address as it is. From here to the end of the transaction nobody else changes the account.
async fn keep(
    connection: &mut AnyConnection,
    correction: &AddressCorrection,
) -> Result<String, CorrectionError> {
    let rows =
        sqlx::query("UPDATE account SET state = state WHERE person_id = $1 RETURNING state, email")
            .bind(correction.person.to_string())
            .fetch_all(connection)
            .await
            .map_err(failed)?;
    let row = rows.first().ok_or(CorrectionError::NotFound)?;
    match state(row)? {
        AccountState::Active | AccountState::Suspended => Ok(text(row, "email")?),
        AccountState::PendingEmail | AccountState::Closed => Err(CorrectionError::NotNow),
    }
}

/// Erases an account with the new address that nobody has proved.
async fn make_way(
    connection: &mut AnyConnection,
    correction: &AddressCorrection,
) -> Result<(), StoreError> {
    let unproved = sqlx::query(
        "SELECT person_id FROM account WHERE email_key = $1 AND state = 'pending_email'",
    )
    .bind(correction.address.key())
    .fetch_all(&mut *connection)
    .await
    .map_err(failed)?;
    for row in &unproved {
        sweeping::erase_unproved(&mut *connection, id(row, "person_id")?).await?;
    }
    Ok(())
}

async fn set(
    connection: &mut AnyConnection,
    correction: &AddressCorrection,
) -> Result<(), CorrectionError> {
    let set = sqlx::query("UPDATE account SET email = $2, email_key = $3 WHERE person_id = $1")
        .bind(correction.person.to_string())
        .bind(correction.address.as_str())
        .bind(correction.address.key())
        .execute(connection)
        .await
        .map_err(failed);
    match set {
        Ok(_) => Ok(()),
        Err(StoreError::Duplicate(_)) => Err(CorrectionError::Taken),
        Err(error) => Err(error.into()),
    }
}
