//! What an operator does from the command line, beside the API.

use booking_domain::{Actor, Duties, Duty, NewMember, Role, StaffMembers, StoreError, staff_login};
use booking_store::Store;
use secrecy::SecretString;
use telemetry::clock::unix_now_ms;

use crate::{
    PasswordCost, Vault,
    endpoints::temporary_password,
    password_pool::{PasswordPool, PasswordPoolError},
    second_factor,
};

const AT_ONCE: u32 = 100;

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum OperatorError {
    /// A login of another form.
    #[error("a login has 3 to 64 of a-z, 0-9, '.', '_', '-' and '@'")]
    Login,
    /// Somebody has the login.
    #[error("the login is taken")]
    LoginTaken,
    /// The password could not be hashed.
    #[error("the password could not be hashed")]
    Password,
    /// A second factor does not open with any key.
    #[error("the second factor of staff {0} does not open with any key")]
    Sealed(String),
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<PasswordPoolError> for OperatorError {
    fn from(_: PasswordPoolError) -> Self {
        Self::Password
    }
}

/// Adds an administrator of all facilities, and returns the temporary password, which is kept nowhere.
///
/// # Errors
/// The login is not one or is taken, or the store refuses.
pub async fn create_administrator(
    store: &Store,
    name: &str,
    login: &str,
    cost: PasswordCost,
) -> Result<String, OperatorError> {
    let login = staff_login(login).ok_or(OperatorError::Login)?;
    let password = temporary_password();
    let pool = PasswordPool::new(cost);
    let everything = Duty::new(Role::Administrator, None).expect("an administrator is everywhere");
    let member = NewMember {
        name: name.trim().to_owned(),
        login,
        password_hash: pool.hash(SecretString::from(password.as_str())).await?,
        duties: Duties::new([everything]),
        by: Actor::System,
        at_ms: unix_now_ms(),
    };
    match store.add_member(member).await {
        Ok(_) => Ok(password),
        Err(StoreError::Duplicate(_)) => Err(OperatorError::LoginTaken),
        Err(error) => Err(error.into()),
    }
}

/// Seals second factors with the vault's current key that were sealed with an older one. Returns how many.
///
/// # Errors
/// One does not open, or the store refuses. Those before it are done; it can be tried again.
pub async fn reseal_second_factors(store: &Store, vault: &Vault) -> Result<usize, OperatorError> {
    let (mut after, mut resealed) = (None, 0);
    loop {
        let page = store.sealed_factors(after, AT_ONCE).await?;
        let Some((last, _)) = page.last() else {
            return Ok(resealed);
        };
        after = Some(*last);
        for (staff, old) in page.into_iter().filter(|(_, old)| !vault.is_current(old)) {
            let context = second_factor::context(staff);
            let secret = vault.open(&context, &old);
            let secret = secret.ok_or_else(|| OperatorError::Sealed(staff.to_string()))?;
            store
                .reseal_factor(staff, old, vault.seal(&context, &secret))
                .await?;
            resealed += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use booking_domain::{StaffSignIn, StoreError};

    use super::*;

    async fn store(folder: &tempfile::TempDir) -> Store {
        Store::sqlite(&folder.path().join("visits.db"))
            .await
            .unwrap()
    }

    fn vault(current: u8) -> Vault {
        Vault::new(current, [(0, [1; 32]), (1, [2; 32])], [3; 32]).unwrap()
    }

    #[tokio::test]
    async fn an_administrator_is_added_once_with_a_temporary_password() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder).await;
        let cost = || PasswordCost::new(64, 1).unwrap();
        let password = create_administrator(&store, "王信義", "Chief", cost())
            .await
            .unwrap();
        let kept = store.staff_password("chief").await.unwrap().unwrap();
        let pool = PasswordPool::new(cost());
        assert!(
            pool.verify(SecretString::from(password), &kept.hash)
                .await
                .unwrap()
        );
        let again = create_administrator(&store, "王信義", "chief", cost()).await;
        assert!(matches!(again, Err(OperatorError::LoginTaken)));
    }

    #[tokio::test]
    async fn second_factors_are_sealed_anew_after_a_rotation() -> Result<(), StoreError> {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder).await;
        let member = NewMember {
            name: "王".into(),
            login: "wang".into(),
            password_hash: String::new(),
            duties: Duties::default(),
            by: Actor::System,
            at_ms: 0,
        };
        let staff = store.add_member(member).await?;
        let context = second_factor::context(staff);
        store
            .set_up_second_factor(staff, vault(0).seal(&context, b"secret"))
            .await?;
        assert_eq!(reseal_second_factors(&store, &vault(1)).await.unwrap(), 0);
        let secret = grant::SecretHash::from_bytes([1; 32]);
        let session = booking_domain::OpenSession {
            staff,
            secret,
            at_ms: 0,
            expires_at_ms: u64::MAX,
        };
        booking_domain::StaffSessions::begin_staff_session(&store, session).await?;
        let shown = booking_domain::ShownFactor {
            staff,
            step: 1,
            session: secret,
            renewed: secret,
            at_ms: 0,
        };
        assert!(store.complete_staff_session(shown).await?);
        assert_eq!(reseal_second_factors(&store, &vault(1)).await.unwrap(), 1);
        assert_eq!(reseal_second_factors(&store, &vault(1)).await.unwrap(), 0);
        let factor = store.second_factor(staff).await?.unwrap();
        let sealed = factor.secret.unwrap();
        assert!(vault(1).is_current(&sealed));
        assert_eq!(vault(1).open(&context, &sealed).unwrap(), b"secret");
        Ok(())
    }
}
