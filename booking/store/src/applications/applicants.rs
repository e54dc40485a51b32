//! Applications, by their applicants.

use async_trait::async_trait;
use booking_domain::{
    Actor, AuditStep, AuditSubject, StoreError,
    applications::{
        Application, ApplicationChange, ApplicationError, ApplicationState, ApplicationStep,
        Applications, NewApplication, is_same_name,
    },
};
use ids::{ApplicationId, DocumentId, FacilityId, InmateId, PersonId};
use sqlx::AnyConnection;

use super::{
    rows::{fold_applications, older_than, select_applications},
    steps::{self, Standing, Stepped, closed, open_for_change, standing},
};
use crate::{
    Store,
    again::again,
    audit::{self, Subject, detail},
    error::failed,
    rows::{from_ms, id, new_id, text},
};

/// So many applications of one person may be under way.
const UNDER_WAY: i64 = 20;

#[async_trait]
impl Applications for Store {
    async fn find_inmate(
        &self,
        facility: FacilityId,
        number: &str,
        name: &str,
    ) -> Result<Option<InmateId>, StoreError> {
        let row = sqlx::query(
            "SELECT id, name FROM inmate
             WHERE facility_id = $1 AND number = $2 AND state = 'present'",
        )
        .bind(facility.to_string())
        .bind(number.to_owned())
        .fetch_optional(&self.readers)
        .await
        .map_err(failed)?;
        let Some(row) = row else { return Ok(None) };
        let found = is_same_name(&text(&row, "name")?, name);
        found.then(|| id(&row, "id")).transpose()
    }

    async fn begin_application(
        &self,
        application: NewApplication,
    ) -> Result<ApplicationId, ApplicationError> {
        let new = ApplicationId::from_uuid(new_id());
        again(|| async {
            let mut transaction = self.begin().await?;
            let begun = begin(&mut transaction, new, &application).await;
            let facility = begun.map_err(|error| match error {
                ApplicationError::Store(StoreError::Duplicate(_)) => ApplicationError::Exists,
                error => error,
            })?;
            audit::note(
                &mut transaction,
                application.at_ms,
                Actor::Person(application.person),
                AuditStep::ApplicationBegun,
                Subject::new(AuditSubject::Application, new, Some(facility)),
                detail! { Inmate: application.inmate },
            )
            .await?;
            transaction.commit().await.map_err(failed)?;
            Ok(new)
        })
        .await
    }

    async fn own_applications(
        &self,
        person: PersonId,
        before: Option<ApplicationId>,
        limit: u32,
    ) -> Result<Vec<Application>, StoreError> {
        let rows = sqlx::query(select_applications!("person_id = $1 AND id < $2", "$3"))
            .bind(person.to_string())
            .bind(older_than(before.map(ApplicationId::as_uuid)))
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await
            .map_err(failed)?;
        let applications = fold_applications(&rows)?.into_iter();
        Ok(applications.map(|reviewed| reviewed.application).collect())
    }

    async fn own_application(
        &self,
        person: PersonId,
        application: ApplicationId,
    ) -> Result<Option<Application>, StoreError> {
        let rows = sqlx::query(select_applications!("person_id = $1 AND id = $2", "1"))
            .bind(person.to_string())
            .bind(application.to_string())
            .fetch_all(&self.readers)
            .await
            .map_err(failed)?;
        Ok(fold_applications(&rows)?
            .pop()
            .map(|reviewed| reviewed.application))
    }

    async fn change_application(
        &self,
        person: PersonId,
        application: ApplicationId,
        change: ApplicationChange,
        at_ms: u64,
    ) -> Result<(), ApplicationError> {
        again(|| async {
            let mut transaction = self.begin().await?;
            let facility = open_for_change(&mut transaction, person, application, at_ms).await?;
            apply(&mut transaction, application, &change).await?;
            audit::note(
                &mut transaction,
                at_ms,
                Actor::Person(person),
                AuditStep::ApplicationChanged,
                Subject::new(AuditSubject::Application, application, Some(facility)),
                detail! {},
            )
            .await?;
            transaction.commit().await.map_err(failed)?;
            Ok(())
        })
        .await
    }

    async fn discard_application(
        &self,
        person: PersonId,
        application: ApplicationId,
        at_ms: u64,
    ) -> Result<Vec<DocumentId>, ApplicationError> {
        again(|| async {
            let mut transaction = self.begin().await?;
            let rows = sqlx::query(
                "UPDATE application SET changed_at_ms = $3
                 WHERE id = $1 AND person_id = $2 AND state = 'draft' RETURNING facility_id",
            )
            .bind(application.to_string())
            .bind(person.to_string())
            .bind(from_ms(at_ms))
            .fetch_all(&mut *transaction)
            .await
            .map_err(failed)?;
            let Some(row) = rows.first() else {
                return Err(closed(&mut transaction, person, application).await?);
            };
            let facility = id(row, "facility_id")?;
            let documents = remove(&mut transaction, application).await?;
            audit::note(
                &mut transaction,
                at_ms,
                Actor::Person(person),
                AuditStep::ApplicationDiscarded,
                Subject::new(AuditSubject::Application, application, Some(facility)),
                detail! {},
            )
            .await?;
            transaction.commit().await.map_err(failed)?;
            Ok(documents)
        })
        .await
    }

