//! Who comes along, while a visit is still ahead.

use booking_domain::{
    Actor, AuditStep, BookRefusal, Booking, Cause, ChangeError, MessageKind, PartyCandidate,
    PartyRemoval, Removed, StoreError, check_party, ground_of, is_adult, local_date,
};
use ids::{PersonId, VisitId};
use sqlx::AnyConnection;

use crate::{
    audit::{self, Subject, detail},
    bookings::{
        diary,
        facts::{Facts, Wanted},
        flagging::{self, Flagging},
        grounds, notices, overdue,
        plain::{PlainVisit, keep_plain, read_own, read_plain},
    },
    error::failed,
    rows::{id, integer, number, seat},
    slots,
};

/// The visitors' seats. The applicant keeps the own one, which is not always the first: somebody may have taken over.
const SEATS: [i64; 3] = [1, 2, 3];

/// Replaces the applicant's companions.
pub(super) async fn replace(
    connection: &mut AnyConnection,
    visit: VisitId,
    party: &[PartyCandidate],
    now_ms: u64,
) -> Result<(), ChangeError> {
    let applicant = party.first().ok_or(BookRefusal::PartySize)?.person;
    overdue::release_holds(&mut *connection, now_ms).await?;
    let plain = read_own(&mut *connection, visit, applicant).await?;
    let settings = slots::lock(&mut *connection, plain.facility)
        .await?
        .ok_or(ChangeError::NotFound)?;
    let wanted = Wanted {
        facility: plain.facility,
        inmate: plain.inmate,
        slot: plain.slot,
    };
    let facts = Facts::gather(&mut *connection, [(plain.inmate, party)], now_ms).await?;
    let gathered = facts.of(wanted, party);
    let zone = slots::time_zone(&settings.time_zone)?;
    check_party(&gathered, plain.slot.starts_at_ms, &settings.rules, &zone)?;
    let people: Vec<PersonId> = party.iter().map(|member| member.person).collect();
    let but = Some(visit);
    if !diary::can_meet(&mut *connection, plain.inmate, &people, plain.slot, but).await? {
        return Err(BookRefusal::AlreadyBusy.into());
    }
    // Approvals before the visit: the order in which those are taken who take an approval back. Holds that have run out
    // came before; who meets one of those does it again.
    let plain = keep_plain(&mut *connection, visit)
        .await?
        .ok_or(ChangeError::NotFound)?;
    if !is_ahead(&plain, now_ms) || !plain.in_grid || plain.opens_at_ms <= now_ms {
        return Err(ChangeError::NotPossible);
    }
    let seated = seated(&mut *connection, visit).await?;
    let mut gone = Vec::new();
    for (seat, person) in &seated {
        if !people.contains(person) {
            remove(&mut *connection, visit, *seat).await?;
            gone.push(*person);
        }
    }
    let kept = |seat: i64| {
        seated
            .iter()
            .any(|(taken, person)| *taken == seat && people.contains(person))
    };
    let free = SEATS.into_iter().filter(|seat| !kept(*seat));
    let coming = people
        .iter()
        .filter(|person| !seated.iter().any(|(_, seated)| seated == *person));
    let mut came = Vec::new();
    for (seat, person) in free.zip(coming) {
        add(&mut *connection, visit, seat, *person).await?;
        came.push(*person);
    }
    if gone.is_empty() && came.is_empty() {
        return Ok(());
    }
    let ground = ground_of(&gathered);
    grounds::set(&mut *connection, &plain, ground, &settings.rules, &zone).await?;
    let detail = detail! { Came: came, Gone: gone };
    let (actor, subject) = (Actor::Person(applicant), Subject::visit(visit));
    audit::note(
        &mut *connection,
        now_ms,
        actor,
        AuditStep::PartyChanged,
        subject,
        detail,
    )
    .await?;
    if !matches!(plain.booking, Booking::Held { .. }) {
        let kind = MessageKind::VisitChanged;
        notices::tell(connection, visit, kind, None, &gone, now_ms).await?;
    }
    Ok(())
}

