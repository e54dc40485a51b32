//! Who wants a seat. They are written past the store, in one transaction: by the way that people go, from
//! registering to an approval, thousands would take minutes and leave tens of thousands of messages behind.

use anyhow::{Context, anyhow};
use booking_domain::{StaffSignIn, accounts::NationalId};
use booking_server::{
    PasswordCost, Vault, create_administrator, seal_birth_date, seal_national_id,
};
use booking_store::Store;
use grant::Secret;
use ids::{ApplicationId, InmateId, PersonId};
use jiff::civil::date;
use protocol::Locale;
use rand::{Rng, SeedableRng, rngs::StdRng};
use sqlx::{AnyConnection, AnyPool, Row};
use uuid::Uuid;

use super::place::{Place, now_ms};

/// How long ago everybody was last seen, ms: long enough that being seen again is worth a note.
const SEEN_BEFORE_MS: u64 = 10 * 60_000;
/// Everybody's. In the index by which it is found each has another.
const NATIONAL_ID: &str = "A123456789";
/// Of the member of staff whose password everybody has.
const LOGIN: &str = "rush";
const SESSION_MS: u64 = 10 * 60 * 60_000;

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The secret of the session.
    pub session: String,
    /// The address of the account.
    pub email: String,
    /// The approved application.
    pub application: ApplicationId,
}

/// Makes so many people, each approved for an inmate of their own.
///
/// # Errors
/// The database refuses.
pub async fn make(
    database: &AnyPool,
    place: &Place,
    vault: &Vault,
    count: usize,
) -> anyhow::Result<Vec<Visitor>> {
    let mut rng = StdRng::from_os_rng();
    let mut transaction = database.begin().await?;
    let mut people = Vec::with_capacity(count);
    for number in 0..count {
        people.push(add(&mut transaction, place, vault, number, &mut rng).await?);
    }
    transaction.commit().await?;
    Ok(people)
}

/// Everybody was last seen some minutes ago.
///
/// # Errors
/// The database refuses.
pub async fn signed_in_before(database: &AnyPool) -> anyhow::Result<()> {
    sqlx::query("UPDATE account_session SET last_seen_at_ms = $1")
        .bind(i64::try_from(now_ms() - SEEN_BEFORE_MS)?)
        .execute(database)
        .await?;
    Ok(())
}

/// Everybody has the same password from now on, which this returns. It is one that the program made for a member
/// of staff, and so takes as long to check as any.
///
/// # Errors
/// The database refuses.
pub async fn with_one_password(store: &Store, database: &AnyPool) -> anyhow::Result<String> {
    let cost = PasswordCost::default();
    let password = create_administrator(store, "王信義", LOGIN, cost).await?;
    let kept = store.staff_password(LOGIN).await?;
    let kept = kept.context("the member of staff is not there")?;
    sqlx::query("UPDATE account SET password_hash = $1")
        .bind(kept.hash)
        .execute(database)
        .await?;
    Ok(password)
}

/// How many sessions have begun since then.
///
/// # Errors
/// The database does not answer.
pub async fn sessions_since(database: &AnyPool, since_ms: u64) -> anyhow::Result<usize> {
    let counted = sqlx::query(
        "SELECT COUNT(*) AS sessions FROM account_session
         WHERE created_at_ms >= $1",
    )
    .bind(i64::try_from(since_ms)?)
    .fetch_one(database)
    .await?;
    Ok(usize::try_from(counted.try_get::<i64, _>("sessions")?)?)
}

async fn add(
    connection: &mut AnyConnection,
    place: &Place,
    vault: &Vault,
    number: usize,
    rng: &mut StdRng,
) -> anyhow::Result<Visitor> {
    let person = PersonId::from_uuid(Uuid::now_v7());
    let inmate = InmateId::from_uuid(Uuid::now_v7());
    let application = ApplicationId::from_uuid(Uuid::now_v7());
    let session = Secret::generate(rng);
    let email = format!("{number}@mail.test");
    let national_id = NationalId::parse(NATIONAL_ID).map_err(|_| anyhow!("no national id"))?;
    let national_id = seal_national_id(vault, person, &national_id);
    let born = seal_birth_date(vault, person, date(1960, 5, 1));
    let now_ms = now_ms();
    sqlx::query("INSERT INTO person (id, name, phone, locale) VALUES ($1, '陳美玲', $2, $3)")
        .bind(person.to_string())
        .bind(format!("09{number:08}"))
        .bind(Locale::ZhTw.tag())
        .execute(&mut *connection)
        .await?;
    sqlx::query(
        "INSERT INTO inmate (id, facility_id, number, name, first_name)
         VALUES ($1, $2, $3, '林志遠', '志遠')",
    )
    .bind(inmate.to_string())
    .bind(place.facility.to_string())
    .bind(format!("{number:06}"))
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO account (person_id, email, email_key, password_hash, national_id,
                              national_id_index, birth_date, state, consent_version,
                              consented_at_ms, created_at_ms)
         VALUES ($1, $2, $2, '', $3, $4, $5, 'active', '1', 0, 0)",
    )
    .bind(person.to_string())
    .bind(&*email)
    .bind(national_id.sealed)
    .bind(rng.random::<[u8; 32]>().to_vec())
    .bind(born)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO application (id, person_id, inmate_id, facility_id, relationship, on_site,
                                  remote, mobile, state, created_at_ms, changed_at_ms)
         VALUES ($1, $2, $3, $4, 'spouse', 0, 0, 1, 'approved', 0, 0)",
    )
    .bind(application.to_string())
    .bind(person.to_string())
    .bind(inmate.to_string())
    .bind(place.facility.to_string())
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO account_session (hash, person_id, created_at_ms, last_seen_at_ms,
                                      expires_at_ms)
         VALUES ($1, $2, $3, $3, $4)",
    )
    .bind(session.hash().as_bytes().to_vec())
    .bind(person.to_string())
    .bind(i64::try_from(now_ms - SEEN_BEFORE_MS)?)
    .bind(i64::try_from(now_ms + SESSION_MS)?)
    .execute(connection)
    .await?;
    Ok(Visitor {
        session: session.reveal().to_owned(),
        email,
        application,
    })
}
