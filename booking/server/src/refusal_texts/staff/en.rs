//! English

use crate::ProblemCode;

pub(super) const fn problem(code: ProblemCode) -> Option<(&'static str, &'static str)> {
    Some(match code {
        ProblemCode::NotFound => (
            "Not found",
            "This does not exist, or it belongs to a facility that is not among your duties. \
             Reload the list, then look again.",
        ),
        ProblemCode::NotApproved => (
            "A visitor is not approved",
            "The application of one of the visitors for this inmate is not approved, has ended or does not \
             cover video visits, or that visitor’s account is suspended. Look under “Applications”, or leave \
             that visitor out.",
        ),
        ProblemCode::Restricted => (
            "A restriction stands against it",
            "At that time one of the visitors or the inmate is restricted. Look under “Restrictions”: where the \
             rules allow it, lift it; else take that visitor out, or cancel the visit.",
        ),
        ProblemCode::MinorWithoutAdult => (
            "Only minors are in the party",
            "No adult is among the visitors. Add an approved adult, or cancel the visit.",
        ),
        ProblemCode::AlreadyBusy => (
            "Another visit is at that time",
            "The inmate or one of the visitors has another visit then. Look at the visits of the day, \
             and choose another time.",
        ),
        ProblemCode::SlotFull => (
            "The terminal has a visit at that time",
            "Choose another terminal or another time; the visits of the day show which are free.",
        ),
        ProblemCode::NotBookable => (
            "No visit can be arranged then",
            "That time is over. Choose a later one.",
        ),
        ProblemCode::PartySize => (
            "Not the right number of visitors",
            "A visit has one to three visitors, each on a seat of their own. If nobody comes, cancel the visit.",
        ),
        ProblemCode::InmateGone => (
            "The inmate is not at this facility any more",
            "The inmate was transferred or released, so neither visits nor applications can go on. \
             Cancel the visit, or refuse the application.",
        ),
        ProblemCode::VisitNotChangeable => (
            "This cannot be done with the visit now",
            "It has begun or ended, or a colleague has dealt with it. Reload the page to see where it stands.",
        ),
        ProblemCode::AccountState => (
            "The account has changed",
            "A colleague has suspended it or opened it again, or its owner has closed it. \
             Search for it again to see where it stands.",
        ),
        ProblemCode::ApplicationState => (
            "This cannot be done with the application now",
            "The applicant or a colleague has just dealt with it. Reload the page to see where it stands.",
        ),
        _ => return None,
    })
}
