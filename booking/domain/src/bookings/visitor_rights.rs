//! What a visitor can do with a visit at a moment.

use ids::PersonId;

use crate::{BookedVisit, VisitState};

/// What one of the party can do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VisitorRights {
    /// Confirm the slot that is kept.
    pub confirm: bool,
    /// Call the visit off.
    pub cancel: bool,
    /// Say who else comes.
    pub change_party: bool,
    /// Not come along.
    pub leave: bool,
    /// Have a new link sent.
    pub link: bool,
}

impl VisitorRights {
    /// What `person` can do at a moment, Unix milliseconds. The party changes until the visit opens: from then
    /// on its links are out.
    #[must_use]
    pub fn of(visit: &BookedVisit, person: PersonId, now_ms: u64) -> Self {
        let ahead = matches!(
            visit.state,
            VisitState::Held | VisitState::Confirmed | VisitState::Flagged
        ) && now_ms < visit.slot.starts_at_ms
            && !visit.has_run_out(now_ms);
        let applicant = visit.applicant == Some(person);
        let unopened = ahead && visit.state != VisitState::Flagged && now_ms < visit.opens_at_ms;
        Self {
            confirm: ahead && applicant && visit.state == VisitState::Held,
            cancel: ahead && applicant,
            change_party: unopened && applicant,
            leave: ahead && !applicant,
            link: visit.state.is_joinable()
                && visit.opens_at_ms <= now_ms
                && now_ms < visit.slot.ends_at_ms,
        }
    }
}
