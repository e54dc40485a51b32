//! Who may not visit, kept by reviewers.

mod lift;
mod list;
mod restrict;
#[cfg(test)]
mod tests;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::Booking;

pub(super) fn described() -> OpenApiRouter<Booking> {
    OpenApiRouter::new()
        .routes(routes!(list::get, restrict::post))
        .routes(routes!(lift::post))
}