    async fn submit_application(
        &self,
        person: PersonId,
        application: ApplicationId,
        at_ms: u64,
    ) -> Result<ApplicationState, ApplicationError> {
        again(|| async {
            let mut transaction = self.begin().await?;
            let standing = own_standing(&mut transaction, person, application).await?;
            let stepped = Stepped {
                step: ApplicationStep::Submit,
                actor: Actor::Person(person),
                reason: None,
                at_ms,
            };
            // First the step, which nobody's change of the documents overtakes; then the look at them.
            let state = steps::take(&mut transaction, &standing, &stepped).await?;
            let rows = sqlx::query(select_applications!("id = $1", "1"))
                .bind(application.to_string())
                .fetch_all(&mut *transaction)
                .await
                .map_err(failed)?;
            let missing = fold_applications(&rows)?
                .pop()
                .map(|reviewed| reviewed.application.missing());
            match missing {
                Some(missing) if missing.is_empty() => {}
                Some(missing) => return Err(ApplicationError::Missing(missing)),
                None => return Err(ApplicationError::NotFound),
            }
            transaction.commit().await.map_err(failed)?;
            Ok(state)
        })
        .await
    }

    async fn withdraw_application(
        &self,
        person: PersonId,
        application: ApplicationId,
        at_ms: u64,
    ) -> Result<(), ApplicationError> {
        again(|| async {
            let mut transaction = self.begin().await?;
            let standing = own_standing(&mut transaction, person, application).await?;
            let stepped = Stepped {
                step: ApplicationStep::Withdraw,
                actor: Actor::Person(person),
                reason: None,
                at_ms,
            };
            steps::take(&mut transaction, &standing, &stepped).await?;
            steps::flag_what_rests_on(&mut transaction, &standing, &stepped).await?;
            transaction.commit().await.map_err(failed)?;
            Ok(())
        })
        .await
    }

    async fn approved_application(
        &self,
        person: PersonId,
        inmate: InmateId,
    ) -> Result<Option<ApplicationId>, StoreError> {
        let row = sqlx::query(
            "SELECT id FROM application
             WHERE person_id = $1 AND inmate_id = $2 AND state = 'approved'",
        )
        .bind(person.to_string())
        .bind(inmate.to_string())
        .fetch_optional(&self.readers)
        .await
        .map_err(failed)?;
        row.map(|row| id(&row, "id")).transpose()
    }
}

/// How somebody's own application stands.
async fn own_standing(
    connection: &mut AnyConnection,
    person: PersonId,
    application: ApplicationId,
) -> Result<Standing, ApplicationError> {
    standing(connection, application)
        .await?
        .filter(|standing| standing.person == person)
        .ok_or(ApplicationError::NotFound)
}

async fn begin(
    connection: &mut AnyConnection,
    new: ApplicationId,
    application: &NewApplication,
) -> Result<FacilityId, ApplicationError> {
    let under_way = sqlx::query(
        "SELECT 1 FROM application
         WHERE person_id = $1
           AND state IN ('draft', 'submitted', 'in_review', 'needs_more', 'approved')
         LIMIT 1 OFFSET $2",
    )
    .bind(application.person.to_string())
    .bind(UNDER_WAY - 1)
    .fetch_optional(&mut *connection)
    .await
    .map_err(failed)?;
    if under_way.is_some() {
        return Err(ApplicationError::TooMany);
    }
    let services = application.services;
    let rows = sqlx::query(
        "INSERT INTO application (id, person_id, inmate_id, facility_id, relationship, ground,
                                  on_site, remote, mobile, state, created_at_ms, changed_at_ms)
         SELECT $1, $2, id, facility_id, $4, $5, $6, $7, $8, 'draft', $9, $9
         FROM inmate WHERE id = $3 AND state = 'present'
         RETURNING facility_id",
    )
    .bind(new.to_string())
    .bind(application.person.to_string())
    .bind(application.inmate.to_string())
    .bind(application.relationship.as_str())
    .bind(application.ground.clone())
    .bind(i64::from(services.on_site))
    .bind(i64::from(services.remote))
    .bind(i64::from(services.mobile))
    .bind(from_ms(application.at_ms))
    .fetch_all(connection)
    .await
    .map_err(failed)?;
    let row = rows.first().ok_or(ApplicationError::InmateGone)?;
    Ok(id(row, "facility_id")?)
}

async fn apply(
    connection: &mut AnyConnection,
    application: ApplicationId,
    change: &ApplicationChange,
) -> Result<(), StoreError> {
    let service = |wanted: fn(booking_domain::applications::Services) -> bool| {
        change.services.map(|services| i64::from(wanted(services)))
    };
    sqlx::query(
        "UPDATE application
         SET relationship = COALESCE($2, relationship),
             ground = CASE WHEN $3 = 1 THEN $4 ELSE ground END,
             on_site = COALESCE($5, on_site), remote = COALESCE($6, remote),
             mobile = COALESCE($7, mobile)
         WHERE id = $1",
    )
    .bind(application.to_string())
    .bind(
        change
            .relationship
            .map(|relationship| relationship.as_str().to_owned()),
    )
    .bind(i64::from(change.ground.is_some()))
    .bind(change.ground.clone().flatten())
    .bind(service(|services| services.on_site))
    .bind(service(|services| services.remote))
    .bind(service(|services| services.mobile))
    .execute(connection)
    .await
    .map(|_| ())
    .map_err(failed)
}

/// Removes an application that nobody else changes meanwhile, and answers its documents.
pub(super) async fn remove(
    connection: &mut AnyConnection,
    application: ApplicationId,
) -> Result<Vec<DocumentId>, StoreError> {
    let rows = sqlx::query("DELETE FROM document WHERE application_id = $1 RETURNING id")
        .bind(application.to_string())
        .fetch_all(&mut *connection)
        .await
        .map_err(failed)?;
    sqlx::query("DELETE FROM application WHERE id = $1")
        .bind(application.to_string())
        .execute(connection)
        .await
        .map_err(failed)?;
    rows.iter().map(|row| id(row, "id")).collect()
}
