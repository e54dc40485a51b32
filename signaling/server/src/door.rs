//! `GET /ws`: who may open a websocket.

use std::sync::Arc;

use axum::{
    extract::{
        State,
        ws::{WebSocketUpgrade, rejection::WebSocketUpgradeRejection},
    },
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use protocol::{MAX_MESSAGE_BYTES, SUBPROTOCOL};

use crate::{shared::Shared, socket};

/// A message up to this size is read whole, so that its sender can be told that it is too large.
const READ_LIMIT: usize = 4 * MAX_MESSAGE_BYTES;
/// What a connection keeps for reading. Only the first message, with its offer, is longer.
const READ_BUFFER: usize = 2 * 1024;
/// What may wait in the socket's own buffer: a few of the largest messages.
const WRITE_LIMIT: usize = 4 * MAX_MESSAGE_BYTES;

pub(crate) async fn open(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    if !is_ours(&headers, &shared.settings.allowed_origins) {
        shared.metrics.foreign_origins.inc();
        let answer = "pages of other origins may not open this websocket\n";
        return (StatusCode::FORBIDDEN, answer).into_response();
    }
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade.protocols([SUBPROTOCOL]),
        Err(rejection) => return rejection.into_response(),
    };
    if upgrade.selected_protocol().is_none() {
        let answer = format!("ask for the subprotocol {SUBPROTOCOL}\n");
        return (StatusCode::BAD_REQUEST, answer).into_response();
    }
    if *shared.stopping.borrow() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n").into_response();
    }
    let Ok(place) = Arc::clone(&shared.places).try_acquire_owned() else {
        return (StatusCode::SERVICE_UNAVAILABLE, "too many connections\n").into_response();
    };
    upgrade
        .read_buffer_size(READ_BUFFER)
        .max_message_size(READ_LIMIT)
        .max_frame_size(READ_LIMIT)
        .write_buffer_size(0)
        .max_write_buffer_size(WRITE_LIMIT)
        .on_upgrade(async move |websocket| socket::serve(shared, websocket, place).await)
}

/// Whether a request comes from a page of ours, or from no page at all. Without cookies there is nothing
/// that a foreign page could borrow, so a client that is no browser needs no `Origin` (RFC 6454).
fn is_ours(headers: &HeaderMap, allowed: &[String]) -> bool {
    headers.get_all(header::ORIGIN).iter().all(|origin| {
        allowed
            .iter()
            .any(|ours| ours.as_bytes() == origin.as_bytes())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_ours_whole_or_not_at_all() {
        let allowed = ["https://visit.example".to_owned()];
        let ours = |origin: &'static str| {
            let headers = HeaderMap::from_iter([(header::ORIGIN, origin.parse().unwrap())]);
            is_ours(&headers, &allowed)
        };
        assert!(ours("https://visit.example"));
        for foreign in [
            "https://visit.example.evil.example",
            "http://visit.example",
            "https://visit.example:8443",
            "null",
            "",
        ] {
            assert!(!ours(foreign), "{foreign}");
        }
        assert!(is_ours(&HeaderMap::new(), &allowed));
    }
}
