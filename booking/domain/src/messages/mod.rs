//! Messages to people: what they are about, how they wait, and when they are tried again.
//!
//! Whoever changes something queues a [`Notice`] in the same transaction. A dispatcher claims what is due,
//! has the text made once, hands it to a gateway and writes down what came of it ([`Outbox`]). A message is
//!
//! queued → sending → sent → delivered; sending → queued again, failed or expired.
//!
//! A claim lasts for a time: a message whose dispatcher died is claimed by another one, and goes out with the
//! same text under the same id, so that a gateway may know it again. [`RetryPolicy`] says when to try again,
//! [`Breaker`] when to leave a gateway alone.

mod breaker;
mod kind;
mod notice;
mod outbox;
mod retry;
mod segments;

pub use breaker::Breaker;
pub use kind::MessageKind;
pub use notice::{Channel, Notice, Recipient};
pub use outbox::{
    ClaimedMessage, DeliveryState, MessageContent, MessageFilter, MessageText, MessageVisit,
    Outbox, Receipt, ReceiptOf, StoredMessage, TEXTS_KEPT_MS, Waiting,
};
pub use retry::{Failure, NextStep, RetryPolicy};
pub use segments::segments;
