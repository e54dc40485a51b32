//! What can be wrong with a field of a form, and what people read then.

use protocol::Locale;

macro_rules! field_codes {
    ($($(#[$doc:meta])* $code:ident = $word:literal;)+) => {
        /// What is wrong with a field.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum FieldCode {
            $($(#[$doc])* $code,)+
        }

        impl FieldCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$code,)+];

            /// The stable word.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$code => $word,)+
                }
            }
        }
    };
}

field_codes! {
    /// Nothing was filled in.
    Required = "required";
    /// More than the field takes.
    TooLong = "too_long";
    /// Not of the form that the field takes.
    NotValid = "not_valid";
    /// Somebody else has it.
    Taken = "taken";
    /// Signs that are in no name.
    NotAName = "not_a_name";
    /// Neither a national id nor a resident certificate's number.
    NotANationalId = "not_a_national_id";
    /// No e-mail address.
    NotAnEmail = "not_an_email";
    /// No mobile number of Taiwan.
    NotAMobileNumber = "not_a_mobile_number";
    /// No telephone number of Taiwan.
    NotALandline = "not_a_landline";
    /// No date of birth.
    NotABirthDate = "not_a_birth_date";
    /// Younger than those who have accounts.
    TooYoung = "too_young";
    /// Fewer characters than a password must have.
    PasswordTooShort = "password_too_short";
    /// One of the passwords that are tried first.
    PasswordTooCommon = "password_too_common";
    /// It says what others know of the person.
    PasswordIsPersonal = "password_is_personal";
}

/// What people read. Languages that have no texts of their own yet read the English ones.
pub(crate) const fn text(code: FieldCode, locale: Locale) -> &'static str {
    match locale {
        Locale::ZhTw => match code {
            FieldCode::Required => "請填寫這一欄。",
            FieldCode::TooLong => "內容太長，請縮短一些。",
            FieldCode::NotValid => "格式不正確，請再看一次。",
            FieldCode::Taken => "已經有人使用，請換一個。",
            FieldCode::NotAName => "請填寫與身分證件相同的姓名。",
            FieldCode::NotANationalId => "身分證字號或居留證號碼不正確，請再看一次。",
            FieldCode::NotAnEmail => "電子信箱格式不正確，例如 name@example.com。",
            FieldCode::NotAMobileNumber => "請填寫 09 開頭的 10 碼手機號碼。",
            FieldCode::NotALandline => "請填寫含區碼的電話號碼，例如 02-23112345。",
            FieldCode::NotABirthDate => "出生日期不正確，例如 1960-05-01。",
            FieldCode::TooYoung => "未滿 12 歲的孩子可以陪同接見，不需要帳號。",
            FieldCode::PasswordTooShort => "密碼至少 10 個字元，可以是一句話。",
            FieldCode::PasswordTooCommon => "這個密碼太常見，容易被猜到，請換一個。",
            FieldCode::PasswordIsPersonal => "請不要用姓名、證號、電話、生日或信箱當密碼。",
        },
        Locale::En | Locale::Vi | Locale::Id | Locale::Th => match code {
            FieldCode::Required => "Please fill this in.",
            FieldCode::TooLong => "This is too long. Please shorten it.",
            FieldCode::NotValid => "This is not of the expected form. Please look at it again.",
            FieldCode::Taken => "Somebody else has this. Please choose another.",
            FieldCode::NotAName => "Please give the name as on the identity document.",
            FieldCode::NotANationalId => {
                "This is not a national id or resident certificate number. Please look at it again."
            }
            FieldCode::NotAnEmail => "This is not an e-mail address, such as name@example.com.",
            FieldCode::NotAMobileNumber => {
                "Please give a mobile number: ten digits that begin with 09."
            }
            FieldCode::NotALandline => {
                "Please give a telephone number with its area code, such as 02-23112345."
            }
            FieldCode::NotABirthDate => "This is not a date of birth, such as 1960-05-01.",
            FieldCode::TooYoung => {
                "Children under 12 may come along to a visit; they need no account."
            }
            FieldCode::PasswordTooShort => {
                "A password has at least 10 characters. A sentence does well."
            }
            FieldCode::PasswordTooCommon => {
                "This password is very common and easily guessed. Please choose another."
            }
            FieldCode::PasswordIsPersonal => {
                "Please do not use your name, number, birthday or address as your password."
            }
        },
    }
}
