//! What befalls a participant beside loss.
//!
//! - **Another address.** Until the new one is known, nothing of the participant's is taken; from then
//!   on its packets go another way.
//! - **A page that stands still.** It sends nothing and answers nothing; to its media no time has passed.
//! - **A socket that stands still.** What was sent waits in it and comes all at once.
//! - **A clock that is set**, by seconds or by hours. Sender reports tell the new time, and nothing else
//!   changes.

use std::time::Duration;

use super::network::Network;
use crate::party::Random;
use ids::Seat;

/// What a participant's clock shows when a call begins: the whole seconds of NTP's time.
const BEGINNING: u64 = 0xe000_0000;
/// The most by which a clock is set, seconds.
const CLOCK_STEP_MAX: u64 = 2 * 3_600;
/// One of them comes once in so many steps.
const EVERY: u64 = 125;
/// How long an address is unknown, and how long something stands still, at most, steps.
const UNKNOWN_MAX: u64 = 20;
const STANDSTILL_MAX: u64 = 100;

/// How a participant fares.
#[derive(Default)]
pub(super) struct Trouble {
    /// The step at which its new address becomes known.
    pub(super) arrives: Option<u64>,
    stands_until: u64,
    clock_ahead: i64,
}

impl Trouble {
    /// Something befalls a participant, or nothing does. Says what.
    pub(super) fn befall(
        &mut self,
        who: Seat,
        tick: u64,
        network: &mut Network,
        random: &mut Random,
    ) -> Option<String> {
        if !random.one_in(EVERY) {
            return None;
        }
        let until = |most: u64, random: &mut Random| tick + 1 + random.below(most);
        let what = match random.below(4) {
            0 => {
                let known = until(UNKNOWN_MAX, random);
                network.lose_until(who, known);
                self.arrives = Some(known);
                format!("changes its address, which is known at step {known}")
            }
            1 => {
                self.stands_until = until(STANDSTILL_MAX, random);
                format!("stands still until step {}", self.stands_until)
            }
            2 => {
                let until = until(STANDSTILL_MAX, random);
                network.hold_until(who, until);
                format!("sends nothing of what it has until step {until}")
            }
            _ => {
                let by = random.below(2 * CLOCK_STEP_MAX).cast_signed();
                self.clock_ahead += by - CLOCK_STEP_MAX.cast_signed();
                format!("has a clock that is {} s ahead now", self.clock_ahead)
            }
        };
        Some(format!("step {tick}: {who} {what}"))
    }

    pub(super) fn stands_still(&self, tick: u64) -> bool {
        tick < self.stands_until
    }

    /// What the clock shows so long after the beginning, as sender reports tell it (RFC 3550
    /// section 4): 32 bits of seconds and 32 bits of their parts.
    pub(super) fn ntp(&self, since: Duration) -> u64 {
        let seconds = (BEGINNING + since.as_secs()).wrapping_add_signed(self.clock_ahead);
        let parts = (u64::from(since.subsec_nanos()) << 32) / 1_000_000_000;
        (seconds << 32) | parts
    }
}
