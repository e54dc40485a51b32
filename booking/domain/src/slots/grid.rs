//! A grid: which batches there are on which days.

use grant::Slot;
use ids::{SlotGridId, TerminalId};
use jiff::{
    civil::{Date, Weekday},
    tz::{AmbiguousOffset, TimeZone},
};

const MINUTE_MS: u64 = 60_000;
const DAY_MINUTES: u16 = 1440;

/// Some days of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weekdays(u8);

/// What a grid is to be. Minutes count from local midnight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GridPlan {
    /// The first date.
    pub from: Date,
    /// The last date; none: until a later grid begins.
    pub to: Option<Date>,
    /// On which days of the week.
    pub weekdays: Weekdays,
    /// How long a visit lasts.
    pub visit_minutes: u16,
    /// How much is left free after a visit at least.
    pub turnaround_minutes: u16,
    /// When the batches begin, ascending: 第1梯 is the first.
    pub batches: Vec<u16>,
    /// The terminals that serve it.
    pub terminals: Vec<TerminalId>,
}

/// A grid in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotGrid {
    /// Its id. Later grids have greater ones.
    pub id: SlotGridId,
    /// What it is.
    pub plan: GridPlan,
}

/// A batch on a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GridSlot {
    /// 第1梯 is 1.
    pub batch: u16,
    /// When it begins, minutes after local midnight.
    pub starts_minute: u16,
    /// When it takes place.
    pub slot: Slot,
}

/// Why a grid cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GridFault {
    /// The last date is before the first.
    #[error("the last date is before the first")]
    Dates,
    /// A visit's length or the turnaround is out of bounds.
    #[error("a length is out of bounds")]
    Length,
    /// There is no batch, or there are too many.
    #[error("there is no batch, or there are too many")]
    Batches,
    /// A batch begins before the one before it is over and its turnaround has passed.
    #[error("batch {0} begins too early")]
    TooClose(u16),
    /// A batch is not over at midnight.
    #[error("batch {0} is not over at midnight")]
    PastMidnight(u16),
    /// No terminal serves it, or one is named twice, or there are too many.
    #[error("the terminals are none, too many, or named twice")]
    Terminals,
}

impl Weekdays {
    /// Every day.
    pub const ALL: Self = Self(0x7f);

    /// The days of a bit set in which bit 0 is Monday. None where no day or something else is set.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Option<Self> {
        if bits == 0 || bits > Self::ALL.0 {
            None
        } else {
            Some(Self(bits))
        }
    }

    /// The days as a bit set in which bit 0 is Monday.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Whether a day is among them.
    #[must_use]
    pub fn contains(self, day: Weekday) -> bool {
        self.0 & (1 << day.to_monday_zero_offset()) != 0
    }
}

impl GridPlan {
    /// The most batches of a day.
    pub const MAX_BATCHES: usize = 96;
    /// The most terminals of a grid.
    pub const MAX_TERMINALS: usize = 200;
    /// The longest visit, and the longest turnaround, minutes.
    pub const MAX_MINUTES: u16 = 240;

    /// Whether the grid can be.
    pub fn check(&self) -> Result<(), GridFault> {
        if self.to.is_some_and(|to| to < self.from) {
            return Err(GridFault::Dates);
        }
        if !(1..=Self::MAX_MINUTES).contains(&self.visit_minutes)
            || self.turnaround_minutes > Self::MAX_MINUTES
        {
            return Err(GridFault::Length);
        }
        if !(1..=Self::MAX_BATCHES).contains(&self.batches.len()) {
            return Err(GridFault::Batches);
        }
        let mut free_from = 0;
        for (batch, starts) in (1..).zip(&self.batches) {
            if *starts >= DAY_MINUTES || starts + self.visit_minutes > DAY_MINUTES {
                return Err(GridFault::PastMidnight(batch));
            }
            if *starts < free_from {
                return Err(GridFault::TooClose(batch));
            }
            free_from = starts + self.visit_minutes + self.turnaround_minutes;
        }
        let mut terminals = self.terminals.clone();
        terminals.sort_unstable();
        terminals.dedup();
        if terminals.len() != self.terminals.len()
            || !(1..=Self::MAX_TERMINALS).contains(&terminals.len())
        {
            return Err(GridFault::Terminals);
        }
        Ok(())
    }

    /// Whether the grid is in force on a date.
    #[must_use]
    pub fn is_on(&self, date: Date) -> bool {
        self.from <= date
            && self.to.is_none_or(|to| date <= to)
            && self.weekdays.contains(date.weekday())
    }

    /// The slots of a date, by their start. They never overlap, whatever the clocks do on that day.
    #[must_use]
    pub fn slots(&self, date: Date, time_zone: &TimeZone) -> Vec<GridSlot> {
        if !self.is_on(date) {
            return Vec::new();
        }
        let mut slots: Vec<GridSlot> = Vec::with_capacity(self.batches.len());
        for (batch, starts_minute) in (1..).zip(self.batches.iter().copied()) {
            let Some(starts_at_ms) = moment_ms(date, starts_minute, time_zone) else {
                continue;
            };
            let slot = Slot {
                starts_at_ms,
                ends_at_ms: starts_at_ms + u64::from(self.visit_minutes) * MINUTE_MS,
            };
            let free = |last: &GridSlot| last.slot.ends_at_ms <= starts_at_ms;
            if slots.last().is_none_or(free) {
                slots.push(GridSlot {
                    batch,
                    starts_minute,
                    slot,
                });
            }
        }
        slots
    }
}

