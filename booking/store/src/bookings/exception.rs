//! Visits outside grid and quota, on a ground of the law 通訊設備接見辦法 §10.

use booking_domain::{
    Actor, AuditStep, AuditSubject, BookRefusal, ExceptionError, ExceptionVisit, MemberFacts,
    MessageKind, StoreError, check_event, check_party, local_date,
};
use ids::{PersonId, VisitId};
use sqlx::AnyConnection;

use crate::{
    audit::{self, Subject, detail},
    bookings::{
        diary,
        facts::{Facts, Wanted},
        holds, notices, overdue,
        vetting::inmate_is_present,
    },
    error::failed,
    rows::{from_ms, new_id},
    slots,
};

/// Adds a confirmed visit on a day that its ground allows. Its party is held against the rules as any other, except
/// that nobody need have agreed beforehand, and that visits missed do not bar. Who comes first in it may call it off.
pub(super) async fn add(
    connection: &mut AnyConnection,
    exception: &ExceptionVisit,
) -> Result<VisitId, ExceptionError> {
    let ExceptionVisit {
        facility,
        inmate,
        terminal,
        slot,
        now_ms,
        ..
    } = *exception;
    overdue::release_holds(&mut *connection, now_ms).await?;
    let settings = slots::lock(&mut *connection, facility)
        .await?
        .ok_or(ExceptionError::NotFound)?;
    if !inmate_is_present(&mut *connection, facility, inmate).await? {
        return Err(ExceptionError::NotFound);
    }
    if exception.ground.counts() || slot.ends_at_ms <= now_ms {
        return Err(BookRefusal::NotBookable.into());
    }
    let zone = slots::time_zone(&settings.time_zone)?;
    let [today, visit_on] = [now_ms, slot.starts_at_ms].map(|at_ms| local_date(at_ms, &zone));
    check_event(exception.ground, exception.event_on, today, visit_on)?;
    let wanted = Wanted {
        facility,
        inmate,
        slot,
    };
    let visitors = [(inmate, exception.party.as_slice())];
    let facts = Facts::gather(&mut *connection, visitors, now_ms).await?;
    let party: Vec<_> = facts
        .of(wanted, &exception.party)
        .into_iter()
        .map(MemberFacts::as_staff_see_it)
        .collect();
    check_party(&party, slot.starts_at_ms, &settings.rules, &zone)?;
    let people: Vec<PersonId> = exception.party.iter().map(|member| member.person).collect();
    if !diary::can_meet(&mut *connection, inmate, &people, slot, None).await? {
        return Err(BookRefusal::AlreadyBusy.into());
    }
    let visit = VisitId::from_uuid(new_id());
    let event_on = exception.event_on.map(|date| date.to_string());
    let added = sqlx::query(
        "INSERT INTO visit (id, facility_id, terminal_id, inmate_id, opens_at_ms, starts_at_ms,
                            ends_at_ms, state, ground, created_at_ms, applicant_id, event_on)
         SELECT $1, facility_id, id, $3, $4, $5, $6, 'confirmed', $7, $8, $10, $11
         FROM terminal WHERE id = $2 AND facility_id = $9 AND in_service = 1",
    )
    .bind(visit.to_string())
    .bind(terminal.to_string())
    .bind(inmate.to_string())
    .bind(from_ms(settings.rules.opens_at_ms(slot.starts_at_ms)))
    .bind(from_ms(slot.starts_at_ms))
    .bind(from_ms(slot.ends_at_ms))
    .bind(exception.ground.as_str())
    .bind(from_ms(now_ms))
    .bind(facility.to_string())
    .bind(people.first().map(ToString::to_string))
    .bind(event_on.clone())
    .execute(&mut *connection)
    .await
    .map_err(failed);
    match added {
        Ok(added) if added.rows_affected() == 0 => return Err(ExceptionError::NotFound),
        Ok(_) => {}
        Err(StoreError::Overlap) => return Err(BookRefusal::SlotFull.into()),
        Err(error) => return Err(error.into()),
    }
    match holds::seat(&mut *connection, [(visit, people.as_slice())].into_iter()).await {
        Err(StoreError::Overlap) => return Err(BookRefusal::AlreadyBusy.into()),
        seated => seated?,
    }
    let detail = detail! {
        Ground: exception.ground.as_str(),
        EventOn: event_on,
        Reason: exception.reason,
    };
    let subject = Subject::new(AuditSubject::Visit, visit, Some(facility));
    let actor = Actor::Staff(exception.by);
    audit::note(
        &mut *connection,
        now_ms,
        actor,
        AuditStep::ExceptionAdded,
        subject,
        detail,
    )
    .await?;
    let kind = MessageKind::VisitConfirmed;
    notices::tell(connection, visit, kind, None, &[], now_ms).await?;
    Ok(visit)
}
