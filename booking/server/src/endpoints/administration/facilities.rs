//! `GET` and `POST /api/staff/facilities`

use axum::{Json, extract::State, http::StatusCode};
use booking_domain::{Actor, Duty, Facilities, FacilityContact, NewFacility};
use ids::FacilityId;
use serde::{Deserialize, Serialize};
use telemetry::clock::unix_now_ms;

use super::{super::Body, everywhere, name};
use crate::{
    Booking, FieldCode, ProblemCode,
    refusal::Refusal,
    staff_session::{AnyStaffSession, StaffSession},
};

/// A facility.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = StaffFacility)]
pub(crate) struct Listed {
    id: FacilityId,
    name: String,
    /// As the IANA database names it.
    time_zone: String,
}

/// A new facility. Its settings begin with the defaults.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewFacility)]
pub(crate) struct New {
    name: String,
    /// As the IANA database names it.
    time_zone: String,
    /// Where its staff are told about bookings.
    contact_email: Option<String>,
    /// The number that people can call.
    contact_telephone: Option<String>,
    /// What it is called in Latin letters, for those who do not read Chinese.
    latin_name: Option<String>,
}

/// The facilities at which the member has a role, by name. Who is still to change the password is told too.
///
/// Refuses with `not_signed_in`, `unavailable`.
#[utoipa::path(get, operation_id = "staffFacilities", path = "/api/staff/facilities", tag = "staff",
    responses((status = 200, description = "The facilities", body = Vec<Listed>)))]
pub(crate) async fn get(
    State(booking): State<Booking>,
    session: AnyStaffSession,
) -> Result<Json<Vec<Listed>>, ProblemCode> {
    let member = session.complete()?;
    let facilities = booking.0.store.facilities().await?;
    let near = |facility: FacilityId| {
        let mut places = member.duties.iter().map(Duty::facility);
        places.any(|place| place.is_none_or(|place| place == facility))
    };
    let listed = facilities
        .into_iter()
        .filter(|facility| near(facility.id))
        .map(|facility| Listed {
            id: facility.id,
            name: facility.name.own,
            time_zone: facility.time_zone,
        });
    Ok(Json(listed.collect()))
}

/// Adds a facility.
///
/// Refuses with `not_signed_in`, `not_allowed`, `invalid_fields`, `bad_request`, `unavailable`.
#[utoipa::path(post, operation_id = "addFacility", path = "/api/staff/facilities", tag = "staff",
    request_body = New, responses((status = 201, description = "Added", body = Listed)))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: StaffSession,
    Body(new): Body<New>,
) -> Result<(StatusCode, Json<Listed>), Refusal> {
    everywhere(&session)?;
    let name = name(&new.name)?;
    if jiff::tz::TimeZone::get(&new.time_zone).is_err() {
        return Err(Refusal::field("time_zone", FieldCode::NotValid));
    }
    let contact = FacilityContact {
        email: FacilityContact::email(new.contact_email.as_deref())
            .map_err(|fault| Refusal::fault("contact_email", fault))?,
        latin_name: FacilityContact::latin_name(new.latin_name.as_deref())
            .map_err(|fault| Refusal::fault("latin_name", fault))?,
        telephone: FacilityContact::telephone(new.contact_telephone.as_deref())
            .map_err(|fault| Refusal::fault("contact_telephone", fault))?,
    };
    let facility = NewFacility {
        name: name.clone(),
        time_zone: new.time_zone.clone(),
    };
    let by = Actor::Staff(session.staff);
    let store = &booking.0.store;
    let id = store
        .found_facility(facility, contact, by, unix_now_ms())
        .await?;
    let added = Listed {
        id,
        name,
        time_zone: new.time_zone,
    };
    Ok((StatusCode::CREATED, Json(added)))
}
