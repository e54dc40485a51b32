//! What a visitor is to an inmate.

use crate::UnknownWord;

/// What a visitor is to an inmate. Family and nearest relatives are the spouse, lineal relatives, collateral
/// ones to the third degree and in-laws to the second (通訊設備接見辦法 §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Relationship {
    /// 配偶.
    Spouse,
    /// 父母.
    Parent,
    /// 子女.
    Child,
    /// 祖父母.
    Grandparent,
    /// 孫子女.
    Grandchild,
    /// 兄弟姊妹.
    Sibling,
    /// Another relative by blood to the third degree.
    OtherRelative,
    /// A relative by marriage to the second degree.
    InLaw,
    /// 律師: watched, never heard or recorded (監獄行刑法 §72).
    Lawyer,
    /// 辯護人: like a lawyer (羈押法 §65).
    Defender,
    /// Somebody else, who needs an urgent ground (通訊設備接見辦法 §7).
    Other,
}

impl Relationship {
    /// Every relationship.
    pub const ALL: [Self; 11] = [
        Self::Spouse,
        Self::Parent,
        Self::Child,
        Self::Grandparent,
        Self::Grandchild,
        Self::Sibling,
        Self::OtherRelative,
        Self::InLaw,
        Self::Lawyer,
        Self::Defender,
        Self::Other,
    ];

    /// Whether it is family, which a document has to show.
    #[must_use]
    pub const fn is_relative(self) -> bool {
        !self.is_legal() && !matches!(self, Self::Other)
    }

    /// Whether it is a lawyer's or a defender's, whose visits are confidential and count in no month.
    #[must_use]
    pub const fn is_legal(self) -> bool {
        matches!(self, Self::Lawyer | Self::Defender)
    }

    /// Whether a ground has to be stated.
    #[must_use]
    pub const fn needs_ground(self) -> bool {
        matches!(self, Self::Other)
    }

    /// The word in stores and interfaces.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Spouse => "spouse",
            Self::Parent => "parent",
            Self::Child => "child",
            Self::Grandparent => "grandparent",
            Self::Grandchild => "grandchild",
            Self::Sibling => "sibling",
            Self::OtherRelative => "other_relative",
            Self::InLaw => "in_law",
            Self::Lawyer => "lawyer",
            Self::Defender => "defender",
            Self::Other => "other",
        }
    }

    /// The relationship of a stored word.
    pub fn parse(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .into_iter()
            .find(|relationship| relationship.as_str() == word)
            .ok_or_else(|| UnknownWord(word.to_owned(), "relationship"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_relationship_has_a_word_of_its_own() {
        for relationship in Relationship::ALL {
            assert_eq!(Relationship::parse(relationship.as_str()), Ok(relationship));
        }
        assert!(Relationship::parse("friend").is_err());
    }

    #[test]
    fn everybody_is_a_relative_or_a_lawyer_or_needs_a_ground_and_nothing_twice() {
        for relationship in Relationship::ALL {
            let marks = [
                relationship.is_relative(),
                relationship.is_legal(),
                relationship.needs_ground(),
            ];
            let marked = marks.into_iter().filter(|mark| *mark).count();
            assert_eq!(marked, 1, "{relationship:?}");
        }
    }
}
