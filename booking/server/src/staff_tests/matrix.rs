//! Every route × role × facility. A route that the table below does not list fails.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::{Method, StatusCode};
use booking_domain::{
    ClosurePlan, Duties, Duty, GridPlan, InmateQuery, Inmates, NewFacility, NewPerson, Registry,
    Role, Slots, Weekdays,
    applications::{
        Applications, DocumentKind, Documents, NewApplication, NewDocument, NewRestriction,
        Relationship, RestrictionKind, Restrictions, Services,
    },
};
use grant::Secret;
use ids::{ApplicationId, DocumentId, FacilityId, InmateId, RestrictionId, StaffId};
use jiff::civil::date;
use protocol::Locale;
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
    /// Who has this role anywhere: each sees what is theirs.
    Anywhere(Role),
    /// Who has this role everywhere.
    Everywhere(Role),
}

use Access::{Anybody, Anywhere, At, Everywhere, SignedIn};
use Role::{Administrator, Auditor, FacilityAdministrator, Officer, Reviewer, Scheduler};

/// Method, address and who may. Words in braces are filled in by [`World::fill`].
const ROUTES: &[(&str, &str, Access)] = &[
    ("GET", "/api/openapi.json", Anybody),
    ("POST", "/api/links/resend", Anybody),
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
    ("POST", "/api/staff/visits/{visit}/clear", At(&[Scheduler])),
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
    ("GET", "/api/staff/restrictions", At(&[Reviewer])),
    ("POST", "/api/staff/restrictions", At(&[Reviewer])),
    (
        "POST",
        "/api/staff/restrictions/{restriction}/lift",
        At(&[Reviewer]),
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

/// An application that was handed in, and a restriction.
struct UnderReview {
    application: ApplicationId,
    document: DocumentId,
    restriction: RestrictionId,
}

impl UnderReview {
    async fn new(api: &TestApi, inmate: InmateId, facility: FacilityId, staff: StaffId) -> Self {
        let person = NewPerson {
            name: "林陳秀英".into(),
            phone: "0900000101".into(),
            locale: Locale::ZhTw,
        };
        let person = api.store.add_person(person).await.unwrap();
        let application = NewApplication {
            person,
            inmate,
            relationship: Relationship::Lawyer,
            ground: None,
            services: Services {
                on_site: true,
                ..Services::default()
            },
            at_ms: 0,
        };
        let application = api.store.begin_application(application).await.unwrap();
        let document = NewDocument {
            id: api.store.next_document(),
            person,
            application,
            kind: DocumentKind::Identity,
            name: "證件.jpg".into(),
            media_type: "image/jpeg",
            bytes: 1,
            sealed_key: vec![0],
            at_ms: 0,
        };
        let id = document.id;
        api.store.add_document(document).await.unwrap();
        let submitted = api.store.submit_application(person, application, 0);
        submitted.await.unwrap();
        let restriction = NewRestriction {
            facility,
            person: None,
            inmate: Some(inmate),
            kind: RestrictionKind::Discipline,
            reason: "違反團體紀律之處分".into(),
            from_ms: 0,
            until_ms: Some(1),
            staff,
            at_ms: 0,
        };
        Self {
            application,
            document: id,
            restriction: api.store.restrict(restriction).await.unwrap(),
        }
    }
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
        let message = api.newest_messages().await[0].id;
        let terminal = api.store.terminals(facility).await.unwrap()[0].id;
        let grid = GridPlan {
            from: date(2030, 1, 1),
            to: None,
            weekdays: Weekdays::ALL,
            visit_minutes: 30,
            turnaround_minutes: 0,
            batches: vec![540],
            terminals: vec![terminal],
        };
        let grid = api.store.add_grid(facility, grid, member, 0).await.unwrap();
        let closure = ClosurePlan {
            from: date(2030, 1, 1),
            to: date(2030, 1, 1),
            minutes: None,
            reason: "元旦".into(),
        };
        let closure = api.store.add_closure(facility, closure, member, 0).await;
        let under_review = UnderReview::new(&api, inmate, facility, member).await;
        let fillings = BTreeMap::from([
            ("{application}", under_review.application.to_string()),
            ("{document}", under_review.document.to_string()),
            ("{restriction}", under_review.restriction.to_string()),
            ("{message}", message.to_string()),
            ("{secret}", "guess".to_owned()),
            ("{grid}", grid.to_string()),
            ("{closure}", closure.unwrap().0.to_string()),
            ("{terminal}", terminal.to_string()),
            ("{inmate}", inmate.to_string()),
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
        assert!(!path.contains('{'), "{path}: nothing is known to fill in");
        if method == "GET" {
            path = format!("{path}?facility={}", self.facility);
        }
        path
    }

    /// A body that the route reads.
    fn body(&self, template: &str) -> String {
        let grid = json!({
            "from_date": "2030-01-01", "weekdays": 127, "visit_minutes": 30,
            "turnaround_minutes": 0, "batches": [540], "terminals": [self.fillings["{terminal}"]],
        });
        let body = match template.rsplit('/').next().unwrap_or_default() {
            "end" | "refuse" | "ask" | "revoke" => json!({ "reason": "接見人以其他裝置錄影" }),
            "lift" if template.contains("/restrictions/") => json!({ "reason": "裁定已經撤銷" }),
            "restrictions" => json!({
                "facility_id": self.facility, "inmate_id": self.fillings["{inmate}"],
                "kind": "discipline", "reason": "違反團體紀律之處分",
            }),
            "grids" => grid,
            "preview" if template.contains("/grids/") => grid,
            "closures" | "preview" => json!({
                "from_date": "2030-01-01", "to_date": "2030-01-01", "reason": "元旦",
            }),
            "terminals" => json!({ "name": "第三接見室" }),
            "cancel" => json!({ "reason": "收容人當日出庭", "ended_by": "inmate" }),
            "move" => json!({ "terminal_id": self.fillings["{terminal}"] }),
            "visits" => json!({
                "facility_id": self.facility, "inmate_id": self.fillings["{inmate}"],
                "party": [self.fillings["{inmate}"]],
                "terminal_id": self.fillings["{terminal}"],
                "starts_at_ms": 1_893_456_000_000_u64, "minutes": 30,
                "ground": "bereavement", "reason": "祖母於日前過世",
            }),
            "{terminal}" => json!({}),
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
    for (method, path, access) in ROUTES {
        let status = world.ask(None, method, path).await;
        match access {
            Anybody => {}
            _ => assert_eq!(status, StatusCode::UNAUTHORIZED, "{method} {path}"),
        }
    }
}

#[tokio::test]
async fn staff_are_nobody_among_visitors() {
    let world = World::new().await;
    let chief = world.api.member_at("chief", Administrator, None).await;
    for (method, path) in described() {
        // Signing out is the same for everybody: afterwards nobody is signed in.
        let signs_out = (&*method, &*path) == ("DELETE", "/api/visitor/session");
        if path.starts_with(OF_VISITORS) && !signs_out {
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
        for (method, path, access) in ROUTES {
            for (login, duties, secret) in &members {
                let allowed = match access {
                    Anybody | SignedIn => continue,
                    At(roles) => roles
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
