//! A gateway that is away, slow, loses its answers or refuses.

use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, Mutex},
};

use axum::{
    Form, Json, Router,
    body::{Body, Bytes},
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::post,
};
use booking_domain::{Channel, DeliveryState};
use futures_util::stream;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::World;
use crate::messages::{HttpSettings, MessageSettings, MitakeSettings, SmsWay, TwilioSettings};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mood {
    Well,
    Away,
    /// Takes a message and loses the first answer about it.
    LosesAnswers,
    NeverAnswers,
    Refuses,
}

#[derive(Clone)]
struct Gateway {
    mood: Arc<Mutex<Mood>>,
    /// Each request's body by the message's id.
    heard: Arc<Mutex<BTreeMap<String, Vec<Value>>>>,
    forms: Arc<Mutex<Vec<BTreeMap<String, String>>>>,
    url: String,
}

impl Gateway {
    async fn start(mood: Mood) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let gateway = Self {
            mood: Arc::new(Mutex::new(mood)),
            heard: Arc::default(),
            forms: Arc::default(),
            url: format!("http://{}", listener.local_addr().unwrap()),
        };
        let app = Router::new()
            .route("/send", post(send))
            .route("/mitake", post(mitake))
            .route("/2010-04-01/Accounts/AC1/Messages.json", post(twilio))
            .with_state(gateway.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        gateway
    }

    fn is(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    fn heard(&self) -> BTreeMap<String, Vec<Value>> {
        self.heard.lock().unwrap().clone()
    }

    fn settings(&self) -> MessageSettings {
        MessageSettings {
            sms: SmsWay::Http,
            http: HttpSettings {
                url: format!("{}/send", self.url),
                headers: [("authorization".to_owned(), "Bearer key".into())].into(),
                body: r#"{"ref": {{ id }}, "to": {{ to }}, "text": {{ text }}}"#.into(),
                success: r#""ok""#.into(),
                rejected: "no such number".into(),
                reference: "/id".into(),
                answer_within_ms: 300,
                ..HttpSettings::default()
            },
            ..MessageSettings::default()
        }
    }
}

async fn send(State(gateway): State<Gateway>, Json(body): Json<Value>) -> Response {
    let id = body["ref"].as_str().unwrap().to_owned();
    let times = {
        let mut heard = gateway.heard.lock().unwrap();
        let bodies = heard.entry(id.clone()).or_default();
        bodies.push(body);
        bodies.len()
    };
    let mood = *gateway.mood.lock().unwrap();
    match mood {
        Mood::Away => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Mood::LosesAnswers if times == 1 => {
            let cut = stream::once(async { Err::<Bytes, _>(io::Error::other("cut")) });
            Body::from_stream(cut).into_response()
        }
        Mood::NeverAnswers => std::future::pending().await,
        Mood::Refuses => {
            let answer = json!({ "status": "error", "why": "no such number" });
            Json(answer).into_response()
        }
        Mood::Well | Mood::LosesAnswers => {
            Json(json!({ "status": "ok", "id": format!("g-{id}") })).into_response()
        }
    }
}

async fn mitake(
    State(gateway): State<Gateway>,
    Form(form): Form<BTreeMap<String, String>>,
) -> &'static str {
    gateway.forms.lock().unwrap().push(form);
    "[1]\r\nmsgid=#000000013\r\nstatuscode=1\r\nAccountPoint=126\r\n"
}

async fn twilio(
    State(gateway): State<Gateway>,
    Form(form): Form<BTreeMap<String, String>>,
) -> (StatusCode, Json<Value>) {
    let known = form["To"] != "+886900000102";
    gateway.forms.lock().unwrap().push(form);
    if known {
        (StatusCode::CREATED, Json(json!({ "sid": "SM1" })))
    } else {
        (StatusCode::BAD_REQUEST, Json(json!({ "code": 21211 })))
    }
}

#[tokio::test]
async fn everything_is_sent_within_two_minutes_after_a_gateway_is_back() {
    let world = World::new(4).await;
    let gateway = Gateway::start(Mood::Away).await;
    let mut dispatcher = world.dispatcher(Channel::Sms, &gateway.settings());
    for _ in 0..600 {
        dispatcher.pass().await.unwrap();
        world.wait_s(1);
    }
    assert_eq!(world.count(DeliveryState::Sent).await, 0);
    let requests: usize = gateway.heard().values().map(Vec::len).sum();
    assert!(requests < 12 * 3 + 30, "{requests} requests in ten minutes");
    gateway.is(Mood::Well);
    let mut seconds = 0;
    while world.count(DeliveryState::Sent).await < 12 {
        assert!(seconds < 120, "not everything is sent");
        dispatcher.pass().await.unwrap();
        world.wait_s(1);
        seconds += 1;
    }
}

#[tokio::test]
async fn a_message_whose_answer_was_lost_comes_again_with_the_same_id_and_the_same_link() {
    let world = World::new(1).await;
    let gateway = Gateway::start(Mood::LosesAnswers).await;
    let mut dispatcher = world.dispatcher(Channel::Sms, &gateway.settings());
    dispatcher.pass().await.unwrap();
    assert_eq!(world.count(DeliveryState::Queued).await, 3);
    world.wait_s(60);
    dispatcher.pass().await.unwrap();
    assert_eq!(world.count(DeliveryState::Sent).await, 3);
    let heard = gateway.heard();
    assert_eq!(heard.len(), 3);
    for (id, bodies) in heard {
        assert_eq!(bodies.len(), 2, "{id}");
        assert_eq!(bodies[0], bodies[1]);
        assert!(bodies[0]["text"].as_str().unwrap().contains("/j#"));
    }
}

