//! Whose session a visitor's secret is of.

use booking_domain::StoreError;
use grant::SecretHash;
use ids::PersonId;

use crate::{
    Store,
    error::failed,
    rows::{from_ms, id},
};

impl Store {
    /// The visitor whose session's secret this is, unless it is over at `now_ms`.
    pub async fn visitor_session(
        &self,
        secret: SecretHash,
        now_ms: u64,
    ) -> Result<Option<PersonId>, StoreError> {
        let row = sqlx::query(
            "SELECT account.person_id FROM account_session AS session
             JOIN account ON account.person_id = session.person_id
             WHERE session.hash = $1 AND session.expires_at_ms > $2 AND account.state = 'active'",
        )
        .bind(secret.as_bytes().as_slice())
        .bind(from_ms(now_ms))
        .fetch_optional(&self.readers)
        .await
        .map_err(failed)?;
        row.map(|row| id(&row, "person_id")).transpose()
    }
}
