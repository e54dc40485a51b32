//! Putting right what identifies a visitor.

use std::collections::BTreeSet;

use async_trait::async_trait;
use booking_domain::{
    Actor, AuditStep, AuditSubject, Cause, FacilityContact, MessageKind, Notice, StoreError,
    accounts::{
        Applicant, CorrectionError, IdentityCorrection, IdentityCorrections, SealedNationalId,
    },
    applications::ApplicationState,
};
use ids::{ApplicationId, FacilityId, PersonId, StaffId, VisitId};
use sqlx::{Any, AnyConnection, Executor};

use super::{keep_owned, not_set, sweeping};
use crate::{
    Store,
    again::again,
    applications,
    audit::{self, Note, Subject, detail},
    bookings::{Flagging, flag_or_release},
    error::failed,
    outbox::queue_notice,
    rows::{bytes, id, text, wrong},
    slots,
};

#[async_trait]
impl IdentityCorrections for Store {
    async fn applicant_of(
        &self,
        application: ApplicationId,
    ) -> Result<Option<Applicant>, StoreError> {
        applicant(&self.readers, application).await
    }

    async fn correct_identity(
        &self,
        correction: IdentityCorrection,
    ) -> Result<(), CorrectionError> {
        let corrected = again(|| put_right(self, &correction)).await;
        if corrected == Err(CorrectionError::Taken) {
            note_taken(self, &correction).await?;
        }
        corrected
    }

    async fn flag_without_adult(
        &self,
        visits: &[VisitId],
        staff: StaffId,
        at_ms: u64,
    ) -> Result<(), StoreError> {
        again(|| async {
            let mut transaction = self.begin().await?;
            let visits = places(&mut transaction, visits).await?;
            flag(&mut transaction, &visits, Actor::Staff(staff), at_ms).await?;
            transaction.commit().await.map_err(failed)
        })
        .await
    }
}

async fn put_right(store: &Store, correction: &IdentityCorrection) -> Result<(), CorrectionError> {
    let IdentityCorrection {
        person,
        facility,
        at_ms,
        ..
    } = *correction;
    let actor = Actor::Staff(correction.staff);
    let mut transaction = store.begin().await?;
    keep_owned(&mut transaction, person).await?;
    match applicant(&mut *transaction, correction.application).await? {
        Some(applicant) if (applicant.person, applicant.facility) != (person, facility) => {
            return Err(CorrectionError::NotFound);
        }
        Some(applicant) if applicant.may_be_corrected() => {}
        Some(_) => return Err(CorrectionError::Over),
        None => return Err(CorrectionError::NotFound),
    }
    if let Some(name) = &correction.name {
        set_name(&mut transaction, person, name.as_str()).await?;
    }
    if let Some(birth_date) = &correction.birth_date {
        set_birth_date(&mut transaction, person, birth_date).await?;
    }
    let mut facilities = under_way(&mut transaction, person).await?;
    facilities.insert(facility);
    let without_adult = places(&mut transaction, &correction.without_adult).await?;
    if let Some(national_id) = &correction.national_id {
        let others = without_adult
            .iter()
            .map(|(facility, _)| *facility)
            .collect();
        let put_right = put_number_right(&mut transaction, correction, national_id, &others);
        facilities.extend(put_right.await?);
    }
    let note = |facility| Note {
        at_ms,
        actor,
        step: AuditStep::IdentityCorrected,
        subject: Subject::new(AuditSubject::Account, person, Some(facility)),
        detail: detail! {
            PersonName: correction.name.is_some(),
            NationalId: correction.national_id.is_some(),
            BirthDate: correction.birth_date.is_some(),
            Reason: correction.reason,
        },
    };
    let notes: Vec<Note> = facilities.into_iter().map(note).collect();
    audit::note_all(&mut transaction, &notes).await?;
    flag(&mut transaction, &without_adult, actor, at_ms).await?;
    let settings = slots::read_settings(&mut transaction, facility).await?;
    let settings = settings.ok_or(CorrectionError::NotFound)?;
    let mut notice = Notice::email(MessageKind::IdentityCorrected, at_ms, person)
        .with("facility", settings.name.as_str());
    let FacilityContact {
        latin_name,
        telephone,
        ..
    } = settings.contact;
    for (name, value) in [("facility_latin", latin_name), ("telephone", telephone)] {
        if let Some(value) = value {
            notice = notice.with(name, value);
        }
    }
    queue_notice(&mut transaction, &notice, at_ms).await?;
    transaction.commit().await.map_err(failed)?;
    Ok(())
}

