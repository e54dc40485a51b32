//! Issuing links.

use async_trait::async_trait;
use booking_domain::{Actor, IssueCause, IssueError, LinkRecipient, Links, NewLink, StoreError};
use grant::Slot;
use ids::{Seat, VisitId};
use protocol::Locale;
use serde_json::json;
use sqlx::AnyConnection;

use crate::{
    Store,
    audit::{self, Subject},
    error::failed,
    outbox,
    rows::{from_ms, from_seat, new_id, number, text, wrong},
};

#[async_trait]
impl Links for Store {
    async fn recipient(
        &self,
        visit: VisitId,
        seat: Seat,
    ) -> Result<Option<LinkRecipient>, StoreError> {
        let row = sqlx::query(
            "SELECT person.phone, person.locale, visit.starts_at_ms, visit.ends_at_ms,
                    facility.time_zone
             FROM visit_member AS member
             JOIN person ON person.id = member.person_id
             JOIN visit ON visit.id = member.visit_id
             JOIN facility ON facility.id = visit.facility_id
             WHERE member.visit_id = $1 AND member.seat = $2",
        )
        .bind(visit.to_string())
        .bind(from_seat(seat))
        .fetch_optional(&self.readers)
        .await
        .map_err(failed)?;
        let Some(row) = row else { return Ok(None) };
        let locale = Locale::from_tag(&text(&row, "locale")?)
            .ok_or_else(|| wrong("locale", "not a language of the service"))?;
        let starts_at_ms = number(&row, "starts_at_ms")?;
        let ends_at_ms = number(&row, "ends_at_ms")?;
        Ok(Some(LinkRecipient {
            phone: text(&row, "phone")?,
            locale,
            slot: Slot {
                starts_at_ms,
                ends_at_ms,
            },
            time_zone: text(&row, "time_zone")?,
        }))
    }

    async fn issue(&self, link: NewLink) -> Result<u32, IssueError> {
        let mut transaction = self.begin().await?;
        let generation = next_generation(&mut transaction, &link).await?;
        sqlx::query(
            "UPDATE seat_link SET state = 'void'
             WHERE visit_id = $1 AND seat = $2 AND state <> 'void'",
        )
        .bind(link.visit.to_string())
        .bind(from_seat(link.seat))
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        insert(&mut transaction, &link, generation).await?;
        outbox::queue(&mut transaction, &link.message, link.at_ms).await?;
        let actor = match link.cause {
            IssueCause::Confirmed => Actor::System,
            IssueCause::Visitor { .. } => Actor::Visitor,
            IssueCause::Officer(officer) => Actor::Staff(officer),
        };
        let detail = json!({ "seat": link.seat, "generation": generation });
        audit::note(
            &mut transaction,
            link.at_ms,
            actor,
            "link_issued",
            Subject::visit(link.visit),
            detail,
        )
        .await?;
        transaction.commit().await.map_err(failed)?;
        Ok(generation)
    }
}

/// Counts a link to the seat, if the visit can still be joined and the visitor has not just asked. From
/// here to the end of the transaction nobody else issues one for the same seat.
async fn next_generation(
    connection: &mut AnyConnection,
    link: &NewLink,
) -> Result<u32, IssueError> {
    let (asked_at_ms, not_after_ms) = match link.cause {
        IssueCause::Visitor { since_ms } => (Some(from_ms(link.at_ms)), from_ms(since_ms)),
        IssueCause::Confirmed | IssueCause::Officer(_) => (None, i64::MAX),
    };
    let rows = sqlx::query(
        "UPDATE visit_member
         SET links_issued = links_issued + 1,
             link_asked_at_ms = COALESCE($3, link_asked_at_ms)
         WHERE visit_id = $1 AND seat = $2 AND COALESCE(link_asked_at_ms, 0) <= $4
           AND EXISTS (
               SELECT 1 FROM visit WHERE visit.id = visit_member.visit_id
                  AND visit.state IN ('confirmed', 'in_session') AND visit.ends_at_ms > $5
           )
         RETURNING links_issued",
    )
    .bind(link.visit.to_string())
    .bind(from_seat(link.seat))
    .bind(asked_at_ms)
    .bind(not_after_ms)
    .bind(from_ms(link.at_ms))
    .fetch_all(&mut *connection)
    .await
    .map_err(failed)?;
    match rows.first() {
        Some(row) => Ok(number(row, "links_issued")?),
        None => Err(why_not(connection, link).await?),
    }
}

async fn why_not(connection: &mut AnyConnection, link: &NewLink) -> Result<IssueError, StoreError> {
    let joinable = sqlx::query(
        "SELECT 1 FROM visit JOIN visit_member AS member ON member.visit_id = visit.id
         WHERE visit.id = $1 AND member.seat = $2
           AND visit.state IN ('confirmed', 'in_session') AND visit.ends_at_ms > $3",
    )
    .bind(link.visit.to_string())
    .bind(from_seat(link.seat))
    .bind(from_ms(link.at_ms))
    .fetch_optional(connection)
    .await
    .map_err(failed)?;
    Ok(if joinable.is_some() {
        IssueError::TooSoon
    } else {
        IssueError::NotJoinable
    })
}

async fn insert(
    connection: &mut AnyConnection,
    link: &NewLink,
    generation: u32,
) -> Result<(), IssueError> {
    let inserted = sqlx::query(
        "INSERT INTO seat_link (id, visit_id, seat, generation, hash, state, issued_at_ms)
         VALUES ($1, $2, $3, $4, $5, 'issued', $6)",
    )
    .bind(new_id().to_string())
    .bind(link.visit.to_string())
    .bind(from_seat(link.seat))
    .bind(i64::from(generation))
    .bind(link.hash.as_bytes().as_slice())
    .bind(from_ms(link.at_ms))
    .execute(connection)
    .await
    .map_err(failed);
    match inserted {
        Ok(_) => Ok(()),
        // The member's row is ours, so of the unique marks only the token's can be taken.
        Err(StoreError::Duplicate(_)) => Err(IssueError::TokenExists),
        Err(error) => Err(error.into()),
    }
}
