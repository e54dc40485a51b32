//! What an account holds of its owner.

use booking_domain::{
    Actor, AuditStep, AuditSubject, MessageKind, Notice, StoreError,
    accounts::{AccountProfile, ContactChange},
};
use ids::PersonId;
use protocol::Locale;
use sqlx::AnyConnection;

use super::state;
use crate::{
    Store,
    audit::{self, Subject, detail},
    error::failed,
    outbox::queue_notice,
    rows::{bytes, from_ms, id, number, optional_text, text, wrong},
};

pub(super) async fn read(
    store: &Store,
    person: PersonId,
) -> Result<Option<AccountProfile>, StoreError> {
    let row = sqlx::query(
        "SELECT account.person_id, account.state, person.name, account.email, person.phone,
                account.landline, person.locale, account.national_id, account.birth_date,
                account.consent_version, account.consented_at_ms, account.created_at_ms
         FROM account JOIN person ON person.id = account.person_id
         WHERE account.person_id = $1",
    )
    .bind(person.to_string())
    .fetch_optional(&store.readers)
    .await
    .map_err(failed)?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(AccountProfile {
        person: id(&row, "person_id")?,
        state: state(&row)?,
        name: text(&row, "name")?,
        email: text(&row, "email")?,
        phone: text(&row, "phone")?,
        landline: optional_text(&row, "landline")?,
        locale: Locale::from_tag(&text(&row, "locale")?)
            .ok_or_else(|| wrong("locale", "not a language of the service"))?,
        national_id: bytes(&row, "national_id")?,
        birth_date: bytes(&row, "birth_date")?,
        consent_version: text(&row, "consent_version")?,
        consented_at_ms: number(&row, "consented_at_ms")?,
        created_at_ms: number(&row, "created_at_ms")?,
    }))
}

pub(super) async fn change(
    store: &Store,
    person: PersonId,
    change: &ContactChange,
    at_ms: u64,
) -> Result<(), StoreError> {
    let mut transaction = store.begin().await?;
    let landline = change.landline.as_ref();
    sqlx::query(
        "UPDATE account SET landline = CASE WHEN $2 = 1 THEN $3 ELSE landline END
         WHERE person_id = $1",
    )
    .bind(person.to_string())
    .bind(i64::from(landline.is_some()))
    .bind(landline.and_then(|landline| landline.as_deref()))
    .execute(&mut *transaction)
    .await
    .map_err(failed)?;
    // From here on nobody else changes it.
    let before = sqlx::query("UPDATE person SET phone = phone WHERE id = $1 RETURNING phone")
        .bind(person.to_string())
        .fetch_all(&mut *transaction)
        .await
        .map_err(failed)?;
    sqlx::query(
        "UPDATE person SET phone = COALESCE($2, phone), locale = COALESCE($3, locale)
         WHERE id = $1",
    )
    .bind(person.to_string())
    .bind(change.phone.as_deref())
    .bind(change.locale.map(Locale::tag))
    .execute(&mut *transaction)
    .await
    .map_err(failed)?;
    let detail = detail! {
        Phone: change.phone.is_some(),
        Landline: change.landline.is_some(),
        Locale: change.locale.is_some(),
    };
    let (actor, subject) = (
        Actor::Person(person),
        Subject::new(AuditSubject::Account, person, None),
    );
    audit::note(
        &mut transaction,
        at_ms,
        actor,
        AuditStep::ContactChanged,
        subject,
        detail,
    )
    .await?;
    if let (Some(before), Some(phone)) = (before.first(), &change.phone) {
        let before = text(before, "phone")?;
        if before != *phone {
            tell(&mut transaction, person, &before, at_ms).await?;
            // What was sent a moment ago went to the number before.
            sqlx::query(
                "UPDATE visit_member SET link_asked_at_ms = NULL
                 WHERE person_id = $1 AND link_asked_at_ms IS NOT NULL
                   AND EXISTS (SELECT 1 FROM visit WHERE visit.id = visit_member.visit_id
                                 AND visit.ends_at_ms > $2)",
            )
            .bind(person.to_string())
            .bind(from_ms(at_ms))
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        }
    }
    transaction.commit().await.map_err(failed)
}

/// Tells somebody whose number was changed, by e-mail and at the number before: it may have been somebody else.
async fn tell(
    connection: &mut AnyConnection,
    person: PersonId,
    before: &str,
    at_ms: u64,
) -> Result<(), StoreError> {
    let notice = |about: String| Notice::email(MessageKind::PhoneChanged, about, person);
    let letter = notice(at_ms.to_string());
    queue_notice(&mut *connection, &letter, at_ms).await?;
    if before.is_empty() {
        return Ok(());
    }
    let short = notice(format!("{at_ms} before"));
    queue_notice(connection, &short.by_sms().to_address(before), at_ms).await
}
