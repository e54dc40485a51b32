//! `POST /api/staff/restrictions`

use axum::{Json, extract::State, http::StatusCode};
use booking_domain::{
    Role,
    applications::{NewRestriction, RestrictionKind, Restrictions},
};
use ids::{FacilityId, InmateId, PersonId, RestrictionId};
use serde::{Deserialize, Serialize};
use telemetry::clock::unix_now_ms;

use crate::{
    Booking, FieldCode,
    endpoints::{Body, reason, visitor::refusal},
    refusal::Refusal,
    staff_session::StaffSession,
};

/// The request. Of person and inmate at least one is there.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Restrict)]
pub(crate) struct Restrict {
    facility_id: FacilityId,
    /// Who may not visit.
    person_id: Option<PersonId>,
    /// Who may not be visited.
    inmate_id: Option<InmateId>,
    /// As in the list.
    #[schema(value_type = crate::words::RestrictionKind)]
    kind: String,
    /// 5 to 500 characters.
    reason: String,
    /// From when, Unix milliseconds; left out: from now on.
    from_ms: Option<u64>,
    /// Until when, Unix milliseconds; left out: until it is lifted.
    until_ms: Option<u64>,
}

/// The restriction that was made.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Restricted)]
pub(crate) struct Restricted {
    id: RestrictionId,
}

/// Restricts a person, an inmate, or a person with an inmate. The visits that it touches are flagged, and
/// their visitors told.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `bad_request`, `invalid_fields`, `unavailable`.
#[utoipa::path(post, operation_id = "restrict", path = "/api/staff/restrictions", tag = "staff",
    request_body = Restrict, responses((status = 201, body = Restricted)))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: StaffSession,
    Body(restrict): Body<Restrict>,
) -> Result<(StatusCode, Json<Restricted>), Refusal> {
    session.require(Role::Reviewer, restrict.facility_id)?;
    let now_ms = unix_now_ms();
    let reason = reason::checked("reason", &restrict.reason)?;
    let kind = RestrictionKind::parse(&restrict.kind)
        .map_err(|_| Refusal::field("kind", FieldCode::NotValid))?;
    if restrict.person_id.is_none() && restrict.inmate_id.is_none() {
        return Err(Refusal::field("person_id", FieldCode::Required));
    }
    let from_ms = restrict.from_ms.unwrap_or(now_ms);
    if restrict
        .until_ms
        .is_some_and(|until_ms| until_ms <= from_ms)
    {
        return Err(Refusal::field("until_ms", FieldCode::NotValid));
    }
    let restriction = NewRestriction {
        facility: restrict.facility_id,
        person: restrict.person_id,
        inmate: restrict.inmate_id,
        kind,
        reason,
        from_ms,
        until_ms: restrict.until_ms,
        staff: session.staff,
        at_ms: now_ms,
    };
    let id = booking.0.store.restrict(restriction).await;
    let id = id.map_err(refusal)?;
    tracing::info!(restriction = %id, staff = %session.staff, "a restriction was made");
    Ok((StatusCode::CREATED, Json(Restricted { id })))
}
