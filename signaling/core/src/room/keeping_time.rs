//! A room's clock: what its time was spent on, how much of it is given back, and when people hear of its end.
//!
//! What was lost is given back at the end, as far as the store finds that terminal, inmate and visitors are free and
//! the facility allows it. The room asks a little before each of the two warnings, so that nobody hears of an end
//! that is moved a moment later; and only while a visitor is there.

use std::time::{Duration, Instant};

use ids::Seat;
use protocol::{ServerMessage, Warning};

use super::{RoomOutput, TimeSpent, VisitRoom, ledger::Counts, place::Place};

/// So long before the end the room asks for what was lost: a little before each warning.
const LOOKS: [Duration; 2] = [Duration::from_secs(310), Duration::from_secs(70)];
/// Less than this is not asked for.
const WORTH_ASKING: Duration = Duration::from_secs(20);
/// What was spent is told to the store so often.
const COUNTED_EVERY: Duration = Duration::from_mins(1);
/// What lies so far back is settled: an interruption shows sooner.
const SETTLED: Duration = Duration::from_secs(10);

/// What a room remembers of its time.
#[derive(Debug)]
pub(super) struct Clock {
    /// The end of the slot, before anything was given back.
    slot_ends_at: Instant,
    /// What the store has been told.
    told: TimeSpent,
    tell_at: Instant,
    look_at: Option<Instant>,
}

impl Clock {
    pub(super) fn new(slot_ends_at: Instant, now: Instant) -> Self {
        Self {
            slot_ends_at,
            told: TimeSpent::default(),
            tell_at: now + COUNTED_EVERY,
            look_at: next_look(slot_ends_at, now),
        }
    }

    /// When the next thing is due.
    pub(super) fn due(&self) -> Instant {
        self.look_at
            .map_or(self.tell_at, |look| look.min(self.tell_at))
    }
}

impl VisitRoom {
    /// What the visit's time was spent on until `now`.
    #[must_use]
    pub fn spent(&self, now: Instant) -> TimeSpent {
        self.ledger.spent(now)
    }

    /// What was spent until `now` since the store was last told: it is to be told this too.
    pub fn count_time(&mut self, now: Instant) -> Option<TimeSpent> {
        let spent = self.ledger.spent(now);
        let more = spent.since(&self.clock.told);
        self.clock.told = spent;
        (more != TimeSpent::default()).then_some(more)
    }

    /// The end is near.
    pub fn handle_warning(&mut self, warning: Warning, now: Instant) {
        let time = self.time(Some(warning), now);
        self.say_to_all(&time);
    }

    /// The answer to [`RoomOutput::GiveBack`]: the visit ends then, Unix ms. An end that has come stays, and none
    /// comes earlier.
    pub fn handle_given_back(&mut self, ends_at_ms: u64, now: Instant) {
        if self.over || self.ends_at <= now || ends_at_ms <= self.visit.ends_at_ms {
            return;
        }
        self.visit.ends_at_ms = ends_at_ms;
        self.ends_at = self.anchor.deadline(ends_at_ms);
        self.clock.look_at = next_look(self.ends_at, now);
        self.push(RoomOutput::MoveEnd);
        let time = self.time(None, now);
        self.say_to_all(&time);
    }

    /// From `at` on, time counts as who is there says.
    pub(super) fn turn(&mut self, at: Instant) {
        self.ledger.turn(self.counts(), at);
    }

    /// What is due of the clock at `now`.
    pub(super) fn keep_time(&mut self, now: Instant) {
        if self.over {
            return;
        }
        if self.clock.tell_at <= now {
            self.clock.tell_at = now + COUNTED_EVERY;
            self.tell_spent(now.checked_sub(SETTLED).unwrap_or(now));
        }
        if self.clock.look_at.is_some_and(|at| at <= now) {
            self.clock.look_at = next_look(self.ends_at, now);
            let lost = self.ledger.spent(now).lost();
            let visitor_here = self.visitors().any(Place::is_taken);
            if visitor_here && lost >= self.given_back() + WORTH_ASKING {
                self.push(RoomOutput::GiveBack { lost });
            }
        }
    }

    /// Nothing counts from `now` on, and the store is told the rest.
    pub(super) fn close_ledger(&mut self, now: Instant) {
        self.ledger.turn(Counts::Nothing, now);
        self.tell_spent(now);
    }

    pub(super) fn time(&self, warning: Option<Warning>, now: Instant) -> ServerMessage {
        ServerMessage::Time {
            now_ms: self.unix_ms(now),
            ends_at_ms: self.visit.ends_at_ms,
            remaining_ms: millis(self.ends_at.saturating_duration_since(now)),
            given_back_ms: millis(self.given_back()),
            warning,
        }
    }

    fn given_back(&self) -> Duration {
        self.ends_at
            .saturating_duration_since(self.clock.slot_ends_at)
    }

    fn tell_spent(&mut self, until: Instant) {
        if let Some(more) = self.count_time(until) {
            self.push(RoomOutput::Count(more));
        }
    }

    fn counts(&self) -> Counts {
        let inmate = &self.places[&Seat::INMATE];
        let inmate_there = inmate.flows() && inmate.heard;
        let visitor_there = self.visitors().any(Place::flows);
        if inmate_there && visitor_there {
            Counts::Together
        } else if inmate.hung_up || !self.visitors().any(Place::wants_in) {
            Counts::Nothing
        } else if inmate_there {
            Counts::WithoutVisitors
        } else {
            Counts::WithoutInmate
        }
    }
}

/// When to ask next before `ends_at`.
fn next_look(ends_at: Instant, now: Instant) -> Option<Instant> {
    LOOKS
        .into_iter()
        .filter_map(|before| ends_at.checked_sub(before))
        .find(|at| now < *at)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
