//! What is queued goes out once, with one text, and is forgotten in time.

use booking_domain::{
    Channel, ClaimedMessage, DeliveryState, IssueCause, MessageFilter, MessageKind, MessageText,
    NextStep, Outbox, Receipt, ReceiptOf, StoredMessage, TEXTS_KEPT_MS, Waiting,
};
use protocol::Locale;

use crate::support::{
    statement,
    world::{MINUTE_MS, OPENS_AT_MS, SLOT, World, url},
};

const LEASE_MS: u64 = 2 * MINUTE_MS;
const NOW_MS: u64 = OPENS_AT_MS;

pub(crate) async fn a_message_is_claimed_by_one_and_again_when_the_lease_is_over(world: World) {
    let world = with_links(world).await;
    assert_eq!(claim(&world, NOW_MS - 1).await, []);
    let first = claim(&world, NOW_MS).await;
    assert_eq!(first.len(), 2);
    assert_eq!((first[0].attempt, first[1].attempt), (1, 1));
    assert_eq!(first[0].content.params["url"], url(1));
    assert_eq!(first[0].content.name, "林陳秀英");
    let visit = first[0].content.visit.as_ref().unwrap();
    assert_eq!((visit.slot, &*visit.inmate_number), (SLOT, "1024"));
    assert_eq!(claim(&world, NOW_MS + LEASE_MS - 1).await, []);
    let again = claim(&world, NOW_MS + LEASE_MS).await;
    assert_eq!(again.len(), 2);
    assert_eq!((again[0].id, again[0].attempt), (first[0].id, 2));
    let letters = world
        .store
        .claim_due(Channel::Email, 10, SLOT.ends_at_ms, LEASE_MS);
    assert_eq!(letters.await.unwrap(), []);
}

pub(crate) async fn of_many_who_claim_at_once_each_message_goes_to_one(world: World) {
    let world = with_links(world).await;
    let claims = (0..8).map(|_| {
        let store = world.store.clone();
        tokio::spawn(async move { store.claim_due(Channel::Sms, 1, NOW_MS, LEASE_MS).await })
    });
    let mut claimed = Vec::new();
    for claim in claims.collect::<Vec<_>>() {
        claimed.extend(
            claim
                .await
                .unwrap()
                .unwrap()
                .iter()
                .map(|message| message.id),
        );
    }
    // Of those that looked for the same message at once, the others may have gone without.
    while let [message, ..] = &*claim(&world, NOW_MS).await {
        claimed.push(message.id);
    }
    claimed.sort_unstable();
    claimed.dedup();
    assert!(claimed.len() <= 2);
    let attempts: Vec<_> = messages(&world).await.iter().map(|m| m.attempts).collect();
    assert_eq!(attempts, [1, 1]);
}

pub(crate) async fn the_first_text_is_kept_and_goes_out_again(world: World) {
    let world = with_links(world).await;
    let message = claim(&world, NOW_MS).await.remove(0);
    let kept = world.store.keep_text(message.id, &text("first")).await;
    assert_eq!(kept, Ok(text("first")));
    let kept = world.store.keep_text(message.id, &text("second")).await;
    assert_eq!(kept, Ok(text("first")));
    let again = claim(&world, NOW_MS + LEASE_MS).await.remove(0);
    assert_eq!(again.content.text, Some(text("first")));
}

pub(crate) async fn a_late_failure_does_not_undo_a_later_attempt(world: World) {
    let world = with_links(world).await;
    let first = claim(&world, NOW_MS).await.remove(0);
    claim(&world, NOW_MS + LEASE_MS).await;
    let fail = async |attempt, next| {
        let failed = world
            .store
            .message_not_sent(first.id, attempt, "http", "status 503", next);
        failed.await.unwrap();
        state(&world, &first).await
    };
    let at_ms = NOW_MS + LEASE_MS + 4_000;
    assert_eq!(fail(1, NextStep::Failed).await, DeliveryState::Sending);
    let again = NextStep::Again { at_ms };
    assert_eq!(fail(2, again).await, DeliveryState::Queued);
    assert_eq!(claim(&world, at_ms - 1).await, []);
    assert_eq!(claim(&world, at_ms).await[0].attempt, 3);
    let sent = world
        .store
        .message_sent(first.id, "http", Some("g-1"), at_ms);
    sent.await.unwrap();
    assert_eq!(fail(3, NextStep::Failed).await, DeliveryState::Sent);
    let stored = stored(&world, &first).await;
    assert_eq!((stored.sent_at_ms, stored.last_error), (Some(at_ms), None));
}

