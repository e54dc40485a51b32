//! How often somebody may try a password, register, or ask for a letter.
//!
//! Passwords have three limits at once: wrong ones from one network, as one machine may try many accounts;
//! all of them on one account from one network, as somebody guesses; and, wider, on an account from
//! everywhere, as many machines may guess together. The narrow one is bound to the network so that a stranger
//! who guesses does not keep the owner out. What is right counts against no network: thousands who share a
//! carrier's gateway sign in when a day opens. Addresses that have no account are counted as those that have.
//! A [`Guess`] that is given up before its answer counts as wrong, since it took somebody's place.
//!
//! Who registers or asks for a letter is counted by the network alone, whatever comes of it.

use std::{
    net::IpAddr,
    num::NonZeroU32,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use governor::Quota;

use super::failures::Failures;
use crate::{
    ProblemCode, address_limit::network, client_address::ClientAddress, keyed_limit::KeyedLimit,
    refusal::Refusal,
};

/// Many people may share an address: a facility's waiting room, a carrier's gateway.
const NETWORK_A_MINUTE: NonZeroU32 = NonZeroU32::new(60).expect("sixty is not zero");
/// At once, then as many in ten minutes.
const GUESSES: NonZeroU32 = NonZeroU32::new(10).expect("ten is not zero");
const ACCOUNT_AN_HOUR: NonZeroU32 = NonZeroU32::new(100).expect("a hundred is not zero");
/// So many are remembered before those that have been quiet are forgotten.
const REMEMBERED: usize = 20_000;

/// The limits.
pub(crate) struct AccountLimits {
    networks: KeyedLimit<IpAddr>,
    failures: Mutex<Failures>,
    guesses: KeyedLimit<(Option<IpAddr>, String)>,
    accounts: KeyedLimit<String>,
}

impl AccountLimits {
    pub(crate) fn new() -> Self {
        let guesses = Quota::per_minute(NonZeroU32::MIN).allow_burst(GUESSES);
        Self {
            networks: KeyedLimit::new(Quota::per_minute(NETWORK_A_MINUTE), REMEMBERED),
            failures: Mutex::default(),
            guesses: KeyedLimit::new(guesses, REMEMBERED),
            accounts: KeyedLimit::new(Quota::per_hour(ACCOUNT_AN_HOUR), REMEMBERED),
        }
    }

    /// Counts a request that concerns no account in particular, or refuses it with `too_many_requests`.
    pub(crate) fn count(&self, client: ClientAddress) -> Result<(), ProblemCode> {
        let admitted = client
            .0
            .is_none_or(|address| self.networks.admits(&network(address)));
        admitted.then_some(()).ok_or(ProblemCode::TooManyRequests)
    }

    /// Whether another password of this network may be looked at, or when it may be.
    pub(crate) fn may_guess(&self, client: ClientAddress) -> Result<(), Refusal> {
        let wait = client
            .0
            .and_then(|address| self.failures().wait(network(address), Instant::now()));
        wait.map_or(Ok(()), |wait| {
            Err(Refusal::Later(ProblemCode::TooManyRequests, wait))
        })
    }

    /// Counts a password that is tried on an account, or refuses it with `too_many_requests`.
    pub(crate) fn guess(
        &self,
        client: ClientAddress,
        account: &str,
    ) -> Result<Guess<'_>, ProblemCode> {
        let network = client.0.map(network);
        let account = account.to_owned();
        let guess = (network, account.clone());
        if self.guesses.admits(&guess) && self.accounts.admits(&account) {
            return Ok(Guess {
                limits: self,
                wrong_of: network,
            });
        }
        Err(ProblemCode::TooManyRequests)
    }

    fn failures(&self) -> MutexGuard<'_, Failures> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A password that is looked at. Unless it turns out to be right it counts against the network.
#[must_use = "it counts as wrong when it is dropped"]
pub(crate) struct Guess<'a> {
    limits: &'a AccountLimits,
    wrong_of: Option<IpAddr>,
}

impl Guess<'_> {
    /// It was right.
    pub(crate) fn right(mut self) {
        self.wrong_of = None;
    }
}

impl Drop for Guess<'_> {
    fn drop(&mut self) {
        if let Some(network) = self.wrong_of {
            self.limits.failures().count(network, Instant::now());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(address: &str) -> ClientAddress {
        ClientAddress(Some(address.parse().unwrap()))
    }

    #[test]
    fn who_guesses_is_stopped_and_the_owner_elsewhere_is_not() {
        let limits = AccountLimits::new();
        let guess =
            |from: &str, account: &str| limits.guess(client(from), account).map(Guess::right);
        assert!((0..10).all(|_| guess("192.0.2.1", "a@example.tw").is_ok()));
        assert_eq!(
            guess("192.0.2.1", "a@example.tw"),
            Err(ProblemCode::TooManyRequests)
        );
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
        let limits = AccountLimits::new();
        let from = client("192.0.2.1");
        let admitted = (0..200)
            .take_while(|_| limits.may_guess(from).is_ok())
            .inspect(|number| drop(limits.guess(from, &format!("{number}@example.tw"))))
            .count();
        assert!((60..=61).contains(&admitted), "{admitted}");
        assert_eq!(limits.may_guess(client("192.0.2.2")), Ok(()));
    }

    #[test]
    fn thousands_who_sign_in_behind_one_gateway_are_not_kept_out() {
        let limits = AccountLimits::new();
        let from = client("192.0.2.1");
        for number in 0..5_000 {
            assert_eq!(limits.may_guess(from), Ok(()));
            let account = format!("{number}@example.tw");
            limits.guess(from, &account).unwrap().right();
        }
    }
}
