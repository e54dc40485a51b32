//! How facilities, people and visits come to be.

use async_trait::async_trait;
use grant::{SecretHash, Slot};
use ids::{FacilityId, InmateId, PersonId, StaffId, TerminalId, VisitId};
use protocol::Locale;

use crate::{Role, StoreError};

/// What is set up before anybody can visit.
#[async_trait]
pub trait Registry: Send + Sync {
    /// Adds a facility.
    async fn add_facility(&self, facility: NewFacility) -> Result<FacilityId, StoreError>;
    /// Adds a terminal, paired with a secret.
    async fn add_terminal(&self, terminal: NewTerminal) -> Result<TerminalId, StoreError>;
    /// Adds an inmate. The number is unique in the facility.
    async fn add_inmate(&self, inmate: NewInmate) -> Result<InmateId, StoreError>;
    /// Adds a person outside.
    async fn add_person(&self, person: NewPerson) -> Result<PersonId, StoreError>;
    /// Adds a member of staff, signed in with a secret for a time.
    async fn add_signed_in(&self, member: NewSignedIn) -> Result<StaffId, StoreError>;
    /// Adds a confirmed visit, with approvals for those of its party who have not applied. [`StoreError::Overlap`]
    /// where the terminal, the inmate or a visitor has another at that time: the database itself sees to it.
    async fn add_visit(&self, visit: NewVisit) -> Result<VisitId, StoreError>;
}

/// A facility 矯正機關.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFacility {
    /// Its name.
    pub name: String,
    /// Its time zone, as the IANA database names it.
    pub time_zone: String,
}

/// A facility's device at which inmates sit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTerminal {
    /// Where it stands.
    pub facility: FacilityId,
    /// Its name there.
    pub name: String,
    /// The hash of the secret that it was paired with.
    pub secret: SecretHash,
}

/// An inmate 收容人.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewInmate {
    /// Where.
    pub facility: FacilityId,
    /// The inmate number 呼號.
    pub number: String,
    /// The full name.
    pub name: String,
    /// The name without the family name.
    pub first_name: String,
}

/// A person outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPerson {
    /// The full name.
    pub name: String,
    /// The mobile number.
    pub phone: String,
    /// The person's language.
    pub locale: Locale,
}

/// A member of staff who is signed in from the start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSignedIn {
    /// Where.
    pub facility: FacilityId,
    /// What the member is there for. [`Role::Administrator`] holds everywhere.
    pub roles: Vec<Role>,
    /// The login, which is nobody else's.
    pub login: String,
    /// The full name.
    pub name: String,
    /// The hash of the secret that the member is signed in with.
    pub secret: SecretHash,
    /// Until when, Unix milliseconds.
    pub expires_at_ms: u64,
}

/// A confirmed visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewVisit {
    /// The terminal, and with it the facility.
    pub terminal: TerminalId,
    /// The inmate, of the same facility.
    pub inmate: InmateId,
    /// From when one may join, Unix milliseconds.
    pub opens_at_ms: u64,
    /// When it takes place.
    pub slot: Slot,
    /// One to three visitors, who get the seats 1, 2 and 3 in this order.
    pub party: Vec<PersonId>,
}
