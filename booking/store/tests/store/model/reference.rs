//! A facility's visits, its people and its closures, as the rules have them.
//!
//! What a machine of the domain decides is asked of it; what the store says in SQL stands here once more, in a few
//! words. [`book`](super::book) has how a slot and a party come about, [`against`](super::against) what comes in between,
//! and [`companions`](super::companions), [`exceptions`](super::exceptions), [`inmates`](super::inmates),
//! [`lost_time`](super::lost_time) and [`reviews`](super::reviews) what their names say.

use std::collections::{BTreeMap, BTreeSet};

use booking_domain::{
    Attendance, BookRefusal, Booking, ChangeError, ClosurePlan, EndedBy, FacilityRules, Ground,
    InmateState, MemberFacts, Month, NotPossible, Outcome, SeatLink, VisitTime,
    accounts::AccountState,
    applications::{ApplicationState, CompanionState, NewRestriction, Relationship},
    check_party, gives_back, gives_back_until_ms, local_date, local_minute, overlap,
};
use grant::{LinkHash, Slot};
use ids::{
    ApplicationId, ClosureId, CompanionId, InmateId, PersonId, RestrictionId, Seat, StaffId,
    TerminalId, VisitId,
};
use jiff::{civil::Date, tz::TimeZone};

use crate::support::season::DAY_MS;

/// The last steps of a call may be noted so long after its slot, ms.
const GRACE_MS: u64 = 120_000;

pub(super) struct Reference {
    pub(super) terminals: Vec<TerminalId>,
    /// Everybody who is or was held, in the order in which steps name them. Who comes from another facility is another
    /// inmate here.
    pub(super) inmates: Vec<Inmate>,
    /// How many visits an inmate had used of a month elsewhere.
    pub(super) brought: BTreeMap<(InmateId, Month), u32>,
    /// The people in the order in which steps name them.
    pub(super) order: Vec<PersonId>,
    pub(super) people: BTreeMap<PersonId, Person>,
    pub(super) applications: Vec<Application>,
    pub(super) agreements: Vec<Agreement>,
    pub(super) restrictions: Vec<Restriction>,
    pub(super) closures: Vec<Closed>,
    pub(super) visits: Vec<Visit>,
    pub(super) rules: FacilityRules,
    pub(super) zone: TimeZone,
}

pub(super) struct Inmate {
    pub(super) id: InmateId,
    pub(super) state: InmateState,
    /// At the facility, and not at the other one.
    pub(super) here: bool,
}

pub(super) struct Person {
    pub(super) account: AccountState,
    pub(super) born: Date,
}

pub(super) struct Application {
    pub(super) id: ApplicationId,
    pub(super) person: PersonId,
    pub(super) inmate: InmateId,
    pub(super) relationship: Relationship,
    pub(super) state: ApplicationState,
}

pub(super) struct Agreement {
    pub(super) id: CompanionId,
    /// Who asked, and who was asked.
    pub(super) pair: [PersonId; 2],
    pub(super) inmate: InmateId,
    pub(super) state: CompanionState,
    /// The other has agreed, whatever came after.
    pub(super) agreed: bool,
    pub(super) asked_at_ms: u64,
}

pub(super) struct Restriction {
    pub(super) id: RestrictionId,
    pub(super) new: NewRestriction,
    pub(super) lifted: bool,
}

pub(super) struct Closed {
    pub(super) id: ClosureId,
    pub(super) plan: ClosurePlan,
    pub(super) lifted: bool,
}

#[derive(Clone)]
pub(super) struct Visit {
    pub(super) id: VisitId,
    pub(super) booking: Booking,
    pub(super) side: Option<EndedBy>,
    pub(super) terminal: TerminalId,
    pub(super) inmate: InmateId,
    /// Its end may have been moved.
    pub(super) slot: Slot,
    /// By how much it was.
    pub(super) given_back_ms: u64,
    pub(super) time: VisitTime,
    /// Booked by visitors, and not added by staff.
    pub(super) in_grid: bool,
    pub(super) opens_at_ms: u64,
    pub(super) applicant: PersonId,
    pub(super) key: Option<String>,
    pub(super) party: BTreeMap<Seat, Member>,
    pub(super) links: Vec<Link>,
    pub(super) ground: Ground,
    pub(super) counted: Option<Month>,
    /// To whom a gateway has sent a link, whether or not they still come.
    pub(super) sent_to: BTreeSet<PersonId>,
    pub(super) visitor_joined: bool,
    pub(super) inmate_heard: bool,
    pub(super) settled: bool,
}

