//! Messages: their texts, and the ways by which they leave.
//!
//! [`Messaging`] runs one dispatcher for each [`Channel`](booking_domain::Channel). A dispatcher claims
//! what is due, has the text made if it is the first attempt, and gives it to the channel's [`providers::Provider`] with
//! the message's id, by which a gateway knows a message again whose answer was lost. What is to be done next
//! is decided in `booking_domain` (`RetryPolicy`, `Breaker`).

mod calendar;
mod dispatcher;
mod metrics;
mod providers;
#[cfg(test)]
mod samples;
mod settings;
#[cfg(test)]
mod tests;
pub(crate) mod texts;

pub use dispatcher::{Messaging, MessagingError};
pub(crate) use providers::same;
pub use providers::{
    Accepted, NoReceipt, ProviderError, Refusal, TwilioReceipt, read_http_answer,
    read_http_receipt, read_mitake_answer, read_mitake_receipt, read_twilio_answer,
    read_twilio_receipt, twilio_signature,
};
pub use settings::{
    EmailWay, HttpSettings, MessageSettings, MitakeSettings, Secret, SmsWay, SmtpSettings, SmtpTls,
    TwilioSettings,
};
