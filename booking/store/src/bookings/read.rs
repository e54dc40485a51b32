//! Reading booked visits: one row a visitor, folded into one visit each.

use std::collections::BTreeMap;

use booking_domain::{
    BookedMember, BookedVisit, EndedBy, Ground, StoreError, VisitState, applications::Relationship,
};
use ids::VisitId;
use sqlx::any::AnyRow;

use crate::{
    Store,
    many::{all, asking, pieces, places},
    rows::{
        facility_name, id, number, optional_date, optional_id, optional_integer, optional_ms,
        optional_text, seat, slot, text, visit_time, wrong,
    },
    slots::rules_of,
};

/// `SELECT` of booked visits, with the rest of the statement from `WHERE` on. The rows of one visit must follow
/// each other, in the order of the seats.
macro_rules! select_booked {
    ($rest:literal) => {
        concat!(
            "SELECT visit.id, visit.facility_id, facility.name AS facility_name, facility.latin_name,
                    facility.time_zone, facility.book_from_days, facility.book_to_days,
                    facility.day_opens_minute, facility.visits_a_month,
                    facility.cancel_before_hours, facility.opens_before_minutes, facility.give_back_minutes,
                    facility.no_shows, facility.no_shows_within_months,
                    facility.no_shows_bar_months, visit.terminal_id,
                    terminal.name AS terminal_name, visit.inmate_id,
                    inmate.name AS inmate_name, inmate.number AS inmate_number, visit.batch,
                    visit.opens_at_ms, visit.starts_at_ms, visit.ends_at_ms, visit.state,
                    visit.ground, visit.event_on, visit.held_until_ms, visit.applicant_id, visit.counted_month,
                    visit.reason, visit.ended_by, visit.together_ms, visit.without_inmate_ms,
                    visit.without_visitors_ms, visit.given_back_ms, member.seat, member.person_id,
                    person.name AS member_name, application.relationship
             FROM visit
             JOIN facility ON facility.id = visit.facility_id
             JOIN terminal ON terminal.id = visit.terminal_id
             JOIN inmate ON inmate.id = visit.inmate_id
             LEFT JOIN visit_member AS member ON member.visit_id = visit.id
             LEFT JOIN person ON person.id = member.person_id
             LEFT JOIN application ON application.person_id = member.person_id
                                  AND application.inmate_id = visit.inmate_id
                                  AND application.state = 'approved'
             WHERE ",
            $rest
        )
    };
}
pub(super) use select_booked;

/// These visits, in their order.
pub(super) async fn booked_visits(
    store: &Store,
    visits: &[VisitId],
) -> Result<Vec<Option<BookedVisit>>, StoreError> {
    let mut booked = BTreeMap::new();
    for piece in pieces(visits) {
        let sql = format!(
            "{}visit.id IN ({}) ORDER BY visit.id, member.seat",
            select_booked!(""),
            places(1, piece.len())
        );
        let rows = all(&store.readers, asking(sql, &piece)).await?;
        booked.extend(
            fold_booked(&rows)?
                .into_iter()
                .map(|visit| (visit.id, visit)),
        );
    }
    Ok(visits.iter().map(|visit| booked.remove(visit)).collect())
}

/// Folds rows of [`select_booked`] into visits.
pub(super) fn fold_booked(rows: &[AnyRow]) -> Result<Vec<BookedVisit>, StoreError> {
    let mut visits: Vec<BookedVisit> = Vec::new();
    for row in rows {
        let visit = id(row, "id")?;
        if visits.last().is_none_or(|last| last.id != visit) {
            visits.push(booked(row)?);
        }
        if let (Some(last), Some(number)) = (visits.last_mut(), optional_integer(row, "seat")?) {
            last.party.push(BookedMember {
                seat: seat(number)?,
                person: id(row, "person_id")?,
                name: text(row, "member_name")?,
                relationship: relationship(row)?,
            });
        }
    }
    Ok(visits)
}

fn relationship(row: &AnyRow) -> Result<Option<Relationship>, StoreError> {
    optional_text(row, "relationship")?
        .map(|word| Relationship::parse(&word).map_err(|error| wrong("relationship", error)))
        .transpose()
}

fn booked(row: &AnyRow) -> Result<BookedVisit, StoreError> {
    let state = VisitState::parse(&text(row, "state")?).map_err(|error| wrong("state", error))?;
    let ground = Ground::parse(&text(row, "ground")?).map_err(|error| wrong("ground", error))?;
    let ended_by = optional_text(row, "ended_by")?
        .map(|by| EndedBy::parse(&by).map_err(|error| wrong("ended_by", error)))
        .transpose()?;
    let batch = match optional_integer(row, "batch")? {
        None => None,
        Some(_) => Some(number(row, "batch")?),
    };
    Ok(BookedVisit {
        id: id(row, "id")?,
        facility: id(row, "facility_id")?,
        facility_name: facility_name(row, "facility_name", "latin_name")?,
        time_zone: text(row, "time_zone")?,
        rules: rules_of(row)?,
        terminal: id(row, "terminal_id")?,
        terminal_name: text(row, "terminal_name")?,
        inmate: id(row, "inmate_id")?,
        inmate_name: text(row, "inmate_name")?,
        inmate_number: text(row, "inmate_number")?,
        batch,
        opens_at_ms: number(row, "opens_at_ms")?,
        slot: slot(row)?,
        state,
        ground,
        event_on: optional_date(row, "event_on")?,
        held_until_ms: optional_ms(row, "held_until_ms")?,
        applicant: optional_id(row, "applicant_id")?,
        counted: optional_text(row, "counted_month")?.is_some(),
        reason: optional_text(row, "reason")?,
        ended_by,
        time: visit_time(row)?,
        given_back_ms: number(row, "given_back_ms")?,
        party: Vec::new(),
    })
}
