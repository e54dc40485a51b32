//! What two bookings can never do to each other.

use booking_domain::{
    EndedBy, NewFacility, NewInmate, NewVisit, Officers, Registry, StoreError, Terminated,
    Termination,
};
use grant::Slot;

use crate::support::{
    statement,
    world::{MINUTE_MS, OPENS_AT_MS, SLOT, STARTS_AT_MS, World},
};

pub(crate) async fn nobody_is_in_two_visits_at_once(world: World) {
    world.add_visit().await;
    let overlapping = Slot {
        starts_at_ms: SLOT.ends_at_ms - MINUTE_MS,
        ends_at_ms: SLOT.ends_at_ms + 29 * MINUTE_MS,
    };
    let apart = NewVisit {
        terminal: world.terminals[1],
        inmate: world.inmates[1],
        opens_at_ms: OPENS_AT_MS,
        slot: overlapping,
        party: vec![world.people[3]],
    };
    let same_terminal = NewVisit {
        terminal: world.terminals[0],
        ..apart.clone()
    };
    let same_inmate = NewVisit {
        inmate: world.inmates[0],
        ..apart.clone()
    };
    let same_visitor = NewVisit {
        party: vec![world.people[3], world.people[1]],
        ..apart.clone()
    };
    for visit in [same_terminal, same_inmate, same_visitor] {
        assert_eq!(world.store.add_visit(visit).await, Err(StoreError::Overlap));
    }
    // The refused ones left nothing behind that would be in the way.
    assert!(world.store.add_visit(apart).await.is_ok());
}

pub(crate) async fn visits_may_follow_each_other_to_the_millisecond(world: World) {
    world.add_visit().await;
    let after = Slot {
        starts_at_ms: SLOT.ends_at_ms,
        ends_at_ms: SLOT.ends_at_ms + MINUTE_MS,
    };
    assert!(
        world
            .store
            .add_visit(NewVisit {
                slot: after,
                ..world.visit()
            })
            .await
            .is_ok()
    );
    let before = Slot {
        starts_at_ms: STARTS_AT_MS - MINUTE_MS,
        ends_at_ms: STARTS_AT_MS,
    };
    assert!(
        world
            .store
            .add_visit(NewVisit {
                slot: before,
                ..world.visit()
            })
            .await
            .is_ok()
    );
}

pub(crate) async fn a_settled_visit_sets_its_people_free(world: World) {
    let visit = world.add_visit().await;
    let termination = Termination {
        visit,
        facility: world.facility,
        officer: world.officer,
        ended_by: EndedBy::Facility,
        reason: "設備故障，改期補行接見".into(),
        at_ms: STARTS_AT_MS,
    };
    assert_eq!(
        world.store.terminate(termination).await,
        Ok(Terminated::Done)
    );
    assert!(world.store.add_visit(world.visit()).await.is_ok());
}

pub(crate) async fn a_visit_brought_back_to_life_engages_its_people_again(world: World) {
    let visit = world.add_visit().await;
    let set = async |state| {
        let sql = format!("UPDATE visit SET state = '{state}' WHERE id = '{visit}'");
        statement(&world.database, &sql).await
    };
    set("cancelled").await.unwrap();
    set("confirmed").await.unwrap();
    assert_eq!(
        world.store.add_visit(world.visit()).await,
        Err(StoreError::Overlap)
    );
    set("cancelled").await.unwrap();
    world.add_visit().await;
    assert!(set("confirmed").await.is_err());
}

pub(crate) async fn of_many_bookings_at_once_one_takes_place(world: World) {
    const CONTENDERS: usize = 24;
    let world = std::sync::Arc::new(world);
    let mut bookings = Vec::new();
    for contender in 0..CONTENDERS {
        let world = world.clone();
        let mut visit = world.visit();
        // Each with the people in another order, as an invitation to lock each other up.
        visit.party.rotate_left(contender % 3);
        bookings.push(tokio::spawn(
            async move { world.store.add_visit(visit).await },
        ));
    }
    let (mut booked, mut refused) = (0, 0);
    for booking in bookings {
        match booking.await.unwrap() {
            Ok(_) => booked += 1,
            Err(error) => {
                assert_eq!(error, StoreError::Overlap);
                refused += 1;
            }
        }
    }
    assert_eq!((booked, refused), (1, CONTENDERS - 1));
}

pub(crate) async fn a_visit_stays_within_one_facility_and_seats_one_to_three(world: World) {
    let other = NewFacility {
        name: "示範監獄".into(),
        time_zone: "Asia/Taipei".into(),
    };
    let other = world.store.add_facility(other).await.unwrap();
    let inmate = NewInmate {
        facility: other,
        number: "1024".into(),
        name: "林志遠".into(),
        first_name: "志遠".into(),
    };
    let inmate = world.store.add_inmate(inmate).await.unwrap();
    let invalid = [
        NewVisit {
            inmate,
            ..world.visit()
        },
        NewVisit {
            party: Vec::new(),
            ..world.visit()
        },
        NewVisit {
            party: world.people[..4].to_vec(),
            ..world.visit()
        },
        NewVisit {
            opens_at_ms: STARTS_AT_MS + 1,
            ..world.visit()
        },
        NewVisit {
            slot: Slot {
                starts_at_ms: STARTS_AT_MS,
                ends_at_ms: STARTS_AT_MS,
            },
            ..world.visit()
        },
    ];
    for visit in invalid {
        let refused = world.store.add_visit(visit.clone()).await;
        assert!(
            matches!(refused, Err(StoreError::Invalid(_))),
            "{visit:?} {refused:?}"
        );
    }
    let twice = NewVisit {
        party: vec![world.people[0]; 2],
        ..world.visit()
    };
    assert!(world.store.add_visit(twice).await.is_err());
}

pub(crate) async fn an_inmate_number_is_unique_in_its_facility(world: World) {
    let inmate = NewInmate {
        facility: world.facility,
        number: "1024".into(),
        name: "林志遠".into(),
        first_name: "志遠".into(),
    };
    let refused = world.store.add_inmate(inmate).await;
    assert!(
        matches!(refused, Err(StoreError::Duplicate(_))),
        "{refused:?}"
    );
}
