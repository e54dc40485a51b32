//! One heap of deadlines a media thread, one deadline a room.
//!
//! A room's next deadline moves with almost every packet, mostly to later. Only a move to earlier
//! touches the heap; after a move to later the room is woken early once, finds nothing to do and is
//! scheduled anew.

use std::{cmp::Reverse, collections::BinaryHeap, time::Instant};

#[derive(Debug, Default)]
pub(crate) struct Timers {
    heap: BinaryHeap<Reverse<(Instant, u32)>>,
    /// By room; an entry of the heap that is not named here is void.
    scheduled: Vec<Option<Instant>>,
}

impl Timers {
    /// Wakes the room at `at` or before.
    pub(crate) fn schedule(&mut self, room: u32, at: Option<Instant>) {
        let Some(at) = at else { return };
        let index = room as usize;
        if index >= self.scheduled.len() {
            self.scheduled.resize(index + 1, None);
        }
        if self.scheduled[index].is_none_or(|scheduled| at < scheduled) {
            self.scheduled[index] = Some(at);
            self.heap.push(Reverse((at, room)));
        }
    }

    /// Never wakes the room again, unless it is scheduled anew.
    pub(crate) fn cancel(&mut self, room: u32) {
        if let Some(scheduled) = self.scheduled.get_mut(room as usize) {
            *scheduled = None;
        }
        self.drop_void();
    }

    /// The next room whose deadline has come; it must be scheduled anew.
    pub(crate) fn pop(&mut self, now: Instant) -> Option<u32> {
        let Reverse((at, room)) = *self.heap.peek()?;
        if at > now {
            return None;
        }
        self.heap.pop();
        self.scheduled[room as usize] = None;
        self.drop_void();
        Some(room)
    }

    /// The earliest deadline.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.heap.peek().map(|Reverse((at, _))| *at)
    }

    /// Keeps the top of the heap true.
    fn drop_void(&mut self) {
        while let Some(Reverse((at, room))) = self.heap.peek()
            && self.scheduled[*room as usize] != Some(*at)
        {
            self.heap.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn ms(start: Instant, ms: u64) -> Instant {
        start + Duration::from_millis(ms)
    }

    #[test]
    fn rooms_are_woken_in_the_order_of_their_deadlines_and_each_once() {
        let start = Instant::now();
        let mut timers = Timers::default();
        timers.schedule(0, Some(ms(start, 30)));
        timers.schedule(1, Some(ms(start, 20)));
        timers.schedule(0, Some(ms(start, 10)));
        timers.schedule(1, Some(ms(start, 40)));
        assert_eq!(timers.next(), Some(ms(start, 10)));
        assert_eq!(timers.pop(ms(start, 9)), None);
        assert_eq!(timers.pop(ms(start, 50)), Some(0));
        assert_eq!(timers.pop(ms(start, 50)), Some(1));
        assert_eq!(timers.pop(ms(start, 50)), None);
        assert_eq!(timers.next(), None);
    }

    #[test]
    fn a_cancelled_room_leaves_nothing_to_wake_for() {
        let start = Instant::now();
        let mut timers = Timers::default();
        timers.schedule(0, Some(ms(start, 30)));
        timers.schedule(0, Some(ms(start, 10)));
        timers.cancel(0);
        assert_eq!(timers.next(), None);
    }
}
