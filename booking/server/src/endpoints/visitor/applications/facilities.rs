//! `GET /api/facilities`

use axum::{Json, extract::State};
use booking_domain::Facilities;
use ids::FacilityId;
use serde::Serialize;

use crate::{Booking, ProblemCode, locale::Asked};

/// A facility that one can apply to.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = FacilityName)]
pub(crate) struct FacilityBody {
    id: FacilityId,
    name: String,
    /// Where one can call.
    telephone: Option<String>,
}

/// The facilities, by name. Anybody may ask.
#[utoipa::path(get, operation_id = "facilities", path = "/api/facilities", tag = "visitor",
    responses((status = 200, body = [FacilityBody])))]
pub(crate) async fn get(
    State(booking): State<Booking>,
    Asked(locale): Asked,
) -> Result<Json<Vec<FacilityBody>>, ProblemCode> {
    let facilities = booking.0.store.facilities().await?;
    let facilities = facilities.into_iter().map(|facility| FacilityBody {
        id: facility.id,
        name: facility.name.written_in(locale),
        telephone: facility.telephone,
    });
    Ok(Json(facilities.collect()))
}
