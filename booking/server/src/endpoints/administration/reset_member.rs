//! `POST /api/staff/members/{id}/reset`

use axum::{
    Json,
    extract::{Path, State},
};
use booking_domain::{Actor, MemberReset, StaffMembers};
use ids::StaffId;
use telemetry::clock::unix_now_ms;

use super::{hashed, member::manageable, members::Added, temporary_password};
use crate::{Booking, ProblemCode, refusal::Refusal, staff_session::StaffSession};

/// Takes away a member's password and second factor, such as with a lost phone. The member signs in with
/// the temporary password, which is shown this once, and sets up both.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `changed_meanwhile`, `unavailable`.
#[utoipa::path(post, operation_id = "resetStaffMember", path = "/api/staff/members/{id}/reset",
    tag = "staff", params(("id" = StaffId, Path)),
    responses((status = 200, description = "Taken away", body = Added)))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: StaffSession,
    Path(staff): Path<String>,
) -> Result<Json<Added>, Refusal> {
    let member = manageable(&booking, &session, &staff).await?;
    let temporary_password = temporary_password();
    let reset = MemberReset {
        staff: member.id,
        was: member.duties,
        password_hash: hashed(&booking, &temporary_password).await?,
        by: Actor::Staff(session.staff),
        at_ms: unix_now_ms(),
    };
    if !booking.0.store.reset_member(reset).await? {
        return Err(ProblemCode::ChangedMeanwhile.into());
    }
    Ok(Json(Added {
        id: member.id,
        temporary_password,
    }))
}
