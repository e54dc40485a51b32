//! The number by which the state knows a person.

use super::{Fault, narrow};

/// What the letters stand for, from A to Z.
const LETTERS: [u32; 26] = [
    10, 11, 12, 13, 14, 15, 16, 17, 34, 18, 19, 20, 21, 22, 35, 23, 24, 25, 26, 27, 28, 29, 32, 30,
    31, 33,
];

/// A national id 身分證字號 or the number of a resident certificate 統一證號, of either form.
///
/// A letter and nine digits (a citizen's second sign is 1 or 2, a resident's 8 or 9 since 2021), or two
/// letters and eight digits (a resident's before: the second letter is A to D). The first letter counts as
/// two digits, a second one as the last of its two; then the digits weighted 1, 9, 8, … 1, 1 add up to a
/// multiple of ten (the Ministry of the Interior's rule of encoding 國民身分證統一編號編號規則).
#[derive(Clone, PartialEq, Eq)]
pub struct NationalId(String);

impl NationalId {
    /// Reads a number; small letters and full-width signs are taken for what they mean.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let text = narrow(text).to_ascii_uppercase();
        if text.is_empty() {
            return Err(Fault::Required);
        }
        let signs: [u8; 10] = text
            .as_bytes()
            .try_into()
            .map_err(|_| Fault::NotANationalId)?;
        if checks(&signs) {
            Ok(Self(text))
        } else {
            Err(Fault::NotANationalId)
        }
    }

    /// The ten signs.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number as it is shown back to its owner: the first two and the last three signs.
    #[must_use]
    pub fn masked(&self) -> String {
        format!("{}*****{}", &self.0[..2], &self.0[7..])
    }
}

fn checks(signs: &[u8; 10]) -> bool {
    let Some(first) = letter(signs[0]) else {
        return false;
    };
    let second = match signs[1] {
        digit @ (b'1' | b'2' | b'8' | b'9') => u32::from(digit - b'0'),
        sign @ b'A'..=b'D' => letter(sign).unwrap_or_default() % 10,
        _ => return false,
    };
    if !signs[2..].iter().all(u8::is_ascii_digit) {
        return false;
    }
    let digits = signs[2..].iter().map(|digit| u32::from(digit - b'0'));
    let weights = [7, 6, 5, 4, 3, 2, 1, 1];
    let sum = digits
        .zip(weights)
        .map(|(digit, weight)| digit * weight)
        .sum::<u32>();
    (first / 10 + first % 10 * 9 + second * 8 + sum).is_multiple_of(10)
}

fn letter(sign: u8) -> Option<u32> {
    let index = sign.checked_sub(b'A')?;
    LETTERS.get(usize::from(index)).copied()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_of_each_kind_are_read() {
        for number in ["A123456789", "a123456789", " Ａ１２３４５６７８９ "] {
            assert_eq!(NationalId::parse(number).unwrap().as_str(), "A123456789");
        }
        for resident in ["A800000014", "AC01234567"] {
            assert!(NationalId::parse(resident).is_ok(), "{resident}");
        }
        assert_eq!(
            NationalId::parse("A123456789").unwrap().masked(),
            "A1*****789"
        );
    }

    #[test]
    fn other_forms_are_refused() {
        let fault = |text: &str| NationalId::parse(text).err();
        assert_eq!(fault("  "), Some(Fault::Required));
        for text in [
            "A123456788",
            "A323456789",
            "1123456789",
            "A12345678",
            "A1234567890",
            "AE01234567",
            "A12345678九",
        ] {
            assert_eq!(fault(text), Some(Fault::NotANationalId), "{text}");
        }
    }

    /// Ten signs that check, made of a letter, a second sign and seven digits.
    fn numbers() -> impl Strategy<Value = String> {
        let second = proptest::sample::select(vec!['1', '2', '8', '9', 'A', 'B', 'C', 'D']);
        ("[A-Z]", second, "[0-9]{7}").prop_map(|(first, second, digits)| {
            (0..10)
                .map(|check| format!("{first}{second}{digits}{check}"))
                .find(|number| NationalId::parse(number).is_ok())
                .expect("one of ten check digits fits")
        })
    }

    proptest! {
        #[test]
        fn one_wrong_digit_is_always_found(
            number in numbers(), place in 2_usize..10, digit in 0_u8..10,
        ) {
            let mut signs = number.into_bytes();
            let wrong = b'0' + digit;
            prop_assume!(signs[place] != wrong);
            // A weight that shares a factor with ten lets some pairs of digits pass for each other.
            let weight = [7, 6, 5, 4, 3, 2, 1, 1][place - 2];
            let apart = u32::from(signs[place].abs_diff(wrong)) * weight;
            signs[place] = wrong;
            let read = NationalId::parse(std::str::from_utf8(&signs).unwrap());
            prop_assert_eq!(read.is_ok(), apart % 10 == 0);
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,14}") {
            let _ = NationalId::parse(&text);
        }
    }
}
