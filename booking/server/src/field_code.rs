//! What can be wrong with a field of a form, and what people read then.

use protocol::Locale;

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldCode {
    /// Nothing was filled in.
    Required,
    /// More than the field takes.
    TooLong,
    /// Not of the form that the field takes.
    NotValid,
}

impl FieldCode {
    /// Every code.
    pub const ALL: [Self; 3] = [Self::Required, Self::TooLong, Self::NotValid];

    /// The stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::TooLong => "too_long",
            Self::NotValid => "not_valid",
        }
    }
}

/// What people read. Languages that have no texts of their own yet read the English ones.
pub(crate) const fn text(code: FieldCode, locale: Locale) -> &'static str {
    match locale {
        Locale::ZhTw => match code {
            FieldCode::Required => "請填寫這一欄。",
            FieldCode::TooLong => "內容太長，請縮短一些。",
            FieldCode::NotValid => "格式不正確，請再看一次。",
        },
        Locale::En | Locale::Vi | Locale::Id | Locale::Th => match code {
            FieldCode::Required => "Please fill this in.",
            FieldCode::TooLong => "This is too long. Please shorten it.",
            FieldCode::NotValid => "This is not of the expected form. Please look at it again.",
        },
    }
}
