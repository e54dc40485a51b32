//! What a store does with accounts.

use async_trait::async_trait;
use grant::{Secret, SecretHash};
use ids::{InmateId, PersonId};
use protocol::Locale;

use super::{AccountState, PersonalData};
use crate::StoreError;

/// Accounts, the letters that prove an address, and sessions.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// The id of a person who is about to register: what is sealed for somebody is bound to it.
    fn next_person(&self) -> PersonId;

    /// Adds an account that is to be proved, and queues the letter that proves it. Accounts with its
    /// address or its national id that were never proved give way to it. Where one that is owned has
    /// either, nothing is added, and the owner is told so, at most once a day.
    async fn register(
        &self,
        account: NewAccount,
        proof: EmailProof,
    ) -> Result<Registered, StoreError>;

    /// Queues another letter that proves an address, unless it is proved, unknown, or was written to just
    /// now or too often today. Letters before it prove nothing any more.
    async fn renew_verification(
        &self,
        email_key: &str,
        proof: EmailProof,
    ) -> Result<bool, StoreError>;

    /// Proves the address that a letter's token was sent to, once, and signs its owner in. Bars from
    /// visits that stand against an account of the same national id that was closed hold on for this one.
    async fn verify_email(
        &self,
        token: SecretHash,
        session: NewSession,
    ) -> Result<Option<PersonId>, StoreError>;

    /// What a sign-in with an address is held against.
    async fn credentials(&self, email_key: &str) -> Result<Option<Credentials>, StoreError>;

    /// What the password of somebody who is signed in is held against.
    async fn credentials_of(&self, person: PersonId) -> Result<Option<Credentials>, StoreError>;

    /// Begins a session, if the account is active and its password's hash is still the one that was
    /// verified. Of an account's sessions the ten newest stay.
    async fn sign_in(
        &self,
        person: PersonId,
        password_hash: &str,
        session: NewSession,
    ) -> Result<bool, StoreError>;

    /// The session of each of these secrets, if it runs at `now_ms`.
    async fn sessions(
        &self,
        secrets: &[SecretHash],
        rules: SessionRules,
        now_ms: u64,
    ) -> Result<Vec<Option<RunningSession>>, StoreError>;

    /// Notes that sessions are used.
    async fn note_sessions(&self, secrets: &[SecretHash], now_ms: u64) -> Result<(), StoreError>;

    /// Ends a session.
    async fn sign_out(&self, secret: SecretHash) -> Result<(), StoreError>;

    /// Queues a letter with which the owner of an active account can set a new password, unless one was
    /// written just now or too many today. Letters before it count no more.
    async fn offer_reset(&self, email_key: &str, proof: EmailProof) -> Result<bool, StoreError>;

    /// Sets the password of the account whose letter it was, once; ends all its sessions and tells its
    /// owner.
    async fn reset_password(&self, reset: PasswordReset) -> Result<Option<PersonId>, StoreError>;

    /// Sets another password in the place of the one that was verified; ends all other sessions and tells
    /// the owner. False where the password is another by now.
    async fn change_password(&self, change: PasswordChange) -> Result<bool, StoreError>;

    /// What an account holds of its owner.
    async fn account(&self, person: PersonId) -> Result<Option<AccountProfile>, StoreError>;

    /// Changes how a person is reached.
    async fn change_contact(
        &self,
        person: PersonId,
        change: ContactChange,
        at_ms: u64,
    ) -> Result<(), StoreError>;

    /// All that is kept of a person, for the person (Personal Data Protection Act 個人資料保護法 §3 and
    /// §10). Noted in the audit trail.
    async fn personal_data(
        &self,
        person: PersonId,
        at_ms: u64,
    ) -> Result<Option<PersonalData>, StoreError>;

    /// Closes an active account whose password was verified. Its address, its password, its sessions and
    /// its numbers are forgotten at once; its approvals and agreements end.
    async fn close_account(
        &self,
        person: PersonId,
        password_hash: &str,
        at_ms: u64,
    ) -> Result<Closed, StoreError>;

    /// Removes what has had its time, at most `limit` things of each kind. Whoever applied for, or visited, an inmate
    /// who is `held` is not forgotten.
    async fn sweep_accounts(
        &self,
        held: &[InmateId],
        now_ms: u64,
        limit: u32,
    ) -> Result<Swept, StoreError>;
}

/// What is never kept in the open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The national id, sealed.
    pub national_id: Vec<u8>,
    /// Its blind index.
    pub national_id_index: [u8; 32],
    /// The date of birth, sealed.
    pub birth_date: Vec<u8>,
}

/// An account to be added.
#[derive(Clone)]
pub struct NewAccount {
    /// Whose.
    pub person: PersonId,
    /// The name.
    pub name: String,
    /// The mobile number.
    pub phone: String,
    /// Another telephone number.
    pub landline: Option<String>,
    /// The language of letters and texts.
    pub locale: Locale,
    /// The address.
    pub email: String,
    /// The address as it is compared.
    pub email_key: String,
    /// The password's hash.
    pub password_hash: String,
    /// What identifies the person.
    pub sealed: Sealed,
    /// Which notice about personal data was agreed to.
    pub consent_version: String,
}

