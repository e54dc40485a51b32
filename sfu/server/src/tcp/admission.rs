//! How many connections there are, in all and from one address.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{Closed, TcpLimits, TcpMetrics};

/// Bits of an IPv6 address that one subscriber can choose freely.
const HOST_BITS: u32 = 64;

/// Counts connections. Clones are the same.
#[derive(Clone, Debug)]
pub(crate) struct Admission {
    counts: Arc<Mutex<Counts>>,
    limits: TcpLimits,
    metrics: TcpMetrics,
}

#[derive(Debug, Default)]
struct Counts {
    all: usize,
    by_network: BTreeMap<IpAddr, usize>,
}

/// A connection's place; dropping it gives the place back.
#[derive(Debug)]
pub(crate) struct Permit {
    network: IpAddr,
    admission: Admission,
}

impl Admission {
    pub(crate) fn new(limits: TcpLimits, metrics: TcpMetrics) -> Self {
        Self {
            counts: Arc::default(),
            limits,
            metrics,
        }
    }

    pub(crate) fn limits(&self) -> &TcpLimits {
        &self.limits
    }

    pub(crate) fn metrics(&self) -> &TcpMetrics {
        &self.metrics
    }

    /// A place for a connection from this address.
    pub(crate) fn admit(&self, address: IpAddr) -> Result<Permit, Closed> {
        let network = network(address);
        let mut counts = self.counts();
        if counts.all >= self.limits.connections {
            return Err(Closed::Full);
        }
        let count = counts.by_network.entry(network).or_default();
        if *count >= self.limits.for_one_address {
            return Err(Closed::FullForAddress);
        }
        *count += 1;
        counts.all += 1;
        self.metrics.accepted.inc();
        self.metrics.connections.inc();
        Ok(Permit {
            network,
            admission: self.clone(),
        })
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit {
    pub(crate) fn limits(&self) -> &TcpLimits {
        &self.admission.limits
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut counts = self.admission.counts();
        counts.all = counts.all.saturating_sub(1);
        if let Some(count) = counts.by_network.get_mut(&self.network) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                counts.by_network.remove(&self.network);
            }
        }
        self.admission.metrics.connections.dec();
    }
}

fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() >> HOST_BITS << HOST_BITS).into(),
    }
}

#[cfg(test)]
mod tests {
    use telemetry::Metrics;

    use super::*;

    #[test]
    fn places_are_counted_for_a_network_and_in_all_and_given_back() {
        let limits = TcpLimits {
            connections: 3,
            for_one_address: 2,
            ..TcpLimits::default()
        };
        let metrics = TcpMetrics::new(&Metrics::default()).unwrap();
        let admission = Admission::new(limits, metrics);
        let admit = |address: &str| admission.admit(address.parse().unwrap());
        let one = admit("2001:db8::1").unwrap();
        let two = admit("2001:db8::2").unwrap();
        assert_eq!(admit("2001:db8::3").unwrap_err(), Closed::FullForAddress);
        let three = admit("2001:db8:0:1::1").unwrap();
        assert_eq!(admit("192.0.2.1").unwrap_err(), Closed::Full);
        drop(one);
        let four = admit("192.0.2.1").unwrap();
        drop((two, three, four));
        assert_eq!(admission.counts().all, 0);
        assert!(admission.counts().by_network.is_empty());
        assert_eq!(admission.metrics().connections.get(), 0);
    }
}
