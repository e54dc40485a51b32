//! Inmates whose people are held: of what is theirs nothing is forgotten.

use ids::InmateId;

use crate::{
    many::{Asking, places, statement},
    rows::from_ms,
};

/// The places of those who are held, from one on; where none is, the id of nobody.
pub(crate) fn held_places(first: usize, held: &[InmateId]) -> String {
    match held.len() {
        0 => "''".to_owned(),
        count => places(first, count),
    }
}

/// A statement whose first places are times, Unix milliseconds, and after them inmates.
pub(crate) fn at<'q>(sql: String, times: &[u64], held: &[InmateId]) -> Asking<'q> {
    let mut asking = statement(sql);
    for at_ms in times {
        asking = asking.bind(from_ms(*at_ms));
    }
    for inmate in held {
        asking = asking.bind(inmate.to_string());
    }
    asking
}
