//! The audit trail: one row a step, which the database lets nobody change or remove.

use std::fmt::Display;

use booking_domain::{Actor, AuditDetail, AuditStep, AuditSubject, StoreError};
use ids::{FacilityId, VisitId};
use serde_json::Value;
use sqlx::AnyConnection;

use crate::{
    error::failed,
    many::{statement, stretches},
    rows::from_ms,
};

/// What a step happened to: a kind and an id.
pub(crate) struct Subject {
    kind: AuditSubject,
    id: String,
    facility: Option<FacilityId>,
}

impl Subject {
    /// A thing of a facility's, or of nobody's in particular.
    pub(crate) fn new(kind: AuditSubject, id: impl Display, facility: Option<FacilityId>) -> Self {
        Self {
            kind,
            id: id.to_string(),
            facility,
        }
    }

    /// A visit. Its facility is the visit's own.
    pub(crate) fn visit(visit: VisitId) -> Self {
        Self::new(AuditSubject::Visit, visit, None)
    }
}

/// A step to be noted.
pub(crate) struct Note {
    pub(crate) at_ms: u64,
    pub(crate) actor: Actor,
    pub(crate) step: AuditStep,
    pub(crate) subject: Subject,
    pub(crate) detail: Detail,
}

/// What else is told of a step. It names no person but by id.
pub(crate) struct Detail(Value);

impl Detail {
    /// Tells one thing more.
    pub(crate) fn tell(&mut self, name: AuditDetail, value: Value) {
        self.0[name.as_str()] = value;
    }
}

impl<const COUNT: usize> From<[(AuditDetail, Value); COUNT]> for Detail {
    fn from(things: [(AuditDetail, Value); COUNT]) -> Self {
        Self(
            things
                .map(|(name, value)| (name.as_str(), value))
                .into_iter()
                .collect(),
        )
    }
}

/// A [`Detail`] of names of [`AuditDetail`] with their values: `detail! { Seat: seat }`.
macro_rules! detail {
    ($($name:ident: $value:expr),* $(,)?) => {
        $crate::audit::Detail::from([
            $((booking_domain::AuditDetail::$name, serde_json::json!($value)),)*
        ])
    };
}
pub(crate) use detail;

/// Notes one step, in the transaction that makes it ([`Note`]).
pub(crate) async fn note(
    connection: &mut AnyConnection,
    at_ms: u64,
    actor: Actor,
    step: AuditStep,
    subject: Subject,
    detail: Detail,
) -> Result<(), StoreError> {
    let note = Note {
        at_ms,
        actor,
        step,
        subject,
        detail,
    };
    note_all(connection, &[note]).await
}

/// Notes steps in their order, in the transaction that makes them.
pub(crate) async fn note_all(
    connection: &mut AnyConnection,
    notes: &[Note],
) -> Result<(), StoreError> {
    for stretch in stretches(notes) {
        let rows: Vec<_> = (0..stretch.len()).map(|row| values(7 * row)).collect();
        let mut noting = statement(format!(
            "INSERT INTO audit_event (at_ms, actor, action, subject, subject_id, facility_id, detail)
             VALUES {}",
            rows.join(", ")
        ));
        for note in stretch {
            noting = noting
                .bind(from_ms(note.at_ms))
                .bind(note.actor.to_string())
                .bind(note.step.as_str())
                .bind(note.subject.kind.as_str())
                .bind(note.subject.id.clone())
                .bind(note.subject.facility.map(|facility| facility.to_string()))
                .bind(note.detail.0.to_string());
        }
        noting.execute(&mut *connection).await.map_err(failed)?;
    }
    Ok(())
}

/// A row of a note. A visit's facility is looked up where it is not said.
fn values(before: usize) -> String {
    let [at, actor, action, subject, id, facility, detail] =
        [1, 2, 3, 4, 5, 6, 7].map(|column| before + column);
    format!(
        "(${at}, ${actor}, ${action}, ${subject}, ${id},
          COALESCE(${facility}, (SELECT facility_id FROM visit WHERE id = ${id})), ${detail})"
    )
}
