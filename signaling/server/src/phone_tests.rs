//! Phones that test whether a call would hold: who may, how many at once, and their media.
//!
//! A test takes nothing from a visit: its pass opens a room of its own, with one seat and for a minute, and so few run
//! at once that the media threads hardly notice. Nobody hears or sees it, and no step of it is noted.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use grant::TestPass;
use ids::{PersonId, VisitId};
use prometheus::IntGauge;
use protocol::ErrorCode;
use sfu_server::{JoinError, JoinRequest};
use signaling_core::{Admission, Refusal, TestClaim, TestMedia, Tested};

use crate::shared::Shared;

/// One person's tests at once: the second is a page that was loaded anew.
const OF_ONE_PERSON: usize = 2;

/// The tests that run.
pub(crate) struct PhoneTests {
    running: Mutex<BTreeMap<PersonId, usize>>,
    most: usize,
    gauge: IntGauge,
}

/// A test's place among them, until it is dropped.
pub(crate) struct TestPlace {
    tests: Arc<PhoneTests>,
    person: PersonId,
}

impl PhoneTests {
    pub(crate) const fn new(most: usize, gauge: IntGauge) -> Self {
        Self {
            running: Mutex::new(BTreeMap::new()),
            most,
            gauge,
        }
    }

    /// A place for one more test of a person's, if there is one.
    pub(crate) fn begin(self: &Arc<Self>, person: PersonId) -> Option<TestPlace> {
        let mut running = self.running();
        let all: usize = running.values().sum();
        let own = running.get(&person).copied().unwrap_or(0);
        if all >= self.most || own >= OF_ONE_PERSON {
            return None;
        }
        running.insert(person, own + 1);
        self.gauge.inc();
        Some(TestPlace {
            tests: Arc::clone(self),
            person,
        })
    }

    fn running(&self) -> MutexGuard<'_, BTreeMap<PersonId, usize>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for TestPlace {
    fn drop(&mut self) {
        let mut running = self.tests.running();
        if let Some(own) = running.get_mut(&self.person) {
            *own -= 1;
            if *own == 0 {
                running.remove(&self.person);
            }
        }
        self.tests.gauge.dec();
    }
}

/// A pass for a test of a person's, and until when it is good, Unix milliseconds.
pub(crate) fn pass(shared: &Shared, person: PersonId) -> (String, u64) {
    let now_ms = shared.now().unix_ms;
    let pass = TestPass {
        room: room(rand::random()),
        person,
        ends_at_ms: now_ms + TestPass::LENGTH_MS,
    };
    (shared.grants.seal_test(&pass, now_ms), pass.ends_at_ms)
}

/// A room for a test: an id that is random throughout (UUID version 4), as no visit's is (version 7).
fn room(random: [u8; 16]) -> VisitId {
    VisitId::from_uuid(uuid::Builder::from_random_bytes(random).into_uuid())
}

/// What a pass lets one into.
pub(crate) fn admit(shared: &Shared, pass: &str) -> Result<Admission, Refusal> {
    let TestPass {
        room,
        person,
        ends_at_ms,
    } = shared
        .grants
        .open_test(pass, shared.now().unix_ms)
        .map_err(|_| Refusal::new(ErrorCode::TestNotValid))?;
    Ok(Admission::Test(TestClaim {
        room,
        person,
        ends_at_ms,
    }))
}

/// Media for a test.
pub(crate) async fn media(shared: &Shared, wanted: TestMedia) -> Result<Tested, Refusal> {
    let TestMedia {
        claim,
        ends_at,
        offer,
        restart,
    } = wanted;
    let (visit, seat) = (claim.room, TestMedia::SEAT);
    let answer = if restart {
        shared.sfu.restart(visit, seat, offer).await
    } else {
        let request = JoinRequest {
            visit,
            seat,
            ends_at,
            offer,
        };
        shared.sfu.join(request).await.map(|joined| joined.answer)
    };
    let relay = shared.settings.relay.as_ref();
    let now_ms = shared.now().unix_ms;
    let relay = relay.map(|relay| relay.for_test(claim.person, claim.ends_at_ms, now_ms));
    Ok(Tested {
        answer: answer.map_err(refused)?,
        ice_servers: relay.into_iter().collect(),
    })
}

fn refused(error: JoinError) -> Refusal {
    match error {
        JoinError::Over | JoinError::Vacant => Refusal::new(ErrorCode::TestNotValid),
        JoinError::Offer(error) => {
            Refusal::with_detail(ErrorCode::OfferNotUsable, error.to_string())
        }
        JoinError::Full => Refusal::new(ErrorCode::Busy),
        JoinError::Unavailable => {
            tracing::error!(%error, "a test has no media");
            Refusal::new(ErrorCode::Unavailable)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(number: u128) -> PersonId {
        PersonId::from_uuid(uuid::Uuid::from_u128(number))
    }

    #[test]
    fn the_room_of_a_test_is_no_visits_whatever_the_dice_say() {
        let id = |random| room(random).as_uuid();
        assert_ne!(id([1; 16]), id([2; 16]));
        for random in [[0; 16], [0xff; 16], [0x77; 16]] {
            assert_eq!(id(random).get_version_num(), 4);
        }
    }

    #[test]
    fn there_are_no_more_tests_than_there_may_be_and_a_place_comes_free_with_its_test() {
        let gauge = IntGauge::new("tests", "tests").unwrap();
        let tests = Arc::new(PhoneTests::new(3, gauge.clone()));
        let mine = tests.begin(person(1)).unwrap();
        let also_mine = tests.begin(person(1)).unwrap();
        assert!(tests.begin(person(1)).is_none(), "a person has two");
        let other = tests.begin(person(2)).unwrap();
        assert!(tests.begin(person(3)).is_none(), "all together are three");
        assert_eq!(gauge.get(), 3);
        drop(other);
        let third = tests.begin(person(3)).unwrap();
        drop((mine, also_mine, third));
        assert_eq!(gauge.get(), 0);
        assert!(tests.running().is_empty(), "nobody is remembered");
    }
}