#[tokio::test]
async fn a_gateway_that_does_not_answer_in_time_is_tried_again() {
    let world = World::new(1).await;
    let gateway = Gateway::start(Mood::NeverAnswers).await;
    let mut dispatcher = world.dispatcher(Channel::Sms, &gateway.settings());
    dispatcher.pass().await.unwrap();
    let message = &world.messages().await[0];
    assert_eq!(message.state, DeliveryState::Queued);
    assert_eq!(message.last_error.as_deref(), Some("no answer in time"));
    gateway.is(Mood::Well);
    world.wait_s(60);
    dispatcher.pass().await.unwrap();
    assert_eq!(world.count(DeliveryState::Sent).await, 3);
}

#[tokio::test]
async fn what_a_gateway_refuses_is_given_up_and_holds_up_nobody() {
    let world = World::new(4).await;
    let gateway = Gateway::start(Mood::Refuses).await;
    let mut dispatcher = world.dispatcher(Channel::Sms, &gateway.settings());
    assert_eq!(dispatcher.pass().await, Ok(12));
    assert_eq!(world.count(DeliveryState::Failed).await, 12);
    let message = &world.messages().await[0];
    assert_eq!(
        message.last_error.as_deref(),
        Some("refused by the gateway")
    );
}

#[tokio::test]
async fn two_dispatchers_send_each_message_once() {
    let world = World::new(4).await;
    let gateway = Gateway::start(Mood::Well).await;
    let mut first = world.dispatcher(Channel::Sms, &gateway.settings());
    let mut second = world.dispatcher(Channel::Sms, &gateway.settings());
    let (first, second) = tokio::join!(first.pass(), second.pass());
    assert_eq!(first.unwrap() + second.unwrap(), 12);
    let heard = gateway.heard();
    assert_eq!(heard.len(), 12);
    assert!(heard.values().all(|bodies| bodies.len() == 1));
    let messages = world.messages().await;
    assert!(
        messages
            .iter()
            .all(|message| message.state == DeliveryState::Sent)
    );
}

#[tokio::test]
async fn a_claim_of_a_dispatcher_that_died_is_taken_over() {
    let world = World::new(1).await;
    let gateway = Gateway::start(Mood::NeverAnswers).await;
    let mut dying = world.dispatcher(Channel::Sms, &gateway.settings());
    {
        let mut pass = std::pin::pin!(dying.pass());
        // It dies with its messages at the gateway.
        while gateway.heard().len() < 3 {
            tokio::select! {
                biased;
                _ = &mut pass => break,
                () = tokio::task::yield_now() => {}
            }
        }
    }
    gateway.is(Mood::Well);
    let mut other = world.dispatcher(Channel::Sms, &gateway.settings());
    assert_eq!(other.pass().await, Ok(0));
    world.wait_s(180);
    assert_eq!(other.pass().await, Ok(3));
    assert_eq!(world.count(DeliveryState::Sent).await, 3);
    for bodies in gateway.heard().values() {
        assert_eq!((bodies.len(), &bodies[0]), (2, &bodies[1]));
    }
}

#[tokio::test]
async fn mitake_gets_our_id_and_how_long_a_message_helps() {
    let world = World::new(1).await;
    let gateway = Gateway::start(Mood::Well).await;
    let settings = MessageSettings {
        sms: SmsWay::Mitake,
        receipts_secret: "receipts0123456789".into(),
        mitake: MitakeSettings {
            url: format!("{}/mitake", gateway.url),
            username: "agency".into(),
            password: "secret".into(),
        },
        ..MessageSettings::default()
    };
    let mut dispatcher = world.dispatcher(Channel::Sms, &settings);
    dispatcher.pass().await.unwrap();
    let message = &world.messages().await[2];
    assert_eq!(message.state, DeliveryState::Sent);
    let forms = gateway.forms.lock().unwrap().clone();
    let id = message.id.to_string();
    let form = forms.iter().find(|form| form["clientid"] == id).unwrap();
    assert_eq!(form["dstaddr"], "0900000101");
    assert_eq!(
        (&*form["username"], &*form["password"]),
        ("agency", "secret")
    );
    assert_eq!(form["vldtime"], "1800");
    let receipts = "https://visit.gov.test/api/messages/receipts/mitake/receipts0123456789";
    assert_eq!(form["response"], receipts);
    assert!(form["smbody"].starts_with("14:30示範看守所接見："));
}

#[tokio::test]
async fn twilio_gets_an_international_number_and_where_to_tell() {
    let world = World::new(1).await;
    let gateway = Gateway::start(Mood::Well).await;
    let settings = MessageSettings {
        sms: SmsWay::Twilio,
        twilio: TwilioSettings {
            url: gateway.url.clone(),
            account_sid: "AC1".into(),
            auth_token: "token".into(),
            from: "+15005550006".into(),
        },
        ..MessageSettings::default()
    };
    let mut dispatcher = world.dispatcher(Channel::Sms, &settings);
    dispatcher.pass().await.unwrap();
    let messages = world.messages().await;
    assert_eq!(messages[2].state, DeliveryState::Sent);
    assert_eq!(messages[1].state, DeliveryState::Failed);
    assert_eq!(
        messages[1].last_error.as_deref(),
        Some("status 400, code 21211")
    );
    let forms = gateway.forms.lock().unwrap().clone();
    let form = forms
        .iter()
        .find(|form| form["To"] == "+886900000101")
        .unwrap();
    let callback = format!(
        "https://visit.gov.test/api/messages/receipts/twilio?message={}",
        messages[2].id
    );
    assert_eq!(form["StatusCallback"], callback);
    assert_eq!(form["From"], "+15005550006");
}
