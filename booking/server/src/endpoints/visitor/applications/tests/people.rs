//! Visitors and reviewers who are signed in, all of them synthetic.

use std::sync::atomic::{AtomicU8, Ordering};

use axum::{
    body::{Body, Bytes, to_bytes},
    http::{
        HeaderMap, Method, Request, StatusCode,
        header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, ORIGIN},
    },
};
use booking_domain::{NewPerson, Registry};
use grant::Secret;
use ids::PersonId;
use protocol::Locale;
use rand::{SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use sqlx::AnyPool;
use telemetry::clock::unix_now_ms;

use crate::tests::{TestApi, vault};

const ORIGIN_OF_OURS: &str = "https://visit.gov.test";
const BOUNDARY: &str = "----openvisit";
const HOUR_MS: u64 = 60 * 60 * 1000;

/// The API, and a way to sign people in.
pub(crate) struct People {
    pub(crate) api: TestApi,
    pub(crate) database: AnyPool,
    /// The facility of the demonstration.
    pub(crate) facility: String,
    signed_in: AtomicU8,
}

impl People {
    pub(crate) async fn start() -> Self {
        Self::over(TestApi::start_for_real().await).await
    }

    pub(crate) async fn over(api: TestApi) -> Self {
        let database = api.database().await;
        let facility = sqlx::query_scalar("SELECT facility_id FROM visit WHERE id = $1")
            .bind(api.demo.visit.to_string())
            .fetch_one(&database)
            .await
            .unwrap();
        Self {
            api,
            database,
            facility,
            signed_in: AtomicU8::new(0),
        }
    }

    /// A visitor with an account who is signed in: the cookie.
    pub(crate) async fn visitor(&self, email: &str) -> String {
        let person = NewPerson {
            name: "林陳秀英".into(),
            phone: "0900000101".into(),
            locale: Locale::ZhTw,
        };
        let person = self.api.store.add_person(person).await.unwrap();
        let secret = self.secret();
        let index = *secret.hash().as_bytes();
        add_account(&self.database, person, email, index).await;
        let now_ms = i64::try_from(unix_now_ms()).unwrap();
        sqlx::query(
            "INSERT INTO account_session
                 (hash, person_id, created_at_ms, last_seen_at_ms, expires_at_ms)
             VALUES ($1, $2, $3, $3, $4)",
        )
        .bind(secret.hash().as_bytes().as_slice().to_vec())
        .bind(person.to_string())
        .bind(now_ms)
        .bind(now_ms + i64::try_from(HOUR_MS).unwrap())
        .execute(&self.database)
        .await
        .unwrap();
        format!("openvisit_visitor={}", secret.reveal())
    }

    /// A member of staff with a role who is signed in: the credential.
    pub(crate) async fn staff(&self, role: &str, facility: &str) -> String {
        let secret = self.secret();
        let officer = booking_domain::NewSignedIn {
            facility: facility.parse().unwrap(),
            roles: vec![booking_domain::Role::Officer],
            login: format!("chen-{}", self.signed_in.load(Ordering::Relaxed)),
            name: "陳淑芬".into(),
            secret: secret.hash(),
            expires_at_ms: unix_now_ms() + HOUR_MS,
        };
        let staff = self.api.store.add_signed_in(officer).await.unwrap();
        sqlx::query("UPDATE staff_role SET role = $2 WHERE staff_id = $1")
            .bind(staff.to_string())
            .bind(role.to_owned())
            .execute(&self.database)
            .await
            .unwrap();
        format!("Bearer {}", secret.reveal())
    }

    /// An application of a visitor's for the demonstration's inmate.
    pub(crate) async fn draft(&self, visitor: &str) -> String {
        let form = json!({
            "facility_id": self.facility,
            "number": "1024",
            "inmate_name": "林明華",
            "relationship": "spouse",
            "services": { "on_site": false, "remote": false, "mobile": true },
        });
        let (status, begun) = self.post(visitor, "/api/visitor/applications", &form).await;
        assert_eq!(status, StatusCode::CREATED, "{begun}");
        begun["id"].as_str().unwrap().to_owned()
    }

    /// An application with all its documents that was handed in.
    pub(crate) async fn submitted(&self, visitor: &str) -> String {
        let application = self.draft(visitor).await;
        let path = format!("/api/visitor/applications/{application}");
        for kind in ["identity", "relationship", "photo"] {
            let (status, _) = self.upload(visitor, &path, kind, "a.jpg", &jpeg()).await;
            assert_eq!(status, StatusCode::CREATED);
        }
        let submit = format!("{path}/submit");
        let (status, _) = self.post(visitor, &submit, &Value::Null).await;
        assert_eq!(status, StatusCode::OK);
        application
    }

    pub(crate) async fn get(&self, who: &str, path: &str) -> (StatusCode, Value) {
        self.send(who, Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, who: &str, path: &str, body: &Value) -> (StatusCode, Value) {
        self.send(who, Method::POST, path, Some(body)).await
    }

    pub(crate) async fn patch(&self, who: &str, path: &str, body: &Value) -> (StatusCode, Value) {
        self.send(who, Method::PATCH, path, Some(body)).await
    }

    pub(crate) async fn send(
        &self,
        who: &str,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> (StatusCode, Value) {
        let request = request(who, method, path).header(CONTENT_TYPE, "application/json");
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        self.api.send(request.body(body).unwrap()).await
    }

    /// Uploads a document as a browser does.
    pub(crate) async fn upload(
        &self,
        who: &str,
        application: &str,
        kind: &str,
        name: &str,
        content: &[u8],
    ) -> (StatusCode, Value) {
        let mut body = format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"kind\"\r\n\r\n{kind}\r\n\
             --{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             content-type: image/jpeg\r\n\r\n"
        )
        .into_bytes();
        body.extend(content);
        body.extend(format!("\r\n--{BOUNDARY}--\r\n").bytes());
        self.upload_body(who, application, Body::from(body)).await
    }

    pub(crate) async fn upload_body(
        &self,
        who: &str,
        application: &str,
        body: Body,
    ) -> (StatusCode, Value) {
        let request = request(who, Method::POST, &format!("{application}/documents"));
        let multipart = format!("multipart/form-data; boundary={BOUNDARY}");
        let request = request.header(CONTENT_TYPE, multipart).body(body).unwrap();
        self.api.send(request).await
    }

    /// A file, with the headers that it comes with.
    pub(crate) async fn download(&self, who: &str, path: &str) -> (StatusCode, HeaderMap, Bytes) {
        let request = request(who, Method::GET, path).body(Body::empty()).unwrap();
        let response = self.api.respond(request).await;
        let (head, body) = response.into_parts();
        (
            head.status,
            head.headers,
            to_bytes(body, 1 << 25).await.unwrap(),
        )
    }

    fn secret(&self) -> Secret {
        let number = self.signed_in.fetch_add(1, Ordering::Relaxed);
        Secret::generate(&mut StdRng::seed_from_u64(100 + u64::from(number)))
    }
}

/// An active account of somebody's, past the store, with any index of the national id.
pub(crate) async fn add_account(
    database: &AnyPool,
    person: PersonId,
    email: &str,
    index: [u8; 32],
) {
    let sealed = |what, value: &str| vault().seal(&format!("{what} {person}"), value.as_bytes());
    sqlx::query(
        "INSERT INTO account (person_id, email, email_key, password_hash, national_id,
             national_id_index, birth_date, state, consent_version, consented_at_ms,
             created_at_ms)
         VALUES ($1, $2, $2, '', $3, $4, $5, 'active', '1', 0, 0)",
    )
    .bind(person.to_string())
    .bind(email.to_owned())
    .bind(sealed("national_id", "A123456789"))
    .bind(index.to_vec())
    .bind(sealed("birth_date", "1970-12-31"))
    .execute(database)
    .await
    .unwrap();
}

/// A request with a visitor's cookie or a member of staff's token.
fn request(who: &str, method: Method, path: &str) -> axum::http::request::Builder {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(ORIGIN, ORIGIN_OF_OURS);
    if who.starts_with("Bearer ") {
        request.header(AUTHORIZATION, who)
    } else {
        request.header(COOKIE, who)
    }
}

/// A small picture.
pub(crate) fn jpeg() -> Vec<u8> {
    picture(image::ImageFormat::Jpeg)
}

pub(crate) fn png() -> Vec<u8> {
    picture(image::ImageFormat::Png)
}

fn picture(format: image::ImageFormat) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let picture = image::RgbImage::from_pixel(40, 40, image::Rgb([120, 90, 60]));
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}
