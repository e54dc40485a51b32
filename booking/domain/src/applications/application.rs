//! An application, as its applicant sees it.

use std::collections::BTreeSet;

use ids::{ApplicationId, FacilityId, InmateId, PersonId};

use super::{ApplicationState, Document, Relationship, Requirement, missing};
use crate::FacilityName;

/// The services asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Services {
    /// On-site visits 現場接見.
    pub on_site: bool,
    /// Remote visits 遠距接見.
    pub remote: bool,
    /// Mobile visits 行動接見.
    pub mobile: bool,
}

/// An application that is begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewApplication {
    /// Who applies.
    pub person: PersonId,
    /// For whom, as [`find_inmate`](super::Applications::find_inmate) found.
    pub inmate: InmateId,
    /// What the one is to the other.
    pub relationship: Relationship,
    /// The urgent ground.
    pub ground: Option<String>,
    /// For which services.
    pub services: Services,
    /// Now, Unix milliseconds.
    pub at_ms: u64,
}

/// What an applicant changes; what is none stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApplicationChange {
    /// What the one is to the other.
    pub relationship: Option<Relationship>,
    /// The urgent ground; `Some(None)` takes it away.
    pub ground: Option<Option<String>>,
    /// For which services.
    pub services: Option<Services>,
}

/// An application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// The application.
    pub id: ApplicationId,
    /// Who applies.
    pub person: PersonId,
    /// Where the inmate is held.
    pub facility: FacilityId,
    /// The facility's name.
    pub facility_name: FacilityName,
    /// For whom.
    pub inmate: InmateId,
    /// The inmate number 呼號.
    pub inmate_number: String,
    /// The inmate's name.
    pub inmate_name: String,
    /// What the one is to the other.
    pub relationship: Relationship,
    /// The urgent ground.
    pub ground: Option<String>,
    /// For which services.
    pub services: Services,
    /// Where it stands.
    pub state: ApplicationState,
    /// The last decision's reason.
    pub reason: Option<String>,
    /// When it was begun, Unix milliseconds.
    pub created_at_ms: u64,
    /// When it was last handed in, Unix milliseconds.
    pub submitted_at_ms: Option<u64>,
    /// When it was decided, or its approval ended, Unix milliseconds.
    pub decided_at_ms: Option<u64>,
    /// What was uploaded, the oldest first.
    pub documents: Vec<Document>,
}

impl Application {
    /// What it needs before it can be handed in.
    #[must_use]
    pub fn missing(&self) -> Vec<Requirement> {
        let kinds: BTreeSet<_> = self
            .documents
            .iter()
            .map(|document| document.kind)
            .collect();
        missing(
            self.relationship,
            self.ground.as_deref(),
            self.services,
            &kinds,
        )
    }
}
