//! What becomes of an upload.

use axum::{
    body::Body,
    http::{StatusCode, header::CONTENT_TYPE},
};
use serde_json::json;

use super::people::{People, jpeg, png};
use crate::tests::TestApi;

const CREATED: StatusCode = StatusCode::CREATED;

async fn start() -> (People, String, String) {
    begin(TestApi::start_for_real().await).await
}

async fn begin(api: TestApi) -> (People, String, String) {
    let people = People::over(api).await;
    let me = people.visitor("a@mail.test").await;
    let path = format!("/api/visitor/applications/{}", people.draft(&me).await);
    (people, me, path)
}

fn files(people: &People) -> Vec<Vec<u8>> {
    let folder = people.api.folder().join("documents");
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let content = |entry: std::io::Result<std::fs::DirEntry>| std::fs::read(entry.unwrap().path());
    entries.map(|entry| content(entry).unwrap()).collect()
}

#[tokio::test]
async fn a_document_is_kept_sealed_given_out_and_removed() {
    let (people, me, path) = start().await;
    let mut taken = png();
    taken.extend(b"<script>alert(1)</script>");
    let (status, added) = people
        .upload(&me, &path, "photo", "C:\\me.png", &taken)
        .await;
    assert_eq!(status, CREATED);
    assert_eq!(
        (&added["name"], &added["media_type"]),
        (&json!("me.png"), &json!("image/png"))
    );
    let kept = files(&people);
    assert_eq!(kept.len(), 1);
    assert!(!kept[0].windows(3).any(|window| window == b"PNG"));
    let document = format!("{path}/documents/{}", added["id"].as_str().unwrap());
    let (status, headers, content) = people.download(&me, &document).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers[CONTENT_TYPE], "image/png");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(
        headers["content-security-policy"],
        "default-src 'none'; sandbox"
    );
    assert_eq!(headers["cache-control"], "no-store");
    assert_eq!(json!(content.len()), added["bytes"]);
    assert!(content.starts_with(b"\x89PNG") && !content.ends_with(b"</script>"));
    let (status, _) = people
        .send(&me, axum::http::Method::DELETE, &document, None)
        .await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(files(&people).len(), 0);
    assert_eq!(
        people.download(&me, &document).await.0,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn what_is_not_taken_says_why_and_leaves_nothing_behind() {
    let (people, me, path) = start().await;
    let whole = png();
    let cut = &whole[..whole.len() / 2];
    for (kind, content, status, code) in [
        ("identity", b"GIF89a".as_slice(), 415, "document_type"),
        ("identity", b"MZ\x90\x00", 415, "document_type"),
        ("photo", b"%PDF-1.4\n", 415, "document_type"),
        ("identity", b"%PDF-1.4\n", 422, "document_unreadable"),
        ("photo", cut, 422, "document_unreadable"),
        ("selfie", &whole, 400, "bad_request"),
        ("", &whole, 400, "bad_request"),
    ] {
        let (answered, refused) = people.upload(&me, &path, kind, "a.jpg", content).await;
        assert_eq!(
            (answered.as_u16(), &refused["code"]),
            (status, &json!(code)),
            "{kind}"
        );
    }
    assert_eq!(files(&people).len(), 0);
    let (_, shown) = people.get(&me, &path).await;
    assert_eq!(shown["documents"], json!([]));
}

#[tokio::test]
async fn an_upload_that_is_too_large_ends_early() {
    let (people, me, path) = start().await;
    let large = vec![0; 20_000_001];
    let (status, refused) = people.upload(&me, &path, "identity", "a.jpg", &large).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(refused["code"], "documents_too_large");
    let larger = vec![0; 21_000_000];
    let (status, refused) = people
        .upload(&me, &path, "identity", "a.jpg", &larger)
        .await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(refused["code"], "documents_too_large");
    // And is in nobody's way afterwards.
    let (status, _) = people
        .upload(&me, &path, "identity", "a.jpg", &jpeg())
        .await;
    assert_eq!(status, CREATED);
}

#[tokio::test]
async fn a_form_that_is_none_is_a_bad_request() {
    let (people, me, path) = start().await;
    for body in [
        "",
        "no boundary at all",
        "------openvisit\r\n",
        "------openvisit\r\ncontent-disposition: form-data; name=\"kind\"\r\n\r\nidentity\r\n------openvisit--\r\n",
        "------openvisit\r\ncontent-disposition: form-data; name=\"x\"\r\n\r\nidentity\r\n------openvisit--\r\n",
    ] {
        let (status, refused) = people.upload_body(&me, &path, Body::from(body)).await;
        assert_eq!(
            (status, &refused["code"]),
            (StatusCode::BAD_REQUEST, &json!("bad_request")),
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_scanner_sees_every_upload_first() {
    // Whatever the scanner finds is the letters that follow the picture.
    let api = TestApi::start_with_scanner("if grep -aq EICAR; then exit 1; fi").await;
    let (people, me, path) = begin(api).await;
    let mut infected = jpeg();
    infected.extend(b"EICAR");
    let (status, refused) = people
        .upload(&me, &path, "identity", "a.jpg", &infected)
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused["code"], "document_refused");
    let (status, _) = people
        .upload(&me, &path, "identity", "a.jpg", &jpeg())
        .await;
    assert_eq!(status, CREATED);
}

#[tokio::test]
async fn without_a_verdict_nothing_is_taken() {
    let api = TestApi::start_with_scanner("exit 2").await;
    let (people, me, path) = begin(api).await;
    let (status, refused) = people
        .upload(&me, &path, "identity", "a.jpg", &jpeg())
        .await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused["code"], "unavailable");
    assert_eq!(files(&people).len(), 0);
}

#[tokio::test]
async fn a_file_that_was_changed_on_the_disk_is_not_given_out() {
    let (people, me, path) = start().await;
    let (_, added) = people
        .upload(&me, &path, "identity", "a.jpg", &jpeg())
        .await;
    let id = added["id"].as_str().unwrap();
    let file = people.api.folder().join("documents").join(id);
    let mut content = std::fs::read(&file).unwrap();
    content[10] ^= 1;
    std::fs::write(&file, content).unwrap();
    let document = format!("{path}/documents/{id}");
    let (status, _, _) = people.download(&me, &document).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
}
