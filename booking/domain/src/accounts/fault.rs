//! What can be wrong with what somebody fills in.

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Fault {
    /// Nothing was filled in.
    #[error("nothing was filled in")]
    Required,
    /// More than the field takes.
    #[error("it is too long")]
    TooLong,
    /// Signs that are in no name.
    #[error("not a name")]
    NotAName,
    /// Neither a national id nor a resident certificate's number, or a slip of the pen in it.
    #[error("neither a national id nor a resident certificate's number")]
    NotANationalId,
    /// No e-mail address.
    #[error("not an e-mail address")]
    NotAnEmail,
    /// No mobile number of Taiwan.
    #[error("not a mobile number")]
    NotAMobileNumber,
    /// No telephone number of Taiwan.
    #[error("not a telephone number")]
    NotALandline,
    /// No date, or none on which somebody who lives was born.
    #[error("not a date of birth")]
    NotABirthDate,
    /// Too young for an account of one's own.
    #[error("too young for an account")]
    TooYoung,
    /// Fewer characters than a password must have.
    #[error("the password is too short")]
    PasswordTooShort,
    /// One of those that are tried first.
    #[error("the password is one of the commonest")]
    PasswordTooCommon,
    /// It says what others know of the person.
    #[error("the password is the person's own address, number or date")]
    PasswordIsPersonal,
}
