//! The calendar file of a visit (RFC 5545).

use booking_domain::MessageVisit;
use jiff::Timestamp;
use protocol::Locale;

/// How long a line may be, bytes (section 3.1).
const LINE: usize = 75;

/// A file with one event, the visit, and a reminder a quarter of an hour before.
pub(super) fn file(
    visit: &MessageVisit,
    locale: Locale,
    site: &str,
    now_ms: u64,
) -> Option<String> {
    let host = site.split_once("://").map_or(site, |(_, host)| host);
    let what = match locale {
        Locale::ZhTw => "行動接見",
        Locale::En => "Video visit",
        Locale::Vi => "Thăm gặp qua điện thoại",
        Locale::Id => "Kunjungan video",
        Locale::Th => "เยี่ยมทางวิดีโอ",
    };
    let lines = [
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//OpenVisit//visits//EN".to_owned(),
        "METHOD:PUBLISH".to_owned(),
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}@{host}", visit.id),
        format!("DTSTAMP:{}", utc(now_ms)?),
        format!("DTSTART:{}", utc(visit.slot.starts_at_ms)?),
        format!("DTEND:{}", utc(visit.slot.ends_at_ms)?),
        format!("SUMMARY:{what}"),
        format!("LOCATION:{}", escaped(&visit.facility_name)),
        format!("URL:{}/portal", site.trim_end_matches('/')),
        "BEGIN:VALARM".to_owned(),
        "ACTION:DISPLAY".to_owned(),
        "TRIGGER:-PT15M".to_owned(),
        format!("DESCRIPTION:{what}"),
        "END:VALARM".to_owned(),
        "END:VEVENT".to_owned(),
        "END:VCALENDAR".to_owned(),
    ];
    Some(lines.iter().map(|line| folded(line)).collect())
}

fn utc(at_ms: u64) -> Option<String> {
    let at = Timestamp::from_millisecond(i64::try_from(at_ms).ok()?).ok()?;
    Some(at.strftime("%Y%m%dT%H%M%SZ").to_string())
}

/// A value of the type TEXT (section 3.3.11).
fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('\n', "\\n");
    text.replace(';', "\\;").replace(',', "\\,")
}

/// A line with its end, in pieces that begin with a space from the second on.
fn folded(line: &str) -> String {
    let (mut folded, mut length) = (String::new(), 0);
    for character in line.chars() {
        if length + character.len_utf8() > LINE {
            folded += "\r\n ";
            length = 1;
        }
        folded.push(character);
        length += character.len_utf8();
    }
    folded + "\r\n"
}

#[cfg(test)]
mod tests {
    use grant::Slot;

    use super::*;

    #[test]
    fn a_visit_is_an_event_in_utc_with_short_lines() {
        let visit = MessageVisit {
            id: "018f3f5e-7c1a-7b2e-9c55-0242ac120002".parse().unwrap(),
            facility_name: "示範看守所, 第一接見室; ".repeat(5),
            time_zone: "Asia/Taipei".into(),
            inmate_name: "林明華".into(),
            inmate_number: "1024".into(),
            batch: None,
            opens_at_ms: 1_795_500_900_000,
            slot: Slot {
                starts_at_ms: 1_795_501_800_000,
                ends_at_ms: 1_795_503_600_000,
            },
        };
        let file = file(&visit, Locale::ZhTw, "https://visit.gov.test", 0).unwrap();
        assert!(file.contains("\r\nDTSTART:20261124T063000Z\r\nDTEND:20261124T070000Z\r\n"));
        assert!(file.contains("示範看守所\\, 第一接見室\\;"));
        assert!(file.contains("UID:018f3f5e-7c1a-7b2e-9c55-0242ac120002@visit.gov.test\r\n"));
        assert!(!file.contains("林明華"));
        assert!(file.split("\r\n").all(|line| line.len() <= LINE), "{file}");
    }
}
