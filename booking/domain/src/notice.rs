//! What people are told, before it is put into words.
//!
//! Whoever changes something queues a notice in the same transaction: what it is about, whom it is for,
//! and what its text needs to know. The text is made when it is first sent, in the language that the person
//! reads then, and kept, so that sending it again sends the same.

use std::collections::BTreeMap;

use ids::{FacilityId, PersonId, VisitId};

use crate::MessageKind;

/// A message to be queued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What it is about, so that it is queued once: such as `application_approved ID`.
    pub key: String,
    /// What kind of message.
    pub kind: MessageKind,
    /// By which way.
    pub channel: Channel,
    /// Whom it is for.
    pub to: Recipient,
    /// The visit that it is about.
    pub visit: Option<VisitId>,
    /// What its text needs to know, by name.
    pub params: BTreeMap<&'static str, String>,
    /// When it helps nobody any more, Unix milliseconds.
    pub expires_at_ms: Option<u64>,
}

/// By which way a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// A text message to the registered mobile number.
    Sms,
    /// A letter to the registered address.
    Email,
}

/// Whom a message is for. Addresses are looked up when it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// A visitor.
    Person(PersonId),
    /// The staff of a facility, at its contact address.
    Facility(FacilityId),
}

impl Notice {
    /// A letter to a person about something with an id, queued once for each kind and id.
    #[must_use]
    pub fn email(kind: MessageKind, about: impl std::fmt::Display, person: PersonId) -> Self {
        Self {
            key: format!("{} {about} {person}", kind.as_str()),
            kind,
            channel: Channel::Email,
            to: Recipient::Person(person),
            visit: None,
            params: BTreeMap::new(),
            expires_at_ms: None,
        }
    }

    /// The notice with one more thing that its text needs to know.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.params.insert(name, value.into());
        self
    }

    /// The notice about a visit.
    #[must_use]
    pub fn about_visit(mut self, visit: VisitId) -> Self {
        self.visit = Some(visit);
        self
    }
}

impl Channel {
    /// The word in stores and interfaces.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Email => "email",
        }
    }
}
