//! The calendar file that goes along with a letter.

use booking_domain::{CalendarEntry, CalendarMethod, MessageContent, MessageKind};
use protocol::Locale;

/// The file of a letter that tells when a visit is, or that it is no more.
pub(super) fn file(content: &MessageContent, site: &str, now_ms: u64) -> Option<String> {
    let method = match content.kind {
        MessageKind::VisitConfirmed | MessageKind::VisitChanged => CalendarMethod::Publish,
        MessageKind::VisitCancelled => CalendarMethod::Cancel,
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
        location: visit.facility_name.clone(),
        method,
    };
    Some(entry.to_ics(now_ms))
}
