//! Asking for many rows by their keys in one statement.
//!
//! A statement has a place for each key. So that a database prepares few of them, keys come in pieces of a few
//! fixed sizes; the places that are left over have the last key again.

use booking_domain::StoreError;
use sqlx::{
    Any, Executor,
    any::{AnyArguments, AnyRow},
};

use crate::error::failed;

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

/// `($1, $2), ($3, $4)`: so many rows of places.
pub(crate) fn rows_of(columns: usize, count: usize) -> String {
    let rows: Vec<_> = (0..count)
        .map(|row| format!("({})", places(row * columns + 1, columns)))
        .collect();
    rows.join(", ")
}

/// The beginning of a statement that looks for keys of two parts: the rows of `asked` are so many of them. Other
/// tables are joined to it, since SQLite finds no index for pairs `IN` a list.
pub(crate) fn with_asked(count: usize) -> String {
    format!("WITH asked (one, other) AS (VALUES {})", rows_of(2, count))
}

/// Rows to be written, in stretches for one statement each. Nothing can fill the places that are left over, so
/// the lengths are powers of two.
pub(crate) fn stretches<T>(mut rows: &[T]) -> Vec<&[T]> {
    let [.., largest] = SIZES;
    let mut stretches = Vec::new();
    while !rows.is_empty() {
        let fits = 1 << rows.len().ilog2();
        let (stretch, rest) = rows.split_at(largest.min(fits));
        stretches.push(stretch);
        rows = rest;
    }
    stretches
}

/// A statement.
pub(crate) type Asking<'q> = sqlx::query::Query<'q, Any, AnyArguments>;

/// A statement whose first places are these keys.
pub(crate) fn asking<'q>(sql: String, keys: &[impl ToString]) -> Asking<'q> {
    let mut asking = statement(sql);
    for key in keys {
        asking = asking.bind(key.to_string());
    }
    asking
}

/// A statement whose first places are these keys of two parts.
pub(crate) fn asking_pairs<'q>(sql: String, keys: &[(impl ToString, impl ToString)]) -> Asking<'q> {
    let mut asking = statement(sql);
    for (one, other) in keys {
        asking = asking.bind(one.to_string()).bind(other.to_string());
    }
    asking
}

/// A statement that has places only where it has parameters.
pub(crate) fn statement<'q>(sql: String) -> Asking<'q> {
    sqlx::query(sqlx::AssertSqlSafe(sql))
}

/// Every row of its answer.
pub(crate) async fn all<'c>(
    executor: impl Executor<'c, Database = Any>,
    asking: Asking<'_>,
) -> Result<Vec<AnyRow>, StoreError> {
    asking.fetch_all(executor).await.map_err(failed)
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
        assert_eq!(rows_of(2, 2), "($1, $2), ($3, $4)");
    }

    #[test]
    fn every_row_is_in_a_stretch_and_stretches_have_few_lengths() {
        for count in [0, 1, 2, 7, 64, 65, 200] {
            let rows: Vec<usize> = (0..count).collect();
            let stretches = stretches(&rows);
            assert_eq!(stretches.concat(), rows);
            assert!(
                stretches
                    .iter()
                    .all(|rows| rows.len().is_power_of_two() && rows.len() <= 64)
            );
        }
    }
}
