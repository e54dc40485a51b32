//! `POST /api/staff/session/totp`

use axum::{Json, extract::State, http::HeaderMap};
use booking_domain::{ShownFactor, StaffSignIn, accepted_step};
use grant::Secret;
use rand::{TryRngCore, rngs::OsRng};
use serde::Deserialize;
use telemetry::clock::unix_now_ms;

use super::{
    super::Body,
    me::{Me, me},
    session,
};
use crate::{
    Booking, ProblemCode, refusal::Refusal, second_factor, staff_session::AnyStaffSession,
};

/// The request.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = StaffCode)]
pub(crate) struct Code {
    /// Six digits.
    code: String,
}

/// Shows the second factor. The session goes on under a new secret. After five wrong codes the next one is
/// looked at in a quarter of an hour; `Retry-After` says when.
///
/// Refuses with `not_signed_in`, `wrong_code`, `second_factor_state`, `too_many_requests`, `bad_request`,
/// `unavailable`.
#[utoipa::path(post, operation_id = "staffShowCode", path = "/api/staff/session/totp", tag = "staff",
    request_body = Code, responses((status = 200, description = "Signed in", body = Me)))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: AnyStaffSession,
    Body(Code { code }): Body<Code>,
) -> Result<(HeaderMap, Json<Me>), Refusal> {
    let member = session.signed_in;
    let store = &booking.0.store;
    if member.complete {
        return Err(ProblemCode::SecondFactorState.into());
    }
    let now_ms = unix_now_ms();
    let counted = store.attempt_code(member.staff, now_ms).await?;
    counted.map_err(|wait| Refusal::Later(ProblemCode::TooManyRequests, wait))?;
    let factor = store.second_factor(member.staff).await?;
    let factor = factor.ok_or(ProblemCode::NotSignedIn)?;
    let sealed = factor.secret.or(factor.pending);
    let sealed = sealed.ok_or(ProblemCode::SecondFactorState)?;
    let context = second_factor::context(member.staff);
    let Some(secret) = booking.0.vault.open(&context, &sealed) else {
        tracing::error!(staff = %member.staff, "a second factor does not open");
        return Err(ProblemCode::Unavailable.into());
    };
    let codes = second_factor::with_secret(secret, &member.login)?;
    let is_code_of = |step| second_factor::is_code_of(&codes, code.trim(), step);
    let step = accepted_step(now_ms, factor.last_step, is_code_of);
    let step = step.ok_or(ProblemCode::WrongCode)?;
    let renewed = Secret::generate(&mut OsRng.unwrap_err());
    let shown = ShownFactor {
        staff: member.staff,
        step,
        session: session.secret,
        renewed: renewed.hash(),
        at_ms: now_ms,
    };
    if !store.complete_staff_session(shown).await? {
        return Err(ProblemCode::WrongCode.into());
    }
    let me = me(&booking, &member).await?;
    Ok((session::cookie(&booking, &renewed), Json(me)))
}
