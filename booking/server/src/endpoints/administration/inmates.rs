//! `GET` and `POST /api/staff/inmates`

use axum::{
    Json,
    extract::{Query, State},
    http::StatusCode,
};
use booking_domain::{
    Actor, InmateInfo, InmateQuery, InmateRow, InmateState, Inmates, Role, RowFault, StoreError,
};
use ids::{FacilityId, InmateId};
use serde::{Deserialize, Serialize};
use telemetry::clock::unix_now_ms;

use super::super::{Body, paging::list_limit, search};
use crate::{Booking, FieldCode, ProblemCode, refusal::Refusal, staff_session::StaffSession};

/// The longest text to look for, characters.
const MAX_TEXT: usize = 80;

/// The request.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// Whose inmates.
    facility: FacilityId,
    /// The beginning of a number, or a part of a name.
    q: Option<String>,
    /// `present`, `transferred` or `released`.
    state: Option<String>,
    /// Those added before this one.
    before: Option<InmateId>,
    /// 1 to 100.
    limit: Option<u32>,
}

/// An inmate.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = StaffInmate)]
pub(crate) struct Listed {
    id: InmateId,
    facility_id: FacilityId,
    number: String,
    name: String,
    first_name: String,
    /// `present`, `transferred` or `released`.
    #[schema(value_type = crate::words::InmateState)]
    state: &'static str,
    left_at_ms: Option<u64>,
}

/// A new inmate.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewInmate)]
pub(crate) struct New {
    facility_id: FacilityId,
    /// Four or six digits.
    number: String,
    name: String,
    /// The name without the family name.
    first_name: String,
}

/// The inmates of a facility, the newest first.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `invalid_fields`, `bad_request`,
/// `unavailable`.
#[utoipa::path(get, operation_id = "staffInmates", path = "/api/staff/inmates", tag = "staff",
    params(Asked), responses((status = 200, description = "The inmates", body = Vec<Listed>)))]
pub(crate) async fn get(
    State(booking): State<Booking>,
    session: StaffSession,
    Query(asked): Query<Asked>,
) -> Result<Json<Vec<Listed>>, Refusal> {
    session.require_any([Role::Reviewer, Role::Scheduler], asked.facility)?;
    let state = asked.state.as_deref().map(|word| {
        InmateState::parse(word).ok_or_else(|| Refusal::field("state", FieldCode::NotValid))
    });
    let query = InmateQuery {
        facility: asked.facility,
        text: search::text(asked.q, MAX_TEXT)?,
        state: state.transpose()?,
        before: asked.before,
        limit: list_limit(asked.limit),
    };
    let found = booking.0.store.find_inmates(query).await?;
    Ok(Json(found.into_iter().map(listed).collect()))
}

fn listed(inmate: InmateInfo) -> Listed {
    Listed {
        id: inmate.id,
        facility_id: inmate.facility,
        number: inmate.row.number,
        name: inmate.row.name,
        first_name: inmate.row.first_name,
        state: inmate.state.as_str(),
        left_at_ms: inmate.left_at_ms,
    }
}

/// Adds an inmate. A number is free once the inmate who had it has left.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `invalid_fields`, `bad_request`,
/// `unavailable`.
#[utoipa::path(post, operation_id = "addInmate", path = "/api/staff/inmates", tag = "staff",
    request_body = New, responses((status = 201, description = "Added", body = Listed)))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: StaffSession,
    Body(new): Body<New>,
) -> Result<(StatusCode, Json<Listed>), Refusal> {
    session.require(Role::FacilityAdministrator, new.facility_id)?;
    let row = InmateRow::new(&new.number, &new.name, &new.first_name).map_err(refused)?;
    let by = Actor::Staff(session.staff);
    let store = &booking.0.store;
    let added = store
        .admit_inmate(new.facility_id, row.clone(), by, unix_now_ms())
        .await;
    match added {
        Ok(id) => {
            let added = InmateInfo {
                id,
                facility: new.facility_id,
                row,
                state: InmateState::Present,
                left_at_ms: None,
            };
            Ok((StatusCode::CREATED, Json(listed(added))))
        }
        Err(StoreError::Duplicate(_)) => Err(Refusal::field("number", FieldCode::Taken)),
        Err(StoreError::Invalid(_)) => Err(ProblemCode::NotFound.into()),
        Err(error) => Err(error.into()),
    }
}

fn refused(fault: RowFault) -> Refusal {
    let field = match fault {
        RowFault::Name => "name",
        RowFault::FirstName => "first_name",
        _ => "number",
    };
    Refusal::field(field, FieldCode::NotValid)
}
