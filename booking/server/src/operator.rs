//! What an operator does from the command line, beside the API.

use booking_domain::{Actor, Duties, Duty, NewMember, Role, StaffMembers, StoreError, staff_login};
use booking_store::Store;
use secrecy::SecretString;
use telemetry::clock::unix_now_ms;

use crate::{
    PasswordCost,
    client_address::ClientAddress,
    endpoints::temporary_password,
    password_pool::{PasswordPool, PasswordPoolError},
};

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
    let place = PasswordPool::for_staff(cost).place(ClientAddress(None))?;
    let everything = Duty::new(Role::Administrator, None).expect("an administrator is everywhere");
    let member = NewMember {
        name: name.trim().to_owned(),
        login,
        password_hash: place.hash(SecretString::from(password.as_str())).await?,
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

#[cfg(test)]
mod tests {
    use booking_domain::StaffSignIn;

    use super::*;

    async fn store(folder: &tempfile::TempDir) -> Store {
        Store::sqlite(&folder.path().join("visits.db"))
            .await
            .unwrap()
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
        let pool = PasswordPool::for_staff(cost());
        let place = pool.place(ClientAddress(None)).unwrap();
        let right = place.verify(SecretString::from(password), &kept.hash);
        assert!(right.await.unwrap());
        let again = create_administrator(&store, "王信義", "chief", cost()).await;
        assert!(matches!(again, Err(OperatorError::LoginTaken)));
    }
}
