//! The form with which somebody registers.

use jiff::civil::Date;
use protocol::Locale;

use super::{
    EmailAddress, Fault, Landline, MobileNumber, NationalId, Password, PersonName, parse_birth_date,
};

const LONGEST_VERSION: usize = 32;

/// The form as it was filled in.
#[derive(Clone, Copy)]
pub struct RegistrationForm<'a> {
    /// Which notice about personal data was agreed to.
    pub consent_version: &'a str,
    /// The name as on the identity document.
    pub name: &'a str,
    /// The national id or the number of the resident certificate.
    pub national_id: &'a str,
    /// The e-mail address.
    pub email: &'a str,
    /// The date of birth, `YYYY-MM-DD`.
    pub birth_date: &'a str,
    /// The mobile number.
    pub phone: &'a str,
    /// Another telephone number, where there is one.
    pub landline: &'a str,
    /// The password.
    pub password: &'a str,
}

/// A form in which everything is as it must be.
#[derive(Clone, PartialEq, Eq)]
pub struct Registration {
    /// Which notice about personal data was agreed to.
    pub consent_version: String,
    /// The name.
    pub name: PersonName,
    /// The national id.
    pub national_id: NationalId,
    /// The e-mail address.
    pub email: EmailAddress,
    /// The date of birth.
    pub birth_date: Date,
    /// The mobile number.
    pub phone: MobileNumber,
    /// Another telephone number.
    pub landline: Option<Landline>,
    /// The password.
    pub password: Password,
    /// The language of letters and texts.
    pub locale: Locale,
}

impl Registration {
    /// Reads a form on the local date `today`. Else tells what is wrong with which fields, by their names
    /// and in the order of the form.
    pub fn check(
        form: &RegistrationForm<'_>,
        locale: Locale,
        today: Date,
    ) -> Result<Self, Vec<(&'static str, Fault)>> {
        let mut faults = Vec::new();
        let consent_version = take(
            &mut faults,
            "consent_version",
            version(form.consent_version),
        );
        let name = take(&mut faults, "name", PersonName::parse(form.name));
        let national_id = take(
            &mut faults,
            "national_id",
            NationalId::parse(form.national_id),
        );
        let email = take(&mut faults, "email", EmailAddress::parse(form.email));
        let birth_date = take(
            &mut faults,
            "birth_date",
            parse_birth_date(form.birth_date, today),
        );
        let phone = take(&mut faults, "phone", MobileNumber::parse(form.phone));
        let landline = match Landline::parse(form.landline) {
            Err(Fault::Required) => Some(None),
            landline => take(&mut faults, "landline", landline).map(Some),
        };
        let personal = [
            form.name,
            form.national_id,
            form.email,
            form.birth_date,
            form.phone,
        ];
        let password = take(
            &mut faults,
            "password",
            Password::check(form.password, &personal),
        );
        let registration = (|| {
            Some(Self {
                consent_version: consent_version?,
                name: name?,
                national_id: national_id?,
                email: email?,
                birth_date: birth_date?,
                phone: phone?,
                landline: landline?,
                password: password?,
                locale,
            })
        })();
        registration.ok_or(faults)
    }
}

fn take<T>(
    faults: &mut Vec<(&'static str, Fault)>,
    field: &'static str,
    read: Result<T, Fault>,
) -> Option<T> {
    read.map_err(|fault| faults.push((field, fault))).ok()
}

fn version(text: &str) -> Result<String, Fault> {
    let sign = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    match text {
        "" => Err(Fault::Required),
        text if text.len() <= LONGEST_VERSION && text.chars().all(sign) => Ok(text.to_owned()),
        _ => Err(Fault::TooLong),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const FORM: RegistrationForm<'static> = RegistrationForm {
        consent_version: "2026-11",
        name: "林陳秀英",
        national_id: "A123456789",
        email: "hsiu.ying@example.tw",
        birth_date: "1948-03-01",
        phone: "0912-345-678",
        landline: "",
        password: "我家門前有小河後面有山坡",
    };

    fn check(form: &RegistrationForm<'_>) -> Result<Registration, Vec<(&'static str, Fault)>> {
        Registration::check(form, Locale::ZhTw, date(2026, 11, 24))
    }

    #[test]
    fn a_form_that_is_filled_in_is_a_registration() {
        let registration = check(&FORM).ok().unwrap();
        assert_eq!(registration.phone.as_str(), "0912345678");
        assert_eq!(registration.birth_date, date(1948, 3, 1));
        assert!(registration.landline.is_none());
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once_in_the_order_of_the_form() {
        let empty = RegistrationForm {
            consent_version: "",
            name: "",
            national_id: "",
            email: "",
            birth_date: "",
            phone: "",
            landline: "1",
            password: "",
        };
        let faults = check(&empty).err().unwrap();
        let required = |field| (field, Fault::Required);
        let mut expected: Vec<_> = [
            "consent_version",
            "name",
            "national_id",
            "email",
            "birth_date",
            "phone",
        ]
        .map(required)
        .into();
        expected.extend([("landline", Fault::NotALandline), required("password")]);
        assert_eq!(faults, expected);
    }

    #[test]
    fn what_others_know_is_no_password() {
        let form = RegistrationForm {
            password: "HSIU.ying@example.tw",
            ..FORM
        };
        assert_eq!(
            check(&form).err(),
            Some(vec![("password", Fault::PasswordIsPersonal)])
        );
    }
}
