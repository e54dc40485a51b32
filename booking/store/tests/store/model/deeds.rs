//! What is done with one visit, and mostly what one does as it stands.

use booking_domain::{EndedBy, Ground, Outcome, VisitState, VisitTime};
use rand::{
    Rng,
    rngs::StdRng,
    seq::{IndexedRandom, IteratorRandom},
};

use super::{
    reference::{Reference, Visit},
    steps::{Cause, PEOPLE, Step, companions, place},
};
use crate::support::world::MINUTE_MS;

/// Somebody does something with a visit, and mostly what one does as it stands.
pub(super) fn with_a_visit(script: &mut StdRng, reference: &Reference, now_ms: u64) -> Step {
    if let Some(visit) = with_a_full_month(reference, now_ms).choose(script) {
        return one_step(script, reference, visit, Deed::ChangeParty);
    }
    let visit = visit(script, reference, now_ms);
    let found = &reference.visits[visit];
    let (opens_at_ms, slot) = (found.opens_at_ms, found.slot);
    let deeds: &[Deed] = match found.booking.state() {
        _ if script.random_ratio(1, 8) => &Deed::ALL,
        VisitState::Held => &Deed::WITH_A_HOLD,
        VisitState::Flagged => &Deed::WITH_A_FLAGGED_ONE,
        VisitState::Confirmed if found.ground == Ground::Lawyer && now_ms < opens_at_ms => {
            &Deed::OF_LAWYERS
        }
        VisitState::Confirmed | VisitState::InSession if now_ms < opens_at_ms => &Deed::BEFORE,
        VisitState::Confirmed | VisitState::InSession if now_ms < slot.ends_at_ms => &Deed::DURING,
        VisitState::Confirmed | VisitState::InSession => &Deed::AT_THE_END,
        VisitState::Cancelled => &Deed::ALL,
        _ => &Deed::AFTERWARDS,
    };
    let deed = match *deeds.choose(script).unwrap() {
        Deed::Redeem if found.links.is_empty() => Deed::Issue,
        deed => deed,
    };
    one_step(script, reference, visit, deed)
}

/// The visits ahead that count in no month, and in whose month no other has room.
fn with_a_full_month(reference: &Reference, now_ms: u64) -> impl Iterator<Item = usize> {
    let limit = reference.rules.visits_a_month;
    let is_full = move |visit: &Visit| {
        let month = reference.month(visit.slot);
        let lawyers = visit.in_grid && visit.ground == Ground::Lawyer;
        lawyers && visit.is_ahead(now_ms) && reference.used(visit.inmate, month) >= limit
    };
    let visits = reference.visits.iter().enumerate();
    visits.filter_map(move |(place, visit)| is_full(visit).then_some(place))
}

/// What one does with a visit.
#[derive(Clone, Copy)]
enum Deed {
    Confirm,
    Cancel,
    CallOff,
    Clear,
    ChangeParty,
    Leave,
    TakeOut,
    Move,
    Issue,
    Redeem,
    Join,
    Hear,
    Spend,
    GiveBack,
    SlotEnds,
    Terminate,
    Correct,
}

/// What is named more than once is done more often.
impl Deed {
    const ALL: [Self; 17] = [
        Self::Confirm,
        Self::Cancel,
        Self::CallOff,
        Self::Clear,
        Self::ChangeParty,
        Self::Leave,
        Self::TakeOut,
        Self::Move,
        Self::Issue,
        Self::Redeem,
        Self::Join,
        Self::Hear,
        Self::Spend,
        Self::GiveBack,
        Self::SlotEnds,
        Self::Terminate,
        Self::Correct,
    ];
    const WITH_A_HOLD: [Self; 5] = [
        Self::Confirm,
        Self::Confirm,
        Self::Confirm,
        Self::Cancel,
        Self::ChangeParty,
    ];
    const WITH_A_FLAGGED_ONE: [Self; 8] = [
        Self::Clear,
        Self::Clear,
        Self::Clear,
        Self::Cancel,
        Self::CallOff,
        Self::ChangeParty,
        Self::TakeOut,
        Self::Redeem,
    ];
    /// Whoever comes along makes the visit count.
    const OF_LAWYERS: [Self; 4] = [
        Self::ChangeParty,
        Self::ChangeParty,
        Self::TakeOut,
        Self::Cancel,
    ];
    const BEFORE: [Self; 12] = [
        Self::Cancel,
        Self::CallOff,
        Self::ChangeParty,
        Self::ChangeParty,
        Self::ChangeParty,
        Self::Leave,
        Self::Leave,
        Self::TakeOut,
        Self::TakeOut,
        Self::Move,
        Self::Move,
        Self::Issue,
    ];
    const DURING: [Self; 17] = [
        Self::Issue,
        Self::Issue,
        Self::Issue,
        Self::Redeem,
        Self::Redeem,
        Self::Redeem,
        Self::Join,
        Self::Join,
        Self::Hear,
        Self::Hear,
        Self::Spend,
        Self::Spend,
        Self::GiveBack,
        Self::GiveBack,
        Self::GiveBack,
        Self::Terminate,
        Self::CallOff,
    ];
    const AT_THE_END: [Self; 4] = [Self::SlotEnds, Self::SlotEnds, Self::Issue, Self::Redeem];
    const AFTERWARDS: [Self; 3] = [Self::Redeem, Self::Correct, Self::Correct];
}

