//! `POST /api/visitor/account/close`

use axum::{
    extract::State,
    http::{StatusCode, header::SET_COOKIE},
    response::{AppendHeaders, IntoResponse, Response},
};
use booking_domain::accounts::{Accounts, Closed};
use ids::PersonId;
use secrecy::SecretString;
use serde::Deserialize;
use telemetry::clock::unix_now_ms;

use super::{attempt, own_hash};
use crate::{
    Booking, ProblemCode, client_address::ClientAddress, cookies::SessionCookie, endpoints::Body,
    password_pool::Place, refusal::Refusal, visitor_session::VisitorSession,
};

/// The request.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CloseAccount {
    password: String,
}

/// Closes the own account: address, password and telephone numbers are forgotten at once, approvals end, and
/// the rest is forgotten when the law lets it. Visits that are booked are cancelled by their applicant
/// first, as the others in them must know.
///
/// Refuses with `not_signed_in`, `wrong_credentials`, `account_has_visits`, `too_many_requests`, `many_at_once`,
/// `bad_request`, `unavailable`.
#[utoipa::path(post, operation_id = "closeAccount", path = "/api/visitor/account/close", tag = "visitor",
    request_body = CloseAccount, responses((status = 204, description = "It is closed")))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: VisitorSession,
    client: ClientAddress,
    Body(request): Body<CloseAccount>,
) -> Result<Response, Refusal> {
    let person = session.person;
    let (place, guess) = attempt(&booking, client, &person.to_string())?;
    let password = SecretString::from(request.password);
    let hash = guess.judge(matching(&booking, place, person, password).await)?;
    let store = &booking.0.store;
    match store.close_account(person, &hash, unix_now_ms()).await? {
        Closed::Done => {}
        Closed::HasVisits => return Err(ProblemCode::AccountHasVisits.into()),
        Closed::NotOpen => return Err(ProblemCode::WrongCredentials.into()),
    }
    tracing::info!(%person, "an account was closed by its owner");
    let cookie = SessionCookie::Visitor.forget(booking.is_secure());
    Ok((
        StatusCode::NO_CONTENT,
        AppendHeaders([(SET_COOKIE, cookie)]),
    )
        .into_response())
}

/// The hash of somebody's password, if this is it.
async fn matching(
    booking: &Booking,
    place: Place,
    person: PersonId,
    password: SecretString,
) -> Result<Option<String>, Refusal> {
    let hash = own_hash(booking, &place, person).await?;
    let right = place.verify(password, &hash).await?;
    Ok(right.then_some(hash))
}
