//! English

use booking_domain::{Cause, MessageKind};
use protocol::Locale;

use super::{Facts, Language, Letter};
use crate::date_words::date_in_words;

const INMATE: &str = "the person you visit";
const FACILITY: &str = "the facility";

pub(super) const LANGUAGE: Language = Language {
    greeting,
    facility: " ({})",
    telephone: "{facility}, telephone: {telephone}",
    letter,
    closing,
    sms,
    cause,
};

fn greeting(facts: &Facts<'_>) -> String {
    format!("Dear {},", facts.name())
}

fn closing(facts: &Facts<'_>) -> String {
    format!(
        "The video visit service\n{site}\n\nThis email was sent automatically by {host}; please do not reply. Our links always begin with {site}, and we never ask for a password or for money.",
        site = facts.site,
        host = facts.host(),
    )
}

fn visit(facts: &Facts<'_>) -> String {
    let Some((starts, ends)) = facts.slot() else {
        return String::new();
    };
    format!(
        "When: {}, {}–{} (time at the facility)\nFacility: {}\nWith: {}",
        date_in_words(starts.date(), Locale::En),
        starts.strftime("%H:%M"),
        ends.strftime("%H:%M"),
        facts.facility(FACILITY),
        facts.inmate(INMATE),
    )
}

fn letter(kind: MessageKind, facts: &Facts<'_>) -> Letter {
    let (inmate, facility) = (facts.inmate(INMATE), facts.facility(FACILITY));
    let person = facts.person("Another visitor");
    let link = facts.link.as_str();
    match kind {
        MessageKind::VerifyEmail => Letter::new(
            "Please confirm your email address",
            [
                format!("Please open this link to confirm that this is your address:\n{link}"),
                "The link works for 10 minutes. After that, ask for another one on the page where you registered.".into(),
                "If you did not register, you can ignore this email.".into(),
            ],
        ),
        MessageKind::AccountExists => Letter::new(
            "You already have an account",
            [
                "Somebody has just registered with your email address or identity number, and you already have an account.".into(),
                format!("If it was you, please sign in. If you forgot your password, you can set a new one there:\n{link}"),
                "If it was not you, nothing about your account has changed and there is nothing to do.".into(),
            ],
        ),
        MessageKind::PasswordReset => Letter::new(
            "Set a new password",
            [
                format!("Please open this link to set a new password:\n{link}"),
                "The link works once, within 30 minutes.".into(),
                "If you did not ask for it, you can ignore this email; your password stays as it is.".into(),
            ],
        ),
        MessageKind::PasswordChanged => Letter::new(
            "Your password was changed",
            [
                "Your password has just been changed, and all other devices were signed out.".into(),
                format!("If it was not you, please set a new password at once:\n{link}"),
            ],
        ),
        MessageKind::PhoneChanged => Letter::new(
            "Your mobile number was changed",
            [
                "The mobile number of your account has just been changed. The links to your visits now go to the new number.".into(),
                format!("If it was not you, please set a new password at once, and then put your number right in your account:\n{link}"),
            ],
        ),
        MessageKind::AddressCorrected => Letter::new(
            "The email address of your account was corrected",
            [
                "After you had shown at the facility who you are, its staff corrected the email address of your account. From now on please sign in with the new address; our emails go there, too.".into(),
                format!("If you do not remember your password, you can set a new one on the sign-in page. If you did not ask for this, please contact the facility at once:\n{link}"),
            ],
        ),
        MessageKind::IdentityCorrected => Letter::new(
            "Your personal details were corrected",
            [
                format!("After looking at your documents, the staff of {facility} corrected the name, national id or date of birth of your account. Your applications and approvals stay as they are."),
                format!("Once signed in, you can see the corrected details in your account. If something is still not right, or if you did not ask for this, please contact {facility}:\n{link}"),
            ],
        ),
        MessageKind::AccountSuspended => Letter::new(
            "Your account is suspended for now",
            [
                "The staff who look after this service have suspended your account. For now you cannot sign in or book visits.".into(),
                facts.reason("The reason: {}"),
                "Your applications and approvals stay as they are. If you have visits booked, their facility is looking at them, and we will write to you about each.".into(),
                "If you have a question, or if you see it differently, please ask the facility at which you visit. Its staff will pass it on, and the decision can be looked at again.".into(),
                "Meanwhile you can also ask the facility for a copy of your personal data, which it answers within 15 days, or to correct or delete your data and close the account, within 30 days.".into(),
                format!("We will write to you as soon as your account is open again. You can then sign in here, as before:\n{link}"),
            ],
        ),
        MessageKind::AccountReinstated => Letter::new(
            "Your account is open again",
            [
                "You can sign in and book visits again, as before. Your applications and approvals are as they were.".into(),
                "If a visit of yours was being looked at, its facility still decides about it, and we will write to you.".into(),
                format!("Sign in:\n{link}"),
            ],
        ),
        MessageKind::ApplicationReceived => Letter::new(
            "Your application is under review",
            [
                format!("We have your application to visit {inmate}. {facility} is looking at it."),
                "We will write to you when there is a result. There is nothing to do now.".into(),
                format!("You can see how it stands at any time:\n{link}"),
            ],
        ),
        MessageKind::ApplicationNeedsMore => Letter::new(
            "Your application needs something more",
            [
                format!("{facility} has looked at your application to visit {inmate} and needs something more."),
                facts.reason("What the reviewer wrote: {}"),
                format!("Please add it here and send the application again:\n{link}"),
            ],
        ),
        MessageKind::ApplicationApproved => Letter::new(
            "Your application is approved",
            [
                format!("{facility} has approved your application to visit {inmate}."),
                format!("You can book a visit now:\n{link}"),
            ],
        ),
        MessageKind::ApplicationRefused => Letter::new(
            "Your application was not approved",
            [
                format!("{facility} could not approve your application to visit {inmate} this time."),
                facts.reason("The reason: {}"),
                format!("If things change, or something can be corrected, you can apply again:\n{link}"),
            ],
        ),
        MessageKind::ApplicationRevoked => Letter::new(
            "Your approval has ended",
            [
                format!("Your approval to visit {inmate} has ended."),
                facts.reason("The reason: {}"),
                format!("To visit again, please apply anew; {facility} answers your questions:\n{link}"),
            ],
        ),
        MessageKind::ApplicationWithdrawn => Letter::new(
            "Your application is withdrawn",
            [
                format!("You have withdrawn your application to visit {inmate}. {facility} does not go on with it, and no visit can be booked by it."),
                "If you have visits ahead with this person, the facility checks whether they can be held. We will write to you about each.".into(),
                format!("To visit later, you can apply anew:\n{link}"),
                format!("If it was not you who withdrew it, please change your password at once and tell {facility}."),
            ],
        ),
        MessageKind::CompanionInvited => Letter::new(
            format!("{person} would like to visit together with you"),
            [
                format!("{person} would like to visit {inmate} together with you."),
                format!("Please say here whether you agree:\n{link}"),
                "To visit together, you need an approved application for the same person, too.".into(),
            ],
        ),
        MessageKind::CompanionAgreed => Letter::new(
            format!("{person} agreed to visit together"),
            [
                format!("{person} agreed to visit {inmate} together with you."),
                format!("You can add this visitor when you book:\n{link}"),
            ],
        ),
        MessageKind::VisitConfirmed => Letter::new(
            "Your visit is booked",
            [
                "Your video visit is booked.".into(),
                visit(facts),
                facts.opening("The day before, a text message asks you to try your phone. {} minutes before the start, another one brings the link that takes you in."),
                format!("To change or cancel it:\n{link}"),
            ],
        ),
        MessageKind::VisitChanged => Letter::new(
            "Your visit has changed",
            [
                "Something about your video visit has changed. This is how it stands now.".into(),
                visit(facts),
                facts.party("Who comes: {}", ", "),
                facts.reason_if_any("The reason: {}"),
                facts.if_flagged("The facility is still checking whether it can be held, and we will write to you."),
                format!("The details:\n{link}"),
            ],
        ),
        MessageKind::VisitLeft => Letter::new(
            "You are no longer part of a visit",
            [
                "You are no longer among those who come to this video visit. No link will be sent to you for it.".into(),
                visit(facts),
                facts.reason_if_any("The reason: {}"),
                format!("If you have a question, please ask {facility}. You can see your visits and book another one here:\n{link}"),
            ],
        ),
        MessageKind::VisitCancelled => Letter::new(
            "Your visit was cancelled",
            [
                "This video visit was cancelled.".into(),
                visit(facts),
                facts.reason_if_any("The reason: {}"),
                format!("You can book another time:\n{link}"),
            ],
        ),
        MessageKind::VisitFlagged => Letter::new(
            "Your visit is being checked",
            [
                "Something has changed, and the facility is checking whether this video visit can be held.".into(),
                visit(facts),
                facts.reason("The reason: {}"),
                "We will write to you when it is settled. There is nothing to do now.".into(),
                format!("How it stands:\n{link}"),
            ],
        ),
        MessageKind::VisitResumed => Letter::new(
            "Your visit goes on",
            [
                "The facility has confirmed this video visit again: it goes on until its time is over.".into(),
                visit(facts),
                "Please open the link in your last text message once more. If you have none yet, it comes in a moment.".into(),
                format!("How it stands:\n{link}"),
            ],
        ),
        MessageKind::VisitEnded => Letter::new(
            "Your visit was ended early",
            [
                "This video visit was ended before its time.".into(),
                visit(facts),
                facts.reason("The reason: {}"),
                facts.counting("It counts among the visits of the month.", "It does not count among the visits of the month."),
                format!("If you have a question, or see it differently, please ask {facility}."),
                format!("You can book another time:\n{link}"),
            ],
        ),
        MessageKind::FacilityNotice => Letter::new(
            match facts.event() {
                "changed" => "A visit has changed",
                "cancelled" => "A visit was cancelled",
                "flagged" => "A visit needs a look",
                "resumed" => "A visit goes on",
                "ended" => "A visit was ended early",
                _ => "A visit was booked",
            },
            [
                match facts.event() {
                    "changed" => "This video visit has changed. Please tell the inmate.",
                    "cancelled" => "This video visit was cancelled. Please tell the inmate.",
                    "flagged" => "Something has changed about this video visit. Please look at it.",
                    "resumed" => "This video visit was confirmed again, and its time has begun. Please bring the inmate to the terminal.",
                    "ended" => "This video visit was ended before its time. Please tell the inmate.",
                    _ => "A video visit was booked. Please tell the inmate.",
                }
                .into(),
                visit(facts),
                facts.inmate_number("Inmate number: {}"),
                facts.reason_if_any("The reason: {}"),
                format!("Details:\n{link}"),
            ],
        ),
        MessageKind::TestLink => Letter::new(
            "Please try your phone",
            [
                "Your video visit is coming up.".into(),
                visit(facts),
                format!("Please try camera, microphone and network with the phone that you will use:\n{link}"),
            ],
        ),
        MessageKind::JoinLink | MessageKind::NewJoinLink => Letter::new(
            "The link to your visit",
            [
                visit(facts),
                format!("Please open this link to join. It works on one phone only:\n{link}"),
            ],
        ),
        MessageKind::VisitMissed => Letter::new(
            "The time of your visit is over",
            [
                "The time of this video visit is over, and we did not see you join.".into(),
                visit(facts),
                format!("If the text message did not reach you, or joining was difficult, please tell {facility}: the records can be checked."),
                format!("You can book another time:\n{link}"),
            ],
        ),
        MessageKind::TimeGivenBack => Letter::new(
            "This visit does not count",
            [
                "We are sorry: this video visit did not go as it should have, and not because of you.".into(),
                visit(facts),
                facts.reason_if_any("The reason: {}"),
                "It does not count among the visits of the month.".into(),
                format!("You can book another time:\n{link}"),
            ],
        ),
    }
}

