//! What staff do.

mod applications;
mod restrictions;
mod schedule;
mod visitors;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::Booking;

/// The staff's endpoints.
pub(super) fn described() -> OpenApiRouter<Booking> {
    OpenApiRouter::new()
        .merge(schedule::described())
        .merge(applications::described())
        .merge(restrictions::described())
        .routes(routes!(visitors::get))
}
