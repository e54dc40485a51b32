//! `POST /api/officer/visits/{visit}/seats/{seat}/reissue`

use axum::{
    Json,
    extract::{Path, State},
};
use booking_domain::{IssueCause, IssueError};
use ids::{Seat, VisitId};
use rand::{TryRngCore, rngs::OsRng};
use serde::Serialize;
use telemetry::clock::unix_now_ms;

use super::officer_visits::supervised;
use crate::{Booking, LinkIssueError, ProblemCode, staff_session::StaffSession};

/// The answer. The link itself goes to the registered phone only.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Reissued {
    seat: Seat,
    /// How many links the seat has had, with this one.
    generation: u32,
}

/// Sends a new link to the visitor on a seat, while the visit is open. The old one is void, and its device leaves
/// the call.
///
/// Refuses with `not_signed_in`, `not_allowed`, `visit_not_found`, `visit_not_open` (the first link comes when it
/// opens), `link_not_possible`, `unavailable`.
#[utoipa::path(post, operation_id = "reissueLink", path = "/api/officer/visits/{visit}/seats/{seat}/reissue", tag = "officer",
    params(("visit" = VisitId, Path), ("seat" = Seat, Path)),
    responses((status = 200, description = "Sent", body = Reissued)))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: StaffSession,
    Path((visit, seat)): Path<(String, String)>,
) -> Result<Json<Reissued>, ProblemCode> {
    let visit: VisitId = visit.parse().map_err(|_| ProblemCode::VisitNotFound)?;
    let seat = seat
        .parse::<u8>()
        .ok()
        .and_then(|number| Seat::try_from(number).ok());
    let seat = seat.ok_or(ProblemCode::LinkNotPossible)?;
    supervised(&booking, &session, visit).await?;
    let cause = IssueCause::Officer(session.staff);
    let now_ms = unix_now_ms();
    let issued = booking
        .0
        .issuer
        .issue(visit, seat, cause, now_ms, &mut OsRng.unwrap_err())
        .await;
    let generation = issued.map_err(refusal)?.generation;
    booking.0.live.link_reissued(visit, seat, generation).await;
    tracing::info!(%visit, %seat, officer = %session.staff, "an officer sent a new link");
    Ok(Json(Reissued { seat, generation }))
}

fn refusal(error: LinkIssueError) -> ProblemCode {
    match error {
        LinkIssueError::Issue(IssueError::NotJoinable) => ProblemCode::LinkNotPossible,
        LinkIssueError::Issue(IssueError::NotOpen) => ProblemCode::VisitNotOpen,
        LinkIssueError::Issue(IssueError::Store(error)) => error.into(),
        error => {
            tracing::error!(%error, "a link could not be made");
            ProblemCode::Unavailable
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use booking_domain::{MessageKind, RedeemError, Visits};
    use serde_json::{Value, json};
    use telemetry::clock::unix_now_ms;

    use crate::tests::{TestApi, device, seat};

    #[tokio::test]
    async fn a_new_link_goes_to_the_registered_phone_and_silences_the_old_device() {
        let api = TestApi::start().await;
        let old = api.link_hash(&api.demo.links[1]);
        api.store
            .redeem(old, device(1), unix_now_ms())
            .await
            .unwrap();
        let path = format!("/api/officer/visits/{}/seats/2/reissue", api.demo.visit);
        let (status, body) = api.officer_post(&path, &Value::Null).await;
        assert_eq!(
            (status, body),
            (StatusCode::OK, json!({ "seat": 2, "generation": 2 }))
        );
        assert_eq!(api.live.reissued(), [(api.demo.visit, seat(2), 2)]);
        let redeemed = api.store.redeem(old, device(1), unix_now_ms()).await;
        assert_eq!(redeemed, Err(RedeemError::Withdrawn));
        let message = &api.newest_messages().await[0].content;
        assert_eq!(
            (message.kind, message.address.as_deref()),
            (MessageKind::NewJoinLink, Some("0900000102"))
        );
        let new = api.hash_in(&message.params["url"]);
        assert_eq!(
            api.store
                .redeem(new, device(2), unix_now_ms())
                .await
                .unwrap()
                .seat,
            seat(2)
        );
    }

    #[tokio::test]
    async fn no_link_goes_to_a_seat_without_a_visitor_or_out_of_an_ended_visit() {
        let api = TestApi::start().await;
        let reissue = async |visit: &str, seat: &str| {
            let path = format!("/api/officer/visits/{visit}/seats/{seat}/reissue");
            let (status, body) = api.officer_post(&path, &Value::Null).await;
            (status, body["code"].as_str().unwrap_or_default().to_owned())
        };
        let visit = api.demo.visit.to_string();
        let not_possible = (StatusCode::CONFLICT, "link_not_possible".to_owned());
        for seat in ["0", "4", "x"] {
            assert_eq!(reissue(&visit, seat).await, not_possible, "{seat}");
        }
        let elsewhere = api.seed_another().await.visit.to_string();
        let not_found = (StatusCode::NOT_FOUND, "visit_not_found".to_owned());
        assert_eq!(reissue(&elsewhere, "1").await, not_found);
        let path = format!("/api/officer/visits/{visit}/end");
        let body = json!({ "reason": "設備故障，改期補行接見", "ended_by": "facility" });
        api.officer_post(&path, &body).await;
        assert_eq!(reissue(&visit, "1").await, not_possible);
        assert_eq!(api.live.reissued(), []);
    }
}
