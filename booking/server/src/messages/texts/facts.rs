//! What a text tells, gathered before it is put into words.

use std::{cell::RefCell, collections::BTreeSet, fmt};

use booking_domain::{Cause, FacilityName, MessageContent, MessageKind, segments};
use jiff::{Timestamp, Zoned, tz::TimeZone};

/// What a text may tell. What is not known is an empty text or none, and its sentence is left out; what is
/// asked for and should be known is noted as missing.
pub(crate) struct Facts<'a> {
    content: &'a MessageContent,
    /// The agency's own address, such as `https://visit.example`.
    pub(super) site: &'a str,
    /// Where the reader goes next.
    pub(super) link: String,
    slot: Option<(Zoned, Zoned)>,
    cause: fn(Cause) -> &'static str,
    missing: RefCell<BTreeSet<&'static str>>,
    facility: Option<Facility>,
}

/// What the facility is called in the reader's language: in full, and as short as a text message wants it.
struct Facility {
    full: String,
    short: String,
}

/// A name, or what stands in its place.
#[derive(Clone, Copy)]
pub(super) struct Named<'a> {
    facts: &'a Facts<'a>,
    what: &'static str,
    known: Option<&'a str>,
    otherwise: &'static str,
}

impl fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.known.unwrap_or_else(|| {
            self.facts.misses(self.what);
            self.otherwise
        }))
    }
}

impl<'a> Facts<'a> {
    /// The facts of a message in a language that words causes so.
    pub(super) fn new(
        content: &'a MessageContent,
        site: &'a str,
        cause: fn(Cause) -> &'static str,
    ) -> Self {
        let facts = Self {
            site,
            link: link(content, site),
            slot: slot(content),
            facility: facility(content),
            content,
            cause,
            missing: RefCell::default(),
        };
        if let Some(secret) = secret(content.kind)
            && facts.param(secret).is_none()
        {
            facts.misses(secret);
        }
        facts
    }

    /// What the text should tell and could not, so far.
    pub(super) fn missing(&self) -> BTreeSet<&'static str> {
        self.missing.borrow().clone()
    }

    /// The reader's name.
    pub(super) fn name(&self) -> &str {
        &self.content.name
    }

    /// The name of the host that letters and links come from.
    pub(super) fn host(&self) -> &str {
        self.site
            .split_once("://")
            .map_or(self.site, |(_, host)| host)
    }

    /// The inmate's name, or `otherwise`.
    pub(super) fn inmate(&self, otherwise: &'static str) -> Named<'_> {
        let visit = self.content.visit.as_ref();
        let name = visit.map(|visit| visit.inmate_name.as_str());
        self.named("inmate", self.param("inmate").or(name), otherwise)
    }

    /// A line with the inmate number in place of `{}`; empty where it is not known.
    pub(super) fn inmate_number(&self, line: &str) -> String {
        let visit = self.content.visit.as_ref();
        let number = visit.map(|visit| visit.inmate_number.as_str());
        self.sentence("inmate_number", number, line)
    }

    /// The facility's name, or `otherwise`.
    pub(super) fn facility(&self, otherwise: &'static str) -> Named<'_> {
        self.named("facility", self.known_facility(), otherwise)
    }

    /// The facility's name, where it is known.
    pub(super) fn known_facility(&self) -> Option<&str> {
        self.facility.as_ref().map(|facility| &*facility.full)
    }

    /// A sentence with the facility's name and number in place of `{facility}` and `{telephone}`; empty where
    /// there is no number.
    pub(super) fn telephone(&self, sentence: &str) -> String {
        match (self.known_facility(), self.param("telephone")) {
            (Some(facility), Some(telephone)) => sentence
                .replace("{facility}", facility)
                .replace("{telephone}", telephone),
            _ => String::new(),
        }
    }

    /// A text with the facility's name if that goes out as one text message, else the one without.
    pub(super) fn naming(&self, with: impl Fn(&str) -> String, without: String) -> String {
        let short = self.facility.as_ref().map(|facility| &*facility.short);
        let named = short.map(with);
        named.filter(|text| segments(text) == 1).unwrap_or(without)
    }

    /// [`Facts::naming`] for a text that is the same with nothing in the place of the name and of what stands
    /// `before` it.
    pub(super) fn adding(&self, before: &str, text: impl Fn(&str) -> String) -> String {
        self.naming(|facility| text(&format!("{before}{facility}")), text(""))
    }

    /// The other visitor's name, or `otherwise`.
    pub(super) fn person(&self, otherwise: &'static str) -> Named<'_> {
        self.named("name", self.param("name"), otherwise)
    }

    /// A sentence with the reason in place of `{}`.
    pub(super) fn reason(&self, sentence: &str) -> String {
        self.sentence("reason", self.said_reason(), sentence)
    }

    /// A sentence with the reason in place of `{}`; empty where nobody gave one.
    pub(super) fn reason_if_any(&self, sentence: &str) -> String {
        self.said_reason()
            .map(|reason| sentence.replace("{}", reason))
            .unwrap_or_default()
    }

    /// One of two sentences, by whether the visit counts in its month.
    pub(super) fn counting(&self, counts: &str, does_not: &str) -> String {
        match self.param("counts") {
            Some("true") => counts.to_owned(),
            Some(_) => does_not.to_owned(),
            None => {
                self.misses("counts");
                String::new()
            }
        }
    }

    /// A line with who comes to a visit in place of `{}`, one `between` the others; empty where it is not known.
    pub(super) fn party(&self, line: &str, between: &str) -> String {
        let party = self.param("party").unwrap_or_default();
        if party.is_empty() {
            return String::new();
        }
        line.replace("{}", &party.replace('\n', between))
    }

    /// A sentence for a visit that staff have still to look at; empty for any other.
    pub(super) fn if_flagged(&self, sentence: &str) -> String {
        match self.param("state") {
            Some("flagged") => sentence.to_owned(),
            _ => String::new(),
        }
    }

    /// What happened to a visit, for its facility: `confirmed`, `changed`, `cancelled`, `flagged`,
    /// `resumed` or `ended`.
    pub(super) fn event(&self) -> &str {
        let event = self.param("event").unwrap_or_else(|| {
            self.misses("event");
            ""
        });
        event.strip_prefix("visit_").unwrap_or(event)
    }

    /// When the visit begins and ends, as the facility's clocks show it.
    pub(super) fn slot(&self) -> Option<&(Zoned, Zoned)> {
        if self.slot.is_none() {
            self.misses("slot");
        }
        self.slot.as_ref()
    }

    /// The time of day at which the visit begins; empty where there is no visit.
    pub(super) fn time(&self, format: &str) -> String {
        self.slot()
            .map(|(starts, _)| starts.strftime(format).to_string())
            .unwrap_or_default()
    }

    /// A sentence with the minutes from when one can join until the visit begins in place of `{}`.
    pub(super) fn opening(&self, sentence: &str) -> String {
        let visit = self.content.visit.as_ref();
        let minutes = visit.map(|visit| {
            let ahead_ms = visit.slot.starts_at_ms.saturating_sub(visit.opens_at_ms);
            (ahead_ms / 60_000).to_string()
        });
        self.sentence("opens_at_ms", minutes.as_deref(), sentence)
    }

    /// The time of day at which the visit ends; empty where there is no visit.
    pub(super) fn end_time(&self, format: &str) -> String {
        self.slot()
            .map(|(_, ends)| ends.strftime(format).to_string())
            .unwrap_or_default()
    }

    fn said_reason(&self) -> Option<&str> {
        let reason = self.param("reason")?;
        Some(Cause::parse(reason).map_or(reason, self.cause))
    }

    fn named<'b>(
        &'b self,
        what: &'static str,
        known: Option<&'b str>,
        otherwise: &'static str,
    ) -> Named<'b> {
        Named {
            facts: self,
            what,
            known,
            otherwise,
        }
    }

    fn sentence(&self, what: &'static str, known: Option<&str>, sentence: &str) -> String {
        match known {
            Some(known) => sentence.replace("{}", known),
            None => {
                self.misses(what);
                String::new()
            }
        }
    }

    fn misses(&self, what: &'static str) {
        self.missing.borrow_mut().insert(what);
    }

    fn param(&self, name: &str) -> Option<&str> {
        param(self.content, name)
    }
}

