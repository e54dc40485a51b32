//! Why an endpoint does not do what it was asked: one code, or what is wrong with which field.

use std::time::Duration;

use axum::{
    http::{HeaderValue, header::RETRY_AFTER},
    response::{IntoResponse, Response},
};
use booking_domain::{StoreError, accounts::Fault};
use jiff::civil::Date;

use crate::{FieldCode, ProblemCode};

/// What is wrong with one field of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FieldError {
    /// The field's name in the request.
    pub(crate) field: &'static str,
    /// What is wrong.
    pub(crate) code: FieldCode,
}

impl FieldError {
    /// What the domain finds wrong with a field.
    pub(crate) const fn new(field: &'static str, fault: Fault) -> Self {
        let code = match fault {
            Fault::Required => FieldCode::Required,
            Fault::TooLong => FieldCode::TooLong,
            Fault::NotAName => FieldCode::NotAName,
            Fault::NotANationalId => FieldCode::NotANationalId,
            Fault::NotAnEmail => FieldCode::NotAnEmail,
            Fault::NotAMobileNumber => FieldCode::NotAMobileNumber,
            Fault::NotALandline => FieldCode::NotALandline,
            Fault::NotABirthDate => FieldCode::NotABirthDate,
            Fault::TooYoung => FieldCode::TooYoung,
            Fault::PasswordTooShort => FieldCode::PasswordTooShort,
            Fault::PasswordTooCommon => FieldCode::PasswordTooCommon,
            Fault::PasswordIsPersonal => FieldCode::PasswordIsPersonal,
        };
        Self { field, code }
    }
}

/// The last day on which it is possible.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LastDay(pub(crate) Date);

/// The refusal of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// As a whole.
    Code(ProblemCode),
    /// As a whole, for what is possible until a day.
    Until(ProblemCode, Date),
    /// For now: it may be asked again in so long (`Retry-After`, RFC 9110 section 10.2.3).
    Later(ProblemCode, Duration),
    /// Fields of the form; never none.
    Fields(Vec<FieldError>),
}

impl Refusal {
    /// One field's error.
    pub(crate) fn field(field: &'static str, code: FieldCode) -> Self {
        Self::Fields(vec![FieldError { field, code }])
    }

    /// What the domain finds wrong with one field.
    pub(crate) fn fault(field: &'static str, fault: Fault) -> Self {
        Self::Fields(vec![FieldError::new(field, fault)])
    }
}

impl From<ProblemCode> for Refusal {
    fn from(code: ProblemCode) -> Self {
        Self::Code(code)
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Code(error.into())
    }
}

/// No sooner than after a wait, and never at once.
fn whole_seconds(wait: Duration) -> u64 {
    wait.as_millis()
        .div_ceil(1000)
        .try_into()
        .unwrap_or(u64::MAX)
        .max(1)
}

/// The status, with what `problem::render` writes out.
impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Code(code) => code.into_response(),
            Self::Until(code, last_day) => {
                let mut response = code.into_response();
                response.extensions_mut().insert(LastDay(last_day));
                response
            }
            Self::Later(code, wait) => {
                let mut response = code.into_response();
                let seconds = HeaderValue::from(whole_seconds(wait));
                response.headers_mut().insert(RETRY_AFTER, seconds);
                response
            }
            Self::Fields(errors) => {
                let mut response = ProblemCode::InvalidFields.into_response();
                response.extensions_mut().insert(errors);
                response
            }
        }
    }
}
