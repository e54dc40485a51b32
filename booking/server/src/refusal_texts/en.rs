//! English

use crate::{FieldCode, ProblemCode};

pub(super) const fn problem(code: ProblemCode) -> (&'static str, &'static str) {
    match code {
        ProblemCode::NotFound => ("Not found", "There is nothing under this address."),
        ProblemCode::MethodNotAllowed => (
            "Not possible here",
            "This address does not offer what was asked of it.",
        ),
        ProblemCode::BadRequest => (
            "Not understood",
            "What was sent is not of the expected form. Reload the page, then try again.",
        ),
        ProblemCode::NotSignedIn => ("Not signed in", "Please sign in again to continue."),
        ProblemCode::NotAllowed => (
            "Not among your duties",
            "Your roles do not include this. If you need it, please ask an administrator.",
        ),
        ProblemCode::PasswordIsTemporary => (
            "Please change your password first",
            "You signed in with a temporary password. Please choose one of your own.",
        ),
        ProblemCode::VisitNotFound => ("No such visit", "There is no such visit here."),
        ProblemCode::WrongCode => (
            "The code is not right",
            "Please enter the six digits that your app shows now; each code counts once.",
        ),
        ProblemCode::SecondFactorState => (
            "Not possible at this step",
            "The second factor has been changed meanwhile. Please sign in again.",
        ),
        ProblemCode::ChangedMeanwhile => (
            "Changed meanwhile",
            "Somebody else has just changed this. Please reload, then try again.",
        ),
        ProblemCode::LastAdministrator => (
            "One administrator must remain",
            "Please name another administrator first.",
        ),
        ProblemCode::WrongCredentials => (
            "Could not sign in",
            "The name or address and the password do not go together. Please try again.",
        ),
        ProblemCode::EmailNotVerified => (
            "Your address is not verified yet",
            "Please open the email that we sent you. If it did not come or is too old, ask for another.",
        ),
        ProblemCode::AccountSuspended => (
            "The account is suspended",
            "This account cannot be used at the moment. Please contact the facility.",
        ),
        ProblemCode::AccountState => (
            "The account has changed",
            "Its state is different now. Reload the page to see it.",
        ),
        ProblemCode::LetterExpired => (
            "This link has expired",
            "It was used already, or it is too old. Please ask for another email.",
        ),
        ProblemCode::AccountHasVisits => (
            "A visit is still booked",
            "Please cancel or leave your booked visits first, then close the account.",
        ),
        ProblemCode::VisitNotOpen => (
            "The visit is not open",
            "This visit has not opened yet, or it has ended already.",
        ),
        ProblemCode::ReasonLength => (
            "A reason is needed",
            "Please give a written reason of 5 to 500 characters.",
        ),
        ProblemCode::LinkNotPossible => (
            "No link can be sent",
            "Nobody has this seat, or the visit cannot be joined any more.",
        ),
        ProblemCode::ApplicationExists => (
            "An application is under way",
            "You have an application for this person already. You find it among your applications.",
        ),
        ProblemCode::ApplicationState => (
            "Not possible as things stand",
            "The application has moved on. Reload the page to see where it stands.",
        ),
        ProblemCode::ApplicationWithdrawn => (
            "The application was withdrawn",
            "The applicant has taken it back, so nothing more can be done with it. A new application may follow.",
        ),
        ProblemCode::ApplicationIncomplete => (
            "Something is missing",
            "Please add what is marked, then send the application again.",
        ),
        ProblemCode::InmateNotFound => (
            "Nobody found",
            "Number and name must both be right. Please look at them again.",
        ),
        ProblemCode::InmateGone => (
            "Not at this facility any more",
            "This person was transferred or released. The facility can tell you more.",
        ),
        ProblemCode::TooManyOpen => (
            "Several are open already",
            "Please finish some of them before you add another.",
        ),
        ProblemCode::DocumentType => (
            "This type of file cannot be used",
            "Please upload a JPG or PNG picture. Proofs may also be PDFs.",
        ),
        ProblemCode::DocumentUnreadable => (
            "The file cannot be read",
            "It may be damaged or incomplete. Please take the picture again or save the file anew.",
        ),
        ProblemCode::DocumentPixels => (
            "The picture is too large",
            "Please make the picture smaller, then upload it again.",
        ),
        ProblemCode::DocumentActive => (
            "This PDF cannot be used",
            "A PDF must not be encrypted, and must hold no scripts or attachments. \
             Please use a picture, or print it to a new PDF.",
        ),
        ProblemCode::DocumentRefused => (
            "The file did not pass the safety check",
            "Please use another file, or take the picture again.",
        ),
        ProblemCode::DocumentsTooLarge => (
            "The files are too large",
            "The files of an application may take 20 MB together. \
             Please make them smaller, or remove some that are not needed.",
        ),
        ProblemCode::CompanionExists => (
            "Invited already",
            "You have invited this address already. Please wait for the answer.",
        ),
        ProblemCode::CompanionState => (
            "The invitation has changed",
            "It was answered or ended. Reload the page to see where it stands.",
        ),
        ProblemCode::SlotFull => (
            "This time is full",
            "The last place was taken while you were choosing. Please choose another time.",
        ),
        ProblemCode::QuotaUsed => (
            "No visit is left in that month",
            "The visits of that month are used up. Please choose a day in another month.",
        ),
        ProblemCode::AlreadyBusy => (
            "There is another visit at that time",
            "The inmate or somebody in your party has another visit then. Please choose another time.",
        ),
        ProblemCode::NotApproved => (
            "Not possible to book yet",
            "An application for this inmate is not approved yet, or somebody has not agreed to come along.",
        ),
        ProblemCode::Restricted => (
            "Not possible to book at present",
            "Under the rules no visit can take place then. If you have questions, please ask the facility.",
        ),
        ProblemCode::NotBookable => (
            "This time is not open for booking",
            "Please reload the times and choose one that is marked with a circle.",
        ),
        ProblemCode::OutsideWindow => (
            "The law does not allow a visit on that day",
            "After a death visits are possible within a month, and in a critical illness within seven days of the \
             news. Please choose another day.",
        ),
        ProblemCode::MinorWithoutAdult => (
            "An adult must come along",
            "A minor can visit only together with an approved adult.",
        ),
        ProblemCode::PartySize => (
            "Not the right number of people",
            "One to three people can visit together, each on a seat of their own.",
        ),
        ProblemCode::KeyReused => (
            "Please book once more",
            "This request was used for another time before. Reload the page, then try again.",
        ),
        ProblemCode::VisitNotChangeable => (
            "The visit cannot be changed now",
            "Its state has changed. Please reload the page.",
        ),
        ProblemCode::TerminalInUse => (
            "Visits are booked at this terminal",
            "Please move its visits to other terminals first.",
        ),
        ProblemCode::InvalidFields => (
            "Some fields need another look",
            "Please look at the fields that are marked, then send the form again.",
        ),
        ProblemCode::ForeignOrigin => (
            "Not possible from another site",
            "Please open the page of this service itself, then try again.",
        ),
        ProblemCode::TooManyRequests => (
            "Many requests came in",
            "Please wait some minutes, then try again.",
        ),
        ProblemCode::ManyAtOnce => (
            "Many people are using this service just now",
            "Please try again in a moment. Keep this page open: nothing that you typed is lost.",
        ),
        ProblemCode::Unavailable => (
            "The service is not available at the moment",
            "Please try again in a little while.",
        ),
    }
}

