//! What visitors do for themselves.

mod accounts;
mod visits;

use utoipa_axum::router::OpenApiRouter;

use crate::Booking;

/// The visitors' endpoints.
pub(super) fn described() -> OpenApiRouter<Booking> {
    OpenApiRouter::new()
        .merge(accounts::described())
        .merge(visits::described())
}
