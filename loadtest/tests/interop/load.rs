//! A whole load: lean clients on the service, and both ends' counts held against each other.

use loadtest::{
    door::Trust,
    figures::Figures,
    performer::MediaKind,
    run::{Plan, Target, run},
    visits::Visit,
};

use crate::service::Service;

async fn load(media: MediaKind) -> Figures {
    let service = Service::start().await;
    let target = Target {
        base: service.base.clone(),
        trust: Trust::Authorities,
        pid: None,
        visits: vec![Visit {
            terminal: service.visit.terminal.reveal().to_owned(),
            links: service.visit.links.iter().map(|l| l.url.clone()).collect(),
        }],
    };
    let plan = Plan {
        rooms: 1,
        participants: 4,
        warm_up_seconds: 2,
        seconds: 2,
        media,
        client_threads: 1,
        joins_a_second: 20.0,
        impairment: None,
        burst: 0,
        flood: 0,
    };
    let outcome = run(&plan, &target, &mut |_| {}).await.unwrap();
    outcome.figures
}

/// Nothing is lost on the way: whatever one end sent, the other received.
fn counts_add_up(figures: &Figures) {
    let whole = figures.whole_run;
    assert_eq!(whole.clients_failed, 0, "{figures:?}");
    let (received, sent) = (whole.server_received.unwrap(), whole.server_sent.unwrap());
    if whole.dropped_by_the_system == 0 && whole.clients_unsent == 0 {
        assert_eq!(received, whole.clients_sent, "{figures:?}");
        assert_eq!(sent, whole.clients_received, "{figures:?}");
        assert_eq!(figures.lost, 0, "{figures:?}");
    } else {
        // A machine so busy that sockets overflowed: then nobody has more than was sent.
        assert!(received <= whole.clients_sent, "{figures:?}");
        assert!(whole.clients_received <= sent, "{figures:?}");
    }
    assert_eq!(figures.join_ms.is_some(), figures.first_frame_ms.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_made_up_media_the_others_receive_what_the_server_sends() {
    let figures = load(MediaKind::Synthetic).await;
    counts_add_up(&figures);
    let whole = figures.whole_run;
    // Those who joined first sent before the others were there.
    let reached = whole.clients_received - whole.clients_padding_received;
    assert!(reached <= 3 * whole.clients_sent, "{figures:?}");
    // On a machine so busy that the server withholds pictures, sound alone is three quarters.
    assert!(reached * 4 > whole.clients_sent, "{figures:?}");
    assert!(figures.forward_latency_us.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_the_clip_every_receiver_gets_one_layer_and_all_voices() {
    let figures = load(MediaKind::Clip).await;
    counts_add_up(&figures);
    assert!(figures.concealed_audio_ratio.is_some(), "{figures:?}");
    assert!(figures.forward_latency_us.is_some(), "{figures:?}");
}
