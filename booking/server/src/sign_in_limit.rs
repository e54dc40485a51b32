//! How often one may try to sign in: by login, so that nobody tries many passwords of one member, and by
//! network, so that nobody tries one password of many.

use std::{net::IpAddr, num::NonZeroU32};

use governor::Quota;

use crate::{address_limit::AddressLimit, keyed_limit::KeyedLimit, refusal::Refusal};

/// So many at once, and as many again in a minute.
const ATTEMPTS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(10).expect("ten is not zero");
/// So many logins are remembered before those that have been quiet are forgotten.
const REMEMBERED: usize = 10_000;

/// The limit on both.
pub(crate) struct SignInLimit {
    networks: AddressLimit,
    logins: KeyedLimit<String>,
}

impl SignInLimit {
    pub(crate) fn new() -> Self {
        Self {
            networks: AddressLimit::new(),
            logins: KeyedLimit::new(Quota::per_minute(ATTEMPTS_PER_MINUTE), REMEMBERED),
        }
    }

    /// Counts an attempt, or refuses it with `too_many_requests` and when it is within the limits.
    pub(crate) fn count(&self, client: Option<IpAddr>, login: Option<&str>) -> Result<(), Refusal> {
        client.map_or(Ok(()), |client| self.networks.count(client))?;
        login.map_or(Ok(()), |login| self.logins.count(&login.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_limited_from_all_networks_and_a_network_over_all_logins() {
        let limit = SignInLimit::new();
        let from = |last: u8| Some(IpAddr::from([192, 0, 2, last]));
        let admits = |client, login| limit.count(client, Some(login)).is_ok();
        assert!((0..10).all(|last| admits(from(last), "wang")));
        assert!(!admits(from(10), "wang"));
        assert!(admits(from(10), "chen"));
        let logins: Vec<String> = (0..20).map(|number| format!("login{number}")).collect();
        let admitted = logins.iter().filter(|login| admits(from(99), login));
        assert_eq!(admitted.count(), 10);
    }
}