/// When a minute of a local date is, Unix milliseconds: the first such moment, if there is any.
fn moment_ms(date: Date, minute: u16, time_zone: &TimeZone) -> Option<u64> {
    let (hour, minute) = (
        i8::try_from(minute / 60).ok()?,
        i8::try_from(minute % 60).ok()?,
    );
    let local = date.at(hour, minute, 0, 0);
    let ambiguous = time_zone.to_ambiguous_timestamp(local);
    if matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. }) {
        return None;
    }
    u64::try_from(ambiguous.earlier().ok()?.as_millisecond()).ok()
}

#[cfg(test)]
mod tests {
    use jiff::{ToSpan, civil::date};
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn plan(batches: Vec<u16>) -> GridPlan {
        GridPlan {
            from: date(2026, 11, 1),
            to: None,
            weekdays: Weekdays::ALL,
            visit_minutes: 30,
            turnaround_minutes: 0,
            batches,
            terminals: vec![TerminalId::from_uuid(Uuid::from_u128(1))],
        }
    }

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    fn minutes(slots: &[GridSlot]) -> Vec<u16> {
        slots.iter().map(|slot| slot.starts_minute).collect()
    }

    #[test]
    fn the_guides_grid_begins_at_nine_in_the_facilitys_own_time() {
        let plan = plan(vec![540, 570, 600, 630, 660, 840, 870, 900]);
        assert_eq!(plan.check(), Ok(()));
        let slots = plan.slots(date(2026, 11, 27), &zone("Asia/Taipei"));
        assert_eq!(slots.len(), 8);
        // 09:00 in Taipei is 01:00 UTC.
        assert_eq!(slots[0].slot.starts_at_ms, 1_795_741_200_000);
        assert_eq!(slots[7].batch, 8);
    }

    #[test]
    fn a_minute_that_the_clocks_skip_has_no_slot_and_one_that_comes_twice_has_one() {
        let mut plan = plan(vec![60, 90, 120, 150, 180]);
        plan.from = date(2026, 1, 1);
        let new_york = zone("America/New_York");
        let forward = plan.slots(date(2026, 3, 8), &new_york);
        assert_eq!(minutes(&forward), [60, 90, 180]);
        let back = plan.slots(date(2026, 11, 1), &new_york);
        assert_eq!(minutes(&back), [60, 90, 120, 150, 180]);
        assert_eq!(
            back[2].slot.starts_at_ms - back[1].slot.starts_at_ms,
            90 * MINUTE_MS
        );
    }

    #[test]
    fn each_fault_is_told() {
        let fault = |change: fn(&mut GridPlan)| {
            let mut plan = plan(vec![540, 570]);
            change(&mut plan);
            plan.check().unwrap_err()
        };
        assert_eq!(
            fault(|plan| plan.to = Some(date(2026, 10, 1))),
            GridFault::Dates
        );
        assert_eq!(fault(|plan| plan.visit_minutes = 0), GridFault::Length);
        assert_eq!(fault(|plan| plan.batches.clear()), GridFault::Batches);
        assert_eq!(
            fault(|plan| plan.turnaround_minutes = 5),
            GridFault::TooClose(2)
        );
        assert_eq!(
            fault(|plan| plan.batches = vec![1420]),
            GridFault::PastMidnight(1)
        );
        assert_eq!(
            fault(|plan| plan.batches = vec![u16::MAX]),
            GridFault::PastMidnight(1)
        );
        assert_eq!(fault(|plan| plan.terminals.clear()), GridFault::Terminals);
        assert_eq!(
            fault(|plan| plan.terminals.push(plan.terminals[0])),
            GridFault::Terminals
        );
    }

    proptest! {
        #[test]
        fn slots_follow_each_other_and_lie_on_their_date(
            gaps in proptest::collection::vec(0_u16..200, 1..20),
            visit_minutes in 1_u16..60, turnaround_minutes in 0_u16..30, day in 0_i32..800,
            zone in proptest::sample::select(&["Asia/Taipei", "America/New_York", "Australia/Lord_Howe"][..]),
        ) {
            let time_zone = self::zone(zone);
            let mut free_from = 0;
            let starts = gaps.into_iter().map(|gap| {
                let starts: u16 = free_from + gap;
                free_from = starts + visit_minutes + turnaround_minutes;
                starts
            });
            let batches = starts.take_while(|starts| starts + visit_minutes <= 1440).collect();
            let plan = GridPlan { visit_minutes, turnaround_minutes, ..plan(batches) };
            prop_assert_eq!(plan.check(), Ok(()));
            let date = plan.from.saturating_add(day.days());
            let slots = plan.slots(date, &time_zone);
            for pair in slots.windows(2) {
                prop_assert!(pair[0].slot.ends_at_ms <= pair[1].slot.starts_at_ms);
                prop_assert!(pair[0].batch < pair[1].batch);
            }
            for slot in slots {
                prop_assert_eq!(crate::local_date(slot.slot.starts_at_ms, &time_zone), date);
                prop_assert_eq!(plan.batches[usize::from(slot.batch) - 1], slot.starts_minute);
            }
        }
    }
}
