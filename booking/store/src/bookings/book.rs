//! Giving slots: many requests, one transaction.

use std::collections::{BTreeMap, BTreeSet};

use booking_domain::{
    Actor, BookError, BookRefusal, BookingWindow, FacilitySettings, HOLD_MS, Held, Month,
    NewBooking, Schedule, StoreError, check_party,
};
use grant::Slot;
use ids::{FacilityId, InmateId, PersonId, SlotGridId, TerminalId, VisitId};
use serde_json::json;
use sqlx::{AnyConnection, Connection};

use crate::{
    Store,
    audit::{self, Subject as AuditSubject},
    bookings::{
        facts, month, overdue,
        subject::{self, Subject},
    },
    error::failed,
    rows::{from_ms, id, new_id},
    slots,
};

const MINUTE_MS: u64 = 60_000;

impl Store {
    /// Answers every request. Where an answer cannot be given, none of them is carried out.
    pub(super) async fn book_together(
        &self,
        requests: &[NewBooking],
    ) -> Result<Vec<Result<Held, BookError>>, StoreError> {
        let Some(now_ms) = requests.iter().map(|request| request.now_ms).max() else {
            return Ok(Vec::new());
        };
        let mut transaction = self.begin().await?;
        overdue::release_holds(&mut transaction, now_ms).await?;
        let mut answers = Vec::with_capacity(requests.len());
        let mut asked = Vec::new();
        for (index, request) in requests.iter().enumerate() {
            let subject = match request.party.first() {
                None => Err(BookRefusal::PartySize.into()),
                Some(applicant) => subject::read(
                    &mut transaction,
                    applicant.person,
                    request.application,
                    request.idempotency_key.as_deref(),
                )
                .await?
                .ok_or(BookError::NotFound),
            };
            match subject {
                Ok(subject) => {
                    answers.push(Err(BookError::NotFound));
                    asked.push((index, subject));
                }
                Err(error) => answers.push(Err(error)),
            }
        }
        // Facilities are taken in the order of their ids, so that two transactions wait for each other
        // instead of locking each other up. Within a facility the earlier request comes first.
        asked.sort_by_key(|(index, subject)| (subject.facility, *index));
        let mut hall: Option<Hall> = None;
        for (index, subject) in asked {
            let hall = match &mut hall {
                Some(hall) if hall.facility == subject.facility => hall,
                place => {
                    place.insert(Hall::enter(&mut transaction, subject.facility, now_ms).await?)
                }
            };
            let answer = hall
                .give(&mut transaction, &requests[index], &subject)
                .await;
            answers[index] = match answer {
                Err(BookError::Store(error)) => return Err(error),
                answer => answer,
            };
        }
        transaction.commit().await.map_err(failed)?;
        Ok(answers)
    }
}

/// A facility whose row is taken, and what is known of its slots by then.
struct Hall {
    facility: FacilityId,
    settings: FacilitySettings,
    schedule: Schedule,
    window: BookingWindow,
    /// The terminals that are taken, by the start of the slot.
    taken: BTreeMap<u64, BTreeSet<TerminalId>>,
    /// What requests in this transaction have got, by applicant and key.
    given: BTreeMap<(PersonId, String), Held>,
}

/// A slot that is there to be given.
struct Chosen {
    grid: SlotGridId,
    batch: u16,
    slot: Slot,
    month: Month,
}

impl Hall {
    async fn enter(
        connection: &mut AnyConnection,
        facility: FacilityId,
        now_ms: u64,
    ) -> Result<Self, StoreError> {
        let settings = slots::lock(&mut *connection, facility)
            .await?
            .ok_or_else(|| crate::rows::wrong("facility_id", "no such facility"))?;
        let zone = slots::time_zone(&settings.time_zone)?;
        let window = BookingWindow::at(now_ms, &settings.rules, &zone);
        Ok(Self {
            facility,
            schedule: slots::schedule(connection, facility, zone).await?,
            settings,
            window,
            taken: BTreeMap::new(),
            given: BTreeMap::new(),
        })
    }

