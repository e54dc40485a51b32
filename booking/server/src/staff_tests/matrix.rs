//! Every route × role × facility. A route that the table below does not list fails.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::{Method, StatusCode};
use booking_domain::{Duties, Duty, InmateQuery, Inmates, NewFacility, Registry, Role};
use grant::Secret;
use ids::FacilityId;
use serde_json::json;

use crate::tests::TestApi;

/// Who may use a route.
#[derive(Clone, Copy)]
enum Access {
    /// Anybody, without a session.
    Anybody,
    /// Whoever is signing in, or signed in.
    SignedIn,
    /// Who has one of these roles at the facility that the request is about.
    At(&'static [Role]),
    /// The same, for a thing of which the world below has none: those who may do not find it either.
    Unfound(&'static [Role]),
    /// Who has this role anywhere: each sees what is theirs.
    Anywhere(Role),
    /// Who has this role everywhere.
    Everywhere(Role),
}

use Access::{Anybody, Anywhere, At, Everywhere, SignedIn, Unfound};
use Role::{Administrator, Auditor, FacilityAdministrator, Officer, Reviewer, Scheduler};

/// Method, address and who may. Words in braces are filled in by [`World::fill`].
const ROUTES: &[(&str, &str, Access)] = &[
    ("GET", "/api/openapi.json", Anybody),
    ("GET", "/api/facilities", Anybody),
    ("POST", "/api/links/resend", Anybody),
    ("POST", "/api/messages/receipts/http/{secret}", Anybody),
    ("POST", "/api/messages/receipts/mitake/{secret}", Anybody),
    ("GET", "/api/messages/receipts/mitake/{secret}", Anybody),
    ("POST", "/api/messages/receipts/twilio", Anybody),
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
    ("GET", "/api/staff/applications", At(&[Reviewer])),
    (
        "GET",
        "/api/staff/applications/{application}",
        Unfound(&[Reviewer]),
    ),
    (
        "GET",
        "/api/staff/applications/{application}/documents/{document}",
        Unfound(&[Reviewer]),
    ),
    (
        "POST",
        "/api/staff/applications/{application}/take",
        Unfound(&[Reviewer]),
    ),
    (
        "POST",
        "/api/staff/applications/{application}/approve",
        Unfound(&[Reviewer]),
    ),
    (
        "POST",
        "/api/staff/applications/{application}/refuse",
        Unfound(&[Reviewer]),
    ),
    (
        "POST",
        "/api/staff/applications/{application}/ask",
        Unfound(&[Reviewer]),
    ),
    (
        "POST",
        "/api/staff/applications/{application}/revoke",
        Unfound(&[Reviewer]),
    ),
    ("GET", "/api/staff/restrictions", At(&[Reviewer])),
    ("POST", "/api/staff/restrictions", Unfound(&[Reviewer])),
    (
        "POST",
        "/api/staff/restrictions/{restriction}/lift",
        Unfound(&[Reviewer]),
    ),
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
        Unfound(&[Scheduler]),
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
        Unfound(&[Scheduler]),
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
        Unfound(&[Scheduler]),
    ),
    (
        "POST",
        "/api/staff/facilities/{facility}/terminals/{terminal}/pair",
        Unfound(&[Scheduler]),
    ),
    ("GET", "/api/staff/visits", At(&[Scheduler, Officer])),
    ("POST", "/api/staff/visits", Unfound(&[Scheduler])),
    ("POST", "/api/staff/visits/{visit}/cancel", At(&[Scheduler])),
    ("POST", "/api/staff/visits/{visit}/clear", At(&[Scheduler])),
    (
        "POST",
        "/api/staff/visits/{visit}/move",
        Unfound(&[Scheduler]),
    ),
    ("GET", "/api/staff/messages", At(&[Auditor, Scheduler])),
    (
        "POST",
        "/api/staff/messages/{message}/retry",
        Unfound(&[Scheduler]),
    ),
];

/// An id of nothing.
const NOTHING: &str = "018f3f5e-7c1a-7b2e-9c55-0242ac120002";

/// The visitors' own routes know no staff: see [`staff_are_nobody_among_visitors`].
const OF_VISITORS: &str = "/api/visitor/";

fn described() -> BTreeSet<(String, String)> {
    let document = serde_json::to_value(crate::openapi()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let methods = |(path, item): (&String, &serde_json::Value)| {
        let path = path.clone();
        let methods: Vec<_> = item.as_object().unwrap().keys().cloned().collect();
        methods
            .into_iter()
            .filter(|method| ["get", "post", "put", "patch", "delete"].contains(&&**method))
            .map(move |method| (method.to_uppercase(), path.clone()))
    };
    paths.iter().flat_map(methods).collect()
}

/// The routes of the table that there are.
fn routes() -> impl Iterator<Item = &'static (&'static str, &'static str, Access)> {
    let described = described();
    ROUTES.iter().filter(move |(method, path, _)| {
        described.contains(&((*method).to_owned(), (*path).to_owned()))
    })
}

struct World {
    api: TestApi,
    facility: FacilityId,
    elsewhere: FacilityId,
    fillings: BTreeMap<&'static str, String>,
}

impl World {
    async fn new() -> Self {
        let api = TestApi::start().await;
        let facility = api.demo.facility;
        let elsewhere = NewFacility {
            name: "乙監獄".into(),
            time_zone: "Asia/Taipei".into(),
        };
        let elsewhere = api.store.add_facility(elsewhere).await.unwrap();
        let duty = Duty::new(Officer, Some(facility)).unwrap();
        let (member, _) = api.member("looked.after", Duties::new([duty])).await;
        let query = InmateQuery {
            facility,
            text: String::new(),
            state: None,
            before: None,
            limit: 1,
        };
        let inmate = api.store.find_inmates(query).await.unwrap()[0].id;
        let fillings = BTreeMap::from([
            ("{visit}", api.demo.visit.to_string()),
            ("{seat}", "1".to_owned()),
            ("{facility}", facility.to_string()),
            ("/members/{id}", format!("/members/{member}")),
            ("/inmates/{id}", format!("/inmates/{inmate}")),
        ]);
        Self {
            api,
            facility,
            elsewhere,
            fillings,
        }
    }