#[derive(Clone)]
pub(super) struct Member {
    pub(super) person: PersonId,
    pub(super) links_issued: u32,
    pub(super) asked_at_ms: Option<u64>,
    pub(super) missed: bool,
}

#[derive(Clone)]
pub(super) struct Link {
    pub(super) hash: LinkHash,
    pub(super) seat: Seat,
    pub(super) generation: u32,
    pub(super) state: SeatLink,
    /// A device has had it, void or not.
    pub(super) redeemed: bool,
}

impl Application {
    pub(super) fn is_approved(&self) -> bool {
        self.state == ApplicationState::Approved
    }
}

impl Visit {
    pub(super) fn is_live(&self) -> bool {
        self.booking.state().is_live()
    }

    pub(super) fn people(&self) -> Vec<PersonId> {
        self.party.values().map(|member| member.person).collect()
    }

    pub(super) fn seat_of(&self, person: PersonId) -> Option<Seat> {
        let mut seats = self.party.iter();
        seats.find_map(|(seat, member)| (member.person == person).then_some(*seat))
    }

    pub(super) fn has_run_out(&self, now_ms: u64) -> bool {
        matches!(self.booking, Booking::Held { until_ms } if until_ms <= now_ms)
    }

    /// Whether it has not begun and may still take place.
    pub(super) fn is_ahead(&self, now_ms: u64) -> bool {
        let stands = matches!(
            self.booking,
            Booking::Held { .. } | Booking::Confirmed | Booking::Flagged { .. }
        );
        stands && !self.has_run_out(now_ms) && now_ms < self.slot.starts_at_ms
    }

    /// Whether its people can join.
    pub(super) fn is_open(&self, now_ms: u64) -> bool {
        self.goes_on() && self.opens_at_ms <= now_ms && now_ms < self.slot.ends_at_ms
    }

    pub(super) fn goes_on(&self) -> bool {
        matches!(self.booking, Booking::Confirmed | Booking::InSession)
    }

    /// The slot as it was before its end was moved.
    pub(super) fn promised(&self) -> Slot {
        Slot {
            ends_at_ms: self.slot.ends_at_ms - self.given_back_ms,
            ..self.slot
        }
    }

    fn void(&mut self) {
        for link in &mut self.links {
            link.state = SeatLink::Void;
        }
    }

    fn note_missed(&mut self, outcome: Outcome) {
        for member in self.party.values_mut() {
            member.missed = outcome == Outcome::Missed && self.sent_to.contains(&member.person);
        }
    }

    pub(super) fn attendance(&self) -> Attendance {
        Attendance {
            link_sent: !self.sent_to.is_empty(),
            link_redeemed: self.links.iter().any(|link| link.redeemed),
            visitor_joined: self.visitor_joined,
            inmate_heard: self.inmate_heard,
            short: self.time.is_short(self.promised(), self.given_back_ms),
        }
    }
}

impl Reference {
    pub(super) fn place_of(&self, person: PersonId) -> usize {
        self.order.iter().position(|of| *of == person).unwrap()
    }

    pub(super) fn month(&self, slot: Slot) -> Month {
        Month::of(local_date(slot.starts_at_ms, &self.zone))
    }

    /// How many visits of an inmate count in a month.
    pub(super) fn used(&self, inmate: InmateId, month: Month) -> u32 {
        let counted = |visit: &&Visit| visit.inmate == inmate && visit.counted == Some(month);
        let here = u32::try_from(self.visits.iter().filter(counted).count()).unwrap();
        here + self.brought.get(&(inmate, month)).unwrap_or(&0)
    }

