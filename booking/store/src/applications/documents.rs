//! What is known about documents.

use async_trait::async_trait;
use booking_domain::{
    Actor, AuditStep, AuditSubject, StoreError,
    applications::{
        ApplicationError, Documents, MAX_BYTES, MAX_DOCUMENTS, NewDocument, SealedDocument,
    },
};
use ids::{ApplicationId, DocumentId, PersonId, StaffId};
use sqlx::{AnyConnection, any::AnyRow};

use super::{
    rows::document_of,
    steps::{closed, open_for_change},
};
use crate::{
    Store,
    again::again,
    audit::{self, Subject, detail},
    error::failed,
    rows::{bytes, from_ms, id, new_id, number},
};

#[async_trait]
impl Documents for Store {
    fn next_document(&self) -> DocumentId {
        DocumentId::from_uuid(new_id())
    }

    async fn document_bytes(
        &self,
        person: PersonId,
        application: ApplicationId,
    ) -> Result<u64, ApplicationError> {
        let mut connection = self.readers.acquire().await.map_err(failed)?;
        let open = sqlx::query(
            "SELECT 1 FROM application
             WHERE id = $1 AND person_id = $2 AND state IN ('draft', 'needs_more')",
        )
        .bind(application.to_string())
        .bind(person.to_string())
        .fetch_optional(&mut *connection)
        .await
        .map_err(failed)?;
        if open.is_none() {
            return Err(closed(&mut connection, person, application).await?);
        }
        let (_, bytes) = taken(&mut connection, application).await?;
        Ok(bytes)
    }

    async fn add_document(&self, document: NewDocument) -> Result<(), ApplicationError> {
        let NewDocument {
            person,
            application,
            at_ms,
            ..
        } = document;
        again(|| async {
            let mut transaction = self.begin().await?;
            let facility = open_for_change(&mut transaction, person, application, at_ms).await?;
            let (documents, bytes) = taken(&mut transaction, application).await?;
            if documents >= MAX_DOCUMENTS {
                return Err(ApplicationError::TooMany);
            }
            if bytes.saturating_add(document.bytes) > MAX_BYTES {
                return Err(ApplicationError::NoRoom);
            }
            insert(&mut transaction, &document).await?;
            audit::note(
                &mut transaction,
                at_ms,
                Actor::Person(person),
                AuditStep::DocumentAdded,
                Subject::new(AuditSubject::Document, document.id, Some(facility)),
                detail! { Application: application, Kind: document.kind.as_str() },
            )
            .await?;
            transaction.commit().await.map_err(failed)?;
            Ok(())
        })
        .await
    }

    async fn own_document(
        &self,
        person: PersonId,
        application: ApplicationId,
        document: DocumentId,
    ) -> Result<Option<SealedDocument>, StoreError> {
        let row = sqlx::query(
            "SELECT document.id AS document_id, document.kind, document.name AS document_name,
                    document.media_type, document.bytes, document.sealed_key
             FROM document JOIN application ON application.id = document.application_id
             WHERE document.id = $1 AND application.id = $2 AND application.person_id = $3
               AND document.deleted_at_ms IS NULL",
        )
        .bind(document.to_string())
        .bind(application.to_string())
        .bind(person.to_string())
        .fetch_optional(&self.readers)
        .await
        .map_err(failed)?;
        row.map(|row| sealed(&row)).transpose()
    }

    async fn reviewed_document(
        &self,
        staff: StaffId,
        application: ApplicationId,
        document: DocumentId,
        at_ms: u64,
    ) -> Result<Option<SealedDocument>, StoreError> {
        let mut transaction = self.begin().await?;
        let row = sqlx::query(
            "SELECT document.id AS document_id, document.kind, document.name AS document_name,
                    document.media_type, document.bytes, document.sealed_key,
                    application.facility_id
             FROM document JOIN application ON application.id = document.application_id
             WHERE document.id = $1 AND application.id = $2 AND application.state <> 'draft'
               AND document.deleted_at_ms IS NULL",
        )
        .bind(document.to_string())
        .bind(application.to_string())
        .fetch_optional(&mut *transaction)
        .await
        .map_err(failed)?;
        let Some(row) = row else { return Ok(None) };
        let found = sealed(&row)?;
        audit::note(
            &mut transaction,
            at_ms,
            Actor::Staff(staff),
            AuditStep::DocumentSeen,
            Subject::new(
                AuditSubject::Document,
                document,
                Some(id(&row, "facility_id")?),
            ),
            detail! { Application: application, Kind: found.document.kind.as_str() },
        )
        .await?;
        transaction.commit().await.map_err(failed)?;
        Ok(Some(found))
    }

