//! Telephone numbers of Taiwan (the numbering plan 電信號碼使用管理辦法).

use super::{Fault, narrow};

/// A mobile number: 09 and eight more digits.
#[derive(Clone, PartialEq, Eq)]
pub struct MobileNumber(String);

/// A telephone number, perhaps with an extension: `0223112345` or `0223112345#12`.
#[derive(Clone, PartialEq, Eq)]
pub struct Landline(String);

impl MobileNumber {
    /// Reads a number as people write it: with spaces, hyphens, brackets, or +886 for the 0.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let digits = national(text);
        match digits.as_bytes() {
            [] => Err(Fault::Required),
            [b'0', b'9', rest @ ..] if rest.len() == 8 && all_digits(rest) => Ok(Self(digits)),
            _ => Err(Fault::NotAMobileNumber),
        }
    }

    /// Ten digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Landline {
    /// Reads a number as people write it. A mobile number does as well.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let text = national(text);
        if text.is_empty() {
            return Err(Fault::Required);
        }
        let (number, extension) = text.split_once('#').unwrap_or((&text, "1"));
        let fits = matches!(number.as_bytes(), [b'0', b'2'..=b'9', ..])
            && (9..=10).contains(&number.len())
            && all_digits(number.as_bytes())
            && (1..=6).contains(&extension.len())
            && all_digits(extension.as_bytes());
        if fits {
            Ok(Self(text))
        } else {
            Err(Fault::NotALandline)
        }
    }

    /// Nine or ten digits, then perhaps `#` and an extension.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn all_digits(text: &[u8]) -> bool {
    text.iter().all(u8::is_ascii_digit)
}

/// The signs that count, with the country's own 0.
fn national(text: &str) -> String {
    let signs: String = narrow(text)
        .chars()
        .filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '.'))
        .collect();
    match signs.strip_prefix("+886") {
        Some(rest) => format!("0{}", rest.strip_prefix('0').unwrap_or(rest)),
        None => signs,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mobile_number_is_read_as_people_write_it() {
        for text in [
            "0912345678",
            "0912-345-678",
            " 0912 345 678",
            "+886 912 345 678",
            "+886(0)912345678",
            "０９１２－３４５－６７８",
        ] {
            assert_eq!(
                MobileNumber::parse(text).ok().map(|number| number.0),
                Some("0912345678".into()),
                "{text}"
            );
        }
    }

    #[test]
    fn other_numbers_get_no_text_message() {
        let fault = |text: &str| MobileNumber::parse(text).err();
        assert_eq!(fault(" - "), Some(Fault::Required));
        for text in [
            "0223112345",
            "091234567",
            "09123456789",
            "+84912345678",
            "09123456七8",
        ] {
            assert_eq!(fault(text), Some(Fault::NotAMobileNumber), "{text}");
        }
    }

    #[test]
    fn a_landline_may_have_an_extension() {
        let read = |text: &str| Landline::parse(text).ok().map(|number| number.0);
        assert_eq!(read("(02) 2311-2345").as_deref(), Some("0223112345"));
        assert_eq!(read("02-23112345#12").as_deref(), Some("0223112345#12"));
        assert_eq!(read("+886 37 123456").as_deref(), Some("037123456"));
        for text in [
            "2311-2345",
            "0123456789",
            "02-2311234567",
            "0223112345#",
            "0223112345#1234567",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