pub(crate) async fn a_receipt_settles_a_message_for_good(world: World) {
    let world = with_links(world).await;
    let claimed = claim(&world, NOW_MS).await;
    let sent = world
        .store
        .message_sent(claimed[0].id, "http", Some("g-1"), NOW_MS);
    sent.await.unwrap();
    let receipt = |of, delivered| Receipt {
        of,
        delivered,
        word: "word".into(),
        at_ms: NOW_MS + 1,
    };
    let by = |provider: &str, reference: &str| ReceiptOf::Reference {
        provider: provider.into(),
        reference: reference.into(),
    };
    let record = async |receipt: Receipt| world.store.record_receipt(&receipt).await.unwrap();
    assert!(!record(receipt(by("mitake", "g-1"), true)).await);
    assert!(!record(receipt(by("http", "g-2"), true)).await);
    assert_eq!(state(&world, &claimed[0]).await, DeliveryState::Sent);
    assert!(record(receipt(by("http", "g-1"), true)).await);
    assert!(record(receipt(by("http", "g-1"), false)).await);
    let delivered = stored(&world, &claimed[0]).await;
    assert_eq!(delivered.state, DeliveryState::Delivered);
    assert_eq!(delivered.delivered_at_ms, Some(NOW_MS + 1));
    assert!(record(receipt(ReceiptOf::Message(claimed[1].id), false)).await);
    let failed = stored(&world, &claimed[1]).await;
    assert_eq!(
        (failed.state, failed.last_error.as_deref()),
        (DeliveryState::Failed, Some("word"))
    );
}

pub(crate) async fn a_link_is_given_up_and_wiped_when_its_visit_is_over(world: World) {
    let world = with_links(world).await;
    let claimed = claim(&world, NOW_MS).await;
    for message in &claimed {
        let kept = world.store.keep_text(message.id, &text("link")).await;
        kept.unwrap();
    }
    let sent = world
        .store
        .message_sent(claimed[0].id, "http", None, NOW_MS);
    sent.await.unwrap();
    let before = SLOT.ends_at_ms - 1;
    world.store.tidy_messages(before).await.unwrap();
    assert!(stored(&world, &claimed[0]).await.content.text.is_some());
    assert_eq!(waiting(&world, before).await.messages, 1);
    world.store.tidy_messages(SLOT.ends_at_ms).await.unwrap();
    assert_eq!(state(&world, &claimed[1]).await, DeliveryState::Expired);
    for message in &claimed {
        let content = stored(&world, message).await.content;
        assert_eq!(content.text, None);
        assert!(content.params.is_empty());
    }
    assert_eq!(waiting(&world, SLOT.ends_at_ms).await, Waiting::default());
    assert_eq!(claim(&world, SLOT.ends_at_ms).await, []);
}

pub(crate) async fn the_text_of_a_message_is_kept_for_ninety_days_and_the_fact_of_it_longer(
    world: World,
) {
    let world = with_links(world).await;
    let claimed = claim(&world, NOW_MS).await;
    for message in &claimed {
        let kept = world.store.keep_text(message.id, &text("visit")).await;
        kept.unwrap();
    }
    let [sent, waits] = &*claimed else {
        panic!("{}", claimed.len());
    };
    let done = world.store.message_sent(sent.id, "http", None, NOW_MS);
    done.await.unwrap();
    let empty = async |now_ms, limit| {
        let emptied = world.store.empty_old_texts(&[], now_ms, limit).await;
        emptied.unwrap()
    };
    let over_ms = NOW_MS + TEXTS_KEPT_MS;
    assert_eq!(empty(over_ms - 1, 9).await, 0);
    assert!(stored(&world, sent).await.content.text.is_some());
    assert_eq!(empty(over_ms, 0).await, 0);
    assert_eq!(empty(over_ms, 9).await, 1);
    assert_eq!(empty(over_ms, 9).await, 0);
    let left = stored(&world, sent).await;
    assert_eq!(
        (left.state, left.sent_at_ms),
        (DeliveryState::Sent, Some(NOW_MS))
    );
    assert_eq!(left.content.text, None);
    assert!(left.content.params.is_empty());
    assert!(
        stored(&world, waits).await.content.text.is_some(),
        "it is still to go out"
    );
    let why = "status 400";
    let given_up = world
        .store
        .message_not_sent(waits.id, 1, "http", why, NextStep::Failed);
    given_up.await.unwrap();
    assert_eq!(empty(over_ms - 1, 9).await, 0);
    assert_eq!(empty(over_ms, 9).await, 1, "it failed");
    assert_eq!(stored(&world, waits).await.content.text, None);
}

