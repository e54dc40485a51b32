//! `POST` and `DELETE /api/staff/accounts/{person}/suspension`

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use booking_domain::accounts::{NewSuspension, SuspensionError, Suspensions};
use ids::PersonId;
use serde::{Deserialize, Serialize};
use telemetry::clock::unix_now_ms;

use super::{
    super::{Body, paging::id, reason},
    everywhere,
};
use crate::{Booking, ProblemCode, refusal::Refusal, staff_session::StaffSession};

/// The request.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SuspendAccount)]
pub(crate) struct Suspend {
    /// 5 to 500 characters. The visitor reads it.
    reason: String,
}

/// The answer.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = AccountSuspended)]
pub(crate) struct Suspended {
    /// How many booked visits were flagged.
    flagged_visits: usize,
}

/// Suspends a visitor's account: the visitor is signed out, the visits ahead are flagged, and everybody
/// concerned is told.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `account_state`, `invalid_fields`, `bad_request`,
/// `unavailable`.
#[utoipa::path(post, operation_id = "suspendAccount",
    path = "/api/staff/accounts/{person}/suspension", tag = "staff",
    params(("person" = PersonId, Path)), request_body = Suspend,
    responses((status = 200, description = "Suspended", body = Suspended)))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: StaffSession,
    Path(person): Path<String>,
    Body(suspend): Body<Suspend>,
) -> Result<Json<Suspended>, Refusal> {
    everywhere(&session)?;
    let person: PersonId = id(&person)?;
    let suspension = NewSuspension {
        person,
        staff: session.staff,
        reason: reason::checked("reason", &suspend.reason)?,
        at_ms: unix_now_ms(),
    };
    let flagged = booking.0.store.suspend(suspension).await;
    let flagged_visits = flagged.map_err(ProblemCode::from)?;
    tracing::info!(%person, staff = %session.staff, "an account was suspended");
    Ok(Json(Suspended { flagged_visits }))
}

/// Lets a visitor in again, who is told. Visits that were flagged wait for staff to look at them.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `account_state`, `unavailable`.
#[utoipa::path(delete, operation_id = "reinstateAccount",
    path = "/api/staff/accounts/{person}/suspension", tag = "staff",
    params(("person" = PersonId, Path)), responses((status = 204, description = "Open again")))]
pub(crate) async fn delete(
    State(booking): State<Booking>,
    session: StaffSession,
    Path(person): Path<String>,
) -> Result<StatusCode, ProblemCode> {
    everywhere(&session)?;
    let person: PersonId = id(&person)?;
    let store = &booking.0.store;
    store
        .reinstate(person, session.staff, unix_now_ms())
        .await?;
    tracing::info!(%person, staff = %session.staff, "an account was opened again");
    Ok(StatusCode::NO_CONTENT)
}

impl From<SuspensionError> for ProblemCode {
    fn from(error: SuspensionError) -> Self {
        match error {
            SuspensionError::NotFound => Self::NotFound,
            SuspensionError::NotNow => Self::AccountState,
            SuspensionError::Store(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Method;
    use booking_domain::Role;
    use serde_json::{Value, json};

    use super::*;
    use crate::endpoints::people::People;

    const MINE: &str = "/api/visitor/applications";

    async fn chief(people: &People) -> String {
        let secret = people.api.member_at("chief", Role::Administrator, None);
        format!("Bearer {}", secret.await.reveal())
    }

    async fn account(people: &People, chief: &str, q: &str) -> Value {
        let path = format!("/api/staff/accounts?q={q}");
        let (status, listed) = people.get(chief, &path).await;
        assert_eq!(status, StatusCode::OK, "{listed}");
        listed[0].clone()
    }

    #[tokio::test]
    async fn a_visitor_is_signed_out_by_a_suspension_and_found_by_it_until_it_is_lifted() {
        let people = People::start().await;
        let me = people.visitor("a@mail.test").await;
        assert_eq!(people.get(&me, MINE).await.0, StatusCode::OK);
        let chief = chief(&people).await;
        let found = account(&people, &chief, "A@mail.test").await;
        assert_eq!(found["state"], json!("active"));
        assert_eq!(found["suspended_at_ms"], Value::Null);
        let person = found["person_id"].as_str().unwrap();
        let path = format!("/api/staff/accounts/{person}/suspension");
        assert_eq!(account(&people, &chief, "").await, Value::Null);

        let reason = json!({ "reason": "身分資料須再確認" });
        let (status, suspended) = people.post(&chief, &path, &reason).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(suspended, json!({ "flagged_visits": 0 }));
        assert_eq!(people.get(&me, MINE).await.0, StatusCode::UNAUTHORIZED);
        let found = account(&people, &chief, "").await;
        assert_eq!(found["state"], json!("suspended"));
        assert_eq!(found["suspension_reason"], reason["reason"]);
        assert!(found["suspended_at_ms"].is_u64());
        assert_eq!(found["deeds"][0]["step"], json!("account_suspended"));
        assert_eq!(found["deeds"][0]["by"], json!("staff"));
        let (status, again) = people.post(&chief, &path, &reason).await;
        assert_eq!(status, StatusCode::CONFLICT);
        assert_eq!(again["code"], json!("account_state"));

        let lift = || people.send(&chief, Method::DELETE, &path, None);
        assert_eq!(lift().await.0, StatusCode::NO_CONTENT);
        assert_eq!(account(&people, &chief, "").await, Value::Null);
        let found = account(&people, &chief, "a@mail.test").await;
        let step = |place: usize| &found["deeds"][place]["step"];
        let steps = (step(0), step(1));
        assert_eq!(
            steps,
            (&json!("account_suspended"), &json!("account_reinstated"))
        );
        let (status, again) = lift().await;
        assert_eq!(status, StatusCode::CONFLICT);
        assert_eq!(again["code"], json!("account_state"));
    }

    #[tokio::test]
    async fn a_suspension_has_a_written_reason_and_an_account() {
        let people = People::start().await;
        people.visitor("a@mail.test").await;
        let chief = chief(&people).await;
        let found = account(&people, &chief, "a@mail.test").await;
        let person = found["person_id"].as_str().unwrap();
        let path = format!("/api/staff/accounts/{person}/suspension");
        let (status, refused) = people.post(&chief, &path, &json!({ "reason": "  " })).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused["errors"][0]["field"], json!("reason"));
        let reason = json!({ "reason": "身分資料須再確認" });
        for nobody in [&*people.facility, "x"] {
            let path = format!("/api/staff/accounts/{nobody}/suspension");
            let (status, _) = people.post(&chief, &path, &reason).await;
            assert_eq!(status, StatusCode::NOT_FOUND);
        }
        // The reviewer of one facility does not decide about all of them.
        let reviewer = people.staff("reviewer", &people.facility).await;
        let (status, _) = people.post(&reviewer, &path, &reason).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
    }
}
