//! Who looks after whom.

use async_trait::async_trait;
use booking_domain::{
    Actor, AuditStep, AuditSubject, Duties, Duty, MemberChange, MemberChanged, MemberReset,
    MemberState, NewMember, Role, StaffMember, StaffMembers, StoreError,
};
use ids::{FacilityId, StaffId};
use serde_json::Value;
use sqlx::{AnyConnection, any::AnyRow};

use super::duties::duty;
use crate::{
    Store,
    again::again,
    audit::{self, Detail, Subject, detail},
    error::failed,
    rows::{from_ms, id, integer, new_id, text, wrong},
};

const MEMBERS: &str = "SELECT staff.id, staff.name, staff.login, staff.state,
        CASE WHEN staff.totp_secret IS NULL THEN 0 ELSE 1 END AS has_factor,
        role.role, role.facility_id
     FROM staff LEFT JOIN staff_role AS role ON role.staff_id = staff.id";

#[async_trait]
impl StaffMembers for Store {
    async fn add_member(&self, member: NewMember) -> Result<StaffId, StoreError> {
        let id = StaffId::from_uuid(new_id());
        let mut transaction = self.begin().await?;
        sqlx::query(
            "INSERT INTO staff (id, name, login, password_hash, password_is_temporary, created_at_ms)
             VALUES ($1, $2, $3, $4, 1, $5)",
        )
        .bind(id.to_string())
        .bind(member.name)
        .bind(member.login.as_str())
        .bind(member.password_hash)
        .bind(from_ms(member.at_ms))
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        insert_duties(&mut transaction, id, &member.duties).await?;
        let detail = detail! { Login: member.login, Roles: told(&member.duties) };
        note(
            &mut transaction,
            member.at_ms,
            member.by,
            AuditStep::StaffAdded,
            id,
            detail,
        )
        .await?;
        transaction.commit().await.map_err(failed)?;
        Ok(id)
    }

    async fn members(
        &self,
        facility: Option<FacilityId>,
        before: Option<StaffId>,
        limit: u32,
    ) -> Result<Vec<StaffMember>, StoreError> {
        let query = format!(
            "{MEMBERS} WHERE staff.id IN (
                 SELECT id FROM staff AS listed
                 WHERE listed.id < $1 AND ($2 = '' OR EXISTS (
                     SELECT 1 FROM staff_role AS held
                     WHERE held.staff_id = listed.id AND held.facility_id = $2))
                 ORDER BY listed.id DESC LIMIT $3)
             ORDER BY staff.id DESC, role.role, role.facility_id"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(query))
            .bind(before.map_or_else(|| "g".to_owned(), |before| before.to_string()))
            .bind(facility.map_or_else(String::new, |facility| facility.to_string()))
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await
            .map_err(failed)?;
        fold(&rows)
    }

    async fn member(&self, staff: StaffId) -> Result<Option<StaffMember>, StoreError> {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "{MEMBERS} WHERE staff.id = $1"
        )))
        .bind(staff.to_string())
        .fetch_all(&self.readers)
        .await
        .map_err(failed)?;
        Ok(fold(&rows)?.pop())
    }

    async fn change_member(&self, change: MemberChange) -> Result<MemberChanged, StoreError> {
        again(|| async {
            let mut transaction = self.begin().await?;
            // Whoever is about to change what administrators there are waits here for the others.
            sqlx::query(
                "UPDATE staff SET name = name WHERE id = $1 OR id IN (
                 SELECT staff_id FROM staff_role WHERE role = 'administrator')",
            )
            .bind(change.staff.to_string())
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
            if !is_still(&mut transaction, change.staff, &change.was).await? {
                transaction.rollback().await.map_err(failed)?;
                return Ok(MemberChanged::Stale);
            }
            sqlx::query("UPDATE staff SET name = $2, state = $3 WHERE id = $1")
                .bind(change.staff.to_string())
                .bind(change.name.as_str())
                .bind(change.state.as_str())
                .execute(&mut *transaction)
                .await
                .map_err(failed)?;
            sqlx::query("DELETE FROM staff_role WHERE staff_id = $1")
                .bind(change.staff.to_string())
                .execute(&mut *transaction)
                .await
                .map_err(failed)?;
            insert_duties(&mut transaction, change.staff, &change.duties).await?;
            let everything = |duty: Duty| duty.role() == Role::Administrator;
            if change.was.iter().any(everything) && !has_administrator(&mut transaction).await? {
                transaction.rollback().await.map_err(failed)?;
                return Ok(MemberChanged::LastAdministrator);
            }
            if change.state != MemberState::Active {
                end_sessions(&mut transaction, change.staff).await?;
            }
            let detail = detail! {
                State: change.state.as_str(),
                Were: told(&change.was),
                Roles: told(&change.duties),
            };
            note(
                &mut transaction,
                change.at_ms,
                change.by,
                AuditStep::StaffChanged,
                change.staff,
                detail,
            )
            .await?;
            transaction.commit().await.map_err(failed)?;
            Ok(MemberChanged::Done)
        })
        .await
    }

    async fn reset_member(&self, reset: MemberReset) -> Result<bool, StoreError> {
        let mut transaction = self.begin().await?;
        sqlx::query(
            "UPDATE staff
             SET password_hash = $2, password_is_temporary = 1, totp_secret = NULL,
                 totp_pending = NULL, code_attempts = 0, code_attempts_since_ms = 0
             WHERE id = $1",
        )
        .bind(reset.staff.to_string())
        .bind(reset.password_hash)
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        if !is_still(&mut transaction, reset.staff, &reset.was).await? {
            transaction.rollback().await.map_err(failed)?;
            return Ok(false);
        }
        end_sessions(&mut transaction, reset.staff).await?;
        note(
            &mut transaction,
            reset.at_ms,
            reset.by,
            AuditStep::StaffReset,
            reset.staff,
            detail! {},
        )
        .await?;
        transaction.commit().await.map_err(failed)?;
        Ok(true)
    }
}

