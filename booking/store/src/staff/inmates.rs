//! Inmates.

use std::collections::BTreeSet;

use async_trait::async_trait;
use booking_domain::{
    Actor, AuditStep, AuditSubject, Departed, Departure, Import, Imported, InmateInfo, InmateQuery,
    InmateRow, InmateState, Inmates, RowFault, StoreError,
};
use ids::{FacilityId, InmateId};
use sqlx::{AnyConnection, any::AnyRow};

use super::departures;
use crate::{
    Store,
    again::again,
    audit::{self, Subject, detail},
    error::failed,
    rows::{id, literal, new_id, optional_ms, text, wrong},
};

#[async_trait]
impl Inmates for Store {
    async fn admit_inmate(
        &self,
        facility: FacilityId,
        inmate: InmateRow,
        by: Actor,
        at_ms: u64,
    ) -> Result<InmateId, StoreError> {
        let mut transaction = self.begin().await?;
        let id = insert(&mut transaction, facility, &inmate).await?;
        audit::note(
            &mut transaction,
            at_ms,
            by,
            AuditStep::InmateAdded,
            Subject::new(AuditSubject::Inmate, id, Some(facility)),
            detail! {},
        )
        .await?;
        transaction.commit().await.map_err(failed)?;
        Ok(id)
    }

    async fn find_inmates(&self, query: InmateQuery) -> Result<Vec<InmateInfo>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, facility_id, number, name, first_name, state, left_at_ms FROM inmate
             WHERE facility_id = $1 AND id < $2 AND name <> '' AND ($3 = '' OR state = $3)
               AND ($4 = '' OR number LIKE $5 ESCAPE '!' OR name LIKE $6 ESCAPE '!')
             ORDER BY id DESC LIMIT $7",
        )
        .bind(query.facility.to_string())
        .bind(
            query
                .before
                .map_or_else(|| "g".to_owned(), |before| before.to_string()),
        )
        .bind(query.state.map_or("", InmateState::as_str))
        .bind(query.text.as_str())
        .bind(format!("{}%", literal(&query.text)))
        .bind(format!("%{}%", literal(&query.text)))
        .bind(i64::from(query.limit))
        .fetch_all(&self.readers)
        .await
        .map_err(failed)?;
        rows.iter().map(info).collect()
    }

    async fn inmate(&self, id: InmateId) -> Result<Option<InmateInfo>, StoreError> {
        let row = sqlx::query(
            "SELECT id, facility_id, number, name, first_name, state, left_at_ms FROM inmate
             WHERE id = $1",
        )
        .bind(id.to_string())
        .fetch_optional(&self.readers)
        .await
        .map_err(failed)?;
        row.as_ref().map(info).transpose()
    }

    async fn depart(&self, departure: Departure) -> Result<Departed, StoreError> {
        again(|| async {
            let mut transaction = self.begin().await?;
            let departed = departures::depart(&mut transaction, &departure).await?;
            match departed {
                Departed::Done { .. } => transaction.commit().await,
                Departed::NotPresent => transaction.rollback().await,
            }
            .map_err(failed)?;
            Ok(departed)
        })
        .await
    }

    async fn import_inmates(&self, import: Import) -> Result<Imported, StoreError> {
        again(|| async {
            let mut imported = Imported::default();
            let mut numbers = BTreeSet::new();
            let mut transaction = self.begin().await?;
            for (line, row) in &import.rows {
                if numbers.insert(&row.number) {
                    bring_in(&mut transaction, &import, *line, row, &mut imported).await?;
                } else {
                    imported.bad.push((*line, RowFault::Repeated));
                }
            }
            if import.dry_run || imported.added + imported.changed == 0 {
                transaction.rollback().await.map_err(failed)?;
                return Ok(imported);
            }
            audit::note(
                &mut transaction,
                import.at_ms,
                import.by,
                AuditStep::InmatesImported,
                Subject::new(
                    AuditSubject::Facility,
                    import.facility,
                    Some(import.facility),
                ),
                detail! { Added: imported.added, Changed: imported.changed },
            )
            .await?;
            transaction.commit().await.map_err(failed)?;
            Ok(imported)
        })
        .await
    }
}

async fn bring_in(
    connection: &mut AnyConnection,
    import: &Import,
    line: u64,
    row: &InmateRow,
    imported: &mut Imported,
) -> Result<(), StoreError> {
    let known = sqlx::query(
        "SELECT id, facility_id, number, name, first_name, state, left_at_ms FROM inmate
         WHERE facility_id = $1 AND number = $2 AND state = 'present'",
    )
    .bind(import.facility.to_string())
    .bind(row.number.as_str())
    .fetch_optional(&mut *connection)
    .await
    .map_err(failed)?;
    let Some(known) = known.as_ref().map(info).transpose()? else {
        insert(connection, import.facility, row).await?;
        imported.added += 1;
        return Ok(());
    };
    if known.row == *row {
        imported.unchanged += 1;
    } else if known.row.name == row.name {
        sqlx::query("UPDATE inmate SET first_name = $2 WHERE id = $1")
            .bind(known.id.to_string())
            .bind(row.first_name.as_str())
            .execute(connection)
            .await
            .map_err(failed)?;
        imported.changed += 1;
    } else {
        imported.bad.push((line, RowFault::OtherName));
    }
    Ok(())
}

pub(super) async fn insert(
    connection: &mut AnyConnection,
    facility: FacilityId,
    inmate: &InmateRow,
) -> Result<InmateId, StoreError> {
    let id = InmateId::from_uuid(new_id());
    sqlx::query(
        "INSERT INTO inmate (id, facility_id, number, name, first_name)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(id.to_string())
    .bind(facility.to_string())
    .bind(inmate.number.as_str())
    .bind(inmate.name.as_str())
    .bind(inmate.first_name.as_str())
    .execute(connection)
    .await
    .map(|_| id)
    .map_err(failed)
}

pub(super) fn info(row: &AnyRow) -> Result<InmateInfo, StoreError> {
    let state = InmateState::parse(&text(row, "state")?);
    Ok(InmateInfo {
        id: id(row, "id")?,
        facility: id(row, "facility_id")?,
        row: InmateRow {
            number: text(row, "number")?,
            name: text(row, "name")?,
            first_name: text(row, "first_name")?,
        },
        state: state.ok_or_else(|| wrong("state", "not a state of an inmate"))?,
        left_at_ms: optional_ms(row, "left_at_ms")?,
    })
}
