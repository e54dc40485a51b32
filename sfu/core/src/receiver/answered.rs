//! Which packets were sent again lately: an impatient receiver asks once more before the answer can
//! have come.

use std::time::{Duration, Instant};

const REMEMBERED: usize = 64;

/// Waiting less than this for an answer is never patience, and longer never needed.
const SHORTEST: Duration = Duration::from_millis(20);
const LONGEST: Duration = Duration::from_millis(200);

/// The memory of one line.
#[derive(Debug)]
pub(crate) struct Answered {
    /// By number modulo their count: the number, and when it was sent again.
    last: [Option<(u16, Instant)>; REMEMBERED],
}

impl Answered {
    pub(crate) fn new() -> Self {
        Self {
            last: [None; REMEMBERED],
        }
    }

    /// Whether the answer to an earlier request may still be on its way.
    pub(crate) fn is_under_way(
        &self,
        sequence: u16,
        round_trip: Option<Duration>,
        now: Instant,
    ) -> bool {
        let patience = round_trip
            .map_or(SHORTEST, |rtt| rtt * 3 / 4)
            .clamp(SHORTEST, LONGEST);
        self.last[slot(sequence)].is_some_and(|(number, at)| {
            number == sequence && now.saturating_duration_since(at) < patience
        })
    }

    /// Notes that a packet is sent again.
    pub(crate) fn answer(&mut self, sequence: u16, now: Instant) {
        self.last[slot(sequence)] = Some((sequence, now));
    }
}

fn slot(sequence: u16) -> usize {
    usize::from(sequence) % REMEMBERED
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_is_not_sent_again_before_the_answer_can_have_come() {
        let now = Instant::now();
        let rtt = Some(Duration::from_millis(100));
        let mut answered = Answered::new();
        assert!(!answered.is_under_way(5, rtt, now));
        answered.answer(5, now);
        assert!(answered.is_under_way(5, rtt, now + Duration::from_millis(74)));
        assert!(!answered.is_under_way(5, rtt, now + Duration::from_millis(75)));
        assert!(!answered.is_under_way(5 + 64, rtt, now));
        assert!(!answered.is_under_way(5, None, now + SHORTEST));
    }
}
