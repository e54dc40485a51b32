//! An e-mail address.

use super::{Fault, narrow};

/// RFC 5321 section 4.5.3.1, octets.
const LONGEST: usize = 254;
const LONGEST_LOCAL_PART: usize = 64;
const LONGEST_LABEL: usize = 63;

/// An address, `local-part@domain` (RFC 5321 section 4.1.2), of the plain kind: a dot-atom in ASCII at a
/// domain name of two or more labels.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Reads an address.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let text = narrow(text);
        if text.is_empty() {
            return Err(Fault::Required);
        }
        if text.len() > LONGEST {
            return Err(Fault::TooLong);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(Fault::NotAnEmail)?;
        if is_dot_atom(local) && is_domain(domain) {
            Ok(Self(format!("{local}@{}", domain.to_ascii_lowercase())))
        } else {
            Err(Fault::NotAnEmail)
        }
    }

    /// The address, to write to.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address in the form in which it is compared. Local parts are told apart by their case in theory
    /// (RFC 5321 section 2.4) and by nobody in practice.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

fn is_dot_atom(text: &str) -> bool {
    let atext = |c: u8| c.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&c);
    text.len() <= LONGEST_LOCAL_PART
        && text
            .split('.')
            .all(|atom| !atom.is_empty() && atom.bytes().all(atext))
}

fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        (1..=LONGEST_LABEL).contains(&label.len())
            && label
                .bytes()
                .all(|c| c.is_ascii_alphanumeric() || c == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = text.rsplit('.').next().unwrap_or_default();
    text.contains('.')
        && text.split('.').all(label)
        && last.bytes().any(|c| c.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_keeps_its_letters_and_is_compared_without_their_case() {
        let address = EmailAddress::parse(" Hsiu.Ying+visit@Mail.Example.TW ").unwrap();
        assert_eq!(address.as_str(), "Hsiu.Ying+visit@mail.example.tw");
        assert_eq!(address.key(), "hsiu.ying+visit@mail.example.tw");
        let wide = EmailAddress::parse("ａｂｃ＠example．com").unwrap();
        assert_eq!(wide.as_str(), "abc@example.com");
    }

    #[test]
    fn what_no_letter_reaches_is_no_address() {
        let fault = |text: &str| EmailAddress::parse(text).err();
        assert_eq!(fault(""), Some(Fault::Required));
        assert_eq!(
            fault(&format!("a@{}.com", "b".repeat(260))),
            Some(Fault::TooLong)
        );
        for text in [
            "a",
            "@b.tw",
            "a@",
            "a@b",
            "a b@c.tw",
            "a..b@c.tw",
            "a@c..tw",
            "a@-c.tw",
            "a@c.1",
            "a@b@c.tw",
            "\"a\"@c.tw",
            "a@c.tw\r\nBcc: d@e.tw",
            "秀英@c.tw",
        ] {
            assert_eq!(fault(text), Some(Fault::NotAnEmail), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_is_read_again_as_the_same(text in "[a-zA-Z0-9.+@-]{3,30}") {
            if let Ok(address) = EmailAddress::parse(&text) {
                let again = EmailAddress::parse(address.as_str());
                prop_assert_eq!(again.ok().map(|a| a.0), Some(address.0.clone()));
                let key = EmailAddress::parse(&address.key()).map(|a| a.key());
                prop_assert_eq!(key, Ok(address.key()));
            }
        }
    }
}