    async fn give(
        &mut self,
        connection: &mut AnyConnection,
        request: &NewBooking,
        subject: &Subject,
    ) -> Result<Held, BookError> {
        let applicant = request.party[0].person;
        let key = request.idempotency_key.clone().map(|key| (applicant, key));
        let given = key.as_ref().and_then(|key| self.given.get(key).copied());
        if let Some(held) = subject.asked_before.or(given) {
            return if held.slot.starts_at_ms == request.starts_at_ms {
                Ok(held)
            } else {
                Err(BookError::KeyReused)
            };
        }
        if !subject.present {
            return Err(BookRefusal::NotApproved.into());
        }
        let chosen = self.choose(request)?;
        let wanted = subject.wanted(chosen.slot);
        if self.is_full(&mut *connection, &chosen).await? {
            return Err(BookRefusal::SlotFull.into());
        }
        let party = facts::gather(&mut *connection, wanted, &request.party, request.now_ms).await?;
        let (rules, zone) = (&self.settings.rules, &self.schedule.time_zone);
        check_party(&party, chosen.slot.starts_at_ms, rules, zone)?;
        let people: Vec<PersonId> = request.party.iter().map(|member| member.person).collect();
        if facts::is_busy(&mut *connection, wanted, &people, None).await? {
            return Err(BookRefusal::AlreadyBusy.into());
        }
        if !facts::keep_approvals(&mut *connection, subject.inmate, &people).await? {
            return Err(BookRefusal::NotApproved.into());
        }
        // Each terminal that is lost to somebody else is known as taken the next time.
        while let Some(terminal) = self.free_terminal(&chosen) {
            let mut savepoint = connection.begin().await.map_err(failed)?;
            match self
                .write(&mut savepoint, request, subject, &chosen, terminal)
                .await
            {
                Ok(visit) => {
                    savepoint.commit().await.map_err(failed)?;
                    self.taken
                        .entry(chosen.slot.starts_at_ms)
                        .or_default()
                        .insert(terminal);
                    let held = Held {
                        visit,
                        facility: self.facility,
                        terminal,
                        slot: chosen.slot,
                    };
                    if let Some(key) = key {
                        self.given.insert(key, held);
                    }
                    return Ok(held);
                }
                Err(BookError::Store(StoreError::Overlap)) => {
                    savepoint.rollback().await.map_err(failed)?;
                    if facts::is_busy(&mut *connection, wanted, &people, None).await? {
                        return Err(BookRefusal::AlreadyBusy.into());
                    }
                    self.taken
                        .entry(chosen.slot.starts_at_ms)
                        .or_default()
                        .insert(terminal);
                }
                Err(error) => {
                    savepoint.rollback().await.map_err(failed)?;
                    return Err(error);
                }
            }
        }
        Err(BookRefusal::SlotFull.into())
    }

    /// The slot that is asked for, if it is open for booking.
    fn choose(&self, request: &NewBooking) -> Result<Chosen, BookRefusal> {
        let offered = self
            .schedule
            .find(request.starts_at_ms)
            .filter(|offered| offered.closed.is_none() && self.window.contains(offered.date))
            .filter(|offered| offered.slot.starts_at_ms > request.now_ms)
            .ok_or(BookRefusal::NotBookable)?;
        Ok(Chosen {
            grid: offered.grid.id,
            batch: offered.batch,
            slot: offered.slot,
            month: Month::of(offered.date),
        })
    }

    /// Whether every terminal of the slot is taken.
    async fn is_full(
        &mut self,
        connection: &mut AnyConnection,
        chosen: &Chosen,
    ) -> Result<bool, StoreError> {
        if !self.taken.contains_key(&chosen.slot.starts_at_ms) {
            let taken = taken(connection, self.facility, chosen.slot).await?;
            self.taken.insert(chosen.slot.starts_at_ms, taken);
        }
        Ok(self.free_terminal(chosen).is_none())
    }

    fn free_terminal(&self, chosen: &Chosen) -> Option<TerminalId> {
        let taken = self.taken.get(&chosen.slot.starts_at_ms);
        let mut grids = self.schedule.grids.iter();
        let grid = grids.find(|grid| grid.id == chosen.grid)?;
        let mut terminals = grid.plan.terminals.iter().copied();
        terminals.find(|terminal| taken.is_none_or(|taken| !taken.contains(terminal)))
    }

