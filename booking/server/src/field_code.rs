//! What can be wrong with a field of a form.

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
    /// A date that has not come yet.
    InFuture = "in_future";
    /// A date from which too much time has passed.
    TooLongAgo = "too_long_ago";
    /// Younger than those who have accounts.
    TooYoung = "too_young";
    /// Fewer characters than a password must have.
    PasswordTooShort = "password_too_short";
    /// One of the passwords that are tried first.
    PasswordTooCommon = "password_too_common";
    /// It says what others know of the person.
    PasswordIsPersonal = "password_is_personal";
}