pub(crate) async fn a_failed_message_is_sent_again_to_the_address_of_then(world: World) {
    let world = with_links(world).await;
    let message = claim(&world, NOW_MS).await.remove(0);
    let kept = world.store.keep_text(message.id, &text("link")).await;
    kept.unwrap();
    let retry = async |facility, at_ms| {
        let retried = world.store.retry_message(message.id, facility, at_ms);
        retried.await.unwrap()
    };
    let here = Some(world.facility);
    assert!(!retry(here, NOW_MS).await);
    let failed =
        world
            .store
            .message_not_sent(message.id, 1, "http", "status 400", NextStep::Failed);
    failed.await.unwrap();
    let elsewhere = "018f3f5e-7c1a-7b2e-9c55-0242ac120002".parse().unwrap();
    assert!(!retry(Some(elsewhere), NOW_MS).await);
    assert!(!retry(here, SLOT.ends_at_ms).await);
    let lasts = "UPDATE outbox SET expires_at_ms = NULL";
    statement(&world.database, lasts).await.unwrap();
    let over_ms = NOW_MS + TEXTS_KEPT_MS;
    assert!(!retry(here, over_ms).await, "its text is emptied");
    assert!(retry(here, NOW_MS + 1).await);
    let again = claim(&world, NOW_MS + 1).await.remove(0);
    assert_eq!((again.id, again.attempt), (message.id, 1));
    assert_eq!(again.content.text, None);
    let mut elsewhere = text("other");
    elsewhere.recipient = "0900000999".into();
    let kept = world.store.keep_text(message.id, &elsewhere).await.unwrap();
    assert_eq!((&*kept.recipient, &*kept.body), ("0900000999", "link"));
}

pub(crate) async fn staff_list_messages_by_facility_and_state(world: World) {
    let world = with_links(world).await;
    let list = async |filter: MessageFilter| world.store.messages(&filter).await.unwrap();
    let filter = MessageFilter {
        facility: Some(world.facility),
        limit: 10,
        ..MessageFilter::default()
    };
    let listed = list(filter.clone()).await;
    assert_eq!(listed.len(), 2);
    assert_eq!(listed[0].content.kind, MessageKind::JoinLink);
    let older = list(MessageFilter {
        before: Some(listed[0].id),
        ..filter.clone()
    });
    assert_eq!(older.await, listed[1..]);
    let sent = list(MessageFilter {
        state: Some(DeliveryState::Sent),
        ..filter.clone()
    });
    assert_eq!(sent.await, []);
    let elsewhere = list(MessageFilter {
        facility: Some("018f3f5e-7c1a-7b2e-9c55-0242ac120002".parse().unwrap()),
        ..filter
    });
    assert_eq!(elsewhere.await, []);
}

/// A world with two links that wait, those of the first two seats.
async fn with_links(world: World) -> World {
    let visit = world.add_visit().await;
    for token in [1, 2] {
        world
            .issue(visit, token, token, IssueCause::Confirmed, NOW_MS)
            .await
            .unwrap();
    }
    world
}

async fn claim(world: &World, now_ms: u64) -> Vec<ClaimedMessage> {
    let claimed = world.store.claim_due(Channel::Sms, 10, now_ms, LEASE_MS);
    claimed.await.unwrap()
}

async fn messages(world: &World) -> Vec<StoredMessage> {
    let filter = MessageFilter {
        limit: 10,
        ..MessageFilter::default()
    };
    world.store.messages(&filter).await.unwrap()
}

async fn stored(world: &World, message: &ClaimedMessage) -> StoredMessage {
    let mut messages = messages(world).await;
    messages.retain(|stored| stored.id == message.id);
    messages.remove(0)
}

async fn state(world: &World, message: &ClaimedMessage) -> DeliveryState {
    stored(world, message).await.state
}

async fn waiting(world: &World, now_ms: u64) -> Waiting {
    world.store.waiting(now_ms).await.unwrap()
}

fn text(body: &str) -> MessageText {
    MessageText {
        recipient: "0900000101".into(),
        locale: Locale::ZhTw,
        subject: String::new(),
        body: body.into(),
        calendar: None,
    }
}
