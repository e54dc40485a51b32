//! Who a datagram is from.
//!
//! A STUN request says it itself: its username begins with the ICE user fragment that we gave the
//! participant (RFC 8445 section 7.3); so does the answer to a check of ours, in its transaction id.
//! Everything else is known by its source address, and an address is only ever entered here after an
//! authenticated STUN message came from it. So nobody without the ICE password reaches a DTLS parser.
//! Media from an unknown address is attributed by the SSRC that it claims, for nothing but to see
//! whether a participant's address has changed. With the address goes our end of the path, so that what
//! came by a TCP connection, or to another one of our addresses, is another path.

use std::collections::HashMap;

use ids::Seat;
use sfu_transport::{Label, Path};

use crate::MediaSessionId;

/// The most paths a participant is known by at one time. A phone has two or three; every NAT
/// rebinding adds one.
const PATHS: usize = 8;

/// The user fragments a participant is known by: the present and the former one.
const UFRAGS: usize = 2;

/// The sources a participant is known by: a voice, three layers and their retransmissions. Those heard
/// first are enough to recognize it.
const SOURCES: usize = 8;

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
    sources: Vec<u32>,
}

#[derive(Debug, Default)]
pub(crate) struct Routes {
    by_ufrag: HashMap<String, Route>,
    by_label: HashMap<Label, Route>,
    by_path: HashMap<Path, Route>,
    by_source: HashMap<u32, Route>,
}

impl Routes {
    pub(crate) fn by_ufrag(&self, ufrag: &str) -> Option<Route> {
        self.by_ufrag.get(ufrag).copied()
    }

    pub(crate) fn by_path(&self, from: Path) -> Option<Route> {
        self.by_path.get(&from).copied()
    }

    pub(crate) fn by_label(&self, label: Label) -> Option<Route> {
        self.by_label.get(&label).copied()
    }

    pub(crate) fn by_source(&self, ssrc: u32) -> Option<Route> {
        self.by_source.get(&ssrc).copied()
    }

    /// How many user fragments, paths and sources are known.
    pub(crate) fn len(&self) -> usize {
        self.by_ufrag.len() + self.by_path.len() + self.by_source.len()
    }

    /// Knows the participant by another user fragment, and of its earlier ones only by the latest:
    /// after an ICE restart checks with the former come until the first with the new (RFC 8445 section
    /// 9).
    pub(crate) fn name(&mut self, names: &mut Names, ufrag: &str, route: Route) {
        if names.ufrags.iter().any(|known| known == ufrag) {
            return;
        }
        if names.ufrags.len() == UFRAGS {
            let former = names.ufrags.remove(0);
            self.forget_ufrag(&former, route);
        }
        if let Some(label) = Label::of_ufrag(ufrag) {
            self.by_label.insert(label, route);
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

    /// Knows the participant by a source of its. What is somebody else's stays theirs: nobody can take it
    /// by using it as well.
    pub(crate) fn hear(&mut self, names: &mut Names, ssrc: u32, route: Route) {
        if names.sources.len() < SOURCES && !self.by_source.contains_key(&ssrc) {
            self.by_source.insert(ssrc, route);
            names.sources.push(ssrc);
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
            self.forget_ufrag(&ufrag, route);
        }
        for path in names.paths {
            self.forget_path(path, route);
        }
        for ssrc in names.sources {
            self.by_source.remove(&ssrc);
        }
    }

    fn forget_ufrag(&mut self, ufrag: &str, route: Route) {
        self.by_ufrag.remove(ufrag);
        if let Some(label) = Label::of_ufrag(ufrag)
            && self.by_label(label) == Some(route)
        {
            self.by_label.remove(&label);
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
    fn a_source_stays_with_whom_it_was_first_heard_from_until_they_leave() {
        let mut routes = Routes::default();
        let (mut first, mut second) = (Names::default(), Names::default());
        routes.hear(&mut first, 7, route(1));
        routes.hear(&mut second, 7, route(2));
        assert_eq!(routes.by_source(7), Some(route(1)));
        routes.forget(second, route(2));
        assert_eq!(routes.by_source(7), Some(route(1)));
        for ssrc in 0..100 {
            routes.hear(&mut first, ssrc, route(1));
        }
        assert_eq!(routes.len(), SOURCES);
        routes.forget(first, route(1));
        assert_eq!(routes.len(), 0);
    }

    #[test]
    fn after_an_ice_restart_the_present_and_the_former_user_fragment_lead_to_the_participant() {
        let mut routes = Routes::default();
        let mut names = Names::default();
        let ufrags = ["the first", "the second", "the third"];
        for ufrag in ufrags.into_iter().chain(["the third"]) {
            routes.name(&mut names, ufrag, route(1));
        }
        let known = [None, Some(route(1)), Some(route(1))];
        for (ufrag, known) in ufrags.into_iter().zip(known) {
            assert_eq!(routes.by_ufrag(ufrag), known);
            assert_eq!(routes.by_label(Label::of_ufrag(ufrag).unwrap()), known);
        }
        routes.forget(names, route(1));
        assert_eq!(routes.len(), 0);
    }
}
