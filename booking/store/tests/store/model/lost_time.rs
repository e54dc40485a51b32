//! What visits lose of their time, and what of it is given back at their end.

use booking_domain::{CallNote, VisitTime, Visits, end_with_lost_time};

use super::{
    doing::{Answers, Doing, NOTHING, Said, same},
    reference::{Reference, Visit},
};
use crate::support::world::MINUTE_MS;

impl Reference {
    /// When a visit ends that has lost so much by now, ms.
    fn give_time_back(&mut self, visit: usize, lost_ms: u64, now_ms: u64) -> u64 {
        let found = &self.visits[visit];
        let (ends_at_ms, promised) = (found.slot.ends_at_ms, found.promised());
        if !found.goes_on() || ends_at_ms <= now_ms {
            return ends_at_ms;
        }
        let needs_the_same = |other: &&Visit| {
            let meets = other
                .people()
                .iter()
                .any(|person| found.seat_of(*person).is_some());
            other.id != found.id
                && other.is_live()
                && (meets || other.terminal == found.terminal || other.inmate == found.inmate)
        };
        let others = self.visits.iter().filter(needs_the_same);
        let starts = others.map(|other| other.slot.starts_at_ms);
        let next = starts
            .filter(|starts_at_ms| *starts_at_ms >= ends_at_ms)
            .min();
        let at_most_ms = u64::from(self.rules.give_back_minutes) * MINUTE_MS;
        let end = end_with_lost_time(promised, lost_ms, at_most_ms, next).max(ends_at_ms);
        let found = &mut self.visits[visit];
        found.slot.ends_at_ms = end;
        found.given_back_ms = end - promised.ends_at_ms;
        end
    }
}

impl Doing {
    /// A call tells what the time was spent on.
    pub(super) async fn spend(&mut self, visit: usize, time: VisitTime) -> Answers {
        let found = &mut self.reference.visits[visit];
        let spent = CallNote::Time {
            visit: found.id,
            time,
        };
        self.world.store.note(&[spent]).await.unwrap();
        found.time = VisitTime {
            together_ms: found.time.together_ms + time.together_ms,
            without_inmate_ms: found.time.without_inmate_ms + time.without_inmate_ms,
            without_visitors_ms: found.time.without_visitors_ms + time.without_visitors_ms,
        };
        NOTHING
    }

    pub(super) async fn give_time_back(&mut self, visit: usize, lost_ms: u64) -> Answers {
        let (id, now_ms) = (self.reference.visits[visit].id, self.now_ms);
        let said = self.world.store.give_time_back(id, lost_ms, now_ms).await;
        let expected = self.reference.give_time_back(visit, lost_ms, now_ms);
        same(Said::Ends(said), Said::Ends(Ok(expected)))
    }
}
