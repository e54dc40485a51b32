//! Where a writing request comes from.
//!
//! Cookies come along with requests that other sites' pages make. `SameSite` keeps most browsers from
//! that; this check keeps all (RFC 6454, and the `Origin` header of the Fetch standard): what writes and
//! brings a cookie says that it comes from a page of ours.

use axum::{
    extract::{Request, State},
    http::{
        Method,
        header::{COOKIE, ORIGIN},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{Booking, ProblemCode};

/// Lets a request through that only reads, that comes from a page of ours, or that is no browser's.
pub(crate) async fn check(
    State(booking): State<Booking>,
    request: Request,
    next: Next,
) -> Response {
    if is_foreign(&request, &booking.0.origins) {
        return ProblemCode::ForeignOrigin.into_response();
    }
    next.run(request).await
}

fn is_foreign(request: &Request, ours: &[String]) -> bool {
    if matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    ) {
        return false;
    }
    match request.headers().get(ORIGIN) {
        Some(origin) => !ours.iter().any(|ours| origin.as_bytes() == ours.as_bytes()),
        None => request.headers().contains_key(COOKIE),
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn foreign(method: Method, headers: &[(&str, &str)]) -> bool {
        let mut request = Request::builder().method(method);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let ours = ["https://visit.gov.test".to_owned()];
        is_foreign(&request.body(Body::empty()).unwrap(), &ours)
    }

    #[test]
    fn what_writes_comes_from_a_page_of_ours_or_from_no_browser() {
        let (ours, theirs) = (
            ("origin", "https://visit.gov.test"),
            ("origin", "https://x.test"),
        );
        let cookie = ("cookie", "a=b");
        assert!(!foreign(Method::POST, &[ours, cookie]));
        assert!(!foreign(Method::GET, &[theirs, cookie]));
        assert!(!foreign(Method::POST, &[]));
        assert!(foreign(Method::POST, &[theirs]));
        assert!(foreign(Method::DELETE, &[("origin", "null"), cookie]));
        assert!(foreign(Method::PATCH, &[cookie]));
    }
}
