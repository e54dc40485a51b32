//! What comes between a booking and its visit: closures, restrictions, approvals and accounts that end.

use booking_domain::{
    Booking, ClosurePlan, EndedBy,
    accounts::AccountState,
    applications::{ApplicationStep, NewRestriction},
};
use ids::{PersonId, RestrictionId};

use super::reference::{Application, Reference, Restriction, Visit};
use crate::support::season::DAY_MS;

impl Reference {
    /// Flags what goes on or is ahead among these, and takes back the holds. How many were flagged.
    pub(super) fn flag(
        &mut self,
        touched: impl Fn(&Self, &Visit) -> bool,
        reason: &str,
        now_ms: u64,
    ) -> usize {
        let mut flagged = 0;
        for visit in 0..self.visits.len() {
            let found = &self.visits[visit];
            if found.slot.ends_at_ms <= now_ms || !touched(self, found) {
                continue;
            }
            if let Booking::Held { .. } = found.booking {
                let after = found.booking.clone().cancel(EndedBy::Facility, None);
                self.call_off(visit, after, now_ms).unwrap();
            } else if let Ok(after) = found.booking.clone().flag(reason.to_owned()) {
                self.visits[visit].booking = after;
                flagged += 1;
            }
        }
        flagged
    }

    /// Closes what a plan covers. How many visits it touches.
    pub(super) fn close(&mut self, plan: &ClosurePlan, now_ms: u64) -> usize {
        let touches = |reference: &Self, visit: &Visit| {
            visit.is_live()
                && !visit.has_run_out(now_ms)
                && reference.covers(plan, visit.slot.starts_at_ms)
        };
        let ahead = |visit: &&Visit| visit.slot.ends_at_ms > now_ms && touches(self, visit);
        let touched = self.visits.iter().filter(ahead).count();
        self.flag(touches, &plan.reason, now_ms);
        touched
    }

    pub(super) fn restrict(&mut self, id: RestrictionId, new: NewRestriction) {
        let now_ms = new.at_ms;
        let touches = |_: &Self, visit: &Visit| {
            let starts_at_ms = visit.slot.starts_at_ms;
            (new.from_ms <= now_ms || new.from_ms <= starts_at_ms)
                && new.until_ms.is_none_or(|until_ms| starts_at_ms < until_ms)
                && new.inmate.is_none_or(|inmate| inmate == visit.inmate)
                && new
                    .person
                    .is_none_or(|person| visit.seat_of(person).is_some())
        };
        self.flag(touches, "restricted", now_ms);
        let lifted = false;
        self.restrictions.push(Restriction { id, new, lifted });
    }

    /// From when and until when restrictions stand against an applicant's visits, as far as they are not over.
    pub(super) fn bars(&self, of: &Application, now_ms: u64) -> Vec<(u64, Option<u64>)> {
        let stands = |bar: &&Restriction| {
            let new = &bar.new;
            !bar.lifted
                && new.until_ms.is_none_or(|until_ms| now_ms < until_ms)
                && new.person.is_none_or(|person| person == of.person)
                && new.inmate.is_none_or(|inmate| inmate == of.inmate)
        };
        let bars = self.restrictions.iter().filter(stands);
        bars.map(|bar| (bar.new.from_ms, bar.new.until_ms))
            .collect()
    }

    pub(super) fn suspend(&mut self, person: PersonId, next: AccountState, now_ms: u64) -> usize {
        self.people.get_mut(&person).unwrap().account = next;
        let touches = |_: &Self, visit: &Visit| visit.seat_of(person).is_some();
        self.flag(touches, "suspended", now_ms)
    }

    /// Lets somebody in again. No visit changes by it.
    pub(super) fn suspend_no_more(&mut self, person: PersonId, next: AccountState) -> usize {
        self.people.get_mut(&person).unwrap().account = next;
        0
    }

    /// Whether nothing that is booked keeps somebody from leaving.
    pub(super) fn may_leave(&self, person: PersonId, now_ms: u64) -> bool {
        let booked = |visit: &Visit| visit.slot.ends_at_ms > now_ms;
        let mut booked = self.busy(now_ms).filter(|visit| booked(visit));
        !booked.any(|visit| visit.seat_of(person).is_some())
    }

    pub(super) fn close_account(&mut self, person: PersonId, next: AccountState) {
        self.people.get_mut(&person).unwrap().account = next;
        for application in self
            .applications
            .iter_mut()
            .filter(|of| of.person == person)
        {
            if let Some(next) = application.state.after(ApplicationStep::Withdraw) {
                application.state = next;
            }
        }
        self.end_agreements(person);
    }

    /// Flags what begins within a day and rests on an approval that has ended.
    pub(super) fn flag_unapproved(&mut self, now_ms: u64) -> usize {
        let touched: Vec<_> = self.unapproved(now_ms).map(|visit| visit.id).collect();
        let touches = |_: &Self, visit: &Visit| touched.contains(&visit.id);
        self.flag(touches, "approval_ended", now_ms)
    }

    pub(super) fn unapproved(&self, now_ms: u64) -> impl Iterator<Item = &Visit> {
        let soon = move |visit: &Visit| {
            visit.goes_on()
                && visit.slot.starts_at_ms <= now_ms + DAY_MS
                && visit.slot.ends_at_ms > now_ms
        };
        self.visits.iter().filter(move |visit| {
            let mut people = visit.people().into_iter();
            soon(visit) && people.any(|person| !self.is_approved(person, visit.inmate))
        })
    }
}