    async fn remove_document(
        &self,
        person: PersonId,
        application: ApplicationId,
        document: DocumentId,
        at_ms: u64,
    ) -> Result<(), ApplicationError> {
        again(|| async {
            let mut transaction = self.begin().await?;
            let facility = open_for_change(&mut transaction, person, application, at_ms).await?;
            if !shred(&mut transaction, application, document, at_ms).await? {
                return Err(ApplicationError::NotFound);
            }
            audit::note(
                &mut transaction,
                at_ms,
                Actor::Person(person),
                AuditStep::DocumentRemoved,
                Subject::new(AuditSubject::Document, document, Some(facility)),
                detail! { Application: application },
            )
            .await?;
            transaction.commit().await.map_err(failed)?;
            Ok(())
        })
        .await
    }

    async fn documents_gone(
        &self,
        documents: &[DocumentId],
    ) -> Result<Vec<DocumentId>, StoreError> {
        let mut gone = Vec::new();
        for &document in documents {
            let kept =
                sqlx::query("SELECT 1 FROM document WHERE id = $1 AND deleted_at_ms IS NULL")
                    .bind(document.to_string())
                    .fetch_optional(&self.readers)
                    .await
                    .map_err(failed)?;
            if kept.is_none() {
                gone.push(document);
            }
        }
        Ok(gone)
    }
}

/// How many documents an application has, and how many bytes they take.
async fn taken(
    connection: &mut AnyConnection,
    application: ApplicationId,
) -> Result<(u32, u64), StoreError> {
    let row = sqlx::query(
        "SELECT COUNT(*) AS documents, CAST(COALESCE(SUM(bytes), 0) AS BIGINT) AS bytes
         FROM document WHERE application_id = $1 AND deleted_at_ms IS NULL",
    )
    .bind(application.to_string())
    .fetch_one(connection)
    .await
    .map_err(failed)?;
    Ok((number(&row, "documents")?, number(&row, "bytes")?))
}

async fn insert(connection: &mut AnyConnection, document: &NewDocument) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO document (id, application_id, kind, name, media_type, bytes, sealed_key,
                               created_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(document.id.to_string())
    .bind(document.application.to_string())
    .bind(document.kind.as_str())
    .bind(document.name.clone())
    .bind(document.media_type)
    .bind(from_ms(document.bytes))
    .bind(document.sealed_key.clone())
    .bind(from_ms(document.at_ms))
    .execute(connection)
    .await
    .map(|_| ())
    .map_err(failed)
}

/// Makes a document unreadable: without its key its file is noise. Answers whether it was there.
pub(super) async fn shred(
    connection: &mut AnyConnection,
    application: ApplicationId,
    document: DocumentId,
    at_ms: u64,
) -> Result<bool, StoreError> {
    sqlx::query(
        "UPDATE document SET deleted_at_ms = $3, sealed_key = $4, name = ''
         WHERE id = $1 AND application_id = $2 AND deleted_at_ms IS NULL",
    )
    .bind(document.to_string())
    .bind(application.to_string())
    .bind(from_ms(at_ms))
    .bind(Vec::<u8>::new())
    .execute(connection)
    .await
    .map(|shredded| shredded.rows_affected() == 1)
    .map_err(failed)
}

fn sealed(row: &AnyRow) -> Result<SealedDocument, StoreError> {
    Ok(SealedDocument {
        document: document_of(row)?,
        sealed_key: bytes(row, "sealed_key")?,
    })
}
