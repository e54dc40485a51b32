//! What there is to be seen: in the store and past it, and what the reference has of it.

use std::collections::BTreeMap;

use booking_domain::{ApplicantStanding, Bookings, EndedBy, SeatLink, Slots};
use grant::Slot;
use ids::{ApplicationId, PersonId};
use sqlx::{Row, any::AnyRow};

use super::reference::{Reference, Restriction, Visit};
use crate::support::{season::DAY_MS, world::World};

/// Everything that is compared after each step.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    visits: BTreeMap<String, SeenVisit>,
    /// How applications, companions and inmates stand.
    standing: BTreeMap<String, String>,
    restrictions: Vec<Bar>,
    /// How many visits of an inmate count, by the month.
    months: BTreeMap<(String, String), i64>,
    /// The terminals that are taken, as schedulers and boards see them.
    taken: Vec<String>,
    standings: Vec<SeenStanding>,
}

/// Person, inmate, from when and until when, and whether it was lifted.
type Bar = (Option<String>, Option<String>, i64, Option<i64>, bool);

/// How an applicant stands.
#[derive(Debug, PartialEq, Eq)]
struct SeenStanding {
    approved: bool,
    /// From when and until when a restriction stands against visits.
    bars: Vec<(u64, Option<u64>)>,
    busy: Vec<u64>,
    /// How many visits count, by the month.
    counted: BTreeMap<String, u32>,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct SeenVisit {
    state: String,
    ended_by: Option<String>,
    ends_at_ms: i64,
    ground: String,
    counted: Option<String>,
    terminal: String,
    applicant: Option<String>,
    /// Seat, person, links issued, missed.
    party: Vec<(i64, String, i64, bool)>,
    /// Seat, which one, state.
    links: Vec<(i64, i64, String)>,
}

impl Seen {
    /// What the store says, and what stands in its tables.
    pub(super) async fn in_store(
        world: &World,
        applicants: &[(PersonId, ApplicationId)],
        now_ms: u64,
    ) -> Self {
        let mut seen = Self::default();
        let sql = "SELECT id, state, ended_by, ends_at_ms, ground, counted_month, terminal_id,
                          applicant_id FROM visit";
        for row in rows(world, sql).await {
            let visit = SeenVisit {
                state: row.get("state"),
                ended_by: row.get("ended_by"),
                ends_at_ms: row.get("ends_at_ms"),
                ground: row.get("ground"),
                counted: row.get("counted_month"),
                terminal: row.get("terminal_id"),
                applicant: row.get("applicant_id"),
                ..SeenVisit::default()
            };
            seen.visits.insert(row.get("id"), visit);
        }
        let sql = "SELECT visit_id, seat, person_id, links_issued, missed FROM visit_member ORDER BY seat";
        for row in rows(world, sql).await {
            let missed: i64 = row.get("missed");
            let member = (
                row.get("seat"),
                row.get("person_id"),
                row.get("links_issued"),
                missed == 1,
            );
            seen.of(&row).party.push(member);
        }
        let sql =
            "SELECT visit_id, seat, generation, state FROM seat_link ORDER BY seat, generation";
        for row in rows(world, sql).await {
            let link = (row.get("seat"), row.get("generation"), row.get("state"));
            seen.of(&row).links.push(link);
        }
        let sql = "SELECT id, state FROM application UNION ALL SELECT id, state FROM companion
                   UNION ALL SELECT id, state FROM inmate";
        for row in rows(world, sql).await {
            seen.standing.insert(row.get("id"), row.get("state"));
        }
        let sql = "SELECT person_id, inmate_id, from_ms, until_ms, lifted_at_ms FROM restriction";
        let restriction = |row: AnyRow| {
            let lifted_at_ms: Option<i64> = row.get("lifted_at_ms");
            (
                row.get("person_id"),
                row.get("inmate_id"),
                row.get("from_ms"),
                row.get("until_ms"),
                lifted_at_ms.is_some(),
            )
        };
        let restrictions = rows(world, sql).await.into_iter().map(restriction);
        seen.restrictions = sorted(restrictions);
        let sql = "SELECT inmate_id, month, visits FROM visit_month WHERE visits > 0";
        for row in rows(world, sql).await {
            let month = (row.get("inmate_id"), row.get("month"));
            seen.months.insert(month, row.get("visits"));
        }
        let taken = world
            .store
            .taken(world.facility, around(now_ms), now_ms)
            .await
            .unwrap();
        seen.taken = sorted(
            taken
                .into_iter()
                .map(|(terminal, slot)| told(terminal, slot)),
        );
        let standings = world
            .store
            .applicant_standings(applicants, now_ms)
            .await
            .unwrap();
        seen.standings = standings.into_iter().flatten().map(standing).collect();
        seen
    }

