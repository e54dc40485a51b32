//! Who may use which route of the API.

use booking_domain::Role;

/// Who may use a route.
#[derive(Clone, Copy)]
pub(super) enum Access {
    /// Anybody, without a session.
    Anybody,
    /// Whoever is signing in, or signed in.
    SignedIn,
    /// Who has one of these roles at the facility that the request is about.
    At(&'static [Role]),
    /// Who has this role anywhere: each sees what is theirs.
    Anywhere(Role),
    /// Who has this role everywhere.
    Everywhere(Role),
}

use Access::{Anybody, Anywhere, At, Everywhere, SignedIn};
use Role::{Administrator, Auditor, FacilityAdministrator, Officer, Reviewer, Scheduler};

/// Method, address and who may. Words in braces are filled in by [`World::fill`](super::world::World::fill).
pub(super) const ROUTES: &[(&str, &str, Access)] = &[
    ("GET", "/api/openapi.json", Anybody),
    ("POST", "/api/links/facility", Anybody),
    ("POST", "/api/links/resend", Anybody),
    ("POST", "/api/terminal/self-test", Anybody),
    ("PUT", "/api/terminal/self-test", Anybody),
    ("GET", "/api/officer/visits", At(&[Officer])),
    ("POST", "/api/officer/visits/{visit}/end", At(&[Officer])),
    (
        "POST",
        "/api/officer/visits/{visit}/seats/{seat}/reissue",
        At(&[Officer]),
    ),
    ("POST", "/api/staff/session", Anybody),
    ("GET", "/api/staff/session", SignedIn),
    ("DELETE", "/api/staff/session", SignedIn),
    ("POST", "/api/staff/session/totp", SignedIn),
    ("POST", "/api/staff/session/totp/set-up", SignedIn),
    ("POST", "/api/staff/password", SignedIn),
    ("GET", "/api/staff/members", At(&[FacilityAdministrator])),
    ("POST", "/api/staff/members", At(&[FacilityAdministrator])),
    (
        "PATCH",
        "/api/staff/members/{id}",
        At(&[FacilityAdministrator]),
    ),
    (
        "POST",
        "/api/staff/members/{id}/reset",
        At(&[FacilityAdministrator]),
    ),
    ("GET", "/api/staff/facilities", SignedIn),
    ("POST", "/api/staff/facilities", Everywhere(Administrator)),
    (
        "GET",
        "/api/staff/facilities/{facility}/settings",
        At(&[Scheduler]),
    ),
    (
        "PATCH",
        "/api/staff/facilities/{facility}/settings",
        At(&[Scheduler]),
    ),
    (
        "GET",
        "/api/staff/facilities/{facility}/grids",
        At(&[Scheduler]),
    ),
    (
        "POST",
        "/api/staff/facilities/{facility}/grids",
        At(&[Scheduler]),
    ),
    (
        "POST",
        "/api/staff/facilities/{facility}/grids/preview",
        At(&[Scheduler]),
    ),
    (
        "POST",
        "/api/staff/facilities/{facility}/grids/{grid}/retire",
        At(&[Scheduler]),
    ),
    (
        "GET",
        "/api/staff/facilities/{facility}/closures",
        At(&[Scheduler]),
    ),
    (
        "POST",
        "/api/staff/facilities/{facility}/closures",
        At(&[Scheduler]),
    ),
    (
        "POST",
        "/api/staff/facilities/{facility}/closures/preview",
        At(&[Scheduler]),
    ),
    (
        "POST",
        "/api/staff/facilities/{facility}/closures/{closure}/lift",
        At(&[Scheduler]),
    ),
    ("POST", "/api/staff/closures", Everywhere(Scheduler)),
    ("POST", "/api/staff/closures/preview", Everywhere(Scheduler)),
    (
        "POST",
        "/api/staff/closures/{closure}/lift",
        Everywhere(Scheduler),
    ),
    (
        "GET",
        "/api/staff/facilities/{facility}/terminals",
        At(&[Scheduler]),
    ),
    (
        "POST",
        "/api/staff/facilities/{facility}/terminals",
        At(&[Scheduler]),
    ),
    (
        "PATCH",
        "/api/staff/facilities/{facility}/terminals/{terminal}",
        At(&[Scheduler]),
    ),
    (
        "POST",
        "/api/staff/facilities/{facility}/terminals/{terminal}/pair",
        At(&[Scheduler]),
    ),
    ("GET", "/api/staff/visits", At(&[Scheduler, Officer])),
    ("POST", "/api/staff/visits", At(&[Scheduler])),
    ("POST", "/api/staff/visits/{visit}/cancel", At(&[Scheduler])),
    (
        "POST",
        "/api/staff/visits/{visit}/outcome",
        At(&[Scheduler]),
    ),
    ("POST", "/api/staff/visits/{visit}/clear", At(&[Scheduler])),
    (
        "POST",
        "/api/staff/visits/{visit}/party/{person}/remove",
        At(&[Scheduler]),
    ),
    ("POST", "/api/staff/visits/{visit}/move", At(&[Scheduler])),
    ("GET", "/api/facilities", Anybody),
    ("GET", "/api/staff/applications", At(&[Reviewer])),
    (
        "GET",
        "/api/staff/applications/{application}",
        At(&[Reviewer]),
    ),
    (
        "GET",
        "/api/staff/applications/{application}/documents/{document}",
        At(&[Reviewer]),
    ),
    (
        "POST",
        "/api/staff/applications/{application}/take",
        At(&[Reviewer]),
    ),
    (
        "POST",
        "/api/staff/applications/{application}/approve",
        At(&[Reviewer]),
    ),
    (
        "POST",
        "/api/staff/applications/{application}/refuse",
        At(&[Reviewer]),
    ),
    (
        "POST",
        "/api/staff/applications/{application}/ask",
        At(&[Reviewer]),
    ),
    (
        "POST",
        "/api/staff/applications/{application}/revoke",
        At(&[Reviewer]),
    ),
    (
        "PUT",
        "/api/staff/applications/{application}/applicant",
        At(&[FacilityAdministrator]),
    ),
    ("GET", "/api/staff/restrictions", At(&[Reviewer])),
    ("POST", "/api/staff/restrictions", At(&[Reviewer])),
    (
        "POST",
        "/api/staff/restrictions/{restriction}/lift",
        At(&[Reviewer]),
    ),
    ("GET", "/api/staff/visitors", At(&[Reviewer, Scheduler])),
    ("GET", "/api/staff/accounts", Everywhere(Administrator)),
    (
        "POST",
        "/api/staff/accounts/{person}/suspension",
        Everywhere(Administrator),
    ),
    (
        "DELETE",
        "/api/staff/accounts/{person}/suspension",
        Everywhere(Administrator),
    ),
    (
        "PUT",
        "/api/staff/accounts/{person}/address",
        Everywhere(Administrator),
    ),
    ("GET", "/api/staff/inmates", At(&[Reviewer, Scheduler])),
    ("POST", "/api/staff/inmates", At(&[FacilityAdministrator])),
    (
        "POST",
        "/api/staff/inmates/{id}/transfer",
        At(&[FacilityAdministrator]),
    ),
    (
        "POST",
        "/api/staff/inmates/{id}/release",
        At(&[FacilityAdministrator]),
    ),
    (
        "POST",
        "/api/staff/facilities/{facility}/inmates/import",
        At(&[FacilityAdministrator]),
    ),
    ("GET", "/api/staff/audit", At(&[Auditor])),
    ("GET", "/api/staff/audit/verify", Anywhere(Auditor)),
    ("GET", "/api/staff/messages", At(&[Auditor, Scheduler])),
    (
        "POST",
        "/api/staff/messages/{message}/retry",
        At(&[Scheduler]),
    ),
    ("POST", "/api/messages/receipts/http/{secret}", Anybody),
    ("GET", "/api/messages/receipts/mitake/{secret}", Anybody),
    ("POST", "/api/messages/receipts/twilio", Anybody),
];

/// The visitors' own routes know no staff: see `staff_are_nobody_among_visitors`.
pub(super) const OF_VISITORS: &str = "/api/visitor/";
