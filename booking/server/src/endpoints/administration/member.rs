//! `PATCH /api/staff/members/{id}`

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use booking_domain::{
    Actor, Duty, MemberChange, MemberChanged, MemberState, Role, StaffMember, StaffMembers,
    StoreError,
};
use ids::StaffId;
use serde::Deserialize;
use telemetry::clock::unix_now_ms;

use super::{super::Body, RoleAt, duties, name};
use crate::{Booking, FieldCode, ProblemCode, refusal::Refusal, staff_session::StaffSession};

/// What is to change; what is left out stays.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = StaffMemberChange)]
pub(crate) struct Change {
    name: Option<String>,
    roles: Option<Vec<RoleAt>>,
    /// `active`, `suspended` or `closed`. A closed member never comes back.
    #[schema(value_type = Option<crate::words::MemberState>)]
    state: Option<String>,
}

/// A member whom the one who asks may change: anybody whose roles are theirs to give, but not themselves.
pub(super) async fn manageable(
    booking: &Booking,
    session: &StaffSession,
    staff: &str,
) -> Result<StaffMember, ProblemCode> {
    session.reach(Role::FacilityAdministrator)?;
    let staff: StaffId = staff.parse().map_err(|_| ProblemCode::NotFound)?;
    let member = booking.0.store.member(staff).await?;
    let member = member.ok_or(ProblemCode::NotFound)?;
    if session.roles.may_manage(&member.duties) && staff != session.staff {
        return Ok(member);
    }
    let mut places = member.duties.iter().filter_map(Duty::facility);
    let near = staff == session.staff
        || places.any(|place| session.require(Role::FacilityAdministrator, place).is_ok());
    Err(if near {
        ProblemCode::NotAllowed
    } else {
        ProblemCode::NotFound
    })
}

/// Changes a member's name, roles or state. Nobody changes themselves.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `invalid_fields`, `changed_meanwhile`,
/// `last_administrator`, `bad_request`, `unavailable`.
#[utoipa::path(patch, operation_id = "changeStaffMember", path = "/api/staff/members/{id}", tag = "staff",
    params(("id" = StaffId, Path)), request_body = Change,
    responses((status = 204, description = "Changed")))]
pub(crate) async fn patch(
    State(booking): State<Booking>,
    session: StaffSession,
    Path(staff): Path<String>,
    Body(change): Body<Change>,
) -> Result<StatusCode, Refusal> {
    let member = manageable(&booking, &session, &staff).await?;
    let duties = match &change.roles {
        Some(roles) => duties(roles)?,
        None => member.duties.clone(),
    };
    if !session.roles.may_manage(&duties) {
        return Err(ProblemCode::NotAllowed.into());
    }
    let state = match &change.state {
        Some(state) => {
            MemberState::parse(state).map_err(|_| Refusal::field("state", FieldCode::NotValid))?
        }
        None => member.state,
    };
    let change = MemberChange {
        staff: member.id,
        was: member.duties,
        name: change.name.as_deref().map_or(Ok(member.name), name)?,
        duties,
        state,
        by: Actor::Staff(session.staff),
        at_ms: unix_now_ms(),
    };
    match booking.0.store.change_member(change).await {
        Ok(MemberChanged::Done) => Ok(StatusCode::NO_CONTENT),
        Ok(MemberChanged::Stale) => Err(ProblemCode::ChangedMeanwhile.into()),
        Ok(MemberChanged::LastAdministrator) => Err(ProblemCode::LastAdministrator.into()),
        Err(StoreError::Invalid(_)) => Err(Refusal::field("roles", FieldCode::NotValid)),
        Err(error) => Err(error.into()),
    }
}
