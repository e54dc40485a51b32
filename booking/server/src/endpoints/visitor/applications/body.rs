//! How an application and its documents stand in answers.

use axum::{
    http::{
        HeaderValue,
        header::{
            CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS,
        },
    },
    response::{IntoResponse, Response},
};
use booking_domain::applications::{Application, Document, Requirement, Services};
use ids::{ApplicationId, DocumentId, FacilityId, InmateId};
use protocol::Locale;
use serde::{Deserialize, Serialize};

use crate::messages::texts::reason;

/// An application. Times are Unix milliseconds.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Application)]
pub(in crate::endpoints) struct ApplicationBody {
    id: ApplicationId,
    facility_id: FacilityId,
    facility_name: String,
    inmate_id: InmateId,
    inmate_number: String,
    inmate_name: String,
    /// `spouse`, `parent`, `child`, `grandparent`, `grandchild`, `sibling`, `other_relative`, `in_law`,
    /// `lawyer`, `defender` or `other`.
    #[schema(value_type = crate::words::Relationship)]
    relationship: &'static str,
    /// The urgent ground that `other` needs.
    ground: Option<String>,
    services: ServicesBody,
    /// `draft`, `submitted`, `in_review`, `needs_more`, `approved`, `refused`, `revoked`,
    /// `withdrawn` or `stale`.
    #[schema(value_type = crate::words::ApplicationState)]
    state: &'static str,
    /// The last decision's reason.
    reason: Option<String>,
    created_at_ms: u64,
    submitted_at_ms: Option<u64>,
    decided_at_ms: Option<u64>,
    documents: Vec<DocumentBody>,
    /// What it needs before it can be handed in: `ground`, `identity`, `relationship`, `photo`.
    #[schema(value_type = Vec<crate::words::Requirement>)]
    missing: Vec<&'static str>,
}

/// The services asked for.
#[derive(Clone, Copy, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Services)]
pub(in crate::endpoints) struct ServicesBody {
    /// On-site visits 現場接見.
    on_site: bool,
    /// Remote visits 遠距接見.
    remote: bool,
    /// Mobile visits 行動接見.
    mobile: bool,
}

/// A document, without its content.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Document)]
pub(in crate::endpoints) struct DocumentBody {
    id: DocumentId,
    /// `identity`, `relationship` or `photo`.
    #[schema(value_type = crate::words::DocumentKind)]
    kind: &'static str,
    name: String,
    /// `image/jpeg`, `image/png` or `application/pdf`.
    media_type: String,
    bytes: u64,
}

impl ApplicationBody {
    /// An application for a reader of a language.
    pub(in crate::endpoints) fn new(application: Application, locale: Locale) -> Self {
        let missing = application.missing();
        Self {
            id: application.id,
            facility_id: application.facility,
            facility_name: application.facility_name.written_in(locale),
            inmate_id: application.inmate,
            inmate_number: application.inmate_number,
            inmate_name: application.inmate_name,
            relationship: application.relationship.as_str(),
            ground: application.ground,
            services: application.services.into(),
            state: application.state.as_str(),
            reason: application.reason.map(|why| reason(why, locale)),
            created_at_ms: application.created_at_ms,
            submitted_at_ms: application.submitted_at_ms,
            decided_at_ms: application.decided_at_ms,
            documents: application
                .documents
                .into_iter()
                .map(DocumentBody::from)
                .collect(),
            missing: missing.into_iter().map(Requirement::as_str).collect(),
        }
    }
}

impl From<Document> for DocumentBody {
    fn from(document: Document) -> Self {
        Self {
            id: document.id,
            kind: document.kind.as_str(),
            name: document.name,
            media_type: document.media_type,
            bytes: document.bytes,
        }
    }
}

impl From<Services> for ServicesBody {
    fn from(services: Services) -> Self {
        Self {
            on_site: services.on_site,
            remote: services.remote,
            mobile: services.mobile,
        }
    }
}

impl From<ServicesBody> for Services {
    fn from(services: ServicesBody) -> Self {
        Self {
            on_site: services.on_site,
            remote: services.remote,
            mobile: services.mobile,
        }
    }
}

/// A document's content. A browser shows pictures in a page of ours and saves what is opened by itself; it
/// takes it for nothing but what it is, and runs nothing in it.
pub(super) fn file_response(media_type: &str, bytes: Vec<u8>) -> Response {
    let mut response = bytes.into_response();
    let media_type = HeaderValue::from_str(media_type)
        .unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, media_type);
    headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; sandbox"),
    );
    response
}
