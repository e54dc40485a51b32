//! What visitors do for themselves.

mod accounts;

use utoipa_axum::router::OpenApiRouter;

use crate::Booking;

/// The visitors' endpoints.
pub(super) fn described() -> OpenApiRouter<Booking> {
    OpenApiRouter::new().merge(accounts::described())
}
