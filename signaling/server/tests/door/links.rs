//! Links and grants at the door.

use booking_domain::VisitState;
use grant::{LinkKeyRing, Slot};
use protocol::{ClientMessage, Credential, EndReason, ErrorCode, Hello, Locale, ServerMessage};

use crate::{
    client::Client,
    sdp,
    world::{World, device_key},
};

fn with_token(token: &str) -> Credential {
    Credential::Link {
        token: token.to_owned(),
        device_key: device_key('a'),
    }
}

async fn refusal(world: &World, credential: Credential) -> (ErrorCode, u16) {
    let (error, close) = Client::hello(world, credential).await.refused().await;
    let ServerMessage::Error { code, .. } = error else {
        unreachable!("it is an error");
    };
    (code, close)
}

#[tokio::test]
async fn an_early_visitor_waits_and_goes_straight_in_at_the_opening() {
    let world = World::with_times(1_500, 600_000).await;
    let mut visitor = Client::hello(&world, world.link(1, 'a')).await;
    let waiting = visitor.hear().await.unwrap();
    let ServerMessage::Waiting { now_ms, visit } = waiting else {
        panic!("{waiting:?}");
    };
    assert!(now_ms < visit.opens_at_ms);
    let joined = visitor.joined().await;
    assert!(joined.now_ms >= visit.opens_at_ms);
    assert!(joined.grant.is_some());
}

#[tokio::test]
async fn a_link_opens_on_one_device_only_and_there_again() {
    let world = World::open().await;
    let mut first = Client::hello(&world, world.link(1, 'a')).await;
    first.joined().await;
    assert_eq!(
        refusal(&world, world.link(1, 'b')).await,
        (ErrorCode::LinkUsed, 4401)
    );
    first.pong().await;
    let mut again = Client::hello(&world, world.link(1, 'a')).await;
    again.joined().await;
    assert_eq!(first.ended().await, (EndReason::Replaced, 1000));
}

#[tokio::test]
async fn each_trouble_with_a_link_has_its_own_answer_and_none_tells_what_exists() {
    let world = World::open().await;
    let token = world.issue(1).await.0;
    let token = token.reveal();
    let mut damaged: Vec<char> = token.chars().collect();
    damaged[20] = if damaged[20] == 'x' { 'y' } else { 'x' };
    let damaged: String = damaged.into_iter().collect();
    let mint = |ring: &LinkKeyRing, slot: Slot| {
        let token = ring.mint(slot, &mut rand::rng()).unwrap();
        token.reveal().to_owned()
    };
    let elsewhere = LinkKeyRing::new(5, [(5, [1; 32])]).unwrap();
    let foreign = mint(&elsewhere, world.slot);
    let not_stored = mint(&world.links, world.slot);
    let yesterday = Slot {
        starts_at_ms: world.slot.starts_at_ms - 86_400_000,
        ends_at_ms: world.slot.ends_at_ms - 86_400_000,
    };
    let past = mint(&world.links, yesterday);
    for (token, code) in [
        (&token[..20], ErrorCode::LinkIncomplete),
        (damaged.as_str(), ErrorCode::LinkDamaged),
        (foreign.as_str(), ErrorCode::LinkUnrecognised),
        (not_stored.as_str(), ErrorCode::LinkWithoutVisit),
        (past.as_str(), ErrorCode::LinkOver),
    ] {
        assert_eq!(refusal(&world, with_token(token)).await, (code, 4401));
    }
    assert_eq!(
        refusal(&world, world.link(1, 'a')).await,
        (ErrorCode::LinkWithdrawn, 4401),
        "a newer one was sent"
    );
}

#[tokio::test]
async fn the_link_of_a_visit_that_was_cancelled_or_ended_is_told_from_one_that_a_newer_link_replaced()
 {
    let world = World::open().await;
    world.now_stands(VisitState::Cancelled).await;
    assert_eq!(
        refusal(&world, world.link(1, 'a')).await,
        (ErrorCode::LinkWithoutVisit, 4401)
    );
    world.now_stands(VisitState::Terminated).await;
    assert_eq!(
        refusal(&world, world.link(1, 'a')).await,
        (ErrorCode::LinkOver, 4401)
    );
}

#[tokio::test]
async fn a_refusal_is_told_in_the_readers_language() {
    let world = World::open().await;
    for locale in Locale::ALL {
        let mut client = Client::open(&world).await;
        let hello = Hello {
            version: protocol::VERSION,
            credential: with_token("short"),
            offer: Some(sdp::offer(3)),
            locale,
            mic: true,
            camera: true,
        };
        client.say(&ClientMessage::Hello(hello)).await;
        let (error, _) = client.refused().await;
        let ServerMessage::Error { message, .. } = error else {
            unreachable!("it is an error");
        };
        let words = signaling_server::texts::text(ErrorCode::LinkIncomplete, locale);
        assert_eq!(message, words);
    }
}

#[tokio::test]
async fn the_same_device_comes_back_with_its_grant_and_no_other_does() {
    let world = World::open().await;
    let mut visitor = Client::hello(&world, world.link(1, 'a')).await;
    let grant = visitor.joined().await.grant.unwrap();
    drop(visitor);
    let with_key = |device| Credential::Grant {
        grant: grant.clone(),
        device_key: device_key(device),
    };
    let mut back = Client::hello(&world, with_key('a')).await;
    let joined = back.joined().await;
    assert_eq!(u8::from(joined.seat), 1);
    assert!(joined.grant.is_some());
    assert_eq!(
        refusal(&world, with_key('b')).await,
        (ErrorCode::GrantNotValid, 4401)
    );
    let mut newest = Client::hello(&world, with_key('a')).await;
    newest.joined().await;
    assert_eq!(back.ended().await, (EndReason::Replaced, 1000));
}

#[tokio::test]
async fn a_new_link_silences_the_old_device_and_its_grant() {
    let world = World::open().await;
    let mut old = Client::hello(&world, world.link(1, 'a')).await;
    let grant = old.joined().await.grant.unwrap();
    let (token, generation) = world.issue(1).await;
    let seat = ids::Seat::try_from(1).unwrap();
    world
        .signaling
        .link_reissued(world.visit, seat, generation)
        .await;
    assert_eq!(old.ended().await, (EndReason::LinkReissued, 1000));
    let old_grant = || Credential::Grant {
        grant: grant.clone(),
        device_key: device_key('a'),
    };
    assert_eq!(
        refusal(&world, old_grant()).await,
        (ErrorCode::GrantSuperseded, 4401)
    );
    world.store_is_away(true);
    assert_eq!(
        refusal(&world, old_grant()).await,
        (ErrorCode::GrantSuperseded, 4401),
        "remembered, without the store"
    );
    world.store_is_away(false);
    let fresh = Credential::Link {
        token: token.reveal().to_owned(),
        device_key: device_key('b'),
    };
    Client::hello(&world, fresh).await.joined().await;
}

#[tokio::test]
async fn an_offer_that_cannot_be_answered_does_not_cost_the_link() {
    let world = World::open().await;
    let without_bundle = sdp::offer(3).replace("a=group:BUNDLE", "a=group:LS");
    let mut client = Client::hello_with(&world, world.link(1, 'a'), Some(without_bundle)).await;
    let (error, close) = client.refused().await;
    let ServerMessage::Error { code, message, .. } = error else {
        unreachable!("it is an error");
    };
    assert_eq!((code, close), (ErrorCode::OfferNotUsable, 4415));
    assert!(message.contains("BUNDLE"), "{message}");
    Client::hello(&world, world.link(1, 'a'))
        .await
        .joined()
        .await;
}
