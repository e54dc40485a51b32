//! The slots that are open for booking at a moment, and which terminals are free in each: what everybody who
//! looks at them is shown.

use std::collections::{BTreeMap, BTreeSet};

use grant::Slot;
use ids::TerminalId;
use jiff::civil::Date;

use crate::{BookingWindow, FacilitySettings, Month, OfferedSlot, Schedule};

/// A facility's open days as they stood at a moment.
#[derive(Clone, Debug)]
pub struct SlotBoard {
    /// The facility's settings.
    pub settings: FacilitySettings,
    /// The dates that were open.
    pub window: BookingWindow,
    /// How long a visit lasts on the first of the days that have a grid; 0 where none has.
    pub visit_minutes: u16,
    /// The days, in their order.
    pub days: Vec<BoardDay>,
    /// Where the slot of a start is among the days.
    starts: BTreeMap<u64, (usize, usize)>,
}

/// A day that is open for booking.
#[derive(Clone, Debug)]
pub struct BoardDay {
    /// The local date.
    pub date: Date,
    /// Its slots, by their start.
    pub slots: Vec<BoardSlot>,
}

/// A slot of it.
#[derive(Clone, Debug)]
pub struct BoardSlot {
    /// 第1梯 is 1.
    pub batch: u16,
    /// When it takes place.
    pub slot: Slot,
    /// Whether a closure takes it away.
    pub closed: bool,
    free: BTreeSet<TerminalId>,
}

impl BoardSlot {
    /// How many terminals are free.
    #[must_use]
    pub fn free(&self) -> usize {
        self.free.len()
    }
}

impl SlotBoard {
    /// The board of a facility at a moment, Unix milliseconds, with nothing taken.
    #[must_use]
    pub fn new(settings: FacilitySettings, schedule: &Schedule, now_ms: u64) -> Self {
        let window = BookingWindow::at(now_ms, &settings.rules, &schedule.time_zone);
        let slot = |offered: &OfferedSlot<'_>| BoardSlot {
            batch: offered.batch,
            slot: offered.slot,
            closed: offered.closed.is_some(),
            free: offered.grid.plan.terminals.iter().copied().collect(),
        };
        let day = |date| BoardDay {
            date,
            slots: schedule.day(date).iter().map(slot).collect(),
        };
        let days: Vec<_> = window.dates().map(day).collect();
        let mut starts = BTreeMap::new();
        for (day, on) in days.iter().enumerate() {
            for (place, slot) in on.slots.iter().enumerate() {
                starts.insert(slot.slot.starts_at_ms, (day, place));
            }
        }
        let mut grids = window.dates().filter_map(|date| schedule.grid_on(date));
        Self {
            settings,
            visit_minutes: grids.next().map_or(0, |grid| grid.plan.visit_minutes),
            window,
            days,
            starts,
        }
    }

    /// From the first slot's start to the last one's end; none without any.
    #[must_use]
    pub fn time(&self) -> Option<Slot> {
        let mut slots = self.days.iter().flat_map(|day| &day.slots);
        let first = slots.next()?.slot;
        let last = slots.last().map_or(first, |last| last.slot);
        Some(Slot {
            starts_at_ms: first.starts_at_ms,
            ends_at_ms: last.ends_at_ms,
        })
    }

    /// The months of the open days, in their order.
    #[must_use]
    pub fn months(&self) -> Vec<Month> {
        let mut months: Vec<_> = self.window.dates().map(Month::of).collect();
        months.dedup();
        months
    }

    /// A terminal is taken for a time. To say so again changes nothing.
    pub fn take(&mut self, terminal: TerminalId, time: Slot) {
        let day_before = self.starts.range(..time.starts_at_ms).next_back();
        let first = day_before.map_or(time.starts_at_ms, |(start, _)| *start);
        for (_, (day, place)) in self.starts.range(first..time.ends_at_ms) {
            let slot = &mut self.days[*day].slots[*place];
            if overlap(slot.slot, time) {
                slot.free.remove(&terminal);
            }
        }
    }

    /// Whether a slot is open and every terminal of it is taken.
    #[must_use]
    pub fn is_full(&self, starts_at_ms: u64, now_ms: u64) -> bool {
        let place = self.starts.get(&starts_at_ms);
        let slot = place.map(|(day, place)| &self.days[*day].slots[*place]);
        starts_at_ms > now_ms && slot.is_some_and(|slot| !slot.closed && slot.free.is_empty())
    }

    /// Whether no day has opened since.
    #[must_use]
    pub const fn has_all_days(&self, now_ms: u64) -> bool {
        now_ms < self.window.next_day_opens_at_ms
    }
}

/// Whether two times have a moment in common.
#[must_use]
pub const fn overlap(one: Slot, other: Slot) -> bool {
    one.starts_at_ms < other.ends_at_ms && other.starts_at_ms < one.ends_at_ms
}

#[cfg(test)]
mod tests {
    use ids::{ClosureId, SlotGridId};
    use jiff::{civil::date, tz::TimeZone};
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::{
        Closure, ClosurePlan, FacilityContact, FacilityRules, GridPlan, SlotGrid, Weekdays,
    };

    /// 2026-11-24 09:00 in Taipei, a Tuesday: one can book from the 26th to the 1st.
    const NOW_MS: u64 = 1_795_482_000_000;
    /// 2026-11-26 09:00 there.
    const FIRST_MS: u64 = 1_795_654_800_000;
    const MINUTE_MS: u64 = 60_000;

