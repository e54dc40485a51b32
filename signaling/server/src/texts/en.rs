//! English

use protocol::ErrorCode;

pub(super) const fn text(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::BadMessage | ErrorCode::HelloExpected => {
            "This page and the service could not understand each other. Please reload the page; if that does not help, contact the facility’s visits office."
        }
        ErrorCode::VersionUnsupported => "The service was updated. Please reload the page.",
        ErrorCode::HelloTimeout => "Connecting took too long. The page tries again by itself.",
        ErrorCode::TooFast => "Too many attempts in a short time. The page tries again by itself.",
        ErrorCode::OfferNotUsable => {
            "This browser cannot make the video call. Please open the link in your text message with a current Chrome or Safari."
        }
        ErrorCode::LinkIncomplete => {
            "This link is not complete; a part may have been lost in copying. Please tap the link in your text message itself."
        }
        ErrorCode::LinkDamaged => {
            "A character of this link is not right. Please tap the link in your text message instead of typing it."
        }
        ErrorCode::LinkUnrecognised => {
            "This link is not known here. Please look for your newest text message and tap the link in it."
        }
        ErrorCode::LinkOver => "The time of this visit has passed. You can book the next visit.",
        ErrorCode::LinkWithdrawn => {
            "This link is no longer in use. If you have a newer text message, please use the link in that one."
        }
        ErrorCode::LinkWithoutVisit => {
            "This link is no longer for a visit of yours: you are no longer in its party, or it was cancelled. Look in your visits, or ask whoever booked."
        }
        ErrorCode::VisitFlagged => {
            "The facility is looking at this visit. If it confirms the visit again, this same link works. We write to you by email."
        }
        ErrorCode::LinkUsed => {
            "This link has already been opened on another device. If you changed phones, we can send a new link to the registered number."
        }
        ErrorCode::GrantNotValid => {
            "This connection has to be confirmed again. Please tap the link in your text message once more."
        }
        ErrorCode::GrantOver => "The time of this visit has passed. Thank you.",
        ErrorCode::GrantSuperseded => {
            "A newer link has taken the place of this connection. Please tap the link in your newest text message."
        }
        ErrorCode::TerminalNotKnown => {
            "This terminal is not paired. Please ask the facility’s technical staff to pair it again."
        }
        ErrorCode::TestNotValid => "This test is over. Please start it once more.",
        ErrorCode::Busy => {
            "The service is busy. The page tries again by itself; you do not need to do anything."
        }
        ErrorCode::Unavailable => {
            "A part of the service is unavailable for a moment. The page tries again by itself; you do not need to do anything."
        }
    }
}
