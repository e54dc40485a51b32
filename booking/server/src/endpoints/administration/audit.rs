//! `GET /api/staff/audit` and `GET /api/staff/audit/verify`

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::{Query, State},
};
use booking_domain::{AuditEvent, AuditQuery, AuditTrail, Reach, Role};
use ids::FacilityId;
use serde::{Deserialize, Serialize};

use super::super::paging::list_limit;
use crate::{Booking, ProblemCode, audit_chain, staff_session::StaffSession, words};

/// The request.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// Events of a facility. Left out: all that the member may read.
    facility: Option<FacilityId>,
    /// Events of a kind of thing.
    #[param(value_type = Option<words::AuditSubject>)]
    subject: Option<String>,
    /// Events of one thing.
    subject_id: Option<String>,
    /// Events with a smaller number.
    before: Option<u64>,
    /// 1 to 100.
    limit: Option<u32>,
}

/// Events, the newest first.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = StaffAuditEvents)]
pub(crate) struct Listing {
    events: Vec<Listed>,
    /// What the visitors, inmates, terminals and members of staff of whom these events tell are called
    /// today, by their ids.
    names: BTreeMap<String, String>,
}

/// An event.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = StaffAuditEvent)]
struct Listed {
    sequence: u64,
    at_ms: u64,
    /// `system`, `visitor`, `person ID` or `staff ID`.
    actor: String,
    /// What was done. What an older version noted may not be in this list, and is told as it was noted.
    #[schema(value_type = words::AuditStep)]
    action: String,
    /// The kind of thing that it was done to; of an older one the same holds.
    #[schema(value_type = words::AuditSubject)]
    subject: String,
    subject_id: String,
    facility_id: Option<String>,
    /// Whatever else was noted: a JSON object with names of `AuditDetail`. Its `reason` is one of `Cause`, or
    /// somebody's own words.
    detail: String,
}

/// Whether the trail is whole.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = StaffAuditVerification)]
pub(crate) struct Verified {
    /// How many events are sealed, and hold.
    sealed: u64,
    /// How many wait to be sealed.
    waiting: u64,
    broken: Option<Broken>,
}

#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = StaffAuditBreak)]
struct Broken {
    /// The place in the chain, or the number of an inserted event.
    position: u64,
    #[schema(value_type = words::ChainFault)]
    why: &'static str,
}

/// Events of the audit trail, the newest first.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `bad_request`, `unavailable`.
#[utoipa::path(get, operation_id = "staffAudit", path = "/api/staff/audit", tag = "staff",
    params(Asked), responses((status = 200, description = "The events", body = Listing)))]
pub(crate) async fn get(
    State(booking): State<Booking>,
    session: StaffSession,
    Query(asked): Query<Asked>,
) -> Result<Json<Listing>, ProblemCode> {
    let facility = match (asked.facility, session.reach(Role::Auditor)?) {
        (Some(facility), _) => {
            session.require(Role::Auditor, facility)?;
            Some(facility)
        }
        (None, Reach::Everywhere) => None,
        (None, Reach::Facilities(facilities)) => facilities.first().copied(),
    };
    let query = AuditQuery {
        facility,
        subject: asked.subject,
        subject_id: asked.subject_id,
        before: asked.before,
        limit: list_limit(asked.limit),
    };
    let events = booking.0.store.audit_events(query).await?;
    let names = booking.0.store.audit_names(&events).await?;
    let events = events.into_iter().map(listed).collect();
    Ok(Json(Listing { events, names }))
}

fn listed(event: AuditEvent) -> Listed {
    Listed {
        sequence: event.sequence,
        at_ms: event.at_ms,
        actor: event.actor,
        action: event.action,
        subject: event.subject,
        subject_id: event.subject_id,
        facility_id: event.facility,
        detail: event.detail,
    }
}

/// Follows the seals of the whole trail.
///
/// Refuses with `not_signed_in`, `not_allowed`, `unavailable`.
#[utoipa::path(get, operation_id = "staffVerifyAudit", path = "/api/staff/audit/verify", tag = "staff",
    responses((status = 200, description = "Whether the trail is whole", body = Verified)))]
pub(crate) async fn verify(
    State(booking): State<Booking>,
    session: StaffSession,
) -> Result<Json<Verified>, ProblemCode> {
    session.reach(Role::Auditor)?;
    let found = audit_chain::verify_audit(&booking.0.store, &booking.0.vault).await?;
    Ok(Json(Verified {
        sealed: found.sealed,
        waiting: found.waiting,
        broken: found.broken.map(|(position, why)| Broken {
            position,
            why: why.as_str(),
        }),
    }))
}