/// Lets one of the party go. Where no adult is left, somebody must look at the visit first.
pub(super) async fn leave(
    connection: &mut AnyConnection,
    visit: VisitId,
    person: PersonId,
    adults: &[PersonId],
    now_ms: u64,
) -> Result<(), ChangeError> {
    let plain = read_plain(&mut *connection, visit)
        .await?
        .ok_or(ChangeError::NotFound)?;
    slots::lock(&mut *connection, plain.facility).await?;
    let plain = keep_plain(&mut *connection, visit)
        .await?
        .ok_or(ChangeError::NotFound)?;
    let seated = seated(&mut *connection, visit).await?;
    let seat = seated
        .iter()
        .find(|(_, seated)| *seated == person)
        .map(|(seat, _)| *seat)
        .ok_or(ChangeError::NotFound)?;
    let alone = seated.len() == 1;
    if plain.applicant == Some(person) || alone || !is_ahead(&plain, now_ms) {
        return Err(ChangeError::NotPossible);
    }
    remove(&mut *connection, visit, seat).await?;
    grounds::without(&mut *connection, &plain).await?;
    let (actor, subject) = (Actor::Person(person), Subject::visit(visit));
    let detail = detail! { Seat: seat };
    audit::note(
        &mut *connection,
        now_ms,
        actor,
        AuditStep::LeftParty,
        subject,
        detail,
    )
    .await?;
    if matches!(plain.booking, Booking::Held { .. }) {
        return Ok(());
    }
    let kind = MessageKind::VisitChanged;
    notices::tell(&mut *connection, visit, kind, None, &[person], now_ms).await?;
    let adult_left = seated
        .iter()
        .any(|(_, left)| *left != person && adults.contains(left));
    if !adult_left {
        flag_without_adult(connection, &plain, actor, now_ms).await?;
    }
    Ok(())
}

/// Takes somebody out of the party. Those who stay are not told why.
pub(super) async fn take_out(
    connection: &mut AnyConnection,
    removal: &PartyRemoval,
) -> Result<Removed, ChangeError> {
    let PartyRemoval {
        visit,
        person,
        now_ms,
        ..
    } = *removal;
    let settings = slots::lock(&mut *connection, removal.facility)
        .await?
        .ok_or(ChangeError::NotFound)?;
    let plain = keep_plain(&mut *connection, visit)
        .await?
        .filter(|plain| plain.facility == removal.facility)
        .ok_or(ChangeError::NotFound)?;
    let mut left = seated(&mut *connection, visit).await?;
    let place = left.iter().position(|(_, seated)| *seated == person);
    let (number, _) = left.remove(place.ok_or(ChangeError::NotPossible)?);
    if matches!(plain.booking, Booking::Held { .. }) || !is_ahead(&plain, now_ms) {
        return Err(ChangeError::NotPossible);
    }
    if left.is_empty() {
        return Err(BookRefusal::PartySize.into());
    }
    let links = links_issued(&mut *connection, visit, number).await?;
    remove(&mut *connection, visit, number).await?;
    grounds::without(&mut *connection, &plain).await?;
    let zone = slots::time_zone(&settings.time_zone)?;
    let day = local_date(plain.slot.starts_at_ms, &zone);
    let is_grown = |candidate: &&PartyCandidate| is_adult(candidate.born, day);
    let adults: Vec<_> = removal.born.iter().filter(is_grown).collect();
    let adult = left
        .iter()
        .find(|(_, left)| adults.iter().any(|adult| adult.person == *left));
    if plain.applicant == Some(person)
        && let Some((_, next)) = adult.or(left.first())
    {
        hand_over(&mut *connection, visit, *next).await?;
    }
    let (actor, subject) = (Actor::Staff(removal.by), Subject::visit(visit));
    let seat = seat(number)?;
    let detail = detail! { Seat: seat, Person: person, Reason: removal.reason };
    audit::note(
        &mut *connection,
        now_ms,
        actor,
        AuditStep::RemovedFromParty,
        subject,
        detail,
    )
    .await?;
    let reason = Some(removal.reason.as_str());
    notices::tell_gone(&mut *connection, visit, &[person], reason, now_ms).await?;
    let kind = MessageKind::VisitChanged;
    notices::tell(&mut *connection, visit, kind, None, &[], now_ms).await?;
    if adult.is_none() {
        flag_without_adult(connection, &plain, actor, now_ms).await?;
    }
    Ok(Removed { seat, links })
}

