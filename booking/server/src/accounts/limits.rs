//! How often somebody may try a password, register, or ask for a letter.
//!
//! Passwords have three limits at once: wrong ones from one network, as one machine may try many accounts;
//! all of them on one account from one network, as somebody guesses; and, wider, on an account from
//! everywhere, as many machines may guess together. The narrow one is bound to the network so that a stranger
//! who guesses does not keep the owner out. What is right counts against no network: thousands who share a
//! carrier's gateway sign in when a day opens. Addresses that have no account are counted as those that have.
//! A [`Guess`] that is given up before its answer has taken somebody's place: it counts for itself, in a wider
//! limit, as of many who share a gateway some load the page again. What the service could not look at counts
//! for nothing.
//!
//! Who registers or asks for a letter is counted by the network alone, whatever comes of it.

use std::{
    net::IpAddr,
    num::NonZeroU32,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use governor::Quota;

use super::failures::Failures;
use crate::{
    ProblemCode, address_limit::network, client_address::ClientAddress, keyed_limit::KeyedLimit,
    refusal::Refusal,
};

/// Many people may share an address: a facility's waiting room, a carrier's gateway.
const NETWORK_A_MINUTE: NonZeroU32 = NonZeroU32::new(60).expect("sixty is not zero");
/// Wrong passwords of a network at once, then one each time that so long has passed.
const WRONG: (u32, Duration) = (60, Duration::from_secs(1));
/// The same of what is given up.
const GIVEN_UP: (u32, Duration) = (240, Duration::from_millis(250));
/// At once, then as many in ten minutes.
const GUESSES: NonZeroU32 = NonZeroU32::new(10).expect("ten is not zero");
const ACCOUNT_AN_HOUR: NonZeroU32 = NonZeroU32::new(100).expect("a hundred is not zero");
/// So many are remembered before those that have been quiet are forgotten.
const REMEMBERED: usize = 20_000;

/// The limits.
pub(crate) struct AccountLimits {
    networks: KeyedLimit<IpAddr>,
    wrong: Mutex<Failures>,
    given_up: Mutex<Failures>,
    guesses: KeyedLimit<(Option<IpAddr>, String)>,
    accounts: KeyedLimit<String>,
}

impl AccountLimits {
    pub(crate) fn new() -> Self {
        let guesses = Quota::per_minute(NonZeroU32::MIN).allow_burst(GUESSES);
        Self {
            networks: KeyedLimit::new(Quota::per_minute(NETWORK_A_MINUTE), REMEMBERED),
            wrong: Mutex::new(Failures::new(WRONG.0, WRONG.1)),
            given_up: Mutex::new(Failures::new(GIVEN_UP.0, GIVEN_UP.1)),
            guesses: KeyedLimit::new(guesses, REMEMBERED),
            accounts: KeyedLimit::new(Quota::per_hour(ACCOUNT_AN_HOUR), REMEMBERED),
        }
    }

    /// Counts a request that concerns no account in particular, or refuses it with `too_many_requests`.
    pub(crate) fn count(&self, client: ClientAddress) -> Result<(), Refusal> {
        let network = client.0.map(network);
        network.map_or(Ok(()), |network| self.networks.count(&network))
    }

    /// Whether another password of this network may be looked at, or when it may be.
    pub(crate) fn may_guess(&self, client: ClientAddress) -> Result<(), Refusal> {
        let Some(network) = client.0.map(network) else {
            return Ok(());
        };
        let now = Instant::now();
        let wait = |failures: &Mutex<Failures>| lock(failures).wait(network, now);
        match wait(&self.wrong).max(wait(&self.given_up)) {
            Some(wait) => Err(Refusal::Later(ProblemCode::TooManyRequests, wait)),
            None => Ok(()),
        }
    }

    /// Counts a password that is tried on an account, or refuses it with `too_many_requests`.
    pub(crate) fn guess(&self, client: ClientAddress, account: &str) -> Result<Guess<'_>, Refusal> {
        let network = client.0.map(network);
        let account = account.to_owned();
        self.guesses.count(&(network, account.clone()))?;
        self.accounts.count(&account)?;
        Ok(Guess {
            limits: self,
            network,
        })
    }
}

