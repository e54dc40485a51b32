//! What is text: offers, messages, links, grants and passes.

use std::{sync::OnceLock, time::Instant};

use grant::{DeviceKey, GrantKeyRing, LinkKeyRing, SeatGrant, Slot, TestKey, TestPass};
use ids::{PersonId, Seat, VisitId};
use protocol::ClientMessage;
use rand::{SeedableRng, rngs::StdRng};
use sfu_transport::{OFFER_LEN_MAX, Transport};

use crate::ice;

macro_rules! offer {
    ($name:literal) => {
        include_str!(concat!(
            "../../../sfu/transport/tests/transport/offers/",
            $name,
            ".sdp"
        ))
    };
}

pub(crate) const CHROMIUM: &str = offer!("chromium");
pub(crate) const FIREFOX: &str = offer!("firefox");
pub(crate) const SAFARI: &str = offer!("safari");
pub(crate) const AIORTC: &str = offer!("aiortc");
const OTHERS: [&str; 4] = [
    offer!("gstreamer"),
    offer!("webrtc-rs"),
    offer!("chromium-restart"),
    offer!("firefox-restart"),
];

/// 2026-11-24T06:30Z.
const STARTS_AT_MS: u64 = 1_795_501_800_000;
const SLOT: Slot = Slot {
    starts_at_ms: STARTS_AT_MS,
    ends_at_ms: STARTS_AT_MS + 1_800_000,
};

/// An offer is answered or refused; an answer is no longer than offers may be, and the same offer
/// again is the same call's.
pub(crate) fn offer(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let now = Instant::now();
    let mut rng = StdRng::seed_from_u64(1);
    if let Ok(mut accepted) = Transport::accept(&text, ice::config(), &mut rng, now) {
        assert!(accepted.answer.len() <= 2 * OFFER_LEN_MAX);
        let again = accepted
            .transport
            .restart(&text, ice::config(), &mut rng, now);
        assert!(again.is_ok(), "{again:?}");
    }
    let known = Transport::accept(CHROMIUM, ice::config(), &mut rng, now);
    let mut known = known.expect("a browser's offer").transport;
    // Most are not of this connection.
    let _ = known.restart(&text, ice::config(), &mut rng, now);
}

pub(crate) fn offer_seeds() -> Vec<Vec<u8>> {
    [CHROMIUM, FIREFOX, SAFARI, AIORTC]
        .into_iter()
        .chain(OTHERS)
        .map(|offer| offer.as_bytes().to_vec())
        .collect()
}

/// A message that is taken is understood: said anew, it is the same.
pub(crate) fn client_message(input: &[u8]) {
    if let Ok(message) = serde_json::from_slice::<ClientMessage>(input) {
        let again = serde_json::to_vec(&message).expect("what was read can be said");
        let read = serde_json::from_slice::<ClientMessage>(&again).expect("what was said is read");
        assert_eq!(read, message);
    }
}

pub(crate) fn message_seeds() -> Vec<Vec<u8>> {
    [
        r#"{"type":"hello","version":1,"credential":{"kind":"link","token":"TTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTT","device_key":"KKKKKKKKKKKKKKKKKKKKKK"},"offer":"v=0\r\n","locale":"zh-TW","mic":true,"camera":false}"#,
        r#"{"type":"hello","version":1,"credential":{"kind":"grant","grant":"a.b.c","device_key":"KKKKKKKKKKKKKKKKKKKKKK"},"offer":"v=0\r\n","locale":"en","mic":true,"camera":true}"#,
        r#"{"type":"hello","version":1,"credential":{"kind":"terminal","terminal":1,"secret":"SSSS"},"locale":"en","mic":true,"camera":true}"#,
        r#"{"type":"restart","sdp":"v=0\r\n"}"#,
        r#"{"type":"media","mic":false,"camera":true}"#,
        r#"{"type":"view","tiles":[{"seat":0,"width":640,"height":360},{"seat":2,"width":0,"height":0}]}"#,
        r#"{"type":"join","offer":"v=0\r\n","mic":true,"camera":true}"#,
        r#"{"type":"leave"}"#,
    ]
    .into_iter()
    .map(|message| message.as_bytes().to_vec())
    .collect()
}

