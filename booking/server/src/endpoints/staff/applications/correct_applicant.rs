//! `PUT /api/staff/applications/{application}/applicant`

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use booking_domain::{
    Role, StoreError,
    accounts::{
        AccountProfile, Accounts, Applicant, CorrectionError, IdentityCorrection,
        IdentityCorrections, NationalId, PersonName, parse_birth_date,
    },
};
use ids::{ApplicationId, PersonId, VisitId};
use jiff::civil::Date;
use serde::Deserialize;
use telemetry::clock::unix_now_ms;

use crate::{
    Booking, FieldCode, ProblemCode, Vault,
    accounts::{self, seal_national_id},
    birth_date,
    endpoints::{Body, paging::id, reason},
    refusal::{FieldError, Refusal},
    staff_session::StaffSession,
};

/// The request. What is left out stays as it is.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CorrectApplicant)]
pub(crate) struct Correct {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    national_id: Option<String>,
    /// Such as `1970-12-31`.
    #[serde(default)]
    birth_date: Option<String>,
    /// 5 to 500 characters, for the audit trail.
    reason: String,
}

/// Puts right what identifies an applicant, as their documents have it. The applicant is told; approvals stay
/// as they are, and a booked visit is flagged only where no adult is left in its party, or where a bar from visits
/// comes with the national id.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `application_state` (it is over), `account_state`,
/// `invalid_fields`, `bad_request`, `unavailable`.
#[utoipa::path(put, operation_id = "correctApplicant",
    path = "/api/staff/applications/{application}/applicant", tag = "staff",
    params(("application" = ApplicationId, Path)), request_body = Correct,
    responses((status = 204, description = "It is so from now on, at all facilities")))]
pub(crate) async fn put(
    State(booking): State<Booking>,
    session: StaffSession,
    Path(application): Path<String>,
    Body(correct): Body<Correct>,
) -> Result<StatusCode, Refusal> {
    let store = &booking.0.store;
    let application: ApplicationId = id(&application)?;
    let applicant = store.applicant_of(application).await?;
    let applicant = applicant.ok_or(ProblemCode::NotFound)?;
    let Applicant {
        person, facility, ..
    } = applicant;
    session.require(Role::FacilityAdministrator, facility)?;
    if !applicant.may_be_corrected() {
        return Err(ProblemCode::ApplicationState.into());
    }
    let read = read(&correct)?;
    let vault = &booking.0.vault;
    let at_ms = unix_now_ms();
    let born = read.birth_date;
    let account = store.account(person).await?;
    let news = read.without_what_stands(vault, &account.ok_or(ProblemCode::NotFound)?);
    let is_news = !news.is_empty();
    let correction = IdentityCorrection {
        application,
        person,
        facility,
        name: news.name,
        national_id: news
            .national_id
            .map(|national_id| seal_national_id(vault, person, &national_id)),
        birth_date: news
            .birth_date
            .map(|born| birth_date::seal(vault, person, born)),
        staff: session.staff,
        reason: reason::checked("reason", &correct.reason)?,
        without_adult: without_adult(&booking, person, born, at_ms).await?,
        at_ms,
    };
    if is_news {
        let corrected = store.correct_identity(correction).await;
        corrected.map_err(|error| match error {
            CorrectionError::Taken => Refusal::field("national_id", FieldCode::Taken),
            other => other.into(),
        })?;
    }
    // Who has left a party since the first look did not know of it.
    let meanwhile = without_adult(&booking, person, born, at_ms).await?;
    let flagged = store.flag_without_adult(&meanwhile, session.staff, at_ms);
    flagged.await?;
    tracing::info!(%person, staff = %session.staff, "what identifies a visitor was put right");
    Ok(StatusCode::NO_CONTENT)
}

