//! What visitors do with visits: see slots, book, confirm, change and call off.
//!
//! A visit in which the person has no part is not found.

mod book;
mod calendar;
mod cancel;
mod confirm;
mod leave;
mod link;
mod list;
mod one;
mod party;
mod slots;
#[cfg(test)]
mod tests;
mod view;

use booking_domain::{BookRefusal, BookedVisit, Bookings, ChangeError};
use ids::{CompanionId, InmateId, PersonId};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{Booking, ProblemCode, birth_date, visitor_session::VisitorSession};

/// The endpoints of visitors.
pub(super) fn described() -> OpenApiRouter<Booking> {
    OpenApiRouter::new()
        .routes(routes!(slots::get))
        .routes(routes!(book::post))
        .routes(routes!(list::get))
        .routes(routes!(one::get))
        .routes(routes!(confirm::post))
        .routes(routes!(cancel::post))
        .routes(routes!(party::put))
        .routes(routes!(leave::post))
        .routes(routes!(link::post))
        .routes(routes!(calendar::get))
}

/// The visit of an address, in which the person has a part.
async fn own(
    booking: &Booking,
    session: &VisitorSession,
    visit: &str,
) -> Result<BookedVisit, ProblemCode> {
    let visit = visit.parse().map_err(|_| ProblemCode::VisitNotFound)?;
    let visit = booking.0.store.visit_of(session.person, visit).await?;
    visit.ok_or(ProblemCode::VisitNotFound)
}

/// The applicant and the companions, with their dates of birth.
async fn party(
    booking: &Booking,
    applicant: PersonId,
    inmate: InmateId,
    companions: &[CompanionId],
) -> Result<Vec<booking_domain::PartyCandidate>, ProblemCode> {
    if companions.len() >= booking_domain::MAX_PARTY {
        return Err(BookRefusal::PartySize.into());
    }
    let store = &booking.0.store;
    let ready = store
        .ready_companions(applicant, inmate, companions)
        .await?;
    if ready.len() != companions.len() {
        return Err(ProblemCode::NotApproved);
    }
    let mut people = vec![applicant];
    people.extend(ready.iter().map(|companion| companion.person));
    Ok(birth_date::candidates(store, &booking.0.vault, &people).await?)
}

/// Why a visit was not changed.
fn change_refused(error: ChangeError) -> ProblemCode {
    match error {
        ChangeError::NotFound => ProblemCode::VisitNotFound,
        ChangeError::NotPossible => ProblemCode::VisitNotChangeable,
        ChangeError::Refused(refusal) => refusal.into(),
        ChangeError::Store(error) => error.into(),
    }
}
