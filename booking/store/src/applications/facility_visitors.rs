//! Those who have applied at a facility.

use async_trait::async_trait;
use booking_domain::{
    StoreError,
    applications::{FacilityVisitor, FacilityVisitors, Relationship, VisitorQuery},
};
use ids::InmateId;
use sqlx::any::AnyRow;

use crate::{
    Store,
    error::failed,
    rows::{id, literal, text, wrong},
};

#[async_trait]
impl FacilityVisitors for Store {
    async fn find_visitors(&self, query: VisitorQuery) -> Result<Vec<FacilityVisitor>, StoreError> {
        let approved_for = query.approved_for.as_ref().map(InmateId::to_string);
        let rows = sqlx::query(
            "SELECT DISTINCT application.person_id, person.name, application.inmate_id,
                    inmate.name AS inmate_name, application.relationship
             FROM application
             JOIN person ON person.id = application.person_id
             JOIN inmate ON inmate.id = application.inmate_id
             WHERE application.facility_id = $1 AND application.state <> 'draft'
               AND ($2 = '' OR (application.inmate_id = $2 AND application.state = 'approved'))
               AND person.name LIKE $3 ESCAPE '!'
             ORDER BY person.name, application.person_id, inmate.name LIMIT $4",
        )
        .bind(query.facility.to_string())
        .bind(approved_for.unwrap_or_default())
        .bind(format!("%{}%", literal(&query.text)))
        .bind(i64::from(query.limit))
        .fetch_all(&self.readers)
        .await
        .map_err(failed)?;
        rows.iter().map(visitor).collect()
    }
}

fn visitor(row: &AnyRow) -> Result<FacilityVisitor, StoreError> {
    let relationship = Relationship::parse(&text(row, "relationship")?);
    Ok(FacilityVisitor {
        person: id(row, "person_id")?,
        name: text(row, "name")?,
        inmate: id(row, "inmate_id")?,
        inmate_name: text(row, "inmate_name")?,
        relationship: relationship.map_err(|error| wrong("relationship", error))?,
    })
}
