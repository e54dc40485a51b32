//! `POST /api/visitor/companions`

use axum::{extract::State, http::StatusCode};
use booking_domain::{
    accounts::EmailAddress,
    applications::{ApplicationError, Companions, Invitation},
};
use ids::ApplicationId;
use serde::Deserialize;
use telemetry::clock::unix_now_ms;

use crate::{
    Booking, FieldCode, ProblemCode,
    endpoints::{Body, visitor::applications::refusal},
    refusal::Refusal,
    visitor_session::VisitorSession,
};

/// The request.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = InviteCompanion)]
pub(crate) struct Invite {
    /// One's own application for the inmate, under way or approved.
    application_id: ApplicationId,
    /// The other's address.
    email: String,
}

/// Invites somebody to visit an inmate together. Answers 202 whether anybody has an account with the address
/// or not; whoever has, or will have, sees the invitation there.
///
/// Refuses with `not_signed_in`, `bad_request`, `invalid_fields`, `not_found`, `companion_exists`,
/// `too_many_open`, `unavailable`.
#[utoipa::path(post, operation_id = "inviteCompanion", path = "/api/visitor/companions",
    tag = "visitor", request_body = Invite,
    responses((status = 202, description = "Invited")))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: VisitorSession,
    Body(invite): Body<Invite>,
) -> Result<StatusCode, Refusal> {
    let email = EmailAddress::parse(&invite.email)
        .map_err(|_| Refusal::field("email", FieldCode::NotValid))?;
    let invitation = Invitation {
        inviter: session.person,
        application: invite.application_id,
        email_key: email.key(),
        at_ms: unix_now_ms(),
    };
    match booking.0.store.invite_companion(invitation).await {
        Ok(_) => Ok(StatusCode::ACCEPTED),
        Err(ApplicationError::Oneself) => Err(Refusal::field("email", FieldCode::NotValid)),
        Err(ApplicationError::Exists) => Err(ProblemCode::CompanionExists.into()),
        Err(error) => Err(refusal(error).into()),
    }
}
