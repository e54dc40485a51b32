//! One endpoint, one file.
//!
//! Each describes itself for the OpenAPI document ([`openapi`]) beside its handler; the router is made of
//! the same descriptions, so that neither has an address that the other has not.

mod administration;
mod deeds;
mod demo_outbox;
mod description;
mod end_visit;
mod link_facility;
mod messages;
mod officer_visits;
mod paging;
mod reason;
mod reissue_link;
mod resend_link;
mod search;
mod staff;
mod terminal;
mod visitor;

use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRequest, Json, Request},
    middleware,
    routing::get,
};
use serde::de::DeserializeOwned;
use tower::ServiceBuilder;
use utoipa::openapi::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) use administration::temporary_password;

use crate::{Booking, ProblemCode, origin, problem};
#[cfg(test)]
pub(crate) use visitor::people;

/// Many times what any request here needs, bytes.
const MAX_BODY_BYTES: usize = 8 * 1024;

/// The API, under `/api`.
///
/// Where the server knows the client's address
/// ([`axum::Router::into_make_service_with_connect_info`]), requests for a new link are limited by it.
pub fn router(booking: Booking) -> Router {
    let (mut api, openapi) = described().split_for_parts();
    api = api.merge(description::routes(openapi));
    if booking.0.demo_outbox {
        api = api.route("/api/demo/outbox", get(demo_outbox::get));
    }
    // Whatever is under `/api` and nowhere above is a problem document too.
    let nothing = Router::new()
        .route("/api", axum::routing::any(async || ProblemCode::NotFound))
        .route(
            "/api/{*path}",
            axum::routing::any(async || ProblemCode::NotFound),
        );
    api.merge(nothing)
        .method_not_allowed_fallback(async || ProblemCode::MethodNotAllowed)
        .layer(
            ServiceBuilder::new()
                .layer(middleware::from_fn(problem::render))
                .layer(middleware::from_fn_with_state(
                    booking.clone(),
                    origin::check,
                ))
                .layer(DefaultBodyLimit::max(MAX_BODY_BYTES)),
        )
        .with_state(booking)
}

/// The OpenAPI document of the API.
#[must_use]
pub fn openapi() -> OpenApi {
    described().into_openapi()
}

/// Every endpoint that programs may rely on.
fn described() -> OpenApiRouter<Booking> {
    OpenApiRouter::with_openapi(description::head())
        .routes(routes!(officer_visits::get))
        .routes(routes!(end_visit::post))
        .routes(routes!(reissue_link::post))
        .routes(routes!(link_facility::post))
        .routes(routes!(resend_link::post))
        .merge(visitor::described())
        .merge(terminal::described())
        .merge(staff::described())
        .merge(administration::described())
        .routes(routes!(messages::list::get))
        .routes(routes!(messages::retry::post))
        .routes(routes!(messages::receipts::http))
        .routes(routes!(messages::receipts::mitake))
        .routes(routes!(messages::receipts::twilio))
}

/// A JSON body. What cannot be read is a problem like any other.
struct Body<T>(T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = ProblemCode;

    async fn from_request(request: Request, state: &S) -> Result<Self, ProblemCode> {
        let body = Json::from_request(request, state).await;
        body.map(|Json(body)| Self(body))
            .map_err(|_| ProblemCode::BadRequest)
    }
}
