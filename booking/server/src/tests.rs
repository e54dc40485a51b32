//! The API over a real SQLite file, with a visit that is open now.

use std::{
    net::SocketAddr,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{
        HeaderMap, Method, Request, StatusCode,
        header::{ALLOW, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER},
    },
    response::Response,
};
use booking_domain::{
    MessageFilter, NewSignedIn, Outbox, Registry, Role, StoredMessage, TerminalPresence,
};
use booking_store::Store;
use grant::{DeviceHash, LinkHash, LinkKeyRing, Secret};
use ids::{PersonId, Seat, TerminalId, VisitId};
use protocol::{EndReason, Locale};
use rand::{SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use sqlx::AnyPool;
use telemetry::clock::unix_now_ms;
use tempfile::TempDir;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tower::ServiceExt;

use crate::{
    Booking, BookingSettings, CallTestPass, DemoPlan, DemoVisit, DocumentSettings, IssuedLink,
    LinkIssuer, LiveVisits, MessageSettings, PasswordCost, ProblemCode, RetentionSettings,
    ScannerSettings, TwilioSettings, Vault, router, seed_demo,
};

pub(crate) const PUBLIC_URL: &str = "https://visit.gov.test";
pub(crate) const RECEIPTS_SECRET: &str = "receipts0123456789";
pub(crate) const TWILIO_TOKEN: &str = "token";
const LENGTH_MS: u64 = 30 * 60 * 1000;

/// What an answer says of when to come back, seconds.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<u64> {
    let seconds = headers.get(RETRY_AFTER)?;
    Some(seconds.to_str().unwrap().parse().unwrap())
}

/// Writes down what would happen to running calls.
pub(crate) struct LiveNotes {
    connected: Mutex<Vec<Seat>>,
    ended: Mutex<Vec<(VisitId, EndReason)>>,
    moved: Mutex<Vec<VisitId>>,
    present: Mutex<TerminalPresence>,
    paired_anew: Mutex<Vec<TerminalId>>,
    reissued: Mutex<Vec<(VisitId, Seat, u32)>>,
    reissues: UnboundedSender<(VisitId, Seat, u32)>,
    waits: tokio::sync::Mutex<UnboundedReceiver<(VisitId, Seat, u32)>>,
}

impl LiveNotes {
    fn new() -> Self {
        let (reissues, waits) = unbounded_channel();
        Self {
            connected: Mutex::default(),
            ended: Mutex::default(),
            moved: Mutex::default(),
            present: Mutex::default(),
            paired_anew: Mutex::default(),
            reissued: Mutex::default(),
            reissues,
            waits: waits.into(),
        }
    }

    pub(crate) fn connect(&self, number: u8) {
        self.connected.lock().unwrap().push(seat(number));
    }

    /// Every terminal's page is connected from now on, without a camera.
    pub(crate) fn terminal_is_there(&self) {
        *self.present.lock().unwrap() = TerminalPresence {
            connected: true,
            mic: true,
            camera: false,
        };
    }

    /// The terminals that were paired with another device.
    pub(crate) fn paired_anew(&self) -> Vec<TerminalId> {
        self.paired_anew.lock().unwrap().clone()
    }

    pub(crate) fn ended(&self) -> Vec<(VisitId, EndReason)> {
        self.ended.lock().unwrap().clone()
    }

    pub(crate) fn moved(&self) -> Vec<VisitId> {
        self.moved.lock().unwrap().clone()
    }

    pub(crate) fn reissued(&self) -> Vec<(VisitId, Seat, u32)> {
        self.reissued.lock().unwrap().clone()
    }

    pub(crate) async fn next_reissued(&self) -> (VisitId, Seat, u32) {
        self.waits.lock().await.recv().await.unwrap()
    }
}

#[async_trait]
impl LiveVisits for LiveNotes {
    async fn end(&self, visit: VisitId, reason: EndReason) {
        self.ended.lock().unwrap().push((visit, reason));
    }

