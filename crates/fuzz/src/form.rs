//! What people type into forms, and what stands in addresses.

use booking_domain::accounts::{
    EmailAddress, Fault, Landline, MobileNumber, NationalId, Password, PersonName, parse_birth_date,
};
use ids::{FacilityId, VisitId};

/// The longest that any of them is, bytes: an e-mail address.
const LONGEST: usize = 254;

/// What is taken is short, prints as one line, and is taken again as the same.
fn settles(text: &str, read: impl Fn(&str) -> Result<String, Fault>) {
    if let Ok(taken) = read(text) {
        assert!(taken.len() <= LONGEST, "{} bytes", taken.len());
        assert!(!taken.chars().any(char::is_control), "{taken:?}");
        assert_eq!(read(&taken).as_ref(), Ok(&taken), "of {text:?}");
    }
}

pub(crate) fn fields(input: &[u8]) {
    let text = &*String::from_utf8_lossy(input);
    settles(text, |text| {
        Ok(PersonName::parse(text)?.as_str().to_owned())
    });
    settles(text, |text| {
        Ok(EmailAddress::parse(text)?.as_str().to_owned())
    });
    settles(text, |text| Ok(EmailAddress::parse(text)?.key()));
    settles(text, |text| {
        Ok(MobileNumber::parse(text)?.as_str().to_owned())
    });
    settles(text, |text| Ok(Landline::parse(text)?.as_str().to_owned()));
    settles(text, |text| {
        let id = NationalId::parse(text)?;
        assert_eq!(id.masked().len(), id.as_str().len());
        Ok(id.as_str().to_owned())
    });
    let today = "2026-11-24".parse().expect("a date");
    settles(text, |text| Ok(parse_birth_date(text, today)?.to_string()));
    if let Ok(password) = Password::check(text, &["wang@example.tw"]) {
        assert_eq!(password.reveal(), text, "another password");
    }
}

pub(crate) fn field_seeds() -> Vec<Vec<u8>> {
    [
        "王秀英",
        "Ｎguyễn Thị\u{3000}Hồng",
        "กาญจนา ศรีสุข",
        " Hsiu.Ying+visit@Mail.Example.TW ",
        "+886 (0)912-345-678",
        "０２－２３１１－１２３４＃１２",
        "A123456789",
        "ＡＣ０１２３４５６７",
        "1984-02-29",
        "correct horse battery",
    ]
    .map(|text| text.as_bytes().to_vec())
    .into()
}

/// An id names one thing, however it is written.
pub(crate) fn id(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let visit = text.parse::<VisitId>();
    if let Ok(visit) = visit {
        assert_eq!(visit.to_string().parse(), Ok(visit));
        assert!(text.parse::<FacilityId>().is_ok());
        assert!(text.len() <= "urn:uuid:01936b1a-8a40-7c31-a4f2-0b7f3c1d9e55".len());
    }
}

pub(crate) fn id_seeds() -> Vec<Vec<u8>> {
    [
        "01936b1a-8a40-7c31-a4f2-0b7f3c1d9e55",
        "01936B1A8A407C31A4F20B7F3C1D9E55",
        "{01936b1a-8a40-7c31-a4f2-0b7f3c1d9e55}",
        "urn:uuid:01936b1a-8a40-7c31-a4f2-0b7f3c1d9e55",
    ]
    .map(|id| id.as_bytes().to_vec())
    .into()
}