    pub(super) fn is_free(&self, terminal: TerminalId, slot: Slot, now_ms: u64) -> bool {
        let taken = |visit: &Visit| visit.terminal == terminal && overlap(visit.slot, slot);
        !self.busy(now_ms).any(taken)
    }

    /// The visits that keep their people and terminals busy.
    pub(super) fn busy(&self, now_ms: u64) -> impl Iterator<Item = &Visit> {
        let busy = move |visit: &&Visit| visit.is_live() && !visit.has_run_out(now_ms);
        self.visits.iter().filter(busy)
    }

    pub(super) fn covers(&self, plan: &ClosurePlan, starts_at_ms: u64) -> bool {
        let (date, minute) = (
            local_date(starts_at_ms, &self.zone),
            local_minute(starts_at_ms, &self.zone),
        );
        plan.covers(date, minute)
    }

    /// Ends what nobody confirmed, and what nobody cleared in its time. How many.
    pub(super) fn overdue(&mut self, now_ms: u64) -> usize {
        let mut ended = self.run_out(now_ms);
        for visit in 0..self.visits.len() {
            let flagged = matches!(self.visits[visit].booking, Booking::Flagged { .. });
            if flagged && self.visits[visit].slot.ends_at_ms <= now_ms {
                let after = self.visits[visit]
                    .booking
                    .clone()
                    .cancel(EndedBy::System, None);
                ended += usize::from(self.call_off(visit, after, now_ms).is_ok());
            }
        }
        ended
    }

    pub(super) fn run_out(&mut self, now_ms: u64) -> usize {
        let mut ended = 0;
        for visit in 0..self.visits.len() {
            let after = self.visits[visit].booking.clone().run_out(now_ms);
            ended += usize::from(self.call_off(visit, after, now_ms).is_ok());
        }
        ended
    }

    pub(super) fn confirm(
        &mut self,
        visit: usize,
        by: PersonId,
        now_ms: u64,
    ) -> Result<(), ChangeError> {
        let found = &self.visits[visit];
        if found.applicant != by {
            return Err(ChangeError::NotFound);
        }
        if found.is_live() && !matches!(found.booking, Booking::Held { .. }) {
            return Ok(());
        }
        let confirmed = found.booking.clone().confirm(now_ms).map_err(no)?;
        self.is_there(found.inmate)?;
        let party = self.facts(found, &self.candidates(found));
        check_party(&party, found.slot.starts_at_ms, &self.rules, &self.zone)?;
        self.visits[visit].booking = confirmed;
        Ok(())
    }

    pub(super) fn cancel(
        &mut self,
        visit: usize,
        by: PersonId,
        now_ms: u64,
    ) -> Result<(), ChangeError> {
        let found = &self.visits[visit];
        if found.applicant != by {
            return Err(ChangeError::NotFound);
        }
        let (cancelled, visitor) = (
            matches!(found.booking, Booking::Cancelled { .. }),
            EndedBy::Visitor,
        );
        if cancelled && found.side == Some(visitor) {
            return Ok(());
        }
        if found.slot.starts_at_ms <= now_ms {
            return Err(ChangeError::NotPossible);
        }
        let after = found.booking.clone().cancel(visitor, None);
        self.call_off(visit, after, now_ms)
    }

    pub(super) fn call_off(
        &mut self,
        visit: usize,
        after: Result<Booking, NotPossible>,
        now_ms: u64,
    ) -> Result<(), ChangeError> {
        let after = after.map_err(no)?;
        let visit = &mut self.visits[visit];
        if let Booking::Cancelled { by, .. } | Booking::Terminated { by, .. } = &after {
            visit.side = Some(*by);
        }
        let before_hours = self.rules.cancel_before_hours;
        let until_ms = gives_back_until_ms(visit.slot.starts_at_ms, before_hours);
        if gives_back(&visit.booking, &after, now_ms, until_ms) {
            visit.counted = None;
        }
        visit.booking = after;
        visit.void();
        Ok(())
    }

