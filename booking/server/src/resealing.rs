//! Sealing anew, with the vault's current key, what an older key has sealed.

use booking_domain::{Resealed, SealedKind, SealedOf, SealedValues, StoreError};
use booking_store::Store;

use crate::{Vault, accounts, birth_date, documents, second_factor};

/// So many values are read at a time, and sealed anew in one transaction.
const AT_ONCE: u32 = 200;

/// What came of sealing anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resealing {
    /// How many values are sealed with the current key now and were not before.
    pub resealed: usize,
    /// How many open with none of the keys. They are named in the log, and stay as they are.
    pub unopened: usize,
}

/// Seals with the vault's current key everything that was sealed with an older one. What is done is known by
/// its key, so that whoever is interrupted begins again and goes on with the rest. Once it has gone through, and
/// no process seals with an older key any more, the older keys open nothing.
///
/// # Errors
/// The store refuses.
pub async fn reseal(store: &Store, vault: &Vault) -> Result<Resealing, StoreError> {
    let mut resealing = Resealing::default();
    for kind in SealedKind::ALL {
        let mut after = None;
        loop {
            let page = store.sealed_values(kind, after, AT_ONCE).await?;
            let Some((last, _)) = page.last() else {
                break;
            };
            after = Some(*last);
            let old = page.into_iter().filter(|(_, old)| !vault.is_current(old));
            let mut values = Vec::new();
            for (of, old) in old {
                if let Some(value) = vault.open(&context(of), &old) {
                    let new = vault.seal(&context(of), &value);
                    values.push(Resealed { of, old, new });
                } else {
                    tracing::error!(?of, "a sealed value opens with none of the keys");
                    resealing.unopened += 1;
                }
            }
            if !values.is_empty() {
                resealing.resealed += store.replace_sealed(&values).await?;
            }
        }
    }
    Ok(resealing)
}

/// What a value is sealed for.
fn context(of: SealedOf) -> String {
    match of {
        SealedOf::NationalId(person) => accounts::national_id_context(person),
        SealedOf::BirthDate(person) => birth_date::context(person),
        SealedOf::DocumentKey(document) => documents::key_context(document),
        SealedOf::SecondFactor(staff) | SealedOf::PendingFactor(staff) => {
            second_factor::context(staff)
        }
    }
}

#[cfg(test)]
mod tests;
