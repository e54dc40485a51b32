//! What gateways for text messages tell: receipts of each of the three.

use std::collections::BTreeMap;

use booking_domain::{Receipt, ReceiptOf};
use booking_server::{
    HttpSettings, TwilioReceipt, TwilioSettings, read_http_receipt, read_mitake_receipt,
    read_twilio_receipt, twilio_signature,
};
use serde_json::Value;
use url::form_urlencoded;

const SITE: &str = "https://visit.example";
const MESSAGE: &str = "01936b1a-8a40-7c31-a4f2-0b7f3c1d9e55";
const AT_MS: u64 = 1_795_501_800_000;
/// The longest word that is kept, characters.
const WORD_MAX: usize = 100;

/// What a receipt of a gateway's own reference says.
fn referred(receipt: &Receipt) -> (&str, &str) {
    assert!(receipt.word.chars().count() <= WORD_MAX);
    match &receipt.of {
        ReceiptOf::Reference {
            provider,
            reference,
        } => (provider, reference),
        ReceiptOf::Message(message) => panic!("{message} is ours"),
    }
}

/// Only the words that the settings name settle anything, each in one way.
pub(crate) fn http(input: &[u8]) {
    let Ok(body) = serde_json::from_slice::<Value>(input) else {
        return;
    };
    let settings = HttpSettings {
        receipt_reference: "/results/0/id".into(),
        receipt_status: "/results/0/status".into(),
        ..HttpSettings::default()
    };
    if let Ok(Some(receipt)) = read_http_receipt(&settings, &body, AT_MS) {
        assert_eq!(referred(&receipt).0, "http");
        let words = if receipt.delivered {
            &settings.receipt_delivered
        } else {
            &settings.receipt_failed
        };
        assert!(words.contains(&receipt.word), "{}", receipt.word);
    }
}

pub(crate) fn http_seeds() -> Vec<Vec<u8>> {
    [
        r#"{"results":[{"id":"g-1","status":"delivered","to":"0900000101"}]}"#,
        r#"{"results":[{"id":17,"status":"undelivered"}],"more":null}"#,
        r#"{"results":[{"id":"g-1","status":"on_its_way"},{"id":"g-2","status":"failed"}]}"#,
        r#"{"id":"g-1","status":"delivered"}"#,
    ]
    .map(|receipt| receipt.as_bytes().to_vec())
    .into()
}

fn values(form: &[u8]) -> BTreeMap<String, String> {
    form_urlencoded::parse(form).into_owned().collect()
}

/// The reference and the word are all that counts: said anew alone, they tell the same.
pub(crate) fn mitake(input: &[u8]) {
    if let Some(receipt) = read_mitake_receipt(&values(input), AT_MS) {
        let (provider, reference) = referred(&receipt);
        assert_eq!(provider, "mitake");
        let alone = [("msgid", reference), ("statusstr", &receipt.word)];
        let alone = alone.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(read_mitake_receipt(&alone.into(), AT_MS), Some(receipt));
    }
}

pub(crate) fn mitake_seeds() -> Vec<Vec<u8>> {
    [
        "msgid=%23000000013&dstaddr=0900000101&dlvtime=20261124143000&donetime=20261124143004&statuscode=0&statusstr=DELIVRD",
        "msgid=8091234567&statuscode=3&statusstr=UNDELIV&StatusFlag=5",
        "msgid=1&statusstr=ENROUTE",
        "statusstr=expired&msgid=",
    ]
    .map(|receipt| receipt.as_bytes().to_vec())
    .into()
}

fn account() -> TwilioSettings {
    TwilioSettings {
        auth_token: "12345".into(),
        ..TwilioSettings::default()
    }
}

fn signed(message: &str, form: &str) -> String {
    let url = format!("{SITE}/api/messages/receipts/twilio?message={message}");
    twilio_signature(
        account().auth_token.reveal(),
        &url,
        &values(form.as_bytes()),
    )
}

/// Nobody without the account's token signs: what is read bears one of the signatures that were made with it,
/// and is about the message that it was made for. The input's lines are the message, the signature, the form.
pub(crate) fn twilio(input: &[u8]) {
    let mut lines = input.splitn(3, |byte| *byte == b'\n');
    let (Some(message), Some(signature), Some(form)) = (lines.next(), lines.next(), lines.next())
    else {
        return;
    };
    let Ok(message) = std::str::from_utf8(message) else {
        return;
    };
    let form = values(form);
    let shown = TwilioReceipt {
        message,
        signature,
        form: &form,
    };
    let Ok(read) = read_twilio_receipt(&account(), SITE, shown, AT_MS) else {
        return;
    };
    let known = twilio_seeds();
    let forged = !known
        .iter()
        .any(|seed| seed.split(|byte| *byte == b'\n').nth(1) == Some(signature));
    assert!(!forged, "forged: {shown:?}");
    if let Some(receipt) = read {
        let own = MESSAGE.parse().map(ReceiptOf::Message);
        assert_eq!(Ok(receipt.of), own);
        assert!(receipt.word.chars().count() <= WORD_MAX);
    }
}

pub(crate) fn twilio_seeds() -> Vec<Vec<u8>> {
    [
        "MessageSid=SM1&MessageStatus=delivered&To=%2B886900000101",
        "MessageSid=SM1&MessageStatus=undelivered&ErrorCode=30005",
        "MessageSid=SM1&MessageStatus=sent",
    ]
    .map(|form| format!("{MESSAGE}\n{}\n{form}", signed(MESSAGE, form)).into_bytes())
    .into()
}
