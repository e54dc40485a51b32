//! What is looked for in a list: `?q=`.

use crate::{FieldCode, refusal::Refusal};

/// The text without the spaces around it, at most so many characters; none at all is an empty one.
pub(super) fn text(q: Option<String>, most: usize) -> Result<String, Refusal> {
    let text = q.unwrap_or_default().trim().to_owned();
    if text.chars().count() > most {
        return Err(Refusal::field("q", FieldCode::TooLong));
    }
    Ok(text)
}
