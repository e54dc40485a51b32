//! A terminal between calls: which visit it is called to, and what its idle page shows.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use ids::{Seat, VisitId};
use protocol::{ScheduledVisit, ServerMessage, Visit};

use crate::{Now, SeatClaim};

/// How often a terminal's schedule is read, besides each opening and each end.
const REFRESH: Duration = Duration::from_secs(20);

/// A visit on a terminal's schedule.
#[derive(Clone, PartialEq, Eq)]
pub struct Appointment {
    /// The visit.
    pub visit: Visit,
    /// The inmate's name without the family name.
    pub first_name: String,
    /// The names of everybody, by seat.
    pub names: Vec<(Seat, String)>,
}

impl std::fmt::Debug for Appointment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Appointment").field(&self.visit.id).finish()
    }
}

/// What a paired terminal knows.
#[derive(Debug)]
pub(super) struct Desk {
    facility: String,
    name: String,
    build: Option<String>,
    appointments: Vec<Appointment>,
    /// Visits that were ended here: not called to, not entered any more.
    over: BTreeSet<VisitId>,
    /// Visits from which the inmate hung up: not called to, but entered when the inmate asks.
    hung_up: BTreeSet<VisitId>,
    said: Option<Vec<ScheduledVisit>>,
    read_at: Instant,
    reading: bool,
}

impl Desk {
    pub(super) fn new(
        facility: String,
        name: String,
        build: Option<String>,
        appointments: Vec<Appointment>,
        now: Now,
    ) -> Self {
        let mut desk = Self {
            facility,
            name,
            build,
            appointments: Vec::new(),
            over: BTreeSet::new(),
            hung_up: BTreeSet::new(),
            said: None,
            read_at: now.instant,
            reading: false,
        };
        desk.update(Some(appointments), now);
        desk
    }

    /// The visit to call to: of those that are open, the earliest that was neither ended nor left.
    pub(super) fn due(&self, now: Now) -> Option<&Appointment> {
        self.open(now)
            .find(|appointment| !self.hung_up.contains(&appointment.visit.id))
    }

    /// The visit that an offer without a call enters.
    pub(super) fn enterable(&self, now: Now) -> Option<&Appointment> {
        self.due(now).or_else(|| self.open(now).next())
    }

    /// Whether `visit` is on the schedule and open.
    pub(super) fn is_open(&self, visit: VisitId, now: Now) -> bool {
        self.open(now)
            .any(|appointment| appointment.visit.id == visit)
    }

    fn open(&self, now: Now) -> impl Iterator<Item = &Appointment> {
        self.appointments.iter().filter(move |appointment| {
            let visit = &appointment.visit;
            let open = visit.opens_at_ms <= now.unix_ms && now.unix_ms < visit.ends_at_ms;
            open && !self.over.contains(&visit.id)
        })
    }

    /// The idle page, if it has changed since it was last said.
    pub(super) fn news(&mut self, now: Now) -> Option<ServerMessage> {
        let visits: Vec<ScheduledVisit> = self
            .appointments
            .iter()
            .filter(|appointment| now.unix_ms < appointment.visit.ends_at_ms)
            .filter(|appointment| !self.over.contains(&appointment.visit.id))
            .map(|appointment| ScheduledVisit {
                starts_at_ms: appointment.visit.starts_at_ms,
                ends_at_ms: appointment.visit.ends_at_ms,
                first_name: appointment.first_name.clone(),
            })
            .collect();
        if self.said.as_ref() == Some(&visits) {
            return None;
        }
        self.said = Some(visits.clone());
        Some(ServerMessage::Idle {
            now_ms: now.unix_ms,
            facility: self.facility.clone(),
            terminal: self.name.clone(),
            visits,
            build: self.build.clone(),
        })
    }

    /// The page shows something else now: the idle page must be said again after it.
    pub(super) fn interrupted(&mut self) {
        self.said = None;
    }

    pub(super) fn ended(&mut self, visit: VisitId) {
        self.over.insert(visit);
    }

    pub(super) fn hung_up(&mut self, visit: VisitId) {
        self.hung_up.insert(visit);
    }

    /// The schedule, read anew. `None`: it could not be read, and what is known stays.
    pub(super) fn update(&mut self, appointments: Option<Vec<Appointment>>, now: Now) {
        self.reading = false;
        if let Some(mut appointments) = appointments {
            appointments.sort_by_key(|appointment| appointment.visit.starts_at_ms);
            let known: BTreeSet<VisitId> = appointments.iter().map(|a| a.visit.id).collect();
            self.over.retain(|visit| known.contains(visit));
            self.hung_up.retain(|visit| known.contains(visit));
            self.appointments = appointments;
        }
        let next_change = self
            .appointments
            .iter()
            .flat_map(|a| [a.visit.opens_at_ms, a.visit.ends_at_ms])
            .filter(|at_ms| *at_ms > now.unix_ms)
            .map(|at_ms| now.deadline(at_ms))
            .min();
        let regular = now.instant + REFRESH;
        self.read_at = next_change.map_or(regular, |change| change.min(regular));
    }

    /// The schedule may have changed: read it at the next occasion.
    pub(super) fn read_soon(&mut self, now: Now) {
        self.read_at = now.instant;
    }

    /// When to read the schedule; `None` while it is being read.
    pub(super) fn read_at(&self) -> Option<Instant> {
        (!self.reading).then_some(self.read_at)
    }

    pub(super) fn reading(&mut self) {
        self.reading = true;
    }
}

impl Appointment {
    /// The inmate's seat in this visit.
    pub(super) fn claim(&self) -> SeatClaim {
        SeatClaim {
            visit: self.visit.clone(),
            seat: Seat::INMATE,
            generation: 0,
            names: self.names.clone(),
            grant: None,
        }
    }
}
