//! Members of staff for tests, the way from a first sign-in to a second, and the matrix of all routes.

use axum::{
    body::{Body, to_bytes},
    http::{
        HeaderMap, Method, Request, StatusCode,
        header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, ORIGIN, SET_COOKIE},
    },
};
use booking_domain::{
    Actor, Duties, Duty, NewMember, OpenSession, Role, ShownFactor, StaffMembers, StaffSessions,
    StaffSignIn,
};
use grant::Secret;
use ids::{FacilityId, StaffId};
use rand::{SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use telemetry::clock::unix_now_ms;
use tower::ServiceExt;

use crate::{
    client_address::ClientAddress,
    password_pool::PasswordPool,
    tests::{TestApi, retry_after},
};

mod matrix;

impl TestApi {
    /// A member who is signed in, second factor and all.
    pub(crate) async fn member(&self, login: &str, duties: Duties) -> (StaffId, Secret) {
        let at_ms = unix_now_ms();
        let member = NewMember {
            name: "陳淑芬".into(),
            login: login.into(),
            password_hash: String::new(),
            duties,
            by: Actor::System,
            at_ms,
        };
        let staff = self.store.add_member(member).await.unwrap();
        let mut rng = StdRng::from_os_rng();
        let (first, second) = (Secret::generate(&mut rng), Secret::generate(&mut rng));
        let session = OpenSession {
            staff,
            secret: first.hash(),
            at_ms,
            expires_at_ms: u64::MAX,
        };
        self.store.begin_staff_session(session).await.unwrap();
        self.store
            .set_up_second_factor(staff, vec![1])
            .await
            .unwrap();
        let shown = ShownFactor {
            staff,
            step: 1,
            session: first.hash(),
            renewed: second.hash(),
            at_ms,
        };
        assert!(self.store.complete_staff_session(shown).await.unwrap());
        let own = self
            .store
            .change_staff_password(staff, String::new(), second.hash(), at_ms);
        own.await.unwrap();
        (staff, second)
    }

    /// A member with one role.
    pub(crate) async fn member_at(
        &self,
        login: &str,
        role: Role,
        facility: Option<FacilityId>,
    ) -> Secret {
        let duty = Duty::new(role, facility).unwrap();
        self.member(login, Duties::new([duty])).await.1
    }

    /// A request that shows a bearer token, if one is given.
    pub(crate) async fn bearer(
        &self,
        secret: Option<&Secret>,
        method: Method,
        path: &str,
        body: &str,
    ) -> (StatusCode, Value) {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(secret) = secret {
            request = request.header(AUTHORIZATION, format!("Bearer {}", secret.reveal()));
        }
        let request = request.header(CONTENT_TYPE, "application/json");
        let (status, _, body) = self
            .answer(request.body(Body::from(body.to_owned())).unwrap())
            .await;
        (status, body)
    }

    /// A request of a browser that has a cookie.
    async fn browser(
        &self,
        cookie: &str,
        method: Method,
        path: &str,
        body: &Value,
    ) -> (StatusCode, HeaderMap, Value) {
        let request = Request::builder().method(method).uri(path);
        let request = request
            .header(ORIGIN, "https://visit.gov.test")
            .header(COOKIE, cookie)
            .header(CONTENT_TYPE, "application/json");
        self.answer(request.body(Body::from(body.to_string())).unwrap())
            .await
    }

    async fn answer(&self, request: Request<Body>) -> (StatusCode, HeaderMap, Value) {
        let response = self.router().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 1 << 20).await.unwrap();
        let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
        (parts.status, parts.headers, body)
    }
}

fn cookie(headers: &HeaderMap) -> String {
    let kept = headers[SET_COOKIE].to_str().unwrap();
    assert!(kept.contains("; HttpOnly; SameSite=Strict; Secure; Path=/api"));
    kept.split(';').next().unwrap().to_owned()
}

