//! Personal data, kept out of logs by its type.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Something that belongs to a person: a name, a phone number, a token.
///
/// `Debug` and `Display` print a placeholder; only [`Pii::reveal`] gives the value, and is easy to
/// find when one reads who uses it.
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pii<T>(T);

impl<T> Pii<T> {
    /// Wraps a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for the place that truly needs it.
    pub const fn reveal(&self) -> &T {
        &self.0
    }

    /// The value itself, no longer guarded.
    pub fn into_revealed(self) -> T {
        self.0
    }
}

impl<T> From<T> for Pii<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T> fmt::Debug for Pii<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(personal)")
    }
}

impl<T> fmt::Display for Pii<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(personal)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_never_the_value() {
        let phone = Pii::new("0912345678");
        assert_eq!(
            format!("{phone} {phone:?} {:?}", Some(&phone))
                .matches("0912")
                .count(),
            0
        );
        assert_eq!(*phone.reveal(), "0912345678");
    }
}
