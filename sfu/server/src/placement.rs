//! Which media thread a visit's room lives on, and that an ended visit stays ended.
//!
//! A visit goes to the first thread with fewer than [`TOGETHER`] rooms, or, when all have as many, to
//! the one with the fewest; and it stays there. A few rooms on one thread cost less than the same
//! rooms on several: the thread wakes as often as one room's packets come, and finds the others' too.
//!
//! The placement outlives the room, and the media thread's restarts: a visit that ended early, or
//! whose deadline passed, is refused for as long as any grant for it could still be shown.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use ids::VisitId;

/// How long after its end a visit is remembered. Grants end with the slot; this is for clocks that
/// were set back in between.
const REMEMBERED: Duration = Duration::from_hours(2);

/// How many rooms share a thread before the next one is used: a seventh of a core.
const TOGETHER: usize = 12;

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
        let thread = self.thread(now);
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

    fn thread(&self, now: Instant) -> usize {
        let mut loads = vec![0_usize; self.threads];
        for place in self.places.values().filter(|place| place.ends_at > now) {
            loads[place.thread] += 1;
        }
        let few = loads.iter().position(|load| *load < TOGETHER);
        few.or_else(|| (0..self.threads).min_by_key(|thread| loads[*thread]))
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
    fn visits_fill_a_thread_then_the_next_then_all_alike_and_stay_where_they_are() {
        let now = Instant::now();
        let end = now + MINUTE;
        let mut placement = Placement::new(3);
        let mut threads = Vec::new();
        for number in 0..(3 * TOGETHER + 6) as u128 {
            threads.push(placement.place(visit(number), end, now).unwrap().0);
        }
        let (few, many) = threads.split_at(3 * TOGETHER);
        assert!(
            few.iter().is_sorted() && few.iter().filter(|thread| **thread == 1).count() == TOGETHER
        );
        assert_eq!(many, [0, 1, 2, 0, 1, 2]);
        for (number, thread) in threads.iter().enumerate() {
            assert_eq!(
                placement.place(visit(number as u128), end, now),
                Ok((*thread, end))
            );
        }
    }

    #[test]
    fn an_ended_visit_is_no_load() {
        let now = Instant::now();
        let end = now + MINUTE;
        let mut placement = Placement::new(2);
        for number in 0..=TOGETHER as u128 {
            placement.place(visit(number), end, now).unwrap();
        }
        placement.set_ends_at(visit(0), now, now);
        assert_eq!(placement.place(visit(100), end, now), Ok((0, end)));
        assert_eq!(placement.place(visit(101), end, now), Ok((1, end)));
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
