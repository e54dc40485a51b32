//! `POST /api/visitor/applications`

use axum::{Json, extract::State, http::StatusCode};
use booking_domain::applications::{Applications, NewApplication};
use ids::FacilityId;
use serde::Deserialize;
use telemetry::clock::unix_now_ms;

use super::{ApplicationBody, body::ServicesBody, form::Form, refusal, show::shown};
use crate::{
    Booking, ProblemCode, endpoints::Body, refusal::Refusal, visitor_session::VisitorSession,
};

/// The longest name and the longest number that are looked for, characters.
const LONGEST: usize = 100;

/// The request.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BeginApplication)]
pub(crate) struct Begin {
    facility_id: FacilityId,
    /// The inmate number 呼號.
    number: String,
    /// The full name.
    inmate_name: String,
    /// As in the answer.
    #[schema(value_type = crate::words::Relationship)]
    relationship: String,
    /// The urgent ground that `other` needs, 5 to 500 characters.
    ground: Option<String>,
    services: ServicesBody,
}

/// Begins an application for an inmate, who is named by number and name. Counts among the lookups of an hour.
///
/// Refuses with `not_signed_in`, `bad_request`, `invalid_fields`, `inmate_not_found`, `application_exists`,
/// `too_many_open`, `too_many_requests`, `unavailable`.
#[utoipa::path(post, operation_id = "beginApplication", path = "/api/visitor/applications",
    tag = "visitor", request_body = Begin,
    responses((status = 201, body = ApplicationBody)))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: VisitorSession,
    Body(begin): Body<Begin>,
) -> Result<(StatusCode, Json<ApplicationBody>), Refusal> {
    let mut form = Form::default();
    let number = form.text("number", &begin.number, LONGEST);
    let inmate_name = form.text("inmate_name", &begin.inmate_name, LONGEST);
    let relationship = form.relationship(&begin.relationship);
    let ground = form.ground(begin.ground);
    let services = form.services(begin.services);
    form.checked()?;
    let relationship = relationship.ok_or(ProblemCode::BadRequest)?;
    booking.0.lookup_limit.count(session.person)?;
    let facility = begin.facility_id;
    let found = booking
        .0
        .store
        .find_inmate(facility, &number, &inmate_name)
        .await?;
    let application = NewApplication {
        person: session.person,
        inmate: found.ok_or(ProblemCode::InmateNotFound)?,
        relationship,
        ground,
        services,
        at_ms: unix_now_ms(),
    };
    let id = booking.0.store.begin_application(application).await;
    let id = id.map_err(refusal)?;
    tracing::info!(application = %id, "an application was begun");
    Ok((StatusCode::CREATED, shown(&booking, &session, id).await?))
}
