//! Putting right the address of an account.

use async_trait::async_trait;
use booking_domain::{
    Actor, AuditStep, AuditSubject, MessageKind, Notice, StoreError,
    accounts::{AddressCorrection, AddressCorrections, CorrectionError},
};
use ids::PersonId;
use sqlx::AnyConnection;

use super::{keep_owned, letters, not_set, sessions, sweeping};
use crate::{
    Store,
    again::again,
    audit::{self, Subject, detail},
    error::failed,
    outbox::queue_notice,
};

#[async_trait]
impl AddressCorrections for Store {
    async fn correct_address(&self, correction: AddressCorrection) -> Result<(), CorrectionError> {
        let AddressCorrection { person, at_ms, .. } = correction;
        again(|| async {
            let mut transaction = self.begin().await?;
            let before = keep_owned(&mut transaction, person).await?;
            let key = correction.address.key();
            sweeping::make_way(&mut transaction, &key, None).await?;
            keep_invitations(&mut transaction, person).await?;
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

/// What was sent to the old address and waits for an answer waits for the person. Who invited sees it as it was
/// sent until then.
async fn keep_invitations(
    connection: &mut AnyConnection,
    person: PersonId,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE companion SET invitee_id = $1
         WHERE state = 'invited' AND invitee_id IS NULL
           AND email_key = (SELECT email_key FROM account WHERE person_id = $1)",
    )
    .bind(person.to_string())
    .execute(connection)
    .await
    .map(|_| ())
    .map_err(failed)
}

async fn set(
    connection: &mut AnyConnection,
    correction: &AddressCorrection,
) -> Result<(), CorrectionError> {
    sqlx::query("UPDATE account SET email = $2, email_key = $3 WHERE person_id = $1")
        .bind(correction.person.to_string())
        .bind(correction.address.as_str())
        .bind(correction.address.key())
        .execute(connection)
        .await
        .map(|_| ())
        .map_err(|error| not_set(failed(error)))
}
