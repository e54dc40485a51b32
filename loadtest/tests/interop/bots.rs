//! `webrtc`'s `PeerConnection`: the whole call.

use loadtest::clip::Person;
use protocol::EndReason;

use crate::service::{Service, has_heard_and_seen};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_inmate_and_three_visitors_all_see_and_hear_one_another_until_the_visit_is_ended() {
    let service = Service::start().await;
    let mut seated = vec![service.inmate(Person::Blue)];
    for (seat, person) in [(1, Person::Red), (2, Person::Green), (3, Person::Red)] {
        seated.push(service.visitor(seat, person));
    }
    for (own, bot) in (0..).zip(&mut seated) {
        let call = bot
            .until(|call| (0..4).all(|seat| seat == call.seat || has_heard_and_seen(call, seat)))
            .await;
        assert_eq!(call.seat, own);
        assert!(call.connected_ms.is_some() && call.first_frame_ms.is_some());
        for line in &call.lines {
            assert_eq!(line.audio.as_ref().unwrap().lost, 0, "{call:?}");
        }
    }

    let visit = service.visit.visit;
    service.signaling.end(visit, EndReason::Terminated).await;
    let inmate = seated.remove(0);
    for visitor in seated {
        assert_eq!(visitor.end().await.outcome, "terminated");
    }
    service.stop_bots();
    let report = inmate.end().await;
    assert_eq!(
        (report.outcome.as_str(), report.calls.len()),
        ("stopped", 1)
    );
}
