//! The audit trail: one row a step, which the database lets nobody change or remove.

use std::fmt::Display;

use booking_domain::StoreError;
use ids::VisitId;
use sqlx::AnyConnection;

use crate::{error::failed, rows::from_ms};

/// Who did something.
pub(crate) enum Actor {
    /// The service itself.
    System,
    /// A visitor, by the seat and link that the detail names.
    Visitor,
    /// An officer.
    Officer(ids::OfficerId),
}

impl Display for Actor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::System => f.write_str("system"),
            Self::Visitor => f.write_str("visitor"),
            Self::Officer(officer) => write!(f, "officer {officer}"),
        }
    }
}

/// Notes a step, in the transaction that makes it.
pub(crate) async fn note(
    connection: &mut AnyConnection,
    at_ms: u64,
    visit: VisitId,
    actor: Actor,
    action: &str,
    detail: serde_json::Value,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO audit_event (at_ms, visit_id, actor, action, detail)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(from_ms(at_ms))
    .bind(visit.to_string())
    .bind(actor.to_string())
    .bind(action)
    .bind(detail.to_string())
    .execute(connection)
    .await
    .map(|_| ())
    .map_err(failed)
}
