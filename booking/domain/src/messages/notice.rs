//! What people are told, before it is put into words.
//!
//! Whoever changes something queues a notice in the same transaction: what it is about, whom it is for,
//! and what its text needs to know. The text is made when it is first sent, in the language that the person
//! reads then, and kept, so that sending it again sends the same.
//!
//! The dispatcher itself looks up the person (name, language, address) and, of a notice about a visit, the
//! facility, the inmate and the time. Beyond that a text knows these parameters, each left out where it does
//! not apply:
//!
//! | Parameter | What | Of |
//! |---|---|---|
//! | `token` | what the page behind the link takes | `verify_email`, `password_reset` |
//! | `url` | the whole link | `join_link`, `new_join_link`; elsewhere in place of the usual page |
//! | `inmate` | the inmate's name | applications, companions |
//! | `facility` | the facility's name | applications, visits, `identity_corrected` |
//! | `telephone` | where the facility can be called | applications, visits, `identity_corrected` |
//! | `reason` | as people read it, or the word of a [`crate::Cause`] | what was refused, asked for, changed, called off, suspended, or needs a look |
//! | `name` | the other visitor's name | companions |
//! | `party` | who comes, a name a line, as it was then | visits |
//! | `state` | the word of how the visit stood then | visits |
//! | `starts_at_ms`, `ends_at_ms`, `time_zone` | the time as it was then | visits |
//! | `address` | where it goes, in place of the registered number or address | `phone_changed`, `address_corrected` |
//! | `event` | the kind of what the visitors are told, such as `visit_changed` | `facility_notice` |

use std::collections::BTreeMap;

use ids::{FacilityId, PersonId, VisitId};

use crate::{MessageKind, UnknownWord};

/// A message to be queued.
#[derive(Clone, PartialEq, Eq)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

impl std::fmt::Debug for Notice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Notice")
            .field("kind", &self.kind)
            .field("to", &self.to)
            .finish_non_exhaustive()
    }
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

    /// The notice as a text message to the registered mobile number.
    #[must_use]
    pub fn by_sms(mut self) -> Self {
        self.channel = Channel::Sms;
        self
    }

    /// The notice to an address that is not the registered one, such as a number that a person had before.
    #[must_use]
    pub fn to_address(self, address: impl Into<String>) -> Self {
        self.with("address", address)
    }

    /// The notice, which helps nobody any more from `at_ms` on, Unix milliseconds.
    #[must_use]
    pub const fn until(mut self, at_ms: u64) -> Self {
        self.expires_at_ms = Some(at_ms);
        self
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

    /// The channel of a stored word.
    pub fn parse(word: &str) -> Result<Self, UnknownWord> {
        match word {
            "sms" => Ok(Self::Sms),
            "email" => Ok(Self::Email),
            _ => Err(UnknownWord(word.to_owned(), "channel")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_tells_nothing_of_the_text() {
        let person: PersonId = "018f3f5e-7c1a-7b2e-9c55-0242ac120002".parse().unwrap();
        let notice = Notice::email(MessageKind::VerifyEmail, 7, person).with("token", "MPNgYeASN");
        assert!(!format!("{notice:?}").contains("MPNgYeASN"));
    }
}
