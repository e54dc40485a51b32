//! A service of the test's own with one visit that is open now.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::routing::get;
use booking_server::{DemoPlan, DemoVisit, LinkIssuer, seed_demo};
use booking_store::Store;
use grant::{GrantKeyRing, LinkKeyRing};
use loadtest::{
    bot::{Bot, Entry, Progress, Surroundings},
    call::Performance,
    clip::{Clip, Person},
    door::{BaseUrl, Trust, fragment},
    report::{BotReport, CallReport},
};
use protocol::Locale;
use rand::{SeedableRng, rngs::StdRng};
use sfu_server::{Sfu, SfuConfig};
use signaling_server::{Signaling, SignalingParts, SignalingSettings};
use telemetry::{
    Metrics,
    clock::{WallClock, unix_now_ms},
};
use tempfile::TempDir;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

/// Long enough that no test sees the visit's end by itself.
const VISIT: Duration = Duration::from_secs(30 * 60);

pub(crate) struct Service {
    pub(crate) base: BaseUrl,
    pub(crate) visit: DemoVisit,
    pub(crate) signaling: Signaling,
    stop: watch::Sender<bool>,
    _folder: TempDir,
}

impl Service {
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::sqlite(&folder.path().join("visits.sqlite"))
            .await
            .unwrap();
        let links = Arc::new(LinkKeyRing::new(0, [(0, [7; 32])]).unwrap());
        let grants = Arc::new(GrantKeyRing::new(0, [(0, [8; 32])]).unwrap());
        let metrics = Metrics::new().unwrap();
        let sfu = Sfu::start(SfuConfig {
            threads: 1,
            metrics: metrics.clone(),
            ..SfuConfig::default()
        });

        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let issuer = LinkIssuer::new(store.clone(), Arc::clone(&links), &url);
        let length_ms = u64::try_from(VISIT.as_millis()).unwrap();
        let plan = DemoPlan::open_now(unix_now_ms(), length_ms, Locale::En);
        let visit = seed_demo(&issuer, plan, &mut StdRng::from_os_rng())
            .await
            .unwrap();

        let parts = SignalingParts {
            visits: Arc::new(store),
            links,
            grants,
            sfu: Arc::new(sfu.unwrap()),
            metrics: metrics.clone(),
            clock: Arc::clone(WallClock::system()),
        };
        let signaling = Signaling::start(SignalingSettings::default(), parts).unwrap();
        let app = signaling
            .routes()
            .route("/metrics", get(async move || metrics.render().unwrap()))
            .into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self {
            base: url.parse().unwrap(),
            visit,
            signaling,
            stop: watch::Sender::new(false),
            _folder: folder,
        }
    }

    /// Seats a bot at the terminal.
    pub(crate) fn inmate(&self, person: Person) -> Seated {
        let secret = self.visit.terminal.reveal().to_owned();
        self.seat(Entry::Terminal(secret), person)
    }

    /// Seats a bot with the visitor's link of this seat.
    pub(crate) fn visitor(&self, seat: usize, person: Person) -> Seated {
        self.seat(Entry::Link(self.token(seat)), person)
    }

    /// The token of the visitor's link of this seat.
    pub(crate) fn token(&self, seat: usize) -> String {
        fragment(&self.visit.links[seat - 1].url).to_owned()
    }

    /// Tells every bot to hang up.
    pub(crate) fn stop_bots(&self) {
        self.stop.send_replace(true);
    }

    fn seat(&self, entry: Entry, person: Person) -> Seated {
        let surroundings = Surroundings {
            base: self.base.clone(),
            trust: Trust::Authorities,
            stop: self.stop.subscribe(),
            routes: Arc::default(),
        };
        let performance = Performance {
            clip: Arc::new(Clip::load(person).unwrap()),
            offset: Duration::ZERO,
            latencies: None,
        };
        let bot = Bot::new(format!("{person:?}"), entry, performance, surroundings);
        Seated {
            progress: bot.progress(),
            life: tokio::spawn(bot.run()),
        }
    }
}

/// A bot in the call.
pub(crate) struct Seated {
    pub(crate) progress: watch::Receiver<Progress>,
    life: JoinHandle<BotReport>,
}

impl Seated {
    /// Waits until the running call is as far as `enough` says.
    pub(crate) async fn until(&mut self, enough: impl Fn(&CallReport) -> bool) -> CallReport {
        let seen = self
            .progress
            .wait_for(|seen| seen.running.as_ref().is_some_and(&enough))
            .await
            .unwrap();
        seen.running.clone().unwrap()
    }

    /// Waits for the end of its life.
    pub(crate) async fn end(self) -> BotReport {
        self.life.await.unwrap()
    }
}

/// Seconds of sound and picture came from this seat.
pub(crate) fn has_heard_and_seen(call: &CallReport, seat: u8) -> bool {
    call.lines.iter().any(|line| {
        let heard = line.audio.as_ref().is_some_and(|audio| audio.packets >= 50);
        let seen = line
            .video
            .as_ref()
            .is_some_and(|video| video.frames >= Some(30));
        line.seat == seat && heard && seen
    })
}
