//! The letters whose tokens prove that somebody reads an address.

use booking_domain::{MessageKind, Notice, StoreError, accounts::EmailProof};
use grant::SecretHash;
use ids::PersonId;
use sqlx::AnyConnection;

use crate::{
    Store,
    error::failed,
    outbox::queue_notice,
    rows::{from_ms, id, number},
};

/// What a letter is for.
#[derive(Clone, Copy)]
pub(super) enum Letter {
    /// It proves the address of a new account.
    Verify,
    /// It lets the owner set a new password.
    Reset,
}

impl Letter {
    const fn purpose(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Reset => "reset",
        }
    }

    const fn kind(self) -> MessageKind {
        match self {
            Self::Verify => MessageKind::VerifyEmail,
            Self::Reset => MessageKind::PasswordReset,
        }
    }

    /// In which state an account gets such letters.
    const fn state(self) -> &'static str {
        match self {
            Self::Verify => "pending_email",
            Self::Reset => "active",
        }
    }
}

/// Writes another letter, if the account is one that gets such letters and has not had too many. The update
/// that changes nothing makes those who ask at the same time wait for each other.
pub(super) async fn renew(
    store: &Store,
    letter: Letter,
    email_key: &str,
    proof: &EmailProof,
) -> Result<bool, StoreError> {
    let mut transaction = store.begin().await?;
    let rows = sqlx::query(
        "UPDATE account SET state = state WHERE email_key = $1 AND state = $2 RETURNING person_id",
    )
    .bind(email_key)
    .bind(letter.state())
    .fetch_all(&mut *transaction)
    .await
    .map_err(failed)?;
    let Some(row) = rows.first() else {
        return Ok(false);
    };
    let person: PersonId = id(row, "person_id")?;
    let count = sqlx::query(
        "SELECT COUNT(*) AS letters, COUNT(CASE WHEN issued_at_ms > $3 THEN 1 END) AS just_now
         FROM email_token WHERE person_id = $1 AND purpose = $2 AND issued_at_ms > $4",
    )
    .bind(person.to_string())
    .bind(letter.purpose())
    .bind(from_ms(proof.at_ms.saturating_sub(EmailProof::PAUSE_MS)))
    .bind(from_ms(proof.at_ms.saturating_sub(EmailProof::DAY_MS)))
    .fetch_one(&mut *transaction)
    .await
    .map_err(failed)?;
    let too_many = number::<u32>(&count, "letters")? >= EmailProof::LETTERS_A_DAY;
    if too_many || number::<u32>(&count, "just_now")? > 0 {
        return Ok(false);
    }
    void(&mut transaction, person, letter, proof.at_ms).await?;
    queue(&mut transaction, letter, person, proof).await?;
    transaction.commit().await.map_err(failed)?;
    Ok(true)
}

/// Keeps the token's hash and queues the letter that carries it.
pub(super) async fn queue(
    connection: &mut AnyConnection,
    letter: Letter,
    person: PersonId,
    proof: &EmailProof,
) -> Result<(), StoreError> {
    let hash = proof.token.hash();
    sqlx::query(
        "INSERT INTO email_token (hash, person_id, purpose, issued_at_ms, expires_at_ms)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(hash.as_bytes().as_slice())
    .bind(person.to_string())
    .bind(letter.purpose())
    .bind(from_ms(proof.at_ms))
    .bind(from_ms(proof.expires_at_ms))
    .execute(&mut *connection)
    .await
    .map_err(failed)?;
    // The hash tells one letter from the next, and nobody what stands in it.
    let [a, b, c, d, ..] = *hash.as_bytes();
    let about = u32::from_be_bytes([a, b, c, d]);
    let mut notice = Notice::email(letter.kind(), format!("{about:08x}"), person)
        .with("token", proof.token.reveal());
    notice.expires_at_ms = Some(proof.expires_at_ms);
    queue_notice(connection, &notice, proof.at_ms).await
}

/// Letters of a kind that were not used yet prove nothing any more.
pub(super) async fn void(
    connection: &mut AnyConnection,
    person: PersonId,
    letter: Letter,
    at_ms: u64,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE email_token SET used_at_ms = $3
         WHERE person_id = $1 AND purpose = $2 AND used_at_ms IS NULL",
    )
    .bind(person.to_string())
    .bind(letter.purpose())
    .bind(from_ms(at_ms))
    .execute(connection)
    .await
    .map(|_| ())
    .map_err(failed)
}

/// Spends a token. False where it was spent by somebody else meanwhile.
pub(super) async fn spend(
    connection: &mut AnyConnection,
    token: SecretHash,
    at_ms: u64,
) -> Result<bool, StoreError> {
    let spent = sqlx::query(
        "UPDATE email_token SET used_at_ms = $2 WHERE hash = $1 AND used_at_ms IS NULL",
    )
    .bind(token.as_bytes().as_slice())
    .bind(from_ms(at_ms))
    .execute(connection)
    .await
    .map_err(failed)?;
    Ok(spent.rows_affected() == 1)
}