/// The code of an authenticator, so many steps from now.
fn code(secret: &str, steps: u64) -> String {
    let secret = totp_rs::Secret::Encoded(secret.to_owned())
        .to_bytes()
        .unwrap();
    let codes = crate::second_factor::with_secret(secret, "x").unwrap();
    codes.generate(unix_now_ms() / 1000 + steps * 30)
}

#[tokio::test]
async fn a_new_member_sets_up_a_second_factor_and_chooses_a_password() {
    let api = TestApi::start().await;
    let administrator = api.member_at("chief", Role::Administrator, None).await;
    let new = json!({
        "name": "林志成", "login": "Lin.ZC",
        "roles": [{ "role": "reviewer", "facility_id": api.demo.facility }],
    });
    let post = Method::POST;
    let (status, added) = api
        .bearer(
            Some(&administrator),
            post.clone(),
            "/api/staff/members",
            &new.to_string(),
        )
        .await;
    assert_eq!(status, StatusCode::CREATED, "{added}");
    let password = added["temporary_password"].as_str().unwrap();
    let sign_in = "/api/staff/session";
    let credentials = json!({ "login": "lin.zc", "password": password });

    let (status, _, body) = api
        .browser(
            "",
            post.clone(),
            sign_in,
            &json!({ "login": "lin.zc", "password": "x" }),
        )
        .await;
    assert_eq!(
        (status, &body["code"]),
        (StatusCode::UNAUTHORIZED, &json!("wrong_credentials"))
    );
    let (_, _, unknown) = api
        .browser(
            "",
            post.clone(),
            sign_in,
            &json!({ "login": "nobody", "password": "x" }),
        )
        .await;
    assert_eq!(body, unknown);

    let (status, headers, body) = api.browser("", post.clone(), sign_in, &credentials).await;
    assert_eq!(
        (status, body),
        (StatusCode::OK, json!({ "step": "set_up" }))
    );
    let half = cookie(&headers);
    for path in [sign_in, "/api/staff/facilities", "/api/officer/visits"] {
        let (status, _, body) = api.browser(&half, Method::GET, path, &Value::Null).await;
        assert_eq!(
            (status, &body["code"]),
            (StatusCode::UNAUTHORIZED, &json!("not_signed_in"))
        );
    }
    let totp = "/api/staff/session/totp";
    let set_up = "/api/staff/session/totp/set-up";
    let (status, _, made) = api.browser(&half, post.clone(), set_up, &Value::Null).await;
    assert_eq!(status, StatusCode::OK, "{made}");
    let secret = made["secret"].as_str().unwrap();
    let shown = json!({ "code": code(secret, 0) });
    let (status, headers, me) = api.browser(&half, post.clone(), totp, &shown).await;
    assert_eq!(status, StatusCode::OK, "{me}");
    assert_eq!(me["must_change_password"], true);
    assert_eq!(me["roles"][0]["facility_name"], "示範看守所");
    let whole = cookie(&headers);
    let (status, ..) = api.browser(&half, Method::GET, sign_in, &Value::Null).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);

    let facilities = "/api/staff/facilities";
    let visits = "/api/officer/visits";
    let (status, _, body) = api.browser(&whole, Method::GET, visits, &Value::Null).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(body["code"], "password_is_temporary");
    let own = json!({ "current": password, "new": "我自己的密碼夠長了吧" });
    let (status, _, body) = api
        .browser(&whole, post.clone(), "/api/staff/password", &own)
        .await;
    assert_eq!(
        status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "ten characters are too few"
    );
    assert_eq!(body["errors"][0]["field"], "new");
    let own = json!({ "current": password, "new": "correct horse battery" });
    let (status, ..) = api
        .browser(&whole, post.clone(), "/api/staff/password", &own)
        .await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let (status, _, body) = api
        .browser(&whole, Method::GET, facilities, &Value::Null)
        .await;
    assert_eq!(
        (status, body.as_array().unwrap().len()),
        (StatusCode::OK, 1)
    );

    let credentials = json!({ "login": "lin.zc", "password": "correct horse battery" });
    let (_, headers, body) = api.browser("", post.clone(), sign_in, &credentials).await;
    assert_eq!(body, json!({ "step": "totp" }));
    let half = cookie(&headers);
    let (status, _, body) = api.browser(&half, post.clone(), set_up, &Value::Null).await;
    assert_eq!(
        (status, &body["code"]),
        (StatusCode::CONFLICT, &json!("second_factor_state"))
    );
    let (status, _, body) = api.browser(&half, post.clone(), totp, &shown).await;
    assert_eq!(
        (status, &body["code"]),
        (StatusCode::UNAUTHORIZED, &json!("wrong_code"))
    );
    let next = json!({ "code": code(secret, 1) });
    let (status, headers, _) = api.browser(&half, post.clone(), totp, &next).await;
    assert_eq!(status, StatusCode::OK);
    let whole = cookie(&headers);
    let (status, ..) = api
        .browser(&whole, Method::DELETE, sign_in, &Value::Null)
        .await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let (status, ..) = api
        .browser(&whole, Method::GET, sign_in, &Value::Null)
        .await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);

    let (_, headers, _) = api.browser("", post.clone(), sign_in, &credentials).await;
    let half = cookie(&headers);
    let wrong = json!({ "code": "abcdef" });
    for _ in 0..5 {
        let (status, ..) = api.browser(&half, post.clone(), totp, &wrong).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
    }
    let (status, headers, _) = api.browser(&half, post, totp, &wrong).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    let wait_s = retry_after(&headers);
    assert!(
        wait_s.is_some_and(|wait_s| (1..=15 * 60).contains(&wait_s)),
        "{wait_s:?} s"
    );
}

