//! `GET` and `PATCH /api/visitor/profile`

use axum::{Json, extract::State};
use booking_domain::accounts::{Accounts, ContactChange, Landline, MobileNumber};
use ids::PersonId;
use protocol::Locale;
use serde::{Deserialize, Serialize};
use telemetry::clock::unix_now_ms;

use crate::{
    Booking, FieldCode, ProblemCode,
    accounts::open,
    endpoints::Body,
    refusal::{FieldError, Refusal},
    visitor_session::VisitorSession,
};

/// What a visitor sees of the own account.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Profile {
    id: PersonId,
    name: String,
    email: String,
    phone: String,
    landline: Option<String>,
    /// `YYYY-MM-DD`
    birth_date: String,
    /// The first two and the last three signs.
    national_id: String,
    /// `zh-TW`, `en`, `vi`, `id` or `th`.
    #[schema(value_type = crate::words::Locale)]
    locale: &'static str,
}

impl Profile {
    /// The profile of somebody who is signed in.
    pub(super) async fn read(booking: &Booking, person: PersonId) -> Result<Self, ProblemCode> {
        let account = booking.0.store.account(person).await?;
        let account = account.ok_or(ProblemCode::NotSignedIn)?;
        let Some(identity) = open(&booking.0.vault, &account) else {
            tracing::error!(%person, "what identifies a person does not open");
            return Err(ProblemCode::Unavailable);
        };
        Ok(Self {
            id: person,
            name: account.name,
            email: account.email,
            phone: account.phone,
            landline: account.landline,
            birth_date: identity.birth_date.to_string(),
            national_id: identity.national_id.masked(),
            locale: account.locale.tag(),
        })
    }
}

/// The request. What is left out stays as it is.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProfileChange {
    #[serde(default)]
    phone: Option<String>,
    /// Empty: none from now on.
    #[serde(default)]
    landline: Option<String>,
    /// `zh-TW`, `en`, `vi`, `id` or `th`.
    #[serde(default)]
    #[schema(value_type = Option<crate::words::Locale>)]
    locale: Option<String>,
}

/// The own profile.
///
/// Refuses with `not_signed_in`, `unavailable`.
#[utoipa::path(get, operation_id = "profile", path = "/api/visitor/profile", tag = "visitor",
    responses((status = 200, body = Profile)))]
pub(crate) async fn get(
    State(booking): State<Booking>,
    session: VisitorSession,
) -> Result<Json<Profile>, ProblemCode> {
    Profile::read(&booking, session.person).await.map(Json)
}

/// Changes the telephone numbers and the language. Nothing else of an account can be changed by its owner.
///
/// Refuses with `not_signed_in`, `invalid_fields`, `too_many_requests` (another number, again and again;
/// `Retry-After` says when), `bad_request`, `unavailable`.
#[utoipa::path(patch, operation_id = "changeProfile", path = "/api/visitor/profile", tag = "visitor",
    request_body = ProfileChange, responses((status = 200, body = Profile)))]
pub(crate) async fn patch(
    State(booking): State<Booking>,
    session: VisitorSession,
    Body(request): Body<ProfileChange>,
) -> Result<Json<Profile>, Refusal> {
    let change = read(&request)?;
    let store = &booking.0.store;
    if let Some(phone) = &change.phone {
        let account = store.account(session.person).await?;
        let is_another = account.is_some_and(|account| account.phone != *phone);
        if is_another {
            booking.0.number_limit.count(session.person)?;
        }
    }
    store
        .change_contact(session.person, change, unix_now_ms())
        .await?;
    Ok(Json(Profile::read(&booking, session.person).await?))
}

fn read(request: &ProfileChange) -> Result<ContactChange, Refusal> {
    let mut change = ContactChange::default();
    let mut errors = Vec::new();
    match request.phone.as_deref().map(MobileNumber::parse) {
        None => {}
        Some(Ok(phone)) => change.phone = Some(phone.as_str().to_owned()),
        Some(Err(fault)) => errors.push(FieldError::new("phone", fault)),
    }
    match request.landline.as_deref() {
        None => {}
        Some(text) if text.trim().is_empty() => change.landline = Some(None),
        Some(text) => match Landline::parse(text) {
            Ok(landline) => change.landline = Some(Some(landline.as_str().to_owned())),
            Err(fault) => errors.push(FieldError::new("landline", fault)),
        },
    }
    if let Some(tag) = request.locale.as_deref() {
        change.locale = Locale::from_tag(tag);
        if change.locale.is_none() {
            errors.push(FieldError {
                field: "locale",
                code: FieldCode::NotValid,
            });
        }
    }
    if errors.is_empty() {
        Ok(change)
    } else {
        Err(Refusal::Fields(errors))
    }
}
