//! The way from clients to the server's media ports: straight, or through a bad network.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    net::SocketAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::relay::{Relay, impairment::Impairment};

const CANDIDATE: &str = "a=candidate:";

/// Ways, one for each media port of the server.
#[derive(Debug, Default)]
pub struct Routes {
    impairment: Option<Impairment>,
    servers: Mutex<BTreeSet<SocketAddr>>,
    relays: Mutex<BTreeMap<SocketAddr, Relay>>,
}

impl Routes {
    /// Ways through a network that is as bad as this; its blackout begins with [`Routes::black_out`].
    #[must_use]
    pub fn through(impairment: Option<Impairment>) -> Self {
        Self {
            impairment,
            ..Self::default()
        }
    }

    /// Where to send what is meant for `server`.
    ///
    /// # Errors
    /// No relay can be started.
    pub fn to(&self, server: SocketAddr) -> io::Result<SocketAddr> {
        self.known().insert(server);
        let Some(impairment) = self.impairment else {
            return Ok(server);
        };
        let mut relays = self.relays.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(relay) = relays.get(&server) {
            return Ok(relay.addr());
        }
        let without_blackout = Impairment {
            blackout: None,
            ..impairment
        };
        let relay = Relay::start(server, without_blackout)?;
        let address = relay.addr();
        relays.insert(server, relay);
        Ok(address)
    }

    /// An answer in which the ways stand for the server's UDP candidates (RFC 8839 section 5.1). Through a bad
    /// network no other candidate leads.
    ///
    /// # Errors
    /// No relay can be started.
    pub fn in_answer(&self, sdp: &str) -> io::Result<String> {
        let mut answer = String::with_capacity(sdp.len());
        for line in sdp.split_inclusive('\n') {
            match udp_candidate(line) {
                Some((before, server, after)) => {
                    let to = self.to(server)?;
                    answer += &format!("{before} {} {} {after}", to.ip(), to.port());
                }
                None if self.impairment.is_some() && line.starts_with(CANDIDATE) => {}
                None => answer += line,
            }
        }
        Ok(answer)
    }

    /// The server's media ports that somebody has asked the way to, in order.
    #[must_use]
    pub fn servers(&self) -> Vec<SocketAddr> {
        self.known().iter().copied().collect()
    }

    fn known(&self) -> MutexGuard<'_, BTreeSet<SocketAddr>> {
        self.servers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on the blackout's time counts, if there is to be one.
    ///
    /// # Errors
    /// A relay has failed.
    pub fn black_out(&self) -> io::Result<()> {
        let Some(impairment) = self.impairment.filter(|network| network.blackout.is_some()) else {
            return Ok(());
        };
        let relays = self.relays.lock().unwrap_or_else(PoisonError::into_inner);
        relays.values().try_for_each(|relay| relay.set(impairment))
    }
}

/// A line's UDP candidate: what stands before the address, the address, and what stands behind the port.
fn udp_candidate(line: &str) -> Option<(String, SocketAddr, &str)> {
    let mut words = line.splitn(7, ' ');
    let mut next = || words.next();
    let (foundation, component, protocol, priority) = (next()?, next()?, next()?, next()?);
    let address = SocketAddr::new(next()?.parse().ok()?, next()?.parse().ok()?);
    let is_one = foundation.starts_with(CANDIDATE) && protocol.eq_ignore_ascii_case("udp");
    let before = format!("{foundation} {component} {protocol} {priority}");
    is_one.then_some((before, address, next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_impairment_the_way_is_straight_and_with_it_every_port_has_one_relay() {
        let servers: [SocketAddr; 2] = [
            "127.0.0.1:9".parse().unwrap(),
            "127.0.0.1:10".parse().unwrap(),
        ];
        assert_eq!(Routes::default().to(servers[0]).unwrap(), servers[0]);
        let routes = Routes::through(Some("loss=0.1".parse().unwrap()));
        let first = routes.to(servers[0]).unwrap();
        assert_ne!(first, servers[0]);
        assert_eq!(routes.to(servers[0]).unwrap(), first);
        assert_ne!(routes.to(servers[1]).unwrap(), first);
        routes.black_out().unwrap();
        assert_eq!(routes.servers(), servers);
    }

    #[test]
    fn an_answers_candidates_lead_straight_or_through_the_relay_alone() {
        let answer = "a=ice-lite\r\n\
            a=candidate:1 1 udp 2130706431 127.0.0.1 9 typ host\r\n\
            a=candidate:2 1 tcp 1671430143 127.0.0.1 9 typ host tcptype passive\r\n\
            a=end-of-candidates\r\n";
        let straight = Routes::default();
        assert_eq!(straight.in_answer(answer).unwrap(), answer);
        let server = "127.0.0.1:9".parse().unwrap();
        assert_eq!(straight.servers(), [server]);
        let routes = Routes::through(Some("loss=0.1".parse().unwrap()));
        let port = routes.to(server).unwrap().port();
        assert_eq!(
            routes.in_answer(answer).unwrap(),
            format!(
                "a=ice-lite\r\na=candidate:1 1 udp 2130706431 127.0.0.1 {port} typ host\r\n\
                 a=end-of-candidates\r\n"
            )
        );
    }
}
