//! The texts of messages, one file a language.
//!
//! A letter is plain text. It begins with its reader's name, says in a few sentences what has happened and
//! what to do next, and ends with the agency's own address, so that a letter from elsewhere can be told. A
//! text message is one segment wherever the language and the address allow it
//! ([`booking_domain::segments`]): Vietnamese is written there without its marks, as is usual, since one of
//! them would more than halve the room.

mod en;
mod facts;
mod id;
mod th;
mod vi;
mod zh_tw;

use std::collections::BTreeSet;

use booking_domain::{Cause, Channel, MessageContent, MessageKind, MessageText};
use protocol::Locale;

use facts::Facts;

/// A letter without its greeting and its end. Empty paragraphs are left out.
struct Letter {
    subject: String,
    paragraphs: Vec<String>,
}

/// A language.
struct Language {
    greeting: fn(&Facts<'_>) -> String,
    /// How the facility stands behind the subject of a letter, its name in place of `{}`.
    facility: &'static str,
    /// How a letter says where one can call, with `{facility}` and `{telephone}`.
    telephone: &'static str,
    letter: fn(MessageKind, &Facts<'_>) -> Letter,
    closing: fn(&Facts<'_>) -> String,
    /// None: the subject of the letter and the link say enough.
    sms: fn(MessageKind, &Facts<'_>) -> Option<String>,
    /// Without an end of sentence.
    cause: fn(Cause) -> &'static str,
}

/// A message in words.
pub(crate) struct Worded {
    pub(crate) text: MessageText,
    /// What it should tell, by the names of [`booking_domain::Notice`]'s parameters, and was not told: a
    /// mistake of whoever queued it.
    pub(crate) missing: BTreeSet<&'static str>,
}

/// A reason in somebody's language: that of a cause, otherwise as it was written.
pub(crate) fn reason(reason: String, locale: Locale) -> String {
    Cause::parse(&reason).map_or(reason, |cause| (language(locale).cause)(cause).to_owned())
}

/// Puts a message into words, in its reader's language. `site` is the address that links begin with;
/// `recipient` the number or address that it goes to.
pub(crate) fn text(content: &MessageContent, site: &str, recipient: &str) -> Worded {
    let site = site.trim_end_matches('/');
    let language = language(content.locale);
    let facts = Facts::new(content, site, language.cause);
    let letter = (language.letter)(content.kind, &facts);
    let (subject, body) = match content.channel {
        Channel::Sms => {
            let short = (language.sms)(content.kind, &facts);
            let short = short.unwrap_or_else(|| format!("{} {}", letter.subject, facts.link));
            (String::new(), short)
        }
        Channel::Email => {
            let mut paragraphs = vec![(language.greeting)(&facts)];
            paragraphs.extend(letter.paragraphs);
            paragraphs.push(facts.telephone(language.telephone));
            paragraphs.push((language.closing)(&facts));
            paragraphs.retain(|paragraph| !paragraph.is_empty());
            let subject = match facts.known_facility() {
                Some(name) if is_of_a_facility(content.kind) => {
                    letter.subject + &language.facility.replace("{}", name)
                }
                _ => letter.subject,
            };
            (subject, paragraphs.join("\n\n") + "\n")
        }
    };
    Worded {
        text: MessageText {
            recipient: recipient.to_owned(),
            locale: content.locale,
            subject,
            body,
            calendar: None,
        },
        missing: facts.missing(),
    }
}

impl Letter {
    fn new<const N: usize>(subject: impl Into<String>, paragraphs: [String; N]) -> Self {
        Self {
            subject: subject.into(),
            paragraphs: paragraphs.into(),
        }
    }
}

/// Whether who has to do with several facilities would ask which one is meant. That of a companion is told by
/// the inmate, and a facility knows its own name.
const fn is_of_a_facility(kind: MessageKind) -> bool {
    match kind {
        MessageKind::IdentityCorrected
        | MessageKind::ApplicationReceived
        | MessageKind::ApplicationNeedsMore
        | MessageKind::ApplicationApproved
        | MessageKind::ApplicationRefused
        | MessageKind::ApplicationRevoked
        | MessageKind::ApplicationWithdrawn
        | MessageKind::VisitConfirmed
        | MessageKind::VisitChanged
        | MessageKind::VisitLeft
        | MessageKind::VisitCancelled
        | MessageKind::VisitFlagged
        | MessageKind::VisitResumed
        | MessageKind::VisitEnded
        | MessageKind::TestLink
        | MessageKind::JoinLink
        | MessageKind::NewJoinLink
        | MessageKind::VisitMissed
        | MessageKind::TimeGivenBack => true,
        MessageKind::VerifyEmail
        | MessageKind::AccountExists
        | MessageKind::PasswordReset
        | MessageKind::PasswordChanged
        | MessageKind::PhoneChanged
        | MessageKind::AddressCorrected
        | MessageKind::AccountSuspended
        | MessageKind::AccountReinstated
        | MessageKind::CompanionInvited
        | MessageKind::CompanionAgreed
        | MessageKind::FacilityNotice => false,
    }
}

const fn language(locale: Locale) -> &'static Language {
    match locale {
        Locale::ZhTw => &zh_tw::LANGUAGE,
        Locale::En => &en::LANGUAGE,
        Locale::Vi => &vi::LANGUAGE,
        Locale::Id => &id::LANGUAGE,
        Locale::Th => &th::LANGUAGE,
    }
}

#[cfg(test)]
mod tests;
