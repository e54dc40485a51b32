//! Dates of birth, which stand sealed in the store: they say who is a minor.

use booking_domain::{
    BookedVisit, BookingPage, Bookings, PartyCandidate, StoreError, is_adult, local_date,
};
use booking_store::Store;
use ids::{PersonId, VisitId};
use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::{Booking, Vault};

/// Where people who register are.
const TIME_ZONE: &str = "Asia/Taipei";

/// The date in Taiwan, by which somebody is old enough for an account. `None` only beyond the calendar's end.
pub(crate) fn today(now_ms: u64) -> Option<Date> {
    let now = Timestamp::from_millisecond(i64::try_from(now_ms).ok()?).ok()?;
    Some(now.to_zoned(TimeZone::get(TIME_ZONE).ok()?).date())
}

/// What a date of birth is sealed for.
pub(crate) fn context(person: PersonId) -> String {
    format!("birth_date {person}")
}

/// Seals a person's date of birth; it opens for this person alone.
#[must_use]
pub fn seal(vault: &Vault, person: PersonId, born: Date) -> Vec<u8> {
    vault.seal(&context(person), born.to_string().as_bytes())
}

/// A person's date of birth. What does not open is as good as unknown: such a person is taken for a minor.
pub(crate) fn open(vault: &Vault, person: PersonId, sealed: Option<&[u8]>) -> Option<Date> {
    let date = vault.open_text(&context(person), sealed?);
    if date.is_none() {
        tracing::error!(%person, "a date of birth does not open");
    }
    date?.parse().ok()
}

/// People with their dates of birth, in the same order.
pub(crate) async fn candidates(
    store: &Store,
    vault: &Vault,
    people: &[PersonId],
) -> Result<Vec<PartyCandidate>, StoreError> {
    let sealed = store.sealed_birth_dates(people).await?;
    let candidate = |person: &PersonId| {
        let own = sealed.iter().find(|(owner, _)| owner == person);
        PartyCandidate {
            person: *person,
            born: open(vault, *person, own.map(|(_, date)| &**date)),
        }
    };
    Ok(people.iter().map(candidate).collect())
}

/// The visits ahead in which somebody comes and no adult is left, were that person born then.
pub(crate) async fn without_adult(
    booking: &Booking,
    person: PersonId,
    born: Date,
    now_ms: u64,
) -> Result<Vec<VisitId>, StoreError> {
    // The latest first; no one has more ahead than that.
    let page = BookingPage {
        before: None,
        limit: 100,
    };
    let visits = booking.0.store.visits_of(person, page, now_ms).await?;
    let mut found = Vec::new();
    for visit in visits.iter().filter(|visit| visit.slot.ends_at_ms > now_ms) {
        let mut party = of_party(booking, visit).await?;
        for candidate in party.iter_mut().filter(|each| each.person == person) {
            candidate.born = Some(born);
        }
        let zone = TimeZone::get(&visit.time_zone).unwrap_or(TimeZone::UTC);
        let on = local_date(visit.slot.starts_at_ms, &zone);
        if !party.iter().any(|candidate| is_adult(candidate.born, on)) {
            found.push(visit.id);
        }
    }
    Ok(found)
}

/// A visit's visitors with their dates of birth.
pub(crate) async fn of_party(
    booking: &Booking,
    visit: &BookedVisit,
) -> Result<Vec<PartyCandidate>, StoreError> {
    let people: Vec<PersonId> = visit.party.iter().map(|member| member.person).collect();
    candidates(&booking.0.store, &booking.0.vault, &people).await
}
