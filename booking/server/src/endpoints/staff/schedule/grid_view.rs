//! A grid, as programs write and read it.

use booking_domain::{GridFault, GridPlan, SlotGrid, Weekdays};
use ids::{SlotGridId, TerminalId};
use serde::{Deserialize, Serialize};

use super::date;
use crate::{
    FieldCode,
    refusal::{FieldError, Refusal},
};

/// A grid to be. Minutes count from local midnight.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewGrid)]
pub(super) struct NewGrid {
    /// The first date.
    from_date: String,
    /// The last date; left out: until a later grid begins.
    to_date: Option<String>,
    /// Bit 0 is Monday.
    weekdays: u8,
    visit_minutes: u16,
    turnaround_minutes: u16,
    /// When the batches begin, ascending: 第1梯 is the first.
    batches: Vec<u16>,
    /// The terminals that serve it.
    terminals: Vec<TerminalId>,
}

/// A grid.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Grid)]
pub(super) struct Grid {
    id: SlotGridId,
    from_date: String,
    to_date: Option<String>,
    /// Bit 0 is Monday.
    weekdays: u8,
    visit_minutes: u16,
    turnaround_minutes: u16,
    batches: Vec<u16>,
    /// Those of its terminals that are in service.
    terminals: Vec<TerminalId>,
}

impl NewGrid {
    /// The grid, if it can be.
    pub(super) fn plan(self) -> Result<GridPlan, Refusal> {
        let mut wrong = Vec::new();
        let from = date("from_date", &self.from_date, &mut wrong);
        let to = self
            .to_date
            .as_deref()
            .map(|to| date("to_date", to, &mut wrong));
        let weekdays = Weekdays::from_bits(self.weekdays);
        if weekdays.is_none() {
            wrong.push(FieldError {
                field: "weekdays",
                code: FieldCode::NotValid,
            });
        }
        let (Some(from), Some(weekdays), true) = (from, weekdays, wrong.is_empty()) else {
            return Err(Refusal::Fields(wrong));
        };
        let plan = GridPlan {
            from,
            to: to.flatten(),
            weekdays,
            visit_minutes: self.visit_minutes,
            turnaround_minutes: self.turnaround_minutes,
            batches: self.batches,
            terminals: self.terminals,
        };
        match plan.check() {
            Ok(()) => Ok(plan),
            Err(fault) => Err(Refusal::field(field_of(fault), FieldCode::NotValid)),
        }
    }
}

impl From<&SlotGrid> for Grid {
    fn from(grid: &SlotGrid) -> Self {
        let plan = &grid.plan;
        Self {
            id: grid.id,
            from_date: plan.from.to_string(),
            to_date: plan.to.map(|to| to.to_string()),
            weekdays: plan.weekdays.bits(),
            visit_minutes: plan.visit_minutes,
            turnaround_minutes: plan.turnaround_minutes,
            batches: plan.batches.clone(),
            terminals: plan.terminals.clone(),
        }
    }
}

const fn field_of(fault: GridFault) -> &'static str {
    match fault {
        GridFault::Dates => "to_date",
        GridFault::Length => "visit_minutes",
        GridFault::Batches | GridFault::TooClose(_) | GridFault::PastMidnight(_) => "batches",
        GridFault::Terminals => "terminals",
    }
}
