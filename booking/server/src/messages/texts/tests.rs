use std::collections::BTreeMap;

use booking_domain::segments;

use super::*;
use crate::messages::samples::visit;

const SITE: &str = "https://visit.gov.test";

fn content(kind: MessageKind, channel: Channel, locale: Locale) -> MessageContent {
    let mut params = BTreeMap::new();
    let mut set = |name: &str, value: &str| params.insert(name.to_owned(), value.to_owned());
    set("reason", "〈reason〉");
    set("name", "林志成");
    set("facility", "示範看守所");
    set("telephone", "02-5550-0100");
    set("inmate", "林明華");
    set("party", "林陳秀英\n林志成");
    set("state", "flagged");
    match kind {
        MessageKind::VisitEnded => {
            set("counts", "false");
        }
        MessageKind::FacilityNotice => {
            set("event", "visit_confirmed");
        }
        MessageKind::VerifyEmail | MessageKind::PasswordReset => {
            set("token", "TOKEN");
        }
        MessageKind::JoinLink | MessageKind::NewJoinLink => {
            set("url", &format!("{SITE}/j#{}", "A".repeat(32)));
        }
        MessageKind::TestLink => {
            set("url", &format!("{SITE}/t#{}", "A".repeat(22)));
        }
        _ => {}
    }
    let about_visit = matches!(
        kind,
        MessageKind::VisitConfirmed
            | MessageKind::VisitChanged
            | MessageKind::VisitLeft
            | MessageKind::VisitCancelled
            | MessageKind::VisitFlagged
            | MessageKind::VisitResumed
            | MessageKind::VisitEnded
            | MessageKind::FacilityNotice
            | MessageKind::TestLink
            | MessageKind::JoinLink
            | MessageKind::NewJoinLink
            | MessageKind::VisitMissed
            | MessageKind::TimeGivenBack
    );
    MessageContent {
        kind,
        channel,
        to: None,
        name: "林陳秀英".into(),
        address: None,
        locale,
        visit: about_visit.then(visit),
        params,
        created_at_ms: 0,
        expires_at_ms: None,
        text: None,
    }
}

fn letter(kind: MessageKind, locale: Locale) -> MessageText {
    let worded = text(&content(kind, Channel::Email, locale), SITE, "a@b.test");
    assert!(worded.missing.is_empty(), "{kind:?}: {:?}", worded.missing);
    worded.text
}

fn short(kind: MessageKind, locale: Locale) -> String {
    let worded = text(&content(kind, Channel::Sms, locale), SITE, "0900000101");
    worded.text.body
}

#[test]
fn every_text_of_every_language_is_as_it_was_approved() {
    for locale in Locale::ALL {
        let mut page = String::new();
        for kind in MessageKind::ALL {
            let MessageText { subject, body, .. } = letter(kind, locale);
            let word = kind.as_str();
            let short = short(kind, locale);
            let count = segments(&short);
            page += &format!("#### {word}\n{subject}\n\n{body}\n[{count}] {short}\n\n\n");
        }
        insta::assert_snapshot!(locale.tag().replace('-', "_"), page);
    }
}

#[test]
fn a_letter_begins_with_its_readers_name_says_where_to_go_and_names_our_own_address() {
    for locale in Locale::ALL {
        for kind in MessageKind::ALL {
            let MessageText { subject, body, .. } = letter(kind, locale);
            let first = body.lines().next().unwrap();
            assert!(first.contains("林陳秀英"), "{locale:?} {kind:?}: {first}");
            let links = body.match_indices("https://").count();
            assert_eq!(
                links,
                body.match_indices(SITE).count(),
                "{locale:?} {kind:?}"
            );
            assert!(links >= 3, "{locale:?} {kind:?}: {links} links");
            assert!(body.contains("visit.gov.test"));
            assert!(!subject.is_empty() && !subject.contains('\n'));
            assert!(!body.contains("\n\n\n") && !body.contains("{}"));
        }
    }
}

#[test]
fn what_goes_out_as_a_text_message_is_one_in_every_language() {
    let links = [
        MessageKind::PhoneChanged,
        MessageKind::JoinLink,
        MessageKind::NewJoinLink,
        MessageKind::TestLink,
    ];
    for locale in Locale::ALL {
        for kind in links {
            let short = short(kind, locale);
            assert_eq!(segments(&short), 1, "{locale:?} {kind:?}: {short}");
            let link = short.rsplit(' ').next().unwrap_or(&short);
            assert!(link.contains(SITE), "{short}");
        }
    }
}

#[test]
fn that_a_visit_goes_on_is_one_text_message_that_says_until_when() {
    for locale in Locale::ALL {
        let short = short(MessageKind::VisitResumed, locale);
        assert_eq!(segments(&short), 1, "{locale:?}: {short}");
        assert!(
            short.contains("15:00") || short.contains("15.00"),
            "{short}"
        );
    }
}

