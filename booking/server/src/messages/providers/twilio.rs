//! Twilio: `Messages.json` of its REST API, version 2010-04-01.
//!
//! Twilio knows no message again by an id of ours. So a lost answer may bring a message twice, with the same
//! link. Its receipts name our id in their address, and so settle a message whose answer was lost.

use std::collections::BTreeMap;

use async_trait::async_trait;
use base64::{Engine, prelude::BASE64_STANDARD};
use booking_domain::{Receipt, ReceiptOf};
use reqwest::{Client, StatusCode};
use ring::hmac;
use serde::Deserialize;

use super::{
    Accepted, NoReceipt, Outgoing, Provider, ProviderError, Refusal, reference, same, short, web,
};
use crate::messages::TwilioSettings;

const NAME: &str = "twilio";
/// The longest that Twilio keeps a message waiting, s.
const LONGEST_S: u64 = 14_400;

pub(super) struct Twilio {
    client: Client,
    settings: TwilioSettings,
    site: String,
}

impl Twilio {
    pub(super) fn new(settings: &TwilioSettings, site: &str) -> Result<Self, ProviderError> {
        Ok(Self {
            client: web::client(NAME, web::ANSWERING)?,
            settings: settings.clone(),
            site: site.to_owned(),
        })
    }
}

#[derive(Deserialize)]
struct Taken {
    sid: String,
}

#[derive(Deserialize)]
struct NotTaken {
    code: u32,
}

#[async_trait]
impl Provider for Twilio {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn send(&self, message: &Outgoing) -> Result<Accepted, Refusal> {
        let TwilioSettings {
            url,
            account_sid,
            auth_token,
            from,
        } = &self.settings;
        let left_s = message.ends_at_ms.saturating_sub(message.now_ms) / 1_000;
        let callback = callback(&self.site, &message.id.to_string());
        let form = [
            ("To", international(&message.text.recipient)),
            ("From", from.clone()),
            ("Body", message.text.body.clone()),
            ("ValidityPeriod", left_s.clamp(60, LONGEST_S).to_string()),
            ("StatusCallback", callback),
        ];
        let url = url.trim_end_matches('/');
        let request = self
            .client
            .post(format!(
                "{url}/2010-04-01/Accounts/{account_sid}/Messages.json"
            ))
            .basic_auth(account_sid, Some(auth_token.reveal()))
            .form(&form);
        let (status, answer) = web::ask(request).await?;
        read_answer(status, &answer)
    }
}

/// What an answer says of the message.
///
/// # Errors
/// The gateway did not take it.
pub fn read_answer(status: StatusCode, answer: &str) -> Result<Accepted, Refusal> {
    if status.is_success() {
        let taken: Option<Taken> = serde_json::from_str(answer).ok();
        let reference = taken.and_then(|taken| reference(&taken.sid));
        return Ok(Accepted { reference });
    }
    let mut refusal = web::refused(status);
    if let Ok(NotTaken { code }) = serde_json::from_str(answer) {
        refusal.why = format!("{}, code {code}", refusal.why);
    }
    Err(refusal)
}

/// A Taiwanese number as E.164 has it; any other as it is.
fn international(number: &str) -> String {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    match digits.strip_prefix('0') {
        Some(national) if !number.starts_with('+') => format!("+886{national}"),
        _ => number.to_owned(),
    }
}

/// Where Twilio tells what became of a message, and what it signs with that.
fn callback(site: &str, message: &str) -> String {
    let site = site.trim_end_matches('/');
    format!("{site}/api/messages/receipts/twilio?message={message}")
}

/// A receipt as it comes.
#[derive(Clone, Copy, Debug)]
pub struct TwilioReceipt<'a> {
    /// The message, as the address names it.
    pub message: &'a str,
    /// `X-Twilio-Signature`.
    pub signature: &'a [u8],
    /// The form.
    pub form: &'a BTreeMap<String, String>,
}

/// What a receipt tells that came at `at_ms`, Unix milliseconds. `site` is the address that it came to. None
/// where nothing is settled yet.
///
/// # Errors
/// It is not signed with the account's token, or names no message of ours.
pub fn read_receipt(
    settings: &TwilioSettings,
    site: &str,
    receipt: TwilioReceipt<'_>,
    at_ms: u64,
) -> Result<Option<Receipt>, NoReceipt> {
    let TwilioReceipt {
        message,
        signature: shown,
        form,
    } = receipt;
    let token = settings.auth_token.reveal();
    let expected = signature(token, &callback(site, message), form);
    if token.is_empty() || !same(shown, expected.as_bytes()) {
        return Err(NoReceipt);
    }
    let message = message.parse().map_err(|_| NoReceipt)?;
    let status = form.get("MessageStatus").map_or("", String::as_str);
    let delivered = match status {
        "delivered" | "read" => true,
        "undelivered" | "failed" | "canceled" => false,
        _ => return Ok(None),
    };
    let word = match form.get("ErrorCode") {
        Some(code) => short(&format!("{status}, code {code}")),
        None => status.to_owned(),
    };
    Ok(Some(Receipt {
        of: ReceiptOf::Message(message),
        delivered,
        word,
        at_ms,
    }))
}

/// What `X-Twilio-Signature` must say of a request: HMAC-SHA1 over the whole address and the form's names
/// and values in the order of the names, in Base64.
#[must_use]
pub fn signature(token: &str, url: &str, form: &BTreeMap<String, String>) -> String {
    let mut signed = url.to_owned();
    for (name, value) in form {
        signed += name;
        signed += value;
    }
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, token.as_bytes());
    BASE64_STANDARD.encode(hmac::sign(&key, signed.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_that_of_the_published_example() {
        let form = [
            ("CallSid", "CA1234567890ABCDE"),
            ("Caller", "+12349013030"),
            ("Digits", "1234"),
            ("From", "+12349013030"),
            ("To", "+18005551212"),
        ];
        let form = form.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let url = "https://mycompany.com/myapp.php?foo=1&bar=2";
        let signed = signature("12345", url, &form.into());
        assert_eq!(signed, "0/KCTR6DLpKmkAf8muzZqo1nDgQ=");
    }

    #[test]
    fn a_taiwanese_number_is_written_internationally() {
        assert_eq!(international("0912-345-678"), "+886912345678");
        assert_eq!(international("+84901234567"), "+84901234567");
    }
}