    fn terminal(number: u128) -> TerminalId {
        TerminalId::from_uuid(Uuid::from_u128(number))
    }

    /// Two terminals, and batches at 09:00 and 09:30; the second one of the 27th is closed.
    fn board() -> SlotBoard {
        let plan = GridPlan {
            from: date(2026, 11, 1),
            to: None,
            weekdays: Weekdays::ALL,
            visit_minutes: 25,
            turnaround_minutes: 5,
            batches: vec![540, 570],
            terminals: vec![terminal(1), terminal(2)],
        };
        let closed = ClosurePlan {
            from: date(2026, 11, 27),
            to: date(2026, 11, 27),
            minutes: Some((570, 571)),
            reason: String::new(),
        };
        let schedule = Schedule {
            time_zone: TimeZone::get("Asia/Taipei").unwrap(),
            grids: vec![SlotGrid {
                id: SlotGridId::from_uuid(Uuid::from_u128(9)),
                plan,
            }],
            closures: vec![Closure {
                id: ClosureId::from_uuid(Uuid::from_u128(8)),
                everywhere: false,
                plan: closed,
            }],
        };
        let settings = FacilitySettings {
            name: "示範看守所".into(),
            time_zone: "Asia/Taipei".into(),
            contact: FacilityContact::default(),
            rules: FacilityRules::default(),
        };
        SlotBoard::new(settings, &schedule, NOW_MS)
    }

    fn time(from: u64, to: u64) -> Slot {
        Slot {
            starts_at_ms: FIRST_MS + from * MINUTE_MS,
            ends_at_ms: FIRST_MS + to * MINUTE_MS,
        }
    }

    proptest! {
        #[test]
        fn a_terminal_is_free_in_a_slot_unless_it_was_taken_for_a_moment_of_it(
            taken in proptest::collection::vec((1_u128..4, 0_u64..6 * 1440, 1_u64..90), 0..40),
        ) {
            let mut board = board();
            let taken = taken.into_iter().map(|(number, from, minutes)| {
                (terminal(number), time(from, from + minutes))
            });
            let taken: Vec<_> = taken.collect();
            for (terminal, time) in &taken {
                board.take(*terminal, *time);
            }
            for slot in board.days.iter().flat_map(|day| &day.slots) {
                let is_taken = |terminal| {
                    let mut times = taken.iter().filter(|(of, _)| *of == terminal);
                    times.any(|(_, time)| overlap(*time, slot.slot))
                };
                let free = [1, 2].map(terminal).into_iter().filter(|of| !is_taken(*of));
                prop_assert_eq!(slot.free(), free.count());
                let open = slot.slot.starts_at_ms > NOW_MS && !slot.closed;
                let full = board.is_full(slot.slot.starts_at_ms, NOW_MS);
                prop_assert_eq!(full, open && slot.free() == 0);
            }
        }
    }

    fn free(board: &SlotBoard) -> Vec<usize> {
        board.days[0].slots.iter().map(BoardSlot::free).collect()
    }

    #[test]
    fn a_terminal_is_taken_once_in_every_slot_that_its_visit_touches() {
        let mut board = board();
        assert_eq!(free(&board), [2, 2]);
        board.take(terminal(1), time(0, 25));
        board.take(terminal(1), time(0, 25));
        assert_eq!(free(&board), [1, 2]);
        // A visit outside the grid, from within the first slot into the second.
        board.take(terminal(2), time(20, 40));
        assert_eq!(free(&board), [0, 1]);
        // Between the slots, at none of the terminals, and long before.
        board.take(terminal(1), time(25, 30));
        board.take(terminal(3), time(0, 60));
        board.take(terminal(1), time(0, 0));
        assert_eq!(free(&board), [0, 1]);
    }

    #[test]
    fn only_an_open_slot_without_a_free_terminal_is_full() {
        let mut board = board();
        assert!(!board.is_full(FIRST_MS, NOW_MS));
        board.take(terminal(1), time(0, 25));
        assert!(!board.is_full(FIRST_MS, NOW_MS));
        board.take(terminal(2), time(0, 25));
        assert!(board.is_full(FIRST_MS, NOW_MS));
        assert!(!board.is_full(FIRST_MS, FIRST_MS), "it has begun");
        assert!(
            !board.is_full(FIRST_MS + 1, NOW_MS),
            "there is no such slot"
        );
        let day = 24 * 60;
        for number in [1, 2] {
            board.take(terminal(number), time(day, day + 60));
        }
        assert!(board.is_full(FIRST_MS + day * MINUTE_MS, NOW_MS));
        let closed = FIRST_MS + (day + 30) * MINUTE_MS;
        assert!(!board.is_full(closed, NOW_MS), "it is closed, not full");
    }

    #[test]
    fn a_board_has_all_days_until_the_next_one_opens() {
        let board = board();
        let opens_at_ms = board.window.next_day_opens_at_ms;
        assert!(board.has_all_days(opens_at_ms - 1));
        assert!(!board.has_all_days(opens_at_ms));
        assert_eq!(board.days.len(), 6);
        let months: Vec<_> = board.months().iter().map(Month::to_string).collect();
        assert_eq!(months, ["2026-11", "2026-12"]);
    }
}