#[tokio::test]
async fn staff_have_a_queue_of_their_own_and_the_store_is_asked_for_nobody_who_is_refused() {
    let api = TestApi::start().await;
    let fill = |pool: &PasswordPool| -> Vec<_> {
        std::iter::from_fn(|| pool.place(ClientAddress(None)).ok()).collect()
    };
    let visitors = fill(&api.booking.0.passwords);
    let staff = fill(&api.booking.0.staff_passwords);
    let credentials = json!({ "login": "lin.zc", "password": "x" });
    let sign_in = async || {
        let path = "/api/staff/session";
        let answer = api.browser("", Method::POST, path, &credentials).await;
        answer.0
    };
    for _ in 0..20 {
        assert_eq!(sign_in().await, StatusCode::SERVICE_UNAVAILABLE);
    }
    drop(staff);
    for _ in 0..10 {
        assert_eq!(sign_in().await, StatusCode::UNAUTHORIZED);
    }
    api.store.close().await;
    assert_eq!(sign_in().await, StatusCode::TOO_MANY_REQUESTS);
    assert!(visitors.len() > 100);
}

#[tokio::test]
async fn a_list_of_inmates_is_told_line_by_line_and_brought_in() {
    let api = TestApi::start().await;
    let facility = api.demo.facility;
    let member = api
        .member_at("desk", Role::FacilityAdministrator, Some(facility))
        .await;
    let list = "呼號,姓名,名字\n3001,王大志,大志\n30x1,王大明,大明\n1024,林明華,明華\n";
    let path = format!("/api/staff/facilities/{facility}/inmates/import");
    let dry = format!("{path}?dry_run=true&locale=en");
    let (status, tried) = api.bearer(Some(&member), Method::POST, &dry, list).await;
    let expected = json!({
        "added": 1, "changed": 0, "unchanged": 1,
        "bad": [{ "line": 3, "code": "number", "detail": "The number has four or six digits." }],
    });
    assert_eq!((status, tried), (StatusCode::OK, expected));
    let (_, done) = api.bearer(Some(&member), Method::POST, &path, list).await;
    assert_eq!(done["added"], 1);
    let found = format!("/api/staff/inmates?facility={facility}&q=3001");
    let (_, found) = api.bearer(Some(&member), Method::GET, &found, "").await;
    assert_eq!(found[0]["name"], "王大志");
    let long = "3001,王大志,大志\n".repeat(6000);
    let (_, long) = api.bearer(Some(&member), Method::POST, &path, &long).await;
    assert_eq!(
        long["bad"].as_array().unwrap().last().unwrap()["code"],
        "too_many"
    );
}

