//! Who has a place, and when the others come back for one.
//!
//! One network holds half of the places at most, so that no single machine takes them all; many people may
//! share a carrier's gateway, so it is not less.

use std::{
    collections::BTreeMap,
    net::IpAddr,
    time::{Duration, Instant},
};

use super::line::Line;

/// The places, and those who have them.
#[derive(Debug)]
pub(super) struct Queue {
    line: Line,
    places: usize,
    taken: usize,
    /// Of a network that has any.
    taken_by: BTreeMap<IpAddr, usize>,
}

impl Queue {
    /// So many are computed at once, and so many wait beside them.
    pub(super) fn new(at_once: u32, waiting: usize) -> Self {
        Self {
            line: Line::new(at_once),
            places: waiting.saturating_add(at_once as usize),
            taken: 0,
            taken_by: BTreeMap::new(),
        }
    }

    /// Takes a place, where there is one for this network and its holder is answered in time.
    pub(super) fn enter(&mut self, network: Option<IpAddr>) -> bool {
        let places = self.places.min(self.line.in_time());
        let own = network.and_then(|network| self.taken_by.get(&network));
        let own = own.copied().unwrap_or_default();
        if self.taken >= places || own >= places.div_ceil(2) {
            return false;
        }
        self.taken += 1;
        if let Some(network) = network {
            self.taken_by.insert(network, own + 1);
        }
        true
    }

    /// Gives back what [`Self::enter`] has taken.
    pub(super) fn leave(&mut self, network: Option<IpAddr>) {
        self.taken = self.taken.saturating_sub(1);
        let Some(network) = network else { return };
        match self.taken_by.get_mut(&network) {
            Some(own) if *own > 1 => *own -= 1,
            _ => drop(self.taken_by.remove(&network)),
        }
    }

    /// In how long somebody comes back who found no place; `of_crowd` where many of the network have been told.
    pub(super) fn turn(&mut self, of_crowd: bool, now: Instant) -> Duration {
        self.line.turn(self.taken, of_crowd, now)
    }

    /// Whether nobody has been told to come back later than now.
    pub(super) fn sends_nobody_away(&self, now: Instant) -> bool {
        self.line.is_empty(now)
    }

    /// Takes note of how long a hash took.
    pub(super) fn measured(&mut self, took: Duration) {
        self.line.measured(took);
    }

    /// How many have a place.
    #[cfg(test)]
    pub(super) fn taken(&self) -> usize {
        self.taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_network_has_half_of_the_places_and_gets_back_what_it_gives_back() {
        let mut queue = Queue::new(2, 98);
        let [one, other] = [1, 2].map(|last| Some(IpAddr::from([192, 0, 2, last])));
        let enters = |queue: &mut Queue, network| (0..200).filter(|_| queue.enter(network)).count();
        assert_eq!(enters(&mut queue, one), 50);
        assert_eq!(enters(&mut queue, other), 50);
        assert_eq!(enters(&mut queue, None), 0);
        for _ in 0..50 {
            queue.leave(one);
        }
        assert_eq!((queue.taken, queue.taken_by.len()), (50, 1));
        assert_eq!(enters(&mut queue, other), 0);
        assert_eq!(enters(&mut queue, None), 50);
    }

    #[test]
    fn where_hashes_take_long_one_network_has_half_of_the_few_places() {
        let mut queue = Queue::new(2, 512);
        for _ in 0..100 {
            queue.measured(Duration::from_secs(1));
        }
        let one = Some(IpAddr::from([192, 0, 2, 1]));
        let own = (0..600).filter(|_| queue.enter(one)).count();
        let others = (0..600).filter(|_| queue.enter(None)).count();
        assert!((20..=23).contains(&own), "{own}");
        assert!((19..=22).contains(&others), "{others}");
    }

    #[test]
    fn however_long_hashes_have_taken_who_comes_when_nobody_is_there_has_a_place() {
        for at_once in [1, 2] {
            let mut queue = Queue::new(at_once, 63);
            for _ in 0..100 {
                queue.measured(Duration::from_secs(600));
            }
            let one = Some(IpAddr::from([192, 0, 2, 1]));
            assert!(queue.enter(one));
        }
    }
}
