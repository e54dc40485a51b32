//! The facilities, as everybody may know them.

use async_trait::async_trait;
use ids::FacilityId;

use super::{FacilityContact, FacilityName};
use crate::{Actor, NewFacility, StoreError};

/// The facilities 矯正機關.
#[async_trait]
pub trait Facilities: Send + Sync {
    /// A facility.
    async fn facility(&self, id: FacilityId) -> Result<Option<FacilityInfo>, StoreError>;

    /// Adds a facility.
    async fn found_facility(
        &self,
        facility: NewFacility,
        contact: FacilityContact,
        by: Actor,
        at_ms: u64,
    ) -> Result<FacilityId, StoreError>;

    /// All facilities, by name.
    async fn facilities(&self) -> Result<Vec<FacilityInfo>, StoreError>;
}

/// A facility.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacilityInfo {
    /// The facility.
    pub id: FacilityId,
    /// Its name.
    pub name: FacilityName,
    /// Its time zone, as the IANA database names it.
    pub time_zone: String,
    /// The number that people can call.
    pub telephone: Option<String>,
}
