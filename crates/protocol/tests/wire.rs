//! What stands on the wire, letter by letter, and what is refused.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use ids::{Seat, VisitId};
use proptest::prelude::*;
use protocol::{
    By, ClientMessage, Credential, EndReason, ErrorCode, Hello, IceServer, Joined, Locale,
    Participant, ReceiveLine, ScheduledVisit, ServerMessage, ViewTile, Visit, Warning,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

fn lines<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(messages: &[T]) -> String {
    let mut text = String::new();
    for message in messages {
        let json = serde_json::to_string(message).unwrap();
        assert_eq!(&serde_json::from_str::<T>(&json).unwrap(), message);
        text.push_str(&json);
        text.push('\n');
    }
    text
}

fn seat(number: u8) -> Seat {
    Seat::try_from(number).unwrap()
}

fn visit() -> Visit {
    Visit {
        id: "01936b1a-8a40-7c31-a4f2-0b7f3c1d9e55"
            .parse::<VisitId>()
            .unwrap(),
        facility: "岩灣技能訓練所".to_owned(),
        inmate: "陳明華".to_owned(),
        opens_at_ms: 1_795_589_100_000,
        starts_at_ms: 1_795_590_000_000,
        ends_at_ms: 1_795_591_800_000,
    }
}

fn hello(credential: Credential, offer: Option<&str>) -> ClientMessage {
    ClientMessage::Hello(Hello {
        version: protocol::VERSION,
        credential,
        offer: offer.map(str::to_owned),
        locale: Locale::ZhTw,
        mic: true,
        camera: false,
    })
}

fn client_messages() -> Vec<ClientMessage> {
    vec![
        hello(
            Credential::Link {
                token: "T".repeat(32),
                device_key: "K".repeat(22),
            },
            Some("v=0\r\n"),
        ),
        hello(
            Credential::Grant {
                grant: "a.b.c".to_owned(),
                device_key: "K".repeat(22),
            },
            Some("v=0\r\n"),
        ),
        hello(
            Credential::Terminal {
                secret: "S".repeat(43),
            },
            None,
        ),
        ClientMessage::Offer {
            sdp: "v=0\r\n".to_owned(),
        },
        ClientMessage::Media {
            mic: false,
            camera: true,
        },
        ClientMessage::View {
            tiles: vec![
                ViewTile {
                    seat: seat(0),
                    width: 1170,
                    height: 1638,
                },
                ViewTile {
                    seat: seat(2),
                    width: 0,
                    height: 0,
                },
            ],
        },
        ClientMessage::Leave {},
        ClientMessage::Ping { id: 7 },
    ]
}

#[test]
fn every_message_of_a_client_reads_as_documented() {
    insta::assert_snapshot!(lines(&client_messages()));
}

#[test]
fn every_message_of_the_server_reads_as_documented() {
    let joined = Joined {
        now_ms: 1,
        answer: "v=0\r\n".to_owned(),
        grant: Some("a.b.c".to_owned()),
        seat: seat(1),
        visit: visit(),
        lines: vec![
            ReceiveLine {
                seat: seat(0),
                audio_mid: Some("2".to_owned()),
                video_mid: Some("3".to_owned()),
            },
            ReceiveLine {
                seat: seat(2),
                audio_mid: None,
                video_mid: None,
            },
        ],
        ice_servers: vec![IceServer {
            urls: vec!["turn:192.0.2.1:443?transport=tcp".to_owned()],
            username: Some("u".to_owned()),
            credential: None,
        }],
    };
    let restarted = Joined {
        grant: None,
        ice_servers: Vec::new(),
        lines: Vec::new(),
        ..joined.clone()
    };
    let messages = [
        ServerMessage::Waiting {
            now_ms: 1,
            visit: visit(),
        },
        ServerMessage::Idle {
            now_ms: 1,
            facility: "岩灣".to_owned(),
            terminal: "三號".to_owned(),
            visits: vec![ScheduledVisit {
                starts_at_ms: 2,
                ends_at_ms: 3,
                first_name: "明華".to_owned(),
            }],
            build: Some("3f2a91".to_owned()),
        },
        ServerMessage::Call {
            now_ms: 1,
            visit: visit(),
        },
        ServerMessage::Joined(joined),
        ServerMessage::Joined(restarted),
        ServerMessage::Roster {
            participants: vec![Participant {
                seat: seat(0),
                name: "陳明華".to_owned(),
                connected: true,
                mic: true,
                camera: false,
            }],
        },
        ServerMessage::Speaking {
            seat: Some(seat(3)),
        },
        ServerMessage::Speaking { seat: None },
        ServerMessage::Encodings {
            active: vec!["q".to_owned(), "h".to_owned()],
        },
        ServerMessage::Encodings { active: Vec::new() },
        ServerMessage::Pictures {
            paused: vec![seat(0), seat(3)],
        },
        ServerMessage::Time {
            now_ms: 1,
            ends_at_ms: 60_001,
            remaining_ms: 60_000,
            given_back_ms: 0,
            warning: Some(Warning::OneMinute),
        },
        ServerMessage::Time {
            now_ms: 1,
            ends_at_ms: 60_001,
            remaining_ms: 60_000,
            given_back_ms: 240_000,
            warning: None,
        },
        ServerMessage::Ended {
            reason: EndReason::SlotEnded,
            by: By::System,
            may_return: false,
        },
        ServerMessage::Error {
            code: ErrorCode::LinkUsed,
            message: "…".to_owned(),
            retry_after_ms: None,
        },
        ServerMessage::Error {
            code: ErrorCode::Unavailable,
            message: "…".to_owned(),
            retry_after_ms: Some(5_000),
        },
        ServerMessage::Pong { id: 7, now_ms: 1 },
    ];
    insta::assert_snapshot!(lines(&messages));
}

/// Puts a field that nobody knows into every object of `value`, in lists too, one at a time.
fn with_a_stranger(value: &Value) -> Vec<Value> {
    if let Value::Array(items) = value {
        let changed = |(at, item)| {
            with_a_stranger(item).into_iter().map(move |strange| {
                let mut items = items.clone();
                items[at] = strange;
                Value::Array(items)
            })
        };
        return items.iter().enumerate().flat_map(changed).collect();
    }
    let Value::Object(fields) = value else {
        return Vec::new();
    };
    let mut strange = fields.clone();
    strange.insert("stranger".to_owned(), Value::Bool(true));
    let mut all = vec![Value::Object(strange)];
    for (name, inner) in fields {
        for changed in with_a_stranger(inner) {
            let mut fields = fields.clone();
            fields.insert(name.clone(), changed);
            all.push(Value::Object(fields));
        }
    }
    all
}

#[test]
fn a_field_that_nobody_knows_is_refused_wherever_it_stands() {
    for message in client_messages() {
        let value = serde_json::to_value(&message).unwrap();
        for strange in with_a_stranger(&value) {
            let read = serde_json::from_value::<ClientMessage>(strange.clone());
            assert!(read.is_err(), "{strange}");
        }
    }
}

#[test]
fn a_field_that_is_missing_is_refused_except_the_offer() {
    for message in client_messages() {
        let Value::Object(fields) = serde_json::to_value(&message).unwrap() else {
            panic!("a message is an object");
        };
        for name in fields.keys().filter(|name| *name != "offer") {
            let mut fewer = fields.clone();
            fewer.remove(name);
            let read = serde_json::from_value::<ClientMessage>(Value::Object(fewer));
            assert!(read.is_err(), "{message:?} without {name}");
        }
    }
}

#[test]
fn a_tile_is_a_seat_of_the_room_and_whole_pixels() {
    for tile in [
        r#"{"seat":4,"width":1,"height":1}"#,
        r#"{"seat":0,"width":-1,"height":1}"#,
        r#"{"seat":0,"width":1.5,"height":1}"#,
        r#"{"seat":0,"width":65536,"height":1}"#,
        r#"{"seat":0,"width":1}"#,
    ] {
        let view = format!(r#"{{"type":"view","tiles":[{tile}]}}"#);
        assert!(
            serde_json::from_str::<ClientMessage>(&view).is_err(),
            "{view}"
        );
    }
}

#[test]
fn the_server_may_say_more_than_a_client_knows() {
    let pong = r#"{"type":"pong","id":1,"now_ms":2,"stranger":true}"#;
    assert_eq!(
        serde_json::from_str::<ServerMessage>(pong).unwrap(),
        ServerMessage::Pong { id: 1, now_ms: 2 }
    );
}

#[test]
fn the_typescript_module_declares_each_name_once_and_refers_to_no_other() {
    let module = protocol::typescript();
    assert_eq!(module, protocol::typescript());
    for name in [
        "ClientMessage",
        "Credential",
        "ServerMessage",
        "Joined",
        "ErrorCode",
        "EndReason",
    ] {
        assert_eq!(module.matches(&format!("export type {name} =")).count(), 1);
    }
    assert!(module.contains("export const MAX_MESSAGE_BYTES = 65536;"));
    assert!(!module.contains("bigint"), "times are numbers in JSON");
    assert!(!module.contains("import "), "one file has all");
}

fn any_json() -> impl Strategy<Value = Value> {
    let words = prop::sample::select(vec![
        "type",
        "hello",
        "offer",
        "kind",
        "link",
        "grant",
        "sdp",
        "ping",
        "id",
        "media",
        "mic",
        "camera",
        "version",
        "credential",
        "locale",
        "zh-TW",
        "leave",
        "view",
        "tiles",
        "seat",
        "width",
        "height",
        "token",
        "device_key",
    ]);
    let text = prop_oneof![words.prop_map(str::to_owned), ".{0,12}"];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 64, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::btree_map(text.clone(), inner, 0..8)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_json_comes_it_is_a_message_or_refused(value in any_json()) {
        if let Ok(message) = serde_json::from_value::<ClientMessage>(value) {
            let again = serde_json::to_value(&message).unwrap();
            prop_assert_eq!(serde_json::from_value::<ClientMessage>(again).unwrap(), message);
        }
    }

    #[test]
    fn whatever_text_comes_it_is_a_message_or_refused(text in ".{0,200}") {
        let _: Result<ClientMessage, _> = serde_json::from_str(&text);
    }
}
