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
            "SELECT application.id, application.person_id, person.name, application.inmate_id,
                    inmate.name AS inmate_name, application.relationship
             FROM application
             JOIN person ON person.id = application.person_id
             JOIN inmate ON inmate.id = application.inmate_id
             WHERE application.facility_id = $1 AND application.state <> 'draft'
               AND ($2 = '' OR (application.inmate_id = $2 AND application.state = 'approved'))
               AND person.name LIKE $3 ESCAPE '!'
               AND NOT EXISTS (
                   SELECT 1 FROM application AS later
                   WHERE later.inmate_id = application.inmate_id
                     AND later.person_id = application.person_id AND later.id > application.id
                     AND later.facility_id = $1 AND later.state <> 'draft'
                     AND ($2 = '' OR later.state = 'approved'))
               AND ($4 = '' OR (person.name, application.person_id, application.id) > (
                   SELECT someone.name, last.person_id, last.id FROM application AS last
                   JOIN person AS someone ON someone.id = last.person_id WHERE last.id = $4))
             ORDER BY person.name, application.person_id, application.id LIMIT $5",
        )
        .bind(query.facility.to_string())
        .bind(approved_for.unwrap_or_default())
        .bind(format!("%{}%", literal(&query.text)))
        .bind(
            query
                .after
                .map_or_else(String::new, |last| last.to_string()),
        )
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
        application: id(row, "id")?,
        person: id(row, "person_id")?,
        name: text(row, "name")?,
        inmate: id(row, "inmate_id")?,
        inmate_name: text(row, "inmate_name")?,
        relationship: relationship.map_err(|error| wrong("relationship", error))?,
    })
}
