//! The chain over the audit trail.
//!
//! An event is sealed soon after it is committed: its seal is a code (HMAC-SHA-256, RFC 2104) over the
//! seal before it, its position in the chain and everything that it says. The key is the vault's, so that
//! who can write the database cannot make seals. Whoever edits an event, removes one, puts one between
//! others or changes their order leaves a chain that does not hold ([`ChainCheck`]). That its end was cut
//! off is noticed by those who wrote down how far it reached: so its head is told in the logs.
//!
//! Events are sealed in the order in which the sealing finds them, as databases number events before they
//! commit them. One that lies far behind the youngest sealed one was put there afterwards.

use std::collections::BTreeMap;

use async_trait::async_trait;
use ids::FacilityId;

use crate::StoreError;

/// How far behind the youngest sealed event, in numbers, an event may still be on its way.
pub const AUDIT_LATE_BY: u64 = 1000;

/// The audit trail and its seals.
#[async_trait]
pub trait AuditTrail: Send + Sync {
    /// Events, the newest first.
    async fn audit_events(&self, query: AuditQuery) -> Result<Vec<AuditEvent>, StoreError>;

    /// What the visitors, inmates, terminals and members of staff of whom events tell are called today, by
    /// their ids. Who was forgotten has no name.
    async fn audit_names(
        &self,
        events: &[AuditEvent],
    ) -> Result<BTreeMap<String, String>, StoreError>;

    /// The last seal.
    async fn audit_head(&self) -> Result<Option<AuditSeal>, StoreError>;

    /// Events without a seal, the oldest first, none further behind than [`AUDIT_LATE_BY`].
    async fn unsealed_events(&self, limit: u32) -> Result<Vec<AuditEvent>, StoreError>;

    /// Appends seals. [`StoreError::Duplicate`] where another process was first.
    async fn append_seals(&self, seals: &[AuditSeal]) -> Result<(), StoreError>;

    /// Seals after a position with their events, by position.
    async fn sealed_events(
        &self,
        after: u64,
        limit: u32,
    ) -> Result<Vec<(AuditSeal, Option<AuditEvent>)>, StoreError>;

    /// How many events wait to be sealed, and the oldest that came too late.
    async fn unsealed_count(&self) -> Result<Unsealed, StoreError>;
}

/// An event of the trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    /// Its number.
    pub sequence: u64,
    /// When, Unix milliseconds.
    pub at_ms: u64,
    /// Who.
    pub actor: String,
    /// What.
    pub action: String,
    /// What it happened to: a kind.
    pub subject: String,
    /// What it happened to: an id.
    pub subject_id: String,
    /// Where.
    pub facility: Option<String>,
    /// More, as JSON.
    pub detail: String,
}

/// Which events to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// Those of a facility, and the closures of all.
    pub facility: Option<FacilityId>,
    /// Those of a kind of thing.
    pub subject: Option<String>,
    /// Those of one thing.
    pub subject_id: Option<String>,
    /// Those with a smaller number.
    pub before: Option<u64>,
    /// At most so many.
    pub limit: u32,
}

/// A seal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditSeal {
    /// Its place in the chain, from 1.
    pub position: u64,
    /// The number of its event.
    pub sequence: u64,
    /// The code.
    pub hash: [u8; 32],
}

/// What is not sealed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unsealed {
    /// How many events wait.
    pub waiting: u64,
    /// The number of the oldest event that lies further behind than [`AUDIT_LATE_BY`].
    pub inserted: Option<u64>,
}

/// Why a chain does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainFault {
    /// The event does not say what was sealed, or its seal stood elsewhere.
    Changed,
    /// The event or its seal is not there.
    Removed,
    /// An event was put among those that were sealed long ago.
    Inserted,
}

/// Follows a chain from its beginning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChainCheck {
    position: u64,
    last: Option<[u8; 32]>,
}

impl AuditSeal {
    /// The seal of an event after `last`, by a function that makes codes.
    pub fn after(
        last: Option<&Self>,
        event: &AuditEvent,
        code: impl Fn(&[u8]) -> [u8; 32],
    ) -> Self {
        let position = last.map_or(1, |last| last.position + 1);
        Self {
            position,
            sequence: event.sequence,
            hash: code(&sealed_bytes(last.map(|last| &last.hash), position, event)),
        }
    }
}

impl ChainCheck {
    /// How many seals have held.
    #[must_use]
    pub const fn position(&self) -> u64 {
        self.position
    }

