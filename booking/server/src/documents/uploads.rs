//! Uploads as they stream in.
//!
//! An upload grows chunk by chunk and never beyond the room that its application has. All uploads together
//! take no more than [`BUDGET_KIB`]; who comes when it is used up is told to try again. A person has one at a
//! time, so that nobody fills the budget alone.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use ids::PersonId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What all uploads together may take, KiB: 128 MiB.
const BUDGET_KIB: usize = 128 * 1024;

/// What is being uploaded.
#[derive(Clone)]
pub(super) struct Uploads {
    budget: Arc<Semaphore>,
    people: Arc<Mutex<BTreeSet<PersonId>>>,
}

/// One upload. Dropped, it gives its room back.
pub(crate) struct Upload {
    bytes: Vec<u8>,
    room: u64,
    taken: OwnedSemaphorePermit,
    uploads: Uploads,
    person: PersonId,
}

/// Why an upload does not go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum UploadError {
    /// It is larger than the room that the application has.
    #[error("the upload is larger than the room left")]
    TooLarge,
    /// The same person has one going on, or all together take too much.
    #[error("too much is being uploaded")]
    Busy,
}

impl Uploads {
    pub(super) fn new() -> Self {
        Self {
            budget: Arc::new(Semaphore::new(BUDGET_KIB)),
            people: Arc::default(),
        }
    }

    /// Begins a person's upload of at most `room` bytes.
    pub(super) fn begin(&self, person: PersonId, room: u64) -> Result<Upload, UploadError> {
        let none = self.budget.clone().try_acquire_many_owned(0);
        let taken = none.map_err(|_| UploadError::Busy)?;
        if !self.people().insert(person) {
            return Err(UploadError::Busy);
        }
        Ok(Upload {
            bytes: Vec::new(),
            room,
            taken,
            uploads: self.clone(),
            person,
        })
    }

    /// A panic while the set is locked leaves it whole.
    fn people(&self) -> MutexGuard<'_, BTreeSet<PersonId>> {
        self.people.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Upload {
    /// Takes one more chunk.
    pub(crate) fn push(&mut self, chunk: &[u8]) -> Result<(), UploadError> {
        let length = self.bytes.len() + chunk.len();
        if u64::try_from(length).is_ok_and(|length| length > self.room) {
            return Err(UploadError::TooLarge);
        }
        let more = length
            .div_ceil(1024)
            .saturating_sub(self.taken.num_permits());
        let more = u32::try_from(more).map_err(|_| UploadError::TooLarge)?;
        let more = self.uploads.budget.clone().try_acquire_many_owned(more);
        self.taken.merge(more.map_err(|_| UploadError::Busy)?);
        self.bytes.extend(chunk);
        Ok(())
    }

    /// What has come so far.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        self.uploads.people().remove(&self.person);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(number: u8) -> PersonId {
        let id = format!("01935f00-0000-7000-8000-0000000000{number:02x}");
        id.parse().unwrap()
    }

    #[test]
    fn an_upload_ends_where_its_room_does() {
        let uploads = Uploads::new();
        let mut upload = uploads.begin(person(1), 3000).unwrap();
        assert_eq!(upload.push(&[1; 2000]), Ok(()));
        assert_eq!(upload.push(&[2; 1000]), Ok(()));
        assert_eq!(upload.push(&[3; 1]), Err(UploadError::TooLarge));
        assert_eq!(upload.bytes().len(), 3000);
    }

    #[test]
    fn a_person_uploads_one_at_a_time() {
        let uploads = Uploads::new();
        let first = uploads.begin(person(1), 10).unwrap();
        let second = uploads.begin(person(1), 10).map(|_| ());
        assert_eq!(second, Err(UploadError::Busy));
        assert!(uploads.begin(person(2), 10).is_ok());
        drop(first);
        assert!(uploads.begin(person(1), 10).is_ok());
    }

    #[test]
    fn all_together_take_no_more_than_the_budget_and_give_it_back() {
        let uploads = Uploads::new();
        let whole = vec![0; BUDGET_KIB * 1024];
        let mut first = uploads.begin(person(1), u64::MAX).unwrap();
        first.push(&whole).unwrap();
        let mut second = uploads.begin(person(2), 10).unwrap();
        assert_eq!(second.push(&[1]), Err(UploadError::Busy));
        drop(first);
        assert_eq!(second.push(&[1]), Ok(()));
    }
}
