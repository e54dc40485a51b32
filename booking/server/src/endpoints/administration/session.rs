//! `POST` and `DELETE /api/staff/session`

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header::SET_COOKIE},
};
use booking_domain::{OpenSession, STAFF_SESSION_MS, StaffSessions, StaffSignIn, staff_login};
use grant::Secret;
use rand::{TryRngCore, rngs::OsRng};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use telemetry::clock::unix_now_ms;

use super::super::Body;
use crate::{
    Booking, ProblemCode, client_address::ClientAddress, cookies::SessionCookie, refusal::Refusal,
    staff_session::AnyStaffSession,
};

/// The request.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = StaffCredentials)]
pub(crate) struct Credentials {
    login: String,
    password: String,
}

/// What comes next.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = StaffSignInStep)]
pub(crate) struct Next {
    step: Step,
}

/// The second factor: to be shown, or to be set up first.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = StaffSecondStep)]
enum Step {
    Totp,
    SetUp,
}

/// The session as long as it lasts at most.
pub(super) fn cookie(booking: &Booking, secret: &Secret) -> HeaderMap {
    let seconds = u32::try_from(STAFF_SESSION_MS / 1000).unwrap_or(u32::MAX);
    let kept = SessionCookie::Staff.keep(secret, seconds, booking.is_secure());
    with_cookie(kept)
}

fn with_cookie(cookie: HeaderValue) -> HeaderMap {
    HeaderMap::from_iter([(SET_COOKIE, cookie)])
}

/// Begins to sign in: the password first. Nothing but the second factor can be done with the session that
/// begins. A login that is not known gets the same answer, after the same time, as a wrong password.
///
/// Refuses with `wrong_credentials`, `too_many_requests`, `many_at_once`, `bad_request`, `unavailable`.
#[utoipa::path(post, operation_id = "staffSignIn", path = "/api/staff/session", tag = "staff",
    request_body = Credentials,
    responses((status = 200, description = "The second factor comes next", body = Next)))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    client: ClientAddress,
    Body(credentials): Body<Credentials>,
) -> Result<(HeaderMap, Json<Next>), Refusal> {
    let login = staff_login(&credentials.login);
    let place = booking.0.staff_passwords.place(client)?;
    booking.0.staff_limit.count(client.0, login.as_deref())?;
    let known = match &login {
        Some(login) => place.read(booking.0.store.staff_password(login)).await?,
        None => None,
    };
    let password = SecretString::from(credentials.password);
    let Some(known) = known else {
        place.verify_nobody(password).await?;
        return Err(ProblemCode::WrongCredentials.into());
    };
    if !place.verify(password, &known.hash).await? {
        tracing::warn!(staff = %known.staff, "a wrong password of staff");
        return Err(ProblemCode::WrongCredentials.into());
    }
    let secret = Secret::generate(&mut OsRng.unwrap_err());
    let at_ms = unix_now_ms();
    let session = OpenSession {
        staff: known.staff,
        secret: secret.hash(),
        at_ms,
        expires_at_ms: at_ms.saturating_add(STAFF_SESSION_MS),
    };
    booking.0.store.begin_staff_session(session).await?;
    let step = if known.has_second_factor {
        Step::Totp
    } else {
        Step::SetUp
    };
    Ok((cookie(&booking, &secret), Json(Next { step })))
}

/// Signs out.
///
/// Refuses with `not_signed_in`, `unavailable`.
#[utoipa::path(delete, operation_id = "staffSignOut", path = "/api/staff/session", tag = "staff",
    responses((status = 204, description = "Signed out")))]
pub(crate) async fn delete(
    State(booking): State<Booking>,
    session: AnyStaffSession,
) -> Result<(StatusCode, HeaderMap), ProblemCode> {
    booking
        .0
        .store
        .end_staff_session(session.secret, unix_now_ms())
        .await?;
    let forgotten = SessionCookie::Staff.forget(booking.is_secure());
    Ok((StatusCode::NO_CONTENT, with_cookie(forgotten)))
}