    async fn moved(&self, visit: VisitId) {
        self.moved.lock().unwrap().push(visit);
    }

    async fn link_reissued(&self, visit: VisitId, seat: Seat, generation: u32) {
        self.reissued
            .lock()
            .unwrap()
            .push((visit, seat, generation));
        self.reissues.send((visit, seat, generation)).unwrap();
    }

    async fn connected(&self, _: VisitId) -> Vec<Seat> {
        self.connected.lock().unwrap().clone()
    }

    async fn presence(&self, _: TerminalId) -> TerminalPresence {
        *self.present.lock().unwrap()
    }

    async fn phone_test(&self, person: PersonId) -> CallTestPass {
        CallTestPass {
            pass: format!("pass of {person}"),
            ends_at_ms: 60_000,
        }
    }

    async fn self_test(&self, terminal: TerminalId) -> CallTestPass {
        CallTestPass {
            pass: format!("pass of {terminal}"),
            ends_at_ms: 60_000,
        }
    }

    async fn paired_anew(&self, terminal: TerminalId) {
        self.paired_anew.lock().unwrap().push(terminal);
    }
}

/// The API, its store and the people of one visit.
pub(crate) struct TestApi {
    pub(crate) store: Store,
    pub(crate) live: Arc<LiveNotes>,
    pub(crate) demo: DemoVisit,
    pub(crate) booking: Booking,
    keys: Arc<LinkKeyRing>,
    router: Router,
    folder: TempDir,
}

impl TestApi {
    /// As in a demonstration.
    pub(crate) async fn start() -> Self {
        Self::start_with(true).await
    }

    /// As in real use.
    pub(crate) async fn start_for_real() -> Self {
        Self::start_with(false).await
    }

    /// As in real use, with a virus scanner: a script for the shell.
    pub(crate) async fn start_with_scanner(script: &str) -> Self {
        let scanner = ScannerSettings {
            command: ["sh", "-c", script].map(str::to_owned).to_vec(),
            answer_within: Duration::from_secs(600),
        };
        Self::start_over(false, Some(scanner)).await
    }

    async fn start_with(demo_outbox: bool) -> Self {
        Self::start_over(demo_outbox, None).await
    }

    async fn start_over(demo_outbox: bool, scanner: Option<ScannerSettings>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::sqlite(&folder.path().join("visits.db"))
            .await
            .unwrap();
        let keys = Arc::new(LinkKeyRing::new(0, [(0, [1; 32])]).unwrap());
        let live = Arc::new(LiveNotes::new());
        let demo = seed(&store, &keys, 1).await;
        let settings = settings(&folder, demo_outbox, scanner);
        let booking = Booking::new(
            store.clone(),
            keys.clone(),
            vault(),
            live.clone(),
            &settings,
        );
        Self {
            store,
            live,
            demo,
            keys,
            router: router(booking.clone()),
            booking,
            folder,
        }
    }

    /// As in real use after a restart, with other keys in the vault.
    pub(crate) fn restart(&mut self, vault: Vault) {
        self.booking = Booking::new(
            self.store.clone(),
            self.keys.clone(),
            vault,
            self.live.clone(),
            &settings(&self.folder, false, None),
        );
        self.router = router(self.booking.clone());
    }

    pub(crate) fn router(&self) -> Router {
        self.router.clone()
    }

    /// Another facility with a visit of its own.
    pub(crate) async fn seed_another(&self) -> DemoVisit {
        seed(&self.store, &self.keys, 2).await
    }

    /// An officer whose session is over.
    pub(crate) async fn expired_officer(&self) -> Secret {
        let secret = Secret::generate(&mut StdRng::seed_from_u64(9));
        let facility = self.demo.facility;
        let officer = NewSignedIn {
            facility,
            roles: vec![Role::Officer],
            login: "chen".into(),
            name: "陳淑芬".into(),
            secret: secret.hash(),
            expires_at_ms: unix_now_ms(),
        };
        self.store.add_signed_in(officer).await.unwrap();
        secret
    }

