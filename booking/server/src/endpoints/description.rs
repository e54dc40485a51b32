//! The API's description of itself: `GET /api/openapi.json` for programs, `GET /api/docs` for people.

use std::sync::Arc;

use axum::{Json, Router, response::Html, routing::get};
use minijinja::{Environment, context};
use serde::Serialize;
use utoipa::{OpenApi as _, ToSchema, openapi::OpenApi};

use crate::{
    Booking,
    words::{AuditDetail, Cause},
};

const PAGE: &str = include_str!("description.html");

/// A refusal (RFC 9457).
#[derive(Serialize, ToSchema)]
pub(crate) struct Problem {
    /// `urn:openvisit:problem:` and the code.
    r#type: String,
    /// The stable word.
    code: String,
    /// The HTTP status.
    status: u16,
    /// In the language of the request.
    title: String,
    /// What to do next, in the language of the request.
    detail: String,
    /// With `invalid_fields`: which fields, and what is wrong with them.
    errors: Option<Vec<ProblemField>>,
}

/// What is wrong with one field.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProblemField {
    /// The field's name in the request.
    field: String,
    /// The stable word.
    code: String,
    /// In the language of the request.
    detail: String,
}

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "OpenVisit",
        description = "Booking and supervising visits. Moments are Unix milliseconds and end in `_ms`, \
                       dates are ISO 8601 in the facility's time zone, ids are UUIDs. A refusal is a problem \
                       document (RFC 9457) with a stable `code`, told in the language of `Accept-Language` \
                       or `?locale=`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    components(schemas(Problem, ProblemField, AuditDetail, Cause))
)]
struct Head;

/// What the document begins with.
pub(crate) fn head() -> OpenApi {
    Head::openapi()
}

/// The document and its page.
pub(crate) fn routes(document: OpenApi) -> Router<Booking> {
    let page: Arc<str> = page(&document).into();
    let document = Arc::new(document);
    Router::new()
        .route(
            "/api/openapi.json",
            get(async move || Json((*document).clone())),
        )
        .route("/api/docs", get(async move || Html(page.to_string())))
}

fn page(document: &OpenApi) -> String {
    let mut environment = Environment::new();
    environment
        .add_template("page.html", PAGE)
        .expect("the page is a template");
    let page = environment.get_template("page.html").expect("it was added");
    page.render(context! { api => document })
        .expect("an OpenAPI document has what the page shows")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::openapi;

    #[test]
    fn the_page_lists_every_address() {
        let document = openapi();
        let page = super::page(&document);
        for address in document.paths.paths.keys() {
            let shown = address.replace('/', "&#x2f;");
            assert!(page.contains(&shown), "{address}");
        }
        assert!(document.paths.paths.len() > 3);
    }

    #[test]
    fn the_page_shows_the_words_of_the_interface_as_such() {
        let page = super::page(&openapi());
        assert!(page.contains("<code>unavailable</code>"));
        assert!(!page.contains('`'));
    }

    #[test]
    fn every_operation_has_a_name_of_its_own() {
        let document = serde_json::to_value(openapi()).unwrap();
        let mut names = BTreeSet::new();
        for methods in document["paths"].as_object().unwrap().values() {
            for operation in methods.as_object().unwrap().values() {
                let name = operation["operationId"].as_str().unwrap().to_owned();
                assert!(
                    names.insert(name.clone()),
                    "{name}: set another operation_id"
                );
            }
        }
    }
}
