//! Time that a visit lost is added to its end: in the call, in the store, and for whoever comes back.

use protocol::{Credential, ServerMessage};

use crate::{
    client::Client,
    sdp,
    world::{World, device_key},
};

/// Somebody waits for an inmate who does not come. What was lost by seventy seconds before the end is given back.
#[tokio::test]
async fn who_waits_in_vain_has_it_given_back_and_comes_back_within_it() {
    let world = World::with_times(0, 92_000).await;
    let mut visitor = Client::hello_with(&world, world.link(1, 'a'), Some(sdp::offer(3))).await;
    let joined = visitor.joined().await;
    let grant = joined.grant.unwrap();
    let time = visitor.until(|message| match message {
        ServerMessage::Time {
            ends_at_ms,
            given_back_ms,
            ..
        } if given_back_ms > 0 => Some((ends_at_ms, given_back_ms)),
        _ => None,
    });
    let (ends_at_ms, given_back_ms) = time.await;
    assert_eq!(ends_at_ms, joined.visit.ends_at_ms + given_back_ms);
    assert!((20_000..30_000).contains(&given_back_ms), "{given_back_ms}");
    assert_eq!(world.ends_at_ms().await, ends_at_ms);

    let by_grant = || Credential::Grant {
        grant: grant.clone(),
        device_key: device_key('a'),
    };
    let mut back = Client::hello(&world, by_grant()).await;
    assert_eq!(back.joined().await.visit.ends_at_ms, ends_at_ms);
    let world = world.restarted().await;
    let mut back = Client::hello(&world, by_grant()).await;
    let joined = back.joined().await;
    assert_eq!(joined.visit.ends_at_ms, ends_at_ms, "the store knows it");
    world.store_is_away(true);
    let world = world.restarted().await;
    let credential = Credential::Grant {
        grant: joined.grant.unwrap(),
        device_key: device_key('a'),
    };
    let mut back = Client::hello(&world, credential).await;
    let joined = back.joined().await;
    assert_eq!(joined.visit.ends_at_ms, ends_at_ms, "the grant knows it");
}

/// What the time was spent on stands in the store once the service has stopped in order.
#[tokio::test]
async fn a_stop_loses_no_time_that_was_counted() {
    let world = World::open().await;
    let mut visitor = Client::hello(&world, world.link(1, 'a')).await;
    visitor.joined().await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    world.signaling.stop().await;
    assert!(world.without_inmate_ms().await >= 300);
}
