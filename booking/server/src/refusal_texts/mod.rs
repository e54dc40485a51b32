//! What people read when a request is refused, one file a language.
//!
//! A title and a sentence or two: what happened and what to do next, never blame. Each `match` names every
//! code, so that a new one does not compile until it has words in all five languages.

mod en;
mod id;
mod staff;
mod th;
mod vi;
mod zh_tw;

use jiff::civil::Date;
use protocol::Locale;

use crate::{FieldCode, ProblemCode, date_words::date_in_words};

/// Who reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reader {
    /// A visitor, or nobody in particular.
    Visitor,
    /// A member of staff.
    Staff,
}

impl Reader {
    /// Who asks under an address.
    pub(crate) fn of_path(path: &str) -> Self {
        let staffs = ["/api/staff/", "/api/officer/"];
        if staffs.iter().any(|start| path.starts_with(start)) {
            Self::Staff
        } else {
            Self::Visitor
        }
    }
}

/// Title and detail of a problem.
pub(crate) const fn problem(
    code: ProblemCode,
    reader: Reader,
    locale: Locale,
) -> (&'static str, &'static str) {
    if let (Reader::Staff, Some(own)) = (reader, staff::problem(code, locale)) {
        return own;
    }
    match locale {
        Locale::ZhTw => zh_tw::problem(code),
        Locale::En => en::problem(code),
        Locale::Vi => vi::problem(code),
        Locale::Id => id::problem(code),
        Locale::Th => th::problem(code),
    }
}

/// A detail, and the last day on which what it tells of is possible.
pub(crate) fn until(detail: &str, last_day: Date, locale: Locale) -> String {
    let last_day = &date_in_words(last_day, locale);
    let sentence = match locale {
        Locale::ZhTw => zh_tw::until(last_day),
        Locale::En => en::until(last_day),
        Locale::Vi => vi::until(last_day),
        Locale::Id => id::until(last_day),
        Locale::Th => th::until(last_day),
    };
    format!("{detail}{sentence}")
}

/// What is wrong with a field.
pub(crate) const fn field(code: FieldCode, locale: Locale) -> &'static str {
    match locale {
        Locale::ZhTw => zh_tw::field(code),
        Locale::En => en::field(code),
        Locale::Vi => vi::field(code),
        Locale::Id => id::field(code),
        Locale::Th => th::field(code),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn problems(locale: Locale) -> Vec<&'static str> {
        let texts = ProblemCode::ALL
            .iter()
            .map(|code| problem(*code, Reader::Visitor, locale));
        texts.flat_map(|(title, detail)| [title, detail]).collect()
    }

    fn fields(locale: Locale) -> Vec<&'static str> {
        FieldCode::ALL
            .iter()
            .map(|code| field(*code, locale))
            .collect()
    }

    #[test]
    fn no_text_is_left_in_the_words_of_another_language() {
        for texts in [problems, fields] {
            let places = texts(Locale::En).len();
            for place in 0..places {
                let own: BTreeSet<&str> =
                    Locale::ALL.iter().map(|each| texts(*each)[place]).collect();
                assert_eq!(own.len(), Locale::ALL.len(), "{own:?}");
            }
        }
    }

    #[test]
    fn each_code_has_words_of_its_own_in_each_language() {
        for locale in Locale::ALL {
            let problems: BTreeSet<_> = ProblemCode::ALL
                .iter()
                .map(|code| problem(*code, Reader::Visitor, locale))
                .collect();
            assert_eq!(problems.len(), ProblemCode::ALL.len(), "{locale:?}");
            let fields: BTreeSet<_> = fields(locale).into_iter().collect();
            assert_eq!(fields.len(), FieldCode::ALL.len(), "{locale:?}");
        }
    }

    #[test]
    fn staff_have_their_own_words_in_both_languages_of_the_console_or_in_none() {
        for code in ProblemCode::ALL.iter().copied() {
            let own = |locale| staff::problem(code, locale);
            assert_eq!(
                own(Locale::ZhTw).is_some(),
                own(Locale::En).is_some(),
                "{code:?}"
            );
            for locale in [Locale::ZhTw, Locale::En] {
                let visitors = problem(code, Reader::Visitor, locale);
                let staffs = own(locale);
                assert_ne!(
                    staffs.map(|(_, detail)| detail),
                    Some(visitors.1),
                    "{code:?}"
                );
            }
            for locale in [Locale::Vi, Locale::Id, Locale::Th] {
                assert_eq!(own(locale), own(Locale::En), "{code:?}");
            }
        }
    }

    #[test]
    fn until_when_something_is_possible_is_told_in_the_words_of_each_language() {
        let last_day = jiff::civil::date(2026, 12, 14);
        for (locale, expected) in [
            (Locale::ZhTw, "改期。最後一天是2026年12月14日（星期一）。"),
            (
                Locale::En,
                "改期。 The last day is Monday, 14 December 2026.",
            ),
            (Locale::Vi, "改期。 Ngày cuối cùng là Thứ Hai, 14/12/2026."),
            (
                Locale::Id,
                "改期。 Hari terakhir adalah Senin, 14 Desember 2026.",
            ),
            (Locale::Th, "改期。 วันสุดท้ายคือวันจันทร์ที่ 14 ธันวาคม ค.ศ. 2026"),
        ] {
            assert_eq!(until("改期。", last_day, locale), expected);
        }
    }

    #[test]
    fn whoever_looks_after_a_visit_is_not_spoken_to_as_its_visitor() {
        // What the rules of booking refuse, staff are refused too.
        for code in [
            ProblemCode::SlotFull,
            ProblemCode::AlreadyBusy,
            ProblemCode::NotApproved,
            ProblemCode::Restricted,
            ProblemCode::NotBookable,
            ProblemCode::MinorWithoutAdult,
            ProblemCode::PartySize,
            ProblemCode::InmateGone,
            ProblemCode::VisitNotChangeable,
        ] {
            for locale in [Locale::ZhTw, Locale::En] {
                let (title, detail) = problem(code, Reader::Staff, locale);
                assert_ne!((title, detail), problem(code, Reader::Visitor, locale));
                let text = format!("{title} {detail}").to_lowercase();
                for to_a_visitor in ["you ", "your ", "您", "circle", "圓圈"] {
                    assert!(!text.contains(to_a_visitor), "{text}");
                }
            }
        }
    }

    #[test]
    fn who_reads_is_told_by_the_address() {
        for (path, reader) in [
            ("/api/staff/visits/1/clear", Reader::Staff),
            ("/api/officer/visits", Reader::Staff),
            ("/api/visitor/bookings", Reader::Visitor),
            ("/api/links/resend", Reader::Visitor),
            ("/api/staffroom", Reader::Visitor),
        ] {
            assert_eq!(Reader::of_path(path), reader, "{path}");
        }
    }

    #[test]
    fn a_detail_ends_as_a_sentence() {
        for locale in Locale::ALL
            .into_iter()
            .filter(|locale| *locale != Locale::Th)
        {
            let details = [Reader::Visitor, Reader::Staff]
                .into_iter()
                .flat_map(|reader| {
                    let all = ProblemCode::ALL.iter();
                    all.map(move |code| problem(*code, reader, locale).1)
                });
            for text in details.chain(fields(locale)) {
                assert!(text.ends_with(['.', '。']), "{text}");
            }
        }
    }
}