    pub(super) fn clear(&mut self, visit: usize, now_ms: u64) -> Result<(), ChangeError> {
        let found = &self.visits[visit];
        let cleared = found.booking.clone().clear().map_err(no)?;
        if found.slot.ends_at_ms <= now_ms {
            return Err(ChangeError::NotPossible);
        }
        self.is_there(found.inmate)?;
        let party = self.facts(found, &self.candidates(found));
        let party: Vec<_> = party
            .into_iter()
            .map(MemberFacts::as_staff_see_it)
            .collect();
        check_party(&party, found.slot.starts_at_ms, &self.rules, &self.zone)?;
        self.visits[visit].booking = cleared;
        Ok(())
    }

    pub(super) fn move_to(
        &mut self,
        visit: usize,
        terminal: TerminalId,
        now_ms: u64,
    ) -> Result<(), ChangeError> {
        let found = &self.visits[visit];
        if !found.booking.can_be_moved(found.slot, now_ms) {
            return Err(ChangeError::NotPossible);
        }
        if terminal != found.terminal && !self.is_free(terminal, found.slot, now_ms) {
            return Err(BookRefusal::SlotFull.into());
        }
        self.visits[visit].terminal = terminal;
        self.run_out(now_ms);
        Ok(())
    }

    /// Whether an officer ends a visit that is open.
    pub(super) fn terminate(
        &mut self,
        visit: usize,
        officer: StaffId,
        by: EndedBy,
        now_ms: u64,
    ) -> Result<(), ChangeError> {
        let found = &self.visits[visit];
        if now_ms < found.opens_at_ms || found.slot.ends_at_ms <= now_ms {
            return Err(ChangeError::NotPossible);
        }
        let after = found
            .booking
            .clone()
            .terminate(officer, by, "擅自錄影".into());
        self.call_off(visit, after, now_ms)
    }

    /// What has ended a while ago, and what its traces tell.
    pub(super) fn unsettled(&self, now_ms: u64) -> Vec<(VisitId, Attendance)> {
        let outcome = Outcome::TookPlace;
        let due = |visit: &&Visit| {
            let (ended_at_ms, before) = (visit.slot.ends_at_ms, visit.booking.clone());
            let in_time = ended_at_ms + GRACE_MS <= now_ms && now_ms < ended_at_ms + 7 * DAY_MS;
            in_time && !visit.settled && before.settle(outcome).is_ok()
        };
        let mut due: Vec<_> = self.visits.iter().filter(due).collect();
        due.sort_by_key(|visit| (visit.slot.ends_at_ms, visit.id.to_string()));
        due.into_iter()
            .map(|visit| (visit.id, visit.attendance()))
            .collect()
    }

    pub(super) fn settle(&mut self, visit: usize, outcome: Outcome) {
        let visit = &mut self.visits[visit];
        visit.booking = visit.booking.clone().settle(outcome).unwrap();
        visit.side = outcome.ended_by();
        visit.settled = true;
        if outcome.gives_back() {
            visit.counted = None;
        }
        visit.note_missed(outcome);
    }

    pub(super) fn correct(&mut self, visit: usize, outcome: Outcome) -> Result<(), ChangeError> {
        let month = self.month(self.visits[visit].slot);
        let visit = &mut self.visits[visit];
        let after = visit.booking.clone().correct(outcome).map_err(no)?;
        if !visit.settled && !matches!(visit.booking, Booking::Terminated { .. }) {
            return Err(ChangeError::NotPossible);
        }
        let same = (after.state(), outcome.ended_by()) == (visit.booking.state(), visit.side);
        if same {
            return Ok(());
        }
        visit.booking = after;
        visit.side = outcome.ended_by();
        visit.settled = true;
        visit.counted = (visit.ground.counts() && !outcome.gives_back()).then_some(month);
        visit.note_missed(outcome);
        Ok(())
    }
}

/// What the machine does not do, nobody can ask for.
fn no(_: NotPossible) -> ChangeError {
    ChangeError::NotPossible
}
