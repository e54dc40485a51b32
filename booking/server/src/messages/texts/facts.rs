//! What a text tells, gathered before it is put into words.

use booking_domain::{MessageContent, MessageKind};
use jiff::{Timestamp, Zoned, tz::TimeZone};

/// What a text may tell. What is not known is an empty text or none, and its sentence is left out.
pub(crate) struct Facts<'a> {
    content: &'a MessageContent,
    /// The agency's own address, such as `https://visit.example`.
    pub(super) site: &'a str,
    /// Where the reader goes next.
    pub(super) link: String,
    /// When the visit begins, as the facility's clocks show it.
    pub(super) starts: Option<Zoned>,
    /// When it ends.
    pub(super) ends: Option<Zoned>,
}

impl<'a> Facts<'a> {
    pub(super) fn new(content: &'a MessageContent, site: &'a str) -> Self {
        let visit = content.visit.as_ref();
        let slot = visit.map(|visit| visit.slot);
        let param = |name: &str| content.params.get(name);
        let zone = visit.map(|visit| &visit.time_zone);
        let zone = param("time_zone").or(zone);
        let zone = zone.and_then(|zone| TimeZone::get(zone).ok());
        let zoned = |name: &str, otherwise: Option<u64>| {
            let said = param(name).and_then(|at_ms| at_ms.parse().ok());
            let at_ms = i64::try_from(said.or(otherwise)?).ok()?;
            let at = Timestamp::from_millisecond(at_ms).ok()?;
            Some(at.to_zoned(zone.clone()?))
        };
        Self {
            site,
            link: link(content, site),
            starts: zoned("starts_at_ms", slot.map(|slot| slot.starts_at_ms)),
            ends: zoned("ends_at_ms", slot.map(|slot| slot.ends_at_ms)),
            content,
        }
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
    pub(super) fn inmate<'b>(&'b self, otherwise: &'b str) -> &'b str {
        let visit = self.content.visit.as_ref();
        let name = visit.map(|visit| visit.inmate_name.as_str());
        self.param("inmate").or(name).unwrap_or(otherwise)
    }

    /// A line with the inmate number in place of `{}`; empty where it is not known.
    pub(super) fn inmate_number(&self, line: &str) -> String {
        let visit = self.content.visit.as_ref();
        visit
            .map(|visit| line.replace("{}", &visit.inmate_number))
            .unwrap_or_default()
    }

    /// The facility's name, or `otherwise`.
    pub(super) fn facility<'b>(&'b self, otherwise: &'b str) -> &'b str {
        let visit = self.content.visit.as_ref();
        let name = visit.map(|visit| visit.facility_name.as_str());
        self.param("facility").or(name).unwrap_or(otherwise)
    }

    /// The other visitor's name, or `otherwise`.
    pub(super) fn person<'b>(&'b self, otherwise: &'b str) -> &'b str {
        self.param("name").unwrap_or(otherwise)
    }

    /// A sentence with the reason in place of `{}`; empty where there is none.
    pub(super) fn reason(&self, sentence: &str) -> String {
        self.param("reason")
            .map(|reason| sentence.replace("{}", reason))
            .unwrap_or_default()
    }

    /// What happened to a visit, for its facility: `confirmed`, `changed`, `cancelled` or `flagged`.
    pub(super) fn event(&self) -> &str {
        let event = self.param("event").unwrap_or_default();
        event.strip_prefix("visit_").unwrap_or(event)
    }

    /// The time of day at which the visit begins; empty where there is no visit.
    pub(super) fn time(&self, format: &str) -> String {
        self.starts
            .as_ref()
            .map(|at| at.strftime(format).to_string())
            .unwrap_or_default()
    }

    fn param(&self, name: &str) -> Option<&str> {
        let value = self.content.params.get(name)?.trim();
        (!value.is_empty()).then_some(value)
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
        MessageKind::TestLink => format!("{site}/portal/phone-test"),
        MessageKind::FacilityNotice => format!("{site}/staff"),
        _ => format!("{site}/portal"),
    }
}
