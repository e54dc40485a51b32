//! `GET`, `POST /api/staff/facilities/{facility}/closures`

use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
};
use booking_domain::{AuditSubject, ClosureFault, ClosurePlan, ClosuresPage, ListedClosure, Slots};
use ids::{ClosureId, FacilityId};
use serde::{Deserialize, Serialize};
use telemetry::clock::unix_now_ms;

use super::{date, scheduled};
use crate::{
    Booking, FieldCode, ProblemCode,
    endpoints::{
        Body,
        deeds::{self, DeedBody},
        paging::Part,
    },
    refusal::Refusal,
    staff_session::StaffSession,
};

/// A closure to be.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewClosure)]
pub(crate) struct NewClosure {
    /// The first date.
    from_date: String,
    /// The last date.
    to_date: String,
    /// Batches that begin from this minute of the local day on; left out with `to_minute`: the whole day.
    from_minute: Option<u16>,
    /// Up to this one, which is not closed any more.
    to_minute: Option<u16>,
    /// Why, as visitors read it.
    reason: String,
}

/// A closure.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Closure)]
pub(crate) struct Listed {
    id: ClosureId,
    from_date: String,
    to_date: String,
    from_minute: Option<u16>,
    to_minute: Option<u16>,
    reason: String,
    /// It closes every facility, and is lifted for all of them.
    everywhere: bool,
    /// Unix milliseconds; none: it is in force.
    lifted_at_ms: Option<u64>,
    deeds: Vec<DeedBody>,
}

/// What was added.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = AddedClosure)]
pub(crate) struct Added {
    pub(super) id: ClosureId,
    /// How many visits it touched.
    pub(super) visits: usize,
}

/// The closures, those that were lifted too: the latest days first.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `bad_request`, `unavailable`.
#[utoipa::path(get, operation_id = "closures", path = "/api/staff/facilities/{facility}/closures", tag = "staff",
    params(("facility" = FacilityId, Path), Part),
    responses((status = 200, description = "The closures", body = Vec<Listed>)))]
pub(crate) async fn get(
    State(booking): State<Booking>,
    session: StaffSession,
    Path(facility): Path<String>,
    Query(part): Query<Part>,
) -> Result<Json<Vec<Listed>>, ProblemCode> {
    let facility = scheduled(&session, &facility)?;
    let page = ClosuresPage {
        facility,
        after: part.after()?,
        limit: part.limit(),
    };
    let closures = booking.0.store.closures(page).await?;
    let ids = closures.iter().map(|listed| listed.closure.id);
    let mut told = deeds::of_all(&booking, AuditSubject::Closure, ids).await?;
    let listed = |closure: ListedClosure| {
        let deeds = told.take(closure.closure.id);
        listed(closure, deeds)
    };
    Ok(Json(closures.into_iter().map(listed).collect()))
}

/// Adds a closure. Confirmed visits that it touches are flagged, holds are taken back, and everybody concerned
/// is told.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `bad_request`, `invalid_fields`, `unavailable`.
#[utoipa::path(post, operation_id = "addClosure", path = "/api/staff/facilities/{facility}/closures", tag = "staff",
    params(("facility" = FacilityId, Path)), request_body = NewClosure,
    responses((status = 201, description = "Added", body = Added)))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: StaffSession,
    Path(facility): Path<String>,
    Body(closure): Body<NewClosure>,
) -> Result<(StatusCode, Json<Added>), Refusal> {
    let facility = scheduled(&session, &facility)?;
    let plan = closure.plan()?;
    let store = &booking.0.store;
    let (id, visits) = store
        .add_closure(Some(facility), plan, session.staff, unix_now_ms())
        .await?;
    tracing::info!(%facility, closure = %id, visits, "a closure was added");
    Ok((StatusCode::CREATED, Json(Added { id, visits })))
}

impl NewClosure {
    /// The closure, if it can be.
    pub(super) fn plan(self) -> Result<ClosurePlan, Refusal> {
        let mut wrong = Vec::new();
        let from = date("from_date", &self.from_date, &mut wrong);
        let to = date("to_date", &self.to_date, &mut wrong);
        let (Some(from), Some(to)) = (from, to) else {
            return Err(Refusal::Fields(wrong));
        };
        let minutes = match (self.from_minute, self.to_minute) {
            (None, None) => None,
            (Some(from), Some(to)) => Some((from, to)),
            _ => return Err(Refusal::field("to_minute", FieldCode::Required)),
        };
        let plan = ClosurePlan {
            from,
            to,
            minutes,
            reason: self.reason.trim().to_owned(),
        };
        match plan.check() {
            Ok(()) => Ok(plan),
            Err(fault) => Err(Refusal::field(field_of(fault), FieldCode::NotValid)),
        }
    }
}

const fn field_of(fault: ClosureFault) -> &'static str {
    match fault {
        ClosureFault::Dates => "to_date",
        ClosureFault::Minutes => "to_minute",
        ClosureFault::Reason => "reason",
    }
}

fn listed(listed: ListedClosure, deeds: Vec<DeedBody>) -> Listed {
    let ListedClosure {
        closure,
        lifted_at_ms,
    } = listed;
    let plan = closure.plan;
    Listed {
        id: closure.id,
        from_date: plan.from.to_string(),
        to_date: plan.to.to_string(),
        from_minute: plan.minutes.map(|(from, _)| from),
        to_minute: plan.minutes.map(|(_, to)| to),
        reason: plan.reason,
        everywhere: closure.everywhere,
        lifted_at_ms,
        deeds,
    }
}
