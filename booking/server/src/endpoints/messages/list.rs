//! `GET /api/staff/messages`

use axum::{
    Json,
    extract::{Query, State},
};
use booking_domain::{
    Channel, DeliveryState, MessageFilter, Outbox, Reach, Recipient, Role, StoredMessage,
};
use ids::{FacilityId, MessageId, PersonId, VisitId};
use serde::{Deserialize, Serialize};

use super::may_read;
use crate::{Booking, ProblemCode, staff_session::StaffSession};

const MOST: u32 = 100;
const TAIL: usize = 3;

/// The request.
#[derive(Deserialize)]
pub(crate) struct Asked {
    /// Messages to this facility and about its visits. Left out, by those who serve all facilities: all.
    facility: Option<FacilityId>,
    /// Messages that stand so.
    state: Option<String>,
    /// Messages older than this one.
    before: Option<MessageId>,
    /// At most so many; 100 at most.
    limit: Option<u32>,
}

/// The answer, the newest first. Times are Unix milliseconds.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = StaffMessages)]
pub(crate) struct Listing {
    messages: Vec<ListedMessage>,
}

/// What staff see of a message. Its text is its reader's: it may carry a link.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = StaffMessage)]
struct ListedMessage {
    id: MessageId,
    /// What it is about, such as `join_link`.
    #[schema(value_type = crate::words::MessageKind)]
    kind: &'static str,
    /// `sms` or `email`.
    #[schema(value_type = crate::words::Channel)]
    channel: &'static str,
    /// `queued`, `sending`, `sent`, `delivered`, `failed` or `expired`.
    #[schema(value_type = crate::words::DeliveryState)]
    state: &'static str,
    /// The person's or the facility's name.
    name: String,
    person: Option<PersonId>,
    visit: Option<VisitId>,
    /// The end of the number, or the address without most of its first part.
    recipient: String,
    created_at_ms: u64,
    sent_at_ms: Option<u64>,
    delivered_at_ms: Option<u64>,
    attempts: u32,
    /// Which gateway had it last.
    provider: Option<String>,
    /// What kept it from going out the last time.
    last_error: Option<String>,
}

/// The messages of a facility with what became of them.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `bad_request`, `unavailable`.
#[utoipa::path(get, operation_id = "staffMessages", path = "/api/staff/messages", tag = "staff",
    params(
        ("facility" = Option<FacilityId>, Query, description = "Messages to a facility and about its visits; left out, by those who serve all facilities: all"),
        ("state" = Option<String>, Query, description = "Messages that stand so"),
        ("before" = Option<MessageId>, Query, description = "Messages older than this one"),
        ("limit" = Option<u32>, Query, description = "At most so many, 100 at most")),
    responses((status = 200, description = "The messages, the newest first", body = Listing)))]
pub(crate) async fn get(
    State(booking): State<Booking>,
    session: StaffSession,
    Query(asked): Query<Asked>,
) -> Result<Json<Listing>, ProblemCode> {
    match asked.facility {
        Some(facility) => may_read(&session, facility)?,
        None => serves_all(&session)?,
    }
    let state = asked.state.as_deref().filter(|state| !state.is_empty());
    let state = state.map(DeliveryState::parse).transpose();
    let filter = MessageFilter {
        facility: asked.facility,
        state: state.map_err(|_| ProblemCode::BadRequest)?,
        before: asked.before,
        limit: asked.limit.unwrap_or(MOST).clamp(1, MOST),
    };
    let messages = booking.0.store.messages(&filter).await?;
    Ok(Json(Listing {
        messages: messages.into_iter().map(listed).collect(),
    }))
}

fn serves_all(session: &StaffSession) -> Result<(), ProblemCode> {
    let reaches = [Role::Auditor, Role::Scheduler].map(|role| session.reach(role));
    if reaches.contains(&Ok(Reach::Everywhere)) {
        Ok(())
    } else {
        Err(ProblemCode::NotAllowed)
    }
}

fn listed(message: StoredMessage) -> ListedMessage {
    let content = message.content;
    let person = match content.to {
        Some(Recipient::Person(person)) => Some(person),
        _ => None,
    };
    let address = content.text.map(|text| text.recipient).or(content.address);
    let recipient = address.map(|address| masked(content.channel, &address));
    ListedMessage {
        id: message.id,
        kind: content.kind.as_str(),
        channel: content.channel.as_str(),
        state: message.state.as_str(),
        name: content.name,
        person,
        visit: content.visit.map(|visit| visit.id),
        recipient: recipient.unwrap_or_default(),
        created_at_ms: content.created_at_ms,
        sent_at_ms: message.sent_at_ms,
        delivered_at_ms: message.delivered_at_ms,
        attempts: message.attempts,
        provider: message.provider,
        last_error: message.last_error,
    }
}

/// Enough to ask "does yours end in …?".
fn masked(channel: Channel, address: &str) -> String {
    match (channel, address.split_once('@')) {
        (Channel::Email, Some((name, host))) => {
            let first: String = name.chars().take(1).collect();
            format!("{first}…@{host}")
        }
        _ => {
            let count = address.chars().count();
            let tail: String = address.chars().skip(count.saturating_sub(TAIL)).collect();
            format!("…{tail}")
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use serde_json::json;

    use super::*;
    use crate::tests::{TestApi, token_in};

    #[test]
    fn an_address_is_shown_as_its_owner_would_recognise_it() {
        assert_eq!(masked(Channel::Sms, "0900000123"), "…123");
        assert_eq!(masked(Channel::Email, "mei@a.test"), "m…@a.test");
    }

    #[tokio::test]
    async fn staff_see_what_became_of_messages_and_never_a_link() {
        let api = TestApi::start().await;
        let (_, day) = api.officer_get("/api/officer/visits").await;
        let visit = &day["visits"][0]["id"];
        api.promote_officer().await;
        let path = "/api/staff/messages?state=queued&limit=2";
        let (status, body) = api.officer_get(path).await;
        assert_eq!(status, StatusCode::OK);
        let messages = body["messages"].as_array().unwrap();
        assert_eq!(messages.len(), 2);
        assert_eq!(
            (
                &messages[0]["kind"],
                &messages[0]["recipient"],
                &messages[0]["visit"]
            ),
            (&json!("join_link"), &json!("…103"), visit)
        );
        assert!(!body.to_string().contains(token_in(&api.demo.links[2].url)));
        let before = messages[1]["id"].as_str().unwrap();
        let path = format!("/api/staff/messages?before={before}");
        let (_, body) = api.officer_get(&path).await;
        assert_eq!(body["messages"].as_array().unwrap().len(), 1);
        let (status, _) = api.officer_get("/api/staff/messages?state=lost").await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
    }

    #[tokio::test]
    async fn an_officer_does_not_read_messages() {
        let api = TestApi::start().await;
        let (status, _) = api.officer_get("/api/staff/messages").await;
        assert_eq!(status, StatusCode::FORBIDDEN);
    }
}
