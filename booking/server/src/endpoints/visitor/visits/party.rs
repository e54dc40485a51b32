//! `PUT /api/visitor/visits/{visit}/party`

use axum::{
    Json,
    extract::{Path, State},
};
use booking_domain::Bookings;
use ids::{CompanionId, VisitId};
use serde::Deserialize;
use telemetry::clock::unix_now_ms;

use super::{
    change_refused, own,
    view::{View, view},
};
use crate::{Booking, ProblemCode, endpoints::Body, visitor_session::VisitorSession};

/// The request.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChangeParty)]
pub(crate) struct Party {
    /// All who come along with the applicant, two at most.
    companions: Vec<CompanionId>,
}

/// The applicant says who comes along, until the visit opens. Everybody concerned is told.
///
/// Refuses with `not_signed_in`, `bad_request`, `visit_not_found`, `visit_not_changeable`, `not_approved`,
/// `restricted`, `already_busy`, `minor_without_adult`, `party_size`, `unavailable`.
#[utoipa::path(put, operation_id = "changeParty", path = "/api/visitor/visits/{visit}/party", tag = "visitor",
    params(("visit" = VisitId, Path)), request_body = Party,
    responses((status = 200, description = "Changed", body = View)))]
pub(crate) async fn put(
    State(booking): State<Booking>,
    session: VisitorSession,
    Path(visit): Path<String>,
    Body(party): Body<Party>,
) -> Result<Json<View>, ProblemCode> {
    let before = own(&booking, &session, &visit).await?;
    if before.applicant != Some(session.person) {
        return Err(ProblemCode::VisitNotChangeable);
    }
    let party = super::party(&booking, session.person, before.inmate, &party.companions).await?;
    let now_ms = unix_now_ms();
    let changed = booking.0.store.change_party(before.id, party, now_ms).await;
    changed.map_err(change_refused)?;
    let visit = own(&booking, &session, &visit).await?;
    Ok(Json(view(visit, &session, now_ms)))
}
