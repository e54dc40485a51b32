//! `POST /api/links/resend`

use axum::{extract::State, http::StatusCode};
use serde::Deserialize;

use super::Body;
use crate::{Booking, ProblemCode, client_address::ClientAddress};

/// The request.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ResendLink)]
pub(crate) struct Resend {
    /// The part of any link of the seat behind `#`: new, used or replaced.
    token: String,
}

/// Sends a new link to the phone that is registered for the link's seat. Answers 202 at once, whatever the
/// token is and however often one asks, so that nobody learns anything from it.
///
/// Refuses with `bad_request`.
#[utoipa::path(post, operation_id = "resendLink", path = "/api/links/resend", tag = "visitor", request_body = Resend,
    responses((status = 202, description = "Whatever the token is")))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    ClientAddress(client): ClientAddress,
    Body(resend): Body<Resend>,
) -> Result<StatusCode, ProblemCode> {
    let admitted = client.is_none_or(|client| booking.0.resend_limit.admits(client));
    if admitted {
        booking.0.resends.ask(resend.token);
    }
    Ok(StatusCode::ACCEPTED)
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use booking_domain::{MessageKind, Visits};
    use serde_json::json;
    use telemetry::clock::unix_now_ms;

    use crate::tests::{TestApi, device, seat, token_in};

    async fn resend(api: &TestApi, token: &str) {
        let (status, body) = api
            .post("/api/links/resend", &json!({ "token": token }))
            .await;
        assert_eq!((status, body), (StatusCode::ACCEPTED, json!(null)));
    }

    #[tokio::test]
    async fn a_new_link_goes_to_the_registered_phone() {
        let api = TestApi::start().await;
        let old = &api.demo.links[0];
        api.store
            .redeem(api.link_hash(old), device(1), unix_now_ms())
            .await
            .unwrap();
        resend(&api, token_in(&old.url)).await;
        assert_eq!(api.live.next_reissued().await, (api.demo.visit, seat(1), 2));
        let message = &api.newest_messages().await[0].content;
        assert_eq!(
            (message.kind, message.address.as_deref()),
            (MessageKind::NewJoinLink, Some("0900000101"))
        );
        assert!(
            api.store
                .look(api.link_hash(old))
                .await
                .unwrap()
                .unwrap()
                .withdrawn
        );
    }

    #[tokio::test]
    async fn what_is_no_link_or_was_asked_for_just_now_gets_the_same_answer_and_no_message() {
        let api = TestApi::start().await;
        let first = token_in(&api.demo.links[0].url);
        resend(&api, first).await;
        for token in ["", "x", &"A".repeat(32), first, first] {
            resend(&api, token).await;
        }
        // The queue is worked through in order: when this one is done, so are those before it.
        resend(&api, token_in(&api.demo.links[1].url)).await;
        assert_eq!(api.live.next_reissued().await, (api.demo.visit, seat(1), 2));
        assert_eq!(api.live.next_reissued().await, (api.demo.visit, seat(2), 2));
        assert_eq!(api.newest_messages().await.len(), 3 + 2);
    }

    #[tokio::test]
    async fn a_replaced_link_helps_but_never_cuts_off_somebody_who_is_in_the_call() {
        let api = TestApi::start().await;
        let path = |seat| {
            format!(
                "/api/officer/visits/{}/seats/{seat}/reissue",
                api.demo.visit
            )
        };
        for seat in [1, 2] {
            api.officer_post(&path(seat), &json!(null)).await;
            api.live.next_reissued().await;
        }
        api.live.connect(1);
        resend(&api, token_in(&api.demo.links[0].url)).await;
        resend(&api, token_in(&api.demo.links[1].url)).await;
        assert_eq!(api.live.next_reissued().await, (api.demo.visit, seat(2), 3));
        let standing = api
            .store
            .standing(api.demo.visit, seat(1))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(standing.generation, 2);
    }

    #[tokio::test]
    async fn an_address_that_asks_too_often_gets_the_same_answer_and_no_message() {
        let api = TestApi::start().await;
        let client = "192.0.2.7:40000".parse().unwrap();
        for _ in 0..10 {
            let answer = api
                .post_from(client, "/api/links/resend", &json!({ "token": "x" }))
                .await;
            assert_eq!(answer.0, StatusCode::ACCEPTED);
        }
        let body = json!({ "token": token_in(&api.demo.links[0].url) });
        let answer = api.post_from(client, "/api/links/resend", &body).await;
        assert_eq!(answer, (StatusCode::ACCEPTED, json!(null)));
        let other = "192.0.2.8:40000".parse().unwrap();
        let body = json!({ "token": token_in(&api.demo.links[1].url) });
        api.post_from(other, "/api/links/resend", &body).await;
        assert_eq!(api.live.next_reissued().await, (api.demo.visit, seat(2), 2));
        let standing = api
            .store
            .standing(api.demo.visit, seat(1))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(standing.generation, 1);
    }

    #[tokio::test]
    async fn a_body_that_is_too_long_is_a_bad_request() {
        let api = TestApi::start().await;
        let body = json!({ "token": "A".repeat(9000) });
        let (status, problem) = api.post("/api/links/resend", &body).await;
        assert_eq!(
            (status, &problem["code"]),
            (StatusCode::BAD_REQUEST, &json!("bad_request"))
        );
    }
}
