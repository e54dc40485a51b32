//! Refusals, as programs and people read them.

use axum::{
    extract::Request,
    http::{
        HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE, WWW_AUTHENTICATE},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use booking_domain::{BookRefusal, StoreError};
use protocol::Locale;
use serde_json::json;

use crate::{
    locale,
    refusal::{FieldError, LastDay},
    refusal_texts::{self, Reader},
};

macro_rules! problem_codes {
    ($($(#[$doc:meta])* $code:ident = $word:literal, $status:ident;)+) => {
        /// Why a request was refused: the `code` of the problem document.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum ProblemCode {
            $($(#[$doc])* $code,)+
        }

        impl ProblemCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$code,)+];

            /// The stable word.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$code => $word,)+
                }
            }

            /// The HTTP status (RFC 9110 section 15).
            #[must_use]
            pub const fn status(self) -> StatusCode {
                match self {
                    $(Self::$code => StatusCode::$status,)+
                }
            }
        }
    };
}

problem_codes! {
    /// There is nothing under this address.
    NotFound = "not_found", NOT_FOUND;
    /// The address has no such method; `Allow` says which it has.
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED;
    /// The request is not of the form that the endpoint reads.
    BadRequest = "bad_request", BAD_REQUEST;
    /// No secret of a session, or one that is not known or has expired.
    NotSignedIn = "not_signed_in", UNAUTHORIZED;
    /// It is not among the roles of the member of staff.
    NotAllowed = "not_allowed", FORBIDDEN;
    /// The password was made by somebody else: it is to be changed first.
    PasswordIsTemporary = "password_is_temporary", FORBIDDEN;
    /// The password is right, and the letter that proves the address is still to be opened.
    EmailNotVerified = "email_not_verified", FORBIDDEN;
    /// The password is right, and staff have suspended the account.
    AccountSuspended = "account_suspended", FORBIDDEN;
    /// The account is suspended already, or is not; or it is one that nobody signs in to.
    AccountState = "account_state", CONFLICT;
    /// The letter's link was used, is too old, or a newer letter was sent.
    LetterExpired = "letter_expired", GONE;
    /// A visit is booked: it is called off before the account is closed.
    AccountHasVisits = "account_has_visits", CONFLICT;
    /// No active account has this name and password.
    WrongCredentials = "wrong_credentials", UNAUTHORIZED;
    /// The code of the second factor is wrong, or was used already.
    WrongCode = "wrong_code", UNAUTHORIZED;
    /// A second factor is set up already, or none is.
    SecondFactorState = "second_factor_state", CONFLICT;
    /// Somebody else has changed it meanwhile.
    ChangedMeanwhile = "changed_meanwhile", CONFLICT;
    /// Nobody would be left who may do everything.
    LastAdministrator = "last_administrator", CONFLICT;
    /// The officer's facility has no such visit.
    VisitNotFound = "visit_not_found", NOT_FOUND;
    /// The visit is not open, or was ended already.
    VisitNotOpen = "visit_not_open", CONFLICT;
    /// The reason is shorter or longer than its bounds.
    ReasonLength = "reason_length", UNPROCESSABLE_ENTITY;
    /// No visitor has the seat, or the visit cannot be joined any more.
    LinkNotPossible = "link_not_possible", CONFLICT;
    /// One's application for the same inmate is under way.
    ApplicationExists = "application_exists", CONFLICT;
    /// That cannot be done with the application as it stands.
    ApplicationState = "application_state", CONFLICT;
    /// The applicant has withdrawn the application.
    ApplicationWithdrawn = "application_withdrawn", CONFLICT;
    /// Before it is handed in, something has to be added; the application's `missing` says what.
    ApplicationIncomplete = "application_incomplete", UNPROCESSABLE_ENTITY;
    /// The facility holds nobody by that number and that name.
    InmateNotFound = "inmate_not_found", UNPROCESSABLE_ENTITY;
    /// The inmate was transferred or released.
    InmateGone = "inmate_gone", CONFLICT;
    /// So many of them are open that no other can follow yet.
    TooManyOpen = "too_many_open", CONFLICT;
    /// Neither a JPEG nor a PNG nor, where one is taken, a PDF.
    DocumentType = "document_type", UNSUPPORTED_MEDIA_TYPE;
    /// The file is damaged or cut off.
    DocumentUnreadable = "document_unreadable", UNPROCESSABLE_ENTITY;
    /// The picture has more pixels than are taken.
    DocumentPixels = "document_pixels", UNPROCESSABLE_ENTITY;
    /// The PDF is encrypted, or does things by itself.
    DocumentActive = "document_active", UNPROCESSABLE_ENTITY;
    /// The virus scanner found something.
    DocumentRefused = "document_refused", UNPROCESSABLE_ENTITY;
    /// The documents of the application would take more than 20 MB.
    DocumentsTooLarge = "documents_too_large", PAYLOAD_TOO_LARGE;
    /// The same address was invited already.
    CompanionExists = "companion_exists", CONFLICT;
    /// The invitation was answered or ended.
    CompanionState = "companion_state", CONFLICT;
    /// Every terminal is taken at that time.
    SlotFull = "slot_full", CONFLICT;
    /// The inmate's month has no visit left.
    QuotaUsed = "quota_used", CONFLICT;
    /// The inmate or one of the party has another visit at that time.
    AlreadyBusy = "already_busy", CONFLICT;
    /// One of the party is not approved for the inmate, or has not agreed to come along.
    NotApproved = "not_approved", CONFLICT;
    /// A restriction, or visits that were missed, stand against it.
    Restricted = "restricted", CONFLICT;
    /// The slot does not exist, is closed, or is not open for booking.
    NotBookable = "not_bookable", CONFLICT;
    /// The law does not allow a visit on that ground on that day; `last_day` says until when it does.
    OutsideWindow = "outside_window", CONFLICT;
    /// A minor comes with an adult.
    MinorWithoutAdult = "minor_without_adult", CONFLICT;
    /// A party has one to three people, each once.
    PartySize = "party_size", CONFLICT;
    /// The idempotency key was used for another slot.
    KeyReused = "key_reused", CONFLICT;
    /// The visit does not allow it as it stands, or no more.
    VisitNotChangeable = "visit_not_changeable", CONFLICT;
    /// Visits are booked at the terminal: they must be moved first.
    TerminalInUse = "terminal_in_use", CONFLICT;
    /// Fields of the form are not filled in as they must be; `errors` says which.
    InvalidFields = "invalid_fields", UNPROCESSABLE_ENTITY;
    /// The request comes from another site's page.
    ForeignOrigin = "foreign_origin", FORBIDDEN;
    /// So many requests came from there that this one must wait.
    TooManyRequests = "too_many_requests", TOO_MANY_REQUESTS;
    /// So many people sign in just now that this one has to come back; `Retry-After` says when.
    ManyAtOnce = "many_at_once", SERVICE_UNAVAILABLE;
    /// A part of the service is away. Trying again later may help.
    Unavailable = "unavailable", SERVICE_UNAVAILABLE;
}

