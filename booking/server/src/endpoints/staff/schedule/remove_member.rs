//! `POST /api/staff/visits/{visit}/party/{person}/remove`

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use booking_domain::{PartyRemoval, StaffBookings};
use ids::{PersonId, VisitId};
use serde::Deserialize;
use telemetry::clock::unix_now_ms;

use super::{change_refused, party_of, reason, visit};
use crate::{Booking, ProblemCode, endpoints::Body, refusal::Refusal, staff_session::StaffSession};

/// The request.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RemoveFromParty)]
pub(crate) struct Removal {
    /// Why, as the person reads it. The others are not told.
    reason: String,
}

/// Takes one of several out of the party of a visit that has not begun. All are told; a flagged visit stays flagged,
/// and any visit is where no adult is left. Answers 204.
///
/// Refuses with `not_signed_in`, `not_allowed`, `visit_not_found`, `visit_not_changeable`, `party_size` (nobody would
/// be left: it is called off instead), `bad_request`, `reason_length`, `unavailable`.
#[utoipa::path(post, operation_id = "removeFromParty", path = "/api/staff/visits/{visit}/party/{person}/remove", tag = "staff",
    params(("visit" = VisitId, Path), ("person" = PersonId, Path)), request_body = Removal,
    responses((status = 204, description = "Taken out")))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: StaffSession,
    Path((visit, person)): Path<(String, String)>,
    Body(removal): Body<Removal>,
) -> Result<StatusCode, Refusal> {
    let (visit, facility) = self::visit(&booking, &session, &visit).await?;
    let person: PersonId = person.parse().map_err(|_| ProblemCode::VisitNotFound)?;
    let removal = PartyRemoval {
        facility,
        visit,
        person,
        born: party_of(&booking, visit).await?,
        reason: reason(&removal.reason)?,
        by: session.staff,
        now_ms: unix_now_ms(),
    };
    let removed = booking.0.store.remove_from_party(removal).await;
    let removed = removed.map_err(change_refused)?;
    if removed.links > 0 {
        // Somebody may be waiting with a link already.
        let (seat, next) = (removed.seat, removed.links.saturating_add(1));
        booking.0.live.link_reissued(visit, seat, next).await;
    }
    tracing::info!(%visit, staff = %session.staff, "somebody was taken out of a party");
    Ok(StatusCode::NO_CONTENT)
}
