//! `POST /api/visitor/inmate-lookup`

use axum::{Json, extract::State};
use booking_domain::applications::Applications;
use ids::FacilityId;
use serde::{Deserialize, Serialize};

use crate::{Booking, endpoints::Body, refusal::Refusal, visitor_session::VisitorSession};

/// The request.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = InmateLookup)]
pub(crate) struct Lookup {
    facility_id: FacilityId,
    /// The inmate number 呼號.
    number: String,
    /// The full name.
    inmate_name: String,
}

/// The answer.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = InmateMatch)]
pub(crate) struct Match {
    /// Whether the facility holds somebody by this number and this name. Of one without the other nothing is
    /// told.
    matches: bool,
}

/// Whether a facility holds somebody by a number and a name. A person may ask twenty times an hour.
///
/// Refuses with `not_signed_in`, `bad_request`, `too_many_requests`, `unavailable`.
#[utoipa::path(post, operation_id = "lookUpInmate", path = "/api/visitor/inmate-lookup", tag = "visitor",
    request_body = Lookup, responses((status = 200, body = Match)))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: VisitorSession,
    Body(lookup): Body<Lookup>,
) -> Result<Json<Match>, Refusal> {
    booking.0.lookup_limit.count(session.person)?;
    let Lookup {
        facility_id,
        number,
        inmate_name,
    } = lookup;
    let found = booking
        .0
        .store
        .find_inmate(facility_id, number.trim(), &inmate_name)
        .await?;
    Ok(Json(Match {
        matches: found.is_some(),
    }))
}
