//! What makes a password (NIST SP 800-63B section 3.1.1: its length counts, and that it is not one of those
//! that are tried first; no rules about kinds of characters).

use std::ops::RangeInclusive;

use super::Fault;

/// How many characters a password has.
pub const PASSWORD_CHARACTERS: RangeInclusive<usize> = 10..=128;

/// The commonest passwords that are long enough otherwise, in small letters.
const COMMON: [&str; 48] = [
    "0123456789",
    "0987654321",
    "1029384756",
    "1234554321",
    "123456789a",
    "123456789q",
    "1234567890",
    "12345678900",
    "12345678910",
    "1234567891",
    "123123123123",
    "1111122222",
    "1q2w3e4r5t",
    "1q2w3e4r5t6y",
    "1qaz2wsx3edc",
    "1qazxsw23edc",
    "3rjs1la7qe",
    "5201314520",
    "a123456789",
    "a1234567890",
    "aa123456789",
    "aa12345678",
    "abc1234567",
    "abc123456789",
    "abcd123456",
    "abcd1234567",
    "abcdefghij",
    "admin123456",
    "asdfghjkl1",
    "asdfghjkl;",
    "asdfghjkl;'",
    "football123",
    "google123456",
    "iloveyou123",
    "ji32k7au4a83",
    "openvisit1",
    "openvisit123",
    "p@ssw0rd123",
    "passw0rd123",
    "password12",
    "password123",
    "password1234",
    "q1w2e3r4t5",
    "qazwsxedcrfv",
    "qwer123456",
    "qwerty12345",
    "qwerty123456",
    "qwertyuiop",
];

/// A password that may be set. It shows itself to nobody by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// A password as it was typed, unless it is too easily guessed: by its length, because it is common, or
    /// because it is one of `personal`, what others may know of the person.
    pub fn check(text: &str, personal: &[&str]) -> Result<Self, Fault> {
        let length = text.chars().count();
        if length == 0 {
            return Err(Fault::Required);
        }
        if length < *PASSWORD_CHARACTERS.start() {
            return Err(Fault::PasswordTooShort);
        }
        if length > *PASSWORD_CHARACTERS.end() {
            return Err(Fault::TooLong);
        }
        let lower = text.trim().to_lowercase();
        if COMMON.contains(&&*lower) || is_one_run(&lower) {
            return Err(Fault::PasswordTooCommon);
        }
        let bare = |text: &str| text.to_lowercase().replace([' ', '-', '#'], "");
        let known = |known: &&str| !known.is_empty() && bare(known) == bare(&lower);
        if personal.iter().any(known) {
            return Err(Fault::PasswordIsPersonal);
        }
        Ok(Self(text.to_owned()))
    }

    /// The password, to be hashed.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// Whether every character is the one before it, or always its successor or predecessor.
fn is_one_run(text: &str) -> bool {
    let signs: Vec<i64> = text.chars().map(|c| i64::from(u32::from(c))).collect();
    let mut steps = signs.windows(2).map(|pair| pair[1] - pair[0]);
    let Some(first) = steps.next() else {
        return true;
    };
    (-1..=1).contains(&first) && steps.all(|step| step == first)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fault(text: &str) -> Option<Fault> {
        Password::check(
            text,
            &["hsiu.ying@example.tw", "A123456789", "0912-345-678"],
        )
        .err()
    }

    #[test]
    fn length_counts_and_nothing_else_is_asked_for() {
        assert_eq!(fault(""), Some(Fault::Required));
        assert_eq!(fault("九個字元的密碼還短"), Some(Fault::PasswordTooShort));
        assert_eq!(fault("十個字元的密碼正好的"), None);
        assert_eq!(fault("correct horse battery"), None);
        assert_eq!(fault(&"ab".repeat(64)), None);
        assert_eq!(fault(&"ab".repeat(65)), Some(Fault::TooLong));
    }

    #[test]
    fn what_is_tried_first_is_refused() {
        for text in [
            "Password123",
            "1qaz2wsx3edc",
            "aaaaaaaaaaaa",
            "23456789:;",
            "zyxwvutsrq",
        ] {
            assert_eq!(fault(text), Some(Fault::PasswordTooCommon), "{text}");
        }
        for text in ["Hsiu.Ying@example.tw", "a123456789", "0912345678"] {
            assert!(fault(text).is_some(), "{text}");
        }
        assert_eq!(fault("0912 345 678"), Some(Fault::PasswordIsPersonal));
    }

    #[test]
    fn the_list_holds_what_the_length_does_not_refuse_already() {
        for common in COMMON {
            assert!(
                PASSWORD_CHARACTERS.contains(&common.chars().count()),
                "{common}"
            );
            assert_eq!(common.to_lowercase(), common);
        }
    }

    proptest! {
        #[test]
        fn what_is_taken_is_taken_as_it_was_typed(text in "\\PC{0,140}") {
            if let Ok(password) = Password::check(&text, &[]) {
                prop_assert_eq!(password.reveal(), &text);
                prop_assert!(PASSWORD_CHARACTERS.contains(&text.chars().count()));
            }
        }
    }
}
