use std::{net::SocketAddr, sync::Arc, thread::JoinHandle};

use ids::{Seat, VisitId};
use sfu_transport::{Certificate, TransportConfig};
use str0m::{
    Rtc,
    media::{Direction, MediaKind},
};
use telemetry::Metrics;
use tokio::sync::mpsc;

use super::*;
use crate::{
    control::Turn,
    engine::Population,
    join::{JoinRequest, MediaSessionId},
    metrics::SfuMetrics,
};

struct Running {
    control: Control,
    handle: JoinHandle<()>,
    address: SocketAddr,
    events: mpsc::Receiver<SfuEvent>,
    metrics: Metrics,
}

fn start() -> Running {
    let socket = MediaSocket::bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    let config = EngineConfig {
        transport: Arc::new(TransportConfig::new(
            Certificate::generate().unwrap(),
            vec![address],
        )),
        max_rooms: 10,
    };
    let (sender, events) = mpsc::channel(10);
    let metrics = Metrics::default();
    let publisher = Publisher::new(SfuMetrics::new(&metrics).unwrap());
    let tcp = TcpMetrics::new(&metrics).unwrap();
    let outbox = EventOutbox::new(sender);
    let (thread, control) = MediaThread::new(config, socket, tcp, outbox, publisher).unwrap();
    Running {
        control,
        handle: std::thread::spawn(move || thread.run()),
        address,
        events,
        metrics,
    }
}

impl Running {
    fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(Turn<'_>) -> T + Send + 'static,
    ) -> Option<T> {
        let (reply, answer) = std::sync::mpsc::channel();
        self.control
            .run(move |turn| reply.send(question(turn)).unwrap())
            .unwrap();
        answer.recv().ok()
    }

    fn join(&self, visit: VisitId, seat: Seat) {
        let mut rtc = Rtc::new(Instant::now());
        let mut changes = rtc.sdp_api();
        changes.add_media(MediaKind::Audio, Direction::SendOnly, None, None, None);
        let offer = changes.apply().unwrap().0.to_sdp_string();
        let request = JoinRequest {
            visit,
            seat,
            ends_at: Instant::now() + Duration::from_hours(1),
            offer,
        };
        let session = MediaSessionId::from_u64(1);
        let joined = self
            .ask(move |turn| {
                turn.engine
                    .join(&request, session, turn.rng, turn.now, turn.out)
            })
            .unwrap();
        assert!(joined.is_ok(), "{joined:?}");
    }
}

#[test]
fn a_media_thread_that_panics_takes_nothing_else_along() {
    let (running, mut other) = (start(), start());
    let visit = VisitId::from_uuid(uuid::Uuid::from_u128(1));
    other.join(visit, Seat::INMATE);
    assert_eq!(running.ask(|_| panic!("as a defect would")), None::<()>);
    let population = other.ask(|turn| turn.engine.population()).unwrap();
    assert_eq!((population.rooms, population.participants), (1, 1));
    assert!(
        other.events.try_recv().is_err(),
        "nobody there is told anything"
    );
    let restarts = "openvisit_sfu_media_thread_restarts_total 0";
    assert!(other.metrics.render().unwrap().contains(restarts));
    for running in [running, other] {
        drop(running.control);
        running.handle.join().unwrap();
    }
}

#[test]
fn a_media_thread_that_panics_goes_on_with_its_port_and_tells_who_was_cut_off() {
    let mut running = start();
    let visit = VisitId::from_uuid(uuid::Uuid::from_u128(1));
    running.join(visit, Seat::INMATE);
    running.join(visit, Seat::ALL[2]);
    let answered = running.ask(|_| panic!("as a defect would"));
    assert_eq!(answered, None::<()>, "who asked is told");
    for seat in [Seat::INMATE, Seat::ALL[2]] {
        let reason = DisconnectReason::MediaThreadRestarted;
        let event = SfuEvent {
            visit,
            session: Some(MediaSessionId::from_u64(1)),
            kind: SfuEventKind::Disconnected(seat, reason),
        };
        assert_eq!(running.events.blocking_recv(), Some(event));
    }
    let population = running.ask(|turn| turn.engine.population());
    assert_eq!(population, Some(Population::default()));

    // The same port answers, and one can join again.
    let client = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    client.send_to(&[0xff; 20], running.address).unwrap();
    while running.ask(|turn| turn.engine.counters().datagrams_received) == Some(0) {}
    running.join(visit, Seat::INMATE);
    let Running {
        control,
        handle,
        mut events,
        metrics,
        ..
    } = running;
    drop(control);
    handle.join().unwrap();
    assert_eq!(events.blocking_recv(), None);
    let text = metrics.render().unwrap();
    for line in [
        "openvisit_sfu_media_thread_restarts_total 1",
        "openvisit_sfu_datagrams_refused_total{reason=\"junk\"} 1",
        "openvisit_sfu_joins_total 3",
        "openvisit_sfu_participants 0",
    ] {
        assert!(
            text.lines().any(|found| found == line),
            "{line} is not in\n{text}"
        );
    }
}
