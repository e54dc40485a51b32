//! `POST /api/visitor/applications/{application}/documents`

use std::time::Duration;

use axum::{
    Json,
    extract::{
        Path, State,
        multipart::{Field, Multipart, MultipartError, MultipartRejection},
    },
    http::StatusCode,
};
use booking_domain::applications::DocumentKind;
use ids::ApplicationId;
use telemetry::clock::unix_now_ms;
use tokio::time::timeout;

use super::{body::DocumentBody, refusal::intake_refusal};
use crate::{
    Booking, ProblemCode,
    documents::{Incoming, Upload},
    endpoints::paging::id,
    visitor_session::VisitorSession,
};

/// How long the next part of an upload may take to come.
const NEXT_PART: Duration = Duration::from_secs(30);
/// How long a whole upload may take: 20 MB at a third of a megabit a second.
const WHOLE: Duration = Duration::from_secs(10 * 60);
/// The longest name that is kept, characters.
const LONGEST_NAME: usize = 100;
/// The longest word for a kind, bytes.
const LONGEST_KIND: usize = 64;

/// What the form holds.
#[derive(utoipa::ToSchema)]
#[schema(as = AddDocument)]
#[expect(dead_code, reason = "it describes a form that is read part by part")]
pub(crate) struct Form {
    /// `identity`, `relationship` or `photo`.
    kind: String,
    /// A JPEG, a PNG or, except for a photo, a PDF.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: String,
}

/// Adds a document to an application that is open. All of one application's take 20 MB at most.
///
/// Refuses with `not_signed_in`, `bad_request`, `not_found`, `application_state`, `documents_too_large`,
/// `too_many_open`, `document_type`, `document_unreadable`, `document_pixels`, `document_active`,
/// `document_refused`, `too_many_requests`, `unavailable`.
#[utoipa::path(post, operation_id = "addDocument",
    path = "/api/visitor/applications/{application}/documents", tag = "visitor",
    params(("application" = ApplicationId, Path)),
    request_body(content = Form, content_type = "multipart/form-data"),
    responses((status = 201, body = DocumentBody)))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: VisitorSession,
    Path(application): Path<String>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<(StatusCode, Json<DocumentBody>), ProblemCode> {
    let application = id(&application)?;
    let form = form.map_err(|_| ProblemCode::BadRequest)?;
    let desk = &booking.0.documents;
    let upload = desk.begin(session.person, application).await;
    let upload = upload.map_err(intake_refusal)?;
    let read = timeout(WHOLE, read(form, upload)).await;
    let (kind, name, upload) = read.map_err(|_| ProblemCode::BadRequest)??;
    let incoming = Incoming {
        person: session.person,
        application,
        kind,
        name: name.unwrap_or_else(|| kind.as_str().to_owned()),
        at_ms: unix_now_ms(),
    };
    let taken = desk.take_in(incoming, upload).await;
    let document = taken.map_err(intake_refusal)?;
    tracing::info!(%application, document = %document.id, "a document was taken in");
    Ok((StatusCode::CREATED, Json(document.into())))
}

/// Reads the form part by part. There is one kind and one file, in whatever order.
async fn read(
    mut form: Multipart,
    mut upload: Upload,
) -> Result<(DocumentKind, Option<String>, Upload), ProblemCode> {
    let (mut kind, mut file) = (None, None);
    while let Some(mut field) = part(form.next_field()).await? {
        match field.name() {
            Some("kind") if kind.is_none() => kind = Some(read_kind(&mut field).await?),
            Some("file") if file.is_none() => {
                file = Some(field.file_name().and_then(kept_name));
                while let Some(chunk) = part(field.chunk()).await? {
                    let pushed = upload.push(&chunk);
                    pushed.map_err(|error| intake_refusal(error.into()))?;
                }
            }
            _ => return Err(ProblemCode::BadRequest),
        }
    }
    match (kind, file) {
        (Some(kind), Some(name)) => Ok((kind, name, upload)),
        _ => Err(ProblemCode::BadRequest),
    }
}

async fn read_kind(field: &mut Field<'_>) -> Result<DocumentKind, ProblemCode> {
    let mut word = Vec::new();
    while let Some(chunk) = part(field.chunk()).await? {
        if word.len() + chunk.len() > LONGEST_KIND {
            return Err(ProblemCode::BadRequest);
        }
        word.extend(chunk);
    }
    let word = String::from_utf8(word).map_err(|_| ProblemCode::BadRequest)?;
    DocumentKind::parse(&word).map_err(|_| ProblemCode::BadRequest)
}

async fn part<T>(
    next: impl Future<Output = Result<Option<T>, MultipartError>>,
) -> Result<Option<T>, ProblemCode> {
    match timeout(NEXT_PART, next).await {
        Ok(Ok(part)) => Ok(part),
        Ok(Err(error)) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            Err(ProblemCode::DocumentsTooLarge)
        }
        Ok(Err(_)) | Err(_) => Err(ProblemCode::BadRequest),
    }
}

/// The last part of a name, without what no name needs.
fn kept_name(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept = last.chars().filter(|character| !character.is_control());
    let kept: String = kept.take(LONGEST_NAME).collect();
    let kept = kept.trim();
    (!kept.is_empty()).then(|| kept.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_name_the_last_part_is_kept() {
        let kept = |name| kept_name(name).unwrap_or_default();
        assert_eq!(kept("身分證.jpg"), "身分證.jpg");
        assert_eq!(kept("C:\\photos\\me.png"), "me.png");
        assert_eq!(kept("../../etc/passwd"), "passwd");
        assert_eq!(kept("a\r\nb\0.pdf"), "ab.pdf");
        assert_eq!(kept("x/"), "");
        assert_eq!(kept(&"長".repeat(300)).chars().count(), 100);
    }
}
