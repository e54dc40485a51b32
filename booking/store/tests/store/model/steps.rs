//! What may happen at a facility, drawn from a seed.

use booking_domain::{Booking, EndedBy, Outcome, accounts::AccountState};
use ids::InmateId;
use rand::{
    Rng,
    rngs::StdRng,
    seq::{IndexedRandom, IteratorRandom},
};

use super::{
    deeds,
    reference::{Reference, Visit},
};
use crate::support::{
    season::{BATCHES, DAY_MS},
    world::MINUTE_MS,
};

/// Something that somebody does, or the time that passes. People, visits and the rest are named by their places.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Later {
        ms: u64,
    },
    Hold {
        by: usize,
        along: Vec<usize>,
        inmate: usize,
        days: u64,
        minute: u16,
        key: Option<u8>,
    },
    Confirm {
        visit: usize,
        by: usize,
    },
    Cancel {
        visit: usize,
        by: usize,
    },
    CallOff {
        visit: usize,
        side: EndedBy,
    },
    Clear {
        visit: usize,
    },
    ChangeParty {
        visit: usize,
        by: usize,
        along: Vec<usize>,
    },
    Leave {
        visit: usize,
        who: usize,
    },
    TakeOut {
        visit: usize,
        who: usize,
    },
    Move {
        visit: usize,
        terminal: usize,
    },
    Overdue,
    Close {
        days: u64,
        minutes: Option<(u16, u16)>,
    },
    Lift {
        closure: usize,
    },
    Restrict {
        who: Option<usize>,
        inmate: Option<usize>,
        from_days: u64,
        for_days: Option<u64>,
    },
    LiftRestriction {
        restriction: usize,
    },
    Revoke {
        application: usize,
    },
    Approve {
        application: usize,
    },
    Agree {
        one: usize,
        other: usize,
        inmate: usize,
    },
    Part {
        agreement: usize,
    },
    Suspend {
        who: usize,
    },
    Reinstate {
        who: usize,
    },
    Verify {
        newcomer: usize,
    },
    Leaves {
        who: usize,
    },
    Issue {
        visit: usize,
        seat: u8,
        cause: Cause,
        sent: bool,
    },
    Redeem {
        visit: usize,
        link: usize,
        device: u16,
    },
    Join {
        visit: usize,
        seat: u8,
    },
    Hear {
        visit: usize,
        seat: u8,
    },
    SlotEnds {
        visit: usize,
    },
    Terminate {
        visit: usize,
        side: EndedBy,
    },
    Unapproved,
    Settle,
    Correct {
        visit: usize,
        outcome: Outcome,
    },
}

/// Who wants a link.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cause {
    Opening,
    Visitor,
    Officer,
}

/// How many people have an account from the beginning, and how many more only registered.
pub(super) const PEOPLE: usize = 5;
pub(super) const NEWCOMERS: usize = 2;

impl Step {
    /// What happens next.
    pub(super) fn draw(script: &mut StdRng, reference: &Reference, now_ms: u64) -> Self {
        match script.random_range(0..100) {
            _ if reference.visits.is_empty() => hold(script, reference),
            0..16 => hold(script, reference),
            16..28 => later(script, reference, now_ms),
            28..46 => around_visits(script, reference),
            46..49 => Self::Overdue,
            49 => Self::Unapproved,
            50..53 => Self::Settle,
            _ => deeds::with_a_visit(script, reference, now_ms),
        }
    }
}

/// Somebody wants a slot: mostly one of a few, with those who may come along.
fn hold(script: &mut StdRng, reference: &Reference) -> Step {
    let (by, inmate) = match reference.applications.choose(script) {
        Some(of) if script.random_ratio(9, 10) => {
            (reference.place_of(of.person), place(reference, of.inmate))
        }
        _ => (script.random_range(0..PEOPLE), script.random_range(0..2)),
    };
    let minute = match script.random_range(0..20) {
        0 => 555,
        1 => BATCHES[3],
        _ => *BATCHES[..2].choose(script).unwrap(),
    };
    let often = script.random_bool(0.95);
    Step::Hold {
        by,
        along: companions(script, reference, by, inmate),
        inmate,
        days: if often {
            script.random_range(2..4)
        } else {
            script.random_range(0..9)
        },
        minute,
        key: script.random_bool(0.2).then(|| script.random_range(0..6)),
    }
}

