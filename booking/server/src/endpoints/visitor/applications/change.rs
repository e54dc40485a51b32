//! `PATCH /api/visitor/applications/{application}`

use axum::{
    Json,
    extract::{Path, State},
};
use booking_domain::applications::{ApplicationChange, Applications};
use ids::ApplicationId;
use serde::Deserialize;
use telemetry::clock::unix_now_ms;

use super::{ApplicationBody, body::ServicesBody, form::Form, refusal, show::shown};
use crate::{
    Booking,
    endpoints::{Body, paging::id},
    refusal::Refusal,
    visitor_session::VisitorSession,
};

/// The request. What is left out stays.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChangeApplication)]
pub(crate) struct Change {
    #[schema(value_type = Option<crate::words::Relationship>)]
    relationship: Option<String>,
    /// An empty text takes it away.
    ground: Option<String>,
    services: Option<ServicesBody>,
}

/// Changes an application that is open: a draft, or one that needs more.
///
/// Refuses with `not_signed_in`, `bad_request`, `invalid_fields`, `not_found`, `application_state`,
/// `unavailable`.
#[utoipa::path(patch, operation_id = "changeApplication",
    path = "/api/visitor/applications/{application}", tag = "visitor",
    params(("application" = ApplicationId, Path)), request_body = Change,
    responses((status = 200, body = ApplicationBody)))]
pub(crate) async fn patch(
    State(booking): State<Booking>,
    session: VisitorSession,
    Path(application): Path<String>,
    Body(change): Body<Change>,
) -> Result<Json<ApplicationBody>, Refusal> {
    let application = id(&application)?;
    let mut form = Form::default();
    let change = ApplicationChange {
        relationship: change
            .relationship
            .and_then(|relationship| form.relationship(&relationship)),
        ground: change.ground.map(|ground| form.ground(Some(ground))),
        services: change.services.map(|services| form.services(services)),
    };
    form.checked()?;
    let changed = booking
        .0
        .store
        .change_application(session.person, application, change, unix_now_ms())
        .await;
    changed.map_err(refusal)?;
    Ok(shown(&booking, &session, application).await?)
}
