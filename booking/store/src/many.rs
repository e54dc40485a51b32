//! Asking for many rows by their keys in one statement.
//!
//! A statement has a place for each key. So that a database prepares few of them, keys come in pieces of a few
//! fixed sizes; the places that are left over have the last key again.

use booking_domain::StoreError;
use sqlx::{
    Any, AnyConnection, Executor,
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

/// A statement made of our own words and of places; what others say stands in the parameters.
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

/// Every row of the answers to a statement about keys of two parts, `one` and `other` of the table `asked`. Other
/// tables are joined to it, since SQLite uses no partial index for pairs `IN` a list.
pub(crate) async fn all_of_pairs<One, Other>(
    connection: &mut AnyConnection,
    keys: &[(One, Other)],
    sql: &str,
) -> Result<Vec<AnyRow>, StoreError>
where
    One: Clone + ToString,
    Other: Clone + ToString,
{
    let mut rows = Vec::new();
    for piece in pieces(keys) {
        let asked = rows_of(2, piece.len());
        let mut asking = statement(format!("WITH asked (one, other) AS (VALUES {asked}) {sql}"));
        for (one, other) in &piece {
            asking = asking.bind(one.to_string()).bind(other.to_string());
        }
        rows.append(&mut all(&mut *connection, asking).await?);
    }
    Ok(rows)
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