/// The visits ahead in which no adult is left by a date of birth, if one is put right.
async fn without_adult(
    booking: &Booking,
    person: PersonId,
    born: Option<Date>,
    now_ms: u64,
) -> Result<Vec<VisitId>, StoreError> {
    match born {
        Some(born) => birth_date::without_adult(booking, person, born, now_ms).await,
        None => Ok(Vec::new()),
    }
}

/// What is to be put right.
struct Read {
    name: Option<PersonName>,
    national_id: Option<NationalId>,
    birth_date: Option<Date>,
}

impl Read {
    const fn is_empty(&self) -> bool {
        self.name.is_none() && self.national_id.is_none() && self.birth_date.is_none()
    }

    /// What of it is not so yet: a request that comes again, as its answer was lost, puts nothing right twice.
    fn without_what_stands(self, vault: &Vault, account: &AccountProfile) -> Self {
        let own = accounts::open(vault, account);
        let own = own.as_ref();
        let name = self.name.filter(|name| name.as_str() != account.name);
        let national_id = self
            .national_id
            .filter(|told| own.is_none_or(|own| own.national_id != *told));
        let birth_date = self
            .birth_date
            .filter(|told| own.is_none_or(|own| own.birth_date != *told));
        Self {
            name,
            national_id,
            birth_date,
        }
    }
}

