//! What gateways for text messages answer when they are given one: each of the three.

use axum::http::StatusCode;
use booking_domain::Failure;
use booking_server::{
    AcceptedMessage, HttpSettings, RefusedMessage, read_http_answer, read_mitake_answer,
    read_twilio_answer,
};

/// The longest that is kept, characters.
const REFERENCE_MAX: usize = 200;
const WHY_MAX: usize = 100;

type Read = Result<AcceptedMessage, RefusedMessage>;

/// The first line is the status, all others the answer.
fn status_and_answer(input: &[u8]) -> Option<(StatusCode, String)> {
    let mut parts = input.splitn(2, |byte| *byte == b'\n');
    let status = StatusCode::from_bytes(parts.next()?).ok()?;
    let answer = String::from_utf8_lossy(parts.next()?).into_owned();
    Some((status, answer))
}

/// What is kept is short, a reference names something, and who says no took nothing.
fn holds(read: &Read, status: StatusCode) {
    match read {
        Ok(accepted) => {
            assert!(status.is_success(), "taken with {status}");
            let length = accepted.reference.as_ref().map(|told| told.chars().count());
            assert!(length.is_none_or(|length| (1..=REFERENCE_MAX).contains(&length)));
        }
        Err(refusal) => assert!(refusal.why.chars().count() <= WHY_MAX, "{}", refusal.why),
    }
}

/// The words that the settings name decide, those of a refusal first.
pub(crate) fn http(input: &[u8]) {
    let Some((status, answer)) = status_and_answer(input) else {
        return;
    };
    let settings = HttpSettings {
        success: "accepted".into(),
        rejected: "INVALID".into(),
        reference: "/results/0/id".into(),
        ..HttpSettings::default()
    };
    let read = read_http_answer(&settings, status, &answer);
    holds(&read, status);
    assert!(read.is_err() || answer.contains("accepted"));
    let refused = read_http_answer(&settings, status, &format!("{answer}INVALID"));
    let failure = refused.map_err(|refusal| refusal.failure);
    assert_eq!(failure, Err(Failure::Rejected));
}

pub(crate) fn http_seeds() -> Vec<Vec<u8>> {
    [
        "200\n{\"results\":[{\"id\":\"g-1\",\"state\":\"accepted\"}]}",
        "202\n{\"results\":[{\"id\":17,\"state\":\"accepted\"}],\"more\":null}",
        "200\n{\"results\":[{\"id\":\"\",\"state\":\"accepted\"}]}",
        "400\n{\"error\":\"INVALID\"}",
        "503\n<html>",
    ]
    .map(|answer| answer.as_bytes().to_vec())
    .into()
}

/// Of a code that is said twice the last one counts, and line ends do not.
pub(crate) fn mitake(input: &[u8]) {
    let Some((status, answer)) = status_and_answer(input) else {
        return;
    };
    let read = read_mitake_answer(status, &answer);
    holds(&read, status);
    let rewritten: Vec<&str> = answer.lines().collect();
    assert_eq!(read_mitake_answer(status, &rewritten.join("\r\n")), read);
    let account = read_mitake_answer(StatusCode::OK, &format!("{answer}\nstatuscode=e"));
    let failure = account.map_err(|refusal| refusal.failure);
    assert_eq!(failure, Err(Failure::Unreachable));
}

pub(crate) fn mitake_seeds() -> Vec<Vec<u8>> {
    [
        "200\n[1]\r\nmsgid=#000000013\r\nstatuscode=1\r\nAccountPoint=126\r\n",
        "200\n[1]\nmsgid=8091234567\nstatuscode=0\nDuplicate=Y\n",
        "200\n[1]\nmsgid=\nstatuscode=4",
        "200\n[1]\nstatuscode=v\nError=無效的手機號碼",
        "200\n[1]\nstatuscode=l",
        "500\n<html>",
    ]
    .map(|answer| answer.as_bytes().to_vec())
    .into()
}

/// A status of success is a message that was taken, whatever the answer looks like.
pub(crate) fn twilio(input: &[u8]) {
    let Some((status, answer)) = status_and_answer(input) else {
        return;
    };
    let read = read_twilio_answer(status, &answer);
    holds(&read, status);
    assert_eq!(read.is_ok(), status.is_success());
}

pub(crate) fn twilio_seeds() -> Vec<Vec<u8>> {
    [
        "201\n{\"sid\":\"SM0123456789abcdef0123456789abcdef\",\"status\":\"queued\",\"error_code\":null}",
        "201\n{\"sid\":\"\",\"status\":\"queued\"}",
        "400\n{\"code\":21211,\"message\":\"Invalid 'To' Phone Number\",\"status\":400}",
        "401\n{\"code\":20003,\"status\":401}",
        "429\n{\"code\":4294967296}",
    ]
    .map(|answer| answer.as_bytes().to_vec())
    .into()
}
