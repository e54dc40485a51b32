//! `GET`, `PATCH /api/staff/facilities/{facility}/settings`

use axum::{
    Json,
    extract::{Path, State},
};
use booking_domain::{FacilityContact, FacilityRules, FacilitySettings, Slots};
use ids::FacilityId;
use serde::{Deserialize, Deserializer, Serialize};
use telemetry::clock::unix_now_ms;

use super::scheduled;
use crate::{
    Booking, FieldCode, ProblemCode, endpoints::Body, refusal::Refusal, staff_session::StaffSession,
};

/// A facility's settings.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = FacilitySettings)]
pub(crate) struct Settings {
    name: String,
    time_zone: String,
    /// Where its staff are told about bookings.
    contact_email: Option<String>,
    /// The number that people can call.
    contact_telephone: Option<String>,
    /// What it is called in Latin letters, for those who do not read Chinese.
    latin_name: Option<String>,
    book_from_days: u16,
    book_to_days: u16,
    /// The minute of the local day at which the farthest day opens for booking.
    day_opens_minute: u16,
    visits_a_month: u32,
    /// A visitor who cancels at least so long before gives the visit back to the month.
    cancel_before_hours: u16,
    opens_before_minutes: u16,
    /// So much at most is added to a visit for the time that it lost, as far as everybody is free.
    give_back_minutes: u16,
    no_shows: u16,
    no_shows_within_months: u16,
    no_shows_bar_months: u16,
}

/// What is to change; what is left out stays.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChangeFacilitySettings)]
pub(crate) struct Change {
    /// Null: nobody is told.
    #[serde(default, deserialize_with = "stated")]
    #[schema(value_type = Option<String>)]
    contact_email: Option<Option<String>>,
    /// Null: there is none.
    #[serde(default, deserialize_with = "stated")]
    #[schema(value_type = Option<String>)]
    contact_telephone: Option<Option<String>>,
    /// Null: it has no other name.
    #[serde(default, deserialize_with = "stated")]
    #[schema(value_type = Option<String>)]
    latin_name: Option<Option<String>>,
    book_from_days: Option<u16>,
    book_to_days: Option<u16>,
    day_opens_minute: Option<u16>,
    visits_a_month: Option<u32>,
    cancel_before_hours: Option<u16>,
    opens_before_minutes: Option<u16>,
    give_back_minutes: Option<u16>,
    no_shows: Option<u16>,
    no_shows_within_months: Option<u16>,
    no_shows_bar_months: Option<u16>,
}

/// A facility's settings.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `unavailable`.
#[utoipa::path(get, operation_id = "facilitySettings", path = "/api/staff/facilities/{facility}/settings", tag = "staff",
    params(("facility" = FacilityId, Path)),
    responses((status = 200, description = "The settings", body = Settings)))]
pub(crate) async fn get(
    State(booking): State<Booking>,
    session: StaffSession,
    Path(facility): Path<String>,
) -> Result<Json<Settings>, ProblemCode> {
    let facility = scheduled(&session, &facility)?;
    let settings = booking.0.store.settings(facility).await?;
    Ok(Json(view(settings.ok_or(ProblemCode::NotFound)?)))
}

/// Changes a facility's settings. Visits that are booked stay as they are.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `bad_request`, `invalid_fields`, `unavailable`.
#[utoipa::path(patch, operation_id = "changeFacilitySettings", path = "/api/staff/facilities/{facility}/settings", tag = "staff",
    params(("facility" = FacilityId, Path)), request_body = Change,
    responses((status = 200, description = "The settings as they are now", body = Settings)))]
pub(crate) async fn patch(
    State(booking): State<Booking>,
    session: StaffSession,
    Path(facility): Path<String>,
    Body(change): Body<Change>,
) -> Result<Json<Settings>, Refusal> {
    let facility = scheduled(&session, &facility)?;
    let store = &booking.0.store;
    let before = store.settings(facility).await?;
    let before = before.ok_or(ProblemCode::NotFound)?;
    let rules = changed(before.rules, &change);
    rules
        .check()
        .map_err(|fault| Refusal::field(fault.0, FieldCode::NotValid))?;
    let contact = FacilityContact {
        email: match &change.contact_email {
            Some(written) => FacilityContact::email(written.as_deref())
                .map_err(|fault| Refusal::fault("contact_email", fault))?,
            None => before.contact.email.clone(),
        },
        telephone: match &change.contact_telephone {
            Some(written) => FacilityContact::telephone(written.as_deref())
                .map_err(|fault| Refusal::fault("contact_telephone", fault))?,
            None => before.contact.telephone.clone(),
        },
        latin_name: match &change.latin_name {
            Some(written) => FacilityContact::latin_name(written.as_deref())
                .map_err(|fault| Refusal::fault("latin_name", fault))?,
            None => before.contact.latin_name.clone(),
        },
    };
    let now_ms = unix_now_ms();
    if !store
        .change_settings(facility, contact.clone(), rules, session.staff, now_ms)
        .await?
    {
        return Err(ProblemCode::NotFound.into());
    }
    Ok(Json(view(FacilitySettings {
        contact,
        rules,
        ..before
    })))
}

