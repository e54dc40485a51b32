//! What is secret stands in no log, at any level.

use protocol::Credential;
use testkit::captured::Captured;
use tracing_subscriber::{Layer, layer::SubscriberExt, util::SubscriberInitExt};

use crate::{
    client::Client,
    phone_tests::{person, testing},
    sdp,
    world::{RELAY_SECRET, World, device_key},
};

#[tokio::test]
async fn no_token_grant_pass_secret_or_device_key_is_ever_logged() {
    let captured = Captured::default();
    let writer = captured.clone();
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(move || writer.clone())
        .with_filter(telemetry::logs::filter("trace").unwrap());
    tracing_subscriber::registry().with(lines).init();
    let world = World::open().await;
    let mut visitor = Client::hello(&world, world.link(1, 'q')).await;
    let joined = visitor.joined().await;
    let (grant, [relay]) = (joined.grant.unwrap(), joined.ice_servers.as_slice()) else {
        panic!("there is one relay");
    };
    let (relay_user, relay_password) = (relay.username.clone(), relay.credential.clone());
    visitor.offer(sdp::offer(3)).await;
    visitor.joined().await;
    let credential = Credential::Grant {
        grant: grant.clone(),
        device_key: device_key('q'),
    };
    Client::hello(&world, credential).await.joined().await;
    let mut terminal = Client::hello_with(&world, world.terminal(), None).await;
    terminal.hear().await.unwrap();
    let pass = world.signaling.phone_test(person(1)).0;
    let test = Credential::Test { pass: pass.clone() };
    testing(&mut Client::hello(&world, test).await).await;
    let (Credential::Link { token, .. }, Credential::Terminal { secret }) =
        (world.link(1, 'q'), world.terminal())
    else {
        unreachable!("they are what they are called");
    };
    let log = captured.text();
    assert!(log.contains("joined"), "the log is there");
    assert!(log.contains("TRACE"), "at its most talkative");
    let relay = [relay_user.unwrap(), relay_password.unwrap()];
    let planted = [
        pass,
        token,
        grant,
        secret,
        device_key('q'),
        "林美玉".to_owned(),
    ];
    for planted in planted
        .into_iter()
        .chain(relay)
        .chain([RELAY_SECRET.to_owned()])
    {
        assert!(!log.contains(&planted), "found in the log: {planted}");
    }
}