    /// What the reference has of it.
    pub(super) fn in_reference(
        reference: &Reference,
        applicants: &[(PersonId, ApplicationId)],
        now_ms: u64,
    ) -> Self {
        let mut seen = Self::default();
        for visit in &reference.visits {
            seen.visits.insert(visit.id.to_string(), seen_visit(visit));
        }
        let here = reference.visits.iter();
        let here = here.filter_map(|visit| Some(((visit.inmate, visit.counted?), 1)));
        let elsewhere = reference.brought.iter().map(|(of, visits)| (*of, *visits));
        for ((inmate, month), visits) in here.chain(elsewhere) {
            let month = (inmate.to_string(), month.to_string());
            *seen.months.entry(month).or_default() += i64::from(visits);
        }
        let applications = reference.applications.iter();
        let applications = applications.map(|of| (of.id.to_string(), of.state.as_str()));
        let companions = reference.agreements.iter();
        let companions = companions.map(|of| (of.id.to_string(), of.state.as_str()));
        let inmates = reference.inmates.iter();
        let inmates = inmates.map(|of| (of.id.to_string(), of.state.as_str()));
        for (id, state) in applications.chain(companions).chain(inmates) {
            seen.standing.insert(id, state.to_owned());
        }
        seen.restrictions = sorted(reference.restrictions.iter().map(restriction));
        let around = around(now_ms);
        let within = |visit: &&Visit| booking_domain::overlap(visit.slot, around);
        let taken = reference.busy(now_ms).filter(within);
        seen.taken = sorted(taken.map(|visit| told(visit.terminal, visit.slot)));
        for (person, application) in applicants {
            let found = reference
                .applications
                .iter()
                .find(|of| of.id == *application)
                .unwrap();
            let (inmate, meets) = (found.inmate.to_string(), |visit: &&Visit| {
                visit.slot.ends_at_ms > now_ms
            });
            // Whoever is in a visit with the inmate is named twice: once for each of the two.
            let mut busy = Vec::new();
            for visit in reference.busy(now_ms).filter(meets) {
                busy.extend((visit.inmate == found.inmate).then_some(visit.slot.starts_at_ms));
                busy.extend(visit.seat_of(*person).map(|_| visit.slot.starts_at_ms));
            }
            let lawyer = found.relationship.is_legal();
            let months = seen
                .months
                .iter()
                .filter(|((of, _), _)| *of == inmate && !lawyer);
            let counted =
                months.map(|((_, month), visits)| (month.clone(), u32::try_from(*visits).unwrap()));
            seen.standings.push(SeenStanding {
                approved: found.is_approved(),
                bars: sorted(reference.bars(found, now_ms)),
                busy: sorted(busy),
                counted: counted.collect(),
            });
        }
        seen
    }

    fn of(&mut self, row: &AnyRow) -> &mut SeenVisit {
        self.visits.entry(row.get("visit_id")).or_default()
    }
}

fn seen_visit(visit: &Visit) -> SeenVisit {
    let member = |(seat, member): (&ids::Seat, &super::reference::Member)| {
        let seat = i64::from(u8::from(*seat));
        let issued = i64::from(member.links_issued);
        (seat, member.person.to_string(), issued, member.missed)
    };
    let link = |link: &super::reference::Link| {
        let state = match link.state {
            SeatLink::Issued => "issued",
            SeatLink::Redeemed { .. } => "redeemed",
            SeatLink::Void => "void",
        };
        (
            i64::from(u8::from(link.seat)),
            i64::from(link.generation),
            state.to_owned(),
        )
    };
    SeenVisit {
        state: visit.booking.state().as_str().to_owned(),
        ended_by: visit.side.map(|side| EndedBy::as_str(side).to_owned()),
        ends_at_ms: i64::try_from(visit.slot.ends_at_ms).unwrap(),
        ground: visit.ground.as_str().to_owned(),
        counted: visit.counted.map(|month| month.to_string()),
        terminal: visit.terminal.to_string(),
        applicant: Some(visit.applicant.to_string()),
        party: visit.party.iter().map(member).collect(),
        links: sorted(visit.links.iter().map(link)),
    }
}

fn restriction(bar: &Restriction) -> Bar {
    let at = |ms: u64| i64::try_from(ms).unwrap();
    (
        bar.new.person.map(|person| person.to_string()),
        bar.new.inmate.map(|inmate| inmate.to_string()),
        at(bar.new.from_ms),
        bar.new.until_ms.map(at),
        bar.lifted,
    )
}

fn standing(standing: ApplicantStanding) -> SeenStanding {
    let busy = standing.busy.iter().map(|slot| slot.starts_at_ms);
    let counted = standing
        .counted
        .into_iter()
        .filter(|(_, visits)| *visits > 0);
    let bars = standing.bars.iter();
    SeenStanding {
        approved: standing.subject.approved,
        bars: sorted(bars.map(|bar| (bar.from_ms, bar.until_ms))),
        busy: sorted(busy),
        counted: counted.collect(),
    }
}

/// From yesterday until after all that can be booked.
fn around(now_ms: u64) -> Slot {
    Slot {
        starts_at_ms: now_ms - DAY_MS,
        ends_at_ms: now_ms + 10 * DAY_MS,
    }
}

fn told(terminal: ids::TerminalId, slot: Slot) -> String {
    format!("{terminal} {} {}", slot.starts_at_ms, slot.ends_at_ms)
}

fn sorted<T: Ord>(all: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut all: Vec<T> = all.into_iter().collect();
    all.sort_unstable();
    all
}

async fn rows(world: &World, sql: &'static str) -> Vec<AnyRow> {
    sqlx::query(sql).fetch_all(&world.database).await.unwrap()
}
