//! Putting right what identifies a visitor.

use async_trait::async_trait;
use booking_domain::{
    Actor, AuditStep, AuditSubject, Cause, MessageKind, Notice, StoreError,
    accounts::{CorrectionError, IdentityCorrection, IdentityCorrections, SealedNationalId},
};
use ids::{ApplicationId, FacilityId, PersonId};
use sqlx::AnyConnection;

use super::{keep, sweeping};
use crate::{
    Store,
    again::again,
    applications,
    audit::{self, Subject, detail},
    bookings::{Flagging, flag_or_release},
    error::failed,
    outbox::queue_notice,
    rows::id,
};

#[async_trait]
impl IdentityCorrections for Store {
    async fn applicant_of(
        &self,
        application: ApplicationId,
    ) -> Result<Option<(PersonId, FacilityId)>, StoreError> {
        let row = sqlx::query(
            "SELECT person_id, facility_id FROM application WHERE id = $1 AND state <> 'draft'",
        )
        .bind(application.to_string())
        .fetch_optional(&self.readers)
        .await
        .map_err(failed)?;
        row.map(|row| Ok((id(&row, "person_id")?, id(&row, "facility_id")?)))
            .transpose()
    }

    async fn correct_identity(
        &self,
        correction: IdentityCorrection,
    ) -> Result<(), CorrectionError> {
        let IdentityCorrection { person, at_ms, .. } = correction;
        again(|| async {
            let mut transaction = self.begin().await?;
            match keep(&mut transaction, person).await? {
                Some((state, _)) if state.is_owned() => {}
                Some(_) => return Err(CorrectionError::NotNow),
                None => return Err(CorrectionError::NotFound),
            }
            if let Some(name) = &correction.name {
                set_name(&mut transaction, person, name.as_str()).await?;
            }
            if let Some(national_id) = &correction.national_id {
                set_national_id(&mut transaction, person, national_id).await?;
                applications::inherit(&mut transaction, person, at_ms).await?;
            }
            if let Some(birth_date) = &correction.birth_date {
                set_birth_date(&mut transaction, person, birth_date).await?;
            }
            let detail = detail! {
                PersonName: correction.name.is_some(),
                NationalId: correction.national_id.is_some(),
                BirthDate: correction.birth_date.is_some(),
                Reason: correction.reason,
            };
            let (actor, step) = (Actor::Staff(correction.staff), AuditStep::IdentityCorrected);
            let facility = Some(correction.facility);
            let subject = Subject::new(AuditSubject::Account, person, facility);
            audit::note(&mut transaction, at_ms, actor, step, subject, detail).await?;
            let flagging = Flagging {
                reason: Cause::NoAdult.as_str(),
                source: None,
                actor,
                at_ms,
            };
            for visit in &correction.without_adult {
                flag_or_release(&mut transaction, *visit, &flagging).await?;
            }
            let notice = Notice::email(MessageKind::IdentityCorrected, at_ms, person);
            queue_notice(&mut transaction, &notice, at_ms).await?;
            transaction.commit().await.map_err(failed)?;
            Ok(())
        })
        .await
    }
}

async fn set_name(
    connection: &mut AnyConnection,
    person: PersonId,
    name: &str,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE person SET name = $2 WHERE id = $1")
        .bind(person.to_string())
        .bind(name.to_owned())
        .execute(connection)
        .await
        .map(|_| ())
        .map_err(failed)
}

async fn set_national_id(
    connection: &mut AnyConnection,
    person: PersonId,
    national_id: &SealedNationalId,
) -> Result<(), CorrectionError> {
    // No account has an empty address.
    sweeping::make_way(&mut *connection, "", Some(&national_id.index)).await?;
    let set = sqlx::query(
        "UPDATE account SET national_id = $2, national_id_index = $3 WHERE person_id = $1",
    )
    .bind(person.to_string())
    .bind(national_id.sealed.clone())
    .bind(national_id.index.as_slice())
    .execute(connection)
    .await
    .map_err(failed);
    match set {
        Ok(_) => Ok(()),
        Err(StoreError::Duplicate(_)) => Err(CorrectionError::Taken),
        Err(error) => Err(error.into()),
    }
}

async fn set_birth_date(
    connection: &mut AnyConnection,
    person: PersonId,
    sealed: &[u8],
) -> Result<(), StoreError> {
    sqlx::query("UPDATE account SET birth_date = $2 WHERE person_id = $1")
        .bind(person.to_string())
        .bind(sealed.to_vec())
        .execute(connection)
        .await
        .map(|_| ())
        .map_err(failed)
}
