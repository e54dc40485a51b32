//! What staff do.

mod schedule;

use utoipa_axum::router::OpenApiRouter;

use crate::Booking;

/// The endpoints of staff.
pub(super) fn described() -> OpenApiRouter<Booking> {
    OpenApiRouter::new().merge(schedule::described())
}
