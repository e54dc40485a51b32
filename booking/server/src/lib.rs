//! The HTTP API of booking, and what happens behind it.
//!
//! [`router`] answers under `/api`:
//!
//! | Who | Request | What |
//! |---|---|---|
//! | officer | `GET /api/officer/visits` | the visits of the facility around now |
//! | officer | `POST /api/officer/visits/{visit}/end` | ends an open visit, with a written reason |
//! | officer | `POST /api/officer/visits/{visit}/seats/{seat}/reissue` | sends a new link |
//! | staff | `/api/staff/session` and below | signing in with a second factor, and out |
//! | staff | `/api/staff/members`, `/facilities`, `/inmates` | who works, and who is, where |
//! | staff | `GET /api/staff/audit` | what was done, and whether the record of it is whole |
//! | anybody | `POST /api/links/facility` | where whoever holds a link can call |
//! | anybody | `POST /api/links/resend` | sends a new link to the registered phone, and tells nothing |
//! | terminal | `POST`, `PUT /api/terminal/self-test` | tries the way of a call, and tells what the terminal found |
//! | demonstration | `GET /api/demo/outbox` | the messages that would have been sent |
//!
//! A member of staff shows the secret of a session, in a cookie or as a bearer token (RFC 6750), and does
//! what a role allows at the facilities for which it is held; `staff_tests::matrix` holds every route
//! against every role. A refusal is a problem document (RFC 9457) with a stable `code` and a text in the
//! language that the request asks for ([`ProblemCode`]).
//!
//! What reaches into running calls goes through [`LiveVisits`]; the program puts signaling behind it.
//! Links are made and sent by [`LinkIssuer`].

mod accounts;
mod address_limit;
mod applicants;
mod audit_chain;
mod birth_date;
mod booking;
mod booking_desk;
mod call_test_limit;
mod client_address;
mod cookies;
mod date_words;
mod demo;
mod documents;
mod endpoints;
mod field_code;
mod inmate_list;
mod issuer;
mod jobs;
mod keyed_limit;
mod live;
mod locale;
#[cfg(test)]
mod log_tests;
mod lookup_limit;
mod messages;
mod number_limit;
mod operator;
mod origin;
mod password_pool;
mod problem;
mod refusal;
mod refusal_texts;
mod resealing;
mod resend;
mod retention;
mod second_factor;
mod self_tests;
mod sign_in_limit;
mod slot_boards;
mod staff_session;
#[cfg(test)]
mod staff_tests;
mod terminal_session;
#[cfg(test)]
mod tests;
mod together;
mod vault;
mod visitor_session;
mod visitor_sessions;
mod words;

pub use accounts::seal_national_id;
pub use audit_chain::{AuditVerification, keep_audit_sealed, seal_audit, verify_audit};
pub use birth_date::seal as seal_birth_date;
pub use booking::{Booking, BookingSettings};
pub use cookies::SessionCookie;
pub use demo::{DemoDesk, DemoPlan, DemoVisit, SeedError, open_demo_desk, seed_demo};
pub use documents::{
    Clean as CleanDocument, DocumentSettings, Rejected as RejectedDocument, ScannerSettings,
    clean as clean_document, read_within_limits as read_document_within_limits,
};
pub use endpoints::{openapi, router};
pub use field_code::FieldCode;
pub use inmate_list::{InmateList, row_fault_text};
pub use issuer::{IssuedLink, LinkIssueError, LinkIssuer};
pub use jobs::{Job, Jobs, jobs};
pub use live::{CallTestPass, LiveVisits};
pub use locale::of_request as locale_of_request;
pub use messages::{
    Accepted as AcceptedMessage, EmailWay, HttpSettings, MessageSettings, Messaging,
    MessagingError, MitakeSettings, NoReceipt, ProviderError, Refusal as RefusedMessage,
    Secret as ConfiguredSecret, SmsWay, SmtpSettings, SmtpTls, TwilioReceipt, TwilioSettings,
    read_http_answer, read_http_receipt, read_mitake_answer, read_mitake_receipt,
    read_twilio_answer, read_twilio_receipt, twilio_signature,
};
pub use operator::{OperatorError, create_administrator};
pub use password_pool::PasswordCost;
pub use problem::ProblemCode;
pub use resealing::{Resealing, reseal};
pub use retention::RetentionSettings;
pub use self_tests::count_self_tests;
pub use vault::{Vault, VaultError};
