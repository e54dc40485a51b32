//! A request that is not met: what is said, and how the connection closes.

use protocol::{ErrorCode, ServerMessage};

const BUSY_RETRY_MS: u64 = 5_000;
const UNAVAILABLE_RETRY_MS: u64 = 3_000;
/// A detail may quote what a client sent; more than this helps nobody.
const DETAIL_MAX_CHARACTERS: usize = 200;

/// Why a request is not met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What programs rely on.
    pub code: ErrorCode,
    /// More for whoever writes a client, in English.
    pub detail: Option<String>,
    /// When trying again may help.
    pub retry_after_ms: Option<u64>,
}

impl Refusal {
    /// A refusal that its code explains.
    #[must_use]
    pub const fn new(code: ErrorCode) -> Self {
        let retry_after_ms = match code {
            ErrorCode::Busy => Some(BUSY_RETRY_MS),
            ErrorCode::Unavailable => Some(UNAVAILABLE_RETRY_MS),
            _ => None,
        };
        Self {
            code,
            detail: None,
            retry_after_ms,
        }
    }

    /// A refusal that tells a client's author more.
    #[must_use]
    pub fn with_detail(code: ErrorCode, detail: impl AsRef<str>) -> Self {
        let detail = detail
            .as_ref()
            .chars()
            .take(DETAIL_MAX_CHARACTERS)
            .collect();
        Self {
            detail: Some(detail),
            ..Self::new(code)
        }
    }

    /// The message; `words` are what people read for the code, in their language.
    #[must_use]
    pub fn message(&self, words: &str) -> ServerMessage {
        ServerMessage::Error {
            code: self.code,
            message: match &self.detail {
                Some(detail) => format!("{words} ({detail})"),
                None => words.to_owned(),
            },
            retry_after_ms: self.retry_after_ms,
        }
    }

    /// How the connection closes after it.
    #[must_use]
    pub const fn close_code(&self) -> CloseCode {
        match self.code {
            ErrorCode::BadMessage | ErrorCode::VersionUnsupported | ErrorCode::HelloExpected => {
                CloseCode::BadMessage
            }
            ErrorCode::HelloTimeout => CloseCode::Silent,
            ErrorCode::TooFast => CloseCode::TooFast,
            ErrorCode::OfferNotUsable => CloseCode::OfferNotUsable,
            ErrorCode::LinkIncomplete
            | ErrorCode::LinkDamaged
            | ErrorCode::LinkUnrecognised
            | ErrorCode::LinkOver
            | ErrorCode::LinkWithdrawn
            | ErrorCode::LinkWithoutVisit
            | ErrorCode::VisitFlagged
            | ErrorCode::LinkUsed
            | ErrorCode::GrantNotValid
            | ErrorCode::GrantOver
            | ErrorCode::GrantSuperseded
            | ErrorCode::TerminalNotKnown
            | ErrorCode::TestNotValid => CloseCode::NotAdmitted,
            ErrorCode::Busy | ErrorCode::Unavailable => CloseCode::TryAgainLater,
        }
    }
}

/// How a connection closes (RFC 6455 section 7.4; 4000 and above are this protocol's own).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseCode {
    /// All is said.
    Done,
    /// The server is stopping.
    Stopping,
    /// A binary message.
    Binary,
    /// A too large message.
    TooLarge,
    /// Trying again later helps.
    TryAgainLater,
    /// Not a message of this protocol, or none that makes sense now.
    BadMessage,
    /// The credential lets nobody in.
    NotAdmitted,
    /// Nothing was heard for too long.
    Silent,
    /// The offer cannot be answered.
    OfferNotUsable,
    /// Too many messages.
    TooFast,
}

impl CloseCode {
    /// The number on the wire.
    #[must_use]
    pub const fn number(self) -> u16 {
        match self {
            Self::Done => 1000,
            Self::Stopping => 1001,
            Self::Binary => 1003,
            Self::TooLarge => 1009,
            Self::TryAgainLater => 1013,
            Self::BadMessage => 4400,
            Self::NotAdmitted => 4401,
            Self::Silent => 4408,
            Self::OfferNotUsable => 4415,
            Self::TooFast => 4429,
        }
    }

    /// The reason beside the number, for whoever reads a trace.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Stopping => "the server is stopping",
            Self::Binary => "text messages only",
            Self::TooLarge => "message too large",
            Self::TryAgainLater => "try again later",
            Self::BadMessage => "not a message of this protocol",
            Self::NotAdmitted => "not admitted",
            Self::Silent => "nothing heard for too long",
            Self::OfferNotUsable => "offer not usable",
            Self::TooFast => "too many messages",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_detail_stays_short_whatever_a_client_sent() {
        let refusal = Refusal::with_detail(ErrorCode::BadMessage, "字".repeat(60_000));
        let ServerMessage::Error { message, .. } = refusal.message("Please reload the page.")
        else {
            panic!("a refusal is an error");
        };
        assert!(message.chars().count() < 300, "{message}");
    }

    #[test]
    fn only_what_passes_by_itself_says_when_to_try_again() {
        assert!(
            Refusal::new(ErrorCode::Unavailable)
                .retry_after_ms
                .is_some()
        );
        assert!(Refusal::new(ErrorCode::LinkUsed).retry_after_ms.is_none());
    }
}
