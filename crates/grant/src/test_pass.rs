//! The pass with which a phone tests whether a call would hold.
//!
//! It is signed like a seat grant and is for another audience, so that neither opens what the other does. It is good
//! for a minute and for a room of its own, in which there is nobody else.

use ids::{PersonId, VisitId};
use serde::{Deserialize, Serialize};

use crate::{GrantError, GrantKeyRing};

const AUDIENCE: &str = "openvisit phone test";

/// What a pass says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestPass {
    /// The room: an id that was made for this test, and is no visit's.
    pub room: VisitId,
    /// Whose phone it is.
    pub person: PersonId,
    /// When the test is over at the latest, Unix milliseconds.
    pub ends_at_ms: u64,
}

impl TestPass {
    /// How long a pass is good for, ms.
    pub const LENGTH_MS: u64 = 60_000;
}

impl GrantKeyRing {
    /// The pass as a JWT, issued at `now_ms`.
    #[must_use]
    pub fn seal_test(&self, pass: &TestPass, now_ms: u64) -> String {
        self.sign(AUDIENCE, pass, pass.ends_at_ms, now_ms)
    }

    /// What a pass says, if it was made here and is not over at `now_ms`.
    pub fn open_test(&self, pass: &str, now_ms: u64) -> Result<TestPass, GrantError> {
        let pass: TestPass = self.verify(AUDIENCE, pass)?;
        if pass.ends_at_ms <= now_ms {
            return Err(GrantError::Over);
        }
        Ok(pass)
    }
}
