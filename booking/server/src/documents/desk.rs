//! Where documents are handed in and given out.

use std::{io, path::PathBuf, sync::Arc, time::Duration};

use booking_domain::applications::{
    ApplicationError, Document, DocumentKind, Documents, MAX_BYTES, NewDocument, SealedDocument,
};
use booking_store::Store;
use ids::{ApplicationId, DocumentId, PersonId};
use tokio::{sync::Semaphore, task::spawn_blocking};

use super::{
    Rejected, Upload, UploadError, apart,
    files::Files,
    inspect::{Clean, clean},
    scanner::{ScanError, Scanner, Verdict},
    sealing,
    uploads::Uploads,
};
use crate::Vault;

/// So many pictures are decoded at a time: each takes up to a few hundred megabytes while it is.
const DECODED_AT_A_TIME: usize = 2;

/// Where documents are kept, and who looks at them first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentSettings {
    /// The folder of the sealed files. Made when it is first needed, for the service's own user.
    pub folder: PathBuf,
    /// The virus scanner; without one, none is asked.
    pub scanner: Option<ScannerSettings>,
    /// The program and its arguments that read a document in a process of its own, as
    /// [`read_within_limits`](super::read_within_limits) does; without it, documents are read in this one.
    pub reader: Option<Vec<String>>,
}

/// A virus scanner: a command that reads a file on its standard input and ends with 0 (nothing found) or 1
/// (something found).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScannerSettings {
    /// The program and its arguments. No shell is between.
    pub command: Vec<String>,
    /// How long it may take.
    pub answer_within: Duration,
}

/// The desk. Clones share it.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(super) store: Store,
    pub(super) files: Files,
    vault: Vault,
    scanner: Option<Scanner>,
    reader: Option<Vec<String>>,
    decoders: Arc<Semaphore>,
    uploads: Uploads,
}

/// A document that is handed in.
pub(crate) struct Incoming {
    pub(crate) person: PersonId,
    pub(crate) application: ApplicationId,
    pub(crate) kind: DocumentKind,
    pub(crate) name: String,
    pub(crate) at_ms: u64,
}

/// Why a document was not taken in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IntakeError {
    /// The application does not take it.
    #[error(transparent)]
    Application(#[from] ApplicationError),
    /// The upload did not go through.
    #[error(transparent)]
    Upload(#[from] UploadError),
    /// It is not what is taken.
    #[error(transparent)]
    Rejected(#[from] Rejected),
    /// The virus scanner found something.
    #[error("the virus scanner refused the document")]
    Infected,
    /// The virus scanner gave no verdict.
    #[error(transparent)]
    Scan(#[from] ScanError),
    /// The file could not be kept.
    #[error("the document cannot be kept: {0}")]
    File(#[from] io::Error),
}

impl Desk {
    pub(crate) fn new(store: Store, vault: Vault, settings: &DocumentSettings) -> Self {
        let scanner = settings.scanner.as_ref();
        Self {
            store,
            files: Files::new(settings.folder.clone()),
            vault,
            scanner: scanner
                .map(|scanner| Scanner::new(scanner.command.clone(), scanner.answer_within)),
            reader: settings.reader.clone(),
            decoders: Arc::new(Semaphore::new(DECODED_AT_A_TIME)),
            uploads: Uploads::new(),
        }
    }

    /// Begins an upload to somebody's application, as large as there is room.
    pub(crate) async fn begin(
        &self,
        person: PersonId,
        application: ApplicationId,
    ) -> Result<Upload, IntakeError> {
        let taken = self.store.document_bytes(person, application).await?;
        let room = MAX_BYTES.saturating_sub(taken);
        Ok(self.uploads.begin(person, room)?)
    }

    /// Takes a document in that has come as a whole.
    pub(crate) async fn take_in(
        &self,
        incoming: Incoming,
        upload: Upload,
    ) -> Result<Document, IntakeError> {
        if let Some(scanner) = &self.scanner
            && scanner.scan(upload.bytes()).await? == Verdict::Refused
        {
            return Err(IntakeError::Infected);
        }
        let Clean { media_type, bytes } = self.cleaned(incoming.kind, upload).await?;
        let id = self.store.next_document();
        let document = Document {
            id,
            kind: incoming.kind,
            name: incoming.name,
            media_type: media_type.to_owned(),
            bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
        };
        let sealed_key = self.keep(id, bytes).await?;
        let added = self.store.add_document(NewDocument {
            id,
            person: incoming.person,
            application: incoming.application,
            kind: document.kind,
            name: document.name.clone(),
            media_type,
            bytes: document.bytes,
            sealed_key,
            at_ms: incoming.at_ms,
        });
        if let Err(error) = added.await {
            self.forget(id).await;
            return Err(error.into());
        }
        Ok(document)
    }

    /// A document's content; `None` where its file is gone or is not what was written.
    pub(crate) async fn give_out(&self, sealed: &SealedDocument) -> io::Result<Option<Vec<u8>>> {
        let (desk, id, key) = (self.clone(), sealed.document.id, sealed.sealed_key.clone());
        let opened = spawn_blocking(move || {
            let bytes = desk.files.read(id)?;
            Ok(bytes.and_then(|bytes| sealing::open(&desk.vault, id, &key, bytes)))
        });
        opened.await.map_err(io::Error::other)?
    }

    /// Removes a document's file, which says nothing any more. What does not go now goes with the next
    /// sweep.
    pub(crate) async fn forget(&self, document: DocumentId) {
        let files = self.files.clone();
        let removed = spawn_blocking(move || files.remove(document)).await;
        if let Err(error) = removed
            .map_err(io::Error::other)
            .and_then(|removed| removed)
        {
            tracing::warn!(%document, %error, "the file of a deleted document is still there");
        }
    }

    async fn cleaned(&self, kind: DocumentKind, upload: Upload) -> Result<Clean, IntakeError> {
        let decoders = self.decoders.clone();
        let permit = decoders.acquire_owned().await.map_err(io::Error::other)?;
        if let Some(reader) = &self.reader {
            let cleaned = apart::cleaned(reader, kind, upload.bytes()).await?;
            drop(permit);
            return Ok(cleaned?);
        }
        let cleaned = spawn_blocking(move || {
            let cleaned = clean(kind, upload.bytes());
            drop(permit);
            cleaned
        });
        // A decoder that panicked has not read the document.
        Ok(cleaned.await.unwrap_or(Err(Rejected::Unreadable))?)
    }

    async fn keep(&self, document: DocumentId, bytes: Vec<u8>) -> io::Result<Vec<u8>> {
        let desk = self.clone();
        let kept = spawn_blocking(move || {
            let sealed = sealing::seal(&desk.vault, document, &bytes);
            desk.files.write(document, &sealed.bytes)?;
            Ok(sealed.key)
        });
        kept.await.map_err(io::Error::other)?
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{documents::scanner::tests::shell, tests::vault};

    #[tokio::test]
    async fn a_document_is_read_by_the_process_that_is_there_for_it() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::sqlite(&folder.path().join("visits.db")).await;
        let settings = DocumentSettings {
            folder: folder.path().join("documents"),
            scanner: None,
            reader: Some(shell("exit 12")),
        };
        let desk = Desk::new(store.unwrap(), vault(), &settings);
        let person = "018f3f5e-7c1a-7b2e-9c55-0242ac120002".parse().unwrap();
        let upload = desk.uploads.begin(person, 100).unwrap();
        let read = desk.cleaned(DocumentKind::Photo, upload).await;
        assert!(matches!(read, Err(IntakeError::Rejected(Rejected::Pixels))));
    }
}
