//! What people read when a request is not met, in their language.
//!
//! One file a language, one sentence or two an error: what happened and what to do next, never blame
//! and never a code. Each `match` names every error, so that a new one does not compile until it has
//! words in all five languages.

use protocol::{ErrorCode, Locale};

mod en;
mod id;
mod th;
mod vi;
mod zh_tw;

/// The words for `code` in the language `locale`.
#[must_use]
pub fn text(code: ErrorCode, locale: Locale) -> &'static str {
    match locale {
        Locale::ZhTw => zh_tw::text(code),
        Locale::En => en::text(code),
        Locale::Vi => vi::text(code),
        Locale::Id => id::text(code),
        Locale::Th => th::text(code),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const LOCALES: [Locale; 5] = [Locale::ZhTw, Locale::En, Locale::Vi, Locale::Id, Locale::Th];
    const LINKS: [ErrorCode; 8] = [
        ErrorCode::LinkIncomplete,
        ErrorCode::LinkDamaged,
        ErrorCode::LinkUnrecognised,
        ErrorCode::LinkOver,
        ErrorCode::LinkWithdrawn,
        ErrorCode::LinkWithoutVisit,
        ErrorCode::VisitFlagged,
        ErrorCode::LinkUsed,
    ];

    #[test]
    fn every_trouble_with_a_link_has_its_own_words_in_every_language() {
        let texts: BTreeSet<&str> = LOCALES
            .iter()
            .flat_map(|locale| LINKS.iter().map(|code| text(*code, *locale)))
            .collect();
        assert_eq!(texts.len(), LOCALES.len() * LINKS.len());
    }

    #[test]
    fn a_text_is_short_enough_to_be_read_on_a_phone_and_ends_as_a_sentence() {
        for locale in LOCALES {
            for code in LINKS {
                let text = text(code, locale);
                assert!(text.chars().count() <= 180, "{text}");
                let ends = text.ends_with(['.', '。']) || locale == Locale::Th;
                assert!(ends, "{text}");
            }
        }
    }
}
