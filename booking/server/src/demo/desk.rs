//! What the made-up facility needs to be booked at: hours, a terminal, an inmate and somebody who decides.

use std::collections::{BTreeMap, BTreeSet};

use booking_domain::{
    FacilityContact, FacilityRules, GridPlan, NewInmate, NewSignedIn, NewTerminal, Registry, Role,
    Slots, StoreError, Weekdays, local_date, local_minute,
};
use booking_store::Store;
use grant::Secret;
use ids::TerminalId;
use jiff::{civil::Date, tz::TimeZone};
use rand::RngCore;

use super::{DemoVisit, SESSION_MS, login};

/// The demonstration's next visits begin at every full and half hour.
const EVERY_MINUTES: u16 = 30;
const VISIT_MINUTES: u16 = 25;
const TURNAROUND_MINUTES: u16 = 5;
/// As long as from one visit to the next, so that whoever books the next one can join at once.
const OPENS_BEFORE_MINUTES: u16 = 30;
/// How many visits there are from now on, whatever the time of day is.
const SOON: u64 = 8;
/// When visits begin on the other days, minutes after midnight: the morning's and the afternoon's.
const USUAL: [u16; 8] = [540, 570, 600, 630, 660, 840, 870, 900];

/// Where to book, and who decides.
#[derive(Clone, Debug)]
pub struct DemoDesk {
    /// The secret of the terminal at which the booked visits take place.
    pub terminal: Secret,
    /// The secret of the administrator, who sees everything and decides.
    pub administrator: Secret,
    /// The name of the inmate whom one can apply to visit.
    pub inmate_name: &'static str,
    /// The inmate number 呼號.
    pub inmate_number: &'static str,
}

/// Opens the facility of a demonstration for booking: from the next half hour on, and at the usual hours of
/// the days after.
///
/// # Errors
/// The store refuses.
pub async fn open_demo_desk(
    store: &Store,
    visit: &DemoVisit,
    now_ms: u64,
    rng: &mut (impl RngCore + Send),
) -> Result<DemoDesk, StoreError> {
    let facility = visit.facility;
    let desk = DemoDesk {
        terminal: Secret::generate(rng),
        administrator: Secret::generate(rng),
        inmate_name: "陳志明",
        inmate_number: "2048",
    };
    let terminal = NewTerminal {
        facility,
        name: "第二接見室".into(),
        secret: desk.terminal.hash(),
    };
    let terminal = store.add_terminal(terminal).await?;
    let inmate = NewInmate {
        facility,
        number: desk.inmate_number.into(),
        name: desk.inmate_name.into(),
        first_name: "志明".into(),
    };
    store.add_inmate(inmate).await?;
    let administrator = NewSignedIn {
        facility,
        roles: vec![Role::FacilityAdministrator, Role::Administrator],
        login: login("administrator", visit.number),
        name: "李淑芬".into(),
        secret: desk.administrator.hash(),
        expires_at_ms: now_ms.saturating_add(SESSION_MS),
    };
    let administrator = store.add_signed_in(administrator).await?;
    let settings = store.settings(facility).await?;
    let settings = settings.ok_or_else(|| StoreError::Invalid("no such facility".into()))?;
    let rules = FacilityRules {
        book_from_days: 0,
        opens_before_minutes: OPENS_BEFORE_MINUTES,
        ..settings.rules
    };
    let contact = FacilityContact {
        telephone: Some("02-5550-0100".to_owned()),
        latin_name: Some("Demo Detention Center".to_owned()),
        ..settings.contact
    };
    store
        .change_settings(facility, contact, rules, administrator, now_ms)
        .await?;
    let zone = TimeZone::get(&settings.time_zone)
        .map_err(|error| StoreError::Invalid(error.to_string()))?;
    for plan in grids(terminal, now_ms, &zone) {
        store
            .add_grid(facility, plan, administrator, now_ms)
            .await?;
    }
    Ok(desk)
}

/// The usual hours from today on, then, as the later grid holds, those days on which more begin soon.
fn grids(terminal: TerminalId, now_ms: u64, zone: &TimeZone) -> Vec<GridPlan> {
    let grid = |from: Date, to: Option<Date>, batches: Vec<u16>| GridPlan {
        from,
        to,
        weekdays: Weekdays::ALL,
        visit_minutes: VISIT_MINUTES,
        turnaround_minutes: TURNAROUND_MINUTES,
        batches,
        terminals: vec![terminal],
    };
    let mut special: BTreeMap<Date, BTreeSet<u16>> = BTreeMap::new();
    let every_ms = u64::from(EVERY_MINUTES) * 60_000;
    let next_ms = (now_ms / every_ms + 1) * every_ms;
    for starts_at_ms in (0..SOON).map(|nth| next_ms + nth * every_ms) {
        let batches = special
            .entry(local_date(starts_at_ms, zone))
            .or_insert_with(|| USUAL.into());
        batches.insert(local_minute(starts_at_ms, zone));
    }
    let usual = grid(local_date(now_ms, zone), None, USUAL.into());
    let special = special
        .into_iter()
        .map(|(date, batches)| grid(date, Some(date), batches.into_iter().collect()));
    std::iter::once(usual).chain(special).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_books_the_next_visit_can_join_at_once_at_any_time_of_day() {
        let zone = TimeZone::fixed(jiff::tz::offset(8));
        let terminal: TerminalId = "00000000-0000-7000-8000-000000000001"
            .parse()
            .expect("an id");
        for minute in 0..48 * 60 {
            let now_ms = 1_800_000_000_000 + minute * 60_000;
            let grids = grids(terminal, now_ms, &zone);
            assert!(grids.iter().all(|grid| grid.check().is_ok()));
            let starts_at_ms = now_ms + u64::from(OPENS_BEFORE_MINUTES) * 60_000;
            let (date, latest) = (
                local_date(starts_at_ms, &zone),
                local_minute(starts_at_ms, &zone),
            );
            let valid = grids
                .iter()
                .rfind(|grid| grid.from <= date && grid.to.is_none_or(|to| date <= to))
                .expect("a grid");
            assert!(
                valid.batches.contains(&(latest / 30 * 30)),
                "{minute}: {grids:?}"
            );
        }
    }
}
