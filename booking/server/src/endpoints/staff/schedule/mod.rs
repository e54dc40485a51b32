//! What schedulers do: a facility's figures, grids, closures and terminals, and its visits day by day.
//!
//! A facility that is none of the member's, and what it has, is not found.

mod add_exception;
mod cancel_visit;
mod clear_visit;
mod close_everywhere;
mod closures;
mod correct_outcome;
mod day;
mod grid_preview;
mod grid_view;
mod grids;
mod lift_closure;
mod lift_everywhere;
mod move_visit;
mod pair_terminal;
mod preview_closure;
mod preview_everywhere;
mod remove_member;
mod retire_grid;
mod settings;
mod terminal;
mod terminals;
#[cfg(test)]
mod tests;
mod touched;

use std::str::FromStr;

use booking_domain::{Bookings, ChangeError, Officers, PartyCandidate, Role};
use ids::{FacilityId, VisitId};
use jiff::civil::Date;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    Booking, FieldCode, ProblemCode, birth_date,
    refusal::{FieldError, Refusal},
    staff_session::StaffSession,
};

/// The bounds of a reason, characters.
const REASON_CHARACTERS: std::ops::RangeInclusive<usize> = 5..=500;

/// The endpoints of schedulers.
pub(super) fn described() -> OpenApiRouter<Booking> {
    OpenApiRouter::new()
        .routes(routes!(settings::get, settings::patch))
        .routes(routes!(grids::get, grids::post))
        .routes(routes!(grid_preview::post))
        .routes(routes!(retire_grid::post))
        .routes(routes!(closures::get, closures::post))
        .routes(routes!(preview_closure::post))
        .routes(routes!(lift_closure::post))
        .routes(routes!(close_everywhere::post))
        .routes(routes!(preview_everywhere::post))
        .routes(routes!(lift_everywhere::post))
        .routes(routes!(terminals::get, terminals::post))
        .routes(routes!(terminal::patch))
        .routes(routes!(pair_terminal::post))
        .routes(routes!(day::get, add_exception::post))
        .routes(routes!(cancel_visit::post))
        .routes(routes!(clear_visit::post))
        .routes(routes!(correct_outcome::post))
        .routes(routes!(remove_member::post))
        .routes(routes!(move_visit::post))
}

/// A facility of an address, at which the member is a scheduler.
fn scheduled(session: &StaffSession, facility: &str) -> Result<FacilityId, ProblemCode> {
    let facility = id(facility)?;
    session.require(Role::Scheduler, facility)?;
    Ok(facility)
}

/// Whether the member is a scheduler of all facilities.
fn everywhere(session: &StaffSession) -> Result<(), ProblemCode> {
    Ok(session.roles.require_everywhere(Role::Scheduler)?)
}

/// An id of an address. What is none names nothing.
fn id<T: FromStr>(text: &str) -> Result<T, ProblemCode> {
    text.parse().map_err(|_| ProblemCode::NotFound)
}

/// A visit of an address, and its facility, at which the member is a scheduler.
async fn visit(
    booking: &Booking,
    session: &StaffSession,
    visit: &str,
) -> Result<(VisitId, FacilityId), ProblemCode> {
    let visit: VisitId = visit.parse().map_err(|_| ProblemCode::VisitNotFound)?;
    let facility = booking.0.store.visit_facility(visit).await?;
    let facility = facility.ok_or(ProblemCode::VisitNotFound)?;
    match session.roles.require(Role::Scheduler, facility) {
        Ok(()) => Ok((visit, facility)),
        Err(booking_domain::Refused::Elsewhere) => Err(ProblemCode::VisitNotFound),
        Err(booking_domain::Refused::NotAllowed) => Err(ProblemCode::NotAllowed),
    }
}

/// Who is seated in a visit, with their dates of birth.
async fn party_of(booking: &Booking, visit: VisitId) -> Result<Vec<PartyCandidate>, ProblemCode> {
    let mut visits = booking.0.store.booked_visits(&[visit]).await?;
    let visit = visits.pop().flatten().ok_or(ProblemCode::VisitNotFound)?;
    Ok(birth_date::of_party(booking, &visit).await?)
}

/// Why a visit of the facility's was not changed.
fn change_refused(error: ChangeError) -> ProblemCode {
    match error {
        ChangeError::NotFound => ProblemCode::VisitNotFound,
        ChangeError::NotPossible => ProblemCode::VisitNotChangeable,
        ChangeError::Refused(refusal) => refusal.into(),
        ChangeError::Store(error) => error.into(),
    }
}

/// A date of a form.
fn date(field: &'static str, text: &str, wrong: &mut Vec<FieldError>) -> Option<Date> {
    let date = text.parse().ok();
    if date.is_none() {
        wrong.push(FieldError {
            field,
            code: FieldCode::NotValid,
        });
    }
    date
}

/// A reason of a form, without the space around it.
fn reason(text: &str) -> Result<String, Refusal> {
    let reason = text.trim();
    if REASON_CHARACTERS.contains(&reason.chars().count()) {
        Ok(reason.to_owned())
    } else {
        Err(ProblemCode::ReasonLength.into())
    }
}
