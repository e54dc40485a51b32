//! `POST /api/staff/password`

use axum::{extract::State, http::StatusCode};
use booking_domain::{STAFF_PASSWORD_CHARACTERS, StaffSignIn};
use secrecy::SecretString;
use serde::Deserialize;
use telemetry::clock::unix_now_ms;

use super::super::Body;
use crate::{
    Booking, FieldCode, ProblemCode, client_address::ClientAddress, refusal::Refusal,
    staff_session::AnyStaffSession,
};

/// The request.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = StaffPasswordChange)]
pub(crate) struct Change {
    current: String,
    /// 12 to 128 characters.
    new: String,
}

/// Changes one's own password. One's other sessions end.
///
/// Refuses with `not_signed_in`, `wrong_credentials`, `invalid_fields`, `too_many_requests`, `many_at_once`,
/// `bad_request`, `unavailable`.
#[utoipa::path(post, operation_id = "staffChangePassword", path = "/api/staff/password", tag = "staff",
    request_body = Change, responses((status = 204, description = "Changed")))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: AnyStaffSession,
    Body(change): Body<Change>,
) -> Result<StatusCode, Refusal> {
    let member = session.signed_in;
    if !member.complete {
        return Err(ProblemCode::NotSignedIn.into());
    }
    let is_same = change.current == change.new;
    if is_same || !STAFF_PASSWORD_CHARACTERS.contains(&change.new.chars().count()) {
        return Err(Refusal::field("new", FieldCode::NotValid));
    }
    let place = booking.0.staff_passwords.place(ClientAddress(None))?;
    booking.0.staff_limit.count(None, Some(&member.login))?;
    let known = booking.0.store.staff_password(&member.login);
    let known = place.read(known).await?.ok_or(ProblemCode::NotSignedIn)?;
    let (current, new) = (
        SecretString::from(change.current),
        SecretString::from(change.new),
    );
    let exchanged = place.exchange(current, &known.hash, new).await?;
    let hash = exchanged.ok_or(ProblemCode::WrongCredentials)?;
    booking
        .0
        .store
        .change_staff_password(member.staff, hash, session.secret, unix_now_ms())
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
