//! The visits that a change of the schedule would touch.

use booking_domain::TouchedVisit;
use ids::VisitId;
use serde::Serialize;

/// Whom a change touches.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = SchedulePreview)]
pub(crate) struct Preview {
    /// How many visits it touches.
    visits: usize,
    /// The first of them by their start, at most 500.
    touched: Vec<Touched>,
}

/// A visit that is touched.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = TouchedVisit)]
struct Touched {
    visit_id: VisitId,
    facility_name: String,
    inmate_name: String,
    terminal_name: String,
    starts_at_ms: u64,
    ends_at_ms: u64,
    #[schema(value_type = crate::words::VisitState)]
    state: &'static str,
}

impl Preview {
    /// So many visits, and the first of them.
    pub(super) fn new(visits: usize, first: Vec<TouchedVisit>) -> Self {
        let touched = |visit: TouchedVisit| Touched {
            visit_id: visit.id,
            facility_name: visit.facility_name,
            inmate_name: visit.inmate_name,
            terminal_name: visit.terminal_name,
            starts_at_ms: visit.slot.starts_at_ms,
            ends_at_ms: visit.slot.ends_at_ms,
            state: visit.state.as_str(),
        };
        Self {
            visits,
            touched: first.into_iter().map(touched).collect(),
        }
    }
}
