//! The calendar file that goes along with a letter.

use booking_domain::{CalendarEntry, CalendarMethod, MessageContent, MessageKind};
use protocol::Locale;

/// The file of a letter that tells when a visit is, or that it is no more.
pub(super) fn file(content: &MessageContent, site: &str, now_ms: u64) -> Option<String> {
    let is_flagged = content.params.get("state").map(String::as_str) == Some("flagged");
    let method = match content.kind {
        MessageKind::VisitChanged if is_flagged => return None,
        MessageKind::VisitConfirmed | MessageKind::VisitChanged => CalendarMethod::Publish,
        MessageKind::VisitCancelled | MessageKind::VisitLeft => CalendarMethod::Cancel,
        _ => return None,
    };
    let visit = content.visit.as_ref()?;
    let summary = match content.locale {
        Locale::ZhTw => "行動接見",
        Locale::En => "Video visit",
        Locale::Vi => "Thăm gặp qua video",
        Locale::Id => "Kunjungan video",
        Locale::Th => "เยี่ยมทางวิดีโอ",
    };
    let entry = CalendarEntry {
        visit: visit.id,
        slot: visit.slot,
        summary: summary.to_owned(),
        description: format!("{}/portal", site.trim_end_matches('/')),
        location: visit.facility_name.written_in(content.locale),
        method,
    };
    Some(entry.to_ics(now_ms))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use booking_domain::Channel;

    use super::*;
    use crate::messages::samples::visit;

    fn method(kind: MessageKind, state: &str) -> Option<String> {
        let content = MessageContent {
            kind,
            channel: Channel::Email,
            to: None,
            name: "林陳秀英".into(),
            address: None,
            locale: Locale::ZhTw,
            visit: Some(visit()),
            params: BTreeMap::from([("state".to_owned(), state.to_owned())]),
            created_at_ms: 0,
            expires_at_ms: None,
            text: None,
        };
        let file = file(&content, "https://visit.gov.test", 0)?;
        let line = file.lines().find_map(|line| line.strip_prefix("METHOD:"));
        line.map(str::to_owned)
    }

    #[test]
    fn a_calendar_drops_the_visit_of_who_left_and_promises_none_that_is_looked_at() {
        let left = method(MessageKind::VisitLeft, "confirmed");
        assert_eq!(left.as_deref(), Some("CANCEL"));
        let changed = method(MessageKind::VisitChanged, "confirmed");
        assert_eq!(changed.as_deref(), Some("PUBLISH"));
        assert_eq!(method(MessageKind::VisitChanged, "flagged"), None);
    }
}