fn lock(failures: &Mutex<Failures>) -> MutexGuard<'_, Failures> {
    failures.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A password that is looked at.
#[must_use = "it counts as given up when it is dropped"]
pub(crate) struct Guess<'a> {
    limits: &'a AccountLimits,
    /// Whom it still counts against.
    network: Option<IpAddr>,
}

impl Guess<'_> {
    /// What came of it: something where it was right, or `wrong_credentials`, which counts. A refusal of
    /// the service's own does not.
    pub(crate) fn judge<T>(mut self, found: Result<Option<T>, Refusal>) -> Result<T, Refusal> {
        let network = self.network.take();
        let found = found?;
        if let (None, Some(network)) = (&found, network) {
            lock(&self.limits.wrong).count(network, Instant::now());
        }
        found.ok_or_else(|| ProblemCode::WrongCredentials.into())
    }
}

impl Drop for Guess<'_> {
    fn drop(&mut self) {
        if let Some(network) = self.network {
            lock(&self.limits.given_up).count(network, Instant::now());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(address: &str) -> ClientAddress {
        ClientAddress(Some(address.parse().unwrap()))
    }

    /// How many tries on as many accounts a network has, if this comes of each.
    fn tries(from: ClientAddress, of: impl Fn(Guess<'_>)) -> usize {
        let limits = AccountLimits::new();
        (0..5_000)
            .take_while(|_| limits.may_guess(from).is_ok())
            .inspect(|number| of(limits.guess(from, &format!("{number}@example.tw")).unwrap()))
            .count()
    }

    #[test]
    fn who_guesses_is_stopped_and_the_owner_elsewhere_is_not() {
        let limits = AccountLimits::new();
        let guess = |from: &str, account: &str| limits.guess(client(from), account).map(drop);
        assert!((0..10).all(|_| guess("192.0.2.1", "a@example.tw").is_ok()));
        let refused = guess("192.0.2.1", "a@example.tw");
        let later = matches!(
            refused,
            Err(Refusal::Later(ProblemCode::TooManyRequests, _))
        );
        assert!(later, "{refused:?}");
        assert_eq!(guess("192.0.2.1", "b@example.tw"), Ok(()));
        assert_eq!(guess("192.0.2.2", "a@example.tw"), Ok(()));
    }

    #[test]
    fn many_who_guess_together_are_stopped() {
        let limits = AccountLimits::new();
        let admitted = (0..=255_u8)
            .filter(|last| {
                let from = client(&format!("198.51.100.{last}"));
                limits.guess(from, "a@example.tw").is_ok()
            })
            .count();
        assert!((100..=101).contains(&admitted), "{admitted}");
    }

    #[test]
    fn one_network_that_tries_many_accounts_is_stopped() {
        let from = client("192.0.2.1");
        let wrong = tries(from, |guess| assert!(guess.judge::<()>(Ok(None)).is_err()));
        assert!((60..=61).contains(&wrong), "{wrong}");
    }

    #[test]
    fn one_network_that_gives_up_very_often_is_stopped_and_one_that_loads_pages_again_is_not() {
        let given_up = tries(client("192.0.2.1"), |guess| {
            let _given_up = guess;
        });
        assert!((240..=300).contains(&given_up), "{given_up}");
    }

    #[test]
    fn what_the_service_could_not_look_at_counts_against_nobody() {
        let failed = |guess: Guess<'_>| {
            let refusal = guess.judge::<()>(Err(ProblemCode::Unavailable.into()));
            assert_eq!(refusal, Err(ProblemCode::Unavailable.into()));
        };
        assert_eq!(tries(client("192.0.2.1"), failed), 5_000);
    }

    #[test]
    fn thousands_who_sign_in_behind_one_gateway_are_not_kept_out() {
        let right = |guess: Guess<'_>| assert_eq!(guess.judge(Ok(Some(()))), Ok(()));
        assert_eq!(tries(client("192.0.2.1"), right), 5_000);
    }
}