fn sms(kind: MessageKind, facts: &Facts<'_>) -> Option<String> {
    let link = &facts.link;
    Some(match kind {
        MessageKind::JoinLink => {
            let time = facts.time("%H:%M");
            facts.adding(", ", |facility| {
                format!("Your video visit at {time}{facility}. Tap to join: {link}")
            })
        }
        MessageKind::NewJoinLink => {
            let time = facts.time("%H:%M");
            facts.adding(", ", |facility| {
                format!(
                    "Your video visit at {time}{facility}. New link; the old one no longer works: {link}"
                )
            })
        }
        MessageKind::TestLink => {
            let time = facts.time("%-d %b, %H:%M");
            facts.adding(", ", |facility| {
                format!("Video visit on {time}{facility}. Please try your phone first: {link}")
            })
        }
        MessageKind::VisitResumed => format!(
            "Your video visit goes on until {}. Please open the link in our last text message again.",
            facts.end_time("%H:%M")
        ),
        MessageKind::PhoneChanged => format!(
            "Your mobile number for video visits was changed. If it was not you, please see: {link}"
        ),
        _ => return None,
    })
}

const fn cause(cause: Cause) -> &'static str {
    match cause {
        Cause::InmateTransferred => "Transfer to another facility",
        Cause::InmateReleased => "Release",
        Cause::ApprovalEnded => "An approval that the visit needs has ended",
        Cause::Restricted => "A restriction on visits applies at that time",
        Cause::Suspended => "One of the party cannot take part for the time being",
        Cause::NoAdult => "No adult is left in the party",
    }
}
