//! `PUT /api/staff/accounts/{person}/address`

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use booking_domain::accounts::{
    AddressCorrection, AddressCorrections, CorrectionError, EmailAddress,
};
use ids::PersonId;
use serde::Deserialize;
use telemetry::clock::unix_now_ms;

use super::{
    super::{Body, paging::id, reason},
    everywhere,
};
use crate::{Booking, FieldCode, ProblemCode, refusal::Refusal, staff_session::StaffSession};

/// The request.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CorrectAddress)]
pub(crate) struct Correct {
    /// The new address.
    email: String,
    /// 5 to 500 characters, for the audit trail.
    reason: String,
}

/// Puts the address of a visitor's account right, whose owner has lost the mailbox and has shown who they
/// are. The visitor is signed out, and both addresses are told.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `account_state`, `invalid_fields`, `bad_request`,
/// `unavailable`.
#[utoipa::path(put, operation_id = "correctAddress",
    path = "/api/staff/accounts/{person}/address", tag = "staff",
    params(("person" = PersonId, Path)), request_body = Correct,
    responses((status = 204, description = "It is the new one from now on")))]
pub(crate) async fn put(
    State(booking): State<Booking>,
    session: StaffSession,
    Path(person): Path<String>,
    Body(correct): Body<Correct>,
) -> Result<StatusCode, Refusal> {
    everywhere(&session)?;
    let person: PersonId = id(&person)?;
    let correction = AddressCorrection {
        person,
        address: EmailAddress::parse(&correct.email)
            .map_err(|_| Refusal::field("email", FieldCode::NotAnEmail))?,
        staff: session.staff,
        reason: reason::checked("reason", &correct.reason)?,
        at_ms: unix_now_ms(),
    };
    booking.0.store.correct_address(correction).await?;
    tracing::info!(%person, staff = %session.staff, "the address of an account was put right");
    Ok(StatusCode::NO_CONTENT)
}

impl From<CorrectionError> for Refusal {
    fn from(error: CorrectionError) -> Self {
        match error {
            CorrectionError::NotFound => ProblemCode::NotFound.into(),
            CorrectionError::NotNow => ProblemCode::AccountState.into(),
            CorrectionError::Over => ProblemCode::ApplicationState.into(),
            CorrectionError::Taken => Self::field("email", FieldCode::Taken),
            CorrectionError::Store(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Method;
    use booking_domain::Role;
    use serde_json::json;

    use super::*;
    use crate::endpoints::people::People;

    #[tokio::test]
    async fn who_lost_the_mailbox_goes_on_with_another_address() {
        let people = People::start().await;
        let me = people.visitor("lost@mail.test").await;
        people.visitor("other@mail.test").await;
        let secret = people.api.member_at("chief", Role::Administrator, None);
        let chief = format!("Bearer {}", secret.await.reveal());
        let find = async |q: &str| {
            let (_, found) = people
                .get(&chief, &format!("/api/staff/accounts?q={q}"))
                .await;
            found[0]["person_id"].as_str().map(str::to_owned)
        };
        let person = find("lost@mail.test").await.unwrap();
        let path = format!("/api/staff/accounts/{person}/address");
        let put = async |email: &str, reason: &str| {
            let body = json!({ "email": email, "reason": reason });
            people.send(&chief, Method::PUT, &path, Some(&body)).await
        };
        let reason = "本人持身分證到場，舊信箱已停用";
        for (email, why, field, code) in [
            ("no address", reason, "email", "not_an_email"),
            ("Other@mail.test", reason, "email", "taken"),
            ("new@mail.test", " ", "reason", "required"),
        ] {
            let (status, refused) = put(email, why).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{refused}");
            assert_eq!(refused["errors"][0]["field"], json!(field));
            assert_eq!(refused["errors"][0]["code"], json!(code));
        }
        let mine = "/api/visitor/profile";
        assert_eq!(people.get(&me, mine).await.0, StatusCode::OK);
        assert_eq!(put("New@mail.test", reason).await.0, StatusCode::NO_CONTENT);
        assert_eq!(people.get(&me, mine).await.0, StatusCode::UNAUTHORIZED);
        assert_eq!(find("lost@mail.test").await, None);
        assert_eq!(find("new@mail.test").await, Some(person));
        let nobody = format!("/api/staff/accounts/{}/address", people.facility);
        let body = json!({ "email": "a@mail.test", "reason": reason });
        let (status, _) = people.send(&chief, Method::PUT, &nobody, Some(&body)).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    }
}
