//! `GET /api/demo/outbox`

use axum::{Json, extract::State};
use booking_domain::Outbox;
use serde::Serialize;
use telemetry::clock::unix_now_ms;

use crate::{Booking, ProblemCode};

const NEWEST: u32 = 100;

/// The answer. Times are Unix milliseconds.
#[derive(Serialize)]
pub(crate) struct Listing {
    now_ms: u64,
    messages: Vec<ListedMessage>,
}

#[derive(Serialize)]
struct ListedMessage {
    kind: &'static str,
    recipient: String,
    body: String,
    created_at_ms: u64,
    sent_at_ms: Option<u64>,
}

/// The newest messages, the newest first: what would have been sent, links and all. The address exists in
/// demonstrations only.
///
/// Refuses with `unavailable`.
pub(crate) async fn get(State(booking): State<Booking>) -> Result<Json<Listing>, ProblemCode> {
    let messages = booking.0.store.newest_messages(NEWEST).await?;
    let messages = messages.into_iter().map(|queued| ListedMessage {
        kind: queued.message.kind.as_str(),
        recipient: queued.message.recipient,
        body: queued.message.body,
        created_at_ms: queued.created_at_ms,
        sent_at_ms: queued.sent_at_ms,
    });
    Ok(Json(Listing {
        now_ms: unix_now_ms(),
        messages: messages.collect(),
    }))
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use serde_json::json;

    use crate::tests::TestApi;

    #[tokio::test]
    async fn a_demonstration_shows_what_would_have_been_sent() {
        let api = TestApi::start().await;
        let (status, body) = api.get_as("/api/demo/outbox", "").await;
        assert_eq!(status, StatusCode::OK);
        let messages = body["messages"].as_array().unwrap();
        assert_eq!(messages.len(), 3);
        assert_eq!(messages[0]["recipient"], "0900000103");
        assert_eq!(
            (&messages[0]["kind"], &messages[0]["sent_at_ms"]),
            (&json!("join_link"), &json!(null))
        );
        assert!(
            messages[0]["body"]
                .as_str()
                .unwrap()
                .ends_with(&api.demo.links[2].url)
        );
    }

    #[tokio::test]
    async fn elsewhere_there_is_no_such_address() {
        let api = TestApi::start_for_real().await;
        let (status, body) = api.get_as("/api/demo/outbox", "").await;
        assert_eq!(
            (status, &body["code"]),
            (StatusCode::NOT_FOUND, &json!("not_found"))
        );
    }
}
