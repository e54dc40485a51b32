//! What stands for or against visits, drawn as it changes.

use booking_domain::{
    accounts::AccountState,
    applications::{
        ApplicationState, ApplicationStep, CompanionState, CompanionStep, Relationship,
    },
};
use rand::{
    Rng,
    rngs::StdRng,
    seq::{IndexedRandom, IteratorRandom},
};

use super::{
    reference::{Reference, Visit},
    steps::{NEWCOMERS, PEOPLE, Step, applicant, place},
};
use crate::support::season::DAY_MS;

/// What stands for or against visits changes, and mostly back again.
pub(super) fn visits(script: &mut StdRng, reference: &Reference, now_ms: u64) -> Step {
    let everybody = PEOPLE + NEWCOMERS;
    let inmate = held(script, reference);
    let live = reference.visits.iter().filter(|visit| visit.is_live());
    let seated = live.flat_map(Visit::people).choose(script);
    let person = match seated {
        Some(seated) if script.random_bool(0.7) => reference.place_of(seated),
        _ => script.random_range(0..PEOPLE),
    };
    let suspended =
        |who: &usize| reference.people[&reference.order[*who]].account == AccountState::Suspended;
    match script.random_range(0..48) {
        0..2 => Step::Close {
            days: script.random_range(0..4),
            minutes: script
                .random_bool(0.7)
                .then_some((540, script.random_range(541..601))),
        },
        2..5 => Step::Lift {
            closure: script.random_range(0..reference.closures.len().max(1)),
        },
        5..9 => restrict(script, reference, (person, inmate), now_ms),
        9..12 => Step::LiftRestriction {
            restriction: script.random_range(0..reference.restrictions.len().max(1)),
        },
        12..20 => review(script, reference, inmate),
        20..26 => Step::Approve {
            application: script.random_range(0..reference.applications.len()),
            inmate,
        },
        26..29 => {
            let (one, inmate) = applicant(script, reference);
            let other = script.random_range(0..everybody);
            Step::Invite { one, other, inmate }
        }
        29..33 => answer(script, reference),
        33 => Step::Suspend { who: person },
        34 => Step::Suspend {
            who: script.random_range(0..everybody),
        },
        35..39 => Step::Reinstate {
            who: (0..everybody)
                .filter(suspended)
                .choose(script)
                .unwrap_or(person),
        },
        39 => Step::Verify {
            newcomer: script.random_range(0..NEWCOMERS),
        },
        40 => Step::Leaves {
            who: script.random_range(0..everybody),
        },
        41..45 => lapse(script, reference),
        _ if reference.present().count() < 2 && script.random_bool(0.5) => Step::Admit,
        _ => Step::Depart {
            inmate: if script.random_bool(0.5) {
                inmate
            } else {
                script.random_range(0..reference.inmates.len())
            },
            released: script.random_ratio(1, 5),
        },
    }
}

/// Somebody may not visit or be visited: mostly from before, after or the very moment of a visit on.
fn restrict(
    script: &mut StdRng,
    reference: &Reference,
    (person, inmate): (usize, usize),
    now_ms: u64,
) -> Step {
    let whom = [(true, true), (true, false), (false, true)];
    let (who, whom) = *whom.choose(script).unwrap();
    let live = reference.visits.iter().filter(|visit| visit.is_live());
    let (seated, with, around_ms) = match live.choose(script) {
        Some(visit) if script.random_ratio(4, 5) => {
            let person = visit.people().into_iter().choose(script).unwrap();
            let (person, inmate) = (reference.place_of(person), place(reference, visit.inmate));
            (person, inmate, visit.slot.starts_at_ms)
        }
        _ => (person, inmate, now_ms + DAY_MS),
    };
    let from_ms = [now_ms, around_ms - DAY_MS, around_ms, around_ms + 1];
    let from_ms = *from_ms.choose(script).unwrap();
    let until_ms = [around_ms, around_ms + 1, around_ms + DAY_MS];
    let until_ms = *until_ms.choose(script).unwrap();
    Step::Restrict {
        who: who.then_some(seated),
        inmate: whom.then_some(with),
        from_ms,
        until_ms: (script.random_bool(0.6) && from_ms < until_ms).then_some(until_ms),
    }
}

/// An approval ends, mostly of somebody who is in a visit.
fn lapse(script: &mut StdRng, reference: &Reference) -> Step {
    let live = reference.visits.iter().filter(|visit| visit.goes_on());
    let seats = live.flat_map(|visit| visit.people().into_iter().map(|of| (of, visit.inmate)));
    let seated = seats.choose(script);
    let rests = |of: &usize| {
        let of = &reference.applications[*of];
        of.is_approved() && seated == Some((of.person, of.inmate))
    };
    let mut applications = 0..reference.applications.len();
    let any = script.random_range(applications.clone());
    Step::Lapse {
        application: applications.find(rests).unwrap_or(any),
    }
}

/// Somebody who is or was held at the facility: mostly who is.
fn held(script: &mut StdRng, reference: &Reference) -> usize {
    match reference.present().choose(script) {
        Some(present) if script.random_ratio(9, 10) => present,
        _ => script.random_range(0..2),
    }
}

/// Who was asked to come along mostly agrees; some decline, or end what they have agreed to.
fn answer(script: &mut StdRng, reference: &Reference) -> Step {
    let waits = |of: &usize| reference.agreements[*of].state == CompanionState::Invited;
    let waiting = (0..reference.agreements.len()).filter(waits);
    let anything = *CompanionStep::ALL.choose(script).unwrap();
    let (agreement, step) = match waiting.choose(script) {
        Some(waiting) if script.random_ratio(3, 4) => (waiting, CompanionStep::Agree),
        _ => (script.random_range(0..reference.agreements.len()), anything),
    };
    let pair = reference.agreements[agreement].pair;
    let [inviter, invitee] = pair.map(|person| reference.place_of(person));
    Step::Answer {
        agreement,
        who: match script.random_range(0..8) {
            0 => inviter,
            1 => script.random_range(0..PEOPLE),
            _ => invitee,
        },
        step,
    }
}

/// An application goes on, mostly as applications do, or somebody applies.
fn review(script: &mut StdRng, reference: &Reference, inmate: usize) -> Step {
    let waits = |of: &usize| reference.applications[*of].state.is_waiting();
    let waiting = (0..reference.applications.len()).filter(waits);
    let application = match waiting.choose(script) {
        Some(waiting) if script.random_ratio(4, 5) => waiting,
        _ if script.random_bool(0.6) => {
            return Step::Apply {
                who: script.random_range(0..PEOPLE),
                inmate,
                relationship: *[Relationship::Sibling, Relationship::Lawyer]
                    .choose(script)
                    .unwrap(),
            };
        }
        _ => script.random_range(0..reference.applications.len()),
    };
    let steps: &[ApplicationStep] = match reference.applications[application].state {
        _ if script.random_ratio(1, 6) => &ApplicationStep::ALL,
        ApplicationState::Submitted => &[ApplicationStep::Take],
        ApplicationState::InReview => &[
            ApplicationStep::Ask,
            ApplicationStep::Approve,
            ApplicationStep::Approve,
            ApplicationStep::Refuse,
        ],
        ApplicationState::NeedsMore => &[ApplicationStep::Submit],
        ApplicationState::Approved => &[ApplicationStep::Revoke, ApplicationStep::Withdraw],
        _ => &ApplicationStep::ALL,
    };
    Step::Review {
        application,
        step: *steps.choose(script).unwrap(),
    }
}
