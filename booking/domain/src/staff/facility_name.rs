//! What a facility is called, for readers of each language.
//!
//! Its own name is Chinese, and so are the signs at its gate. Who cannot read it needs another one beside it, to know
//! which facility it is and to tell others.

use protocol::Locale;

/// A facility's name, and the one in Latin letters where it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacilityName {
    /// Its own.
    pub own: String,
    /// In Latin letters, such as *Taipei Detention Center*.
    pub latin: Option<String>,
}

impl FacilityName {
    /// A name without another one.
    pub fn new(own: impl Into<String>) -> Self {
        Self {
            own: own.into(),
            latin: None,
        }
    }

    /// As a reader of a language has it: with its own name behind the Latin one, to be shown to others.
    #[must_use]
    pub fn written_in(&self, locale: Locale) -> String {
        match &self.latin {
            Some(latin) if locale != Locale::ZhTw => format!("{latin} ({})", self.own),
            _ => self.own.clone(),
        }
    }

    /// As short as a text message wants it: one name.
    #[must_use]
    pub fn short_in(&self, locale: Locale) -> &str {
        match &self.latin {
            Some(latin) if locale != Locale::ZhTw => latin,
            _ => &self.own,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_reads_no_chinese_has_both_names_and_who_does_the_own_one() {
        let name = FacilityName {
            latin: Some("Demo Detention Center".into()),
            ..FacilityName::new("示範看守所")
        };
        assert_eq!(name.written_in(Locale::ZhTw), "示範看守所");
        assert_eq!(name.short_in(Locale::ZhTw), "示範看守所");
        for locale in [Locale::En, Locale::Vi, Locale::Id, Locale::Th] {
            let both = "Demo Detention Center (示範看守所)";
            assert_eq!(name.written_in(locale), both);
            assert_eq!(name.short_in(locale), "Demo Detention Center");
            let alone = FacilityName::new("示範看守所");
            assert_eq!(alone.written_in(locale), "示範看守所");
            assert_eq!(alone.short_in(locale), "示範看守所");
        }
    }
}
