//! What terminals found when they tried themselves.

use async_trait::async_trait;
use booking_domain::{Finding, SelfTest, SelfTests, StoreError};
use ids::TerminalId;
use sqlx::any::AnyRow;

use crate::{
    Store,
    error::failed,
    rows::{from_ms, optional_ms, optional_text, wrong},
};

#[async_trait]
impl SelfTests for Store {
    async fn note_self_test(
        &self,
        terminal: TerminalId,
        test: &SelfTest,
    ) -> Result<(), StoreError> {
        let words: Vec<_> = test.findings.iter().map(|found| found.as_str()).collect();
        sqlx::query(
            "UPDATE terminal SET self_tested_at_ms = $2, findings = $3
             WHERE id = $1 AND COALESCE(self_tested_at_ms, 0) <= $2",
        )
        .bind(terminal.to_string())
        .bind(from_ms(test.at_ms))
        .bind(words.join(" "))
        .execute(&self.writers)
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn self_tests(&self) -> Result<Vec<Option<SelfTest>>, StoreError> {
        let rows = sqlx::query(
            "SELECT self_tested_at_ms, findings FROM terminal WHERE in_service = 1 ORDER BY id",
        )
        .fetch_all(&self.readers)
        .await
        .map_err(failed)?;
        rows.iter().map(self_test).collect()
    }
}

/// The test in a row with a terminal's `self_tested_at_ms` and `findings`.
pub(crate) fn self_test(row: &AnyRow) -> Result<Option<SelfTest>, StoreError> {
    let told = optional_ms(row, "self_tested_at_ms")?.zip(optional_text(row, "findings")?);
    told.map(|(at_ms, words)| {
        let findings = words.split_whitespace().map(Finding::parse).collect();
        let findings: Result<Vec<_>, _> = findings;
        let findings = findings.map_err(|error| wrong("findings", error))?;
        Ok(SelfTest::new(at_ms, findings))
    })
    .transpose()
}
