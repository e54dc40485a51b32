//! `[messages]`: the ways by which messages leave.

use std::{collections::BTreeMap, fmt, path::PathBuf};

use serde::{Deserialize, Serialize, Serializer};

/// `[messages]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MessageSettings {
    /// The way of text messages.
    pub sms: SmsWay,
    /// The way of letters.
    pub email: EmailWay,
    /// Where the way `local` writes messages, one line of JSON each, links and all. Empty: nowhere.
    pub file: PathBuf,
    /// What the address begins with at which `http` and `mitake` tell what became of messages. Empty: they
    /// are not listened to.
    pub receipts_secret: Secret,
    /// `[messages.smtp]`
    pub smtp: SmtpSettings,
    /// `[messages.http]`
    pub http: HttpSettings,
    /// `[messages.mitake]`
    pub mitake: MitakeSettings,
    /// `[messages.twilio]`
    pub twilio: TwilioSettings,
}

/// The ways of a text message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SmsWay {
    /// It stays here: on the page of a demonstration, and in a file.
    #[default]
    Local,
    /// A gateway that `[messages.http]` describes.
    Http,
    /// Mitake 三竹簡訊.
    Mitake,
    /// Twilio.
    Twilio,
}

/// The ways of a letter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmailWay {
    /// It stays here: on the page of a demonstration, and in a file.
    #[default]
    Local,
    /// A mail server.
    Smtp,
}

/// `[messages.smtp]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SmtpSettings {
    /// The mail server's name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way to it is encrypted.
    pub tls: SmtpTls,
    /// A certificate in PEM that is trusted besides the usual ones.
    pub ca_file: Option<PathBuf>,
    /// Who signs in; empty: nobody.
    pub username: String,
    /// The password.
    pub password: Secret,
    /// Whom letters are from, such as `行動接見服務 <visits@visit.example>`.
    pub from: String,
}

/// How the way to a mail server is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SmtpTls {
    /// From STARTTLS on (RFC 3207), which the server must offer.
    #[default]
    Starttls,
    /// From the first byte on (RFC 8314).
    Tls,
    /// Not at all: for a server on this machine.
    None,
}

impl Default for SmtpSettings {
    fn default() -> Self {
        Self {
            host: String::new(),
            port: 587,
            tls: SmtpTls::default(),
            ca_file: None,
            username: String::new(),
            password: Secret::default(),
            from: String::new(),
        }
    }
}

/// `[messages.http]`: a gateway for text messages. Values of `query`, `form` and `headers` and the `body` are
/// templates, which know `id`, `to`, `text` and `expires_at_ms`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HttpSettings {
    /// `POST`, `PUT` or `GET`.
    pub method: String,
    /// The address.
    pub url: String,
    /// Headers.
    pub headers: BTreeMap<String, Secret>,
    /// What is added to the address.
    pub query: BTreeMap<String, Secret>,
    /// The body as a form. Either this or `body`.
    pub form: BTreeMap<String, Secret>,
    /// The body as JSON, in which each `{{ … }}` becomes a whole JSON value.
    pub body: String,
    /// How long an answer may take, ms.
    pub answer_within_ms: u64,
    /// What a taken message's answer contains; empty: any answer with a status of 200 to 299.
    pub success: String,
    /// What the answer contains for a message that will never be taken; empty: it is told by a status of 400
    /// to 499.
    pub rejected: String,
    /// Where the answer, as JSON, has the gateway's own reference (a JSON pointer, RFC 6901); empty: none.
    pub reference: String,
    /// Where a receipt has the reference, a JSON pointer.
    pub receipt_reference: String,
    /// Where a receipt has the word for what became of the message, a JSON pointer.
    pub receipt_status: String,
    /// The words for a message that reached its phone.
    pub receipt_delivered: Vec<String>,
    /// The words for one that never will.
    pub receipt_failed: Vec<String>,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            method: "POST".into(),
            url: String::new(),
            headers: BTreeMap::new(),
            query: BTreeMap::new(),
            form: BTreeMap::new(),
            body: String::new(),
            answer_within_ms: 12_000,
            success: String::new(),
            rejected: String::new(),
            reference: String::new(),
            receipt_reference: "/id".into(),
            receipt_status: "/status".into(),
            receipt_delivered: vec!["delivered".into()],
            receipt_failed: vec!["failed".into(), "undelivered".into()],
        }
    }
}

