//! Who did what to a thing, out of the audit trail.

use std::collections::BTreeMap;

use async_trait::async_trait;
use booking_domain::{AuditStep, AuditSubject, Deed, Deeds, Doer, StoreError, deeds_of};
use sqlx::any::AnyRow;

use crate::{
    Store,
    many::{all, asking, pieces, places},
    rows::{number, optional_text, text},
};

#[async_trait]
impl Deeds for Store {
    async fn deeds(
        &self,
        subject: AuditSubject,
        ids: &[String],
    ) -> Result<BTreeMap<String, Vec<Deed>>, StoreError> {
        let steps = deeds_of(subject);
        let mut done: BTreeMap<String, Vec<Deed>> = BTreeMap::new();
        if steps.is_empty() {
            return Ok(done);
        }
        for piece in pieces(ids) {
            let count = piece.len();
            let sql = format!(
                "SELECT event.subject_id, event.action, event.at_ms, event.actor,
                        staff.name AS staff_name
                 FROM audit_event AS event
                 LEFT JOIN staff ON staff.id = SUBSTR(event.actor, 7)
                 WHERE event.subject_id IN ({}) AND event.subject = ${}
                   AND event.action IN ({})
                 ORDER BY event.sequence",
                places(1, count),
                count + 1,
                places(count + 2, steps.len()),
            );
            let mut asking = asking(sql, &piece).bind(subject.as_str());
            for step in steps {
                asking = asking.bind(step.as_str());
            }
            for row in &all(&self.readers, asking).await? {
                let Some(deed) = deed(row, steps)? else {
                    continue;
                };
                let deeds = done.entry(text(row, "subject_id")?).or_default();
                deeds.retain(|earlier| earlier.step != deed.step);
                deeds.push(deed);
            }
        }
        Ok(done)
    }
}

/// The trail names an actor by a kind and an id: `staff …`.
fn deed(row: &AnyRow, steps: &[AuditStep]) -> Result<Option<Deed>, StoreError> {
    let action = text(row, "action")?;
    let Some(step) = steps.iter().find(|step| step.as_str() == action) else {
        return Ok(None);
    };
    let by = match (
        text(row, "actor")?.split(' ').next(),
        optional_text(row, "staff_name")?,
    ) {
        (Some("staff"), Some(name)) => Doer::Staff(name),
        (Some("person" | "visitor"), _) => Doer::Visitor,
        _ => Doer::Service,
    };
    Ok(Some(Deed {
        step: *step,
        at_ms: number(row, "at_ms")?,
        by,
    }))
}
