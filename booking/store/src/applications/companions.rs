//! Two people who visit an inmate together.

use async_trait::async_trait;
use booking_domain::{
    Actor, AuditStep, AuditSubject, MessageKind, Notice, StoreError,
    applications::{
        ApplicationError, Companion, CompanionDirection, CompanionState, CompanionStep, Companions,
        Invitation, masked_name,
    },
};
use ids::{CompanionId, PersonId};
use sqlx::{AnyConnection, any::AnyRow};

use super::rows::older_than;
use crate::{
    Store,
    again::again,
    audit::{self, Subject, detail},
    error::failed,
    outbox::queue_notice,
    rows::{from_ms, id, integer, new_id, optional_text, text, wrong},
};

/// So many invitations may somebody send in [`INVITING_MS`], so that nobody is pestered.
const INVITATIONS: i64 = 10;
/// A day, ms.
const INVITING_MS: u64 = 24 * 60 * 60 * 1000;

#[async_trait]
impl Companions for Store {
    async fn companions_of(
        &self,
        person: PersonId,
        before: Option<CompanionId>,
        limit: u32,
    ) -> Result<Vec<Companion>, StoreError> {
        let rows = sqlx::query(
            "SELECT companion.id, companion.inmate_id, companion.inviter_id, companion.invitee_id,
                    companion.state, inmate.name AS inmate_name,
                    inviter.name AS inviter_name, invitee.name AS invitee_name,
                    COALESCE((SELECT account.email FROM account
                              WHERE account.person_id = companion.invitee_id
                                AND companion.state = 'agreed'), companion.email_key) AS email,
                    (SELECT COUNT(*) FROM application WHERE application.person_id = $1
                        AND application.inmate_id = companion.inmate_id) AS applied,
                    (SELECT COUNT(*) FROM application
                        WHERE application.inmate_id = companion.inmate_id
                          AND application.state = 'approved'
                          AND application.person_id IN (companion.inviter_id, companion.invitee_id)
                    ) AS approved
             FROM companion
             JOIN inmate ON inmate.id = companion.inmate_id
             JOIN person AS inviter ON inviter.id = companion.inviter_id
             LEFT JOIN person AS invitee ON invitee.id = companion.invitee_id
             WHERE companion.id < $2 AND (
                 (companion.inviter_id = $1 AND companion.state <> 'withdrawn')
                 OR (companion.invitee_id = $1 AND companion.state = 'agreed')
                 OR (companion.state = 'invited' AND companion.invitee_id = $1)
                 OR (companion.state = 'invited' AND companion.invitee_id IS NULL
                     AND companion.email_key =
                     (SELECT email_key FROM account WHERE person_id = $1 AND state = 'active')))
             ORDER BY companion.id DESC LIMIT $3",
        )
        .bind(person.to_string())
        .bind(older_than(before.map(CompanionId::as_uuid)))
        .bind(i64::from(limit))
        .fetch_all(&self.readers)
        .await
        .map_err(failed)?;
        rows.iter().map(|row| companion(row, person)).collect()
    }

    async fn invite_companion(
        &self,
        invitation: Invitation,
    ) -> Result<CompanionId, ApplicationError> {
        let new = CompanionId::from_uuid(new_id());
        again(|| async {
            let mut transaction = self.begin().await?;
            let inserted = insert(&mut transaction, new, &invitation).await;
            inserted.map_err(|error| match error {
                ApplicationError::Store(StoreError::Duplicate(_)) => ApplicationError::Exists,
                error => error,
            })?;
            audit::note(
                &mut transaction,
                invitation.at_ms,
                Actor::Person(invitation.inviter),
                AuditStep::CompanionInvited,
                Subject::new(AuditSubject::Companion, new, None),
                detail! { Application: invitation.application },
            )
            .await?;
            tell_invited(&mut transaction, new, &invitation).await?;
            transaction.commit().await.map_err(failed)?;
            Ok(new)
        })
        .await
    }

