//! The visitors' part of the store.

use async_trait::async_trait;
use booking_domain::{
    Actor, ApplicantStanding, BookError, BookedVisit, Booking, BookingPage, BookingSubject,
    Bookings, ChangeError, EndedBy, Held, NewBooking, NotPossible, PartyCandidate, ReadyCompanion,
    StoreError, VisitState,
};
use ids::{ApplicationId, CompanionId, InmateId, PersonId, VisitId};
use sqlx::Row;

use crate::{
    Store,
    again::again,
    bookings::{
        change, keys, overdue, party,
        plain::read_own,
        read::{self, fold_booked, select_booked},
        standings,
        vetting::{Word, vet},
    },
    error::failed,
    rows::{from_ms, id},
};

#[async_trait]
impl Bookings for Store {
    async fn applicant_standings(
        &self,
        asked: &[(PersonId, ApplicationId)],
        now_ms: u64,
    ) -> Result<Vec<Option<ApplicantStanding>>, StoreError> {
        standings::read(self, asked, now_ms).await
    }

    async fn booking_subjects(
        &self,
        asked: &[(PersonId, ApplicationId)],
    ) -> Result<Vec<Option<BookingSubject>>, StoreError> {
        let subjects = standings::subjects(self, asked).await?;
        Ok(asked
            .iter()
            .map(|asked| subjects.get(asked).cloned())
            .collect())
    }

    async fn keys_used(&self, keyed: &[(PersonId, String)]) -> Result<Vec<bool>, StoreError> {
        if keyed.is_empty() {
            return Ok(Vec::new());
        }
        let mut connection = self.readers.acquire().await.map_err(failed)?;
        let held = keys::held_before(&mut connection, keyed).await?;
        Ok(keyed.iter().map(|of| held.contains_key(of)).collect())
    }

    async fn ready_companions(
        &self,
        person: PersonId,
        inmate: InmateId,
        companions: &[CompanionId],
    ) -> Result<Vec<ReadyCompanion>, StoreError> {
        let mut ready = Vec::with_capacity(companions.len());
        for companion in companions {
            let row = sqlx::query(
                "SELECT CASE WHEN inviter_id = $2 THEN invitee_id ELSE inviter_id END AS person
                 FROM companion WHERE id = $1 AND inmate_id = $3 AND state = 'agreed'
                   AND invitee_id IS NOT NULL AND (inviter_id = $2 OR invitee_id = $2)",
            )
            .bind(companion.to_string())
            .bind(person.to_string())
            .bind(inmate.to_string())
            .fetch_optional(&self.readers)
            .await
            .map_err(failed)?;
            if let Some(row) = row {
                ready.push(ReadyCompanion {
                    companion: *companion,
                    person: id(&row, "person")?,
                });
            }
        }
        Ok(ready)
    }

    async fn sealed_birth_dates(
        &self,
        people: &[PersonId],
    ) -> Result<Vec<(PersonId, Vec<u8>)>, StoreError> {
        let mut dates = Vec::with_capacity(people.len());
        for person in people {
            let row = sqlx::query("SELECT birth_date FROM account WHERE person_id = $1")
                .bind(person.to_string())
                .fetch_optional(&self.readers)
                .await
                .map_err(failed)?;
            if let Some(row) = row {
                dates.push((*person, row.try_get("birth_date").map_err(failed)?));
            }
        }
        Ok(dates)
    }

    async fn book(&self, requests: Vec<NewBooking>) -> Vec<Result<Held, BookError>> {
        match again(|| self.book_together(&requests)).await {
            Ok(answers) => answers,
            Err(error) => vec![Err(error.into()); requests.len()],
        }
    }

    async fn confirm(
        &self,
        visit: VisitId,
        applicant: PersonId,
        born: &[PartyCandidate],
        now_ms: u64,
    ) -> Result<(), ChangeError> {
        again(|| async {
            let mut transaction = self.begin().await?;
            let plain = read_own(&mut transaction, visit, applicant).await?;
            match plain.booking.clone().confirm(now_ms) {
                Ok(_) => {}
                // Whoever taps twice has confirmed.
                Err(NotPossible(state)) if state.is_live() && state != VisitState::Held => {
                    return Ok(());
                }
                Err(_) => return Err(ChangeError::NotPossible),
            }
            vet(&mut transaction, &plain, born, Word::Applicants, now_ms).await?;
            if !change::confirm(&mut transaction, visit, applicant, now_ms).await? {
                // Somebody has come in between.
                return Err(StoreError::Conflict.into());
            }
            transaction.commit().await.map_err(failed)?;
            Ok(())
        })
        .await
    }

