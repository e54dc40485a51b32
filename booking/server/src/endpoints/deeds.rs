//! Who did what to a thing, and when, beside the thing in a list.

use std::{collections::BTreeMap, fmt::Display};

use booking_domain::{AuditSubject, Deed, Deeds, Doer};
use serde::Serialize;

use crate::{Booking, ProblemCode};

/// What was done to a thing: of each kind of step the last one.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Deed)]
pub(crate) struct DeedBody {
    #[schema(value_type = crate::words::AuditStep)]
    step: &'static str,
    /// Unix milliseconds.
    at_ms: u64,
    #[schema(value_type = crate::words::Doer)]
    by: &'static str,
    /// The name of the member of staff.
    staff_name: Option<String>,
}

/// What was done to the things of a list, by their ids.
pub(super) struct Told(BTreeMap<String, Vec<Deed>>);

/// Asks for what was done to things.
pub(super) async fn of_all<Id: Display>(
    booking: &Booking,
    subject: AuditSubject,
    ids: impl IntoIterator<Item = Id>,
) -> Result<Told, ProblemCode> {
    let ids: Vec<String> = ids.into_iter().map(|id| id.to_string()).collect();
    Ok(Told(booking.0.store.deeds(subject, &ids).await?))
}

impl Told {
    /// What was done to one of them, the first deed first.
    pub(super) fn take(&mut self, id: impl Display) -> Vec<DeedBody> {
        let deeds = self.0.remove(&id.to_string()).unwrap_or_default();
        deeds.into_iter().map(DeedBody::from).collect()
    }
}

impl From<Deed> for DeedBody {
    fn from(deed: Deed) -> Self {
        Self {
            step: deed.step.as_str(),
            at_ms: deed.at_ms,
            by: deed.by.as_str(),
            staff_name: match deed.by {
                Doer::Staff(name) => Some(name),
                Doer::Visitor | Doer::Service => None,
            },
        }
    }
}
