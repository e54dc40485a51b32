//! Trying whether a call would hold on the phone that will be used.

mod open;
mod tell;
mod tester;
#[cfg(test)]
mod tests;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::Booking;

pub(super) fn described() -> OpenApiRouter<Booking> {
    OpenApiRouter::new().routes(routes!(open::post, tell::put))
}
