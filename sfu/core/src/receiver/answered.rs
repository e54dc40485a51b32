//! Which packets were sent again lately: an impatient receiver asks once more before the answer can
//! have come.

use std::time::{Duration, Instant};

/// As many as a publisher's store finds of a layer, so that asking for all of them over and over is
/// answered once.
const REMEMBERED: usize = 256;

/// Waiting less than this for an answer is never patience, and longer never needed.
const SHORTEST: Duration = Duration::from_millis(20);
const LONGEST: Duration = Duration::from_millis(200);

/// The memory of one line, made when it first sends something again.
#[derive(Debug, Default)]
pub(crate) struct Answered(Option<Box<Answers>>);

#[derive(Debug)]
struct Answers {
    /// When the first packet was sent again.
    began: Instant,
    /// By number modulo their count: the number, and when it was sent again, milliseconds since the
    /// first plus one; 0: never.
    numbers: [u16; REMEMBERED],
    times: [u32; REMEMBERED],
}

impl Answered {
    /// Whether the answer to an earlier request may still be on its way.
    pub(crate) fn is_under_way(
        &self,
        sequence: u16,
        round_trip: Option<Duration>,
        now: Instant,
    ) -> bool {
        let Some(answers) = &self.0 else {
            return false;
        };
        let slot = slot(sequence);
        let Some(since) = answers.times[slot].checked_sub(1) else {
            return false;
        };
        let patience = round_trip
            .map_or(SHORTEST, |rtt| rtt * 3 / 4)
            .clamp(SHORTEST, LONGEST);
        let at = answers.began + Duration::from_millis(since.into());
        answers.numbers[slot] == sequence && now.saturating_duration_since(at) < patience
    }

    /// Notes that a packet is sent again.
    pub(crate) fn answer(&mut self, sequence: u16, now: Instant) {
        let answers = self.0.get_or_insert_with(|| {
            Box::new(Answers {
                began: now,
                numbers: [0; REMEMBERED],
                times: [0; REMEMBERED],
            })
        });
        let since = now.saturating_duration_since(answers.began).as_millis();
        answers.numbers[slot(sequence)] = sequence;
        answers.times[slot(sequence)] =
            u32::try_from(since).map_or(u32::MAX, |at| at.saturating_add(1));
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
        let mut answered = Answered::default();
        assert!(!answered.is_under_way(5, rtt, now));
        answered.answer(5, now);
        assert!(answered.is_under_way(5, rtt, now + Duration::from_millis(74)));
        assert!(!answered.is_under_way(5, rtt, now + Duration::from_millis(75)));
        assert!(!answered.is_under_way(5 + 256, rtt, now));
        let later = now + Duration::from_secs(3);
        answered.answer(6, later);
        assert!(answered.is_under_way(6, rtt, later + Duration::from_millis(74)));
        assert!(!answered.is_under_way(5, None, now + SHORTEST));
    }

    #[test]
    fn who_asks_for_all_that_is_kept_is_answered_once() {
        let now = Instant::now();
        let mut answered = Answered::default();
        for sequence in 65_500..=u16::MAX {
            answered.answer(sequence, now);
        }
        for sequence in 0..200 {
            answered.answer(sequence, now);
        }
        let kept = (65_500..=u16::MAX).chain(0..200);
        assert!(
            kept.into_iter()
                .all(|sequence| answered.is_under_way(sequence, None, now))
        );
    }
}