    /// Writes the visit at a terminal.
    async fn write(
        &self,
        connection: &mut AnyConnection,
        request: &NewBooking,
        subject: &Subject,
        chosen: &Chosen,
        terminal: TerminalId,
    ) -> Result<VisitId, BookError> {
        let rules = &self.settings.rules;
        let counts = subject.ground.counts();
        if counts
            && !month::count(
                &mut *connection,
                subject.inmate,
                chosen.month,
                rules.visits_a_month,
            )
            .await?
        {
            return Err(BookRefusal::QuotaUsed.into());
        }
        let opens_before_ms = u64::from(rules.opens_before_minutes) * MINUTE_MS;
        let applicant = request.party[0].person;
        let visit = VisitId::from_uuid(new_id());
        sqlx::query(
            "INSERT INTO visit (id, facility_id, terminal_id, inmate_id, opens_at_ms, starts_at_ms,
                                ends_at_ms, state, applicant_id, batch, ground, counted_month,
                                held_until_ms, idempotency_key, created_at_ms)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 'held', $8, $9, $10, $11, $12, $13, $14)",
        )
        .bind(visit.to_string())
        .bind(self.facility.to_string())
        .bind(terminal.to_string())
        .bind(subject.inmate.to_string())
        .bind(from_ms(
            chosen.slot.starts_at_ms.saturating_sub(opens_before_ms),
        ))
        .bind(from_ms(chosen.slot.starts_at_ms))
        .bind(from_ms(chosen.slot.ends_at_ms))
        .bind(applicant.to_string())
        .bind(i64::from(chosen.batch))
        .bind(subject.ground.as_str())
        .bind(counts.then(|| chosen.month.to_string()))
        .bind(from_ms(request.now_ms + HOLD_MS))
        .bind(request.idempotency_key.as_deref())
        .bind(from_ms(request.now_ms))
        .execute(&mut *connection)
        .await
        .map_err(failed)?;
        let people = request.party.iter().map(|member| member.person);
        seat(&mut *connection, visit, people).await?;
        let detail = json!({ "starts_at_ms": chosen.slot.starts_at_ms, "terminal": terminal });
        let about = AuditSubject::new("visit", visit, Some(self.facility));
        let actor = Actor::Person(applicant);
        audit::note(
            connection,
            request.now_ms,
            actor,
            "visit_held",
            about,
            detail,
        )
        .await?;
        Ok(visit)
    }
}

/// Gives people the seats 1, 2 and 3 of a visit in this order. They are written in the order of their ids, so
/// that two bookings of the same people wait for each other instead of locking each other up.
pub(super) async fn seat(
    connection: &mut AnyConnection,
    visit: VisitId,
    people: impl Iterator<Item = PersonId>,
) -> Result<(), StoreError> {
    let mut seated: Vec<(PersonId, i64)> = people.zip(1..).collect();
    seated.sort_unstable();
    for (person, seat) in seated {
        sqlx::query("INSERT INTO visit_member (visit_id, seat, person_id) VALUES ($1, $2, $3)")
            .bind(visit.to_string())
            .bind(seat)
            .bind(person.to_string())
            .execute(&mut *connection)
            .await
            .map_err(failed)?;
    }
    Ok(())
}

/// The terminals of a facility that have a visit in a time.
async fn taken(
    connection: &mut AnyConnection,
    facility: FacilityId,
    slot: Slot,
) -> Result<BTreeSet<TerminalId>, StoreError> {
    // A visit lasts some hours at most: so the index ends the search early on both sides.
    let rows = sqlx::query(
        "SELECT terminal_id FROM visit
         WHERE facility_id = $1 AND starts_at_ms < $3 AND starts_at_ms > $4 AND ends_at_ms > $2
           AND state IN ('held', 'confirmed', 'flagged', 'in_session')",
    )
    .bind(facility.to_string())
    .bind(from_ms(slot.starts_at_ms))
    .bind(from_ms(slot.ends_at_ms))
    .bind(from_ms(slot.starts_at_ms.saturating_sub(LONGEST_MS)))
    .fetch_all(connection)
    .await
    .map_err(failed)?;
    rows.iter().map(|row| id(row, "terminal_id")).collect()
}

/// Longer than any visit, ms.
const LONGEST_MS: u64 = 24 * 60 * MINUTE_MS;

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
