//! How facilities, people and visits come to be.

use async_trait::async_trait;
use booking_domain::{
    NewFacility, NewInmate, NewPerson, NewSignedIn, NewTerminal, NewVisit, Registry, Role,
    StoreError,
};
use ids::{FacilityId, InmateId, PersonId, StaffId, TerminalId, VisitId};
use sqlx::AnyConnection;

use crate::{
    Store,
    error::failed,
    rows::{from_ms, new_id, wrong},
};

const SEATS: std::ops::RangeInclusive<usize> = 1..=3;

#[async_trait]
impl Registry for Store {
    async fn add_facility(&self, facility: NewFacility) -> Result<FacilityId, StoreError> {
        let id = FacilityId::from_uuid(new_id());
        sqlx::query("INSERT INTO facility (id, name, time_zone) VALUES ($1, $2, $3)")
            .bind(id.to_string())
            .bind(facility.name)
            .bind(facility.time_zone)
            .execute(&self.writers)
            .await
            .map(|_| id)
            .map_err(failed)
    }

    async fn add_terminal(&self, terminal: NewTerminal) -> Result<TerminalId, StoreError> {
        let id = TerminalId::from_uuid(new_id());
        sqlx::query(
            "INSERT INTO terminal (id, facility_id, name, secret_hash) VALUES ($1, $2, $3, $4)",
        )
        .bind(id.to_string())
        .bind(terminal.facility.to_string())
        .bind(terminal.name)
        .bind(terminal.secret.as_bytes().as_slice())
        .execute(&self.writers)
        .await
        .map(|_| id)
        .map_err(failed)
    }

    async fn add_inmate(&self, inmate: NewInmate) -> Result<InmateId, StoreError> {
        let id = InmateId::from_uuid(new_id());
        sqlx::query(
            "INSERT INTO inmate (id, facility_id, number, name, first_name)
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(id.to_string())
        .bind(inmate.facility.to_string())
        .bind(inmate.number)
        .bind(inmate.name)
        .bind(inmate.first_name)
        .execute(&self.writers)
        .await
        .map(|_| id)
        .map_err(failed)
    }

    async fn add_person(&self, person: NewPerson) -> Result<PersonId, StoreError> {
        let id = PersonId::from_uuid(new_id());
        sqlx::query("INSERT INTO person (id, name, phone, locale) VALUES ($1, $2, $3, $4)")
            .bind(id.to_string())
            .bind(person.name)
            .bind(person.phone)
            .bind(person.locale.tag())
            .execute(&self.writers)
            .await
            .map(|_| id)
            .map_err(failed)
    }

    async fn add_signed_in(&self, member: NewSignedIn) -> Result<StaffId, StoreError> {
        let id = StaffId::from_uuid(new_id());
        let mut transaction = self.begin().await?;
        // Nobody signs in by this password: there is none whose hash it could be.
        sqlx::query(
            "INSERT INTO staff (id, name, login, password_hash, created_at_ms)
             VALUES ($1, $2, $3, '', 0)",
        )
        .bind(id.to_string())
        .bind(member.name)
        .bind(member.login)
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        for role in member.roles {
            let facility = (role != Role::Administrator).then(|| member.facility.to_string());
            sqlx::query("INSERT INTO staff_role (staff_id, role, facility_id) VALUES ($1, $2, $3)")
                .bind(id.to_string())
                .bind(role.as_str())
                .bind(facility)
                .execute(&mut *transaction)
                .await
                .map_err(failed)?;
        }
        // Last seen at its end, so that it is never idle.
        sqlx::query(
            "INSERT INTO staff_session
                 (hash, staff_id, complete, created_at_ms, last_seen_at_ms, expires_at_ms)
             VALUES ($1, $2, 1, 0, $3, $3)",
        )
        .bind(member.secret.as_bytes().as_slice())
        .bind(id.to_string())
        .bind(from_ms(member.expires_at_ms))
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        transaction.commit().await.map_err(failed)?;
        Ok(id)
    }

    async fn add_visit(&self, visit: NewVisit) -> Result<VisitId, StoreError> {
        if !SEATS.contains(&visit.party.len()) {
            return Err(wrong("party", "one to three visitors are expected"));
        }
        let id = VisitId::from_uuid(new_id());
        let mut transaction = self.begin().await?;
        let added = sqlx::query(
            "INSERT INTO visit (id, facility_id, terminal_id, inmate_id,
                                opens_at_ms, starts_at_ms, ends_at_ms, state)
             SELECT $1, facility_id, id, $3, $4, $5, $6, 'confirmed' FROM terminal WHERE id = $2",
        )
        .bind(id.to_string())
        .bind(visit.terminal.to_string())
        .bind(visit.inmate.to_string())
        .bind(from_ms(visit.opens_at_ms))
        .bind(from_ms(visit.slot.starts_at_ms))
        .bind(from_ms(visit.slot.ends_at_ms))
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        if added.rows_affected() == 0 {
            return Err(wrong("terminal_id", "no such terminal"));
        }
        // In the order of the people, not of their seats, two bookings of the same people wait for
        // each other instead of locking each other up.
        let mut seated: Vec<(PersonId, i64)> = visit.party.into_iter().zip(1..).collect();
        seated.sort_unstable();
        for (person, seat) in seated {
            approve(&mut transaction, visit.inmate, person, visit.opens_at_ms).await?;
            sqlx::query("INSERT INTO visit_member (visit_id, seat, person_id) VALUES ($1, $2, $3)")
                .bind(id.to_string())
                .bind(seat)
                .bind(person.to_string())
                .execute(&mut *transaction)
                .await
                .map_err(failed)?;
        }
        transaction.commit().await.map_err(failed)?;
        Ok(id)
    }
}

/// Approves a person for an inmate's mobile visits, unless an application is under way.
async fn approve(
    connection: &mut AnyConnection,
    inmate: InmateId,
    person: PersonId,
    at_ms: u64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO application (id, person_id, inmate_id, facility_id, relationship,
                                  on_site, remote, mobile, state,
                                  created_at_ms, submitted_at_ms, decided_at_ms, changed_at_ms)
         SELECT $1, $2, id, facility_id, 'other_relative', 0, 0, 1, 'approved', $4, $4, $4, $4
         FROM inmate WHERE id = $3
         ON CONFLICT DO NOTHING",
    )
    .bind(new_id().to_string())
    .bind(person.to_string())
    .bind(inmate.to_string())
    .bind(from_ms(at_ms))
    .execute(connection)
    .await
    .map(|_| ())
    .map_err(failed)
}
