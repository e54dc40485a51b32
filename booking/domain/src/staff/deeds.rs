//! Who did what, and when: what the audit trail has of a thing, beside the thing itself.
//!
//! Those who work with closures, visits, accounts and restrictions need not read the trail to know whom to
//! ask. Of each kind of step they see the last one. Looking at something is no deed.

use std::collections::BTreeMap;

use async_trait::async_trait;

use crate::{AuditStep, AuditSubject, StoreError};

/// What was done to things.
#[async_trait]
pub trait Deeds: Send + Sync {
    /// The last of each step of [`deeds_of`] that was taken with these things, by their ids, the first one
    /// first. What nothing was done to is not among them.
    async fn deeds(
        &self,
        subject: AuditSubject,
        ids: &[String],
    ) -> Result<BTreeMap<String, Vec<Deed>>, StoreError>;
}

/// What somebody did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// What.
    pub step: AuditStep,
    /// When, Unix milliseconds.
    pub at_ms: u64,
    /// Who.
    pub by: Doer,
}

/// Who did it, as colleagues read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doer {
    /// A member of staff, by the name of today.
    Staff(String),
    /// A visitor.
    Visitor,
    /// The service by itself.
    Service,
}

impl Doer {
    /// Every kind.
    pub const WORDS: [&'static str; 3] = ["staff", "visitor", "service"];

    /// The kind, in interfaces.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Staff(_) => "staff",
            Self::Visitor => "visitor",
            Self::Service => "service",
        }
    }
}

/// The steps that are told beside a thing of this kind; of the others none is.
#[must_use]
pub const fn deeds_of(subject: AuditSubject) -> &'static [AuditStep] {
    match subject {
        AuditSubject::Account => &[
            AuditStep::AccountSuspended,
            AuditStep::AccountReinstated,
            AuditStep::AddressCorrected,
            AuditStep::IdentityCorrected,
        ],
        AuditSubject::Closure => &[AuditStep::ClosureAdded, AuditStep::ClosureLifted],
        AuditSubject::Restriction => &[AuditStep::Restricted, AuditStep::RestrictionLifted],
        AuditSubject::Visit => &[
            AuditStep::ExceptionAdded,
            AuditStep::VisitMoved,
            AuditStep::VisitFlagged,
            AuditStep::VisitCleared,
            AuditStep::RemovedFromParty,
            AuditStep::VisitCancelled,
            AuditStep::Terminated,
            AuditStep::VisitCorrected,
        ],
        _ => &[],
    }
}
