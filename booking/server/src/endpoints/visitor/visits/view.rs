//! A visit, as its visitors see it.

use booking_domain::{
    BookedMember, BookedVisit, EndedBy, Ground, VisitState, VisitorRights,
    applications::Relationship, gives_back_until_ms,
};
use ids::{FacilityId, InmateId, PersonId, Seat, VisitId};
use serde::Serialize;

use crate::{messages::texts::reason, visitor_session::VisitorSession};

/// A visit.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Visit)]
pub(crate) struct View {
    id: VisitId,
    facility_id: FacilityId,
    facility_name: String,
    time_zone: String,
    inmate_id: InmateId,
    inmate_name: String,
    inmate_number: String,
    /// 第1梯 is 1; none outside the grid.
    batch: Option<u16>,
    /// From when one may join.
    opens_at_ms: u64,
    starts_at_ms: u64,
    ends_at_ms: u64,
    /// `held`, `confirmed`, `flagged`, `in_session`, `completed`, `terminated`, `technical_failure`,
    /// `cancelled` or `no_show`.
    #[schema(value_type = crate::words::VisitState)]
    state: &'static str,
    /// Until when the slot is kept for whoever confirms.
    held_until_ms: Option<u64>,
    /// Whether it is the reader who booked it.
    applicant: bool,
    /// What the reader is to the inmate, by an approved application.
    #[schema(value_type = Option<crate::words::Relationship>)]
    relationship: Option<&'static str>,
    party: Vec<Member>,
    /// Whether it counts in the inmate's month.
    counted: bool,
    /// Why it was flagged or called off.
    reason: Option<String>,
    /// `visitor`, `inmate`, `facility` or `system`.
    #[schema(value_type = Option<crate::words::EndedBy>)]
    ended_by: Option<&'static str>,
    /// How long the inmate and the visitors were together so far.
    together_ms: u64,
    /// By how much its end was moved for the time that it lost.
    given_back_ms: u64,
    can: Can,
    /// Until when whoever calls it off gives the visit back to the month: while it is flagged, until it begins.
    /// None where it does not count.
    gives_back_until_ms: Option<u64>,
}

/// A visitor.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = VisitMember)]
struct Member {
    seat: Seat,
    person_id: PersonId,
    name: String,
    /// Whether it is the reader.
    you: bool,
}

/// What the reader can do.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = VisitorRights)]
struct Can {
    confirm: bool,
    cancel: bool,
    change_party: bool,
    leave: bool,
    link: bool,
}

/// The visit for one of its party at a moment.
pub(super) fn view(visit: BookedVisit, session: &VisitorSession, now_ms: u64) -> View {
    let reader = session.person;
    let rights = VisitorRights::of(&visit, reader, now_ms);
    let gives_back = (visit.ground == Ground::Ordinary).then(|| match visit.state {
        VisitState::Flagged => visit.slot.starts_at_ms,
        _ => gives_back_until_ms(visit.slot.starts_at_ms, visit.rules.cancel_before_hours),
    });
    let mut party = visit.party.iter();
    let relationship = party
        .find(|member| member.person == reader)
        .and_then(|member| member.relationship);
    let member = |member: BookedMember| Member {
        seat: member.seat,
        person_id: member.person,
        name: member.name,
        you: member.person == reader,
    };
    View {
        id: visit.id,
        facility_id: visit.facility,
        facility_name: visit.facility_name.written_in(session.locale),
        time_zone: visit.time_zone,
        inmate_id: visit.inmate,
        inmate_name: visit.inmate_name,
        inmate_number: visit.inmate_number,
        batch: visit.batch,
        opens_at_ms: visit.opens_at_ms,
        starts_at_ms: visit.slot.starts_at_ms,
        ends_at_ms: visit.slot.ends_at_ms,
        state: visit.state.as_str(),
        held_until_ms: visit.held_until_ms,
        applicant: visit.applicant == Some(reader),
        relationship: relationship.map(Relationship::as_str),
        party: visit.party.into_iter().map(member).collect(),
        counted: visit.counted,
        reason: visit.reason.map(|why| reason(why, session.locale)),
        ended_by: visit.ended_by.map(EndedBy::as_str),
        together_ms: visit.time.together_ms,
        given_back_ms: visit.given_back_ms,
        can: Can {
            confirm: rights.confirm,
            cancel: rights.cancel,
            change_party: rights.change_party,
            leave: rights.leave,
            link: rights.link,
        },
        gives_back_until_ms: gives_back,
    }
}