fn links() -> &'static LinkKeyRing {
    static RING: OnceLock<LinkKeyRing> = OnceLock::new();
    RING.get_or_init(|| LinkKeyRing::new(3, [(3, [7; 32]), (4, [8; 32])]).expect("two keys"))
}

/// Only what was minted is a link.
pub(crate) fn link(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    if let Ok(verified) = links().verify(&text) {
        assert!(
            link_seeds().contains(&input.to_vec()),
            "forged: {verified:?}"
        );
    }
}

pub(crate) fn link_seeds() -> Vec<Vec<u8>> {
    let mut rng = StdRng::seed_from_u64(1);
    (0..4)
        .map(|_| links().mint(SLOT, &mut rng).expect("a slot of ours"))
        .map(|token| token.reveal().as_bytes().to_vec())
        .collect()
}

fn grants() -> &'static GrantKeyRing {
    static RING: OnceLock<GrantKeyRing> = OnceLock::new();
    RING.get_or_init(|| GrantKeyRing::new(1, [(1, [7; 32]), (2, [8; 32])]).expect("two keys"))
}

/// Only what was sealed is a grant.
pub(crate) fn grant(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    if let Ok(opened) = grants().open(&text, STARTS_AT_MS) {
        assert_eq!(opened, sealed(), "forged");
    }
}

fn sealed() -> SeatGrant {
    let id = "01936b1a-8a40-7c31-a4f2-0b7f3c1d9e55".parse::<VisitId>();
    let key = DeviceKey::parse(&"A".repeat(22));
    SeatGrant {
        visit: id.expect("an id"),
        seat: Seat::ALL[1],
        generation: 2,
        device: key.expect("a key").hash(),
        name: "王小姐".to_owned(),
        facility: "岩灣技能訓練所".to_owned(),
        inmate: "陳明華".to_owned(),
        opens_at_ms: STARTS_AT_MS - 900_000,
        starts_at_ms: STARTS_AT_MS,
        ends_at_ms: STARTS_AT_MS + 1_800_000,
        locale: None,
    }
}

pub(crate) fn grant_seeds() -> Vec<Vec<u8>> {
    let sealed = grants().seal(&sealed(), STARTS_AT_MS);
    vec![sealed.into_bytes(), b"eyJhbGciOiJub25lIn0.e30.".to_vec()]
}

/// Only what was sealed as a pass is one, and a grant is none.
pub(crate) fn test_pass(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    if let Ok(opened) = grants().open_test(&text, STARTS_AT_MS) {
        assert_eq!(opened, pass(), "forged");
        assert!(grants().open(&text, STARTS_AT_MS).is_err(), "both");
    }
}

fn pass() -> TestPass {
    let room = "01936b1a-8a40-7c31-a4f2-0b7f3c1d9e56".parse::<VisitId>();
    let person = "01936b1a-8a40-7c31-a4f2-0b7f3c1d9e57".parse::<PersonId>();
    TestPass {
        room: room.expect("an id"),
        person: person.expect("an id"),
        ends_at_ms: STARTS_AT_MS + TestPass::LENGTH_MS,
    }
}

pub(crate) fn test_pass_seeds() -> Vec<Vec<u8>> {
    let sealed = grants().seal_test(&pass(), STARTS_AT_MS);
    let mut seeds = grant_seeds();
    seeds.push(sealed.into_bytes());
    seeds
}

/// One key has one spelling.
pub(crate) fn test_key(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    if let Ok(key) = TestKey::parse(&text) {
        assert_eq!(key.reveal(), text, "another spelling");
    }
}

pub(crate) fn test_key_seeds() -> Vec<Vec<u8>> {
    let mut rng = StdRng::seed_from_u64(2);
    (0..4)
        .map(|_| TestKey::generate(&mut rng).reveal().into_bytes())
        .collect()
}