/// Sets the national id. The bars of the facility that came with the one before go, those of the new one come. Answers
/// at which facilities bars came, or have no ground any more. The rows of `others` are taken with those of the former.
async fn put_number_right(
    connection: &mut AnyConnection,
    correction: &IdentityCorrection,
    national_id: &SealedNationalId,
    others: &BTreeSet<FacilityId>,
) -> Result<BTreeSet<FacilityId>, CorrectionError> {
    let IdentityCorrection {
        person,
        facility,
        at_ms,
        ..
    } = *correction;
    let before = another(&mut *connection, person, national_id).await?;
    set_national_id(&mut *connection, person, national_id).await?;
    let Some(before) = before else {
        return Ok(BTreeSet::new());
    };
    let actor = Actor::Staff(correction.staff);
    let mut facilities =
        applications::inherit(&mut *connection, person, others, actor, at_ms).await?;
    let (person, reason) = ((person, &*before), &correction.reason);
    let gone = applications::disinherit(connection, person, facility, reason, at_ms);
    facilities.extend(gone.await?);
    Ok(facilities)
}

/// Whose an application is that was handed in.
async fn applicant<'c>(
    executor: impl Executor<'c, Database = Any>,
    application: ApplicationId,
) -> Result<Option<Applicant>, StoreError> {
    let row = sqlx::query(
        "SELECT person_id, facility_id, state FROM application WHERE id = $1 AND state <> 'draft'",
    )
    .bind(application.to_string())
    .fetch_optional(executor)
    .await
    .map_err(failed)?;
    row.map(|row| {
        let state = ApplicationState::parse(&text(&row, "state")?);
        Ok(Applicant {
            person: id(&row, "person_id")?,
            facility: id(&row, "facility_id")?,
            application: state.map_err(|error| wrong("state", error))?,
        })
    })
    .transpose()
}

/// Notes that a national id was asked for that has an account, and not which one: by asking for many, somebody could
/// learn who has one.
async fn note_taken(store: &Store, correction: &IdentityCorrection) -> Result<(), StoreError> {
    let IdentityCorrection {
        person,
        facility,
        at_ms,
        ..
    } = *correction;
    let mut transaction = store.begin().await?;
    let actor = Actor::Staff(correction.staff);
    let step = AuditStep::IdentityNotCorrected;
    let subject = Subject::new(AuditSubject::Account, person, Some(facility));
    let detail = detail! { Reason: correction.reason };
    audit::note(&mut transaction, at_ms, actor, step, subject, detail).await?;
    transaction.commit().await.map_err(failed)
}

/// Flags visits in which no adult is left, each under its facility's row.
async fn flag(
    connection: &mut AnyConnection,
    visits: &BTreeSet<(FacilityId, VisitId)>,
    actor: Actor,
    at_ms: u64,
) -> Result<(), StoreError> {
    let flagging = Flagging {
        reason: Cause::NoAdult.as_str(),
        source: None,
        actor,
        at_ms,
    };
    for (facility, visit) in visits {
        slots::lock(&mut *connection, *facility).await?;
        flag_or_release(&mut *connection, *visit, &flagging).await?;
    }
    Ok(())
}

/// Visits with their facilities, in the order in which those are taken. A visit stays at its facility.
async fn places(
    connection: &mut AnyConnection,
    visits: &[VisitId],
) -> Result<BTreeSet<(FacilityId, VisitId)>, StoreError> {
    let mut places = BTreeSet::new();
    for visit in visits {
        let facility = facility_of(&mut *connection, *visit).await?;
        places.extend(facility.map(|facility| (facility, *visit)));
    }
    Ok(places)
}

async fn facility_of(
    connection: &mut AnyConnection,
    visit: VisitId,
) -> Result<Option<FacilityId>, StoreError> {
    let row = sqlx::query("SELECT facility_id FROM visit WHERE id = $1")
        .bind(visit.to_string())
        .fetch_optional(connection)
        .await
        .map_err(failed)?;
    row.map(|row| id(&row, "facility_id")).transpose()
}

/// The facilities at which an application of somebody's is under way or approved.
async fn under_way(
    connection: &mut AnyConnection,
    person: PersonId,
) -> Result<BTreeSet<FacilityId>, StoreError> {
    let rows = sqlx::query(
        "SELECT DISTINCT facility_id FROM application
         WHERE person_id = $1 AND state IN ('submitted', 'in_review', 'needs_more', 'approved')",
    )
    .bind(person.to_string())
    .fetch_all(connection)
    .await
    .map_err(failed)?;
    rows.iter().map(|row| id(row, "facility_id")).collect()
}

/// The blind index of somebody's national id, if that is another one than this.
async fn another(
    connection: &mut AnyConnection,
    person: PersonId,
    national_id: &SealedNationalId,
) -> Result<Option<Vec<u8>>, StoreError> {
    let row = sqlx::query(
        "SELECT national_id_index FROM account WHERE person_id = $1 AND national_id_index <> $2",
    )
    .bind(person.to_string())
    .bind(national_id.index.as_slice())
    .fetch_optional(connection)
    .await
    .map_err(failed)?;
    row.map(|row| bytes(&row, "national_id_index")).transpose()
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
    sqlx::query("UPDATE account SET national_id = $2, national_id_index = $3 WHERE person_id = $1")
        .bind(person.to_string())
        .bind(national_id.sealed.clone())
        .bind(national_id.index.as_slice())
        .execute(connection)
        .await
        .map(|_| ())
        .map_err(|error| not_set(failed(error)))
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
