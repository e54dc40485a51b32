//! Who is told how to use the relay.

use grant::RelayCredential;
use ids::Seat;
use protocol::{Credential, IceServer, Joined, ServerMessage};
use telemetry::clock::unix_now_ms;

use crate::{
    client::Client,
    sdp,
    world::{RELAY, World, device_key, relay_credentials},
};

/// What a seat of the world's visit is to be told.
fn relay_of(world: &World, joined: &Joined) -> Vec<IceServer> {
    let RelayCredential { username, password } = relay_credentials().issue(
        world.visit,
        joined.seat,
        joined.visit.ends_at_ms,
        unix_now_ms(),
    );
    vec![IceServer {
        urls: vec![RELAY.to_owned()],
        username: Some(username),
        credential: Some(password),
    }]
}

#[tokio::test]
async fn whoever_takes_a_seat_comes_back_to_it_or_restarts_ice_gets_the_relay_of_that_seat() {
    let world = World::open().await;
    let mut mother = Client::hello(&world, world.link(1, 'a')).await;
    let joined = mother.joined().await;
    let relay = relay_of(&world, &joined);
    assert_eq!(joined.ice_servers, relay);

    mother.offer(sdp::offer(3)).await;
    let restarted = mother.joined().await;
    assert!(restarted.grant.is_none(), "an ICE restart");
    assert_eq!(restarted.ice_servers, relay);

    let credential = Credential::Grant {
        grant: joined.grant.unwrap(),
        device_key: device_key('a'),
    };
    let returned = Client::hello(&world, credential).await.joined().await;
    assert_eq!(returned.ice_servers, relay);

    let mut terminal = Client::hello_with(&world, world.terminal(), None).await;
    terminal.called().await;
    terminal.offer(sdp::offer(3)).await;
    let seated = terminal.joined().await;
    assert_eq!(seated.seat, Seat::INMATE);
    assert_eq!(seated.ice_servers, relay_of(&world, &seated));
    assert_ne!(seated.ice_servers, relay, "each seat has its own");
}

#[tokio::test]
async fn who_is_early_is_told_of_no_relay() {
    let world = World::with_times(60_000, 20 * 60_000).await;
    let mut early = Client::hello(&world, world.link(1, 'a')).await;
    let heard = early.hear().await.unwrap();
    assert!(matches!(heard, ServerMessage::Waiting { .. }));
    let text = serde_json::to_string(&heard).unwrap();
    assert!(!text.contains("turns:"), "{text}");
}
