//! Seeds of simulations: which ones run, and which one failed.

use std::ops::Range;

/// The variable that names other seeds than the usual ones: `7` for one, `100..5000` for many.
pub const VARIABLE: &str = "OPENVISIT_SIMULATION_SEEDS";

/// The seeds that [`VARIABLE`] names, else the usual ones.
///
/// # Panics
/// If the variable says something else than a number or a range.
#[must_use]
pub fn or(usual: Range<u64>) -> Range<u64> {
    match std::env::var(VARIABLE) {
        Ok(text) => parse(&text).unwrap_or_else(|| panic!("{VARIABLE}={text}: write 7 or 0..100")),
        Err(_) => usual,
    }
}

fn parse(text: &str) -> Option<Range<u64>> {
    if let Some((from, to)) = text.split_once("..") {
        return Some(from.parse().ok()?..to.parse().ok()?);
    }
    let seed: u64 = text.parse().ok()?;
    Some(seed..seed.checked_add(1)?)
}

/// Says, if a test fails while it lives, with which seed, after what, and how to see it again.
#[derive(Debug)]
pub struct Told {
    what: &'static str,
    seed: u64,
    steps: Vec<String>,
}

impl Told {
    /// For one run of a simulation.
    #[must_use]
    pub const fn of(what: &'static str, seed: u64) -> Self {
        Self {
            what,
            seed,
            steps: Vec::new(),
        }
    }

    /// Notes what happened.
    pub fn tell(&mut self, step: String) {
        self.steps.push(step);
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        if std::thread::panicking() {
            for step in &self.steps {
                eprintln!("{step}");
            }
            let Self { what, seed, .. } = self;
            eprintln!("{what} failed with seed {seed}; {VARIABLE}={seed} runs it alone");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_or_a_range_can_be_asked_for_and_nothing_else() {
        assert_eq!(parse("7"), Some(7..8));
        assert_eq!(parse("100..5000"), Some(100..5_000));
        for wrong in ["", "x", "1..", "1-2"] {
            assert_eq!(parse(wrong), None);
        }
    }
}
