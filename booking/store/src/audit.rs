//! The audit trail: one row a step, which the database lets nobody change or remove.

use std::fmt::Display;

use booking_domain::{Actor, StoreError};
use ids::{FacilityId, VisitId};
use sqlx::AnyConnection;

use crate::{error::failed, rows::from_ms};

/// What a step happened to: a kind and an id.
pub(crate) struct Subject {
    kind: &'static str,
    id: String,
    facility: Option<FacilityId>,
}

impl Subject {
    /// A thing of a facility's, or of nobody's in particular.
    pub(crate) fn new(kind: &'static str, id: impl Display, facility: Option<FacilityId>) -> Self {
        Self {
            kind,
            id: id.to_string(),
            facility,
        }
    }

    /// A visit. Its facility is the visit's own.
    pub(crate) fn visit(visit: VisitId) -> Self {
        Self::new("visit", visit, None)
    }
}

/// Notes a step, in the transaction that makes it. The detail names no person but by id.
pub(crate) async fn note(
    connection: &mut AnyConnection,
    at_ms: u64,
    actor: Actor,
    action: &str,
    subject: Subject,
    detail: serde_json::Value,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO audit_event (at_ms, actor, action, subject, subject_id, facility_id, detail)
         VALUES ($1, $2, $3, $4, $5,
                 COALESCE($6, (SELECT facility_id FROM visit WHERE id = $5)), $7)",
    )
    .bind(from_ms(at_ms))
    .bind(actor.to_string())
    .bind(action)
    .bind(subject.kind)
    .bind(subject.id)
    .bind(subject.facility.map(|facility| facility.to_string()))
    .bind(detail.to_string())
    .execute(connection)
    .await
    .map(|_| ())
    .map_err(failed)
}
