//! What people read when a request is refused, one file a language.
//!
//! A title and a sentence or two: what happened and what to do next, never blame. Each `match` names every
//! code, so that a new one does not compile until it has words in all five languages.

mod en;
mod id;
mod th;
mod vi;
mod zh_tw;

use protocol::Locale;

use crate::{FieldCode, ProblemCode};

/// Title and detail of a problem.
pub(crate) const fn problem(code: ProblemCode, locale: Locale) -> (&'static str, &'static str) {
    match locale {
        Locale::ZhTw => zh_tw::problem(code),
        Locale::En => en::problem(code),
        Locale::Vi => vi::problem(code),
        Locale::Id => id::problem(code),
        Locale::Th => th::problem(code),
    }
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
        let texts = ProblemCode::ALL.iter().map(|code| problem(*code, locale));
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
                .map(|code| problem(*code, locale))
                .collect();
            assert_eq!(problems.len(), ProblemCode::ALL.len(), "{locale:?}");
            let fields: BTreeSet<_> = fields(locale).into_iter().collect();
            assert_eq!(fields.len(), FieldCode::ALL.len(), "{locale:?}");
        }
    }

    #[test]
    fn a_detail_ends_as_a_sentence() {
        for locale in Locale::ALL
            .into_iter()
            .filter(|locale| *locale != Locale::Th)
        {
            let details = ProblemCode::ALL.iter().map(|code| problem(*code, locale).1);
            for text in details.chain(fields(locale)) {
                assert!(text.ends_with(['.', '。']), "{text}");
            }
        }
    }
}
