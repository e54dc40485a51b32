//! What happens by itself at its time, and what it asks of a store.
//!
//! A job looks for what is due and does it. It may be interrupted anywhere, and run twice at once: each step
//! is one transaction that no longer finds its work once it is done. A lease spares several processes from
//! doing the same, and decides nothing.

mod attendance;

use async_trait::async_trait;
use ids::{Seat, VisitId};

use crate::{StoreError, TestLink};

pub use attendance::{Attendance, Outcome};

/// Which process runs a job.
#[async_trait]
pub trait JobLeases: Send + Sync {
    /// Whether `holder` has the job until `until_ms`: nobody had it at `now_ms`, or `holder` itself.
    async fn lease_job(
        &self,
        job: &str,
        holder: &str,
        now_ms: u64,
        until_ms: u64,
    ) -> Result<bool, StoreError>;

    /// `holder` gives the job up.
    async fn release_job(&self, job: &str, holder: &str) -> Result<(), StoreError>;
}

/// What is due around visits. Each list is bounded: what is not in it comes next time.
#[async_trait]
pub trait VisitJobs: Send + Sync {
    /// The seats of visits that are open at `now_ms` and have had no link.
    async fn seats_without_link(&self, now_ms: u64) -> Result<Vec<(VisitId, Seat)>, StoreError>;

    /// Flags the visits that begin within a day or go on at `now_ms` and in which somebody is seated whose approval
    /// for the inmate has ended without a word. How many it were.
    async fn flag_unapproved(&self, now_ms: u64) -> Result<usize, StoreError>;

    /// Asks the visitors of coming visits to try their phones, once each: from a day before on, and no more
    /// once a visit is about to open. Each gets a link of their own. How many it were.
    async fn ask_to_test_phones(
        &self,
        now_ms: u64,
        link: &mut (dyn FnMut() -> TestLink + Send),
    ) -> Result<usize, StoreError>;

    /// The visits whose slot has ended a short while before `now_ms`, and whose outcome is not settled.
    async fn unsettled_visits(&self, now_ms: u64)
    -> Result<Vec<(VisitId, Attendance)>, StoreError>;

    /// Settles a visit's outcome, once, and tells its party: a missed visit, or one that is given back to the
    /// month.
    async fn settle_visit(
        &self,
        visit: VisitId,
        outcome: Outcome,
        now_ms: u64,
    ) -> Result<(), StoreError>;
}
