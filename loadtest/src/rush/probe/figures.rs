//! How long answers about addresses with an account take, beside those about others.

use std::{fmt::Write, time::Duration};

use serde::Serialize;

use super::Asking;
use crate::rush::figures::us;

/// By chance alone there are more deviations once in fifteen thousand times.
const DEVIATIONS_MAX: f64 = 4.0;

/// Of one kind of address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Took {
    /// How many answers.
    pub count: usize,
    /// Half of them took no longer, µs.
    pub p50_us: u64,
    /// 95 of 100 took no longer, µs.
    pub p95_us: u64,
}

/// The two kinds of one asking.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Compared {
    /// What was asked.
    pub asking: Asking,
    /// Addresses that have an account.
    pub known: Took,
    /// The others.
    pub others: Took,
    /// The median of the known by that of the others.
    pub p50_ratio: f64,
    /// The same of the 95th percentiles.
    pub p95_ratio: f64,
    /// How often the answer about a known address took longer than one about another, of all pairs (Mann and Whitney's
    /// U, as a share): one half where the time tells nothing, 0 or 1 where it tells all.
    pub known_longer: f64,
    /// By how many standard deviations that is off one half.
    pub deviations: f64,
}

impl Compared {
    /// Of how long each answer took; none without any of either kind.
    #[must_use]
    pub fn of(asking: Asking, known: Vec<Duration>, others: Vec<Duration>) -> Option<Self> {
        let (known_longer, deviations) = mann_whitney(&known, &others)?;
        let (known, others) = (Took::of(known)?, Took::of(others)?);
        Some(Self {
            asking,
            known,
            others,
            p50_ratio: ratio(known.p50_us, others.p50_us),
            p95_ratio: ratio(known.p95_us, others.p95_us),
            known_longer,
            deviations,
        })
    }

    /// Whether what differs may be chance.
    #[must_use]
    pub fn tells_nothing(&self) -> bool {
        self.deviations.abs() < DEVIATIONS_MAX
    }
}

impl Took {
    fn of(mut times: Vec<Duration>) -> Option<Self> {
        times.sort_unstable();
        let rank = |percent: usize| (times.len() * percent).div_ceil(100).checked_sub(1);
        let at = |percent| times.get(rank(percent)?).copied().map(us);
        Some(Self {
            count: times.len(),
            p50_us: at(50)?,
            p95_us: at(95)?,
        })
    }
}

/// For people.
#[must_use]
pub fn table(compared: &[Compared]) -> String {
    let mut table =
        "| Asking | addresses | known, p50 / p95 | others, p50 / p95 | p50 | p95 | known takes longer | deviations |\n\
         |---|---|---|---|---|---|---|---|\n"
            .to_owned();
    for one in compared {
        let _ = writeln!(
            table,
            "| {} | {} | {} / {} µs | {} / {} µs | {:.3} | {:.3} | {:.1} % | {:+.1} |",
            name(one.asking),
            one.known.count,
            one.known.p50_us,
            one.known.p95_us,
            one.others.p50_us,
            one.others.p95_us,
            one.p50_ratio,
            one.p95_ratio,
            one.known_longer * 100.0,
            one.deviations,
        );
    }
    table
}

const fn name(asking: Asking) -> &'static str {
    match asking {
        Asking::SignIn => "to sign in, with a wrong password",
        Asking::NewPassword => "for a new password",
        Asking::Account => "for an account",
        Asking::AccountAgain => "for an account, again",
    }
}

/// In how many of all pairs the known is the longer, as a share, and by how many standard deviations that is off one
/// half: the normal approximation, which some dozens of either kind are enough for.
fn mann_whitney(known: &[Duration], others: &[Duration]) -> Option<(f64, f64)> {
    let mut sorted = others.to_vec();
    sorted.sort_unstable();
    let (m, n) = (float(known.len())?, float(others.len())?);
    let mut longer = 0.0;
    for one in known {
        let below = sorted.partition_point(|other| other < one);
        let even = sorted.partition_point(|other| other <= one) - below;
        longer += float(below)? + float(even)? / 2.0;
    }
    let deviation = (m * n * (m + n + 1.0) / 12.0).sqrt();
    (m * n > 0.0).then(|| (longer / (m * n), (longer - m * n / 2.0) / deviation))
}

fn float(count: usize) -> Option<f64> {
    u32::try_from(count).ok().map(f64::from)
}

fn ratio(one: u64, other: u64) -> f64 {
    let seconds = |us| Duration::from_micros(us).as_secs_f64();
    seconds(one) / seconds(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(us: impl Iterator<Item = u64>) -> Vec<Duration> {
        us.map(Duration::from_micros).collect()
    }

    #[test]
    fn the_same_times_tell_nothing() {
        let same = || times(1..=100);
        let one = Compared::of(Asking::SignIn, same(), same()).unwrap();
        assert_eq!((one.known_longer, one.deviations), (0.5, 0.0));
        assert_eq!((one.p50_ratio, one.p95_ratio), (1.0, 1.0));
        assert_eq!((one.known.p50_us, one.known.p95_us), (50, 95));
        assert!(one.tells_nothing());
    }

    #[test]
    fn times_that_are_a_little_longer_are_found_and_so_are_shorter_ones() {
        let (later, sooner) = (times(20..=119), times(1..=100));
        let longer = Compared::of(Asking::Account, later.clone(), sooner.clone()).unwrap();
        assert!(longer.deviations > 4.0 && longer.known_longer > 0.6);
        assert!(!longer.tells_nothing());
        let shorter = Compared::of(Asking::Account, sooner, later).unwrap();
        assert!(!shorter.tells_nothing());
        assert!((longer.deviations + shorter.deviations).abs() < 1e-9);
    }

    #[test]
    fn of_nothing_nothing_is_told() {
        assert_eq!(Compared::of(Asking::SignIn, Vec::new(), times(1..=2)), None);
    }
}
