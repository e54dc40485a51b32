//! Who is no longer known once the purpose of knowing them has ended (個人資料保護法 §11).
//!
//! A visit that has had its time serves whoever complains of it, and the count of missed visits. Then its people are
//! forgotten, and the event that it was for; the visit itself stays, for what is counted of visits. An inmate who has
//! left is forgotten once every visit is, with the applications, companions and restrictions that were about visits to
//! them. The audit trail knows people by their ids, and has the reasons that staff wrote and the date of an event; it is
//! left as it is.

use async_trait::async_trait;
use ids::InmateId;

use crate::StoreError;

/// Forgets whom nothing needs any more.
#[async_trait]
pub trait Forgetting: Send + Sync {
    /// Empties visits of their people, their links, their messages, the words about them and the date of the event that
    /// they were for, at most `limit`, and answers how many. A visit that is not settled stays, and one that somebody
    /// missed while that may bar from visits at any facility.
    async fn forget_visits(
        &self,
        limits: &ForgettingLimits,
        now_ms: u64,
        limit: u32,
    ) -> Result<u32, StoreError>;

    /// Empties the names and numbers of inmates who have left, at most `limit`, and answers how many. Who has an
    /// application under way or a document of one, a restriction in force, or a visit that is not forgotten, stays.
    async fn forget_inmates(
        &self,
        limits: &ForgettingLimits,
        now_ms: u64,
        limit: u32,
    ) -> Result<u32, StoreError>;
}

/// How long people are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForgettingLimits {
    /// Those of a visit after its end, ms.
    pub visit_ms: u64,
    /// An inmate after leaving, ms.
    pub inmate_ms: u64,
    /// Inmates about whom a complaint or a court case is under way: they stay, and so do their visits.
    pub held: Vec<InmateId>,
}
