//! Who a datagram is from.
//!
//! A STUN request says it itself: its username begins with the ICE user fragment that we gave the
//! participant (RFC 8445 section 7.3). Everything else is known by its source address, and an address
//! is only ever entered here after an authenticated STUN request came from it. So nobody without the
//! ICE password reaches a DTLS or SRTP parser. With the address goes our end of the path, so that what
//! came by a TCP connection, or to another one of our addresses, is another path.

use std::collections::HashMap;

use ids::Seat;
use sfu_transport::Path;

use crate::MediaSessionId;

/// The most paths a participant is known by at one time. A phone has two or three; every NAT
/// rebinding adds one.
const PATHS: usize = 8;

/// The user fragments a participant is known by: the present and the former one.
const UFRAGS: usize = 2;

/// A participant's place in an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Route {
    pub(crate) room: u32,
    pub(crate) seat: Seat,
    pub(crate) session: MediaSessionId,
}

/// The names one participant is known by; what was entered with it must be removed with it.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// Oldest first.
    ufrags: Vec<String>,
    /// Oldest first.
    paths: Vec<Path>,
}

#[derive(Debug, Default)]
pub(crate) struct Routes {
    by_ufrag: HashMap<String, Route>,
    by_path: HashMap<Path, Route>,
}

impl Routes {
    pub(crate) fn by_ufrag(&self, ufrag: &str) -> Option<Route> {
        self.by_ufrag.get(ufrag).copied()
    }

    pub(crate) fn by_path(&self, from: Path) -> Option<Route> {
        self.by_path.get(&from).copied()
    }

    /// How many user fragments and paths are known.
    pub(crate) fn len(&self) -> usize {
        self.by_ufrag.len() + self.by_path.len()
    }

    /// Knows the participant by another user fragment, and of its earlier ones only by the latest:
    /// after an ICE restart checks with the former come until the first with the new (RFC 8445 section
    /// 9).
    pub(crate) fn name(&mut self, names: &mut Names, ufrag: &str, route: Route) {
        if names.ufrags.iter().any(|known| known == ufrag) {
            return;
        }
        if names.ufrags.len() == UFRAGS {
            self.by_ufrag.remove(&names.ufrags.remove(0));
        }
        self.by_ufrag.insert(ufrag.to_owned(), route);
        names.ufrags.push(ufrag.to_owned());
    }

    /// Knows the participant by another path. `selected`, the one it is sent to by, is kept when
    /// there are too many.
    pub(crate) fn locate(
        &mut self,
        names: &mut Names,
        path: Path,
        selected: Option<Path>,
        route: Route,
    ) {
        self.by_path.insert(path, route);
        names.paths.retain(|known| *known != path);
        names.paths.push(path);
        if names.paths.len() > PATHS {
            let oldest = names
                .paths
                .iter()
                .position(|known| Some(*known) != selected)
                .unwrap_or(0);
            let forgotten = names.paths.remove(oldest);
            self.forget_path(forgotten, route);
        }
    }

    /// Knows the participant by this path no longer.
    pub(crate) fn close(&mut self, names: &mut Names, path: Path, route: Route) {
        names.paths.retain(|known| *known != path);
        self.forget_path(path, route);
    }

    /// Knows the participant no longer.
    pub(crate) fn forget(&mut self, names: Names, route: Route) {
        for ufrag in names.ufrags {
            self.by_ufrag.remove(&ufrag);
        }
        for path in names.paths {
            self.forget_path(path, route);
        }
    }

    /// A path that meanwhile is another participant's (a page that was reloaded) stays theirs.
    fn forget_path(&mut self, path: Path, route: Route) {
        if self.by_path.get(&path) == Some(&route) {
            self.by_path.remove(&path);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::*;

    fn route(session: u64) -> Route {
        Route {
            room: 0,
            seat: Seat::INMATE,
            session: MediaSessionId::from_u64(session),
        }
    }

    fn address(port: u16) -> Path {
        SocketAddr::from(([192, 0, 2, 1], port)).into()
    }

    #[test]
    fn a_reloaded_page_keeps_its_address_when_its_former_self_is_forgotten() {
        let mut routes = Routes::default();
        let (mut former, mut current) = (Names::default(), Names::default());
        routes.locate(&mut former, address(1), None, route(1));
        routes.locate(&mut current, address(1), None, route(2));
        routes.forget(former, route(1));
        assert_eq!(routes.by_path(address(1)), Some(route(2)));
        routes.forget(current, route(2));
        assert_eq!(routes.len(), 0);
    }

    #[test]
    fn a_participant_with_many_addresses_keeps_the_one_in_use() {
        let mut routes = Routes::default();
        let mut names = Names::default();
        for port in 1..=20 {
            routes.locate(&mut names, address(port), Some(address(1)), route(1));
        }
        assert_eq!(routes.len(), PATHS);
        assert!(routes.by_path(address(1)).is_some());
        assert!(routes.by_path(address(2)).is_none());
        assert!(routes.by_path(address(20)).is_some());
        routes.forget(names, route(1));
        assert_eq!(routes.len(), 0);
    }

    #[test]
    fn after_an_ice_restart_the_present_and_the_former_user_fragment_lead_to_the_participant() {
        let mut routes = Routes::default();
        let mut names = Names::default();
        for ufrag in ["first", "second", "third", "third"] {
            routes.name(&mut names, ufrag, route(1));
        }
        assert_eq!(routes.by_ufrag("first"), None);
        assert_eq!(routes.by_ufrag("second"), Some(route(1)));
        assert_eq!(routes.by_ufrag("third"), Some(route(1)));
        routes.forget(names, route(1));
        assert_eq!(routes.len(), 0);
    }
}
