//! Those who have applied at a facility, as staff choose from them.

use async_trait::async_trait;
use ids::{ApplicationId, FacilityId, InmateId, PersonId};

use super::Relationship;
use crate::StoreError;

/// Visitors, by the facility at which they have applied.
#[async_trait]
pub trait FacilityVisitors: Send + Sync {
    /// Those who have applied at a facility, by name, and once for each inmate. Drafts are their applicants'
    /// own.
    async fn find_visitors(&self, query: VisitorQuery) -> Result<Vec<FacilityVisitor>, StoreError>;
}

/// Whom to find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitorQuery {
    /// Where.
    pub facility: FacilityId,
    /// What the name holds; empty: any.
    pub text: String,
    /// Only those who are approved for this inmate.
    pub approved_for: Option<InmateId>,
    /// Only what follows the entry of this application.
    pub after: Option<ApplicationId>,
    /// How many at most.
    pub limit: u32,
}

/// A visitor and an inmate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacilityVisitor {
    /// The visitor's latest application for the inmate, by which the list goes on.
    pub application: ApplicationId,
    /// Who.
    pub person: PersonId,
    /// The name.
    pub name: String,
    /// For whom the visitor has applied.
    pub inmate: InmateId,
    /// The inmate's name.
    pub inmate_name: String,
    /// What the visitor is to the inmate.
    pub relationship: Relationship,
}