async fn insert_duties(
    connection: &mut AnyConnection,
    staff: StaffId,
    duties: &Duties,
) -> Result<(), StoreError> {
    for duty in duties.iter() {
        sqlx::query("INSERT INTO staff_role (staff_id, role, facility_id) VALUES ($1, $2, $3)")
            .bind(staff.to_string())
            .bind(duty.role().as_str())
            .bind(duty.facility().map(|facility| facility.to_string()))
            .execute(&mut *connection)
            .await
            .map_err(failed)?;
    }
    Ok(())
}

/// Whether a member who has not left has just these duties.
async fn is_still(
    connection: &mut AnyConnection,
    staff: StaffId,
    was: &Duties,
) -> Result<bool, StoreError> {
    let rows = sqlx::query(
        "SELECT role.role, role.facility_id
         FROM staff LEFT JOIN staff_role AS role ON role.staff_id = staff.id
         WHERE staff.id = $1 AND staff.state <> 'closed'",
    )
    .bind(staff.to_string())
    .fetch_all(connection)
    .await
    .map_err(failed)?;
    let mut duties = Vec::new();
    for row in &rows {
        duties.extend(duty(row)?);
    }
    Ok(!rows.is_empty() && Duties::new(duties) == *was)
}

async fn has_administrator(connection: &mut AnyConnection) -> Result<bool, StoreError> {
    let row = sqlx::query(
        "SELECT 1 FROM staff_role AS role JOIN staff ON staff.id = role.staff_id
         WHERE role.role = 'administrator' AND staff.state = 'active' LIMIT 1",
    )
    .fetch_optional(connection)
    .await
    .map_err(failed)?;
    Ok(row.is_some())
}

async fn end_sessions(connection: &mut AnyConnection, staff: StaffId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM staff_session WHERE staff_id = $1")
        .bind(staff.to_string())
        .execute(connection)
        .await
        .map(|_| ())
        .map_err(failed)
}

async fn note(
    connection: &mut AnyConnection,
    at_ms: u64,
    by: Actor,
    step: AuditStep,
    staff: StaffId,
    detail: Detail,
) -> Result<(), StoreError> {
    audit::note(
        connection,
        at_ms,
        by,
        step,
        Subject::new(AuditSubject::Staff, staff, None),
        detail,
    )
    .await
}

fn told(duties: &Duties) -> Value {
    let word = |duty: Duty| match duty.facility() {
        Some(facility) => format!("{} {facility}", duty.role().as_str()),
        None => duty.role().as_str().to_owned(),
    };
    duties.iter().map(word).collect()
}

/// One member for each run of rows with the same id.
fn fold(rows: &[AnyRow]) -> Result<Vec<StaffMember>, StoreError> {
    let mut members: Vec<(StaffMember, Vec<Duty>)> = Vec::new();
    for row in rows {
        let id: StaffId = id(row, "id")?;
        if members.last().is_none_or(|(last, _)| last.id != id) {
            let state = MemberState::parse(&text(row, "state")?);
            let member = StaffMember {
                id,
                name: text(row, "name")?,
                login: text(row, "login")?,
                state: state.map_err(|error| wrong("state", error))?,
                has_second_factor: integer(row, "has_factor")? == 1,
                duties: Duties::default(),
            };
            members.push((member, Vec::new()));
        }
        if let (Some((_, duties)), Some(duty)) = (members.last_mut(), duty(row)?) {
            duties.push(duty);
        }
    }
    let whole = |(member, duties)| StaffMember {
        duties: Duties::new(duties),
        ..member
    };
    Ok(members.into_iter().map(whole).collect())
}
