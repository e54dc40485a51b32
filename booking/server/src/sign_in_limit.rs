//! How often one may try to sign in: by login, so that nobody tries many passwords of one member, and by
//! network, so that nobody tries one password of many.

use std::{net::IpAddr, num::NonZeroU32};

use governor::Quota;

use crate::{address_limit::AddressLimit, keyed_limit::KeyedLimit};

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

    /// Whether an attempt is within the limits. Counts it.
    pub(crate) fn admits(&self, client: Option<IpAddr>, login: Option<&str>) -> bool {
        client.is_none_or(|client| self.networks.admits(client))
            && login.is_none_or(|login| self.logins.admits(&login.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_limited_from_all_networks_and_a_network_over_all_logins() {
        let limit = SignInLimit::new();
        let from = |last: u8| Some(IpAddr::from([192, 0, 2, last]));
        assert!((0..10).all(|last| limit.admits(from(last), Some("wang"))));
        assert!(!limit.admits(from(10), Some("wang")));
        assert!(limit.admits(from(10), Some("chen")));
        let logins: Vec<String> = (0..20).map(|number| format!("login{number}")).collect();
        let admitted = logins
            .iter()
            .filter(|login| limit.admits(from(99), Some(login)));
        assert_eq!(admitted.count(), 10);
    }
}