fn one_step(script: &mut StdRng, reference: &Reference, visit: usize, deed: Deed) -> Step {
    let found = &reference.visits[visit];
    let (applicant, person) = (
        reference.place_of(found.applicant),
        script.random_range(0..PEOPLE),
    );
    let by = if script.random_ratio(19, 20) {
        applicant
    } else {
        person
    };
    let member = reference.place_of(found.people().into_iter().choose(script).unwrap());
    let who = if script.random_ratio(9, 10) {
        member
    } else {
        person
    };
    let taken = found.party.keys().copied().choose(script).unwrap();
    let side = *EndedBy::ALL.choose(script).unwrap();
    match deed {
        Deed::Confirm => Step::Confirm { visit, by },
        Deed::Cancel => Step::Cancel { visit, by },
        Deed::CallOff => Step::CallOff { visit, side },
        Deed::Clear => Step::Clear { visit },
        Deed::ChangeParty => Step::ChangeParty {
            visit,
            by,
            along: companions(script, reference, by, place(reference, found.inmate)),
        },
        Deed::Leave => Step::Leave { visit, who },
        Deed::TakeOut => Step::TakeOut { visit, who },
        Deed::Move => Step::Move {
            visit,
            terminal: script.random_range(0..2),
        },
        Deed::Issue => Step::Issue {
            visit,
            seat: if script.random_ratio(9, 10) {
                taken.into()
            } else {
                script.random_range(0..=3)
            },
            cause: *[
                Cause::Opening,
                Cause::Opening,
                Cause::Visitor,
                Cause::Officer,
            ]
            .choose(script)
            .unwrap(),
            sent: script.random_bool(0.8),
        },
        Deed::Redeem => Step::Redeem {
            visit,
            link: script.random_range(0..found.links.len().max(1)),
            device: script.random_range(0..2),
        },
        Deed::Join => Step::Join {
            visit,
            seat: if script.random_bool(0.7) {
                taken.into()
            } else {
                0
            },
        },
        Deed::Hear => Step::Hear {
            visit,
            seat: if script.random_bool(0.3) {
                taken.into()
            } else {
                0
            },
        },
        Deed::Spend => Step::Spend {
            visit,
            time: VisitTime {
                together_ms: minutes(script),
                without_inmate_ms: minutes(script),
                without_visitors_ms: minutes(script),
            },
        },
        Deed::GiveBack => Step::GiveBack {
            visit,
            lost_ms: script.random_range(0..8 * MINUTE_MS),
        },
        Deed::SlotEnds => Step::SlotEnds { visit },
        Deed::Terminate => Step::Terminate { visit, side },
        Deed::Correct => Step::Correct {
            visit,
            outcome: outcome(script),
        },
    }
}

/// One of the visits, and mostly one that is open, or is not over.
fn visit(script: &mut StdRng, reference: &Reference, now_ms: u64) -> usize {
    let open = |visit: &usize| reference.visits[*visit].is_open(now_ms);
    match (0..reference.visits.len()).filter(open).choose(script) {
        Some(visit) if script.random_ratio(4, 5) => return visit,
        _ => {}
    }
    let live = (0..reference.visits.len()).filter(|visit| reference.visits[*visit].is_live());
    match live.choose(script) {
        Some(visit) if script.random_ratio(9, 10) => visit,
        _ => script.random_range(0..reference.visits.len()),
    }
}

/// None, some, or more than half of a visit, ms.
fn minutes(script: &mut StdRng) -> u64 {
    [0, 4, 16].choose(script).unwrap() * MINUTE_MS
}

fn outcome(script: &mut StdRng) -> Outcome {
    let failed = EndedBy::ALL[1..].iter().copied().map(Outcome::Failed);
    let all = [Outcome::TookPlace, Outcome::Missed]
        .into_iter()
        .chain(failed);
    all.choose(script).unwrap()
}
