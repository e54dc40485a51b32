//! Issuing links.

use async_trait::async_trait;
use booking_domain::{
    Actor, AuditStep, IssueCause, IssueError, Links, MessageKind, NewLink, Notice, StoreError,
};
use grant::Slot;
use ids::{PersonId, Seat, VisitId};
use sqlx::AnyConnection;

use crate::{
    Store,
    again::again,
    audit::{self, Subject, detail},
    error::failed,
    outbox,
    rows::{from_ms, from_seat, id, new_id, number, slot},
};

#[async_trait]
impl Links for Store {
    async fn slot(&self, visit: VisitId, seat: Seat) -> Result<Option<Slot>, StoreError> {
        let row = sqlx::query(
            "SELECT visit.starts_at_ms, visit.ends_at_ms
             FROM visit JOIN visit_member AS member ON member.visit_id = visit.id
             WHERE visit.id = $1 AND member.seat = $2",
        )
        .bind(visit.to_string())
        .bind(from_seat(seat))
        .fetch_optional(&self.readers)
        .await
        .map_err(failed)?;
        row.as_ref().map(slot).transpose()
    }

    async fn issue(&self, link: NewLink) -> Result<u32, IssueError> {
        again(|| async {
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
            queue_message(&mut transaction, &link, generation).await?;
            let actor = match link.cause {
                IssueCause::Confirmed => Actor::System,
                IssueCause::Visitor { .. } => Actor::Visitor,
                IssueCause::Officer(officer) => Actor::Staff(officer),
            };
            let detail = detail! { Seat: link.seat, Generation: generation };
            audit::note(
                &mut transaction,
                link.at_ms,
                actor,
                AuditStep::LinkIssued,
                Subject::visit(link.visit),
                detail,
            )
            .await?;
            transaction.commit().await.map_err(failed)?;
            Ok(generation)
        })
        .await
    }
}

/// Counts a link to the seat, if the visit can be joined and the visitor has not just asked. Who asks for another
/// one has had the first: that one comes when the visit opens. From here to the end of the transaction nobody else
/// issues one for the same seat.
async fn next_generation(
    connection: &mut AnyConnection,
    link: &NewLink,
) -> Result<u32, IssueError> {
    let (asked_at_ms, not_after_ms) = match link.cause {
        IssueCause::Visitor { since_ms } => (Some(from_ms(link.at_ms)), from_ms(since_ms)),
        IssueCause::Confirmed | IssueCause::Officer(_) => (None, i64::MAX),
    };
    let (issued_at_most, opens_at_most_ms) = match link.cause {
        IssueCause::Confirmed => (0, i64::MAX),
        IssueCause::Visitor { .. } | IssueCause::Officer(_) => (i64::MAX, from_ms(link.at_ms)),
    };
    let rows = sqlx::query(
        "UPDATE visit_member
         SET links_issued = links_issued + 1,
             link_asked_at_ms = COALESCE($3, link_asked_at_ms)
         WHERE visit_id = $1 AND seat = $2 AND COALESCE(link_asked_at_ms, 0) <= $4
           AND links_issued <= $6
           AND EXISTS (
               SELECT 1 FROM visit WHERE visit.id = visit_member.visit_id
                  AND visit.state IN ('confirmed', 'in_session') AND visit.ends_at_ms > $5
                  AND visit.opens_at_ms <= $7
           )
         RETURNING links_issued",
    )
    .bind(link.visit.to_string())
    .bind(from_seat(link.seat))
    .bind(asked_at_ms)
    .bind(not_after_ms)
    .bind(from_ms(link.at_ms))
    .bind(issued_at_most)
    .bind(opens_at_most_ms)
    .fetch_all(&mut *connection)
    .await
    .map_err(failed)?;
    match rows.first() {
        Some(row) => Ok(number(row, "links_issued")?),
        None => Err(why_not(connection, link).await?),
    }
}

/// Queues the text message with the link. One that waits with an older link of the seat would bring a void
/// one, and is given up.
async fn queue_message(
    connection: &mut AnyConnection,
    link: &NewLink,
    generation: u32,
) -> Result<(), StoreError> {
    let row = sqlx::query(
        "SELECT member.person_id, visit.ends_at_ms
         FROM visit JOIN visit_member AS member ON member.visit_id = visit.id
         WHERE visit.id = $1 AND member.seat = $2",
    )
    .bind(link.visit.to_string())
    .bind(from_seat(link.seat))
    .fetch_one(&mut *connection)
    .await
    .map_err(failed)?;
    let person: PersonId = id(&row, "person_id")?;
    sqlx::query(
        "UPDATE outbox SET state = 'expired'
         WHERE visit_id = $1 AND person_id = $2 AND kind IN ('join_link', 'new_join_link')
           AND state = 'queued'",
    )
    .bind(link.visit.to_string())
    .bind(person.to_string())
    .execute(&mut *connection)
    .await
    .map_err(failed)?;
    let kind = match link.cause {
        IssueCause::Confirmed => MessageKind::JoinLink,
        IssueCause::Visitor { .. } | IssueCause::Officer(_) => MessageKind::NewJoinLink,
    };
    let about = format!("{} {} {generation}", link.visit, link.seat);
    let notice = Notice::email(kind, about, person)
        .by_sms()
        .about_visit(link.visit)
        .until(number(&row, "ends_at_ms")?)
        .with("url", link.url.as_str());
    outbox::queue_notice(connection, &notice, link.at_ms).await
}

async fn why_not(connection: &mut AnyConnection, link: &NewLink) -> Result<IssueError, StoreError> {
    let row = sqlx::query(
        "SELECT visit.opens_at_ms FROM visit JOIN visit_member AS member ON member.visit_id = visit.id
         WHERE visit.id = $1 AND member.seat = $2
           AND visit.state IN ('confirmed', 'in_session') AND visit.ends_at_ms > $3",
    )
    .bind(link.visit.to_string())
    .bind(from_seat(link.seat))
    .bind(from_ms(link.at_ms))
    .fetch_optional(connection)
    .await
    .map_err(failed)?;
    let Some(row) = row else {
        return Ok(IssueError::NotJoinable);
    };
    let opens_at_ms: u64 = number(&row, "opens_at_ms")?;
    Ok(match link.cause {
        IssueCause::Confirmed => IssueError::HasOne,
        _ if link.at_ms < opens_at_ms => IssueError::NotOpen,
        _ => IssueError::TooSoon,
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
