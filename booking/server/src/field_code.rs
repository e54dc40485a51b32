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
    /// Somebody else has it.
    Taken,
}

impl FieldCode {
    /// Every code.
    pub const ALL: [Self; 4] = [Self::Required, Self::TooLong, Self::NotValid, Self::Taken];

    /// The stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::TooLong => "too_long",
            Self::NotValid => "not_valid",
            Self::Taken => "taken",
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
            FieldCode::Taken => "已經有人使用，請換一個。",
        },
        Locale::En | Locale::Vi | Locale::Id | Locale::Th => match code {
            FieldCode::Required => "Please fill this in.",
            FieldCode::TooLong => "This is too long. Please shorten it.",
            FieldCode::NotValid => "This is not of the expected form. Please look at it again.",
            FieldCode::Taken => "Somebody else has this. Please choose another.",
        },
    }
}
