//! `GET /api/visitor/slots`

use std::sync::Arc;

use axum::{
    Json,
    extract::{Query, State},
};
use booking_domain::{ApplicantStanding, BoardDay, BoardSlot, SlotBoard, overlap};
use ids::ApplicationId;
use protocol::Locale;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};
use telemetry::clock::unix_now_ms;

use crate::{Booking, ProblemCode, slot_boards::Board, visitor_session::VisitorSession};

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
    #[schema(value_type = Vec<Day>)]
    days: Days,
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

/// The days that are open for booking.
enum Days {
    /// As they read for whoever has no visit and no restriction on any of them, which are nearly all: made once for
    /// a board.
    OfAll(Arc<RawValue>),
    /// With what else the inmate or the person has then, and what stands against it.
    OfOne(Vec<Day>),
}

impl Serialize for Days {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::OfAll(said) => said.as_ref().serialize(serializer),
            Self::OfOne(days) => days.serialize(serializer),
        }
    }
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
    /// A closure takes it away, or a restriction.
    Closed,
    /// The inmate or the person has another visit then.
    Busy,
    /// It has begun.
    Passed,
}

/// The slots that are open for booking with an application, and what is left of the inmate's months. What others
/// do shows after a moment.
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
    let applicants = &booking.0.applicants;
    let standing = applicants.standing(session.person, asked.application_id);
    let standing = standing.await?.ok_or(ProblemCode::NotFound)?;
    let board = booking.0.boards.board(standing.subject.facility).await?;
    let board = board.ok_or(ProblemCode::NotFound)?;
    Ok(Json(offer(
        &board,
        &standing,
        session.locale,
        unix_now_ms(),
    )))
}

fn offer(board: &Board, standing: &ApplicantStanding, locale: Locale, now_ms: u64) -> Offer {
    let days = if standing.busy.is_empty() && standing.bars.is_empty() {
        Days::OfAll(board.said(|slots| {
            to_raw_value(&days(slots, standing, now_ms)).expect("numbers and words are JSON")
        }))
    } else {
        Days::OfOne(days(&board.slots, standing, now_ms))
    };
    let board = &board.slots;
    let limit = board.settings.rules.visits_a_month;
    let months = board.months().into_iter().map(|month| MonthLeft {
        month: month.to_string(),
        limit,
        used: standing.used(month),
    });
    Offer {
        facility_name: board.settings.name_for_readers().written_in(locale),
        time_zone: board.settings.time_zone.clone(),
        visit_minutes: board.visit_minutes,
        months: if standing.subject.ground.counts() {
            months.collect()
        } else {
            Vec::new()
        },
        next_day_opens_at_ms: board.window.next_day_opens_at_ms,
        days,
        refusal: refusal(board, standing, now_ms),
    }
}

fn days(board: &SlotBoard, standing: &ApplicantStanding, now_ms: u64) -> Vec<Day> {
    let day = |day: &BoardDay| Day {
        date: day.date.to_string(),
        batches: day
            .slots
            .iter()
            .map(|slot| batch(slot, standing, now_ms))
            .collect(),
    };
    board.days.iter().map(day).collect()
}

fn refusal(board: &SlotBoard, standing: &ApplicantStanding, now_ms: u64) -> Option<&'static str> {
    if !standing.subject.approved {
        Some(ProblemCode::NotApproved.as_str())
    } else if is_restricted(board, standing, now_ms) {
        Some(ProblemCode::Restricted.as_str())
    } else {
        None
    }
}

/// Whether a restriction stands against every slot, or against visits now where there is none.
fn is_restricted(board: &SlotBoard, standing: &ApplicantStanding, now_ms: u64) -> bool {
    let slots = board.days.iter().flat_map(|day| &day.slots);
    let starts = slots.map(|offered| offered.slot.starts_at_ms);
    let mut ahead = starts
        .filter(|starts_at_ms| *starts_at_ms > now_ms)
        .peekable();
    if ahead.peek().is_none() {
        standing.is_barred(now_ms)
    } else {
        ahead.all(|starts_at_ms| standing.is_barred(starts_at_ms))
    }
}

fn batch(offered: &BoardSlot, standing: &ApplicantStanding, now_ms: u64) -> Batch {
    let (slot, free) = (offered.slot, offered.free());
    let state = if slot.starts_at_ms <= now_ms {
        Standing::Passed
    } else if offered.closed || standing.is_barred(slot.starts_at_ms) {
        Standing::Closed
    } else if standing.busy.iter().any(|other| overlap(*other, slot)) {
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
