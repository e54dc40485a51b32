//! What visitors do for themselves.

mod accounts;
mod applications;
mod companions;
mod phone_test;
mod visits;

use utoipa_axum::router::OpenApiRouter;

use crate::Booking;

#[cfg(test)]
pub(crate) use applications::tests::people;
pub(super) use applications::{ApplicationBody, given_out, refusal};

/// The visitors' endpoints.
pub(super) fn described() -> OpenApiRouter<Booking> {
    OpenApiRouter::new()
        .merge(accounts::described())
        .merge(applications::described())
        .merge(companions::described())
        .merge(phone_test::described())
        .merge(visits::described())
}