fn read(correct: &Correct) -> Result<Read, Refusal> {
    let today = birth_date::today(unix_now_ms()).ok_or(ProblemCode::Unavailable)?;
    let mut errors = Vec::new();
    let mut wrong = |field, fault| errors.push(FieldError::new(field, fault));
    let name = correct.name.as_deref().map(PersonName::parse);
    let name = name.transpose().map_err(|fault| wrong("name", fault));
    let national_id = correct.national_id.as_deref().map(NationalId::parse);
    let national_id = national_id
        .transpose()
        .map_err(|fault| wrong("national_id", fault));
    let born = correct.birth_date.as_deref();
    let born = born.map(|text| parse_birth_date(text, today)).transpose();
    let born = born.map_err(|fault| wrong("birth_date", fault));
    let (Ok(name), Ok(national_id), Ok(birth_date)) = (name, national_id, born) else {
        return Err(Refusal::Fields(errors));
    };
    let read = Read {
        name,
        national_id,
        birth_date,
    };
    if read.is_empty() {
        return Err(ProblemCode::BadRequest.into());
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use axum::http::Method;
    use serde_json::{Value, json};

    use super::*;
    use crate::endpoints::people::{People, add_account};

    const WHY: &str = "本人持身分證申請更正";

    #[tokio::test]
    async fn what_identifies_an_applicant_is_put_right_by_who_administers_the_facility() {
        let people = People::start().await;
        let me = people.visitor("a@mail.test").await;
        let other = people.visitor("other@mail.test").await;
        let others = people.submitted(&other).await;
        let application = people.submitted(&me).await;
        let chief = people
            .staff("facility_administrator", &people.facility)
            .await;
        let path = format!("/api/staff/applications/{application}/applicant");
        let put = async |body: Value| people.send(&chief, Method::PUT, &path, Some(&body)).await;

        let (status, refused) = put(json!({
            "name": "www.evil.test", "national_id": "A123456788", "birth_date": "2099-01-01", "reason": WHY,
        }))
        .await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{refused}");
        let errors = refused["errors"].as_array().unwrap();
        let fields: Vec<_> = errors.iter().map(|error| &error["field"]).collect();
        assert_eq!(fields, ["name", "national_id", "birth_date"]);
        let (status, _) = put(json!({ "reason": WHY })).await;
        assert_eq!(
            status,
            StatusCode::BAD_REQUEST,
            "nothing is to be put right"
        );

        let right = json!({
            "name": "林陳秀瑛", "national_id": "B123456780", "birth_date": "1971-01-30", "reason": WHY,
        });
        // The same again, as the first answer was lost: nothing is told twice.
        for _ in 0..2 {
            assert_eq!(put(right.clone()).await.0, StatusCode::NO_CONTENT);
        }
        let letters: i64 =
            sqlx::query_scalar("SELECT COUNT(*) FROM outbox WHERE kind = 'identity_corrected'")
                .fetch_one(&people.database)
                .await
                .unwrap();
        assert_eq!(letters, 1);
        let (_, mine) = people.get(&me, "/api/visitor/profile").await;
        assert_eq!(mine["name"], "林陳秀瑛");
        assert_eq!(mine["national_id"], "B1*****780");
        assert_eq!(mine["birth_date"], "1971-01-30");

        let path_of_other = format!("/api/staff/applications/{others}/applicant");
        let same = json!({ "national_id": "B123456780", "reason": WHY });
        let (status, refused) = people
            .send(&chief, Method::PUT, &path_of_other, Some(&same))
            .await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{refused}");
        let error = &refused["errors"][0];
        assert_eq!(
            (&error["field"], &error["code"]),
            (&json!("national_id"), &json!("taken"))
        );

        // What stays as it was stays so.
        let name = json!({ "name": "林陳秀英", "reason": WHY });
        assert_eq!(put(name).await.0, StatusCode::NO_CONTENT);
        let (_, mine) = people.get(&me, "/api/visitor/profile").await;
        assert_eq!(
            (&mine["name"], &mine["birth_date"]),
            (&json!("林陳秀英"), &json!("1971-01-30"))
        );

        let over = format!("UPDATE application SET state = 'refused' WHERE id = '{application}'");
        write(&people, &over).await;
        let (status, refused) = put(json!({ "name": "林陳秀瑛", "reason": WHY })).await;
        assert_eq!(
            (status, &refused["code"]),
            (StatusCode::CONFLICT, &json!("application_state"))
        );
    }

    async fn write(people: &People, sql: &str) {
        sqlx::query(sqlx::AssertSqlSafe(sql.to_owned()))
            .execute(&people.database)
            .await
            .unwrap();
    }

    #[tokio::test]
    async fn who_leaves_a_party_while_a_date_of_birth_is_corrected_is_missed_in_it() {
        let people = People::start().await;
        let visit = people.api.demo.visit;
        let party: Vec<String> = sqlx::query_scalar(
            "SELECT person_id FROM visit_member WHERE visit_id = $1 ORDER BY seat",
        )
        .bind(visit.to_string())
        .fetch_all(&people.database)
        .await
        .unwrap();
        for (index, person) in (1..=2).zip(&party) {
            let email = format!("{index}@mail.test");
            add_account(
                &people.database,
                person.parse().unwrap(),
                &email,
                [index; 32],
            )
            .await;
        }
        let (me, other) = (&party[0], &party[1]);
        let application: String =
            sqlx::query_scalar("SELECT id FROM application WHERE person_id = $1")
                .bind(me.clone())
                .fetch_one(&people.database)
                .await
                .unwrap();
        // The only other adult leaves between the look and the end of what is written.
        let leaves = format!(
            "CREATE TRIGGER leaves AFTER UPDATE OF birth_date ON account BEGIN
                 DELETE FROM seat_link WHERE visit_id = '{visit}';
                 DELETE FROM visit_member WHERE person_id = '{other}';
             END"
        );
        write(&people, &leaves).await;
        let chief = people
            .staff("facility_administrator", &people.facility)
            .await;
        let path = format!("/api/staff/applications/{application}/applicant");
        let year = birth_date::today(unix_now_ms()).unwrap().year() - 15;
        let younger = json!({ "birth_date": format!("{year}-01-01"), "reason": WHY });
        let (status, refused) = people
            .send(&chief, Method::PUT, &path, Some(&younger))
            .await;
        assert_eq!(status, StatusCode::NO_CONTENT, "{refused}");
        let state: String = sqlx::query_scalar("SELECT state FROM visit WHERE id = $1")
            .bind(visit.to_string())
            .fetch_one(&people.database)
            .await
            .unwrap();
        assert_eq!(state, "flagged");
    }
}
