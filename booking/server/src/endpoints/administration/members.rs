//! `GET` and `POST /api/staff/members`

use axum::{
    Json,
    extract::{Query, State},
    http::StatusCode,
};
use booking_domain::{
    Actor, NewMember, Reach, Role, StaffMember, StaffMembers, StoreError, staff_login,
};
use ids::{FacilityId, StaffId};
use serde::{Deserialize, Serialize};
use telemetry::clock::unix_now_ms;

use super::{
    super::{Body, paging::list_limit},
    RoleAt, duties, hashed, name, temporary_password,
};
use crate::{Booking, FieldCode, ProblemCode, refusal::Refusal, staff_session::StaffSession};

/// The request.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// Those with a role there. Left out: all that the member may look after.
    facility: Option<FacilityId>,
    /// Those added before this one.
    before: Option<StaffId>,
    /// 1 to 100.
    limit: Option<u32>,
}

/// A member, for those who look after members.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = StaffMemberListed)]
pub(crate) struct Listed {
    id: StaffId,
    name: String,
    login: String,
    /// `active`, `suspended` or `closed`.
    #[schema(value_type = crate::words::MemberState)]
    state: &'static str,
    has_second_factor: bool,
    roles: Vec<RoleAt>,
    /// Whether the one who asks may change this member.
    can_change: bool,
}

/// A new member.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewStaffMember)]
pub(crate) struct New {
    name: String,
    /// What is typed at sign-in: 3 to 64 of `a-z 0-9 . _ - @`.
    login: String,
    roles: Vec<RoleAt>,
}

/// The answer. The password is shown this once.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = StaffTemporaryPassword)]
pub(crate) struct Added {
    pub(super) id: StaffId,
    pub(super) temporary_password: String,
}

/// The members of a facility, or all; the newest first.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `unavailable`.
#[utoipa::path(get, operation_id = "staffMembers", path = "/api/staff/members", tag = "staff",
    params(Asked), responses((status = 200, description = "The members", body = Vec<Listed>)))]
pub(crate) async fn get(
    State(booking): State<Booking>,
    session: StaffSession,
    Query(asked): Query<Asked>,
) -> Result<Json<Vec<Listed>>, ProblemCode> {
    let facility = match (asked.facility, session.reach(Role::FacilityAdministrator)?) {
        (Some(facility), _) => {
            session.require(Role::FacilityAdministrator, facility)?;
            Some(facility)
        }
        (None, Reach::Everywhere) => None,
        (None, Reach::Facilities(facilities)) => facilities.first().copied(),
    };
    let limit = list_limit(asked.limit);
    let members = booking
        .0
        .store
        .members(facility, asked.before, limit)
        .await?;
    let listed = |member: StaffMember| Listed {
        id: member.id,
        name: member.name,
        login: member.login,
        state: member.state.as_str(),
        has_second_factor: member.has_second_factor,
        can_change: member.id != session.staff && session.roles.may_manage(&member.duties),
        roles: member.duties.iter().map(RoleAt::from).collect(),
    };
    Ok(Json(members.into_iter().map(listed).collect()))
}

/// Adds a member, who signs in with the temporary password and then chooses another.
///
/// Refuses with `not_signed_in`, `not_allowed`, `invalid_fields`, `bad_request`, `unavailable`.
#[utoipa::path(post, operation_id = "addStaffMember", path = "/api/staff/members", tag = "staff",
    request_body = New, responses((status = 201, description = "Added", body = Added)))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: StaffSession,
    Body(new): Body<New>,
) -> Result<(StatusCode, Json<Added>), Refusal> {
    session.reach(Role::FacilityAdministrator)?;
    let name = name(&new.name)?;
    let login = staff_login(&new.login);
    let login = login.ok_or_else(|| Refusal::field("login", FieldCode::NotValid))?;
    let duties = duties(&new.roles)?;
    if !session.roles.may_manage(&duties) {
        return Err(ProblemCode::NotAllowed.into());
    }
    let temporary_password = temporary_password();
    let member = NewMember {
        name,
        login,
        password_hash: hashed(&booking, &temporary_password).await?,
        duties,
        by: Actor::Staff(session.staff),
        at_ms: unix_now_ms(),
    };
    let id = match booking.0.store.add_member(member).await {
        Err(StoreError::Duplicate(_)) => {
            return Err(Refusal::field("login", FieldCode::Taken));
        }
        Err(StoreError::Invalid(_)) => {
            return Err(Refusal::field("roles", FieldCode::NotValid));
        }
        added => added?,
    };
    let added = Added {
        id,
        temporary_password,
    };
    Ok((StatusCode::CREATED, Json(added)))
}
