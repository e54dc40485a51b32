//! The web client's pages and files.
//!
//! Each page has an address of its own (`/j`, `/terminal`, …) and a file in the built client's folder. A
//! page with many views has every address below its own as well, and tells them apart by itself.
//! Files below `/assets/` carry a hash of their content in their name and may be kept for a year;
//! pages are asked for anew each time, so that a fix reaches everybody at once.

use std::path::Path;

use axum::Router;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use sha2::{Digest, Sha256};
use tower::ServiceBuilder;
use tower_http::compression::CompressionLayer;
use tower_http::services::{ServeDir, ServeFile};
use tower_http::set_header::SetResponseHeaderLayer;

const TERMINAL: &str = "terminal.html";

/// Address and file of each page.
const PAGES: [(&str, &str); 7] = [
    ("/", "index.html"),
    ("/j", "j.html"),
    ("/terminal", TERMINAL),
    ("/staff", "staff.html"),
    ("/outbox", "outbox.html"),
    ("/portal", "portal.html"),
    // In text messages, where each character counts.
    ("/t", "portal.html"),
];

/// The pages that have every address below their own as well.
const WITH_VIEWS: [(&str, &str); 2] = [
    ("/portal/{*view}", "portal.html"),
    ("/staff/{*view}", "staff.html"),
];

const NOT_BUILT: &str = "<!doctype html><title>OpenVisit</title>\
<p>The pages of this service have not been built. Run <code>npm ci &amp;&amp; npm run build</code> in \
<code>web-client</code>, or start the service with <code>cargo xtask demo</code>.</p>";

const KEEP_A_YEAR: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_ANEW: HeaderValue = HeaderValue::from_static("no-cache");

/// Serves the web client built in `root`.
pub fn routes(root: &Path) -> Router {
    if !root.join("index.html").is_file() {
        return all_pages().fold(Router::new(), |router, (address, _)| {
            router.route(address, get(not_built))
        });
    }
    let pages = all_pages().fold(Router::new(), |router, (address, file)| {
        router.route_service(address, ServeFile::new(root.join(file)))
    });
    let kept = ServiceBuilder::new()
        .layer(SetResponseHeaderLayer::overriding(
            header::CACHE_CONTROL,
            KEEP_A_YEAR,
        ))
        .service(ServeDir::new(root.join("assets")));
    pages
        .nest_service("/assets", kept)
        .fallback_service(ServeDir::new(root).append_index_html_on_directories(false))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CACHE_CONTROL,
            ASK_ANEW,
        ))
        .layer(CompressionLayer::new())
}

/// Which build of the terminal's page is in `root`: half of the SHA-256 (FIPS 180-4) of the page, as 32 hexadecimal
/// digits. Every file that the page loads has a hash in its name, so another build has another page. `None`: the
/// pages have not been built.
pub fn build(root: &Path) -> Option<String> {
    let page = std::fs::read(root.join(TERMINAL)).ok()?;
    let hash = Sha256::digest(page);
    Some(
        hash.iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"))
            .collect(),
    )
}

fn all_pages() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    PAGES.iter().chain(&WITH_VIEWS)
}

async fn not_built() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, Html(NOT_BUILT)).into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use tower::ServiceExt;

    use super::*;

    async fn get_from(router: Router, address: &str) -> Response {
        let request = Request::get(address).body(Body::empty()).unwrap();
        router.oneshot(request).await.unwrap()
    }

    fn built() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("assets")).unwrap();
        for (_, file) in PAGES {
            std::fs::write(dir.path().join(file), format!("<!doctype html>{file}")).unwrap();
        }
        std::fs::write(dir.path().join("assets/j-1a2b.js"), "export {}").unwrap();
        dir
    }

    #[tokio::test]
    async fn every_page_is_at_its_address_and_asked_for_anew() {
        let dir = built();
        for (address, _) in PAGES {
            let answer = get_from(routes(dir.path()), address).await;
            assert_eq!(answer.status(), StatusCode::OK, "{address}");
            assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-cache");
        }
    }

    #[tokio::test]
    async fn every_view_of_a_page_is_that_page() {
        let dir = built();
        for address in ["/portal/applications/7/documents", "/staff/inmates"] {
            let answer = get_from(routes(dir.path()), address).await;
            assert_eq!(answer.status(), StatusCode::OK, "{address}");
            assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-cache");
        }
    }

    #[test]
    fn another_build_of_the_terminals_page_has_another_name() {
        let dir = built();
        let first = build(dir.path()).unwrap();
        assert_eq!(first.len(), 32);
        assert_eq!(build(dir.path()), Some(first.clone()));
        std::fs::write(dir.path().join(TERMINAL), "<!doctype html>another").unwrap();
        assert_ne!(build(dir.path()), Some(first));
        assert_eq!(build(tempfile::tempdir().unwrap().path()), None);
    }

    #[tokio::test]
    async fn a_hashed_file_is_kept_and_a_missing_one_is_not_found() {
        let dir = built();
        let answer = get_from(routes(dir.path()), "/assets/j-1a2b.js").await;
        assert!(
            answer.headers()[header::CACHE_CONTROL]
                .to_str()
                .unwrap()
                .contains("immutable")
        );
        let answer = get_from(routes(dir.path()), "/no-such-file").await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    }

    #[tokio::test]
    async fn without_a_built_client_every_page_says_how_to_build_it() {
        let dir = tempfile::tempdir().unwrap();
        let answer = get_from(routes(dir.path()), "/j").await;
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    }
}