/// Who comes along: mostly nobody, or somebody who has agreed.
pub(super) fn companions(
    script: &mut StdRng,
    reference: &Reference,
    by: usize,
    inmate: usize,
) -> Vec<usize> {
    if script.random_ratio(1, 10) {
        let others = (0..PEOPLE).filter(|other| *other != by);
        let count = script.random_range(1..4);
        return others.choose_multiple(script, count);
    }
    let agreements = reference.agreements.iter().filter(|of| of.stands);
    let places = agreements
        .filter(|of| place(reference, of.inmate) == inmate)
        .map(|of| of.pair.map(|person| reference.place_of(person)));
    let others = places.filter_map(|pair| match pair {
        [one, other] if one == by => Some(other),
        [other, one] if one == by => Some(other),
        _ => None,
    });
    let count = *[0, 0, 1, 1, 2].choose(script).unwrap();
    others.choose_multiple(script, count)
}

/// What stands for or against visits changes, and mostly back again.
fn around_visits(script: &mut StdRng, reference: &Reference) -> Step {
    let everybody = PEOPLE + NEWCOMERS;
    let inmate = script.random_range(0..2);
    let live = reference.visits.iter().filter(|visit| visit.is_live());
    let seated = live.flat_map(Visit::people).choose(script);
    let person = match seated {
        Some(seated) if script.random_bool(0.7) => reference.place_of(seated),
        _ => script.random_range(0..PEOPLE),
    };
    let suspended =
        |who: &usize| reference.people[&reference.order[*who]].account == AccountState::Suspended;
    match script.random_range(0..26) {
        0..2 => Step::Close {
            days: script.random_range(1..4),
            minutes: script
                .random_bool(0.7)
                .then_some((540, script.random_range(541..601))),
        },
        2..5 => Step::Lift {
            closure: script.random_range(0..reference.closures.len().max(1)),
        },
        5 => {
            let whom = [(true, true), (true, false), (false, true)];
            let (who, whom) = *whom.choose(script).unwrap();
            Step::Restrict {
                who: who.then_some(person),
                inmate: whom.then_some(inmate),
                from_days: script.random_range(0..4),
                for_days: script.random_bool(0.5).then(|| script.random_range(1..4)),
            }
        }
        6..9 => Step::LiftRestriction {
            restriction: script.random_range(0..reference.restrictions.len().max(1)),
        },
        9 => Step::Revoke {
            application: script.random_range(0..reference.applications.len()),
        },
        10..14 => Step::Approve {
            application: script.random_range(0..reference.applications.len()),
        },
        14..17 => {
            let application = reference.applications.choose(script).unwrap();
            let other = reference
                .applications
                .iter()
                .filter(|of| of.inmate == application.inmate);
            Step::Agree {
                one: reference.place_of(application.person),
                other: reference.place_of(other.choose(script).unwrap().person),
                inmate: place(reference, application.inmate),
            }
        }
        17 => Step::Part {
            agreement: script.random_range(0..reference.agreements.len()),
        },
        18 => Step::Suspend { who: person },
        19 => Step::Suspend {
            who: script.random_range(0..everybody),
        },
        20..24 => Step::Reinstate {
            who: (0..everybody)
                .filter(suspended)
                .choose(script)
                .unwrap_or(person),
        },
        24 => Step::Verify {
            newcomer: script.random_range(0..NEWCOMERS),
        },
        _ => Step::Leaves {
            who: script.random_range(0..everybody),
        },
    }
}

pub(super) fn place(reference: &Reference, inmate: InmateId) -> usize {
    reference
        .inmates
        .iter()
        .position(|of| *of == inmate)
        .unwrap()
}

/// Mostly until something is due with a visit, to the millisecond, or just before.
fn later(script: &mut StdRng, reference: &Reference, now_ms: u64) -> Step {
    let mut due = Vec::new();
    for visit in reference.visits.iter().filter(|visit| visit.is_live()) {
        if let Booking::Held { until_ms } = visit.booking {
            due.push(until_ms);
        }
        let (start, end) = (visit.slot.starts_at_ms, visit.slot.ends_at_ms);
        due.extend([
            start - DAY_MS,
            visit.opens_at_ms,
            start,
            end,
            end + 2 * MINUTE_MS,
        ]);
    }
    due.retain(|at_ms| *at_ms > now_ms + 1);
    due.sort_unstable();
    due.truncate(6);
    let ms = match due.choose(script) {
        Some(at_ms) if script.random_ratio(3, 4) => at_ms - now_ms - script.random_range(0..2),
        _ => script.random_range(0..20) * MINUTE_MS,
    };
    Step::Later { ms }
}
