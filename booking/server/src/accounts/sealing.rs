//! What identifies a person, sealed and opened.

use booking_domain::accounts::{
    AccountProfile, NationalId, Registration, Sealed, SealedNationalId,
};
use ids::PersonId;
use jiff::civil::Date;

use crate::{Vault, birth_date};

/// The blind index of national ids has this context.
const INDEX: &str = "national_id";

/// Who somebody is.
pub(crate) struct Identity {
    /// The national id.
    pub(crate) national_id: NationalId,
    /// The date of birth.
    pub(crate) birth_date: Date,
}

/// Seals what identifies a person who registers; it opens for this person alone.
pub(crate) fn seal(vault: &Vault, person: PersonId, registration: &Registration) -> Sealed {
    let national_id = seal_national_id(vault, person, &registration.national_id);
    Sealed {
        national_id: national_id.sealed,
        national_id_index: national_id.index,
        birth_date: birth_date::seal(vault, person, registration.birth_date),
    }
}

/// Seals a person's national id, with the blind index by which it is found.
#[must_use]
pub fn seal_national_id(
    vault: &Vault,
    person: PersonId,
    national_id: &NationalId,
) -> SealedNationalId {
    let national_id = national_id.as_str();
    SealedNationalId {
        sealed: vault.seal(&national_id_context(person), national_id.as_bytes()),
        index: vault.blind_index(INDEX, national_id),
    }
}

/// Opens what was sealed for a person. `None` where it does not open: the key is gone, or the row was
/// changed.
pub(crate) fn open(vault: &Vault, account: &AccountProfile) -> Option<Identity> {
    let person = account.person;
    let national_id = vault.open_text(&national_id_context(person), &account.national_id)?;
    let birth_date = vault.open_text(&birth_date::context(person), &account.birth_date)?;
    Some(Identity {
        national_id: NationalId::parse(&national_id).ok()?,
        birth_date: birth_date.parse().ok()?,
    })
}

/// What a person's national id is sealed for.
pub(crate) fn national_id_context(person: PersonId) -> String {
    format!("national_id {person}")
}
