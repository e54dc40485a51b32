//! `POST /api/visitor/visits/{visit}/link`

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use booking_domain::{IssueCause, IssueError, VisitorRights};
use ids::VisitId;
use rand::{TryRngCore, rngs::OsRng};
use telemetry::clock::unix_now_ms;

use super::own;
use crate::{Booking, LinkIssueError, ProblemCode, visitor_session::VisitorSession};

/// The least time between two links that a visitor asks for: 2 minutes.
const PAUSE_MS: u64 = 2 * 60 * 1000;

/// Sends the person a new link to the registered phone, while the visit is open. The old one is void. Asking
/// again within two minutes sends nothing. Answers 202.
///
/// Refuses with `not_signed_in`, `visit_not_found`, `visit_not_open` (the first link comes when it opens),
/// `link_not_possible`, `unavailable`.
#[utoipa::path(post, operation_id = "sendMyLink", path = "/api/visitor/visits/{visit}/link", tag = "visitor",
    params(("visit" = VisitId, Path)), responses((status = 202, description = "On its way")))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: VisitorSession,
    Path(visit): Path<String>,
) -> Result<StatusCode, ProblemCode> {
    let visit = own(&booking, &session, &visit).await?;
    let now_ms = unix_now_ms();
    if visit.state.is_joinable() && now_ms < visit.opens_at_ms {
        return Err(ProblemCode::VisitNotOpen);
    }
    let member = visit
        .party
        .iter()
        .find(|member| member.person == session.person)
        .filter(|_| VisitorRights::of(&visit, session.person, now_ms).link)
        .ok_or(ProblemCode::LinkNotPossible)?;
    let cause = IssueCause::Visitor {
        since_ms: now_ms.saturating_sub(PAUSE_MS),
    };
    let issued = booking
        .0
        .issuer
        .issue(
            visit.id,
            member.seat,
            cause,
            now_ms,
            &mut OsRng.unwrap_err(),
        )
        .await;
    match issued {
        Ok(issued) => {
            let live = &booking.0.live;
            live.link_reissued(visit.id, member.seat, issued.generation)
                .await;
            tracing::info!(visit = %visit.id, seat = %member.seat, "a visitor asked for a new link");
            Ok(StatusCode::ACCEPTED)
        }
        Err(LinkIssueError::Issue(IssueError::TooSoon)) => Ok(StatusCode::ACCEPTED),
        Err(LinkIssueError::Issue(IssueError::NotJoinable)) => Err(ProblemCode::LinkNotPossible),
        Err(LinkIssueError::Issue(IssueError::NotOpen)) => Err(ProblemCode::VisitNotOpen),
        Err(LinkIssueError::Issue(IssueError::Store(error))) => Err(error.into()),
        Err(error) => {
            tracing::error!(%error, "a link could not be made");
            Err(ProblemCode::Unavailable)
        }
    }
}
