//! The review of applications, by reviewers.

mod approve;
mod ask;
mod correct_applicant;
mod decision;
mod document;
mod list;
mod refuse;
mod revoke;
mod show;
mod take;
#[cfg(test)]
mod tests;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::Booking;

pub(super) fn described() -> OpenApiRouter<Booking> {
    OpenApiRouter::new()
        .routes(routes!(list::get))
        .routes(routes!(show::get))
        .routes(routes!(document::get))
        .routes(routes!(take::post))
        .routes(routes!(approve::post))
        .routes(routes!(refuse::post))
        .routes(routes!(ask::post))
        .routes(routes!(revoke::post))
        .routes(routes!(correct_applicant::put))
}
