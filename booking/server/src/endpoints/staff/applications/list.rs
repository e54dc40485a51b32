//! `GET /api/staff/applications`

use axum::{
    Json,
    extract::{Query, State},
};
use booking_domain::{
    Role,
    applications::{ApplicationState, ReviewPage, ReviewedApplication, Reviews},
};
use ids::FacilityId;
use protocol::Locale;
use serde::{Deserialize, Serialize};

use crate::{
    Booking, ProblemCode,
    endpoints::{paging::Part, search, visitor::ApplicationBody},
    refusal::Refusal,
    staff_session::StaffSession,
};

/// The longest text that is looked for, characters.
const LONGEST: usize = 100;

/// Which applications.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Queue {
    /// Whose.
    facility: FacilityId,
    /// In which state; left out: in any but `draft`.
    state: Option<String>,
    /// A part of the applicant's or the inmate's name, the beginning of the inmate number, or the end of the
    /// application's id, which people read as its number.
    q: Option<String>,
}

/// An application, as reviewers see it in a list.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = ReviewedApplication)]
pub(crate) struct ReviewedBody {
    #[serde(flatten)]
    application: ApplicationBody,
    applicant_name: String,
    /// Who has it, or decided it.
    reviewer_name: Option<String>,
}

impl ReviewedBody {
    /// An application for a reader of a language.
    pub(super) fn new(reviewed: ReviewedApplication, locale: Locale) -> Self {
        Self {
            application: ApplicationBody::new(reviewed.application, locale),
            applicant_name: reviewed.applicant_name,
            reviewer_name: reviewed.reviewer_name,
        }
    }
}

/// The applications of a facility, without what identifies their applicants: those that wait in the order in
/// which they were handed in, others the newest first.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `bad_request`, `invalid_fields`, `unavailable`.
#[utoipa::path(get, operation_id = "applicationsForReview", path = "/api/staff/applications",
    tag = "staff", params(Queue, Part), responses((status = 200, body = [ReviewedBody])))]
pub(crate) async fn get(
    State(booking): State<Booking>,
    session: StaffSession,
    Query(queue): Query<Queue>,
    Query(part): Query<Part>,
) -> Result<Json<Vec<ReviewedBody>>, Refusal> {
    session.require(Role::Reviewer, queue.facility)?;
    let state = queue.state.as_deref().filter(|state| !state.is_empty());
    let state = state.map(ApplicationState::parse).transpose();
    let page = ReviewPage {
        facility: queue.facility,
        state: state.map_err(|_| ProblemCode::BadRequest)?,
        text: search::text(queue.q, LONGEST)?,
        after: part.after()?,
        limit: part.limit(),
    };
    let found = booking.0.store.applications_for_review(page).await?;
    let body = |reviewed| ReviewedBody::new(reviewed, session.locale);
    Ok(Json(found.into_iter().map(body).collect()))
}
