//! All grids and closures of a facility.

use grant::Slot;
use jiff::{civil::Date, tz::TimeZone};

use crate::{Closure, GridSlot, SlotGrid, local_date};

/// What a facility offers. Grids and closures that are retired or lifted are not in it.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// The facility's time zone.
    pub time_zone: TimeZone,
    /// Its grids. The terminals of each are those in service.
    pub grids: Vec<SlotGrid>,
    /// Its closures and those of all facilities.
    pub closures: Vec<Closure>,
}

/// A slot as a facility offers it.
#[derive(Clone, Copy, Debug)]
pub struct OfferedSlot<'a> {
    /// The grid that it is of.
    pub grid: &'a SlotGrid,
    /// The local date.
    pub date: Date,
    /// 第1梯 is 1.
    pub batch: u16,
    /// When it takes place.
    pub slot: Slot,
    /// The closure that takes it away.
    pub closed: Option<&'a Closure>,
}

impl Schedule {
    /// The grid of a date: of those that are in force on it, the one that began last.
    #[must_use]
    pub fn grid_on(&self, date: Date) -> Option<&SlotGrid> {
        self.grids
            .iter()
            .filter(|grid| grid.plan.is_on(date))
            .max_by_key(|grid| (grid.plan.from, grid.id))
    }

    /// The slots of a date, by their start.
    #[must_use]
    pub fn day(&self, date: Date) -> Vec<OfferedSlot<'_>> {
        let Some(grid) = self.grid_on(date) else {
            return Vec::new();
        };
        let offered = |slot: GridSlot| OfferedSlot {
            grid,
            date,
            batch: slot.batch,
            slot: slot.slot,
            closed: self
                .closures
                .iter()
                .find(|closure| closure.plan.covers(date, slot.starts_minute)),
        };
        let slots = grid.plan.slots(date, &self.time_zone);
        slots.into_iter().map(offered).collect()
    }

    /// The slot that begins at a moment, Unix milliseconds.
    #[must_use]
    pub fn find(&self, starts_at_ms: u64) -> Option<OfferedSlot<'_>> {
        self.day(local_date(starts_at_ms, &self.time_zone))
            .into_iter()
            .find(|offered| offered.slot.starts_at_ms == starts_at_ms)
    }
}

#[cfg(test)]
mod tests {
    use ids::{ClosureId, SlotGridId, TerminalId};
    use jiff::{ToSpan, civil::date};
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::{ClosurePlan, GridPlan, Weekdays};

    fn grid(number: u128, from: Date, to: Option<Date>, batches: Vec<u16>) -> SlotGrid {
        SlotGrid {
            id: SlotGridId::from_uuid(Uuid::from_u128(number)),
            plan: GridPlan {
                from,
                to,
                weekdays: Weekdays::from_bits(0b1_1111).unwrap(),
                visit_minutes: 25,
                turnaround_minutes: 5,
                batches,
                terminals: vec![TerminalId::from_uuid(Uuid::from_u128(9))],
            },
        }
    }

    proptest! {
        #[test]
        fn every_slot_of_a_day_is_found_by_its_start_and_closed_by_the_closures_of_its_own_minute(
            batches in proptest::collection::btree_set(0_u16..48, 1..12),
            closures in proptest::collection::vec((0_i64..10, 0_i64..5, 0_u16..1400, 1_u16..600), 0..4),
            on in 0_i64..400,
        ) {
            let first = date(2026, 11, 1);
            let on = first.saturating_add(on.days());
            let closure = |(number, (before, more, from, length)): (u128, (i64, i64, u16, u16))| Closure {
                id: ClosureId::from_uuid(Uuid::from_u128(number)),
                everywhere: false,
                plan: ClosurePlan {
                    from: on.saturating_sub(before.days()),
                    to: on.saturating_add((more - 2).days()),
                    minutes: Some((from, from + length)),
                    reason: "設備檢修".into(),
                },
            };
            let batches: Vec<u16> = batches.into_iter().map(|half_hour| half_hour * 30).collect();
            let schedule = Schedule {
                time_zone: TimeZone::get("Asia/Taipei").unwrap(),
                grids: vec![grid(1, first, None, batches.clone())],
                closures: (1..).zip(closures).map(closure).collect(),
            };
            let slots = schedule.day(on);
            prop_assert!(slots.is_empty() || slots.len() <= batches.len());
            for offered in slots {
                let found = schedule.find(offered.slot.starts_at_ms);
                let found = found.map(|found| (found.date, found.batch, found.closed.is_some()));
                prop_assert_eq!(found, Some((on, offered.batch, offered.closed.is_some())));
                let minute = batches[usize::from(offered.batch) - 1];
                let mut closures = schedule.closures.iter();
                let closed = closures.any(|closure| closure.plan.covers(on, minute));
                prop_assert_eq!(offered.closed.is_some(), closed);
            }
        }
    }

    #[test]
    fn a_later_grid_takes_over_and_a_passing_one_gives_the_day_back() {
        let (first, holidays) = (date(2026, 11, 1), date(2026, 12, 24));
        let schedule = Schedule {
            time_zone: TimeZone::get("Asia/Taipei").unwrap(),
            grids: vec![
                grid(1, first, None, vec![540, 570]),
                grid(2, holidays, Some(holidays), vec![600]),
            ],
            closures: Vec::new(),
        };
        let batches = |date| schedule.day(date).len();
        assert_eq!(batches(date(2026, 12, 23)), 2);
        assert_eq!(batches(holidays), 1);
        assert_eq!(batches(date(2026, 12, 25)), 2);
        assert_eq!(batches(date(2026, 12, 26)), 0, "a Saturday");
        assert_eq!(batches(date(2026, 10, 30)), 0);
    }

    #[test]
    fn a_closed_slot_is_shown_as_closed_and_found_by_its_start() {
        let day = date(2026, 11, 27);
        let mut schedule = Schedule {
            time_zone: TimeZone::get("Asia/Taipei").unwrap(),
            grids: vec![grid(1, date(2026, 11, 1), None, vec![540, 840])],
            closures: Vec::new(),
        };
        schedule.closures.push(Closure {
            id: ClosureId::from_uuid(Uuid::from_u128(3)),
            everywhere: false,
            plan: ClosurePlan {
                from: day,
                to: day,
                minutes: Some((720, 1440)),
                reason: "設備檢修".into(),
            },
        });
        let slots = schedule.day(day);
        assert!(slots[0].closed.is_none());
        assert!(slots[1].closed.is_some());
        let found = schedule.find(slots[1].slot.starts_at_ms).unwrap();
        assert_eq!((found.batch, found.date), (2, day));
        assert!(schedule.find(slots[1].slot.starts_at_ms + 1).is_none());
    }
}
