//! Whether those who are seated in a visit may still come together.
//!
//! Between the booking of a visit and the moment at which somebody says that it takes place, an approval may end, a
//! restriction begin, or the adult of a party leave. So who confirms or clears a visit has its party looked at again.

use booking_domain::{
    BookRefusal, ChangeError, MemberFacts, PartyCandidate, StoreError, check_party,
};
use ids::{FacilityId, InmateId, PersonId, VisitId};
use sqlx::AnyConnection;

use crate::{
    bookings::{
        facts::{Facts, Wanted},
        party::seated,
        plain::{PlainVisit, keep_plain},
    },
    error::failed,
    slots,
};

/// Who says that a visit takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// Its applicant: as strictly as at the booking.
    Applicants,
    /// Staff: what may be refused and need not be (visits that were missed, 通訊設備接見辦法 §15) they have weighed, and
    /// who is seated has agreed to come.
    Staffs,
}

/// Holds the party of a visit against the rules, with the dates of birth that are known. The visit and the approvals
/// stay as they are until the end of the transaction.
pub(super) async fn vet(
    connection: &mut AnyConnection,
    plain: &PlainVisit,
    born: &[PartyCandidate],
    word: Word,
    now_ms: u64,
) -> Result<(), ChangeError> {
    let settings = match word {
        Word::Applicants => slots::read_settings(&mut *connection, plain.facility).await?,
        // What begins meanwhile finds no confirmed visit to flag: it waits for the facility's row.
        Word::Staffs => slots::lock(&mut *connection, plain.facility).await?,
    };
    let settings = settings.ok_or(ChangeError::NotFound)?;
    if !inmate_is_present(&mut *connection, plain.facility, plain.inmate).await? {
        return Err(BookRefusal::InmateGone.into());
    }
    let people = seated_people(&mut *connection, plain.id).await?;
    let party = candidates(&people, plain.applicant, born);
    let facts = Facts::gather(&mut *connection, [(plain.inmate, &*party)], now_ms).await?;
    // Approvals before visits: the order in which those are taken who take an approval back.
    keep_plain(&mut *connection, plain.id).await?;
    if seated_people(&mut *connection, plain.id).await? != people {
        return Err(StoreError::Conflict.into());
    }
    let wanted = Wanted {
        facility: plain.facility,
        inmate: plain.inmate,
        slot: plain.slot,
    };
    let weighed = |facts: MemberFacts| match word {
        Word::Applicants => facts,
        Word::Staffs => facts.as_staff_see_it(),
    };
    let party: Vec<_> = facts.of(wanted, &party).into_iter().map(weighed).collect();
    let zone = slots::time_zone(&settings.time_zone)?;
    check_party(&party, plain.slot.starts_at_ms, &settings.rules, &zone)?;
    Ok(())
}

/// Whether an inmate is there, and with which facility.
pub(super) async fn inmate_is_present(
    connection: &mut AnyConnection,
    facility: FacilityId,
    inmate: InmateId,
) -> Result<bool, StoreError> {
    let row = sqlx::query(
        "SELECT 1 FROM inmate WHERE id = $1 AND facility_id = $2 AND state = 'present'",
    )
    .bind(inmate.to_string())
    .bind(facility.to_string())
    .fetch_optional(connection)
    .await
    .map_err(failed)?;
    Ok(row.is_some())
}

async fn seated_people(
    connection: &mut AnyConnection,
    visit: VisitId,
) -> Result<Vec<PersonId>, StoreError> {
    let seated = seated(connection, visit).await?;
    Ok(seated.into_iter().map(|(_, person)| person).collect())
}

/// The people as a party, the applicant first. Whose date of birth is not told is taken for a minor.
fn candidates(
    people: &[PersonId],
    applicant: Option<PersonId>,
    born: &[PartyCandidate],
) -> Vec<PartyCandidate> {
    let mut people = people.to_vec();
    people.sort_by_key(|person| Some(*person) != applicant);
    let candidate = |person| PartyCandidate {
        person,
        born: born
            .iter()
            .find(|candidate| candidate.person == person)
            .and_then(|candidate| candidate.born),
    };
    people.into_iter().map(candidate).collect()
}
