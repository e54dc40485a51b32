//! Sealing the audit trail, and following its seals.

use std::time::Duration;

use booking_domain::{AuditSeal, AuditTrail, ChainCheck, ChainFault, StoreError};
use booking_store::Store;
use prometheus::IntGauge;
use telemetry::{Metrics, MetricsError};

use crate::Vault;

/// So often the sealing looks for events.
const EVERY: Duration = Duration::from_secs(2);
/// So many events are sealed, or followed, at a time.
const AT_ONCE: u32 = 500;
/// So often at most the head of the chain is told.
const TOLD_EVERY: Duration = Duration::from_secs(60);
/// What the vault's codes are for.
const CONTEXT: &str = "audit";

/// What following the seals found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditVerification {
    /// How many events are sealed, and hold.
    pub sealed: u64,
    /// How many events wait to be sealed.
    pub waiting: u64,
    /// Where the chain breaks first, and why.
    pub broken: Option<(u64, ChainFault)>,
}

/// Seals what was committed since it was last called. Returns the seals' head, if there is one.
///
/// # Errors
/// The store cannot be reached. That another process seals at the same time is none.
pub async fn seal_audit(store: &Store, vault: &Vault) -> Result<Option<AuditSeal>, StoreError> {
    loop {
        let mut last = store.audit_head().await?;
        let events = store.unsealed_events(AT_ONCE).await?;
        let mut seals = Vec::with_capacity(events.len());
        for event in &events {
            let seal = AuditSeal::after(last.as_ref(), event, |bytes| vault.mac(CONTEXT, bytes));
            last = Some(seal);
            seals.push(seal);
        }
        match store.append_seals(&seals).await {
            // Another process seals: what it leaves is for the next time.
            Err(StoreError::Duplicate(_)) => return store.audit_head().await,
            appended => appended?,
        }
        if seals.len() < usize::try_from(AT_ONCE).unwrap_or(usize::MAX) {
            return Ok(last);
        }
    }
}

/// Seals events as they come, until the task is dropped, and tells in a gauge and in the logs how far the chain
/// reaches: who keeps either elsewhere notices when its end is cut off.
pub async fn keep_audit_sealed(store: Store, vault: Vault, metrics: Metrics) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut gauge = None;
    let mut told: Option<(tokio::time::Instant, u64)> = None;
    loop {
        ticks.tick().await;
        let head = match seal_audit(&store, &vault).await {
            Ok(head) => head,
            Err(error) => {
                tracing::error!(%error, "the audit trail could not be sealed");
                continue;
            }
        };
        let position = head.map_or(0, |seal| seal.position);
        // It is there once the head is known, so that a start does not look like a fall.
        let gauge = gauge.get_or_insert_with(|| position_gauge(&metrics));
        if let Ok(gauge) = gauge {
            gauge.set(i64::try_from(position).unwrap_or(i64::MAX));
        }
        let due = |(at, last): (tokio::time::Instant, u64)| {
            at.elapsed() >= TOLD_EVERY && last != position
        };
        if let Some(seal) = head
            && told.is_none_or(due)
        {
            let code: String = seal.hash[..8]
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            tracing::info!(position, code, "the audit trail is sealed up to here");
            told = Some((tokio::time::Instant::now(), position));
        }
    }
}

fn position_gauge(metrics: &Metrics) -> Result<IntGauge, MetricsError> {
    metrics
        .gauge(
            "audit_sealed_position",
            "The position of the newest seal of the audit trail. It falls only where its end is cut off.",
        )
        .inspect_err(|error| tracing::error!(%error, "how far the audit trail is sealed is not told"))
}

/// Follows the seals from the first to the last.
///
/// # Errors
/// The store cannot be reached.
pub async fn verify_audit(store: &Store, vault: &Vault) -> Result<AuditVerification, StoreError> {
    let mut check = ChainCheck::default();
    let mut broken = None;
    'chain: loop {
        let page = store.sealed_events(check.position(), AT_ONCE).await?;
        if page.is_empty() {
            break;
        }
        for (seal, event) in &page {
            let next = check.next(seal, event.as_ref(), |bytes| vault.mac(CONTEXT, bytes));
            if let Err(fault) = next {
                broken = Some((check.position() + 1, fault));
                break 'chain;
            }
        }
    }
    let unsealed = store.unsealed_count().await?;
    let inserted = unsealed
        .inserted
        .map(|sequence| (sequence, ChainFault::Inserted));
    Ok(AuditVerification {
        sealed: check.position(),
        waiting: unsealed.waiting,
        broken: broken.or(inserted),
    })
}
