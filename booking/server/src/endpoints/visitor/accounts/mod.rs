//! Visitors' accounts.
//!
//! What anybody may ask tells nobody whether an address or a national id is known: the answer is the same,
//! and the work before it is.

mod change_password;
mod close;
mod export;
mod forgot_password;
mod profile;
mod register;
mod resend_verification;
mod reset_password;
mod session;
#[cfg(test)]
mod tests;
mod verify;

use axum::{
    Json,
    http::header::SET_COOKIE,
    response::{AppendHeaders, IntoResponse, Response},
};
use booking_domain::accounts::{Accounts, NewSession, SessionRules};
use grant::Secret;
use ids::PersonId;
use rand::{TryRngCore, rngs::OsRng};
use telemetry::clock::unix_now_ms;
use utoipa_axum::{router::OpenApiRouter, routes};

use self::profile::Profile;
use crate::{
    Booking, ProblemCode, accounts::Guess, client_address::ClientAddress, cookies::SessionCookie,
    password_pool::Place, refusal::Refusal,
};

/// The endpoints of accounts.
pub(super) fn described() -> OpenApiRouter<Booking> {
    OpenApiRouter::new()
        .routes(routes!(register::post))
        .routes(routes!(verify::post))
        .routes(routes!(resend_verification::post))
        .routes(routes!(session::post, session::get, session::delete))
        .routes(routes!(forgot_password::post))
        .routes(routes!(reset_password::post))
        .routes(routes!(change_password::post))
        .routes(routes!(profile::get, profile::patch))
        .routes(routes!(export::get))
        .routes(routes!(close::post))
}

/// A session that begins now, and its secret for the cookie.
fn new_session(replaces: Option<Secret>) -> (Secret, NewSession) {
    let secret = Secret::generate(&mut OsRng.unwrap_err());
    let at_ms = unix_now_ms();
    let session = NewSession {
        secret: secret.hash(),
        replaces: replaces.map(|secret| secret.hash()),
        at_ms,
        expires_at_ms: at_ms.saturating_add(SessionRules::VISITOR.longest_ms),
    };
    (secret, session)
}

/// The answer to somebody who has just signed in: the profile, and the cookie.
async fn signed_in(
    booking: &Booking,
    person: PersonId,
    secret: &Secret,
) -> Result<Response, ProblemCode> {
    let profile = Profile::read(booking, person).await?;
    let seconds = u32::try_from(SessionRules::VISITOR.longest_ms / 1000).unwrap_or(u32::MAX);
    let cookie = SessionCookie::Visitor.keep(secret, seconds, booking.is_secure());
    Ok((AppendHeaders([(SET_COOKIE, cookie)]), Json(profile)).into_response())
}

/// A place for a password that somebody tries on an account, before anything is read for it.
fn attempt<'a>(
    booking: &'a Booking,
    client: ClientAddress,
    account: &str,
) -> Result<(Place, Guess<'a>), Refusal> {
    let limits = &booking.0.account_limits;
    limits.may_guess(client)?;
    let place = booking.0.passwords.place(client)?;
    let guess = limits.guess(client, account)?;
    Ok((place, guess))
}

/// What the password has to match that somebody who is signed in shows again.
async fn own_hash(
    booking: &Booking,
    place: &Place,
    person: PersonId,
) -> Result<String, ProblemCode> {
    let credentials = place.read(booking.0.store.credentials_of(person)).await?;
    let credentials = credentials.ok_or(ProblemCode::NotSignedIn)?;
    Ok(credentials.password_hash)
}
