//! Which media thread a visit's room lives on, and that an ended visit stays ended.
//!
//! A visit goes to the thread with the fewest rooms and stays there. The placement outlives the
//! room, and the media thread's restarts: a visit that ended early, or whose deadline passed, is
//! refused for as long as any grant for it could still be shown.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use ids::VisitId;

/// How long after its end a visit is remembered. Grants end with the slot; this is for clocks that
/// were set back in between.
const REMEMBERED: Duration = Duration::from_hours(2);

#[derive(Debug)]
struct Place {
    thread: usize,
    ends_at: Instant,
}

/// The visit is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Over;

#[derive(Debug)]
pub(crate) struct Placement {
    places: BTreeMap<VisitId, Place>,
    threads: usize,
}

impl Placement {
    pub(crate) fn new(threads: usize) -> Self {
        Self {
            places: BTreeMap::new(),
            threads,
        }
    }

    /// The thread for someone who joins, and when the visit ends. `ends_at` counts only for the first
    /// who joins.
    pub(crate) fn place(
        &mut self,
        visit: VisitId,
        ends_at: Instant,
        now: Instant,
    ) -> Result<(usize, Instant), Over> {
        if let Some(place) = self.places.get(&visit) {
            return (place.ends_at > now)
                .then_some((place.thread, place.ends_at))
                .ok_or(Over);
        }
        if ends_at <= now {
            return Err(Over);
        }
        self.places
            .retain(|_, place| place.ends_at + REMEMBERED > now);
        let thread = self.least_loaded(now);
        self.places.insert(visit, Place { thread, ends_at });
        Ok((thread, ends_at))
    }

    /// The thread of a visit that has been placed and is not forgotten.
    pub(crate) fn find(&self, visit: VisitId) -> Option<usize> {
        self.places.get(&visit).map(|place| place.thread)
    }

    /// Moves a visit's end, unless it has passed. Returns the visit's thread.
    pub(crate) fn set_ends_at(
        &mut self,
        visit: VisitId,
        ends_at: Instant,
        now: Instant,
    ) -> Option<usize> {
        let place = self.places.get_mut(&visit)?;
        (place.ends_at > now).then(|| {
            place.ends_at = ends_at;
            place.thread
        })
    }

    fn least_loaded(&self, now: Instant) -> usize {
        let mut loads = vec![0_usize; self.threads];
        for place in self.places.values().filter(|place| place.ends_at > now) {
            loads[place.thread] += 1;
        }
        (0..self.threads)
            .min_by_key(|thread| loads[*thread])
            .unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);

    fn visit(number: u128) -> VisitId {
        VisitId::from_uuid(uuid::Uuid::from_u128(number))
    }

    #[test]
    fn visits_spread_over_the_threads_and_stay_where_they_are() {
        let now = Instant::now();
        let end = now + MINUTE;
        let mut placement = Placement::new(2);
        assert_eq!(placement.place(visit(1), end, now), Ok((0, end)));
        assert_eq!(placement.place(visit(2), end, now), Ok((1, end)));
        assert_eq!(placement.place(visit(1), end, now), Ok((0, end)));
        placement.set_ends_at(visit(2), now, now);
        assert_eq!(
            placement.place(visit(3), end, now),
            Ok((1, end)),
            "the ended visit is no load"
        );
    }

    #[test]
    fn a_late_comer_does_not_move_the_end() {
        let now = Instant::now();
        let mut placement = Placement::new(1);
        placement.place(visit(1), now + MINUTE, now).unwrap();
        let late = placement.place(visit(1), now + 30 * MINUTE, now + MINUTE / 2);
        assert_eq!(late, Ok((0, now + MINUTE)));
        assert_eq!(
            placement.place(visit(1), now + 30 * MINUTE, now + MINUTE),
            Err(Over)
        );
    }

    #[test]
    fn a_visit_that_an_officer_ended_cannot_be_joined_again() {
        let now = Instant::now();
        let mut placement = Placement::new(1);
        placement.place(visit(1), now + MINUTE, now).unwrap();
        assert_eq!(placement.set_ends_at(visit(1), now, now), Some(0));
        assert_eq!(placement.place(visit(1), now + MINUTE, now), Err(Over));
        assert_eq!(placement.set_ends_at(visit(1), now + MINUTE, now), None);
        assert_eq!(placement.place(visit(2), now, now), Err(Over));
    }

    #[test]
    fn past_visits_are_forgotten_in_time() {
        let now = Instant::now();
        let mut placement = Placement::new(1);
        for number in 0..100 {
            placement.place(visit(number), now + MINUTE, now).unwrap();
        }
        let later = now + REMEMBERED + 2 * MINUTE;
        placement.place(visit(100), later + MINUTE, later).unwrap();
        assert_eq!(placement.places.len(), 1);
    }
}