    /// The messages of the store, the newest first.
    pub(crate) async fn newest_messages(&self) -> Vec<StoredMessage> {
        let filter = MessageFilter {
            limit: 100,
            ..MessageFilter::default()
        };
        self.store.messages(&filter).await.unwrap()
    }

    pub(crate) fn link_hash(&self, link: &IssuedLink) -> LinkHash {
        self.hash_in(&link.url)
    }

    /// The hash of the link that a text ends with.
    pub(crate) fn hash_in(&self, text: &str) -> LinkHash {
        self.keys.verify(token_in(text)).unwrap().hash
    }

    pub(crate) async fn officer_get(&self, path: &str) -> (StatusCode, Value) {
        self.get_as(path, &format!("Bearer {}", self.demo.officer.reveal()))
            .await
    }

    pub(crate) async fn get_as(&self, path: &str, credential: &str) -> (StatusCode, Value) {
        let request = Request::builder()
            .uri(path)
            .header(AUTHORIZATION, credential);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn officer_post(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        let mut request = post(path, body);
        let credential = format!("Bearer {}", self.demo.officer.reveal())
            .parse()
            .unwrap();
        request.headers_mut().insert(AUTHORIZATION, credential);
        self.send(request).await
    }

    /// Makes the officer an administrator of all facilities.
    pub(crate) async fn promote_officer(&self) {
        let file = self.folder.path().join("visits.db");
        let database = format!("sqlite://{}", file.display());
        let database = AnyPool::connect(&database).await.unwrap();
        sqlx::query(
            "UPDATE staff_role SET role = 'administrator', facility_id = NULL
             WHERE staff_id = (SELECT staff_id FROM staff_session WHERE hash = $1)",
        )
        .bind(self.demo.officer.hash().as_bytes().as_slice())
        .execute(&database)
        .await
        .unwrap();
        database.close().await;
    }

    /// Sends a form with a signature, as Twilio does.
    pub(crate) async fn post_form(&self, path: &str, signature: &str, form: &str) -> StatusCode {
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("x-twilio-signature", signature)
            .body(Body::from(form.to_owned()))
            .unwrap();
        self.send(request).await.0
    }

    /// Gets an answer that is no JSON.
    pub(crate) async fn get_text(&self, path: &str) -> String {
        let request = Request::builder().uri(path).body(Body::empty()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        String::from_utf8(body.to_vec()).unwrap()
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        self.send(post(path, body)).await
    }

    pub(crate) async fn post_from(
        &self,
        client: SocketAddr,
        path: &str,
        body: &Value,
    ) -> (StatusCode, Value) {
        let mut request = post(path, body);
        request.extensions_mut().insert(ConnectInfo(client));
        self.send(request).await
    }

    /// The whole answer to a request.
    pub(crate) async fn respond(&self, request: Request<Body>) -> Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// The folder of the database and the documents.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A way to the database past the store.
    pub(crate) async fn database(&self) -> AnyPool {
        let file = self.folder().join("visits.db");
        let url = format!("sqlite://{}", file.display());
        AnyPool::connect(&url).await.unwrap()
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> (StatusCode, Value) {
        let response = self.respond(request).await;
        let status = response.status();
        assert_eq!(response.headers()[CACHE_CONTROL], "no-store");
        if status.is_client_error() {
            assert_eq!(response.headers()[CONTENT_TYPE], "application/problem+json");
        }
        if status == StatusCode::METHOD_NOT_ALLOWED {
            assert!(response.headers().contains_key(ALLOW));
        }
        let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        let body = if body.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&body).unwrap()
        };
        (status, body)
    }
}

fn settings(
    folder: &TempDir,
    demo_outbox: bool,
    scanner: Option<ScannerSettings>,
) -> BookingSettings {
    BookingSettings {
        public_url: PUBLIC_URL.into(),
        origins: vec![PUBLIC_URL.into()],
        demo_outbox,
        password_cost: PasswordCost::new(64, 1).unwrap(),
        documents: DocumentSettings {
            folder: folder.path().join("documents"),
            scanner,
            reader: None,
        },
        messages: MessageSettings {
            receipts_secret: RECEIPTS_SECRET.into(),
            twilio: TwilioSettings {
                auth_token: TWILIO_TOKEN.into(),
                ..TwilioSettings::default()
            },
            ..MessageSettings::default()
        },
        retention: RetentionSettings::default(),
    }
}

pub(crate) fn vault() -> Vault {
    Vault::new(0, [(0, [2; 32])], [3; 32]).unwrap()
}

async fn seed(store: &Store, keys: &Arc<LinkKeyRing>, seed: u64) -> DemoVisit {
    let issuer = LinkIssuer::new(store.clone(), keys.clone(), PUBLIC_URL);
    let plan = DemoPlan::open_now(unix_now_ms(), LENGTH_MS, Locale::ZhTw);
    seed_demo(&issuer, plan, &mut StdRng::seed_from_u64(seed))
        .await
        .unwrap()
}

fn post(path: &str, body: &Value) -> Request<Body> {
    let request = Request::builder().method(Method::POST).uri(path);
    let request = request.header(CONTENT_TYPE, "application/json");
    request.body(Body::from(body.to_string())).unwrap()
}

pub(crate) fn token_in(text: &str) -> &str {
    text.rsplit_once('#').unwrap().1
}

pub(crate) fn seat(number: u8) -> Seat {
    Seat::try_from(number).unwrap()
}

pub(crate) fn device(first: u8) -> DeviceHash {
    DeviceHash::from_bytes([first; 32])
}

#[tokio::test]
async fn a_problem_is_told_in_the_language_of_the_request() {
    let api = TestApi::start().await;
    let (status, body) = api.get_as("/api/nowhere?locale=en", "").await;
    let expected = json!({
        "type": "urn:openvisit:problem:not_found",
        "code": "not_found",
        "status": 404,
        "title": "Not found",
        "detail": "There is nothing under this address.",
    });
    assert_eq!((status, body), (StatusCode::NOT_FOUND, expected));
    let (_, body) = api.get_as("/api/officer/visits", "").await;
    assert_eq!(body["title"], "尚未登入");
}

#[tokio::test]
async fn what_the_framework_refuses_is_a_problem_too() {
    let api = TestApi::start().await;
    let (status, body) = api.get_as("/api/links/resend", "").await;
    let expected = (StatusCode::METHOD_NOT_ALLOWED, &json!("method_not_allowed"));
    assert_eq!((status, &body["code"]), expected);
    let body = json!({ "reason": "接見人以其他裝置錄影" });
    let (status, body) = api.officer_post("/api/officer/visits/%FF/end", &body).await;
    assert_eq!(
        (status, &body["code"]),
        (StatusCode::BAD_REQUEST, &json!("bad_request"))
    );
}

#[test]
fn every_problem_has_a_word_of_its_own() {
    for (index, code) in ProblemCode::ALL.iter().enumerate() {
        for other in &ProblemCode::ALL[..index] {
            assert_ne!(code.as_str(), other.as_str());
        }
    }
}

#[tokio::test]
async fn two_demonstrations_in_one_store_are_not_in_each_others_way() {
    let api = TestApi::start().await;
    let second = api.seed_another().await;
    assert_ne!(second.visit, api.demo.visit);
    assert_eq!(second.links.len(), 3);
    let shown = format!("{second:?}");
    assert!(!shown.contains(token_in(&second.links[0].url)), "{shown}");
    assert!(!shown.contains(second.officer.reveal()), "{shown}");
}
