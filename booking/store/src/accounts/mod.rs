//! Visitors' accounts.
//!
//! Whoever changes an account updates its row first, under the condition that allows the change; tokens and
//! sessions follow. So two who change one account wait for each other in the same order.

mod address_correction;
mod closing;
mod identity_correction;
mod letters;
mod passwords;
mod personal_data;
mod profile;
mod registering;
mod sessions;
mod suspending;
mod sweeping;

use async_trait::async_trait;
use booking_domain::{
    Actor, AuditStep, AuditSubject, StoreError,
    accounts::{
        AccountProfile, AccountState, Accounts, Closed, ContactChange, CorrectionError,
        Credentials, EmailProof, NewAccount, NewSession, PasswordChange, PasswordReset,
        PersonalData, Registered, RunningSession, SessionRules, Swept,
    },
};
use grant::SecretHash;
use ids::{InmateId, PersonId};
use sqlx::{AnyConnection, any::AnyRow};

use crate::{
    Store,
    again::again,
    audit::{self, Subject, detail},
    error::failed,
    rows::{new_id, text, wrong},
};

#[async_trait]
impl Accounts for Store {
    fn next_person(&self) -> PersonId {
        PersonId::from_uuid(new_id())
    }

    async fn register(
        &self,
        account: NewAccount,
        proof: EmailProof,
    ) -> Result<Registered, StoreError> {
        registering::register(self, &account, &proof).await
    }

    async fn renew_verification(
        &self,
        email_key: &str,
        proof: EmailProof,
    ) -> Result<bool, StoreError> {
        again(|| letters::renew(self, letters::Letter::Verify, email_key, &proof)).await
    }

    async fn verify_email(
        &self,
        token: SecretHash,
        session: NewSession,
    ) -> Result<Option<PersonId>, StoreError> {
        again(|| registering::verify(self, token, &session)).await
    }

    async fn credentials(&self, email_key: &str) -> Result<Option<Credentials>, StoreError> {
        passwords::of_address(self, email_key).await
    }

    async fn credentials_of(&self, person: PersonId) -> Result<Option<Credentials>, StoreError> {
        passwords::of_person(self, person).await
    }

    async fn sign_in(
        &self,
        person: PersonId,
        password_hash: &str,
        session: NewSession,
    ) -> Result<bool, StoreError> {
        again(|| sessions::sign_in(self, person, password_hash, &session)).await
    }

    async fn sessions(
        &self,
        secrets: &[SecretHash],
        rules: SessionRules,
        now_ms: u64,
    ) -> Result<Vec<Option<RunningSession>>, StoreError> {
        sessions::find(self, secrets, rules, now_ms).await
    }

    async fn note_sessions(&self, secrets: &[SecretHash], now_ms: u64) -> Result<(), StoreError> {
        again(|| sessions::note_used(self, secrets, now_ms)).await
    }

    async fn sign_out(&self, secret: SecretHash) -> Result<(), StoreError> {
        sessions::sign_out(self, secret).await
    }

    async fn offer_reset(&self, email_key: &str, proof: EmailProof) -> Result<bool, StoreError> {
        again(|| letters::renew(self, letters::Letter::Reset, email_key, &proof)).await
    }

    async fn reset_password(&self, reset: PasswordReset) -> Result<Option<PersonId>, StoreError> {
        again(|| passwords::reset(self, &reset)).await
    }

    async fn change_password(&self, change: PasswordChange) -> Result<bool, StoreError> {
        again(|| passwords::change(self, &change)).await
    }

    async fn account(&self, person: PersonId) -> Result<Option<AccountProfile>, StoreError> {
        profile::read(self, person).await
    }

    async fn change_contact(
        &self,
        person: PersonId,
        change: ContactChange,
        at_ms: u64,
    ) -> Result<(), StoreError> {
        again(|| profile::change(self, person, &change, at_ms)).await
    }

    async fn personal_data(
        &self,
        person: PersonId,
        at_ms: u64,
    ) -> Result<Option<PersonalData>, StoreError> {
        personal_data::all(self, person, at_ms).await
    }

    async fn close_account(
        &self,
        person: PersonId,
        password_hash: &str,
        at_ms: u64,
    ) -> Result<Closed, StoreError> {
        again(|| closing::close(self, person, password_hash, at_ms)).await
    }

    async fn sweep_accounts(
        &self,
        held: &[InmateId],
        now_ms: u64,
        limit: u32,
    ) -> Result<Swept, StoreError> {
        sweeping::sweep(self, held, now_ms, limit).await
    }
}

/// Notes what a person did with the own account.
async fn note(
    connection: &mut AnyConnection,
    at_ms: u64,
    person: PersonId,
    step: AuditStep,
) -> Result<(), StoreError> {
    let subject = Subject::new(AuditSubject::Account, person, None);
    let actor = Actor::Person(person);
    audit::note(connection, at_ms, actor, step, subject, detail! {}).await
}

/// Where an account stands, and its address. From here to the end of the transaction nobody else changes it.
async fn keep(
    connection: &mut AnyConnection,
    person: PersonId,
) -> Result<Option<(AccountState, String)>, StoreError> {
    let rows =
        sqlx::query("UPDATE account SET state = state WHERE person_id = $1 RETURNING state, email")
            .bind(person.to_string())
            .fetch_all(connection)
            .await
            .map_err(failed)?;
    let row = rows.first();
    row.map(|row| Ok((state(row)?, text(row, "email")?)))
        .transpose()
}

/// The address of an account that can be corrected, as it is. From here to the end of the transaction nobody else
/// changes the account.
async fn keep_owned(
    connection: &mut AnyConnection,
    person: PersonId,
) -> Result<String, CorrectionError> {
    match keep(connection, person).await? {
        Some((state, address)) if state.is_owned() => Ok(address),
        Some(_) => Err(CorrectionError::NotNow),
        None => Err(CorrectionError::NotFound),
    }
}

/// What stands in the way of a correction: what only one account has, another one has.
fn not_set(error: StoreError) -> CorrectionError {
    match error {
        StoreError::Duplicate(_) => CorrectionError::Taken,
        error => error.into(),
    }
}

/// Where the account of a row with a `state` stands.
fn state(row: &AnyRow) -> Result<AccountState, StoreError> {
    AccountState::parse(&text(row, "state")?).map_err(|error| wrong("state", error))
}
