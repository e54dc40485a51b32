//! How a facility is reached.

use crate::accounts::{EmailAddress, Fault, Landline};

/// The longest number with its spaces and hyphens, characters.
const LONGEST_TELEPHONE: usize = 30;

/// What people outside need in order to reach a facility.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FacilityContact {
    /// Where its staff are told about bookings.
    pub email: Option<String>,
    /// The number that people can call, as they are to read it.
    pub telephone: Option<String>,
    /// What it is called in Latin letters.
    pub latin_name: Option<String>,
}

impl FacilityContact {
    /// Reads an address; none where nothing is written.
    pub fn email(written: Option<&str>) -> Result<Option<String>, Fault> {
        let email = stated(written).map(EmailAddress::parse).transpose()?;
        Ok(email.map(|email| email.as_str().to_owned()))
    }

    /// Reads a telephone number, which stays as it is written; none where nothing is.
    pub fn telephone(written: Option<&str>) -> Result<Option<String>, Fault> {
        let Some(number) = stated(written) else {
            return Ok(None);
        };
        if number.chars().count() > LONGEST_TELEPHONE {
            return Err(Fault::TooLong);
        }
        Landline::parse(number)?;
        Ok(Some(number.to_owned()))
    }

    /// Reads a name in Latin letters; none where nothing is written. Without marks, so that text messages hold it.
    pub fn latin_name(written: Option<&str>) -> Result<Option<String>, Fault> {
        let Some(name) = stated(written) else {
            return Ok(None);
        };
        if name.chars().count() > LONGEST_NAME {
            return Err(Fault::TooLong);
        }
        let is_plain =
            |character: char| character.is_ascii_alphanumeric() || " '-.,&()".contains(character);
        if !name.chars().all(is_plain)
            || !name
                .chars()
                .any(|character| character.is_ascii_alphabetic())
        {
            return Err(Fault::NotAName);
        }
        Ok(Some(name.to_owned()))
    }
}

/// The longest name in Latin letters, characters.
const LONGEST_NAME: usize = 80;

fn stated(written: Option<&str>) -> Option<&str> {
    written.map(str::trim).filter(|written| !written.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_stays_as_it_is_written_and_must_be_one() {
        let read = |number| FacilityContact::telephone(Some(number));
        for number in ["02-2261 1711", "(02)22611711#120", "0912-345-678"] {
            assert_eq!(read(number).unwrap().as_deref(), Some(number));
        }
        assert_eq!(
            read(" 02-2261-1711 ").unwrap().as_deref(),
            Some("02-2261-1711")
        );
        assert_eq!(read(" ").unwrap(), None);
        for wrong in ["call us", "123", "02-2261-1711 or 02-2261-1712"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_name_in_latin_letters_has_no_others() {
        let read = |name: &str| FacilityContact::latin_name(Some(name));
        let name = "Taipei Women's Detention Center";
        assert_eq!(read(&format!(" {name} ")).unwrap().as_deref(), Some(name));
        assert_eq!(read(" ").unwrap(), None);
        for wrong in ["看守所", "Trại giam", "42", "a@b", &"x".repeat(81)] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_address_is_one_or_is_not_there() {
        let read = |address| FacilityContact::email(Some(address));
        let found = read(" visits@prison.gov.test ").unwrap();
        assert_eq!(found.as_deref(), Some("visits@prison.gov.test"));
        assert_eq!(read("").unwrap(), None);
        assert!(read("visits").is_err());
    }
}
