//! A visit as a calendar file (RFC 5545).

use std::fmt::Write;

use grant::Slot;
use ids::VisitId;

use crate::slots::timestamp;

/// The longest line, octets without its end (RFC 5545 section 3.1).
const LINE_OCTETS: usize = 75;

/// What a calendar is to do with it (RFC 5546 section 1.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalendarMethod {
    /// Show it.
    Publish,
    /// Take it away.
    Cancel,
}

/// An entry of a calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarEntry {
    /// The visit. The same visit changes the same entry.
    pub visit: VisitId,
    /// When.
    pub slot: Slot,
    /// What it is called.
    pub summary: String,
    /// What else there is to know.
    pub description: String,
    /// Where.
    pub location: String,
    /// What to do with it.
    pub method: CalendarMethod,
}

impl CalendarEntry {
    /// The file, as of a moment, Unix milliseconds. A later file of the same visit replaces an earlier one.
    #[must_use]
    pub fn to_ics(&self, now_ms: u64) -> String {
        let (method, status) = match self.method {
            CalendarMethod::Publish => ("PUBLISH", "CONFIRMED"),
            CalendarMethod::Cancel => ("CANCEL", "CANCELLED"),
        };
        let mut file = String::new();
        for (name, value) in [
            ("BEGIN", "VCALENDAR".to_owned()),
            ("VERSION", "2.0".to_owned()),
            ("PRODID", "-//OpenVisit//OpenVisit//EN".to_owned()),
            ("METHOD", method.to_owned()),
            ("BEGIN", "VEVENT".to_owned()),
            ("UID", format!("{}@openvisit", self.visit)),
            ("SEQUENCE", (now_ms / 1000 % 2_000_000_000).to_string()),
            ("DTSTAMP", utc(now_ms)),
            ("DTSTART", utc(self.slot.starts_at_ms)),
            ("DTEND", utc(self.slot.ends_at_ms)),
            ("SUMMARY", escaped(&self.summary)),
            ("DESCRIPTION", escaped(&self.description)),
            ("LOCATION", escaped(&self.location)),
            ("STATUS", status.to_owned()),
        ] {
            line(&mut file, &format!("{name}:{value}"));
        }
        if self.method == CalendarMethod::Publish {
            for (name, value) in [
                ("BEGIN", "VALARM"),
                ("ACTION", "DISPLAY"),
                ("TRIGGER", "-PT1H"),
            ] {
                line(&mut file, &format!("{name}:{value}"));
            }
            line(
                &mut file,
                &format!("DESCRIPTION:{}", escaped(&self.summary)),
            );
            line(&mut file, "END:VALARM");
        }
        line(&mut file, "END:VEVENT");
        line(&mut file, "END:VCALENDAR");
        file
    }
}

/// A moment in UTC (RFC 5545 section 3.3.5, form 2).
fn utc(at_ms: u64) -> String {
    timestamp(at_ms).strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// A text with the signs escaped that have a meaning (RFC 5545 section 3.3.11).
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '\\' | ';' | ',' => escaped.extend(['\\', sign]),
            '\n' => escaped.push_str("\\n"),
            sign if sign.is_control() => {}
            sign => escaped.push(sign),
        }
    }
    escaped
}

/// Adds a line, folded where it is too long (RFC 5545 section 3.1), never within a character.
fn line(file: &mut String, content: &str) {
    let mut octets = 0;
    for sign in content.chars() {
        if octets + sign.len_utf8() > LINE_OCTETS {
            file.push_str("\r\n ");
            octets = 1;
        }
        octets += sign.len_utf8();
        let _ = file.write_char(sign);
    }
    file.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn entry(summary: &str) -> CalendarEntry {
        CalendarEntry {
            visit: VisitId::from_uuid(Uuid::from_u128(7)),
            slot: Slot {
                starts_at_ms: 1_795_741_200_000,
                ends_at_ms: 1_795_743_000_000,
            },
            summary: summary.into(),
            description: "時間到了會傳連結;請先充電,謝謝\n再見".into(),
            location: "示範看守所".into(),
            method: CalendarMethod::Publish,
        }
    }

    fn unfolded(file: &str) -> String {
        file.replace("\r\n ", "")
    }

    #[test]
    fn a_calendar_reads_when_what_and_where() {
        let file = unfolded(&entry("行動接見").to_ics(1_795_500_000_000));
        for line in [
            "DTSTART:20261127T010000Z\r\n",
            "DTEND:20261127T013000Z\r\n",
            "SUMMARY:行動接見\r\n",
            "DESCRIPTION:時間到了會傳連結\\;請先充電\\,謝謝\\n再見\r\n",
            "UID:00000000-0000-0000-0000-000000000007@openvisit\r\n",
        ] {
            assert!(file.contains(line), "{line} {file}");
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_out_of_its_line_and_no_line_is_too_long(summary in "\\PC{0,200}|[\r\n;:,\\\\a]{0,50}") {
            let file = entry(&summary).to_ics(0);
            for line in file.split("\r\n") {
                prop_assert!(line.len() <= LINE_OCTETS);
                prop_assert!(!line.contains(['\r', '\n']));
            }
            let file = unfolded(&file);
            prop_assert_eq!(file.matches("\r\n").count(), 21);
        }
    }
}