/// What is stated, even where that is nothing.
fn stated<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(value).map(Some)
}

fn changed(rules: FacilityRules, change: &Change) -> FacilityRules {
    FacilityRules {
        book_from_days: change.book_from_days.unwrap_or(rules.book_from_days),
        book_to_days: change.book_to_days.unwrap_or(rules.book_to_days),
        day_opens_minute: change.day_opens_minute.unwrap_or(rules.day_opens_minute),
        visits_a_month: change.visits_a_month.unwrap_or(rules.visits_a_month),
        cancel_before_hours: change
            .cancel_before_hours
            .unwrap_or(rules.cancel_before_hours),
        opens_before_minutes: change
            .opens_before_minutes
            .unwrap_or(rules.opens_before_minutes),
        give_back_minutes: change.give_back_minutes.unwrap_or(rules.give_back_minutes),
        no_shows: change.no_shows.unwrap_or(rules.no_shows),
        no_shows_within_months: change
            .no_shows_within_months
            .unwrap_or(rules.no_shows_within_months),
        no_shows_bar_months: change
            .no_shows_bar_months
            .unwrap_or(rules.no_shows_bar_months),
    }
}

fn view(settings: FacilitySettings) -> Settings {
    let rules = settings.rules;
    Settings {
        name: settings.name,
        time_zone: settings.time_zone,
        contact_email: settings.contact.email,
        contact_telephone: settings.contact.telephone,
        latin_name: settings.contact.latin_name,
        book_from_days: rules.book_from_days,
        book_to_days: rules.book_to_days,
        day_opens_minute: rules.day_opens_minute,
        visits_a_month: rules.visits_a_month,
        cancel_before_hours: rules.cancel_before_hours,
        opens_before_minutes: rules.opens_before_minutes,
        give_back_minutes: rules.give_back_minutes,
        no_shows: rules.no_shows,
        no_shows_within_months: rules.no_shows_within_months,
        no_shows_bar_months: rules.no_shows_bar_months,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use serde_json::json;

    use crate::endpoints::people::People;

    #[tokio::test]
    async fn the_number_to_call_reaches_visitors_and_letters() {
        let people = People::start().await;
        let scheduler = people.staff("scheduler", &people.facility).await;
        let settings = format!("/api/staff/facilities/{}/settings", people.facility);
        for (written, field) in [
            (
                json!({ "contact_telephone": "call us" }),
                "contact_telephone",
            ),
            (json!({ "contact_email": "nobody" }), "contact_email"),
        ] {
            let (status, refused) = people.patch(&scheduler, &settings, &written).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!(refused["errors"][0]["field"], field);
        }
        let contact = json!({
            "contact_telephone": "02-5550-0199#12",
            "contact_email": "visits@prison.gov.test",
        });
        let (status, changed) = people.patch(&scheduler, &settings, &contact).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(changed["contact_telephone"], "02-5550-0199#12");
        // What is left out stays.
        let quota = json!({ "visits_a_month": 3 });
        let (_, changed) = people.patch(&scheduler, &settings, &quota).await;
        assert_eq!(changed["contact_telephone"], "02-5550-0199#12");
        assert_eq!(changed["contact_email"], "visits@prison.gov.test");

        let latin = json!({ "latin_name": "Demo Detention Center" });
        let (_, changed) = people.patch(&scheduler, &settings, &latin).await;
        assert_eq!(changed["latin_name"], "Demo Detention Center");
        let wrong = json!({ "latin_name": "看守所" });
        let (status, refused) = people.patch(&scheduler, &settings, &wrong).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused["errors"][0]["field"], "latin_name");

        let me = people.visitor("a@mail.test").await;
        for (locale, name) in [
            ("zh-TW", "示範看守所"),
            ("vi", "Demo Detention Center (示範看守所)"),
        ] {
            let path = format!("/api/facilities?locale={locale}");
            let (_, facilities) = people.get(&me, &path).await;
            assert_eq!(facilities[0]["name"], name);
        }
        let (_, facilities) = people.get(&me, "/api/facilities").await;
        assert_eq!(facilities[0]["telephone"], "02-5550-0199#12");
        people.submitted(&me).await;
        let cancel = format!("/api/staff/visits/{}/cancel", people.api.demo.visit);
        let reason = json!({ "reason": "設備故障，無法進行", "ended_by": "facility" });
        let (status, _) = people.post(&scheduler, &cancel, &reason).await;
        assert_eq!(status, StatusCode::NO_CONTENT);
        let told = "SELECT COUNT(DISTINCT kind) FROM outbox
                    WHERE kind IN ('application_received', 'visit_cancelled')
                      AND params LIKE '%02-5550-0199#12%'
                      AND params LIKE '%\"facility_latin\":\"Demo Detention Center\"%'";
        let told: i64 = sqlx::query_scalar(told)
            .fetch_one(&people.database)
            .await
            .unwrap();
        assert_eq!(told, 2);
    }
}
