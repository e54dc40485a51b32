//! One endpoint, one file.

mod demo_outbox;
mod end_visit;
mod officer_visits;
mod reissue_link;
mod resend_link;

use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRequest, Json, Request},
    middleware,
    routing::{get, post},
};
use serde::de::DeserializeOwned;

use crate::{Booking, ProblemCode, problem};

/// Many times what any request here needs, bytes.
const MAX_BODY_BYTES: usize = 8 * 1024;

/// The API, under `/api`.
///
/// Where the server knows the client's address
/// ([`axum::Router::into_make_service_with_connect_info`]), requests for a new link are limited by it.
pub fn router(booking: Booking) -> Router {
    let mut api = Router::new()
        .route("/officer/visits", get(officer_visits::get))
        .route("/officer/visits/{visit}/end", post(end_visit::post))
        .route(
            "/officer/visits/{visit}/seats/{seat}/reissue",
            post(reissue_link::post),
        )
        .route("/links/resend", post(resend_link::post));
    if booking.0.demo_outbox {
        api = api.route("/demo/outbox", get(demo_outbox::get));
    }
    let api = api
        .fallback(async || ProblemCode::NotFound)
        .method_not_allowed_fallback(async || ProblemCode::MethodNotAllowed)
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(middleware::from_fn(problem::render))
        .with_state(booking);
    Router::new().nest("/api", api)
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