    async fn cancel(
        &self,
        visit: VisitId,
        applicant: PersonId,
        reason: Option<String>,
        now_ms: u64,
    ) -> Result<(), ChangeError> {
        again(|| async {
            let mut transaction = self.begin().await?;
            let plain = read_own(&mut transaction, visit, applicant).await?;
            if matches!(
                plain.booking,
                Booking::Cancelled {
                    by: EndedBy::Visitor,
                    ..
                }
            ) {
                return Ok(());
            }
            if plain.slot.starts_at_ms <= now_ms {
                return Err(ChangeError::NotPossible);
            }
            let after = plain
                .booking
                .clone()
                .cancel(EndedBy::Visitor, reason.clone());
            let actor = Actor::Person(applicant);
            let done = change::call_off(&mut transaction, &plain, after, actor, now_ms).await?;
            change::done(done)?;
            transaction.commit().await.map_err(failed)?;
            Ok(())
        })
        .await
    }

    async fn change_party(
        &self,
        visit: VisitId,
        party: Vec<PartyCandidate>,
        now_ms: u64,
    ) -> Result<(), ChangeError> {
        again(|| async {
            let mut transaction = self.begin().await?;
            party::replace(&mut transaction, visit, &party, now_ms).await?;
            transaction.commit().await.map_err(failed)?;
            Ok(())
        })
        .await
    }

    async fn leave(
        &self,
        visit: VisitId,
        person: PersonId,
        adults: &[PersonId],
        now_ms: u64,
    ) -> Result<(), ChangeError> {
        again(|| async {
            let mut transaction = self.begin().await?;
            party::leave(&mut transaction, visit, person, adults, now_ms).await?;
            transaction.commit().await.map_err(failed)?;
            Ok(())
        })
        .await
    }

    async fn visits_of(
        &self,
        person: PersonId,
        page: BookingPage,
        now_ms: u64,
    ) -> Result<Vec<BookedVisit>, StoreError> {
        let before = page.before.map(|visit| visit.to_string());
        let rows = sqlx::query(select_booked!(
            "visit.id IN (
                 SELECT own.id FROM visit AS own
                 JOIN visit_member AS mine ON mine.visit_id = own.id AND mine.person_id = $1
                 WHERE (own.held_until_ms IS NULL
                        OR (own.state = 'held' AND own.held_until_ms > $3))
                   AND ($2 = '' OR (own.starts_at_ms, own.id) <
                       (SELECT last.starts_at_ms, last.id FROM visit AS last
                        JOIN visit_member AS part
                          ON part.visit_id = last.id AND part.person_id = $1
                        WHERE last.id = $2))
                 ORDER BY own.starts_at_ms DESC, own.id DESC LIMIT $4)
             ORDER BY visit.starts_at_ms DESC, visit.id DESC, member.seat"
        ))
        .bind(person.to_string())
        .bind(before.unwrap_or_default())
        .bind(from_ms(now_ms))
        .bind(i64::from(page.limit))
        .fetch_all(&self.readers)
        .await
        .map_err(failed)?;
        fold_booked(&rows)
    }

    async fn booked_visits(
        &self,
        visits: &[VisitId],
    ) -> Result<Vec<Option<BookedVisit>>, StoreError> {
        read::booked_visits(self, visits).await
    }

    async fn visit_of(
        &self,
        person: PersonId,
        visit: VisitId,
    ) -> Result<Option<BookedVisit>, StoreError> {
        let rows = sqlx::query(select_booked!(
            "visit.id = $1 AND EXISTS (
                 SELECT 1 FROM visit_member AS mine
                 WHERE mine.visit_id = visit.id AND mine.person_id = $2)
             ORDER BY member.seat"
        ))
        .bind(visit.to_string())
        .bind(person.to_string())
        .fetch_all(&self.readers)
        .await
        .map_err(failed)?;
        Ok(fold_booked(&rows)?.into_iter().next())
    }

    async fn release_overdue(&self, now_ms: u64) -> Result<usize, StoreError> {
        again(|| async {
            let mut transaction = self.begin().await?;
            let holds = overdue::release_holds(&mut transaction, now_ms).await?;
            let flagged = overdue::end_flagged(&mut transaction, now_ms).await?;
            transaction.commit().await.map_err(failed)?;
            Ok(holds + flagged)
        })
        .await
    }
}
