//! Visits that staff add beside grid and month.

use booking_domain::{
    BookRefusal, Booking, ExceptionError, ExceptionVisit, Ground, MemberFacts, StaffBookings,
    check_event, check_party, local_date,
};
use grant::Slot;
use jiff::ToSpan;
use rand::{Rng, rngs::StdRng, seq::IndexedRandom};

use super::{
    doing::{Answers, Doing, Said, same},
    reference::{Reference, Visit},
    steps::{applicant, companions},
};
use crate::support::world::MINUTE_MS;

/// How long such a visit lasts, ms: it ends in the middle of what the grid offers.
const LENGTH_MS: u64 = 20 * MINUTE_MS;
/// The grounds of most such visits, and within how many days what they count from lies.
const GROUNDS: [(Ground, Option<i64>); 4] = [
    (Ground::Bereavement, Some(28)),
    (Ground::CriticalIllness, Some(5)),
    (Ground::Humanitarian, None),
    (Ground::Consular, None),
];

/// A visit that staff want to add. People, inmates and terminals are named by their places.
#[derive(Clone, Debug)]
pub(super) struct Exception {
    by: usize,
    along: Vec<usize>,
    inmate: usize,
    terminal: usize,
    /// So many days from now, at this minute of the day.
    days: u64,
    minute: u16,
    ground: Ground,
    /// How long ago what the ground counts from was; less than none where it has not come yet.
    days_since: Option<i64>,
}

impl Reference {
    /// Adds a visit, or says why not.
    fn add_exception(&mut self, exception: &ExceptionVisit) -> Result<Visit, ExceptionError> {
        let ExceptionVisit {
            inmate,
            slot,
            ground,
            event_on,
            now_ms,
            ..
        } = *exception;
        self.is_there(inmate)
            .map_err(|_| ExceptionError::NotFound)?;
        if ground.counts() || slot.ends_at_ms <= now_ms {
            return Err(BookRefusal::NotBookable.into());
        }
        let [today, visit_on] =
            [now_ms, slot.starts_at_ms].map(|at_ms| local_date(at_ms, &self.zone));
        check_event(ground, event_on, today, visit_on)?;
        let mut visit = self.visit(Booking::Confirmed, inmate, slot, &exception.party);
        (visit.terminal, visit.ground, visit.in_grid) = (exception.terminal, ground, false);
        let party = self.facts(&visit, &exception.party).into_iter();
        let party: Vec<_> = party.map(MemberFacts::as_staff_see_it).collect();
        check_party(&party, slot.starts_at_ms, &self.rules, &self.zone)?;
        if self.is_busy(&visit, &visit.people(), now_ms) {
            return Err(BookRefusal::AlreadyBusy.into());
        }
        if !self.is_free(visit.terminal, slot, now_ms) {
            return Err(BookRefusal::SlotFull.into());
        }
        self.run_out(now_ms);
        Ok(visit)
    }
}

impl Exception {
    /// Mostly one that may be: soon, with an event that was not too long ago.
    pub(super) fn draw(script: &mut StdRng, reference: &Reference) -> Self {
        let (by, inmate) = applicant(script, reference);
        let (ground, days) = *GROUNDS.choose(script).unwrap();
        let days_since = days.map(|days| script.random_range(0..days));
        let anything = script.random_ratio(1, 5);
        Self {
            by,
            along: companions(script, reference, by, inmate),
            inmate,
            terminal: script.random_range(0..2),
            days: script.random_range(0..4),
            minute: script.random_range(530..600),
            ground: if anything {
                *Ground::ALL.choose(script).unwrap()
            } else {
                ground
            },
            days_since: if anything {
                script.random_bool(0.5).then(|| script.random_range(-2..40))
            } else {
                days_since
            },
        }
    }
}

impl Doing {
    pub(super) async fn add_exception(&mut self, asked: &Exception) -> Answers {
        let starts_at_ms = self.moment(asked.days, asked.minute);
        let today = local_date(self.now_ms, &self.reference.zone);
        let event_on = |days: i64| today.saturating_sub(days.days());
        let exception = ExceptionVisit {
            facility: self.world.facility,
            inmate: self.reference.inmates[asked.inmate].id,
            terminal: self.world.terminals[asked.terminal],
            slot: Slot {
                starts_at_ms,
                ends_at_ms: starts_at_ms + LENGTH_MS,
            },
            party: self.party(asked.by, &asked.along),
            ground: asked.ground,
            event_on: asked.days_since.map(event_on),
            reason: "祖母過世".into(),
            by: self.world.officer,
            now_ms: self.now_ms,
        };
        let said = self.world.store.add_exception(exception.clone()).await;
        let mut expected = self.reference.add_exception(&exception);
        if let (Ok(id), Ok(visit)) = (&said, &mut expected) {
            visit.id = *id;
            self.reference.visits.push(visit.clone());
        }
        same(
            Said::Added(said.map(|_| ())),
            Said::Added(expected.map(|_| ())),
        )
    }
}
