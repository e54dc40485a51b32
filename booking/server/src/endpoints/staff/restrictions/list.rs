//! `GET /api/staff/restrictions`

use axum::{
    Json,
    extract::{Query, State},
};
use booking_domain::{
    AuditSubject, Role,
    applications::{Restriction, Restrictions, RestrictionsPage},
};
use ids::{FacilityId, InmateId, PersonId, RestrictionId};
use serde::{Deserialize, Serialize};

use crate::{
    Booking, ProblemCode,
    endpoints::{
        deeds::{self, DeedBody},
        paging::Page,
    },
    staff_session::StaffSession,
};

/// Whose restrictions.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Whose {
    facility: FacilityId,
}

/// A restriction. Times are Unix milliseconds.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Restriction)]
pub(crate) struct RestrictionBody {
    id: RestrictionId,
    facility_id: FacilityId,
    person_id: Option<PersonId>,
    person_name: Option<String>,
    inmate_id: Option<InmateId>,
    inmate_name: Option<String>,
    inmate_number: Option<String>,
    /// `no_contact`, `inmate_declines`, `breach`, `no_show`, `discipline` or `other`.
    #[schema(value_type = crate::words::RestrictionKind)]
    kind: &'static str,
    reason: String,
    from_ms: u64,
    /// None: until it is lifted.
    until_ms: Option<u64>,
    /// Who made it; none: the service.
    staff_name: Option<String>,
    created_at_ms: u64,
    lifted_at_ms: Option<u64>,
    deeds: Vec<DeedBody>,
}

impl RestrictionBody {
    fn new(restriction: Restriction, deeds: Vec<DeedBody>) -> Self {
        let (person_id, person_name) = restriction.person.unzip();
        let (inmate_id, inmate_name, inmate_number) = match restriction.inmate {
            Some((id, name, number)) => (Some(id), Some(name), Some(number)),
            None => (None, None, None),
        };
        Self {
            id: restriction.id,
            facility_id: restriction.facility,
            person_id,
            person_name,
            inmate_id,
            inmate_name,
            inmate_number,
            kind: restriction.kind.as_str(),
            reason: restriction.reason,
            from_ms: restriction.from_ms,
            until_ms: restriction.until_ms,
            staff_name: restriction.staff_name,
            created_at_ms: restriction.created_at_ms,
            lifted_at_ms: restriction.lifted_at_ms,
            deeds,
        }
    }
}

/// The restrictions of a facility, in force or not, the newest first.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `bad_request`, `unavailable`.
#[utoipa::path(get, operation_id = "restrictions", path = "/api/staff/restrictions", tag = "staff",
    params(Whose, Page), responses((status = 200, body = [RestrictionBody])))]
pub(crate) async fn get(
    State(booking): State<Booking>,
    session: StaffSession,
    Query(whose): Query<Whose>,
    Query(page): Query<Page>,
) -> Result<Json<Vec<RestrictionBody>>, ProblemCode> {
    session.require(Role::Reviewer, whose.facility)?;
    let page = RestrictionsPage {
        facility: whose.facility,
        before: page.before()?,
        limit: page.limit(),
    };
    let found = booking.0.store.restrictions(page).await?;
    let ids = found.iter().map(|restriction| restriction.id);
    let mut told = deeds::of_all(&booking, AuditSubject::Restriction, ids).await?;
    let body = |restriction: Restriction| {
        let deeds = told.take(restriction.id);
        RestrictionBody::new(restriction, deeds)
    };
    Ok(Json(found.into_iter().map(body).collect()))
}
