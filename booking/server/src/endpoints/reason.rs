//! The written reasons of staff.

use std::ops::RangeInclusive;

use crate::{FieldCode, refusal::Refusal};

/// The bounds of a reason, characters.
const CHARACTERS: RangeInclusive<usize> = 5..=500;

/// A reason without the spaces around it, within its bounds.
pub(super) fn checked(field: &'static str, reason: &str) -> Result<String, Refusal> {
    let reason = reason.trim();
    let characters = reason.chars().count();
    if characters > *CHARACTERS.end() {
        return Err(Refusal::field(field, FieldCode::TooLong));
    }
    if characters < *CHARACTERS.start() {
        return Err(Refusal::field(field, FieldCode::Required));
    }
    Ok(reason.to_owned())
}
