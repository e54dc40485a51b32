//! A facility's figures, and its row as the lock of its schedule.

use booking_domain::{
    Actor, AuditStep, AuditSubject, FacilityContact, FacilityRules, FacilitySettings, StoreError,
};
use ids::{FacilityId, StaffId};
use jiff::tz::TimeZone;
use sqlx::{AnyConnection, any::AnyRow};

use crate::{
    audit::{self, Subject, detail},
    error::failed,
    rows::{number, optional_text, text, wrong},
};

/// The columns of [`settings_of`], of `facility`.
macro_rules! settings_columns {
    () => {
        "facility.name, facility.latin_name, facility.time_zone, facility.contact_email,
         facility.contact_telephone, facility.book_from_days, facility.book_to_days, facility.day_opens_minute, facility.visits_a_month,
         facility.cancel_before_hours, facility.opens_before_minutes, facility.give_back_minutes, facility.no_shows,
         facility.no_shows_within_months, facility.no_shows_bar_months"
    };
}

/// Takes a facility's row until the end of the transaction, and reads its settings.
pub(crate) async fn lock(
    connection: &mut AnyConnection,
    facility: FacilityId,
) -> Result<Option<FacilitySettings>, StoreError> {
    let rows = sqlx::query(concat!(
        "UPDATE facility SET name = name WHERE id = $1 RETURNING ",
        settings_columns!()
    ))
    .bind(facility.to_string())
    .fetch_all(connection)
    .await
    .map_err(failed)?;
    rows.first().map(settings_of).transpose()
}

pub(crate) async fn read(
    connection: &mut AnyConnection,
    facility: FacilityId,
) -> Result<Option<FacilitySettings>, StoreError> {
    let row = sqlx::query(concat!(
        "SELECT ",
        settings_columns!(),
        " FROM facility WHERE id = $1"
    ))
    .bind(facility.to_string())
    .fetch_optional(connection)
    .await
    .map_err(failed)?;
    row.as_ref().map(settings_of).transpose()
}

pub(super) async fn change(
    connection: &mut AnyConnection,
    facility: FacilityId,
    contact: &FacilityContact,
    rules: &FacilityRules,
    by: StaffId,
    now_ms: u64,
) -> Result<bool, StoreError> {
    let changed = sqlx::query(
        "UPDATE facility SET contact_email = $2, contact_telephone = $3, book_from_days = $4,
                book_to_days = $5, day_opens_minute = $6, visits_a_month = $7,
                cancel_before_hours = $8, opens_before_minutes = $9, no_shows = $10,
                no_shows_within_months = $11, no_shows_bar_months = $12,
                give_back_minutes = $13, latin_name = $14
         WHERE id = $1",
    )
    .bind(facility.to_string())
    .bind(contact.email.as_deref())
    .bind(contact.telephone.as_deref())
    .bind(i64::from(rules.book_from_days))
    .bind(i64::from(rules.book_to_days))
    .bind(i64::from(rules.day_opens_minute))
    .bind(i64::from(rules.visits_a_month))
    .bind(i64::from(rules.cancel_before_hours))
    .bind(i64::from(rules.opens_before_minutes))
    .bind(i64::from(rules.no_shows))
    .bind(i64::from(rules.no_shows_within_months))
    .bind(i64::from(rules.no_shows_bar_months))
    .bind(i64::from(rules.give_back_minutes))
    .bind(contact.latin_name.as_deref())
    .execute(&mut *connection)
    .await
    .map_err(failed)?;
    if changed.rows_affected() == 0 {
        return Ok(false);
    }
    let detail = detail! {
        BookFromDays: rules.book_from_days,
        BookToDays: rules.book_to_days,
        DayOpensMinute: rules.day_opens_minute,
        VisitsAMonth: rules.visits_a_month,
        CancelBeforeHours: rules.cancel_before_hours,
        OpensBeforeMinutes: rules.opens_before_minutes,
        GiveBackMinutes: rules.give_back_minutes,
        NoShows: rules.no_shows,
        NoShowsWithinMonths: rules.no_shows_within_months,
        NoShowsBarMonths: rules.no_shows_bar_months,
    };
    let subject = Subject::new(AuditSubject::Facility, facility, Some(facility));
    audit::note(
        connection,
        now_ms,
        Actor::Staff(by),
        AuditStep::SettingsChanged,
        subject,
        detail,
    )
    .await?;
    Ok(true)
}

/// The figures of a row with [`settings_columns`].
pub(crate) fn rules_of(row: &AnyRow) -> Result<FacilityRules, StoreError> {
    Ok(FacilityRules {
        book_from_days: number(row, "book_from_days")?,
        book_to_days: number(row, "book_to_days")?,
        day_opens_minute: number(row, "day_opens_minute")?,
        visits_a_month: number(row, "visits_a_month")?,
        cancel_before_hours: number(row, "cancel_before_hours")?,
        opens_before_minutes: number(row, "opens_before_minutes")?,
        give_back_minutes: number(row, "give_back_minutes")?,
        no_shows: number(row, "no_shows")?,
        no_shows_within_months: number(row, "no_shows_within_months")?,
        no_shows_bar_months: number(row, "no_shows_bar_months")?,
    })
}

fn settings_of(row: &AnyRow) -> Result<FacilitySettings, StoreError> {
    Ok(FacilitySettings {
        name: text(row, "name")?,
        time_zone: text(row, "time_zone")?,
        contact: FacilityContact {
            email: optional_text(row, "contact_email")?,
            telephone: optional_text(row, "contact_telephone")?,
            latin_name: optional_text(row, "latin_name")?,
        },
        rules: rules_of(row)?,
    })
}

/// The time zone of a stored name.
pub(crate) fn time_zone(name: &str) -> Result<TimeZone, StoreError> {
    TimeZone::get(name).map_err(|error| wrong("time_zone", error))
}