fn param<'a>(content: &'a MessageContent, name: &str) -> Option<&'a str> {
    let value = content.params.get(name)?.trim();
    (!value.is_empty()).then_some(value)
}

/// The facility's name: as the notice says, else as it is now.
fn facility(content: &MessageContent) -> Option<Facility> {
    let said = param(content, "facility").map(|own| FacilityName {
        latin: param(content, "facility_latin").map(str::to_owned),
        ..FacilityName::new(own)
    });
    let visit = content.visit.as_ref();
    let name = said.or_else(|| visit.map(|visit| visit.facility_name.clone()))?;
    Some(Facility {
        full: name.written_in(content.locale),
        short: name.short_in(content.locale).to_owned(),
    })
}

/// When a visit begins and ends: as the notice says, else as it is now.
fn slot(content: &MessageContent) -> Option<(Zoned, Zoned)> {
    let visit = content.visit.as_ref();
    let slot = visit.map(|visit| visit.slot);
    let param = |name: &str| content.params.get(name);
    let zone = param("time_zone").or(visit.map(|visit| &visit.time_zone))?;
    let zone = TimeZone::get(zone).ok()?;
    let zoned = |name: &str, otherwise: Option<u64>| {
        let said = param(name).and_then(|at_ms| at_ms.parse().ok());
        let at_ms = i64::try_from(said.or(otherwise)?).ok()?;
        let at = Timestamp::from_millisecond(at_ms).ok()?;
        Some(at.to_zoned(zone.clone()))
    };
    Some((
        zoned("starts_at_ms", slot.map(|slot| slot.starts_at_ms))?,
        zoned("ends_at_ms", slot.map(|slot| slot.ends_at_ms))?,
    ))
}

/// The parameter that makes the link of a kind what it is.
const fn secret(kind: MessageKind) -> Option<&'static str> {
    match kind {
        MessageKind::VerifyEmail | MessageKind::PasswordReset => Some("token"),
        MessageKind::JoinLink | MessageKind::NewJoinLink | MessageKind::TestLink => Some("url"),
        _ => None,
    }
}

/// Where the reader goes next: what the notice says, else the page of its kind.
fn link(content: &MessageContent, site: &str) -> String {
    if let Some(url) = content.params.get("url") {
        return url.clone();
    }
    let token = content.params.get("token").map_or("", String::as_str);
    match content.kind {
        MessageKind::VerifyEmail => format!("{site}/portal/verify#{token}"),
        MessageKind::PasswordReset => format!("{site}/portal/reset#{token}"),
        MessageKind::FacilityNotice => format!("{site}/staff"),
        _ => format!("{site}/portal"),
    }
}
