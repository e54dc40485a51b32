//! Reading visits: one row a visitor, folded into one visit each.

use booking_domain::{
    LinkStanding, PartyMember, PhoneTest, PhoneVerdict, StoreError, SupervisedSeat,
    SupervisedVisit, VisitInfo, VisitState,
};
use sqlx::any::AnyRow;

use crate::{
    rows::{
        facility_name, id, number, optional_integer, optional_ms, optional_text, seat, text, wrong,
    },
    self_tests::self_test,
};

/// `SELECT` of visits, with the rest of the statement from `WHERE` on. The rows of one visit must follow
/// each other, in the order of the seats.
macro_rules! select_visits {
    ($rest:literal) => {
        concat!(
            "SELECT visit.id, facility.name AS facility_name, facility.latin_name, facility.contact_telephone,
                    inmate.name AS inmate_name, inmate.first_name AS inmate_first_name, visit.terminal_id,
                    terminal.name AS terminal_name,
                    terminal.last_seen_at_ms AS terminal_seen_at_ms, terminal.self_tested_at_ms,
                    terminal.findings, visit.opens_at_ms, visit.starts_at_ms, visit.ends_at_ms, visit.state, member.seat, person.name AS member_name,
                    person.phone, member.tested_at_ms, member.tested,
                    seat_link.state AS link_state
             FROM visit
             JOIN facility ON facility.id = visit.facility_id
             JOIN terminal ON terminal.id = visit.terminal_id
             JOIN inmate ON inmate.id = visit.inmate_id
             LEFT JOIN visit_member AS member ON member.visit_id = visit.id
             LEFT JOIN person ON person.id = member.person_id
             LEFT JOIN seat_link ON seat_link.visit_id = visit.id AND seat_link.seat = member.seat
                                AND seat_link.generation = member.links_issued
             WHERE ",
            $rest
        )
    };
}
pub(crate) use select_visits;

const PHONE_TAIL_DIGITS: usize = 3;

/// Folds rows of [`select_visits`] into visits.
pub(crate) fn fold_visits(rows: &[AnyRow]) -> Result<Vec<SupervisedVisit>, StoreError> {
    let mut visits: Vec<SupervisedVisit> = Vec::new();
    for row in rows {
        let visit = id(row, "id")?;
        if visits.last().is_none_or(|last| last.info.id != visit) {
            visits.push(visit_of(row)?);
        }
        let Some(last) = visits.last_mut() else {
            continue;
        };
        if let Some(number) = optional_integer(row, "seat")? {
            let seat = seat(number)?;
            last.info.party.push(PartyMember {
                seat,
                name: text(row, "member_name")?,
            });
            last.seats.push(SupervisedSeat {
                seat,
                link: link_standing(optional_text(row, "link_state")?.as_deref())?,
                phone_tail: tail(&text(row, "phone")?),
                phone_test: phone_test(row)?,
            });
        }
    }
    Ok(visits)
}

fn visit_of(row: &AnyRow) -> Result<SupervisedVisit, StoreError> {
    let state = VisitState::parse(&text(row, "state")?).map_err(|error| wrong("state", error))?;
    let info = VisitInfo {
        id: id(row, "id")?,
        facility_name: facility_name(row, "facility_name", "latin_name")?,
        facility_telephone: optional_text(row, "contact_telephone")?,
        inmate_name: text(row, "inmate_name")?,
        inmate_first_name: text(row, "inmate_first_name")?,
        terminal: id(row, "terminal_id")?,
        opens_at_ms: number(row, "opens_at_ms")?,
        starts_at_ms: number(row, "starts_at_ms")?,
        ends_at_ms: number(row, "ends_at_ms")?,
        state,
        party: Vec::new(),
    };
    Ok(SupervisedVisit {
        info,
        terminal_name: text(row, "terminal_name")?,
        terminal_seen_at_ms: optional_ms(row, "terminal_seen_at_ms")?,
        terminal_test: self_test(row)?,
        seats: Vec::new(),
    })
}

fn link_standing(state: Option<&str>) -> Result<LinkStanding, StoreError> {
    match state {
        None => Ok(LinkStanding::None),
        Some("issued") => Ok(LinkStanding::Issued),
        Some("redeemed") => Ok(LinkStanding::Redeemed),
        Some("void") => Ok(LinkStanding::Void),
        Some(_) => Err(wrong("link_state", "not a state of a link")),
    }
}

fn phone_test(row: &AnyRow) -> Result<Option<PhoneTest>, StoreError> {
    let tested = optional_ms(row, "tested_at_ms")?.zip(optional_text(row, "tested")?);
    let test = |(at_ms, word): (u64, String)| {
        let verdict = PhoneVerdict::parse(&word).map_err(|error| wrong("tested", error))?;
        Ok(PhoneTest { verdict, at_ms })
    };
    tested.map(test).transpose()
}

/// The last digits of a number: enough for an officer to ask "does yours end in …?".
fn tail(phone: &str) -> String {
    let digits: Vec<char> = phone.chars().filter(char::is_ascii_digit).collect();
    digits[digits.len().saturating_sub(PHONE_TAIL_DIGITS)..]
        .iter()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_of_a_number_is_its_last_three_digits_however_it_is_written() {
        assert_eq!(tail("0900-000-123"), "123");
        assert_eq!(tail("12"), "12");
        assert_eq!(tail(""), "");
    }
}
