//! Counting what other test runners say they ran.

/// Tests that passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Tally {
    /// What the closing lines of a runner say: every `N passed` and `N failed` on the last line that has
    /// one. Colour codes are passed over.
    #[must_use]
    pub(crate) fn read(output: &str) -> Self {
        let plain = without_colour(output);
        let mut tally = Self::default();
        for line in plain.lines().rev().filter(|line| is_closing(line)) {
            tally.passed = tally.passed.max(count_before(line, "passed"));
            tally.failed = tally.failed.max(count_before(line, "failed"));
        }
        tally
    }
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// Nextest's `Summary […] 3 tests run: 3 passed`, Vitest's `Tests  3 passed (3)`, Playwright's `3 passed (2.1m)`.
fn is_closing(line: &str) -> bool {
    let line = line.trim();
    let playwright = |word: &str| {
        line.split_once(word)
            .is_some_and(|(count, _)| count.trim().parse::<u64>().is_ok())
    };
    line.starts_with("Summary [")
        || line.starts_with("Tests ")
        || playwright("passed")
        || playwright("failed")
}

fn count_before(line: &str, word: &str) -> u64 {
    let words: Vec<&str> = line
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    words
        .windows(2)
        .find(|pair| pair[1] == word)
        .and_then(|pair| pair[0].parse().ok())
        .unwrap_or(0)
}

fn without_colour(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            for code in characters.by_ref() {
                if code.is_ascii_alphabetic() {
                    break;
                }
            }
        } else {
            plain.push(character);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closing_lines_of_the_three_runners_are_read() {
        let nextest =
            "  \u{1b}[32mSummary\u{1b}[0m [   0.085s] 9 tests run: 7 passed, 2 failed, 0 skipped";
        assert_eq!(
            Tally::read(nextest),
            Tally {
                passed: 7,
                failed: 2
            }
        );
        let vitest = " Test Files  4 passed (4)\n      Tests  31 passed (31)\n   Duration  1.2s";
        assert_eq!(
            Tally::read(vitest),
            Tally {
                passed: 31,
                failed: 0
            }
        );
        let playwright = "  1 failed\n    call.spec.ts:4:1\n  12 passed (2.1m)";
        assert_eq!(
            Tally::read(playwright),
            Tally {
                passed: 12,
                failed: 1
            }
        );
        assert_eq!(Tally::read("no tests"), Tally::default());
    }
}
