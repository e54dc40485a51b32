//! A person's name.

use super::{Fault, narrow};

const LONGEST: usize = 60;
/// What stands in names beside letters: indigenous and foreign ones among them.
const SIGNS: &str = " ·‧・•.-'’,()";

/// A name as an identity document has it.
///
/// Letters of any script and the few signs that join them. Names stand in letters to others, so that
/// nothing in them may read as an address or a link.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonName(String);

impl PersonName {
    /// Reads a name, white space made single.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let name = narrow(&words.join(" "));
        if name.is_empty() {
            return Err(Fault::Required);
        }
        if name.chars().count() > LONGEST {
            return Err(Fault::TooLong);
        }
        let only_names = name
            .chars()
            .all(|c| c.is_alphabetic() || is_mark(c) || SIGNS.contains(c));
        let dotted_like_an_address = name.split(' ').any(|word| {
            word.split('.')
                .filter(|part| part.len() > 1 && part.is_ascii())
                .count()
                > 1
        });
        if !only_names || dotted_like_an_address || !name.chars().any(char::is_alphabetic) {
            return Err(Fault::NotAName);
        }
        Ok(Self(name))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Accents that follow their letter: combining ones, and the tone marks of Thai, which are no letters.
const fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{e31}'..='\u{e4e}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_many_kinds_are_names() {
        for name in [
            "林陳秀英",
            "撒韵‧武荖",
            "Nguyễn Thị Hoa",
            "สมชาย ใจดี",
            "Sri W. Lestari",
            "Mary-Jane O'Neil",
        ] {
            assert_eq!(PersonName::parse(name).unwrap().as_str(), name);
        }
        assert_eq!(
            PersonName::parse(" 林　 秀英 ").unwrap().as_str(),
            "林 秀英"
        );
    }

    #[test]
    fn what_reads_as_a_link_or_a_number_is_no_name() {
        let fault = |text: &str| PersonName::parse(text).err();
        assert_eq!(fault(" 　"), Some(Fault::Required));
        assert_eq!(fault(&"林".repeat(61)), Some(Fault::TooLong));
        for text in [
            "www.example.com",
            "點 evil.test",
            "a@b",
            "http://x",
            "0912",
            "..",
            "a\u{202e}b",
        ] {
            assert_eq!(fault(text), Some(Fault::NotAName), "{text}");
        }
    }
}
