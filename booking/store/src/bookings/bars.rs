//! The restrictions that stand against visits of some people or to some inmates.
//!
//! Those about an inmate and nobody else are found by the inmate. `COALESCE` keeps SQLite from finding them by having
//! no person, as all of every facility and year have none.

use booking_domain::{StoreError, applications::Bar};
use ids::{InmateId, PersonId};
use sqlx::AnyConnection;

use crate::{
    many::{all, asking, pieces, places},
    rows::{id, number, optional_id, optional_ms},
};

/// All that name one of the people, or one of the inmates and nobody else, and were not lifted.
pub(super) async fn read(
    connection: &mut AnyConnection,
    people: &[PersonId],
    inmates: &[InmateId],
) -> Result<Vec<Bar>, StoreError> {
    let mut rows = Vec::new();
    for piece in pieces(people) {
        let whose = format!("person_id IN ({})", places(1, piece.len()));
        let asking = asking(select(&whose), &piece);
        rows.append(&mut all(&mut *connection, asking).await?);
    }
    for piece in pieces(inmates) {
        let places = places(1, piece.len());
        let whose = format!("COALESCE(person_id, '') = '' AND inmate_id IN ({places})");
        let asking = asking(select(&whose), &piece);
        rows.append(&mut all(&mut *connection, asking).await?);
    }
    let mut bars = Vec::with_capacity(rows.len());
    for row in &rows {
        bars.push(Bar {
            facility: id(row, "facility_id")?,
            person: optional_id(row, "person_id")?,
            inmate: optional_id(row, "inmate_id")?,
            from_ms: number(row, "from_ms")?,
            until_ms: optional_ms(row, "until_ms")?,
        });
    }
    Ok(bars)
}

fn select(whose: &str) -> String {
    format!(
        "SELECT facility_id, person_id, inmate_id, from_ms, until_ms FROM restriction
         WHERE {whose} AND lifted_at_ms IS NULL"
    )
}
