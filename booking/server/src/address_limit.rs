//! How often one address may ask for something that costs a text message.

use std::{
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
};

use governor::Quota;

use crate::{keyed_limit::KeyedLimit, refusal::Refusal};

/// Many people may share an address, but not many ask for a link in the same minute.
const REQUESTS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(10).expect("ten is not zero");
/// So many addresses are remembered before those that have been quiet are forgotten.
const REMEMBERED: usize = 10_000;

/// A limit on each address: so many requests at once, and as many again in a minute.
pub(crate) struct AddressLimit(KeyedLimit<IpAddr>);

impl AddressLimit {
    pub(crate) fn new() -> Self {
        Self(KeyedLimit::new(
            Quota::per_minute(REQUESTS_PER_MINUTE),
            REMEMBERED,
        ))
    }

    /// Whether a request from `address` is within the limit. Counts it if so.
    pub(crate) fn admits(&self, address: IpAddr) -> bool {
        self.0.admits(&network(address))
    }

    /// Counts a request from `address`, or refuses it with `too_many_requests` and when it is within the limit.
    pub(crate) fn count(&self, address: IpAddr) -> Result<(), Refusal> {
        self.0.count(&network(address))
    }
}

/// Whom an address belongs to: one household has 2^64 addresses of IPv6 (RFC 6177).
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => {
            Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_refused_after_ten_requests_and_another_is_not() {
        let limit = AddressLimit::new();
        let admitted = |address: &str| limit.admits(address.parse().unwrap());
        assert!((0..10).all(|_| admitted("192.0.2.1")));
        assert!(!admitted("192.0.2.1"));
        assert!(!admitted("::ffff:192.0.2.1"));
        assert!(admitted("192.0.2.2"));
    }

    #[test]
    fn one_network_of_ipv6_is_one_address() {
        let network = |address: &str| network(address.parse().unwrap());
        assert_eq!(network("2001:db8::1"), network("2001:db8::ffff:0:1"));
        assert_ne!(network("2001:db8::1"), network("2001:db8:0:1::1"));
    }
}
