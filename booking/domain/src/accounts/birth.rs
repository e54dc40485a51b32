//! Dates of birth.

use jiff::civil::Date;

use super::{Fault, narrow};

/// From this age on somebody is of age (Civil Code 民法 §12).
pub const ADULT_YEARS: u8 = 18;
/// From this age on somebody counts in a party (Prison Act 監獄行刑法 §69) and has an account. Younger
/// children come along without one.
pub const YOUNGEST_YEARS: u8 = 12;
const OLDEST_YEARS: u8 = 130;

/// A date of birth in ISO 8601, `YYYY-MM-DD`, of somebody who may have an account on the local date
/// `today`.
pub fn parse_birth_date(text: &str, today: Date) -> Result<Date, Fault> {
    let text = narrow(text);
    if text.is_empty() {
        return Err(Fault::Required);
    }
    let date = text.parse().map_err(|_| Fault::NotABirthDate)?;
    check_birth_date(date, today)?;
    Ok(date)
}

/// Whether somebody who was born on `date` may have an account on the local date `today`.
pub fn check_birth_date(date: Date, today: Date) -> Result<(), Fault> {
    match age_on(date, today) {
        Some(age) if age < YOUNGEST_YEARS => Err(Fault::TooYoung),
        Some(age) if age <= OLDEST_YEARS => Ok(()),
        _ => Err(Fault::NotABirthDate),
    }
}

/// The full years of somebody's life on a local date (Civil Code 民法 §124). `None` before the birth, and
/// beyond 255 years.
#[must_use]
pub fn age_on(birth: Date, today: Date) -> Option<u8> {
    let had_birthday = (today.month(), today.day()) >= (birth.month(), birth.day());
    let years = today.year() - birth.year() - i16::from(!had_birthday);
    u8::try_from(years).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_is_a_year_older_on_the_birthday() {
        let birth = date(2008, 11, 24);
        assert_eq!(age_on(birth, date(2026, 11, 23)), Some(17));
        assert_eq!(age_on(birth, date(2026, 11, 24)), Some(ADULT_YEARS));
        let leap = date(2008, 2, 29);
        assert_eq!(age_on(leap, date(2026, 2, 28)), Some(17));
        assert_eq!(age_on(leap, date(2026, 3, 1)), Some(18));
    }

    #[test]
    fn a_date_of_birth_is_one_of_somebody_who_may_have_an_account() {
        let today = date(2026, 11, 24);
        let read = |text: &str| parse_birth_date(text, today);
        assert_eq!(read(" 1948-03-01 "), Ok(date(1948, 3, 1)));
        assert_eq!(read("2014-11-24"), Ok(date(2014, 11, 24)));
        assert_eq!(read("2014-11-25"), Err(Fault::TooYoung));
        assert_eq!(read("2026-11-24"), Err(Fault::TooYoung));
        assert_eq!(read(""), Err(Fault::Required));
        for text in ["2026-11-25", "1895-01-01", "1948-02-30", "37/3/1", "1948"] {
            assert_eq!(read(text), Err(Fault::NotABirthDate), "{text}");
        }
    }

    proptest! {
        #[test]
        fn nobody_grows_younger(
            birth in 0_i32..30_000, first in 0_i32..40_000, days in 0_i32..40_000,
        ) {
            let day = |offset: i32| date(1900, 1, 1).saturating_add(jiff::Span::new().days(offset));
            let (sooner, later) = (age_on(day(birth), day(first)), age_on(day(birth), day(first + days)));
            prop_assert!(sooner <= later);
            prop_assert_eq!(sooner.is_none(), first < birth);
        }
    }
}
