//! Dates of birth, which stand sealed in the store: they say who is a minor.

use booking_domain::{BookedVisit, Bookings, PartyCandidate, StoreError};
use booking_store::Store;
use ids::PersonId;
use jiff::civil::Date;

use crate::{Booking, Vault};

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

/// A visit's visitors with their dates of birth.
pub(crate) async fn of_party(
    booking: &Booking,
    visit: &BookedVisit,
) -> Result<Vec<PartyCandidate>, StoreError> {
    let people: Vec<PersonId> = visit.party.iter().map(|member| member.person).collect();
    candidates(&booking.0.store, &booking.0.vault, &people).await
}
