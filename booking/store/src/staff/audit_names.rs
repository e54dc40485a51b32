//! What those are called of whom the audit trail tells. The trail itself has their ids alone.

use std::collections::{BTreeMap, BTreeSet};

use booking_domain::{AuditDetail, AuditEvent, AuditSubject, StoreError};
use serde_json::{Map, Value};

use crate::{
    Store,
    many::{all, asking, pieces, places},
    rows::text,
};

/// A kind of thing, and an id.
type Told = (AuditSubject, String);

/// The names by the ids. Each kind is asked for once, however many events there are.
pub(super) async fn of(
    store: &Store,
    events: &[AuditEvent],
) -> Result<BTreeMap<String, String>, StoreError> {
    let told: BTreeSet<Told> = events.iter().flat_map(told).collect();
    let mut names = BTreeMap::new();
    for kind in AuditSubject::ALL {
        let Some(table) = table(*kind) else { continue };
        let of_kind = told.iter().filter(|(told, _)| told == kind);
        let ids: Vec<&String> = of_kind.map(|(_, id)| id).collect();
        for piece in pieces(&ids) {
            let sql = format!(
                "SELECT id, name FROM {table} WHERE name <> '' AND id IN ({})",
                places(1, piece.len())
            );
            for row in &all(&store.readers, asking(sql, &piece)).await? {
                names.insert(text(row, "id")?, text(row, "name")?);
            }
        }
    }
    Ok(names)
}

/// Where the things of a kind have a name.
const fn table(kind: AuditSubject) -> Option<&'static str> {
    match kind {
        AuditSubject::Account => Some("person"),
        AuditSubject::Inmate => Some("inmate"),
        AuditSubject::Staff => Some("staff"),
        AuditSubject::Terminal => Some("terminal"),
        _ => None,
    }
}

/// Of whom an event tells: who did it, what it was done to, and whoever else is noted.
fn told(event: &AuditEvent) -> Vec<Told> {
    let mut told = Vec::new();
    match event.actor.split_once(' ') {
        Some(("person", id)) => told.push((AuditSubject::Account, id.to_owned())),
        Some(("staff", id)) => told.push((AuditSubject::Staff, id.to_owned())),
        _ => {}
    }
    let mut kinds = AuditSubject::ALL.iter();
    if let Some(kind) = kinds.find(|kind| kind.as_str() == event.subject) {
        told.push((*kind, event.subject_id.clone()));
    }
    let detail: Map<String, Value> = serde_json::from_str(&event.detail).unwrap_or_default();
    for name in AuditDetail::ALL {
        let (Some(kind), Some(value)) = (name.subject(), detail.get(name.as_str())) else {
            continue;
        };
        let ids = value
            .as_array()
            .map_or(std::slice::from_ref(value), |ids| ids);
        let ids = ids.iter().filter_map(Value::as_str);
        told.extend(ids.map(|id| (kind, id.to_owned())));
    }
    told
}
