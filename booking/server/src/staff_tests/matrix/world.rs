//! What the routes' addresses and bodies are filled in with.

use std::collections::BTreeMap;

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
use ids::{ApplicationId, DocumentId, FacilityId, InmateId, PersonId, RestrictionId, StaffId};
use jiff::civil::date;
use protocol::Locale;
use serde_json::json;

use crate::{endpoints::people::add_account, tests::TestApi};

/// An application that was handed in, and a restriction.
struct UnderReview {
    person: PersonId,
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
        add_account(&api.database().await, person, "a@mail.test", [1; 32]).await;
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
            person,
            application,
            document: id,
            restriction: api.store.restrict(restriction).await.unwrap(),
        }
    }
}

pub(super) struct World {
    pub(super) api: TestApi,
    pub(super) facility: FacilityId,
    pub(super) elsewhere: FacilityId,
    fillings: BTreeMap<&'static str, String>,
}

impl World {
    pub(super) async fn new() -> Self {
        let api = TestApi::start().await;
        let facility = api.demo.facility;
        let elsewhere = NewFacility {
            name: "乙監獄".into(),
            time_zone: "Asia/Taipei".into(),
        };
        let elsewhere = api.store.add_facility(elsewhere).await.unwrap();
        let duty = Duty::new(Role::Officer, Some(facility)).unwrap();
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
        let terminal = api.store.terminals(facility, 0).await.unwrap()[0].id;
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
        let close = async |facility| {
            let added = api.store.add_closure(facility, closure.clone(), member, 0);
            added.await.unwrap().0.to_string()
        };
        let under_review = UnderReview::new(&api, inmate, facility, member).await;
        let fillings = BTreeMap::from([
            ("{application}", under_review.application.to_string()),
            ("{person}", under_review.person.to_string()),
            ("{document}", under_review.document.to_string()),
            ("{restriction}", under_review.restriction.to_string()),
            ("{message}", message.to_string()),
            ("{secret}", "guess".to_owned()),
            ("{grid}", grid.to_string()),
            ("{closure}", close(Some(facility)).await),
            (
                "/staff/closures/{closure}",
                format!("/staff/closures/{}", close(None).await),
            ),
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
            "end" => json!({ "reason": "接見人以其他裝置錄影", "ended_by": "visitor" }),
            "refuse" | "ask" | "revoke" | "suspension" | "remove" => {
                json!({ "reason": "接見人以其他裝置錄影" })
            }
            "applicant" => json!({ "name": "林陳秀瑛", "reason": "本人持身分證申請更正" }),
            "address" => {
                json!({ "email": "new@mail.test", "reason": "本人持身分證到場" })
            }
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
            "outcome" => json!({ "outcome": "no_show", "reason": "查明連線紀錄後更正" }),
            "move" => json!({ "terminal_id": self.fillings["{terminal}"] }),
            "visits" => json!({
                "facility_id": self.facility, "inmate_id": self.fillings["{inmate}"],
                "party": [self.fillings["{inmate}"]],
                "terminal_id": self.fillings["{terminal}"],
                "starts_at_ms": 1_893_456_000_000_u64, "minutes": 30,
                "ground": "bereavement", "event_on": "2029-12-31", "reason": "祖母於日前過世",
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

    pub(super) async fn ask(
        &self,
        who: Option<&Secret>,
        method: &str,
        template: &str,
    ) -> StatusCode {
        let path = self.fill(method, template);
        let body = self.body(template);
        let method: Method = method.parse().unwrap();
        self.api.bearer(who, method, &path, &body).await.0
    }
}
