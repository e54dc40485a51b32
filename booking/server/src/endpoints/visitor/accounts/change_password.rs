//! `POST /api/visitor/password`

use axum::{extract::State, http::StatusCode};
use booking_domain::accounts::{Accounts, Password, PasswordChange};
use ids::PersonId;
use secrecy::SecretString;
use serde::Deserialize;
use telemetry::clock::unix_now_ms;

use super::{attempt, own_hash};
use crate::{
    Booking, ProblemCode, client_address::ClientAddress, endpoints::Body, password_pool::Place,
    refusal::Refusal, visitor_session::VisitorSession,
};

/// The request.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangePassword {
    current: String,
    /// At least ten characters.
    new: String,
}

/// Sets another password. All other sessions end, and the owner is told by letter.
///
/// Refuses with `not_signed_in`, `wrong_credentials`, `invalid_fields`, `too_many_requests`, `many_at_once`, `bad_request`,
/// `unavailable`.
#[utoipa::path(post, operation_id = "changePassword", path = "/api/visitor/password", tag = "visitor",
    request_body = ChangePassword, responses((status = 204, description = "It is changed")))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: VisitorSession,
    client: ClientAddress,
    Body(request): Body<ChangePassword>,
) -> Result<StatusCode, Refusal> {
    let new = Password::check(&request.new, &[]).map_err(|fault| Refusal::fault("new", fault))?;
    let person = session.person;
    let (place, guess) = attempt(&booking, client, &person.to_string())?;
    let (current, new) = (
        SecretString::from(request.current),
        SecretString::from(new.reveal()),
    );
    let exchanged = exchanged(&booking, place, person, current, new).await;
    let (verified_hash, password_hash) = guess.judge(exchanged)?;
    let change = PasswordChange {
        person,
        verified_hash,
        password_hash,
        keep: session.secret,
        at_ms: unix_now_ms(),
    };
    if !booking.0.store.change_password(change).await? {
        return Err(ProblemCode::WrongCredentials.into());
    }
    Ok(StatusCode::NO_CONTENT)
}

/// The hashes of the current password, if this is it, and of the new one.
async fn exchanged(
    booking: &Booking,
    place: Place,
    person: PersonId,
    current: SecretString,
    new: SecretString,
) -> Result<Option<(String, String)>, Refusal> {
    let hash = own_hash(booking, &place, person).await?;
    let exchanged = place.exchange(current, &hash, new).await?;
    Ok(exchanged.map(|new| (hash, new)))
}
