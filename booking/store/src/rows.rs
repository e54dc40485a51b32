//! Between the types of the domain and the three types of a column: text, integer, bytes.

use std::{fmt::Display, str::FromStr};

use booking_domain::{FacilityName, StoreError, VisitTime};
use grant::Slot;
use ids::Seat;
use jiff::civil::Date;
use sqlx::{Row, any::AnyRow};
use uuid::Uuid;

use crate::error::failed;

/// A new id, which sorts after all earlier ones.
pub(crate) fn new_id() -> Uuid {
    Uuid::now_v7()
}

/// A moment as a column keeps it. What lies beyond the year 292 million stays there.
pub(crate) fn from_ms(at_ms: u64) -> i64 {
    i64::try_from(at_ms).unwrap_or(i64::MAX)
}

pub(crate) fn from_seat(seat: Seat) -> i64 {
    i64::from(u8::from(seat))
}

pub(crate) fn text(row: &AnyRow, column: &str) -> Result<String, StoreError> {
    row.try_get(column).map_err(failed)
}

/// The name in `own`, and the one in Latin letters beside it in `latin`.
pub(crate) fn facility_name(
    row: &AnyRow,
    own: &str,
    latin: &str,
) -> Result<FacilityName, StoreError> {
    Ok(FacilityName {
        own: text(row, own)?,
        latin: optional_text(row, latin)?,
    })
}

pub(crate) fn optional_text(row: &AnyRow, column: &str) -> Result<Option<String>, StoreError> {
    row.try_get(column).map_err(failed)
}

pub(crate) fn integer(row: &AnyRow, column: &str) -> Result<i64, StoreError> {
    row.try_get(column).map_err(failed)
}

pub(crate) fn optional_integer(row: &AnyRow, column: &str) -> Result<Option<i64>, StoreError> {
    row.try_get(column).map_err(failed)
}

/// A number that is never negative and fits its type.
pub(crate) fn number<T: TryFrom<i64>>(row: &AnyRow, column: &str) -> Result<T, StoreError> {
    fits(integer(row, column)?, column)
}

/// From the columns `starts_at_ms` and `ends_at_ms`.
pub(crate) fn slot(row: &AnyRow) -> Result<Slot, StoreError> {
    Ok(Slot {
        starts_at_ms: number(row, "starts_at_ms")?,
        ends_at_ms: number(row, "ends_at_ms")?,
    })
}

/// The slot before its end was moved, from the columns `starts_at_ms`, `ends_at_ms` and `given_back_ms`.
pub(crate) fn promised_slot(row: &AnyRow) -> Result<Slot, StoreError> {
    let moved = slot(row)?;
    let given_back_ms: u64 = number(row, "given_back_ms")?;
    Ok(Slot {
        ends_at_ms: moved.ends_at_ms.saturating_sub(given_back_ms),
        ..moved
    })
}

/// From the columns `together_ms`, `without_inmate_ms` and `without_visitors_ms`.
pub(crate) fn visit_time(row: &AnyRow) -> Result<VisitTime, StoreError> {
    Ok(VisitTime {
        together_ms: number(row, "together_ms")?,
        without_inmate_ms: number(row, "without_inmate_ms")?,
        without_visitors_ms: number(row, "without_visitors_ms")?,
    })
}

pub(crate) fn date(row: &AnyRow, column: &str) -> Result<Date, StoreError> {
    id(row, column)
}

pub(crate) fn optional_date(row: &AnyRow, column: &str) -> Result<Option<Date>, StoreError> {
    optional_id(row, column)
}

pub(crate) fn optional_ms(row: &AnyRow, column: &str) -> Result<Option<u64>, StoreError> {
    optional_integer(row, column)?
        .map(|at_ms| fits(at_ms, column))
        .transpose()
}

pub(crate) fn seat(number: i64) -> Result<Seat, StoreError> {
    Seat::try_from(fits::<u8>(number, "seat")?).map_err(|error| wrong("seat", error))
}

pub(crate) fn id<T>(row: &AnyRow, column: &str) -> Result<T, StoreError>
where
    T: FromStr<Err: Display>,
{
    text(row, column)?
        .parse()
        .map_err(|error| wrong(column, error))
}

pub(crate) fn optional_id<T>(row: &AnyRow, column: &str) -> Result<Option<T>, StoreError>
where
    T: FromStr<Err: Display>,
{
    let parse = |text: String| text.parse().map_err(|error| wrong(column, error));
    optional_text(row, column)?.map(parse).transpose()
}

pub(crate) fn bytes(row: &AnyRow, column: &str) -> Result<Vec<u8>, StoreError> {
    row.try_get(column).map_err(failed)
}

pub(crate) fn optional_hash(row: &AnyRow, column: &str) -> Result<Option<[u8; 32]>, StoreError> {
    let bytes: Option<Vec<u8>> = row.try_get(column).map_err(failed)?;
    let hash = |bytes: Vec<u8>| bytes.try_into().map_err(|_| wrong(column, "not 32 bytes"));
    bytes.map(hash).transpose()
}

pub(crate) fn wrong(column: &str, why: impl Display) -> StoreError {
    StoreError::Invalid(format!("{column}: {why}"))
}

fn fits<T: TryFrom<i64>>(number: i64, column: &str) -> Result<T, StoreError> {
    T::try_from(number).map_err(|_| wrong(column, "out of range"))
}

/// A text for `LIKE … ESCAPE '!'` in which no sign stands for others.
pub(crate) fn literal(text: &str) -> String {
    text.replace('!', "!!")
        .replace('%', "!%")
        .replace('_', "!_")
}