#[test]
fn a_text_message_names_the_facility_where_it_stays_one() {
    let links = [
        MessageKind::JoinLink,
        MessageKind::NewJoinLink,
        MessageKind::TestLink,
    ];
    let named = |kind, locale, name: &str| {
        let mut content = content(kind, Channel::Sms, locale);
        content.params.insert("facility".into(), name.into());
        let short = text(&content, SITE, "0900000101").text.body;
        assert_eq!(segments(&short), 1, "{locale:?} {kind:?}: {short}");
        short.contains(name)
    };
    for locale in Locale::ALL {
        for kind in links {
            // Letters that are not of the default alphabet leave little more room than the link takes.
            let is_latin = !matches!(locale, Locale::ZhTw | Locale::Th);
            let is_named = named(kind, locale, "Taipei Prison");
            assert_eq!(is_named, is_latin, "{locale:?} {kind:?}");
            assert!(!named(kind, locale, &"監獄".repeat(20)));
        }
    }
    let named = links.map(|kind| named(kind, Locale::ZhTw, "臺北監獄"));
    assert_eq!(named, [true; 3]);
}

#[test]
fn who_reads_no_chinese_has_the_facilitys_latin_name_and_in_a_text_message_that_alone() {
    let (own, latin) = ("示範看守所", "Demo Detention Center");
    let named = |kind, channel, locale| {
        let mut content = content(kind, channel, locale);
        content.params.insert("facility_latin".into(), latin.into());
        text(&content, SITE, "0900000101").text
    };
    for locale in Locale::ALL {
        let letter = named(MessageKind::VisitConfirmed, Channel::Email, locale);
        let both = format!("{latin} ({own})");
        let is_chinese = locale == Locale::ZhTw;
        for written in [&letter.subject, &letter.body] {
            assert!(written.contains(own), "{locale:?}: {written}");
            assert_eq!(
                written.contains(&both),
                !is_chinese,
                "{locale:?}: {written}"
            );
            assert_eq!(
                written.contains(latin),
                !is_chinese,
                "{locale:?}: {written}"
            );
        }
        let short = named(MessageKind::JoinLink, Channel::Sms, locale).body;
        assert_eq!(segments(&short), 1, "{locale:?}: {short}");
        // A Chinese name would cost half the signs of a text message.
        assert_eq!(short.contains(own), is_chinese, "{locale:?}: {short}");
        let has_room = matches!(locale, Locale::En | Locale::Vi | Locale::Id);
        assert_eq!(short.contains(latin), has_room, "{locale:?}: {short}");
    }
}

#[test]
fn the_subject_of_a_letter_names_the_facility_that_it_is_of() {
    for locale in Locale::ALL {
        for kind in [
            MessageKind::ApplicationNeedsMore,
            MessageKind::ApplicationApproved,
            MessageKind::ApplicationRefused,
            MessageKind::VisitConfirmed,
            MessageKind::VisitCancelled,
            MessageKind::TestLink,
        ] {
            let subject = letter(kind, locale).subject;
            assert!(subject.contains("示範看守所"), "{locale:?} {kind:?}");
        }
        let subject = letter(MessageKind::PasswordChanged, locale).subject;
        assert!(!subject.contains("示範看守所"), "{locale:?}");
    }
}

#[test]
fn each_kind_has_a_text_of_its_own_in_every_language() {
    for kind in MessageKind::ALL {
        let mut subjects: Vec<_> = Locale::ALL
            .into_iter()
            .map(|locale| letter(kind, locale).subject)
            .collect();
        subjects.sort();
        subjects.dedup();
        assert_eq!(subjects.len(), Locale::ALL.len(), "{kind:?}");
    }
}

#[test]
fn who_reads_that_a_visit_was_ended_reads_whether_it_counts() {
    for locale in Locale::ALL {
        let body = |counts: &str| {
            let mut content = content(MessageKind::VisitEnded, Channel::Email, locale);
            content.params.insert("counts".into(), counts.into());
            text(&content, SITE, "").text.body
        };
        assert_ne!(body("true"), body("false"), "{locale:?}");
        let mut content = content(MessageKind::VisitEnded, Channel::Email, locale);
        content.params.remove("counts");
        let missing = text(&content, SITE, "").missing;
        assert_eq!(Vec::from_iter(missing), ["counts"]);
    }
}

#[test]
fn a_facility_reads_what_happened_to_a_visit_in_a_text_of_its_own() {
    for locale in Locale::ALL {
        let events = [
            "confirmed",
            "changed",
            "cancelled",
            "flagged",
            "resumed",
            "ended",
        ];
        let bodies = events.map(|event| {
            let mut content = content(MessageKind::FacilityNotice, Channel::Email, locale);
            content
                .params
                .insert("event".into(), format!("visit_{event}"));
            text(&content, SITE, "").text.body
        });
        assert_eq!(BTreeSet::from(bodies).len(), events.len(), "{locale:?}");
    }
}

#[test]
fn what_is_not_known_is_left_out_and_noted() {
    let mut content = content(MessageKind::VisitCancelled, Channel::Email, Locale::ZhTw);
    content.params.clear();
    content.visit = None;
    let Worded { text, missing } = text(&content, SITE, "");
    // Whoever calls a visit off may say why or not.
    assert_eq!(Vec::from_iter(missing), ["slot"]);
    assert_eq!(
        text.body.lines().take(6).collect::<Vec<_>>(),
        [
            "林陳秀英 您好：",
            "",
            "以下的行動接見已經取消。",
            "",
            "您可以另外預約時間：",
            "https://visit.gov.test/portal",
        ]
    );
}