pub(super) const fn field(code: FieldCode) -> &'static str {
    match code {
        FieldCode::Required => "Please fill this in.",
        FieldCode::TooLong => "This is too long. Please shorten it.",
        FieldCode::NotValid => "This is not of the expected form. Please look at it again.",
        FieldCode::Taken => "Somebody else has this. Please choose another.",
        FieldCode::NotAName => "Please give the name as on the identity document.",
        FieldCode::NotANationalId => {
            "This is not the number of an identity card or resident certificate (ARC). Please look at it again."
        }
        FieldCode::NotAnEmail => "This is not an email address, such as name@example.com.",
        FieldCode::NotAMobileNumber => {
            "Please give a mobile number: ten digits that begin with 09."
        }
        FieldCode::NotALandline => {
            "Please give a telephone number with its area code, such as 02-23112345."
        }
        FieldCode::NotABirthDate => {
            "Please write the day, month and year of birth as on the identity document."
        }
        FieldCode::InFuture => "This date is still to come. Please look at it again.",
        FieldCode::TooLongAgo => {
            "This is longer ago than the law allows: a month after a death, seven days after news of a critical illness."
        }
        FieldCode::TooYoung => "Children under 12 may come along to a visit; they need no account.",
        FieldCode::PasswordTooShort => {
            "A password has at least 10 characters. A sentence does well."
        }
        FieldCode::PasswordTooCommon => {
            "This password is very common and easily guessed. Please choose another."
        }
        FieldCode::PasswordIsPersonal => {
            "Please do not use your name, number, birthday or address as your password."
        }
    }
}

/// The last day on which something is possible.
pub(super) fn until(last_day: &str) -> String {
    format!(" The last day is {last_day}.")
}
