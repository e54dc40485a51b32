//! The texts of messages. One text message holds 70 characters of Chinese (UTF-16 units) or 160 of
//! English; the link takes 43 of them and the host's name.

use booking_domain::MessageKind;
use grant::LinkToken;
use jiff::{Timestamp, tz::TimeZone};
use protocol::Locale;

/// The address that a link's token stands in.
pub(crate) fn link_url(public_url: &str, token: &LinkToken) -> String {
    format!("{}/j#{}", public_url.trim_end_matches('/'), token.reveal())
}

/// The text that brings a link. `starts_at_ms` is told as the time of day in `time_zone`, as the IANA
/// database names it; `None` where there is no such zone.
pub(crate) fn join_link(
    kind: MessageKind,
    locale: Locale,
    starts_at_ms: u64,
    time_zone: &str,
    url: &str,
) -> Option<String> {
    let starts_at = Timestamp::from_millisecond(i64::try_from(starts_at_ms).ok()?).ok()?;
    let starts_at = starts_at
        .to_zoned(TimeZone::get(time_zone).ok()?)
        .strftime("%H:%M");
    let replaces = kind == MessageKind::NewJoinLink;
    Some(match (locale, replaces) {
        (Locale::ZhTw, false) => format!("{starts_at}行動接見請點：{url}"),
        (Locale::ZhTw, true) => format!("{starts_at}行動接見新連結：{url}"),
        (Locale::En | Locale::Vi | Locale::Id | Locale::Th, false) => {
            format!("Your video visit at {starts_at}. Tap to join: {url}")
        }
        (Locale::En | Locale::Vi | Locale::Id | Locale::Th, true) => {
            format!("Your video visit at {starts_at}. New link, the last one is void: {url}")
        }
    })
}

#[cfg(test)]
mod tests {
    use grant::{LinkKeyRing, Slot};
    use rand::{SeedableRng, rngs::StdRng};

    use super::*;

    /// 2026-11-24T06:30Z.
    const STARTS_AT_MS: u64 = 1_795_501_800_000;

    fn text(kind: MessageKind, locale: Locale) -> String {
        let slot = Slot {
            starts_at_ms: STARTS_AT_MS,
            ends_at_ms: STARTS_AT_MS + 1_800_000,
        };
        let keys = LinkKeyRing::new(0, [(0, [1; 32])]).unwrap();
        let token = keys.mint(slot, &mut StdRng::seed_from_u64(1)).unwrap();
        let url = link_url("https://visit.gov.test/", &token);
        assert_eq!(url, format!("https://visit.gov.test/j#{}", token.reveal()));
        join_link(kind, locale, STARTS_AT_MS, "Asia/Taipei", &url).unwrap()
    }

    #[test]
    fn a_link_goes_out_as_one_text_message() {
        for kind in [MessageKind::JoinLink, MessageKind::NewJoinLink] {
            let chinese = text(kind, Locale::ZhTw).encode_utf16().count();
            assert!(chinese <= 70, "{kind:?}: {chinese} units");
            let english = text(kind, Locale::En);
            assert!(
                english.is_ascii() && english.len() <= 160,
                "{kind:?}: {}",
                english.len()
            );
        }
    }

    #[test]
    fn the_time_is_the_facilitys_own() {
        assert!(
            text(MessageKind::JoinLink, Locale::ZhTw).starts_with("14:30行動接見請點：https://")
        );
        assert!(
            text(MessageKind::NewJoinLink, Locale::En).starts_with("Your video visit at 14:30.")
        );
        let nowhere = join_link(
            MessageKind::JoinLink,
            Locale::En,
            STARTS_AT_MS,
            "Asia/Nowhere",
            "",
        );
        assert_eq!(nowhere, None);
    }
}
