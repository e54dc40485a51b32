//! Why an endpoint does not do what it was asked: one code, or what is wrong with which field.

use axum::response::{IntoResponse, Response};
use booking_domain::StoreError;

use crate::{FieldCode, ProblemCode};

/// What is wrong with one field of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FieldError {
    /// The field's name in the request.
    pub(crate) field: &'static str,
    /// What is wrong.
    pub(crate) code: FieldCode,
}

/// The refusal of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// As a whole.
    Code(ProblemCode),
    /// Fields of the form; never none.
    Fields(Vec<FieldError>),
}

impl Refusal {
    /// One field's error.
    pub(crate) fn field(field: &'static str, code: FieldCode) -> Self {
        Self::Fields(vec![FieldError { field, code }])
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

/// The status, with what `problem::render` writes out.
impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Code(code) => code.into_response(),
            Self::Fields(errors) => {
                let mut response = ProblemCode::InvalidFields.into_response();
                response.extensions_mut().insert(errors);
                response
            }
        }
    }
}
