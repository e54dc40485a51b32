//! `GET /api/staff/applications/{application}`

use axum::{
    Json,
    extract::{Path, State},
};
use booking_domain::applications::{Applicant, Reviews};
use ids::{ApplicationId, PersonId};
use serde::Serialize;
use telemetry::clock::unix_now_ms;

use super::{decision::reviewed_by, list::ReviewedBody};
use crate::{Booking, ProblemCode, Vault, staff_session::StaffSession};

/// An application with its applicant.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = ApplicationUnderReview)]
pub(crate) struct UnderReview {
    #[serde(flatten)]
    reviewed: ReviewedBody,
    applicant: ApplicantBody,
}

/// What identifies an applicant, to be held against the documents.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Applicant)]
pub(crate) struct ApplicantBody {
    person_id: PersonId,
    name: String,
    phone: String,
    email: Option<String>,
    national_id: Option<String>,
    /// Such as `1970-12-31`.
    birth_date: Option<String>,
}

/// An application with what identifies its applicant. The look stands in the audit trail.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `unavailable`.
#[utoipa::path(get, operation_id = "applicationForReview",
    path = "/api/staff/applications/{application}", tag = "staff",
    params(("application" = ApplicationId, Path)),
    responses((status = 200, body = UnderReview)))]
pub(crate) async fn get(
    State(booking): State<Booking>,
    session: StaffSession,
    Path(application): Path<String>,
) -> Result<Json<UnderReview>, ProblemCode> {
    let application = reviewed_by(&booking, &session, &application).await?;
    let looked = booking
        .0
        .store
        .look_at_application(session.staff, application, unix_now_ms())
        .await?;
    let (reviewed, applicant) = looked.ok_or(ProblemCode::NotFound)?;
    Ok(Json(UnderReview {
        reviewed: ReviewedBody::new(reviewed, session.locale),
        applicant: identified(&booking.0.vault, applicant),
    }))
}

fn identified(vault: &Vault, applicant: Applicant) -> ApplicantBody {
    let person = applicant.person;
    let opened = |what: &str, sealed: &[u8]| {
        let opened = vault.open_text(&format!("{what} {person}"), sealed);
        if opened.is_none() {
            tracing::error!(%person, what, "a sealed value does not open");
        }
        opened
    };
    let account = applicant.account.as_ref();
    ApplicantBody {
        person_id: person,
        name: applicant.name,
        phone: applicant.phone,
        national_id: account.and_then(|account| opened("national_id", &account.national_id)),
        birth_date: account.and_then(|account| opened("birth_date", &account.birth_date)),
        email: account.map(|account| account.email.clone()),
    }
}
