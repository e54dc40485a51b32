//! `GET /api/staff/accounts`

use axum::{
    Json,
    extract::{Query, State},
};
use booking_domain::{
    AuditSubject,
    accounts::{AccountQuery, EmailAddress, FoundAccount, Suspensions},
};
use ids::PersonId;
use serde::{Deserialize, Serialize};
use telemetry::clock::unix_now_ms;

use super::{
    super::{
        deeds::{self, DeedBody},
        paging::list_limit,
        search,
    },
    everywhere,
};
use crate::{Booking, refusal::Refusal, staff_session::StaffSession};

/// The longest text that is looked for, characters: an address (RFC 5321 section 4.5.3.1.3).
const LONGEST: usize = 254;

/// The request.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// A part of the name, or the whole address. Left out: those that are suspended.
    q: Option<String>,
    /// Only what follows the account of this visitor.
    after: Option<PersonId>,
    /// 1 to 100.
    limit: Option<u32>,
}

/// A visitor's account.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = VisitorAccount)]
pub(crate) struct Listed {
    person_id: PersonId,
    name: String,
    email: String,
    /// `active` or `suspended`.
    #[schema(value_type = crate::words::AccountState)]
    state: &'static str,
    /// Unix milliseconds.
    suspended_at_ms: Option<u64>,
    suspension_reason: Option<String>,
    /// The visits ahead that a suspension touches: those held or booked.
    visits_ahead: u32,
    deeds: Vec<DeedBody>,
}

/// Visitors' accounts at all facilities, by name. Those whose address was not proved and those that are
/// closed are not among them.
///
/// Refuses with `not_signed_in`, `not_allowed`, `invalid_fields`, `bad_request`, `unavailable`.
#[utoipa::path(get, operation_id = "visitorAccounts", path = "/api/staff/accounts", tag = "staff",
    params(Asked), responses((status = 200, description = "The accounts", body = Vec<Listed>)))]
pub(crate) async fn get(
    State(booking): State<Booking>,
    session: StaffSession,
    Query(asked): Query<Asked>,
) -> Result<Json<Vec<Listed>>, Refusal> {
    everywhere(&session)?;
    let text = search::text(asked.q, LONGEST)?;
    let address = EmailAddress::parse(&text).ok();
    let query = AccountQuery {
        email_key: address.map(|address| address.key()),
        text,
        at_ms: unix_now_ms(),
        after: asked.after,
        limit: list_limit(asked.limit),
    };
    let found = booking.0.store.find_accounts(query).await?;
    let ids = found.iter().map(|account| account.person);
    let mut told = deeds::of_all(&booking, AuditSubject::Account, ids).await?;
    let listed = |account: FoundAccount| {
        let deeds = told.take(account.person);
        listed(account, deeds)
    };
    Ok(Json(found.into_iter().map(listed).collect()))
}

fn listed(account: FoundAccount, deeds: Vec<DeedBody>) -> Listed {
    let (suspended_at_ms, suspension_reason) = account.suspended.unzip();
    Listed {
        person_id: account.person,
        name: account.name,
        email: account.email,
        state: account.state.as_str(),
        suspended_at_ms,
        suspension_reason,
        visits_ahead: account.visits_ahead,
        deeds,
    }
}
