//! `POST /api/staff/session/totp/set-up`

use axum::{Json, extract::State};
use booking_domain::StaffSignIn;
use serde::Serialize;

use crate::{Booking, ProblemCode, second_factor, staff_session::AnyStaffSession};

/// What an authenticator needs. It is shown once.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = StaffSecondFactor)]
pub(crate) struct SetUp {
    /// To be typed in: base32 (RFC 4648 section 6).
    secret: String,
    /// To be shown as a QR code.
    otpauth_url: String,
}

/// Makes the secret of a second factor, at the first sign-in. It counts from its first code on; asked
/// again before that, another is made.
///
/// Refuses with `not_signed_in`, `second_factor_state`, `unavailable`.
#[utoipa::path(post, operation_id = "staffSetUpSecondFactor", path = "/api/staff/session/totp/set-up",
    tag = "staff", responses((status = 200, description = "The secret", body = SetUp)))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: AnyStaffSession,
) -> Result<Json<SetUp>, ProblemCode> {
    let member = &session.signed_in;
    if member.complete {
        return Err(ProblemCode::SecondFactorState);
    }
    let made = second_factor::generate(&member.login)?;
    let context = second_factor::context(member.staff);
    let sealed = booking.0.vault.seal(&context, &made.secret);
    let kept = booking.0.store.set_up_second_factor(member.staff, sealed);
    if !kept.await? {
        return Err(ProblemCode::SecondFactorState);
    }
    Ok(Json(SetUp {
        secret: made.get_secret_base32(),
        otpauth_url: made.get_url(),
    }))
}
