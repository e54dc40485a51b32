//! Applications, by those who decide them.

use async_trait::async_trait;
use booking_domain::{
    Actor, AuditStep, AuditSubject, StoreError,
    applications::{
        Applicant, ApplicantAccount, ApplicationError, ApplicationState, Decision, ReviewPage,
        ReviewStep, ReviewedApplication, Reviews,
    },
};
use ids::{ApplicationId, FacilityId, InmateId, PersonId, StaffId};
use sqlx::AnyConnection;

use super::{
    rows::{fold_applications, older_than, select_applications},
    steps::{self, Stepped, standing},
};
use crate::{
    Store,
    again::again,
    audit::{self, Subject, detail},
    error::failed,
    rows::{bytes, id, literal, optional_text, text},
};

/// The condition, and that an application is one of those that are looked for: `$4` is what was typed, and `$5`
/// to `$7` are what an application's number, an inmate's number and a name are compared with.
macro_rules! sought {
    ($condition:literal) => {
        concat!(
            $condition,
            " AND ($4 = '' OR application.id LIKE $5 ESCAPE '!'
                OR EXISTS (SELECT 1 FROM inmate WHERE inmate.id = application.inmate_id
                    AND (inmate.number LIKE $6 ESCAPE '!' OR inmate.name LIKE $7 ESCAPE '!'))
                OR EXISTS (SELECT 1 FROM person WHERE person.id = application.person_id
                    AND person.name LIKE $7 ESCAPE '!'))"
        )
    };
}

#[async_trait]
impl Reviews for Store {
    async fn facility_of_application(
        &self,
        application: ApplicationId,
    ) -> Result<Option<FacilityId>, StoreError> {
        let row =
            sqlx::query("SELECT facility_id FROM application WHERE id = $1 AND state <> 'draft'")
                .bind(application.to_string())
                .fetch_optional(&self.readers)
                .await
                .map_err(failed)?;
        row.map(|row| id(&row, "facility_id")).transpose()
    }

    async fn applications_for_review(
        &self,
        page: ReviewPage,
    ) -> Result<Vec<ReviewedApplication>, StoreError> {
        let rows = match page.state {
            Some(state) if state.is_waiting() => sqlx::query(select_applications!(
                sought!(
                    "facility_id = $1 AND state = $2
                     AND ($3 IS NULL OR (submitted_at_ms, id) >
                         (SELECT last.submitted_at_ms, last.id FROM application AS last
                          WHERE last.id = $3))"
                ),
                "$8",
                "application.submitted_at_ms, application.id"
            ))
            .bind(page.facility.to_string())
            .bind(state.as_str())
            .bind(page.after.map(|last| last.to_string())),
            state => sqlx::query(select_applications!(
                sought!(
                    "facility_id = $1 AND state <> 'draft' AND state = COALESCE($2, state)
                 AND id < $3"
                ),
                "$8"
            ))
            .bind(page.facility.to_string())
            .bind(state.map(ApplicationState::as_str))
            .bind(older_than(page.after.map(ApplicationId::as_uuid))),
        };
        let (literal, number) = (literal(&page.text), number_of(&page.text));
        let rows = rows
            .bind(page.text.as_str())
            .bind(number.map_or_else(String::new, |number| format!("%{number}")))
            .bind(format!("{literal}%"))
            .bind(format!("%{literal}%"))
            .bind(i64::from(page.limit))
            .fetch_all(&self.readers)
            .await
            .map_err(failed)?;
        fold_applications(&rows)
    }

    async fn look_at_application(
        &self,
        staff: StaffId,
        application: ApplicationId,
        at_ms: u64,
    ) -> Result<Option<(ReviewedApplication, Applicant)>, StoreError> {
        let mut transaction = self.begin().await?;
        let rows = sqlx::query(select_applications!("id = $1 AND state <> 'draft'", "1"))
            .bind(application.to_string())
            .fetch_all(&mut *transaction)
            .await
            .map_err(failed)?;
        let Some(reviewed) = fold_applications(&rows)?.pop() else {
            return Ok(None);
        };
        let applicant = applicant(&mut transaction, reviewed.application.person).await?;
        audit::note(
            &mut transaction,
            at_ms,
            Actor::Staff(staff),
            AuditStep::ApplicationSeen,
            Subject::new(
                AuditSubject::Application,
                application,
                Some(reviewed.application.facility),
            ),
            detail! { Person: reviewed.application.person },
        )
        .await?;
        transaction.commit().await.map_err(failed)?;
        Ok(Some((reviewed, applicant)))
    }

    async fn decide_application(
        &self,
        decision: Decision,
    ) -> Result<ApplicationState, ApplicationError> {
        again(|| async {
            let mut transaction = self.begin().await?;
            let standing = standing(&mut transaction, decision.application)
                .await?
                .ok_or(ApplicationError::NotFound)?;
            let stepped = Stepped {
                step: decision.step.step(),
                actor: Actor::Staff(decision.staff),
                reason: decision.step.reason(),
                at_ms: decision.at_ms,
            };
            let state = steps::take(&mut transaction, &standing, &stepped).await?;
            match decision.step {
                ReviewStep::Approve => {
                    if !is_present(&mut transaction, standing.inmate, standing.facility).await? {
                        return Err(ApplicationError::InmateGone);
                    }
                }
                ReviewStep::Revoke(_) => {
                    steps::flag_what_rests_on(&mut transaction, &standing, &stepped).await?;
                }
                ReviewStep::Take | ReviewStep::Ask(_) | ReviewStep::Refuse(_) => {}
            }
            transaction.commit().await.map_err(failed)?;
            Ok(state)
        })
        .await
    }
}

/// The end of an application's id, as people read and type its number. Anything shorter is the end of too many.
fn number_of(text: &str) -> Option<String> {
    const SHOWN: usize = 8;
    let is_one = text.len() >= SHOWN
        && text
            .chars()
            .all(|sign| sign.is_ascii_hexdigit() || sign == '-');
    is_one.then(|| text.to_ascii_lowercase())
}

async fn applicant(
    connection: &mut AnyConnection,
    person: PersonId,
) -> Result<Applicant, StoreError> {
    let row = sqlx::query(
        "SELECT person.name, person.phone, account.email, account.national_id, account.birth_date
         FROM person LEFT JOIN account ON account.person_id = person.id WHERE person.id = $1",
    )
    .bind(person.to_string())
    .fetch_one(connection)
    .await
    .map_err(failed)?;
    let account = optional_text(&row, "email")?
        .map(|email| {
            Ok::<_, StoreError>(ApplicantAccount {
                email,
                national_id: bytes(&row, "national_id")?,
                birth_date: bytes(&row, "birth_date")?,
            })
        })
        .transpose()?;
    Ok(Applicant {
        person,
        name: text(&row, "name")?,
        phone: text(&row, "phone")?,
        account,
    })
}

/// Whether the inmate is held there. To the end of the transaction nobody transfers or releases the inmate.
async fn is_present(
    connection: &mut AnyConnection,
    inmate: InmateId,
    facility: FacilityId,
) -> Result<bool, StoreError> {
    sqlx::query(
        "UPDATE inmate SET state = state
         WHERE id = $1 AND facility_id = $2 AND state = 'present'",
    )
    .bind(inmate.to_string())
    .bind(facility.to_string())
    .execute(connection)
    .await
    .map(|held| held.rows_affected() == 1)
    .map_err(failed)
}
