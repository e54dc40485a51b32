//! A visitor's applications, and their documents.

mod add_document;
mod begin;
mod body;
mod change;
mod discard;
mod document;
mod facilities;
mod form;
mod inmate_lookup;
mod list;
mod refusal;
mod remove_document;
mod show;
mod submit;
#[cfg(test)]
pub(crate) mod tests;
mod withdraw;

use axum::extract::DefaultBodyLimit;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::Booking;

pub(in crate::endpoints) use body::ApplicationBody;
pub(in crate::endpoints) use document::given_out;
pub(in crate::endpoints) use refusal::refusal;

/// What an upload takes: the documents of an application and what a multipart body puts around them, bytes.
const MAX_UPLOAD_BYTES: usize = 20_100_000;

pub(super) fn described() -> OpenApiRouter<Booking> {
    let upload = OpenApiRouter::new()
        .routes(routes!(add_document::post))
        .layer(DefaultBodyLimit::max(MAX_UPLOAD_BYTES));
    OpenApiRouter::new()
        .routes(routes!(facilities::get))
        .routes(routes!(inmate_lookup::post))
        .routes(routes!(list::get, begin::post))
        .routes(routes!(show::get, change::patch, discard::delete))
        .routes(routes!(submit::post))
        .routes(routes!(withdraw::post))
        .routes(routes!(document::get, remove_document::delete))
        .merge(upload)
}
