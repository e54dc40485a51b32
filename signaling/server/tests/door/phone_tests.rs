//! A phone that tests whether a call would hold: what its pass opens, and that it opens nothing else.

use std::collections::BTreeSet;

use grant::TestPass;
use ids::PersonId;
use protocol::{Credential, EndReason, ErrorCode, ServerMessage, Testing};
use telemetry::clock::unix_now_ms;

use crate::{
    client::Client,
    media::Peer,
    sdp,
    world::{MOST_TESTS, RELAY, World, device_key},
};

pub(crate) fn person(number: u128) -> PersonId {
    format!("{number:032x}").parse().unwrap()
}

fn test(pass: String) -> Credential {
    Credential::Test { pass }
}

fn pass_of(world: &World, number: u128) -> Credential {
    test(world.signaling.phone_test(person(number)).0)
}

pub(crate) async fn testing(client: &mut Client) -> Testing {
    client
        .until(|message| match message {
            ServerMessage::Testing(testing) => Some(testing),
            ServerMessage::Error { code, message, .. } => panic!("{code:?}: {message}"),
            _ => None,
        })
        .await
}

async fn refusal(world: &World, credential: Credential) -> ErrorCode {
    let (error, _) = Client::hello(world, credential).await.refused().await;
    let ServerMessage::Error { code, .. } = error else {
        unreachable!("it is an error");
    };
    code
}

#[tokio::test]
async fn a_test_has_media_and_a_relay_and_leaves_no_trace_of_a_visit() {
    let world = World::open().await;
    let (peer, offer) = Peer::new().await;
    let mut phone = Client::hello_with(&world, pass_of(&world, 1), Some(offer)).await;
    let answered = testing(&mut phone).await;
    let media = peer.run(&answered.answer);
    assert_eq!(answered.ice_servers[0].urls, [RELAY]);
    assert!(answered.ends_at_ms <= unix_now_ms() + TestPass::LENGTH_MS);
    world
        .until_metric("sfu_handshakes_completed_total", 1)
        .await;
    world.until_metric("sfu_participants", 1).await;
    assert_eq!(world.metric("signaling_phone_tests"), 1);
    assert_eq!(world.metric("signaling_rooms"), 0, "it is in no visit");
    drop(phone);
    world.until_metric("sfu_participants", 0).await;
    world.until_metric("signaling_phone_tests", 0).await;
    media.abort();
}

#[tokio::test]
async fn a_pass_opens_one_test_and_no_visit() {
    let world = World::open().await;
    let pass = world.signaling.phone_test(person(1)).0;
    let as_grant = Credential::Grant {
        grant: pass.clone(),
        device_key: device_key('a'),
    };
    assert_eq!(refusal(&world, as_grant).await, ErrorCode::GrantNotValid);
    let mut phone = Client::hello(&world, test(pass.clone())).await;
    testing(&mut phone).await;
    drop(phone);
    world.until_metric("signaling_phone_tests", 0).await;
    assert_eq!(
        refusal(&world, test(pass)).await,
        ErrorCode::TestNotValid,
        "it was used"
    );
    let mut mother = Client::hello(&world, world.link(1, 'a')).await;
    let grant = mother.joined().await.grant.unwrap();
    for nothing in [grant, String::new(), "a.b.c".to_owned()] {
        assert_eq!(
            refusal(&world, test(nothing)).await,
            ErrorCode::TestNotValid
        );
    }
}

#[tokio::test]
async fn a_pass_that_asks_for_a_visits_room_is_none_of_ours_and_rooms_are_never_the_same() {
    let world = World::open().await;
    let rooms: BTreeSet<_> = (0..100)
        .map(|_| {
            world
                .pass_says(&world.signaling.phone_test(person(1)).0)
                .room
        })
        .collect();
    assert_eq!(rooms.len(), 100);
    assert!(!rooms.contains(&world.visit));
    let forged = TestPass {
        room: world.visit,
        person: person(1),
        ends_at_ms: unix_now_ms() + 60_000,
    };
    let forged = World::foreign_grants().seal_test(&forged, unix_now_ms());
    assert_eq!(refusal(&world, test(forged)).await, ErrorCode::TestNotValid);
}

#[tokio::test]
async fn there_are_so_many_tests_and_no_more_and_visits_are_joined_all_the_same() {
    let world = World::open().await;
    let mut phones = Vec::new();
    for number in 0..MOST_TESTS as u128 {
        let mut phone = Client::hello(&world, pass_of(&world, number)).await;
        testing(&mut phone).await;
        phones.push(phone);
    }
    assert_eq!(refusal(&world, pass_of(&world, 99)).await, ErrorCode::Busy);
    let mut mother = Client::hello(&world, world.link(1, 'a')).await;
    mother.joined().await;
    drop(phones.pop());
    let free = MOST_TESTS - 1;
    world.until_metric("signaling_phone_tests", free).await;
    let mut next = Client::hello(&world, pass_of(&world, 99)).await;
    testing(&mut next).await;
    mother.pong().await;
}

#[tokio::test]
async fn a_person_has_one_relay_user_over_all_tests_and_it_ends_soon() {
    let world = World::open().await;
    let mut users = BTreeSet::new();
    for _ in 0..2 {
        let mut phone = Client::hello(&world, pass_of(&world, 1)).await;
        let mut answered = testing(&mut phone).await;
        phone.offer(sdp::offer(3)).await;
        let again = testing(&mut phone).await;
        assert_eq!(again.ice_servers, answered.ice_servers, "an ICE restart");
        let relay = answered.ice_servers.remove(0);
        let user = relay.username.unwrap();
        let (until, id) = user.split_once(':').unwrap();
        let until: u64 = until.parse().unwrap();
        assert!(until <= unix_now_ms() / 1_000 + 60 + 300);
        users.insert(id.to_owned());
    }
    assert_eq!(users.len(), 1);
}

#[tokio::test]
async fn the_server_ends_a_test_that_nobody_ends() {
    let world = World::open().await;
    let pass = world.pass_for(person(1), 1_500);
    let (peer, offer) = Peer::new().await;
    let mut phone = Client::hello_with(&world, test(pass), Some(offer)).await;
    let media = peer.run(&testing(&mut phone).await.answer);
    world
        .until_metric("sfu_handshakes_completed_total", 1)
        .await;
    world.until_metric("sfu_participants", 1).await;
    assert_eq!(phone.ended().await, (EndReason::SlotEnded, 1000));
    world.until_metric("sfu_participants", 0).await;
    media.abort();
}