    fn fill(&self, method: &str, template: &str) -> String {
        let mut path = template.to_owned();
        for (word, filling) in &self.fillings {
            path = path.replace(word, filling);
        }
        // Whatever else there may be, there is none of it.
        while let Some((before, rest)) = path.split_once('{') {
            let (_, after) = rest.split_once('}').unwrap();
            path = format!("{before}{NOTHING}{after}");
        }
        if method == "GET" {
            path = format!("{path}?facility={}", self.facility);
        }
        if template == "/api/staff/visits" && method == "GET" {
            path.push_str("&date=2026-11-24");
        }
        path
    }

    /// A body that the route reads.
    fn body(&self, template: &str) -> String {
        let closure = json!({
            "from_date": "2027-01-01", "to_date": "2027-01-01", "reason": "元旦連續假期",
        });
        let body = match template.rsplit('/').next().unwrap_or_default() {
            "end" => json!({ "reason": "接見人以其他裝置錄影" }),
            "members" => json!({
                "name": "林", "login": "new.member",
                "roles": [{ "role": "reviewer", "facility_id": self.facility }],
            }),
            "{id}" => json!({ "name": "林" }),
            "facilities" => json!({ "name": "丙監獄", "time_zone": "Asia/Taipei" }),
            "inmates" => json!({
                "facility_id": self.facility, "number": "7777", "name": "王大志", "first_name": "大志",
            }),
            "transfer" => json!({ "facility_id": self.elsewhere, "number": "8888" }),
            "import" => return "7778,王小志,小志\n".to_owned(),
            "password" => json!({ "current": "x", "new": "x" }),
            "totp" => json!({ "code": "000000" }),
            "refuse" | "ask" | "revoke" | "lift" => json!({ "reason": "資料已經過期，請重新申請" }),
            "restrictions" => json!({
                "facility_id": self.facility, "person_id": NOTHING, "kind": "other",
                "reason": "經機關審查不予接見",
            }),
            "cancel" => json!({ "reason": "設備故障，改期補行接見", "ended_by": "facility" }),
            "move" => json!({ "terminal_id": NOTHING }),
            "terminals" | "{terminal}" => json!({ "name": "第九接見室" }),
            "visits" => json!({
                "facility_id": self.facility, "inmate_id": NOTHING, "party": [NOTHING],
                "terminal_id": NOTHING, "starts_at_ms": 1_900_000_000_000_u64, "minutes": 30,
                "ground": "humanitarian", "reason": "家屬病危，專案辦理",
            }),
            "closures" => closure,
            "preview" if template.contains("closures") => closure,
            "grids" | "preview" => json!({
                "from_date": "2027-01-04", "weekdays": 31, "visit_minutes": 25,
                "turnaround_minutes": 5, "batches": [540], "terminals": [],
            }),
            "session" => json!({ "login": "nobody", "password": "x" }),
            _ => json!({}),
        };
        body.to_string()
    }

