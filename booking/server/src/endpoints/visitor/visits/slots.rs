//! `GET /api/visitor/slots`

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    Json,
    extract::{Query, State},
};
use booking_domain::{
    BookingSubject, BookingWindow, Bookings, Month, OfferedSlot, Schedule, Slots,
};
use grant::Slot;
use ids::{ApplicationId, PersonId, TerminalId};
use serde::{Deserialize, Serialize};
use telemetry::clock::unix_now_ms;

use crate::{Booking, ProblemCode, visitor_session::VisitorSession};

/// The request.
#[derive(Deserialize)]
pub(crate) struct Asked {
    application_id: ApplicationId,
}

/// What can be booked with an application.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Slots)]
pub(crate) struct Offer {
    facility_name: String,
    time_zone: String,
    /// How long a visit lasts on the first of the days; 0 where no grid is in force on any.
    visit_minutes: u16,
    /// The inmate's months; none where visits with this application do not count.
    months: Vec<MonthLeft>,
    /// When the next day opens for booking.
    next_day_opens_at_ms: u64,
    days: Vec<Day>,
    /// Why nothing can be booked with the application at all: `not_approved` or `restricted`.
    refusal: Option<&'static str>,
}

/// An inmate's month.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = MonthLeft)]
struct MonthLeft {
    /// Such as `2026-11`.
    month: String,
    limit: u32,
    used: u32,
}

/// A day that is open for booking.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = SlotDay)]
struct Day {
    date: String,
    batches: Vec<Batch>,
}

/// A slot.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = SlotBatch)]
struct Batch {
    /// 第1梯 is 1.
    batch: u16,
    starts_at_ms: u64,
    ends_at_ms: u64,
    state: Standing,
    /// How many terminals are free.
    free: usize,
}

/// How a slot stands.
#[derive(Clone, Copy, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SlotState)]
enum Standing {
    /// It can be booked.
    Free,
    /// Every terminal is taken.
    Full,
    /// A closure takes it away.
    Closed,
    /// The inmate or the person has another visit then.
    Busy,
    /// It has begun.
    Passed,
}

/// The slots that are open for booking with an application, and what is left of the inmate's months.
///
/// Refuses with `not_signed_in`, `bad_request`, `not_found`, `unavailable`.
#[utoipa::path(get, operation_id = "slots", path = "/api/visitor/slots", tag = "visitor",
    params(("application_id" = ApplicationId, Query)),
    responses((status = 200, description = "The slots", body = Offer)))]
pub(crate) async fn get(
    State(booking): State<Booking>,
    session: VisitorSession,
    Query(asked): Query<Asked>,
) -> Result<Json<Offer>, ProblemCode> {
    let (store, person, now_ms) = (&booking.0.store, session.person, unix_now_ms());
    let subject = store.booking_subject(person, asked.application_id).await?;
    let subject = subject.ok_or(ProblemCode::NotFound)?;
    let settings = store.settings(subject.facility).await?;
    let settings = settings.ok_or(ProblemCode::NotFound)?;
    let schedule = store.schedule(subject.facility).await?;
    let schedule = schedule.ok_or(ProblemCode::NotFound)?;
    let window = BookingWindow::at(now_ms, &settings.rules, &schedule.time_zone);
    let taken = Taken::read(&booking, &subject, person, &schedule, &window, now_ms).await?;
    let mut months: Vec<Month> = window.dates().map(Month::of).collect();
    months.dedup();
    let months = if subject.ground.counts() {
        let used = store.month_use(subject.inmate, &months).await?;
        used.into_iter()
            .map(|month| MonthLeft {
                month: month.month.to_string(),
                limit: settings.rules.visits_a_month,
                used: month.used,
            })
            .collect()
    } else {
        Vec::new()
    };
    let grids = window.dates().filter_map(|date| schedule.grid_on(date));
    let day = |date| Day {
        date: format!("{date}"),
        batches: schedule
            .day(date)
            .iter()
            .map(|offered| taken.batch(offered, now_ms))
            .collect(),
    };
    Ok(Json(Offer {
        facility_name: settings.name,
        time_zone: settings.time_zone,
        visit_minutes: grids
            .map(|grid| grid.plan.visit_minutes)
            .next()
            .unwrap_or(0),
        months,
        next_day_opens_at_ms: window.next_day_opens_at_ms,
        days: window.dates().map(day).collect(),
        refusal: refusal(&subject),
    }))
}

fn refusal(subject: &BookingSubject) -> Option<&'static str> {
    if !subject.approved {
        Some(ProblemCode::NotApproved.as_str())
    } else if subject.restricted {
        Some(ProblemCode::Restricted.as_str())
    } else {
        None
    }
}

/// What is taken in the days that are open for booking.
struct Taken {
    terminals: BTreeMap<TerminalId, Vec<Slot>>,
    busy: Vec<Slot>,
}

impl Taken {
    async fn read(
        booking: &Booking,
        subject: &BookingSubject,
        person: PersonId,
        schedule: &Schedule,
        window: &BookingWindow,
        now_ms: u64,
    ) -> Result<Self, ProblemCode> {
        let days: Vec<_> = window.dates().flat_map(|date| schedule.day(date)).collect();
        let (Some(first), Some(last)) = (days.first(), days.last()) else {
            return Ok(Self {
                terminals: BTreeMap::new(),
                busy: Vec::new(),
            });
        };
        let time = Slot {
            starts_at_ms: first.slot.starts_at_ms,
            ends_at_ms: last.slot.ends_at_ms,
        };
        let store = &booking.0.store;
        let mut terminals: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (terminal, slot) in store.taken(subject.facility, time, now_ms).await? {
            terminals.entry(terminal).or_default().push(slot);
        }
        let busy = store.busy(person, subject.inmate, time, now_ms).await?;
        Ok(Self { terminals, busy })
    }

    fn batch(&self, offered: &OfferedSlot<'_>, now_ms: u64) -> Batch {
        let slot = offered.slot;
        let serving: BTreeSet<_> = offered.grid.plan.terminals.iter().collect();
        let free = serving
            .into_iter()
            .filter(|terminal| {
                let taken = self.terminals.get(terminal).into_iter().flatten();
                !taken.into_iter().any(|other| overlap(*other, slot))
            })
            .count();
        let state = if slot.starts_at_ms <= now_ms {
            Standing::Passed
        } else if offered.closed.is_some() {
            Standing::Closed
        } else if self.busy.iter().any(|other| overlap(*other, slot)) {
            Standing::Busy
        } else if free == 0 {
            Standing::Full
        } else {
            Standing::Free
        };
        Batch {
            batch: offered.batch,
            starts_at_ms: slot.starts_at_ms,
            ends_at_ms: slot.ends_at_ms,
            state,
            free,
        }
    }
}

const fn overlap(one: Slot, other: Slot) -> bool {
    one.starts_at_ms < other.ends_at_ms && other.starts_at_ms < one.ends_at_ms
}