/// The status, with the code for [`render`] to write out.
impl IntoResponse for ProblemCode {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// What the store says is for the log; the person is told to try again.
impl From<StoreError> for ProblemCode {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the store did not answer a request");
        Self::Unavailable
    }
}

impl From<BookRefusal> for ProblemCode {
    fn from(refusal: BookRefusal) -> Self {
        match refusal {
            BookRefusal::SlotFull => Self::SlotFull,
            BookRefusal::QuotaUsed => Self::QuotaUsed,
            BookRefusal::AlreadyBusy => Self::AlreadyBusy,
            BookRefusal::NotApproved => Self::NotApproved,
            BookRefusal::Restricted => Self::Restricted,
            BookRefusal::NotBookable => Self::NotBookable,
            BookRefusal::MinorWithoutAdult => Self::MinorWithoutAdult,
            BookRefusal::PartySize => Self::PartySize,
            BookRefusal::InmateGone => Self::InmateGone,
        }
    }
}

/// Writes a refusal out as a problem document (RFC 9457) in the language of the request, and lets nobody
/// keep an answer of the API.
pub(crate) async fn render(request: Request, next: Next) -> Response {
    let locale = locale::of_request(request.uri(), request.headers());
    let reader = Reader::of_path(request.uri().path());
    let mut response = next.run(request).await;
    if let Some(code) = code_of(&response) {
        let (title, detail) = refusal_texts::problem(code, reader, locale);
        let mut document = json!({
            "type": format!("urn:openvisit:problem:{}", code.as_str()),
            "code": code.as_str(),
            "status": code.status().as_u16(),
            "title": title,
            "detail": detail,
        });
        if let Some(LastDay(day)) = response.extensions().get() {
            document["last_day"] = day.to_string().into();
            document["detail"] = refusal_texts::until(detail, *day, locale).into();
        }
        if let Some(errors) = response.extensions().get::<Vec<FieldError>>() {
            document["errors"] = errors.iter().map(|error| told(*error, locale)).collect();
        }
        *response.status_mut() = code.status();
        *response.body_mut() = document.to_string().into();
        let headers = response.headers_mut();
        headers.remove(CONTENT_LENGTH);
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(locale.tag()));
        if code == ProblemCode::NotSignedIn {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
    }
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn told(error: FieldError, locale: Locale) -> serde_json::Value {
    json!({
        "field": error.field,
        "code": error.code.as_str(),
        "detail": refusal_texts::field(error.code, locale),
    })
}

/// A refusal's code. What the framework itself refuses (an address that is no UTF-8, say) is a bad request.
fn code_of(response: &Response) -> Option<ProblemCode> {
    let refused = response.status().is_client_error();
    let code = response.extensions().get().copied();
    code.or_else(|| refused.then_some(ProblemCode::BadRequest))
}