#[tokio::test]
async fn nobody_changes_themselves_or_somebody_who_may_do_more() {
    let api = TestApi::start().await;
    let facility = Some(api.demo.facility);
    let duty = |role| Duties::new([Duty::new(role, facility).unwrap()]);
    let (own, secret) = api.member("desk", duty(Role::FacilityAdministrator)).await;
    let (auditor, _) = api.member("audit", duty(Role::Auditor)).await;
    let (reviewer, _) = api.member("review", duty(Role::Reviewer)).await;
    let patch = async |staff: StaffId, body: Value| {
        let path = format!("/api/staff/members/{staff}");
        let body = body.to_string();
        api.bearer(Some(&secret), Method::PATCH, &path, &body)
            .await
            .0
    };
    assert_eq!(
        patch(own, json!({ "name": "王" })).await,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        patch(auditor, json!({ "name": "王" })).await,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        patch(reviewer, json!({ "name": "王" })).await,
        StatusCode::NO_CONTENT
    );
    let more = json!({ "roles": [{ "role": "auditor", "facility_id": facility }] });
    assert_eq!(patch(reviewer, more).await, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_audit_trail_is_sealed_and_what_was_done_to_it_is_found() {
    let api = TestApi::start().await;
    let auditor = api.member_at("audit", Role::Auditor, None).await;
    let verify = async || {
        let path = "/api/staff/audit/verify";
        api.bearer(Some(&auditor), Method::GET, path, "").await.1
    };
    let before = verify().await;
    assert!(before["waiting"].as_u64().unwrap() > 0 && before["sealed"] == 0);
    let vault = crate::tests::vault();
    let head = crate::seal_audit(&api.store, &vault)
        .await
        .unwrap()
        .unwrap();
    let whole = json!({ "sealed": head.position, "waiting": 0, "broken": null });
    assert_eq!(verify().await, whole);
    let again = crate::seal_audit(&api.store, &vault).await.unwrap();
    assert_eq!(again, Some(head));
    let other = crate::Vault::new(0, [(0, [1; 32])], [9; 32]).unwrap();
    let found = crate::verify_audit(&api.store, &other).await.unwrap();
    assert_eq!(found.broken, Some((1, booking_domain::ChainFault::Changed)));
}

#[tokio::test]
async fn an_auditor_reads_by_name_who_added_which_terminal() {
    let api = TestApi::start().await;
    let facility = api.demo.facility;
    let duty = |role| Duties::new([Duty::new(role, Some(facility)).unwrap()]);
    let (staff, scheduler) = api.member("desk", duty(Role::Scheduler)).await;
    let (_, auditor) = api.member("audit", duty(Role::Auditor)).await;
    let terminals = format!("/api/staff/facilities/{facility}/terminals");
    let named = json!({ "name": "第九接見室" }).to_string();
    let (status, added) = api
        .bearer(Some(&scheduler), Method::POST, &terminals, &named)
        .await;
    assert_eq!(status, StatusCode::CREATED, "{added}");
    let trail = format!("/api/staff/audit?facility={facility}&limit=1");
    let (status, told) = api.bearer(Some(&auditor), Method::GET, &trail, "").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(told["events"][0]["action"], "terminal_added");
    let terminal = told["events"][0]["subject_id"].as_str().unwrap();
    let names = json!({ terminal: "第九接見室", staff.to_string(): "陳淑芬" });
    assert_eq!(told["names"], names);
}
