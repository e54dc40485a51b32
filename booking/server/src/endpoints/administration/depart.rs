//! `POST /api/staff/inmates/{id}/transfer` and `…/release`

use axum::{
    Json,
    extract::{Path, State},
};
use booking_domain::{
    Actor, Departed, Departure, Facilities, Inmates, Role, StoreError, is_inmate_number,
};
use ids::{FacilityId, InmateId};
use serde::{Deserialize, Serialize};
use telemetry::clock::unix_now_ms;

use super::super::Body;
use crate::{Booking, FieldCode, ProblemCode, refusal::Refusal, staff_session::StaffSession};

/// Where to.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = InmateTransfer)]
pub(crate) struct Transfer {
    facility_id: FacilityId,
    /// The number there.
    number: String,
}

/// What followed.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = InmateLeft)]
pub(crate) struct Left {
    /// The inmate's id at the other facility.
    new_id: Option<InmateId>,
    /// How many applications ended.
    applications: usize,
    /// How many visits are to be looked at.
    visits: usize,
}

/// An inmate goes to another facility. Applications for the inmate here end, visits to come wait until
/// staff have looked at them, and everybody concerned is told.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `invalid_fields`, `changed_meanwhile`,
/// `bad_request`, `unavailable`.
#[utoipa::path(post, operation_id = "transferInmate", path = "/api/staff/inmates/{id}/transfer",
    tag = "staff", params(("id" = InmateId, Path)), request_body = Transfer,
    responses((status = 200, description = "Noted", body = Left)))]
pub(crate) async fn transfer(
    State(booking): State<Booking>,
    session: StaffSession,
    Path(inmate): Path<String>,
    Body(transfer): Body<Transfer>,
) -> Result<Json<Left>, Refusal> {
    let (inmate, from) = present(&booking, &session, &inmate).await?;
    let number = transfer.number.trim().to_owned();
    if !is_inmate_number(&number) {
        return Err(Refusal::field("number", FieldCode::NotValid));
    }
    let to = transfer.facility_id;
    if to == from || booking.0.store.facility(to).await?.is_none() {
        return Err(Refusal::field("facility_id", FieldCode::NotValid));
    }
    leave(&booking, &session, inmate, from, Some((to, number))).await
}

/// An inmate is released. Applications end, visits to come wait until staff have looked at them, and
/// everybody concerned is told.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `changed_meanwhile`, `unavailable`.
#[utoipa::path(post, operation_id = "releaseInmate", path = "/api/staff/inmates/{id}/release",
    tag = "staff", params(("id" = InmateId, Path)),
    responses((status = 200, description = "Noted", body = Left)))]
pub(crate) async fn release(
    State(booking): State<Booking>,
    session: StaffSession,
    Path(inmate): Path<String>,
) -> Result<Json<Left>, Refusal> {
    let (inmate, from) = present(&booking, &session, &inmate).await?;
    leave(&booking, &session, inmate, from, None).await
}

/// An inmate whose facility the member administers.
async fn present(
    booking: &Booking,
    session: &StaffSession,
    inmate: &str,
) -> Result<(InmateId, FacilityId), ProblemCode> {
    session.reach(Role::FacilityAdministrator)?;
    let inmate: InmateId = inmate.parse().map_err(|_| ProblemCode::NotFound)?;
    let known = booking.0.store.inmate(inmate).await?;
    let known = known.ok_or(ProblemCode::NotFound)?;
    session.require(Role::FacilityAdministrator, known.facility)?;
    Ok((inmate, known.facility))
}

async fn leave(
    booking: &Booking,
    session: &StaffSession,
    inmate: InmateId,
    facility: FacilityId,
    to: Option<(FacilityId, String)>,
) -> Result<Json<Left>, Refusal> {
    let departure = Departure {
        inmate,
        facility,
        to,
        by: Actor::Staff(session.staff),
        at_ms: unix_now_ms(),
    };
    match booking.0.store.depart(departure).await {
        Ok(Departed::Done {
            there,
            applications,
            visits,
        }) => Ok(Json(Left {
            new_id: there,
            applications,
            visits,
        })),
        Ok(Departed::NotPresent) => Err(ProblemCode::ChangedMeanwhile.into()),
        Err(StoreError::Duplicate(_)) => Err(Refusal::field("number", FieldCode::Taken)),
        Err(error) => Err(error.into()),
    }
}
