//! The second factor: codes by the clock (RFC 6238).

/// How long a code is the current one, seconds (RFC 6238 section 4.1).
pub const CODE_PERIOD_S: u64 = 30;
/// How many wrong codes may be tried within [`CODE_ATTEMPTS_WITHIN_MS`].
pub const CODE_ATTEMPTS: u32 = 5;
/// After so long one may try again: 15 minutes.
pub const CODE_ATTEMPTS_WITHIN_MS: u64 = 15 * 60 * 1000;

/// The time step whose code was shown, if it counts: the current one, or one beside it for clocks that
/// are off (section 5.2), and none that is as old as `last_step`, as a code counts once.
pub fn accepted_step(now_ms: u64, last_step: u64, is_code_of: impl Fn(u64) -> bool) -> Option<u64> {
    let current = now_ms / 1000 / CODE_PERIOD_S;
    [
        current.saturating_sub(1),
        current,
        current.saturating_add(1),
    ]
    .into_iter()
    .find(|step| *step > last_step && is_code_of(*step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_of_the_step_before_or_after_counts_and_none_farther_off() {
        for (step, counts) in [
            (98, false),
            (99, true),
            (100, true),
            (101, true),
            (102, false),
        ] {
            let accepted = accepted_step(100 * 30_000 + 29_999, 0, |shown| shown == step);
            assert_eq!(accepted, counts.then_some(step));
        }
    }

    #[test]
    fn a_code_counts_once() {
        let accepted = |last_step| accepted_step(100 * 30_000, last_step, |step| step == 100);
        assert_eq!(accepted(99), Some(100));
        assert_eq!(accepted(100), None);
        assert_eq!(accepted(101), None);
    }
}
