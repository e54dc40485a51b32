//! What staff do.

mod applications;
mod restrictions;

use utoipa_axum::router::OpenApiRouter;

use crate::Booking;

/// The staff's endpoints.
pub(super) fn described() -> OpenApiRouter<Booking> {
    OpenApiRouter::new()
        .merge(applications::described())
        .merge(restrictions::described())
}