/// A letter that proves that somebody reads an address.
#[derive(Clone, Debug)]
pub struct EmailProof {
    /// What stands in it.
    pub token: Secret,
    /// Now, Unix milliseconds.
    pub at_ms: u64,
    /// Until when it proves something, Unix milliseconds.
    pub expires_at_ms: u64,
}

impl EmailProof {
    /// How long a letter proves an address, ms: ten minutes, as the agency's guide says.
    pub const VERIFY_MS: u64 = 10 * 60 * 1000;
    /// How long a letter lets one set a new password, ms.
    pub const RESET_MS: u64 = 30 * 60 * 1000;
    /// The least time between two letters of a kind to one account, ms.
    pub const PAUSE_MS: u64 = 60 * 1000;
    /// How many letters of a kind one account gets in [`Self::DAY_MS`].
    pub const LETTERS_A_DAY: u32 = 10;
    /// 24 hours, ms.
    pub const DAY_MS: u64 = 24 * 60 * 60 * 1000;
}

/// A session to be begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewSession {
    /// The hash of its secret.
    pub secret: SecretHash,
    /// The session that the same browser had before, which ends.
    pub replaces: Option<SecretHash>,
    /// Now, Unix milliseconds.
    pub at_ms: u64,
    /// When it ends at the latest, Unix milliseconds.
    pub expires_at_ms: u64,
}

/// How long sessions run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionRules {
    /// Without being used, ms.
    pub idle_ms: u64,
    /// At most, ms.
    pub longest_ms: u64,
    /// How old the note of the last use may grow before it is written anew, ms.
    pub note_after_ms: u64,
}

impl SessionRules {
    /// A visitor's: 30 minutes without use, 12 hours at most.
    pub const VISITOR: Self = Self {
        idle_ms: 30 * 60 * 1000,
        longest_ms: 12 * 60 * 60 * 1000,
        note_after_ms: 2 * 60 * 1000,
    };
}

/// A session that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunningSession {
    /// Whose it is.
    pub person: PersonId,
    /// Whether it is time to note that it is used.
    pub note_due: bool,
}

/// What became of a registration. The one who registers is told neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registered {
    /// The account waits for its address to be proved.
    Added,
    /// An account has the address or the national id; its owner was told.
    AlreadyOwned,
}

/// What a password is held against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// Whose.
    pub person: PersonId,
    /// Where the account stands.
    pub state: AccountState,
    /// The password's hash.
    pub password_hash: String,
}

/// A new password by a letter's token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordReset {
    /// The hash of the letter's token.
    pub token: SecretHash,
    /// The new password's hash.
    pub password_hash: String,
    /// Now, Unix milliseconds.
    pub at_ms: u64,
}

/// A new password in the place of one that was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordChange {
    /// Whose.
    pub person: PersonId,
    /// The hash of the password that was verified.
    pub verified_hash: String,
    /// The new password's hash.
    pub password_hash: String,
    /// The session that goes on.
    pub keep: SecretHash,
    /// Now, Unix milliseconds.
    pub at_ms: u64,
}

/// What an account holds of its owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountProfile {
    /// Whose.
    pub person: PersonId,
    /// Where the account stands.
    pub state: AccountState,
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// The mobile number.
    pub phone: String,
    /// Another telephone number.
    pub landline: Option<String>,
    /// The language of letters and texts.
    pub locale: Locale,
    /// The national id, sealed.
    pub national_id: Vec<u8>,
    /// The date of birth, sealed.
    pub birth_date: Vec<u8>,
    /// Which notice about personal data was agreed to.
    pub consent_version: String,
    /// When, Unix milliseconds.
    pub consented_at_ms: u64,
    /// When the account came to be, Unix milliseconds.
    pub created_at_ms: u64,
}

/// What is to be changed of how a person is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContactChange {
    /// Another mobile number.
    pub phone: Option<String>,
    /// Another telephone number, or none from now on.
    pub landline: Option<Option<String>>,
    /// Another language.
    pub locale: Option<Locale>,
}

/// What became of the wish to close an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// It is closed.
    Done,
    /// A visit is booked, held or under way: it is called off first.
    HasVisits,
    /// The account is not active, or its password is another by now.
    NotOpen,
}

/// How much has had its time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Accounts whose address was never proved.
    pub unproved: u32,
    /// Tokens of letters.
    pub tokens: u32,
    /// Sessions.
    pub sessions: u32,
    /// Closed accounts whose owner's data is forgotten.
    pub forgotten: u32,
}

impl Swept {
    /// An account whose address was never proved is kept so long after its last letter, ms.
    pub const UNPROVED_MS: u64 = EmailProof::DAY_MS;
    /// A closed account's data is kept so long, ms: 90 days (科技設備辦法 §13), and longer while somebody
    /// is barred from visits.
    pub const CLOSED_MS: u64 = 90 * EmailProof::DAY_MS;
}
