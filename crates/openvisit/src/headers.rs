//! The security headers of every answer.
//!
//! The pages carry no inline script and talk to nobody but us, so the policy can be strict: a script
//! that someone smuggles into a page does not run and has nowhere to send anything. Referrers are never
//! sent, since a link's path alone says where its reader comes from.

use anyhow::{Context, Result};
use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use tower_http::set_header::SetResponseHeaderLayer;

/// Puts the headers on every answer of `router`, which the outside reaches at `public_url`. HTTPS adds
/// Strict-Transport-Security (RFC 6797).
///
/// # Errors
/// An address that does not fit into a header.
pub fn secured(router: Router, public_url: &str) -> Result<Router> {
    // Browsers before 2022 do not count the websocket of the same origin as 'self'.
    let websocket = public_url.replacen("http", "ws", 1);
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
         media-src 'self' blob: mediastream:; connect-src 'self' {websocket}; font-src 'self'; \
         manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    let fixed = [
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(self), microphone=(self), geolocation=(), payment=(), usb=()",
        ),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ];
    let mut headers: Vec<(HeaderName, HeaderValue)> = fixed
        .map(|(name, value)| (name, HeaderValue::from_static(value)))
        .into();
    let policy = HeaderValue::from_str(&policy).context("the public address is not usable")?;
    headers.push((header::CONTENT_SECURITY_POLICY, policy));
    if public_url.starts_with("https://") {
        let a_year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.push((header::STRICT_TRANSPORT_SECURITY, a_year));
    }
    Ok(headers.into_iter().fold(router, |router, (name, value)| {
        router.layer(SetResponseHeaderLayer::if_not_present(name, value))
    }))
}
