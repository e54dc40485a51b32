//! Where a restriction stands.

/// Where a restriction stands at a moment: upcoming → in force → over, as time passes. Staff lift one that is not over;
/// who is to be barred again gets a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RestrictionState {
    /// It stands against visits of later on.
    Upcoming,
    /// It stands against visits now.
    InForce,
    /// Its time has passed.
    Over,
    /// It was lifted before its time had passed.
    Lifted,
}

/// What happens to a restriction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RestrictionStep {
    /// Its time comes.
    Begin,
    /// Its time has passed.
    End,
    /// Staff lift it, or the service does with the national id that it came by.
    Lift,
}

/// The time of a restriction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RestrictionTime {
    /// From when, Unix milliseconds.
    pub from_ms: u64,
    /// Until when, Unix milliseconds; none: until it is lifted.
    pub until_ms: Option<u64>,
    /// It was lifted.
    pub is_lifted: bool,
}

impl RestrictionTime {
    /// Where the restriction stands at a moment, Unix milliseconds. One that was lifted stands nowhere, at whatever
    /// moment: what it stood against before is over.
    #[must_use]
    pub fn state(&self, at_ms: u64) -> RestrictionState {
        let taken = [
            (RestrictionStep::Lift, self.is_lifted),
            (RestrictionStep::Begin, self.from_ms <= at_ms),
            (
                RestrictionStep::End,
                self.until_ms.is_some_and(|until_ms| until_ms <= at_ms),
            ),
        ];
        let mut state = RestrictionState::Upcoming;
        for (step, _) in taken.into_iter().filter(|(_, is_taken)| *is_taken) {
            state = state.after(step).unwrap_or(state);
        }
        state
    }
}

impl RestrictionState {
    /// The state after a step, if the step is possible in this one.
    #[must_use]
    pub const fn after(self, step: RestrictionStep) -> Option<Self> {
        match (self, step) {
            (Self::Upcoming, RestrictionStep::Begin) => Some(Self::InForce),
            (Self::InForce, RestrictionStep::End) => Some(Self::Over),
            (Self::Upcoming | Self::InForce, RestrictionStep::Lift) => Some(Self::Lifted),
            _ => None,
        }
    }
}

impl RestrictionStep {
    /// Every step.
    pub const ALL: [Self; 3] = [Self::Begin, Self::End, Self::Lift];
}

#[cfg(test)]
mod tests {
    use proptest::{option, prelude::*, sample::select};

    use super::*;

    fn times() -> impl Strategy<Value = RestrictionTime> {
        let times = (0..20_u64, option::of(1..20_u64), any::<bool>());
        times.prop_map(|(from_ms, lasts_ms, is_lifted)| RestrictionTime {
            from_ms,
            until_ms: lasts_ms.map(|lasts_ms| from_ms + lasts_ms),
            is_lifted,
        })
    }

    proptest! {
        #[test]
        fn a_restriction_begins_and_ends_at_most_once_and_nothing_follows_its_end(
            steps in proptest::collection::vec(select(&RestrictionStep::ALL[..]), 0..12),
        ) {
            let mut state = RestrictionState::Upcoming;
            let mut taken = Vec::new();
            for &step in &steps {
                if let Some(next) = state.after(step) {
                    taken.push(step);
                    state = next;
                }
            }
            let begins = steps.iter().position(|step| *step == RestrictionStep::Begin);
            let lifts = steps.iter().position(|step| *step == RestrictionStep::Lift);
            let ends = begins.and_then(|begins| {
                let ends = steps[begins..].iter().position(|step| *step == RestrictionStep::End);
                ends.map(|ends| begins + ends)
            });
            let expected = match (begins, ends, lifts) {
                (_, Some(ends), lifts) if lifts.is_none_or(|lifts| ends < lifts) => RestrictionState::Over,
                (_, _, Some(_)) => RestrictionState::Lifted,
                (Some(_), None, None) => RestrictionState::InForce,
                _ => RestrictionState::Upcoming,
            };
            prop_assert_eq!(state, expected);
            prop_assert!(taken.len() <= 2);
        }

        #[test]
        fn time_takes_the_steps_that_are_possible_and_no_other(
            time in times(), now_ms in 0..50_u64, passes_ms in 0..50_u64,
        ) {
            let (before, after) = (time.state(now_ms), time.state(now_ms + passes_ms));
            let begun = before.after(RestrictionStep::Begin);
            let ended = begun.unwrap_or(before).after(RestrictionStep::End);
            let reached = [Some(before), begun, ended];
            prop_assert!(reached.contains(&Some(after)), "{before:?} → {after:?}");
            prop_assert_eq!(before == RestrictionState::Lifted, time.is_lifted);
            if !time.is_lifted {
                let in_force = time.from_ms <= now_ms && time.until_ms.is_none_or(|until_ms| now_ms < until_ms);
                prop_assert_eq!(before == RestrictionState::InForce, in_force);
            }
        }

        #[test]
        fn one_that_is_not_over_is_lifted_and_stays_so_whatever_the_time(time in times(), now_ms in 0..50_u64) {
            let standing = RestrictionTime { is_lifted: false, ..time };
            let lifted = standing.state(now_ms).after(RestrictionStep::Lift);
            let over = time.until_ms.is_some_and(|until_ms| until_ms <= now_ms);
            prop_assert_eq!(lifted, (!over).then_some(RestrictionState::Lifted));
            let lifted = RestrictionTime { is_lifted: true, ..time };
            for step in RestrictionStep::ALL {
                prop_assert_eq!(lifted.state(now_ms).after(step), None);
            }
        }
    }
}
