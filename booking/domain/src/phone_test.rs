//! What came of trying whether a call would hold on a visitor's phone.

use async_trait::async_trait;
use grant::TestKeyHash;
use ids::PersonId;

use crate::{StoreError, UnknownWord};

/// How a call would go on the phone, where it was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneVerdict {
    /// Sound and picture.
    Good,
    /// Sound; the picture may pause.
    SoundOnly,
    /// There is no connection, or none that carries a talk.
    NoConnection,
}

impl PhoneVerdict {
    /// Each of them.
    pub const ALL: [Self; 3] = [Self::Good, Self::SoundOnly, Self::NoConnection];

    /// As it is written in the API and kept.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::SoundOnly => "sound_only",
            Self::NoConnection => "no_connection",
        }
    }

    /// Reads what [`PhoneVerdict::as_str`] writes.
    pub fn parse(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .into_iter()
            .find(|verdict| verdict.as_str() == word)
            .ok_or_else(|| UnknownWord(word.to_owned(), "outcome of a phone test"))
    }
}

/// A test, as the phone told it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PhoneTest {
    /// What came of it.
    pub verdict: PhoneVerdict,
    /// When, Unix milliseconds.
    pub at_ms: u64,
}

/// A way to the test of a phone that needs no signing in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestLink {
    /// What is kept of its key.
    pub key: TestKeyHash,
    /// The address that stands in the message.
    pub url: String,
}

/// Tests of phones.
#[async_trait]
pub trait PhoneTests: Send + Sync {
    /// Keeps with each of a person's visits that are still to be what came of the newest test, and nothing of those
    /// before. How many visits it were.
    async fn note_phone_test(&self, person: PersonId, test: PhoneTest) -> Result<u64, StoreError>;

    /// Whom a key was sent to, while the visit that it was sent for is still to be or goes on.
    async fn whose_test_key(
        &self,
        key: TestKeyHash,
        now_ms: u64,
    ) -> Result<Option<PersonId>, StoreError>;
}
