//! `GET /api/demo/outbox`

use axum::{Json, extract::State};
use booking_domain::{MessageFilter, Outbox, StoredMessage};
use serde::Serialize;
use telemetry::clock::unix_now_ms;

use crate::{Booking, ProblemCode, messages::texts};

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
    channel: &'static str,
    state: &'static str,
    recipient: String,
    subject: String,
    body: String,
    created_at_ms: u64,
    sent_at_ms: Option<u64>,
}

/// The newest messages, the newest first: what would have been sent, links and all. The address exists in
/// demonstrations only.
///
/// Refuses with `unavailable`.
pub(crate) async fn get(State(booking): State<Booking>) -> Result<Json<Listing>, ProblemCode> {
    let filter = MessageFilter {
        limit: NEWEST,
        ..MessageFilter::default()
    };
    let messages = booking.0.store.messages(&filter).await?;
    let listed = |message| listed(message, &booking.0.public_url);
    Ok(Json(Listing {
        now_ms: unix_now_ms(),
        messages: messages.into_iter().map(listed).collect(),
    }))
}

/// A message with its text; one that no dispatcher has had yet, with the text that it would get.
fn listed(message: StoredMessage, public_url: &str) -> ListedMessage {
    let content = message.content;
    let text = content.text.clone().unwrap_or_else(|| {
        let recipient = content.address.as_deref().unwrap_or_default();
        texts::text(&content, public_url, recipient).text
    });
    ListedMessage {
        kind: content.kind.as_str(),
        channel: content.channel.as_str(),
        state: message.state.as_str(),
        recipient: text.recipient,
        subject: text.subject,
        body: text.body,
        created_at_ms: content.created_at_ms,
        sent_at_ms: message.sent_at_ms,
    }
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
