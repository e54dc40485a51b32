//! `POST /api/officer/visits/{visit}/end`

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use booking_domain::{EndedBy, Officers, Terminated, Termination};
use ids::VisitId;
use protocol::EndReason;
use serde::Deserialize;
use telemetry::clock::unix_now_ms;

use super::{Body, officer_visits::supervised};
use crate::{Booking, FieldCode, ProblemCode, refusal::Refusal, staff_session::StaffSession};

/// The bounds of a reason, characters.
const REASON_CHARACTERS: std::ops::RangeInclusive<usize> = 5..=500;

/// The request.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EndVisit)]
pub(crate) struct End {
    /// The written reason (Prison Act 監獄行刑法 §71), as the visitors read it.
    reason: String,
    /// On whose side what led to it lies: `facility`, `inmate`, `visitor` or `system`.
    #[schema(value_type = crate::words::EndedBy)]
    ended_by: String,
}

/// Ends an open visit: its call, its links and its grants. Its party is told why, and the month gets the visit back
/// unless it is on the visitors' side. Answers 204.
///
/// Refuses with `not_signed_in`, `not_allowed`, `bad_request`, `reason_length`, `invalid_fields`,
/// `visit_not_found`, `visit_not_open`, `unavailable`.
#[utoipa::path(post, operation_id = "endVisit", path = "/api/officer/visits/{visit}/end", tag = "officer",
    params(("visit" = VisitId, Path)), request_body = End,
    responses((status = 204, description = "Ended")))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: StaffSession,
    Path(visit): Path<String>,
    Body(end): Body<End>,
) -> Result<StatusCode, Refusal> {
    let visit: VisitId = visit.parse().map_err(|_| ProblemCode::VisitNotFound)?;
    let facility = supervised(&booking, &session, visit).await?;
    let reason = end.reason.trim();
    if !REASON_CHARACTERS.contains(&reason.chars().count()) {
        return Err(ProblemCode::ReasonLength.into());
    }
    let ended_by = EndedBy::parse(&end.ended_by)
        .map_err(|_| Refusal::field("ended_by", FieldCode::NotValid))?;
    let termination = Termination {
        visit,
        facility,
        officer: session.staff,
        ended_by,
        reason: reason.to_owned(),
        at_ms: unix_now_ms(),
    };
    match booking.0.store.terminate(termination).await? {
        Terminated::Done => {}
        Terminated::NotFound => return Err(ProblemCode::VisitNotFound.into()),
        Terminated::NotOpen => return Err(ProblemCode::VisitNotOpen.into()),
    }
    booking.0.live.end(visit, EndReason::Terminated).await;
    tracing::info!(%visit, officer = %session.staff, "an officer ended a visit");
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use booking_domain::{MessageKind, RedeemError, Visits};
    use protocol::EndReason;
    use serde_json::json;
    use telemetry::clock::unix_now_ms;

    use crate::tests::{TestApi, device};

    #[tokio::test]
    async fn a_visit_ends_once_with_a_written_reason() {
        let api = TestApi::start().await;
        let path = format!("/api/officer/visits/{}/end", api.demo.visit);
        let body = json!({ "reason": "  接見人以其他裝置錄影  ", "ended_by": "visitor" });
        let (status, _) = api.officer_post(&path, &body).await;
        assert_eq!(status, StatusCode::NO_CONTENT);
        assert_eq!(api.live.ended(), [(api.demo.visit, EndReason::Terminated)]);
        let link = api.link_hash(&api.demo.links[0]);
        let redeemed = api.store.redeem(link, device(1), unix_now_ms()).await;
        assert_eq!(redeemed, Err(RedeemError::Withdrawn));
        let (status, problem) = api.officer_post(&path, &body).await;
        assert_eq!(
            (status, &problem["code"]),
            (StatusCode::CONFLICT, &json!("visit_not_open"))
        );
        assert_eq!(api.live.ended().len(), 1);
        let told = api.newest_messages().await;
        let told = told
            .iter()
            .filter(|message| message.content.kind == MessageKind::VisitEnded);
        let reasons: Vec<_> = told
            .map(|message| &*message.content.params["reason"])
            .collect();
        assert_eq!(reasons, ["接見人以其他裝置錄影"; 3], "the whole party");
    }

    #[tokio::test]
    async fn a_reason_has_five_to_five_hundred_characters() {
        let api = TestApi::start().await;
        let path = format!("/api/officer/visits/{}/end", api.demo.visit);
        for reason in ["", "    ", "違規錄影", &"違".repeat(501)] {
            let body = json!({ "reason": reason, "ended_by": "facility" });
            let (status, problem) = api.officer_post(&path, &body).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{reason}");
            assert_eq!(problem["code"], "reason_length");
        }
        for body in [
            json!({}),
            json!({ "reason": 5, "ended_by": "facility" }),
            json!({ "reason": "接見人錄影" }),
            json!({ "reason": "接見人錄影", "ended_by": "visitor", "x": 1 }),
        ] {
            let (status, problem) = api.officer_post(&path, &body).await;
            assert_eq!(
                (status, &problem["code"]),
                (StatusCode::BAD_REQUEST, &json!("bad_request"))
            );
        }
        let nobody = json!({ "reason": "接見人錄影", "ended_by": "officer" });
        let (status, problem) = api.officer_post(&path, &nobody).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(problem["code"], "invalid_fields");
        assert_eq!(api.live.ended(), []);
        let longest = json!({ "reason": "違".repeat(500), "ended_by": "system" });
        assert_eq!(
            api.officer_post(&path, &longest).await.0,
            StatusCode::NO_CONTENT
        );
    }

    #[tokio::test]
    async fn the_visit_of_another_facility_is_not_found() {
        let api = TestApi::start().await;
        let elsewhere = api.seed_another().await;
        let body = json!({ "reason": "接見人以其他裝置錄影", "ended_by": "visitor" });
        for visit in [elsewhere.visit.to_string(), "7".to_owned()] {
            let path = format!("/api/officer/visits/{visit}/end");
            let (status, problem) = api.officer_post(&path, &body).await;
            assert_eq!(
                (status, &problem["code"]),
                (StatusCode::NOT_FOUND, &json!("visit_not_found"))
            );
        }
        assert_eq!(api.live.ended(), []);
    }
}
