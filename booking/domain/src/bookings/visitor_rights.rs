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
    /// on its links are out. That of a visit outside the grid is the one that staff admitted.
    #[must_use]
    pub fn of(visit: &BookedVisit, person: PersonId, now_ms: u64) -> Self {
        let ahead = matches!(
            visit.state,
            VisitState::Held | VisitState::Confirmed | VisitState::Flagged
        ) && now_ms < visit.slot.starts_at_ms
            && !visit.has_run_out(now_ms);
        let applicant = visit.applicant == Some(person);
        let in_grid = visit.batch.is_some();
        Self {
            confirm: ahead && applicant && visit.state == VisitState::Held,
            cancel: ahead && applicant,
            change_party: ahead && applicant && in_grid && now_ms < visit.opens_at_ms,
            leave: ahead && !applicant,
            link: visit.state.is_joinable()
                && visit.opens_at_ms <= now_ms
                && now_ms < visit.slot.ends_at_ms,
        }
    }
}

#[cfg(test)]
mod tests {
    use grant::Slot;
    use ids::{FacilityId, InmateId, TerminalId, VisitId};
    use uuid::Uuid;

    use super::*;
    use crate::{FacilityName, FacilityRules, Ground, VisitTime};

    const OPENS_AT_MS: u64 = 1_000;

    fn visit(state: VisitState, batch: Option<u16>) -> BookedVisit {
        BookedVisit {
            id: VisitId::from_uuid(Uuid::nil()),
            facility: FacilityId::from_uuid(Uuid::nil()),
            facility_name: FacilityName::new("示範看守所"),
            time_zone: "Asia/Taipei".into(),
            rules: FacilityRules::default(),
            terminal: TerminalId::from_uuid(Uuid::nil()),
            terminal_name: "第一接見室".into(),
            inmate: InmateId::from_uuid(Uuid::nil()),
            inmate_name: "林明華".into(),
            inmate_number: "1024".into(),
            batch,
            opens_at_ms: OPENS_AT_MS,
            slot: Slot {
                starts_at_ms: 2_000,
                ends_at_ms: 3_000,
            },
            state,
            event_on: None,
            ground: Ground::Ordinary,
            held_until_ms: None,
            applicant: Some(applicant()),
            counted: true,
            reason: None,
            ended_by: None,
            time: VisitTime::default(),
            given_back_ms: 0,
            party: Vec::new(),
        }
    }

    fn applicant() -> PersonId {
        PersonId::from_uuid(Uuid::from_u128(1))
    }

    #[test]
    fn the_applicant_changes_the_party_of_a_flagged_visit_too_until_it_opens() {
        let can = |visit: &BookedVisit, now_ms| {
            VisitorRights::of(visit, applicant(), now_ms).change_party
        };
        for state in [VisitState::Confirmed, VisitState::Flagged] {
            assert!(can(&visit(state, Some(1)), OPENS_AT_MS - 1));
            assert!(!can(&visit(state, Some(1)), OPENS_AT_MS));
            assert!(
                !can(&visit(state, None), OPENS_AT_MS - 1),
                "staff admitted it"
            );
        }
    }

    #[test]
    fn no_link_is_sent_before_the_visit_opens_or_while_it_is_flagged() {
        let can =
            |state, now_ms| VisitorRights::of(&visit(state, Some(1)), applicant(), now_ms).link;
        assert!(can(VisitState::Confirmed, OPENS_AT_MS));
        assert!(!can(VisitState::Confirmed, OPENS_AT_MS - 1));
        assert!(!can(VisitState::Flagged, OPENS_AT_MS));
    }
}
