//! The ways by which messages leave.

mod http;
mod local;
mod mitake;
mod smtp;
mod twilio;
mod web;

use std::sync::Arc;

use async_trait::async_trait;
use booking_domain::{Channel, Failure, MessageText};
use ids::MessageId;

pub use http::{read_answer as read_http_answer, read_receipt as read_http_receipt};
pub use mitake::{read_answer as read_mitake_answer, read_receipt as read_mitake_receipt};
pub use twilio::{
    TwilioReceipt, read_answer as read_twilio_answer, read_receipt as read_twilio_receipt,
    signature as twilio_signature,
};

use super::{EmailWay, MessageSettings, SmsWay};

/// A way by which messages leave.
#[async_trait]
pub(super) trait Provider: Send + Sync {
    /// Its word in stores and interfaces.
    fn name(&self) -> &'static str;

    /// Whether what it takes is on its way to somebody.
    fn reaches_people(&self) -> bool {
        true
    }

    /// Hands a message over. Asked again about a message that it took, a gateway that can tells so instead
    /// of sending it twice: that is what the id is for.
    async fn send(&self, message: &Outgoing) -> Result<Accepted, Refusal>;
}

/// A message on its way out.
#[derive(Clone, Debug)]
pub(super) struct Outgoing {
    pub(super) id: MessageId,
    pub(super) channel: Channel,
    pub(super) text: MessageText,
    /// When it helps nobody any more, Unix milliseconds.
    pub(super) ends_at_ms: u64,
    /// Now, Unix milliseconds.
    pub(super) now_ms: u64,
}

/// The longest name that a gateway has for a message, characters.
const REFERENCE_MAX: usize = 200;

/// A gateway took a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accepted {
    /// The gateway's own name for it.
    pub reference: Option<String>,
}

/// A gateway did not take a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What is to be done about it.
    pub failure: Failure,
    /// In a few words that name no person, for logs and staff.
    pub why: String,
}

/// Why a way cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// The mail server's settings.
    #[error("messages.smtp: {0}")]
    Smtp(String),
    /// The gateway's settings.
    #[error("messages.{0}: {1}")]
    Gateway(&'static str, String),
}

/// Nothing that a gateway would have written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no receipt of the gateway's")]
pub struct NoReceipt;

/// A gateway's word, cut where more would tell nothing more.
fn short(word: &str) -> String {
    word.chars().take(100).collect()
}

/// A gateway's own name for a message. What is empty, or longer than such names are, is none.
fn reference(told: &str) -> Option<String> {
    let fits = (1..=REFERENCE_MAX).contains(&told.chars().count());
    fits.then(|| told.to_owned())
}

/// Compares without telling by its time where the difference lies.
pub(crate) fn same(shown: &[u8], expected: &[u8]) -> bool {
    bool::from(subtle::ConstantTimeEq::ct_eq(shown, expected))
}

impl Refusal {
    pub(super) fn new(failure: Failure, why: impl Into<String>) -> Self {
        Self {
            failure,
            why: short(&why.into()),
        }
    }
}

/// The way of a channel.
pub(super) fn provider(
    channel: Channel,
    settings: &MessageSettings,
    site: &str,
) -> Result<Arc<dyn Provider>, ProviderError> {
    Ok(match (channel, settings.sms, settings.email) {
        (Channel::Email, _, EmailWay::Smtp) => Arc::new(smtp::Smtp::new(&settings.smtp, site)?),
        (Channel::Sms, SmsWay::Http, _) => Arc::new(http::Http::new(&settings.http)?),
        (Channel::Sms, SmsWay::Mitake, _) => Arc::new(mitake::Mitake::new(
            &settings.mitake,
            receipts_url(settings, site, "mitake"),
        )?),
        (Channel::Sms, SmsWay::Twilio, _) => Arc::new(twilio::Twilio::new(&settings.twilio, site)?),
        (Channel::Sms, SmsWay::Local, _) | (Channel::Email, _, EmailWay::Local) => {
            Arc::new(local::Local::new(settings.file.clone()))
        }
    })
}

/// Where a gateway tells what became of messages, if it is listened to.
fn receipts_url(settings: &MessageSettings, site: &str, provider: &str) -> Option<String> {
    let secret = settings.receipts_secret.reveal();
    let site = site.trim_end_matches('/');
    (!secret.is_empty()).then(|| format!("{site}/api/messages/receipts/{provider}/{secret}"))
}
