//! `POST`, `GET` and `DELETE /api/visitor/session`

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header::SET_COOKIE},
    response::{AppendHeaders, IntoResponse, Response},
};
use booking_domain::accounts::{AccountState, Accounts, Credentials, EmailAddress};
use secrecy::SecretString;
use serde::Deserialize;

use super::{attempt, new_session, profile::Profile, signed_in};
use crate::{
    Booking, ProblemCode, client_address::ClientAddress, cookies::SessionCookie, endpoints::Body,
    password_pool::Place, refusal::Refusal, visitor_session::VisitorSession,
};

/// The request.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    email: String,
    password: String,
}

/// Signs a visitor in. That an address is not proved yet, or an account suspended, is told after the right
/// password only.
///
/// Where more people sign in than passwords can be looked at, the answer is `many_at_once`, and `Retry-After` says
/// when to come back; so it does with `too_many_requests` where the network has sent many wrong passwords.
///
/// Refuses with `wrong_credentials`, `email_not_verified`, `account_suspended`, `too_many_requests`,
/// `many_at_once`, `bad_request`, `unavailable`.
#[utoipa::path(post, operation_id = "signIn", path = "/api/visitor/session", tag = "visitor",
    request_body = SignIn, responses((status = 200, body = Profile)))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    client: ClientAddress,
    headers: HeaderMap,
    Body(request): Body<SignIn>,
) -> Result<Response, Refusal> {
    let email = EmailAddress::parse(&request.email).map_err(|_| ProblemCode::WrongCredentials)?;
    let email_key = email.key();
    let (place, guess) = attempt(&booking, client, &email_key)?;
    let password = SecretString::from(request.password);
    let known = guess.judge(matching(&booking, place, &email_key, password).await)?;
    match known.state {
        AccountState::Active => {}
        AccountState::PendingEmail => return Err(ProblemCode::EmailNotVerified.into()),
        AccountState::Suspended => return Err(ProblemCode::AccountSuspended.into()),
        AccountState::Closed => return Err(ProblemCode::WrongCredentials.into()),
    }
    let (secret, session) = new_session(SessionCookie::Visitor.read(&headers));
    let store = &booking.0.store;
    if !store
        .sign_in(known.person, &known.password_hash, session)
        .await?
    {
        return Err(ProblemCode::WrongCredentials.into());
    }
    Ok(signed_in(&booking, known.person, &secret).await?)
}

/// The account of an address, if this is its password.
async fn matching(
    booking: &Booking,
    place: Place,
    email_key: &str,
    password: SecretString,
) -> Result<Option<Credentials>, Refusal> {
    let known = place.read(booking.0.store.credentials(email_key)).await?;
    let Some(known) = known else {
        place.verify_nobody(password).await?;
        return Ok(None);
    };
    let right = place.verify(password, &known.password_hash).await?;
    Ok(right.then_some(known))
}

/// Who is signed in.
///
/// Refuses with `not_signed_in`, `unavailable`.
#[utoipa::path(get, operation_id = "whoIsSignedIn", path = "/api/visitor/session", tag = "visitor",
    responses((status = 200, body = Profile)))]
pub(crate) async fn get(
    State(booking): State<Booking>,
    session: VisitorSession,
) -> Result<Json<Profile>, ProblemCode> {
    Profile::read(&booking, session.person).await.map(Json)
}

/// Signs out. Whoever was not signed in is not either afterwards.
///
/// Refuses with `unavailable`.
#[utoipa::path(delete, operation_id = "signOut", path = "/api/visitor/session", tag = "visitor",
    responses((status = 204, description = "Signed out")))]
pub(crate) async fn delete(
    State(booking): State<Booking>,
    headers: HeaderMap,
) -> Result<Response, ProblemCode> {
    if let Some(secret) = SessionCookie::Visitor.read(&headers) {
        booking.0.store.sign_out(secret.hash()).await?;
    }
    let cookie = SessionCookie::Visitor.forget(booking.is_secure());
    Ok((
        StatusCode::NO_CONTENT,
        AppendHeaders([(SET_COOKIE, cookie)]),
    )
        .into_response())
}
