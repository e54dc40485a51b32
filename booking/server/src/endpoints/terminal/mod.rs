//! What a paired terminal asks for, beside its websocket.

mod self_test;
#[cfg(test)]
mod tests;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::Booking;

pub(super) use self_test::ListedSelfTest;

pub(super) fn described() -> OpenApiRouter<Booking> {
    OpenApiRouter::new().routes(routes!(self_test::post, self_test::put))
}
