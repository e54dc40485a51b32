//! What may happen at a facility, drawn from a seed.

use booking_domain::{
    Booking, EndedBy, Outcome, VisitTime,
    applications::{ApplicationStep, CompanionStep, Relationship},
};
use ids::InmateId;
use rand::{
    Rng,
    rngs::StdRng,
    seq::{IndexedRandom, IteratorRandom},
};

use super::{around, deeds, exceptions::Exception, reference::Reference};
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
    /// Decided together, where there are several.
    Hold(Vec<Wish>),
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
        from_ms: u64,
        until_ms: Option<u64>,
    },
    LiftRestriction {
        restriction: usize,
    },
    Apply {
        who: usize,
        inmate: usize,
        relationship: Relationship,
    },
    Review {
        application: usize,
        step: ApplicationStep,
    },
    Approve {
        application: usize,
        inmate: usize,
    },
    /// An approval ends without a word.
    Lapse {
        application: usize,
    },
    Depart {
        inmate: usize,
        released: bool,
    },
    Admit,
    Invite {
        one: usize,
        other: usize,
        inmate: usize,
    },
    Answer {
        agreement: usize,
        who: usize,
        step: CompanionStep,
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
    Spend {
        visit: usize,
        time: VisitTime,
    },
    GiveBack {
        visit: usize,
        lost_ms: u64,
    },
    SlotEnds {
        visit: usize,
    },
    Terminate {
        visit: usize,
        side: EndedBy,
    },
    Unapproved,
    AddException(Exception),
    Settle,
    Correct {
        visit: usize,
        outcome: Outcome,
    },
}

/// What somebody wants who asks for a slot.
#[derive(Clone, Debug)]
pub(super) struct Wish {
    pub(super) by: usize,
    pub(super) along: Vec<usize>,
    pub(super) inmate: usize,
    pub(super) days: u64,
    pub(super) minute: u16,
    pub(super) key: Option<u8>,
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
        let due = !reference.unsettled(now_ms).is_empty();
        let unapproved = reference.unapproved(now_ms).next().is_some();
        let open = reference.visits.iter().any(|visit| visit.is_open(now_ms));
        match script.random_range(0..100) {
            _ if reference.visits.is_empty() => Self::Hold(wishes(script, reference)),
            0..20 if due => Self::Settle,
            20..30 if unapproved => Self::Unapproved,
            10..45 if open => deeds::with_a_visit(script, reference, now_ms),
            0..15 => Self::Hold(wishes(script, reference)),
            15..27 => later(script, reference, now_ms),
            27..50 => around::visits(script, reference, now_ms),
            50..52 => Self::Overdue,
            52..54 => Self::Unapproved,
            54 => Self::Settle,
            55..58 => Self::AddException(Exception::draw(script, reference)),
            _ => deeds::with_a_visit(script, reference, now_ms),
        }
    }
}

/// Somebody wants a slot, or several people do in the same moment, mostly the same one.
fn wishes(script: &mut StdRng, reference: &Reference) -> Vec<Wish> {
    let first = wish(script, reference);
    let others = if script.random_ratio(1, 4) {
        script.random_range(1..5)
    } else {
        0
    };
    let mut wishes = vec![first.clone()];
    for _ in 0..others {
        let mut other = wish(script, reference);
        if script.random_ratio(3, 4) {
            (other.days, other.minute) = (first.days, first.minute);
        }
        wishes.push(other);
    }
    wishes
}

/// Mostly one of a few slots, with those who may come along.
fn wish(script: &mut StdRng, reference: &Reference) -> Wish {
    let (by, inmate) = applicant(script, reference);
    let minute = match script.random_range(0..20) {
        0 => 555,
        1 => BATCHES[3],
        _ => *BATCHES[..2].choose(script).unwrap(),
    };
    let often = script.random_bool(0.95);
    Wish {
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

/// Somebody and whom they visit: mostly as they may.
pub(super) fn applicant(script: &mut StdRng, reference: &Reference) -> (usize, usize) {
    let approved = reference.applications.iter().filter(|of| of.is_approved());
    match approved.choose(script) {
        Some(of) if script.random_ratio(9, 10) => {
            (reference.place_of(of.person), place(reference, of.inmate))
        }
        _ => (
            script.random_range(0..PEOPLE),
            script.random_range(0..reference.inmates.len()),
        ),
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
    let agreements = reference.agreements.iter().filter(|of| of.stands());
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

pub(super) fn place(reference: &Reference, inmate: InmateId) -> usize {
    reference
        .inmates
        .iter()
        .position(|of| of.id == inmate)
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
