use booking_domain::{Channel, DeliveryState};
use ids::MessageId;
use serde_json::json;

use super::*;
use crate::tests::{RECEIPTS_SECRET, TWILIO_TOKEN, TestApi};

/// A message that a gateway took.
async fn taken(api: &TestApi, provider: &str, reference: &str) -> MessageId {
    let now_ms = unix_now_ms();
    let claimed = api.store.claim_due(Channel::Sms, 1, now_ms, 60_000).await;
    let id = claimed.unwrap()[0].id;
    let sent = api
        .store
        .message_sent(id, provider, Some(reference), now_ms);
    sent.await.unwrap();
    id
}

async fn state(api: &TestApi, id: MessageId) -> (DeliveryState, Option<String>) {
    let messages = api.newest_messages().await;
    let message = messages.into_iter().find(|message| message.id == id);
    let message = message.unwrap();
    (message.state, message.last_error)
}

#[tokio::test]
async fn a_described_gateway_tells_what_became_of_a_message() {
    let api = TestApi::start().await;
    let first = taken(&api, "http", "a-1").await;
    let second = taken(&api, "http", "a-2").await;
    let path = format!("/api/messages/receipts/http/{RECEIPTS_SECRET}");
    for (reference, status) in [
        ("a-1", "on_its_way"),
        ("a-1", "delivered"),
        ("a-2", "failed"),
    ] {
        let body = json!({ "id": reference, "status": status });
        assert_eq!(api.post(&path, &body).await.0, StatusCode::NO_CONTENT);
    }
    assert_eq!(state(&api, first).await, (DeliveryState::Delivered, None));
    let failed = (DeliveryState::Failed, Some("failed".to_owned()));
    assert_eq!(state(&api, second).await, failed);
}

#[tokio::test]
async fn a_stranger_finds_nothing_under_the_addresses_of_receipts() {
    let api = TestApi::start().await;
    let id = taken(&api, "http", "a-1").await;
    let body = json!({ "id": "a-1", "status": "delivered" });
    let (status, _) = api.post("/api/messages/receipts/http/guess", &body).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, _) = api
        .get_as("/api/messages/receipts/mitake/guess?msgid=1", "")
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert_eq!(state(&api, id).await.0, DeliveryState::Sent);
}

#[tokio::test]
async fn mitake_tells_in_the_address_and_is_answered_as_it_expects() {
    let api = TestApi::start().await;
    let id = taken(&api, "mitake", "#000000013").await;
    let path = format!(
        "/api/messages/receipts/mitake/{RECEIPTS_SECRET}?msgid=%23000000013&statuscode=0&statusstr=DELIVRD"
    );
    let answer = api.get_text(&path).await;
    assert_eq!(answer, "magicid=sms_gateway_rpack\nmsgid=#000000013\n");
    assert_eq!(state(&api, id).await, (DeliveryState::Delivered, None));
}

#[tokio::test]
async fn twilio_signs_what_it_tells_and_may_be_ahead_of_its_own_answer() {
    let api = TestApi::start().await;
    let claimed = api
        .store
        .claim_due(Channel::Sms, 1, unix_now_ms(), 60_000)
        .await;
    let id = claimed.unwrap()[0].id;
    let path = format!("/api/messages/receipts/twilio?message={id}");
    let form = [
        ("MessageSid", "SM1"),
        ("MessageStatus", "undelivered"),
        ("ErrorCode", "30005"),
    ];
    let values = form.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let url = format!("{}{path}", crate::tests::PUBLIC_URL);
    let signature = messages::twilio_signature(TWILIO_TOKEN, &url, &values.into());
    let body = "MessageSid=SM1&MessageStatus=undelivered&ErrorCode=30005";
    assert_eq!(
        api.post_form(&path, "forged", body).await,
        StatusCode::NOT_FOUND
    );
    assert_eq!(state(&api, id).await.0, DeliveryState::Sending);
    assert_eq!(
        api.post_form(&path, &signature, body).await,
        StatusCode::NO_CONTENT
    );
    let failed = (
        DeliveryState::Failed,
        Some("undelivered, code 30005".to_owned()),
    );
    assert_eq!(state(&api, id).await, failed);
    // The answer itself comes after all, and changes nothing.
    let late = api
        .store
        .message_sent(id, "twilio", Some("SM1"), unix_now_ms());
    late.await.unwrap();
    assert_eq!(state(&api, id).await, failed);
}
