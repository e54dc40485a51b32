//! Where people want to book: a facility whose newest open day is free, while those before it are sold out.

use anyhow::{Context, ensure};
use booking_domain::{
    BookingWindow, Bookings, GridPlan, NewFacility, NewInmate, NewPerson, NewTerminal, NewVisit,
    Registry, Schedule, SlotGrid, Slots, Weekdays,
};
use booking_store::Store;
use grant::{Secret, Slot};
use ids::{FacilityId, SlotGridId, StaffId, TerminalId};
use jiff::{civil::Date, tz::TimeZone};
use protocol::Locale;
use rand::{SeedableRng, rngs::StdRng};
use sqlx::AnyPool;
use uuid::Uuid;

use super::ledger::Ledger;
use crate::lean::fleet::unix_ns;

/// How many visits follow each other at a terminal in a day.
pub const BATCHES: usize = 10;
const FIRST_MINUTE: u16 = 9 * 60;
const VISIT_MINUTES: u16 = 30;
const TURNAROUND_MINUTES: u16 = 5;
const TIME_ZONE: &str = "Asia/Taipei";
const OPENS_BEFORE_MS: u64 = 15 * 60_000;

/// The facility.
#[derive(Clone, Debug)]
pub struct Place {
    /// Which.
    pub facility: FacilityId,
    /// The day that opens.
    pub day: Date,
    /// Its slots.
    pub slots: Vec<Slot>,
}

impl Place {
    /// Makes a facility with so many seats on the newest day that is open for booking.
    ///
    /// # Errors
    /// The seats do not make whole terminals, or the store refuses.
    pub async fn make(store: &Store, seats: usize) -> anyhow::Result<Self> {
        ensure!(
            seats > 0 && seats.is_multiple_of(BATCHES),
            "the seats are {BATCHES} for each terminal"
        );
        let facility = NewFacility {
            name: "示範看守所".into(),
            time_zone: TIME_ZONE.into(),
        };
        let facility = store.add_facility(facility).await?;
        let mut rng = StdRng::from_os_rng();
        let mut terminals = Vec::new();
        for number in 1..=seats / BATCHES {
            let terminal = NewTerminal {
                facility,
                name: format!("第{number}接見室"),
                secret: Secret::generate(&mut rng).hash(),
            };
            terminals.push(store.add_terminal(terminal).await?);
        }
        let settings = store.settings(facility).await?;
        let settings = settings.context("the facility is not there")?;
        let (zone, now_ms) = (TimeZone::get(TIME_ZONE)?, now_ms());
        let window = BookingWindow::at(now_ms, &settings.rules, &zone);
        let plan = GridPlan {
            from: window.from,
            to: Some(window.to),
            weekdays: Weekdays::ALL,
            visit_minutes: VISIT_MINUTES,
            turnaround_minutes: TURNAROUND_MINUTES,
            batches: (0..u16::try_from(BATCHES)?)
                .map(|batch| FIRST_MINUTE + batch * (VISIT_MINUTES + TURNAROUND_MINUTES))
                .collect(),
            terminals: terminals.clone(),
        };
        let by = StaffId::from_uuid(Uuid::now_v7());
        let grid = store.add_grid(facility, plan.clone(), by, now_ms).await?;
        let schedule = schedule(grid, plan, zone);
        for date in window.dates().filter(|date| *date != window.to) {
            sell_out(store, facility, &terminals, &slots(&schedule, date)).await?;
        }
        Ok(Self {
            facility,
            day: window.to,
            slots: slots(&schedule, window.to),
        })
    }
}

/// The database behind a store's address.
///
/// # Errors
/// It does not open.
pub async fn database(store: &str) -> anyhow::Result<AnyPool> {
    Ok(AnyPool::connect(&store.replace("sqlite:", "sqlite://")).await?)
}

/// Has PostgreSQL look at what was written, as it does by itself some minutes later: until then it plans
/// statements for tables that were empty.
///
/// # Errors
/// It does not.
pub async fn know_the_data(database: &AnyPool, store: &str) -> anyhow::Result<()> {
    if store.starts_with("postgres") {
        sqlx::query("ANALYZE").execute(database).await?;
    }
    Ok(())
}

/// Everybody calls off: the seats are free again.
///
/// # Errors
/// The store refuses.
pub async fn call_off(store: &Store, ledger: &Ledger) -> anyhow::Result<()> {
    for sold in &ledger.sold {
        let visit = sold.visit.parse()?;
        let applicant = sold.applicant.parse()?;
        store.cancel(visit, applicant, None, now_ms()).await?;
    }
    Ok(())
}

/// Now, Unix milliseconds.
#[must_use]
pub fn now_ms() -> u64 {
    unix_ns() / 1_000_000
}

fn schedule(id: SlotGridId, plan: GridPlan, time_zone: TimeZone) -> Schedule {
    Schedule {
        time_zone,
        grids: vec![SlotGrid { id, plan }],
        closures: Vec::new(),
    }
}

fn slots(schedule: &Schedule, date: Date) -> Vec<Slot> {
    let day = schedule.day(date);
    day.iter().map(|offered| offered.slot).collect()
}

/// One inmate and one visitor for each terminal, who meet in every slot.
async fn sell_out(
    store: &Store,
    facility: FacilityId,
    terminals: &[TerminalId],
    slots: &[Slot],
) -> anyhow::Result<()> {
    for terminal in terminals {
        let person = NewPerson {
            name: "陳美玲".into(),
            phone: "0900000000".into(),
            locale: Locale::ZhTw,
        };
        let person = store.add_person(person).await?;
        let inmate = NewInmate {
            facility,
            number: Uuid::now_v7().to_string(),
            name: "林明華".into(),
            first_name: "明華".into(),
        };
        let inmate = store.add_inmate(inmate).await?;
        for slot in slots {
            let visit = NewVisit {
                terminal: *terminal,
                inmate,
                opens_at_ms: slot.starts_at_ms - OPENS_BEFORE_MS,
                slot: *slot,
                party: vec![person],
            };
            store.add_visit(visit).await?;
        }
    }
    Ok(())
}
