//! The processes that serve, and by what the keys of a store are known.

use booking_domain::StoreError;

use crate::{
    Store,
    error::failed,
    rows::{bytes, from_ms, number, text, wrong},
};

/// What a process left behind that failed is removed after so long, ms.
const LEFT_BEHIND_MS: u64 = 24 * 60 * 60 * 1000;

/// A process that serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServingProcess {
    /// Its own name for itself.
    pub id: String,
    /// The id of the vault's key that it seals with.
    pub vault_key: u8,
    /// When it last said so, Unix milliseconds.
    pub seen_at_ms: u64,
}

/// By what a key is known again, without telling it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyCheck {
    /// What the key is for, and its id.
    pub name: String,
    /// A code that only the key makes.
    pub code: [u8; 32],
}

impl Store {
    /// Notes that a process serves. That this can be written down is a sign that anything can.
    ///
    /// # Errors
    /// The store cannot be reached, or cannot write.
    pub async fn note_serving(
        &self,
        process: &str,
        vault_key: u8,
        now_ms: u64,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        sqlx::query(
            "INSERT INTO serving_process (id, vault_key, seen_at_ms) VALUES ($1, $2, $3)
             ON CONFLICT (id) DO UPDATE SET vault_key = $2, seen_at_ms = $3",
        )
        .bind(process)
        .bind(i64::from(vault_key))
        .bind(from_ms(now_ms))
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        sqlx::query("DELETE FROM serving_process WHERE seen_at_ms < $1")
            .bind(from_ms(now_ms.saturating_sub(LEFT_BEHIND_MS)))
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        transaction.commit().await.map_err(failed)
    }

    /// Notes that a process does not serve any more.
    ///
    /// # Errors
    /// The store cannot be reached.
    pub async fn serving_ended(&self, process: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM serving_process WHERE id = $1")
            .bind(process)
            .execute(&self.writers)
            .await
            .map(|_| ())
            .map_err(failed)
    }

    /// The processes that have served since a time, Unix milliseconds, and have not ended.
    ///
    /// # Errors
    /// The store cannot be reached.
    pub async fn serving_since(&self, since_ms: u64) -> Result<Vec<ServingProcess>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, vault_key, seen_at_ms FROM serving_process WHERE seen_at_ms >= $1 ORDER BY id",
        )
        .bind(from_ms(since_ms))
        .fetch_all(&self.readers)
        .await
        .map_err(failed)?;
        let process = |row| {
            Ok(ServingProcess {
                id: text(row, "id")?,
                vault_key: number(row, "vault_key")?,
                seen_at_ms: number(row, "seen_at_ms")?,
            })
        };
        rows.iter().map(process).collect()
    }

    /// By what the keys are known that this store was used with. None: it was used with no keys yet.
    ///
    /// # Errors
    /// The store cannot be reached.
    pub async fn key_checks(&self) -> Result<Vec<KeyCheck>, StoreError> {
        let rows = sqlx::query("SELECT name, code FROM key_check ORDER BY name")
            .fetch_all(&self.readers)
            .await
            .map_err(failed)?;
        let check = |row| {
            let code = bytes(row, "code")?.try_into();
            Ok(KeyCheck {
                name: text(row, "name")?,
                code: code.map_err(|_| wrong("code", "not 32 bytes"))?,
            })
        };
        rows.iter().map(check).collect()
    }

    /// Remembers by what keys are known. What is there already stays.
    ///
    /// # Errors
    /// The store cannot be reached.
    pub async fn add_key_checks(&self, checks: &[KeyCheck]) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        for check in checks {
            sqlx::query(
                "INSERT INTO key_check (name, code) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
            )
            .bind(&check.name)
            .bind(check.code.as_slice())
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        }
        transaction.commit().await.map_err(failed)
    }

    /// Forgets keys by their names.
    ///
    /// # Errors
    /// The store cannot be reached.
    pub async fn forget_key_checks(&self, names: &[String]) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        for name in names {
            sqlx::query("DELETE FROM key_check WHERE name = $1")
                .bind(name)
                .execute(&mut *transaction)
                .await
                .map_err(failed)?;
        }
        transaction.commit().await.map_err(failed)
    }
}
