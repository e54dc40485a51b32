//! How long people are known whom no visit needs any more.

use booking_domain::ForgettingLimits;
use ids::InmateId;
use serde::{Deserialize, Serialize};

const DAY_MS: u64 = 24 * 60 * 60 * 1000;
/// The shortest time that the law lets data of visits be kept, days (科技設備辦法 §13).
const SHORTEST_DAYS: u32 = 90;
/// Inmates that are held at most.
const MOST_HELD: usize = 1000;

/// `[retention]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RetentionSettings {
    /// How long the people of a visit are known after its end, days; 90 at least.
    pub visit_days: u32,
    /// How long an inmate is known after leaving, days; 90 at least, and longer while a visit is kept.
    pub inmate_days: u32,
    /// Inmates, by their ids, about whom a complaint or a court case is under way: they, their visits, and what was
    /// handed in and written about visits to them stay.
    pub held_inmates: Vec<InmateId>,
}

impl Default for RetentionSettings {
    fn default() -> Self {
        Self {
            visit_days: 365,
            inmate_days: 365,
            held_inmates: Vec::new(),
        }
    }
}

impl RetentionSettings {
    /// Whether the law allows it.
    ///
    /// # Errors
    /// A time is too short, or too many inmates are held.
    pub fn check(&self) -> Result<(), &'static str> {
        if self.visit_days < SHORTEST_DAYS || self.inmate_days < SHORTEST_DAYS {
            return Err("retention.visit_days and retention.inmate_days are 90 at least");
        }
        if self.held_inmates.len() > MOST_HELD {
            return Err("retention.held_inmates are 1000 at most");
        }
        Ok(())
    }

    /// The same for the store.
    pub(crate) fn limits(&self) -> ForgettingLimits {
        ForgettingLimits {
            visit_ms: u64::from(self.visit_days) * DAY_MS,
            inmate_ms: u64::from(self.inmate_days) * DAY_MS,
            held: self.held_inmates.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_law_wants_kept_is_kept() {
        let days = |visit_days, inmate_days| {
            let settings = RetentionSettings {
                visit_days,
                inmate_days,
                ..RetentionSettings::default()
            };
            settings.check().is_ok()
        };
        assert_eq!(RetentionSettings::default().check(), Ok(()));
        assert!(days(90, 90));
        assert!(!days(89, 90));
        assert!(!days(90, 89));
    }
}
