//! Those with whom one visits.

mod answer;
mod invite;
mod list;
#[cfg(test)]
mod tests;
mod withdraw;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::Booking;

pub(super) fn described() -> OpenApiRouter<Booking> {
    OpenApiRouter::new()
        .routes(routes!(list::get, invite::post))
        .routes(routes!(answer::agree))
        .routes(routes!(answer::decline))
        .routes(routes!(withdraw::delete))
}
