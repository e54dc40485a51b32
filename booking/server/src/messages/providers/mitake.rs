//! Mitake 三竹簡訊: `SmSend` of its HTTP interface.
//!
//! A form goes out; lines of `name=value` come back, among them `msgid` and `statuscode`. `clientid` is our
//! id: a second request with it within a day gets the first one's `msgid` again, and `Duplicate=Y`, and
//! nothing is sent twice. What becomes of a message is told by a request to the address in `response`, and
//! must be answered with `magicid=sms_gateway_rpack` and the `msgid`.

use std::collections::BTreeMap;

use async_trait::async_trait;
use booking_domain::{Failure, Receipt, ReceiptOf};
use reqwest::{Client, StatusCode};

use super::{Accepted, Outgoing, Provider, ProviderError, Refusal, reference, short, web};
use crate::messages::MitakeSettings;

const NAME: &str = "mitake";
/// The longest that a message may be kept for a phone that is off, s.
const LONGEST_S: u64 = 24 * 60 * 60;
/// Line feeds stand in a text as this sign.
const LINE_FEED: &str = "\u{6}";

pub(super) struct Mitake {
    client: Client,
    settings: MitakeSettings,
    receipts_url: Option<String>,
}

impl Mitake {
    pub(super) fn new(
        settings: &MitakeSettings,
        receipts_url: Option<String>,
    ) -> Result<Self, ProviderError> {
        Ok(Self {
            client: web::client(NAME, web::ANSWERING)?,
            settings: settings.clone(),
            receipts_url,
        })
    }
}

#[async_trait]
impl Provider for Mitake {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn send(&self, message: &Outgoing) -> Result<Accepted, Refusal> {
        let left_s = message.ends_at_ms.saturating_sub(message.now_ms) / 1_000;
        let mut form = vec![
            ("username", self.settings.username.clone()),
            ("password", self.settings.password.reveal().to_owned()),
            ("dstaddr", message.text.recipient.clone()),
            ("smbody", message.text.body.replace('\n', LINE_FEED)),
            ("vldtime", left_s.clamp(60, LONGEST_S).to_string()),
            ("clientid", message.id.to_string()),
        ];
        if let Some(url) = &self.receipts_url {
            form.push(("response", url.clone()));
        }
        let request = self.client.post(&self.settings.url);
        let request = request.query(&[("CharsetURL", "UTF-8")]).form(&form);
        let (status, answer) = web::ask(request).await?;
        read_answer(status, &answer)
    }
}

/// What an answer says of the message.
///
/// # Errors
/// The gateway did not take it.
pub fn read_answer(status: StatusCode, answer: &str) -> Result<Accepted, Refusal> {
    if !status.is_success() {
        return Err(web::refused(status));
    }
    let lines = answer
        .lines()
        .filter_map(|line| line.trim().split_once('='));
    let values: BTreeMap<&str, &str> = lines.collect();
    let code = values.get("statuscode").copied().unwrap_or_default();
    let failure = match code {
        "0" | "1" | "2" | "4" => {
            let reference = values.get("msgid").and_then(|id| reference(id));
            return Ok(Accepted { reference });
        }
        // Too many requests at once.
        "l" => Failure::Deferred,
        // The message itself: its text, its number, its time.
        "5" | "6" | "7" | "8" | "9" | "t" | "u" | "v" | "x" | "y" => Failure::Rejected,
        // The account, the network, the gateway: somebody has to see to it.
        _ => Failure::Unreachable,
    };
    Err(Refusal::new(failure, format!("statuscode {code}")))
}

/// What a receipt's parameters tell that came at `at_ms`, Unix milliseconds. None where nothing is settled yet.
#[must_use]
pub fn read_receipt(values: &BTreeMap<String, String>, at_ms: u64) -> Option<Receipt> {
    let reference = values.get("msgid")?;
    let word = values.get("statusstr")?;
    let delivered = match word.to_ascii_uppercase().as_str() {
        "DELIVRD" => true,
        "EXPIRED" | "DELETED" | "UNDELIV" | "REJECTD" | "SYNTAXE" | "MOBERROR" | "MSGERROR"
        | "OTHERROR" | "REJERROR" => false,
        _ => return None,
    };
    Some(Receipt {
        of: ReceiptOf::Reference {
            provider: NAME.to_owned(),
            reference: reference.clone(),
        },
        delivered,
        word: short(word),
        at_ms,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(answer: &str) -> Result<Accepted, Refusal> {
        read_answer(StatusCode::OK, answer)
    }

    #[test]
    fn an_id_that_names_nothing_is_no_reference() {
        let accepted = Ok(Accepted { reference: None });
        assert_eq!(read("msgid=\nstatuscode=1"), accepted);
        let endless = format!("msgid={}\nstatuscode=1", "9".repeat(201));
        assert_eq!(read(&endless), accepted);
        let talkative = format!("statuscode={}", "e".repeat(10_000));
        assert_eq!(read(&talkative).unwrap_err().why.len(), 100);
    }

    #[test]
    fn a_code_says_whether_the_message_or_the_account_is_to_blame() {
        let taken = read("[1]\r\nmsgid=#000000013\r\nstatuscode=1\r\nAccountPoint=126\r\n");
        let reference = Some("#000000013".to_owned());
        assert_eq!(taken, Ok(Accepted { reference }));
        let failure = |answer| read(answer).unwrap_err().failure;
        assert_eq!(
            failure("[1]\nstatuscode=v\nError=無效的手機號碼"),
            Failure::Rejected
        );
        assert_eq!(
            failure("[1]\nstatuscode=e\nError=帳號、密碼錯誤"),
            Failure::Unreachable
        );
        assert_eq!(failure("[1]\nstatuscode=l"), Failure::Deferred);
        assert_eq!(failure("<html>"), Failure::Unreachable);
    }
}
