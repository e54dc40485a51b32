//! The HTTP API of booking, and what happens behind it.
//!
//! [`router`] answers under `/api`:
//!
//! | Who | Request | What |
//! |---|---|---|
//! | officer | `GET /api/officer/visits` | the visits of the facility around now |
//! | officer | `POST /api/officer/visits/{visit}/end` | ends an open visit, with a written reason |
//! | officer | `POST /api/officer/visits/{visit}/seats/{seat}/reissue` | sends a new link |
//! | anybody | `POST /api/links/resend` | sends a new link to the registered phone, and tells nothing |
//! | demonstration | `GET /api/demo/outbox` | the messages that would have been sent |
//!
//! An officer shows a secret as a bearer token (RFC 6750) and sees the visits of one facility. A refusal is
//! a problem document (RFC 9457) with a stable `code` and a text in the language that the request asks for
//! ([`ProblemCode`]).
//!
//! What reaches into running calls goes through [`LiveVisits`]; the program puts signaling behind it.
//! Links are made and sent by [`LinkIssuer`].

mod address_limit;
mod booking;
mod demo;
mod endpoints;
mod issuer;
mod live;
mod locale;
mod messages;
mod officer_session;
mod problem;
mod problem_text;
mod resend;
#[cfg(test)]
mod tests;

pub use booking::{Booking, BookingSettings};
pub use demo::{DemoPlan, DemoVisit, SeedError, seed_demo};
pub use endpoints::router;
pub use issuer::{IssuedLink, LinkIssueError, LinkIssuer};
pub use live::LiveVisits;
pub use messages::{
    EmailWay, HttpSettings, MessageSettings, Messaging, MessagingError, MitakeSettings,
    ProviderError, Secret as ConfiguredSecret, SmsWay, SmtpSettings, SmtpTls, TwilioSettings,
};
pub use problem::ProblemCode;
