//! What is deleted by itself: drafts that were given up, documents past their time, files without a document.

use std::{io, time::Duration};

use booking_domain::{
    StoreError,
    applications::{Documents, Retention, RetentionLimits},
};
use ids::{DocumentId, InmateId};
use tokio::task::spawn_blocking;

use super::desk::Desk;

/// A file is there shortly before its document is known to the store.
pub(crate) const FILE_AGE: Duration = Duration::from_secs(60 * 60);
/// How much is done at a time.
const BATCH: u32 = 100;

/// Why housekeeping did not get through.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HousekeepingError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the folder of the documents: {0}")]
    Folder(#[from] io::Error),
}

/// What housekeeping did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tidied {
    pub(crate) drafts: u32,
    pub(crate) documents: usize,
    pub(crate) files: usize,
}

/// Deletes all that has served its purpose at `now_ms`, and the files older than `file_age` that belong to no
/// document. The documents of applications for inmates who are `held` stay.
pub(crate) async fn tidy(
    desk: &Desk,
    limits: RetentionLimits,
    held: &[InmateId],
    now_ms: u64,
    file_age: Duration,
) -> Result<Tidied, HousekeepingError> {
    let mut done = Tidied::default();
    loop {
        let drafts = desk.store.discard_old_drafts(limits, now_ms, BATCH).await?;
        done.drafts += drafts;
        if drafts < BATCH {
            break;
        }
    }
    loop {
        let deleted = desk
            .store
            .delete_old_documents(limits, held, now_ms, BATCH)
            .await?;
        for &document in &deleted {
            desk.forget(document).await;
        }
        done.documents += deleted.len();
        if deleted.is_empty() {
            break;
        }
    }
    let files = desk.files.clone();
    let old = spawn_blocking(move || files.older_than(file_age)).await;
    for documents in old.map_err(io::Error::other)??.chunks(BATCH as usize) {
        for document in gone(desk, documents).await? {
            desk.forget(document).await;
            done.files += 1;
        }
    }
    Ok(done)
}

async fn gone(desk: &Desk, documents: &[DocumentId]) -> Result<Vec<DocumentId>, StoreError> {
    desk.store.documents_gone(documents).await
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;

    use telemetry::clock::unix_now_ms;

    use super::*;
    use crate::{
        DocumentSettings,
        endpoints::people::{People, jpeg},
        tests::vault,
    };

    const DAY_MS: u64 = 24 * 60 * 60 * 1000;

    #[tokio::test]
    async fn what_was_given_up_goes_with_its_files_and_what_serves_stays() {
        let people = People::start().await;
        let (me, other) = (
            people.visitor("a@mail.test").await,
            people.visitor("b@mail.test").await,
        );
        let path = format!("/api/visitor/applications/{}", people.draft(&me).await);
        let (status, _) = people
            .upload(&me, &path, "identity", "a.jpg", &jpeg())
            .await;
        assert_eq!(status, StatusCode::CREATED);
        people.submitted(&other).await;
        let settings = DocumentSettings {
            folder: people.api.folder().join("documents"),
            scanner: None,
            reader: None,
        };
        let desk = Desk::new(people.api.store.clone(), vault(), &settings);
        let tidy = async |days: u64, file_age| {
            let now_ms = unix_now_ms() + days * DAY_MS;
            tidy(&desk, RetentionLimits::default(), &[], now_ms, file_age)
                .await
                .unwrap()
        };
        assert_eq!(tidy(29, Duration::ZERO).await, Tidied::default());
        // A young file may belong to a document that the store is just about to know.
        let drafts_only = Tidied {
            drafts: 1,
            ..Tidied::default()
        };
        assert_eq!(tidy(31, FILE_AGE).await, drafts_only);
        let files_only = Tidied {
            files: 1,
            ..Tidied::default()
        };
        assert_eq!(tidy(31, Duration::ZERO).await, files_only);
        assert_eq!(std::fs::read_dir(&settings.folder).unwrap().count(), 3);
    }

    #[tokio::test]
    async fn the_documents_of_a_refused_application_go_when_their_time_has_come() {
        let people = People::start().await;
        let me = people.visitor("a@mail.test").await;
        let application = people.submitted(&me).await;
        sqlx::query("UPDATE application SET state = 'refused', decided_at_ms = $2 WHERE id = $1")
            .bind(application)
            .bind(i64::try_from(DAY_MS).unwrap())
            .execute(&people.database)
            .await
            .unwrap();
        let settings = DocumentSettings {
            folder: people.api.folder().join("documents"),
            scanner: None,
            reader: None,
        };
        let desk = Desk::new(people.api.store.clone(), vault(), &settings);
        let limits = RetentionLimits::default();
        let photo_only = tidy(&desk, limits, &[], 31 * DAY_MS, FILE_AGE)
            .await
            .unwrap();
        assert_eq!(photo_only.documents, 1);
        assert_eq!(std::fs::read_dir(&settings.folder).unwrap().count(), 2);
        let rest = tidy(&desk, limits, &[], 91 * DAY_MS, FILE_AGE)
            .await
            .unwrap();
        assert_eq!(rest.documents, 2);
        assert_eq!(std::fs::read_dir(&settings.folder).unwrap().count(), 0);
    }
}
