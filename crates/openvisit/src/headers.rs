//! The security headers of every answer.
//!
//! The pages carry no inline script and talk to nobody but us, so the policy can be strict: a script
//! that someone smuggles into a page does not run and has nowhere to send anything. Referrers are never
//! sent, since a link's path alone says where its reader comes from.

use anyhow::{Context, Result};
use axum::Router;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::Response;
use tower::util::MapResponseLayer;

const FIXED: [(HeaderName, HeaderValue); 4] = [
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    ),
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "camera=(self), microphone=(self), geolocation=(), payment=(), usb=()",
        ),
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
];
const A_YEAR: HeaderValue = HeaderValue::from_static("max-age=31536000; includeSubDomains");

/// Puts the headers on every answer of `router`, which the outside reaches at `public_url`; what an answer has
/// already, it keeps. HTTPS adds Strict-Transport-Security (RFC 6797).
///
/// # Errors
/// An address that does not fit into a header.
pub fn secured(router: Router, public_url: &str) -> Result<Router> {
    let mut headers = HeaderMap::from_iter(FIXED);
    headers.insert(header::CONTENT_SECURITY_POLICY, policy(public_url)?);
    if public_url.starts_with("https://") {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, A_YEAR);
    }
    // One layer for all of them: each layer of a router costs every request some allocations.
    Ok(
        router.layer(MapResponseLayer::new(move |mut answer: Response| {
            for (name, value) in &headers {
                answer
                    .headers_mut()
                    .entry(name)
                    .or_insert_with(|| value.clone());
            }
            answer
        })),
    )
}

fn policy(public_url: &str) -> Result<HeaderValue> {
    // Browsers before 2022 do not count the websocket of the same origin as 'self'.
    let websocket = public_url.replacen("http", "ws", 1);
    let policy = format!(
        "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; \
         img-src 'self' data: blob:; \
         media-src 'self' blob: mediastream:; connect-src 'self' {websocket}; font-src 'self'; \
         manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).context("the public address is not usable")
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use axum::routing::get;
    use tower::ServiceExt as _;

    use super::*;

    async fn answer(router: Router, public_url: &str, path: &str) -> HeaderMap {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let router = secured(router, public_url).unwrap();
        let answer = router.oneshot(request).await.unwrap();
        answer.headers().clone()
    }

    #[tokio::test]
    async fn every_answer_has_the_headers_and_one_that_is_there_stays() {
        let own = [(header::REFERRER_POLICY, "same-origin")];
        let router = Router::new().route("/own", get(async move || own));
        let nothing = answer(router.clone(), "https://visit.gov.test", "/nothing").await;
        for (name, value) in FIXED {
            assert_eq!(nothing[name], value);
        }
        assert_eq!(nothing[header::STRICT_TRANSPORT_SECURITY], A_YEAR);
        let policy = nothing[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("connect-src 'self' wss://visit.gov.test;"));

        let own = answer(router, "http://127.0.0.1:8080", "/own").await;
        assert_eq!(own[header::REFERRER_POLICY], "same-origin");
        assert!(!own.contains_key(header::STRICT_TRANSPORT_SECURITY));
    }
}
