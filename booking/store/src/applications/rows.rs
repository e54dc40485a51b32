//! Reading applications: one row a document, folded into one application each.

use booking_domain::{
    StoreError,
    applications::{
        Application, ApplicationState, Document, DocumentKind, Relationship, ReviewedApplication,
        Services,
    },
};
use sqlx::any::AnyRow;
use uuid::Uuid;

use crate::rows::{facility_name, id, integer, number, optional_ms, optional_text, text, wrong};

/// `SELECT` of the applications that meet a condition, at most so many, in an order of theirs; where none is
/// said, the newest first.
macro_rules! select_applications {
    ($condition:expr, $limit:literal) => {
        select_applications!($condition, $limit, "application.id DESC")
    };
    ($condition:expr, $limit:literal, $order:literal) => {
        concat!(
            "SELECT application.*, facility.name AS facility_name, facility.latin_name, inmate.number AS inmate_number,
                    inmate.name AS inmate_name, person.name AS applicant_name,
                    staff.name AS reviewer_name, document.id AS document_id, document.kind,
                    document.name AS document_name, document.media_type, document.bytes
             FROM (SELECT * FROM application WHERE ",
            $condition,
            " ORDER BY ",
            $order,
            " LIMIT ",
            $limit,
            ") AS application
             JOIN facility ON facility.id = application.facility_id
             JOIN inmate ON inmate.id = application.inmate_id
             JOIN person ON person.id = application.person_id
             LEFT JOIN staff ON staff.id = application.reviewer_id
             LEFT JOIN document ON document.application_id = application.id
                               AND document.deleted_at_ms IS NULL
             ORDER BY ",
            $order,
            ", document.id"
        )
    };
}
pub(super) use select_applications;

/// What sorts before everything that is older than an id; without one, before everything.
pub(super) fn older_than(before: Option<Uuid>) -> String {
    before.unwrap_or(Uuid::max()).to_string()
}

/// Folds rows of [`select_applications`] into applications.
pub(super) fn fold_applications(rows: &[AnyRow]) -> Result<Vec<ReviewedApplication>, StoreError> {
    let mut applications: Vec<ReviewedApplication> = Vec::new();
    for row in rows {
        let application = id(row, "id")?;
        if applications
            .last()
            .is_none_or(|last| last.application.id != application)
        {
            applications.push(application_of(row)?);
        }
        if optional_text(row, "document_id")?.is_some()
            && let Some(last) = applications.last_mut()
        {
            last.application.documents.push(document_of(row)?);
        }
    }
    Ok(applications)
}

fn application_of(row: &AnyRow) -> Result<ReviewedApplication, StoreError> {
    let application = Application {
        id: id(row, "id")?,
        person: id(row, "person_id")?,
        facility: id(row, "facility_id")?,
        facility_name: facility_name(row, "facility_name", "latin_name")?,
        inmate: id(row, "inmate_id")?,
        inmate_number: text(row, "inmate_number")?,
        inmate_name: text(row, "inmate_name")?,
        relationship: Relationship::parse(&text(row, "relationship")?)
            .map_err(|error| wrong("relationship", error))?,
        ground: optional_text(row, "ground")?,
        services: Services {
            on_site: integer(row, "on_site")? == 1,
            remote: integer(row, "remote")? == 1,
            mobile: integer(row, "mobile")? == 1,
        },
        state: state_of(row)?,
        reason: optional_text(row, "reason")?,
        created_at_ms: number(row, "created_at_ms")?,
        submitted_at_ms: optional_ms(row, "submitted_at_ms")?,
        decided_at_ms: optional_ms(row, "decided_at_ms")?,
        documents: Vec::new(),
    };
    Ok(ReviewedApplication {
        application,
        applicant_name: text(row, "applicant_name")?,
        reviewer_name: optional_text(row, "reviewer_name")?,
    })
}

pub(super) fn state_of(row: &AnyRow) -> Result<ApplicationState, StoreError> {
    ApplicationState::parse(&text(row, "state")?).map_err(|error| wrong("state", error))
}

/// A document of a row in which it is called `document_id` and `document_name`.
pub(super) fn document_of(row: &AnyRow) -> Result<Document, StoreError> {
    Ok(Document {
        id: id(row, "document_id")?,
        kind: DocumentKind::parse(&text(row, "kind")?).map_err(|error| wrong("kind", error))?,
        name: text(row, "document_name")?,
        media_type: text(row, "media_type")?,
        bytes: number(row, "bytes")?,
    })
}
