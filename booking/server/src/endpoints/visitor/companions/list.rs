//! `GET /api/visitor/companions`

use axum::{
    Json,
    extract::{Query, State},
};
use booking_domain::applications::{Companion, Companions};
use ids::{CompanionId, InmateId, PersonId};
use serde::Serialize;

use crate::{Booking, ProblemCode, endpoints::paging::Page, visitor_session::VisitorSession};

/// A companion, as one of the two sees it.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Companion)]
pub(crate) struct CompanionBody {
    id: CompanionId,
    inmate_id: InmateId,
    /// Partly hidden from somebody who was invited and never applied for the inmate.
    inmate_name: String,
    /// The other's name: known to whoever was invited, and to the inviter once the other agreed.
    name: Option<String>,
    /// The other, as the parties of visits name them; once they agreed.
    person_id: Option<PersonId>,
    /// The address that was invited.
    email: String,
    /// `invited`, `agreed` or `declined`.
    #[schema(value_type = crate::words::CompanionState)]
    state: &'static str,
    /// `sent` or `received`.
    #[schema(value_type = crate::words::CompanionDirection)]
    direction: &'static str,
    /// Whether they agreed and both have an approved application for the inmate.
    ready: bool,
}

impl From<Companion> for CompanionBody {
    fn from(companion: Companion) -> Self {
        Self {
            id: companion.id,
            inmate_id: companion.inmate,
            inmate_name: companion.inmate_name,
            name: companion.name,
            person_id: companion.other,
            email: companion.email,
            state: companion.state.as_str(),
            direction: companion.direction.as_str(),
            ready: companion.ready,
        }
    }
}

/// Whom one invited and by whom one was invited, the newest first.
///
/// Refuses with `not_signed_in`, `bad_request`, `unavailable`.
#[utoipa::path(get, operation_id = "companions", path = "/api/visitor/companions", tag = "visitor",
    params(Page), responses((status = 200, body = [CompanionBody])))]
pub(crate) async fn get(
    State(booking): State<Booking>,
    session: VisitorSession,
    Query(page): Query<Page>,
) -> Result<Json<Vec<CompanionBody>>, ProblemCode> {
    let (before, limit) = (page.before()?, page.limit());
    let found = booking.0.store.companions_of(session.person, before, limit);
    let found = found.await?.into_iter().map(CompanionBody::from);
    Ok(Json(found.collect()))
}
