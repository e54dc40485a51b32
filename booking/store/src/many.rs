//! Asking for many rows by their keys in one statement.
//!
//! A statement has a place for each key. So that a database prepares few of them, keys come in pieces of a few
//! fixed sizes; the places that are left over have the last key again.

use booking_domain::StoreError;
use sqlx::any::{AnyArguments, AnyRow};

use crate::{Store, error::failed};

/// How many places statements have.
const SIZES: [usize; 3] = [1, 8, 64];

/// The keys in pieces for one statement each, every piece as long as one of [`SIZES`].
pub(crate) fn pieces<T: Clone>(keys: &[T]) -> Vec<Vec<T>> {
    let [.., largest] = SIZES;
    let piece = |keys: &[T]| {
        let size = SIZES.into_iter().find(|size| *size >= keys.len());
        let mut piece = keys.to_vec();
        if let Some(last) = keys.last() {
            piece.resize(size.unwrap_or(largest), last.clone());
        }
        piece
    };
    keys.chunks(largest).map(piece).collect()
}

/// `$3, $4, $5`: so many places from one on.
pub(crate) fn places(first: usize, count: usize) -> String {
    let places: Vec<_> = (first..first + count)
        .map(|place| format!("${place}"))
        .collect();
    places.join(", ")
}

/// A statement.
pub(crate) type Asking<'q> = sqlx::query::Query<'q, sqlx::Any, AnyArguments>;

/// A statement whose first places are these keys.
pub(crate) fn asking<'q>(sql: String, keys: &[impl ToString]) -> Asking<'q> {
    let mut asking = sqlx::query(sqlx::AssertSqlSafe(sql));
    for key in keys {
        asking = asking.bind(key.to_string());
    }
    asking
}

/// Every row of its answer.
pub(crate) async fn all(store: &Store, asking: Asking<'_>) -> Result<Vec<AnyRow>, StoreError> {
    asking.fetch_all(&store.readers).await.map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_in_a_piece_and_pieces_have_few_sizes() {
        for count in [0, 1, 2, 8, 9, 64, 65, 200] {
            let keys: Vec<usize> = (0..count).collect();
            let pieces = pieces(&keys);
            assert!(pieces.iter().all(|piece| SIZES.contains(&piece.len())));
            let mut asked: Vec<usize> = pieces.concat();
            asked.dedup();
            assert_eq!(asked, keys);
        }
    }

    #[test]
    fn places_count_from_the_first() {
        assert_eq!(places(3, 3), "$3, $4, $5");
    }
}
