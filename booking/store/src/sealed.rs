//! The columns that hold what the vault has sealed.

use async_trait::async_trait;
use booking_domain::{Resealed, SealedKind, SealedOf, SealedValues, StoreError};
use sqlx::any::AnyRow;

use crate::{
    Store,
    error::failed,
    rows::{bytes, id},
};

/// Where the values of a kind stand: how a page of them is read, and how one is replaced.
struct Place {
    read: &'static str,
    replace: &'static str,
}

/// The place of a column in a table with a key, as far as a condition holds.
macro_rules! place {
    ($table:literal, $key:literal, $column:literal, $condition:literal) => {
        Place {
            read: concat!(
                "SELECT ",
                $key,
                " AS id, ",
                $column,
                " AS sealed FROM ",
                $table,
                " WHERE ",
                $key,
                " > $1 AND ",
                $condition,
                " ORDER BY ",
                $key,
                " LIMIT $2"
            ),
            replace: concat!(
                "UPDATE ",
                $table,
                " SET ",
                $column,
                " = $3 WHERE ",
                $key,
                " = $1 AND ",
                $column,
                " = $2"
            ),
        }
    };
}

const fn place(kind: SealedKind) -> Place {
    match kind {
        SealedKind::NationalId => place!(
            "account",
            "person_id",
            "national_id",
            "length(national_id) > 0"
        ),
        SealedKind::BirthDate => place!(
            "account",
            "person_id",
            "birth_date",
            "length(birth_date) > 0"
        ),
        SealedKind::DocumentKey => {
            place!("document", "id", "sealed_key", "deleted_at_ms IS NULL")
        }
        SealedKind::SecondFactor => {
            place!("staff", "id", "totp_secret", "totp_secret IS NOT NULL")
        }
        SealedKind::PendingFactor => {
            place!("staff", "id", "totp_pending", "totp_pending IS NOT NULL")
        }
    }
}

fn key(of: SealedOf) -> String {
    match of {
        SealedOf::NationalId(person) | SealedOf::BirthDate(person) => person.to_string(),
        SealedOf::DocumentKey(document) => document.to_string(),
        SealedOf::SecondFactor(staff) | SealedOf::PendingFactor(staff) => staff.to_string(),
    }
}

fn value(kind: SealedKind, row: &AnyRow) -> Result<(SealedOf, Vec<u8>), StoreError> {
    let of = match kind {
        SealedKind::NationalId => SealedOf::NationalId(id(row, "id")?),
        SealedKind::BirthDate => SealedOf::BirthDate(id(row, "id")?),
        SealedKind::DocumentKey => SealedOf::DocumentKey(id(row, "id")?),
        SealedKind::SecondFactor => SealedOf::SecondFactor(id(row, "id")?),
        SealedKind::PendingFactor => SealedOf::PendingFactor(id(row, "id")?),
    };
    Ok((of, bytes(row, "sealed")?))
}

#[async_trait]
impl SealedValues for Store {
    async fn sealed_values(
        &self,
        kind: SealedKind,
        after: Option<SealedOf>,
        limit: u32,
    ) -> Result<Vec<(SealedOf, Vec<u8>)>, StoreError> {
        let rows = sqlx::query(place(kind).read)
            .bind(after.map(key).unwrap_or_default())
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await
            .map_err(failed)?;
        rows.iter().map(|row| value(kind, row)).collect()
    }

    async fn replace_sealed(&self, values: &[Resealed]) -> Result<usize, StoreError> {
        let mut transaction = self.begin().await?;
        let mut replaced = 0;
        for Resealed { of, old, new } in values {
            let done = sqlx::query(place(of.kind()).replace)
                .bind(key(*of))
                .bind(old.as_slice())
                .bind(new.as_slice())
                .execute(&mut *transaction)
                .await
                .map_err(failed)?;
            replaced += usize::from(done.rows_affected() > 0);
        }
        transaction.commit().await.map_err(failed)?;
        Ok(replaced)
    }
}