/// Whether a visit has not begun and may still take place.
fn is_ahead(plain: &PlainVisit, now_ms: u64) -> bool {
    let stands = match plain.booking {
        Booking::Held { until_ms } => now_ms < until_ms,
        Booking::Confirmed | Booking::Flagged { .. } => true,
        _ => false,
    };
    stands && now_ms < plain.slot.starts_at_ms
}

async fn links_issued(
    connection: &mut AnyConnection,
    visit: VisitId,
    seat: i64,
) -> Result<u32, StoreError> {
    let row =
        sqlx::query("SELECT links_issued FROM visit_member WHERE visit_id = $1 AND seat = $2")
            .bind(visit.to_string())
            .bind(seat)
            .fetch_one(connection)
            .await
            .map_err(failed)?;
    number(&row, "links_issued")
}

/// Makes somebody the applicant. The key is the one before's.
async fn hand_over(
    connection: &mut AnyConnection,
    visit: VisitId,
    person: PersonId,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE visit SET applicant_id = $2, idempotency_key = NULL WHERE id = $1")
        .bind(visit.to_string())
        .bind(person.to_string())
        .execute(connection)
        .await
        .map(|_| ())
        .map_err(failed)
}

async fn flag_without_adult(
    connection: &mut AnyConnection,
    plain: &PlainVisit,
    actor: Actor,
    now_ms: u64,
) -> Result<(), StoreError> {
    let flagging = Flagging {
        reason: Cause::NoAdult.as_str(),
        source: None,
        actor,
        at_ms: now_ms,
    };
    flagging::flag(connection, plain, &flagging)
        .await
        .map(|_| ())
}

/// Who sits where, by the seats.
pub(super) async fn seated(
    connection: &mut AnyConnection,
    visit: VisitId,
) -> Result<Vec<(i64, PersonId)>, StoreError> {
    let rows =
        sqlx::query("SELECT seat, person_id FROM visit_member WHERE visit_id = $1 ORDER BY seat")
            .bind(visit.to_string())
            .fetch_all(connection)
            .await
            .map_err(failed)?;
    rows.iter()
        .map(|row| Ok((integer(row, "seat")?, id(row, "person_id")?)))
        .collect()
}

/// Takes a visitor off a seat. Links to it lead nowhere from then on.
async fn remove(
    connection: &mut AnyConnection,
    visit: VisitId,
    seat: i64,
) -> Result<(), StoreError> {
    for statement in [
        "DELETE FROM seat_link WHERE visit_id = $1 AND seat = $2",
        "DELETE FROM visit_member WHERE visit_id = $1 AND seat = $2",
    ] {
        sqlx::query(statement)
            .bind(visit.to_string())
            .bind(seat)
            .execute(&mut *connection)
            .await
            .map_err(failed)?;
    }
    Ok(())
}

async fn add(
    connection: &mut AnyConnection,
    visit: VisitId,
    seat: i64,
    person: PersonId,
) -> Result<(), ChangeError> {
    let added =
        sqlx::query("INSERT INTO visit_member (visit_id, seat, person_id) VALUES ($1, $2, $3)")
            .bind(visit.to_string())
            .bind(seat)
            .bind(person.to_string())
            .execute(connection)
            .await
            .map_err(failed);
    match added {
        Ok(_) => Ok(()),
        // Somebody booked the person elsewhere a moment ago.
        Err(StoreError::Overlap) => Err(BookRefusal::AlreadyBusy.into()),
        Err(error) => Err(error.into()),
    }
}
