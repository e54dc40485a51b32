//! What an applicant uploads.

use async_trait::async_trait;
use ids::{ApplicationId, DocumentId, PersonId, StaffId};

use super::ApplicationError;
use crate::{StoreError, UnknownWord};

/// How much all documents of one application may take, bytes: 20 MB.
pub const MAX_BYTES: u64 = 20 * 1000 * 1000;
/// How many documents one application may have.
pub const MAX_DOCUMENTS: u32 = 20;

/// The documents of applications. Their bytes lie elsewhere, sealed; here is what is known about them, and
/// the sealed key.
#[async_trait]
pub trait Documents: Send + Sync {
    /// The id of a document that is about to be added: it is sealed for it.
    fn next_document(&self) -> DocumentId;

    /// How many bytes the documents of somebody's application take, if it can be changed.
    async fn document_bytes(
        &self,
        person: PersonId,
        application: ApplicationId,
    ) -> Result<u64, ApplicationError>;

    /// Adds a document to an application that is open, within [`MAX_BYTES`] and [`MAX_DOCUMENTS`].
    async fn add_document(&self, document: NewDocument) -> Result<(), ApplicationError>;

    /// A document of somebody's own.
    async fn own_document(
        &self,
        person: PersonId,
        application: ApplicationId,
        document: DocumentId,
    ) -> Result<Option<SealedDocument>, StoreError>;

    /// A document for a member of staff. The look is noted in the audit trail in the same transaction.
    async fn reviewed_document(
        &self,
        staff: StaffId,
        application: ApplicationId,
        document: DocumentId,
        at_ms: u64,
    ) -> Result<Option<SealedDocument>, StoreError>;

    /// Removes a document from an application that is open. From then on nobody can read it: its key is
    /// gone. The caller removes the file.
    async fn remove_document(
        &self,
        person: PersonId,
        application: ApplicationId,
        document: DocumentId,
        at_ms: u64,
    ) -> Result<(), ApplicationError>;

    /// Which of these documents nobody can read any more, so that their files can go.
    async fn documents_gone(&self, documents: &[DocumentId])
    -> Result<Vec<DocumentId>, StoreError>;
}

/// What a document shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DocumentKind {
    /// Who the applicant is.
    Identity,
    /// What the applicant is to the inmate.
    Relationship,
    /// The applicant's face.
    Photo,
}

impl DocumentKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Identity, Self::Relationship, Self::Photo];

    /// The word in stores and interfaces.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Relationship => "relationship",
            Self::Photo => "photo",
        }
    }

    /// The kind of a stored word.
    pub fn parse(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == word)
            .ok_or_else(|| UnknownWord(word.to_owned(), "kind of document"))
    }
}

/// A document that was taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDocument {
    /// Its id, which is its file's name too.
    pub id: DocumentId,
    /// Whose application.
    pub person: PersonId,
    /// The application.
    pub application: ApplicationId,
    /// What it shows.
    pub kind: DocumentKind,
    /// Its name at the applicant's.
    pub name: String,
    /// What it is (RFC 6838), found by its content.
    pub media_type: &'static str,
    /// Its length, bytes.
    pub bytes: u64,
    /// The key that it is sealed with, sealed itself.
    pub sealed_key: Vec<u8>,
    /// Now, Unix milliseconds.
    pub at_ms: u64,
}

/// A document, without its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The document.
    pub id: DocumentId,
    /// What it shows.
    pub kind: DocumentKind,
    /// Its name at the applicant's.
    pub name: String,
    /// What it is (RFC 6838).
    pub media_type: String,
    /// Its length, bytes.
    pub bytes: u64,
}

/// A document, with what opens its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedDocument {
    /// What is known about it.
    pub document: Document,
    /// The key that it is sealed with, sealed itself.
    pub sealed_key: Vec<u8>,
}
