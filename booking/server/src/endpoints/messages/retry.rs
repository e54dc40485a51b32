//! `POST /api/staff/messages/{message}/retry`

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use booking_domain::{Outbox, Reach, Role};
use ids::MessageId;
use telemetry::clock::unix_now_ms;

use crate::{Booking, ProblemCode, staff_session::StaffSession};

/// Sends a message again that failed, or at once if it waits. Its text stays as it was; the address is looked
/// up anew.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found` (one that went out, that helps nobody any more, or
/// that is another facility's), `unavailable`.
#[utoipa::path(post, operation_id = "retryMessage", path = "/api/staff/messages/{message}/retry", tag = "staff",
    params(("message" = MessageId, Path, description = "The message")),
    responses((status = 202, description = "It is queued again")))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: StaffSession,
    Path(message): Path<String>,
) -> Result<StatusCode, ProblemCode> {
    let message: MessageId = message.parse().map_err(|_| ProblemCode::NotFound)?;
    let places = match session.reach(Role::Scheduler)? {
        Reach::Everywhere => vec![None],
        Reach::Facilities(facilities) => facilities.into_iter().map(Some).collect(),
    };
    let now_ms = unix_now_ms();
    for facility in places {
        let store = &booking.0.store;
        if store.retry_message(message, facility, now_ms).await? {
            tracing::info!(%message, staff = %session.staff, "a message is sent again");
            return Ok(StatusCode::ACCEPTED);
        }
    }
    Err(ProblemCode::NotFound)
}

#[cfg(test)]
mod tests {
    use booking_domain::{Channel, DeliveryState, NextStep};
    use serde_json::Value;

    use super::*;
    use crate::tests::TestApi;

    #[tokio::test]
    async fn a_failed_message_is_sent_again_by_those_who_arrange_visits() {
        let api = TestApi::start().await;
        let now_ms = unix_now_ms();
        let claimed = api.store.claim_due(Channel::Sms, 1, now_ms, 1_000).await;
        let message = claimed.unwrap().remove(0);
        let path = format!("/api/staff/messages/{}/retry", message.id);
        let retry = async || api.officer_post(&path, &Value::Null).await.0;
        api.store
            .message_not_sent(message.id, 1, "http", "status 400", NextStep::Failed)
            .await
            .unwrap();
        assert_eq!(retry().await, StatusCode::FORBIDDEN);
        api.promote_officer().await;
        assert_eq!(retry().await, StatusCode::ACCEPTED);
        let messages = api.newest_messages().await;
        let again = messages.iter().find(|stored| stored.id == message.id);
        let again = again.unwrap();
        assert_eq!((again.state, again.attempts), (DeliveryState::Queued, 0));
        let sent = api.store.message_sent(message.id, "http", None, now_ms);
        sent.await.unwrap();
        assert_eq!(retry().await, StatusCode::NOT_FOUND);
    }
}
