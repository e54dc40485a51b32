//! `GET /api/staff/visitors`

use axum::{
    Json,
    extract::{Query, State},
};
use booking_domain::{
    Role,
    applications::{FacilityVisitor, FacilityVisitors, VisitorQuery},
};
use ids::{ApplicationId, FacilityId, InmateId, PersonId};
use serde::{Deserialize, Serialize};

use crate::{
    Booking,
    endpoints::{paging::list_limit, search},
    refusal::Refusal,
    staff_session::StaffSession,
};

/// The longest text that is looked for, characters.
const MAX_TEXT: usize = 100;

/// Whom to find.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    facility: FacilityId,
    /// What the name holds.
    q: Option<String>,
    /// Only those who are approved for this inmate.
    approved_for: Option<InmateId>,
    /// Only what follows the entry of this application.
    after: Option<ApplicationId>,
    /// How many at most; 100 where nothing is said.
    limit: Option<u32>,
}

/// Somebody who has applied for an inmate.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = StaffVisitor)]
pub(crate) struct Listed {
    /// The latest application for the inmate, by which the list goes on.
    application_id: ApplicationId,
    person_id: PersonId,
    name: String,
    inmate_id: InmateId,
    inmate_name: String,
    #[schema(value_type = crate::words::Relationship)]
    relationship: &'static str,
}

/// Those who have applied at a facility, by name, to choose from for restrictions and exceptions.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `invalid_fields`, `bad_request`,
/// `unavailable`.
#[utoipa::path(get, operation_id = "staffVisitors", path = "/api/staff/visitors", tag = "staff",
    params(Asked), responses((status = 200, description = "The visitors", body = Vec<Listed>)))]
pub(crate) async fn get(
    State(booking): State<Booking>,
    session: StaffSession,
    Query(asked): Query<Asked>,
) -> Result<Json<Vec<Listed>>, Refusal> {
    session.require_any([Role::Reviewer, Role::Scheduler], asked.facility)?;
    let query = VisitorQuery {
        facility: asked.facility,
        text: search::text(asked.q, MAX_TEXT)?,
        approved_for: asked.approved_for,
        after: asked.after,
        limit: list_limit(asked.limit),
    };
    let found = booking.0.store.find_visitors(query).await?;
    Ok(Json(found.into_iter().map(listed).collect()))
}

fn listed(visitor: FacilityVisitor) -> Listed {
    Listed {
        application_id: visitor.application,
        person_id: visitor.person,
        name: visitor.name,
        inmate_id: visitor.inmate,
        inmate_name: visitor.inmate_name,
        relationship: visitor.relationship.as_str(),
    }
}