    async fn step_companion(
        &self,
        person: PersonId,
        companion: CompanionId,
        step: CompanionStep,
        at_ms: u64,
    ) -> Result<(), ApplicationError> {
        again(|| async {
            let mut transaction = self.begin().await?;
            let (inviter, state) = standing(&mut transaction, person, companion)
                .await?
                .filter(|(inviter, _)| *inviter != person || step == CompanionStep::Withdraw)
                .ok_or(ApplicationError::NotFound)?;
            let next = state.after(step).ok_or(ApplicationError::NotNow)?;
            let agreed = (step == CompanionStep::Agree).then(|| person.to_string());
            let taken = sqlx::query(
                "UPDATE companion
                 SET state = $2, invitee_id = COALESCE($3, invitee_id), changed_at_ms = $4
                 WHERE id = $1 AND state = $5",
            )
            .bind(companion.to_string())
            .bind(next.as_str())
            .bind(agreed)
            .bind(from_ms(at_ms))
            .bind(state.as_str())
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
            if taken.rows_affected() == 0 {
                return Err(ApplicationError::NotNow);
            }
            audit::note(
                &mut transaction,
                at_ms,
                Actor::Person(person),
                step.audited(),
                Subject::new(AuditSubject::Companion, companion, None),
                detail! {},
            )
            .await?;
            if step == CompanionStep::Agree {
                let notice = Notice::email(MessageKind::CompanionAgreed, companion, inviter)
                    .with("name", name_of(&mut transaction, person).await?)
                    .with(
                        "inmate",
                        inmate_for(&mut transaction, companion, inviter).await?,
                    );
                queue_notice(&mut transaction, &notice, at_ms).await?;
            }
            transaction.commit().await.map_err(failed)?;
            Ok(())
        })
        .await
    }
}

fn companion(row: &AnyRow, person: PersonId) -> Result<Companion, StoreError> {
    let state = state_of(row)?;
    let inviter: PersonId = id(row, "inviter_id")?;
    let (direction, name, other) = if inviter == person {
        (
            CompanionDirection::Sent,
            optional_text(row, "invitee_name")?.filter(|_| state == CompanionState::Agreed),
            optional_text(row, "invitee_id")?
                .map(|_| id(row, "invitee_id"))
                .transpose()?,
        )
    } else {
        (
            CompanionDirection::Received,
            Some(text(row, "inviter_name")?),
            Some(inviter),
        )
    };
    Ok(Companion {
        id: id(row, "id")?,
        inmate: id(row, "inmate_id")?,
        inmate_name: inmate_name(row, person)?,
        name,
        other: other.filter(|_| state == CompanionState::Agreed),
        email: text(row, "email")?,
        state,
        direction,
        ready: state == CompanionState::Agreed && integer(row, "approved")? == 2,
    })
}

/// The inmate's name, as far as a person of the two may know it.
fn inmate_name(row: &AnyRow, person: PersonId) -> Result<String, StoreError> {
    let inviter: PersonId = id(row, "inviter_id")?;
    name_told(row, inviter == person)
}

/// The inmate's name (`inmate_name`), whole for who invited or has ever applied for the inmate (`applied`). Whoever was
/// invited and never applied is told the first and the last sign.
pub(crate) fn name_told(row: &AnyRow, invited: bool) -> Result<String, StoreError> {
    let name = text(row, "inmate_name")?;
    let knows = invited || integer(row, "applied")? > 0;
    Ok(if knows { name } else { masked_name(&name) })
}

fn state_of(row: &AnyRow) -> Result<CompanionState, StoreError> {
    CompanionState::parse(&text(row, "state")?).map_err(|error| wrong("state", error))
}