/// `[messages.mitake]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MitakeSettings {
    /// The address of `SmSend`.
    pub url: String,
    /// The account.
    pub username: String,
    /// Its password.
    pub password: Secret,
}

impl Default for MitakeSettings {
    fn default() -> Self {
        Self {
            url: "https://smsapi.mitake.com.tw/api/mtk/SmSend".into(),
            username: String::new(),
            password: Secret::default(),
        }
    }
}

/// `[messages.twilio]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TwilioSettings {
    /// The address of the API.
    pub url: String,
    /// The account's SID.
    pub account_sid: String,
    /// Its token, which also signs receipts.
    pub auth_token: Secret,
    /// The number or name that messages are from.
    pub from: String,
}

impl Default for TwilioSettings {
    fn default() -> Self {
        Self {
            url: "https://api.twilio.com".into(),
            account_sid: String::new(),
            auth_token: Secret::default(),
            from: String::new(),
        }
    }
}

impl MessageSettings {
    /// What of messages reaches nobody, as it stays here; in words for the log.
    #[must_use]
    pub fn reaching_nobody(&self) -> Option<&'static str> {
        match (self.sms == SmsWay::Local, self.email == EmailWay::Local) {
            (true, true) => Some("text messages and letters"),
            (true, false) => Some("text messages"),
            (false, true) => Some("letters"),
            (false, false) => None,
        }
    }

    /// Whether the values go together; else in words what is missing.
    pub fn check(&self) -> Result<(), &'static str> {
        let needs = |is: bool, has: bool, words| if is && !has { Err(words) } else { Ok(()) };
        let set = |text: &str| !text.is_empty();
        needs(
            self.email == EmailWay::Smtp,
            set(&self.smtp.host) && set(&self.smtp.from),
            "messages.smtp.host and messages.smtp.from are needed when messages.email is smtp",
        )?;
        needs(
            self.sms == SmsWay::Http,
            set(&self.http.url),
            "messages.http.url is needed when messages.sms is http",
        )?;
        needs(
            true,
            self.http.form.is_empty() || self.http.body.is_empty(),
            "messages.http has either a form or a body",
        )?;
        needs(
            true,
            (100..=15_000).contains(&self.http.answer_within_ms),
            "messages.http.answer_within_ms lies between 100 and 15000",
        )?;
        needs(
            self.sms == SmsWay::Mitake,
            set(&self.mitake.username) && set(self.mitake.password.reveal()),
            "messages.mitake.username and password are needed when messages.sms is mitake",
        )?;
        needs(
            self.sms == SmsWay::Twilio,
            set(&self.twilio.account_sid)
                && set(self.twilio.auth_token.reveal())
                && set(&self.twilio.from),
            "messages.twilio.account_sid, auth_token and from are needed when messages.sms is twilio",
        )?;
        let secret = self.receipts_secret.reveal();
        needs(
            set(secret),
            secret.len() >= 16 && secret.bytes().all(|byte| byte.is_ascii_alphanumeric()),
            "messages.receipts_secret has at least 16 letters and digits",
        )
    }
}

/// A password or token in a configuration. Shown as `(set)`.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The secret itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl<T: Into<String>> From<T> for Secret {
    fn from(secret: T) -> Self {
        Self(secret.into())
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(if self.0.is_empty() { "" } else { "(set)" })
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_shown_neither_in_logs_nor_in_the_configuration() {
        let settings = MessageSettings {
            receipts_secret: "s3cr3t".into(),
            ..MessageSettings::default()
        };
        let shown = format!("{settings:?} {}", serde_json::to_string(&settings).unwrap());
        assert!(
            !shown.contains("s3cr3t") && shown.contains("(set)"),
            "{shown}"
        );
    }

    #[test]
    fn a_way_needs_what_it_is_reached_by() {
        let with = |change: fn(&mut MessageSettings)| {
            let mut settings = MessageSettings::default();
            change(&mut settings);
            settings.check()
        };
        assert_eq!(with(|_| {}), Ok(()));
        assert!(with(|settings| settings.email = EmailWay::Smtp).is_err());
        assert!(with(|settings| settings.sms = SmsWay::Http).is_err());
        assert!(with(|settings| settings.sms = SmsWay::Mitake).is_err());
        assert!(with(|settings| settings.sms = SmsWay::Twilio).is_err());
        assert!(with(|settings| settings.receipts_secret = "short".into()).is_err());
    }
}
