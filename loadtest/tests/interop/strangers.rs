//! str0m among bots: fewer lines than others, and one pair both ways.

use std::{cell::Cell, collections::BTreeMap};

use ids::Seat;
use loadtest::clip::Person;

use crate::{
    service::{Service, has_heard_and_seen},
    stranger::{Received, Shape, Stranger, pictures_of, sounds_of},
};

/// A second of sound and of pictures came on these lines.
fn enough(received: &Received, audio_mid: &str, video_mid: &str) -> bool {
    let count = |of: &BTreeMap<String, Vec<_>>, mid| of.get(mid).map_or(0, Vec::len);
    count(&received.sounds, audio_mid) >= 50 && count(&received.pictures, video_mid) >= 30
}

async fn a_stranger_gets_the_inmate_first(shape: Shape) {
    let service = Service::start().await;
    let mut inmate = service.inmate(Person::Blue);
    let mut visitor = service.visitor(1, Person::Red);
    let mut stranger = Stranger::join(&service, 2, shape).await;

    let lines = stranger.joined.lines.clone();
    assert_eq!(lines[0].seat, Seat::INMATE);
    let audio_mid = lines[0].audio_mid.clone().unwrap();
    let video_mid = lines[0].video_mid.clone().unwrap();
    for line in &lines[1..] {
        assert_eq!((&line.audio_mid, &line.video_mid), (&None, &None));
    }

    let others_have_enough = Cell::new(false);
    let others = async {
        let call = inmate.until(|call| has_heard_and_seen(call, 2)).await;
        assert_eq!(call.seat, 0);
        let call = visitor.until(|call| has_heard_and_seen(call, 2)).await;
        assert_eq!(call.seat, 1);
        others_have_enough.set(true);
    };
    let stranger_has_enough = async {
        stranger
            .until(|received| enough(received, &audio_mid, &video_mid))
            .await;
        let received = &stranger.received;
        let (sounds, pictures) = (&received.sounds[&audio_mid], &received.pictures[&video_mid]);
        assert_eq!(sounds_of(Person::Blue, sounds), sounds.len());
        assert_eq!(pictures_of(Person::Blue, pictures), pictures.len());
        assert_eq!((received.sounds.len(), received.pictures.len()), (1, 1));
        stranger.until(|_| others_have_enough.get()).await;
    };
    tokio::join!(others, stranger_has_enough);
    service.stop_bots();
    assert_eq!(inmate.end().await.outcome, "stopped");
    assert_eq!(visitor.end().await.outcome, "stopped");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_with_one_receive_pair_gets_the_inmate() {
    a_stranger_gets_the_inmate_first(Shape::OneReceivePair).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_with_one_pair_both_ways_gets_the_inmate() {
    a_stranger_gets_the_inmate_first(Shape::SendReceive).await;
}