async fn insert(
    connection: &mut AnyConnection,
    new: CompanionId,
    invitation: &Invitation,
) -> Result<(), ApplicationError> {
    let own = sqlx::query("SELECT 1 FROM account WHERE person_id = $1 AND email_key = $2")
        .bind(invitation.inviter.to_string())
        .bind(invitation.email_key.clone())
        .fetch_optional(&mut *connection)
        .await
        .map_err(failed)?;
    if own.is_some() {
        return Err(ApplicationError::Oneself);
    }
    let sent = sqlx::query(
        "SELECT 1 FROM companion WHERE inviter_id = $1 AND created_at_ms > $2
         LIMIT 1 OFFSET $3",
    )
    .bind(invitation.inviter.to_string())
    .bind(from_ms(invitation.at_ms.saturating_sub(INVITING_MS)))
    .bind(INVITATIONS - 1)
    .fetch_optional(&mut *connection)
    .await
    .map_err(failed)?;
    if sent.is_some() {
        return Err(ApplicationError::TooMany);
    }
    let inserted = sqlx::query(
        "INSERT INTO companion (id, inmate_id, inviter_id, email_key, state,
                                created_at_ms, changed_at_ms)
         SELECT $1, inmate_id, person_id, $4, 'invited', $5, $5 FROM application
         WHERE id = $2 AND person_id = $3
           AND state NOT IN ('refused', 'revoked', 'withdrawn', 'stale')",
    )
    .bind(new.to_string())
    .bind(invitation.application.to_string())
    .bind(invitation.inviter.to_string())
    .bind(invitation.email_key.clone())
    .bind(from_ms(invitation.at_ms))
    .execute(connection)
    .await
    .map_err(failed)?;
    match inserted.rows_affected() {
        0 => Err(ApplicationError::NotFound),
        _ => Ok(()),
    }
}

/// Writes to whoever has an account with the address. Nobody else is written to.
async fn tell_invited(
    connection: &mut AnyConnection,
    new: CompanionId,
    invitation: &Invitation,
) -> Result<(), StoreError> {
    let name = name_of(connection, invitation.inviter).await?;
    let invited =
        sqlx::query("SELECT person_id FROM account WHERE email_key = $1 AND state = 'active'")
            .bind(invitation.email_key.clone())
            .fetch_optional(&mut *connection)
            .await
            .map_err(failed)?;
    let Some(invited) = invited else {
        return Ok(());
    };
    let invited = id(&invited, "person_id")?;
    let notice = Notice::email(MessageKind::CompanionInvited, new, invited)
        .with("name", name)
        .with("inmate", inmate_for(connection, new, invited).await?);
    queue_notice(connection, &notice, invitation.at_ms).await
}

/// Who invited, and how it stands, if the person is one of the two.
async fn standing(
    connection: &mut AnyConnection,
    person: PersonId,
    companion: CompanionId,
) -> Result<Option<(PersonId, CompanionState)>, StoreError> {
    let row = sqlx::query(
        "SELECT inviter_id, state FROM companion WHERE id = $2 AND (
             inviter_id = $1 OR invitee_id = $1
             OR (invitee_id IS NULL AND email_key =
                 (SELECT email_key FROM account WHERE person_id = $1 AND state = 'active')))",
    )
    .bind(person.to_string())
    .bind(companion.to_string())
    .fetch_optional(connection)
    .await
    .map_err(failed)?;
    row.map(|row| Ok((id(&row, "inviter_id")?, state_of(&row)?)))
        .transpose()
}

/// The inmate's name, as far as one of the two may know it.
async fn inmate_for(
    connection: &mut AnyConnection,
    companion: CompanionId,
    person: PersonId,
) -> Result<String, StoreError> {
    let row = sqlx::query(
        "SELECT companion.inviter_id, inmate.name AS inmate_name,
                (SELECT COUNT(*) FROM application WHERE application.person_id = $2
                    AND application.inmate_id = companion.inmate_id) AS applied
         FROM companion JOIN inmate ON inmate.id = companion.inmate_id WHERE companion.id = $1",
    )
    .bind(companion.to_string())
    .bind(person.to_string())
    .fetch_one(connection)
    .await
    .map_err(failed)?;
    inmate_name(&row, person)
}

async fn name_of(connection: &mut AnyConnection, person: PersonId) -> Result<String, StoreError> {
    let row = sqlx::query("SELECT name FROM person WHERE id = $1")
        .bind(person.to_string())
        .fetch_one(connection)
        .await
        .map_err(failed)?;
    text(&row, "name")
}