    async fn ask(&self, who: Option<&Secret>, method: &str, template: &str) -> StatusCode {
        let path = self.fill(method, template);
        let body = self.body(template);
        let method: Method = method.parse().unwrap();
        self.api.bearer(who, method, &path, &body).await.0
    }
}

#[test]
fn every_route_is_in_the_table() {
    let listed: BTreeSet<_> = ROUTES
        .iter()
        .map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned()))
        .collect();
    let unlisted: Vec<_> = described()
        .into_iter()
        .filter(|route| !route.1.starts_with(OF_VISITORS) && !listed.contains(route))
        .collect();
    assert!(
        unlisted.is_empty(),
        "who may use these routes? {unlisted:#?}"
    );
}

#[tokio::test]
async fn without_a_session_nobody_gets_past_sign_in() {
    let world = World::new().await;
    for (method, path, access) in routes() {
        if !matches!(access, Anybody) {
            let status = world.ask(None, method, path).await;
            assert_eq!(status, StatusCode::UNAUTHORIZED, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn staff_are_nobody_among_visitors() {
    let world = World::new().await;
    let chief = world.api.member_at("chief", Administrator, None).await;
    for (method, path) in described() {
        if path.starts_with(OF_VISITORS) {
            let path = path.replace(['{', '}'], "");
            let method: Method = method.parse().unwrap();
            let (status, _) = world
                .api
                .bearer(Some(&chief), method.clone(), &path, "")
                .await;
            assert!(status.is_client_error(), "{method} {path}: {status}");
        }
    }
}

#[tokio::test]
async fn each_role_does_what_is_its_own_at_its_own_facility_and_nothing_else() {
    let world = World::new().await;
    let mut members = Vec::new();
    for role in Role::ALL {
        for (place, facility) in [
            ("here", Some(world.facility)),
            ("elsewhere", Some(world.elsewhere)),
            ("everywhere", None),
        ] {
            if let Ok(duty) = Duty::new(role, facility) {
                let login = format!("{}.{place}", role.as_str());
                let duties = Duties::new([duty]);
                let (_, secret) = world.api.member(&login, duties.clone()).await;
                members.push((login, duties, secret));
            }
        }
    }
    // Those who may not come first: what they must not reach is still there.
    for (may, outcome) in [(false, "refused"), (true, "let in")] {
        for (method, path, access) in routes() {
            for (login, duties, secret) in &members {
                let allowed = match access {
                    Anybody | SignedIn => continue,
                    Unfound(_) if may => continue,
                    At(roles) | Unfound(roles) => roles
                        .iter()
                        .any(|role| duties.require(*role, world.facility).is_ok()),
                    Anywhere(role) => duties.reach(*role).is_ok(),
                    Everywhere(role) => duties.require_everywhere(*role).is_ok(),
                };
                if allowed != may {
                    continue;
                }
                let status = world.ask(Some(secret), method, path).await;
                let refused = [StatusCode::FORBIDDEN, StatusCode::NOT_FOUND].contains(&status);
                assert_eq!(
                    refused, !may,
                    "{login} is not {outcome}: {method} {path}: {status}"
                );
                assert_ne!(status, StatusCode::BAD_REQUEST, "{method} {path}");
            }
        }
    }
}
