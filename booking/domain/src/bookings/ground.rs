//! Why a visit counts in the inmate's month, or does not.

use crate::UnknownWord;

/// What a visit is held for 通訊設備接見辦法 §10.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Ground {
    /// As anybody's. It counts.
    Ordinary,
    /// With a lawyer or a defender.
    Lawyer,
    /// A relative has died.
    Bereavement,
    /// A relative is critically ill.
    CriticalIllness,
    /// With a consul.
    Consular,
    /// After a disaster.
    Disaster,
    /// On humanitarian grounds.
    Humanitarian,
    /// In a special case.
    Special,
}

impl Ground {
    /// Every ground.
    pub const ALL: [Self; 8] = [
        Self::Ordinary,
        Self::Lawyer,
        Self::Bereavement,
        Self::CriticalIllness,
        Self::Consular,
        Self::Disaster,
        Self::Humanitarian,
        Self::Special,
    ];

    /// The word in stores and interfaces.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ordinary => "ordinary",
            Self::Lawyer => "lawyer",
            Self::Bereavement => "bereavement",
            Self::CriticalIllness => "critical_illness",
            Self::Consular => "consular",
            Self::Disaster => "disaster",
            Self::Humanitarian => "humanitarian",
            Self::Special => "special",
        }
    }

    /// The ground of a stored word.
    pub fn parse(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .into_iter()
            .find(|ground| ground.as_str() == word)
            .ok_or_else(|| UnknownWord(word.to_owned(), "ground of a visit"))
    }

    /// The ground on which somebody books whose relationship to the inmate is this word. Lawyers and
    /// defenders visit without a limit (Prison Act 監獄行刑法 §72, 羈押法 §65).
    #[must_use]
    pub fn of_relationship(relationship: &str) -> Self {
        match relationship {
            "lawyer" | "defender" => Self::Lawyer,
            _ => Self::Ordinary,
        }
    }

    /// Whether the visit counts in the inmate's month.
    #[must_use]
    pub const fn counts(self) -> bool {
        matches!(self, Self::Ordinary)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_all_grounds_only_the_ordinary_one_counts() {
        for ground in Ground::ALL {
            assert_eq!(Ground::parse(ground.as_str()), Ok(ground));
            assert_eq!(ground.counts(), ground == Ground::Ordinary);
        }
        assert_eq!(Ground::of_relationship("defender"), Ground::Lawyer);
        assert_eq!(Ground::of_relationship("spouse"), Ground::Ordinary);
    }
}