    /// Takes the next seal with its event.
    pub fn next(
        &mut self,
        seal: &AuditSeal,
        event: Option<&AuditEvent>,
        code: impl Fn(&[u8]) -> [u8; 32],
    ) -> Result<(), ChainFault> {
        let event = event.ok_or(ChainFault::Removed)?;
        if seal.position != self.position + 1 {
            return Err(ChainFault::Removed);
        }
        let expected = code(&sealed_bytes(self.last.as_ref(), seal.position, event));
        if expected != seal.hash {
            return Err(ChainFault::Changed);
        }
        self.position = seal.position;
        self.last = Some(seal.hash);
        Ok(())
    }
}

impl ChainFault {
    /// The stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Removed => "removed",
            Self::Inserted => "inserted",
        }
    }
}

/// What a seal is made over: each field with its length before it, so that no two events look the same.
fn sealed_bytes(last: Option<&[u8; 32]>, position: u64, event: &AuditEvent) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut put = |field: &[u8]| {
        bytes.extend(u64::try_from(field.len()).unwrap_or(u64::MAX).to_be_bytes());
        bytes.extend(field);
    };
    put(last.map_or(&[], |last| last));
    for number in [position, event.sequence, event.at_ms] {
        put(&number.to_be_bytes());
    }
    for text in [
        &event.actor,
        &event.action,
        &event.subject,
        &event.subject_id,
        &event.detail,
    ] {
        put(text.as_bytes());
    }
    match &event.facility {
        Some(facility) => put(facility.as_bytes()),
        None => bytes.push(0),
    }
    bytes
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    /// Good enough to tell texts apart here.
    fn code(bytes: &[u8]) -> [u8; 32] {
        let mut code = [0_u8; 32];
        let mut state = 0xcbf2_9ce4_8422_2325_u64;
        for (index, byte) in bytes.iter().enumerate() {
            state = (state ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
            code[index % 32] ^= state.to_be_bytes()[0];
        }
        code[..8].copy_from_slice(&state.to_be_bytes());
        code
    }

    fn chain(details: &[String]) -> Vec<(AuditSeal, Option<AuditEvent>)> {
        let mut chain: Vec<(AuditSeal, Option<AuditEvent>)> = Vec::new();
        for (sequence, detail) in (1_u64..).zip(details) {
            let event = AuditEvent {
                sequence,
                at_ms: 7,
                actor: "system".into(),
                action: "x".into(),
                subject: "visit".into(),
                subject_id: "1".into(),
                facility: None,
                detail: detail.clone(),
            };
            let seal = AuditSeal::after(chain.last().map(|(seal, _)| seal), &event, code);
            chain.push((seal, Some(event)));
        }
        chain
    }

    fn check(chain: &[(AuditSeal, Option<AuditEvent>)]) -> Result<u64, ChainFault> {
        let mut check = ChainCheck::default();
        for (seal, event) in chain {
            check.next(seal, event.as_ref(), code)?;
        }
        Ok(check.position())
    }

    proptest! {
        #[test]
        fn a_chain_that_nobody_touched_holds(details in vec(".{0,5}", 0..20)) {
            prop_assert_eq!(check(&chain(&details)), Ok(details.len() as u64));
        }

        #[test]
        fn what_is_edited_removed_or_put_elsewhere_is_found(
            details in vec(".{0,5}", 3..20), place: prop::sample::Index, how in 0..5,
        ) {
            let mut chain = chain(&details);
            let place = place.index(chain.len() - 1);
            match how {
                0 => chain[place].1.as_mut().unwrap().detail.push('!'),
                1 => chain[place].1 = None,
                2 => { chain.remove(place); }
                3 => chain.swap(place, place + 1),
                _ => {
                    let next = chain[place + 1].1.clone();
                    let this = std::mem::replace(&mut chain[place].1, next);
                    chain[place + 1].1 = this;
                }
            }
            prop_assert!(check(&chain).is_err());
        }
    }

    #[test]
    fn no_fields_run_into_each_other() {
        let mut one = chain(&[String::new()]).remove(0).1.unwrap();
        let mut other = one.clone();
        (one.actor, one.action) = ("ab".into(), "c".into());
        (other.actor, other.action) = ("a".into(), "bc".into());
        assert_ne!(sealed_bytes(None, 1, &one), sealed_bytes(None, 1, &other));
    }
}
