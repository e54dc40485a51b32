//! Visits that staff add beside grid and month.

use booking_domain::{
    BookRefusal, EventFault, ExceptionVisit, Ground, HOLD_MS, StaffBookings, VisitState,
};
use grant::Slot;
use jiff::civil::{Date, date};

use crate::support::{
    audit_trail,
    season::{DAY_MS, FIRST_MS, HALF_HOUR_MS, NOW_MS, Season, adult},
    statement,
    world::World,
};

/// A visit in a minute, on a death of ten days ago.
fn bereavement(world: &World) -> ExceptionVisit {
    ExceptionVisit {
        facility: world.facility,
        inmate: world.inmates[0],
        terminal: world.terminals[0],
        slot: Slot {
            starts_at_ms: NOW_MS + 60_000,
            ends_at_ms: NOW_MS + HALF_HOUR_MS,
        },
        party: vec![adult(world.people[0])],
        ground: Ground::Bereavement,
        event_on: Some(date(2026, 11, 14)),
        reason: "祖母過世".into(),
        by: world.officer,
        now_ms: NOW_MS,
    }
}

pub(crate) async fn an_exception_is_outside_grid_and_quota_but_within_the_rules(world: World) {
    let season = Season::new(world).await;
    let world = &season.world;
    let exception = bereavement(world);
    let unapproved = ExceptionVisit {
        party: vec![adult(world.people[3])],
        ..exception.clone()
    };
    let refused = world.store.add_exception(unapproved).await;
    assert_eq!(refused, Err(BookRefusal::NotApproved.into()));
    let ordinary = ExceptionVisit {
        ground: Ground::Ordinary,
        event_on: None,
        ..exception.clone()
    };
    let refused = world.store.add_exception(ordinary).await;
    assert_eq!(refused, Err(BookRefusal::NotBookable.into()));
    let visit = world.store.add_exception(exception.clone()).await.unwrap();
    assert_eq!(season.used().await, 0);
    assert_eq!(season.told().await, ["facility_notice", "visit_confirmed"]);
    let day = Slot {
        starts_at_ms: NOW_MS,
        ends_at_ms: NOW_MS + HALF_HOUR_MS,
    };
    let visits = world
        .store
        .facility_visits(world.facility, day)
        .await
        .unwrap();
    assert_eq!(visits.len(), 1);
    assert_eq!(
        (visits[0].id, visits[0].state),
        (visit, VisitState::Confirmed)
    );
    let twice = world.store.add_exception(exception).await;
    assert_eq!(twice, Err(BookRefusal::AlreadyBusy.into()));
}

pub(crate) async fn a_hold_that_has_run_out_is_in_no_exceptions_way(world: World) {
    let season = Season::new(world).await;
    let world = &season.world;
    season.book(season.request(FIRST_MS)).await.unwrap();
    let slot = Slot {
        starts_at_ms: FIRST_MS,
        ends_at_ms: FIRST_MS + HALF_HOUR_MS,
    };
    let at = |now_ms| ExceptionVisit {
        slot,
        now_ms,
        ..bereavement(world)
    };
    let refused = world.store.add_exception(at(NOW_MS + HOLD_MS - 1)).await;
    assert_eq!(refused, Err(BookRefusal::AlreadyBusy.into()));
    let added = world.store.add_exception(at(NOW_MS + HOLD_MS)).await;
    assert!(added.is_ok(), "{added:?}");
}

pub(crate) async fn an_exception_is_on_a_day_that_its_event_allows(world: World) {
    let season = Season::new(world).await;
    let world = &season.world;
    let day = |visit: &ExceptionVisit, later: u64| Slot {
        starts_at_ms: visit.slot.starts_at_ms + later * DAY_MS,
        ends_at_ms: visit.slot.ends_at_ms + later * DAY_MS,
    };
    let ill = |event_on: Option<Date>, later: u64| {
        let today = bereavement(world);
        ExceptionVisit {
            ground: Ground::CriticalIllness,
            event_on,
            slot: day(&today, later),
            ..today
        }
    };
    let last_day = date(2026, 11, 27);
    for (visit, fault) in [
        (ill(None, 0), EventFault::Missing),
        (ill(Some(date(2026, 11, 25)), 1), EventFault::InFuture),
        (ill(Some(date(2026, 11, 16)), 0), EventFault::TooLongAgo),
        (
            ill(Some(date(2026, 11, 20)), 4),
            EventFault::OutsideWindow { last_day },
        ),
    ] {
        let refused = world.store.add_exception(visit).await;
        assert_eq!(refused, Err(fault.into()));
    }
    let news = ill(Some(date(2026, 11, 20)), 3);
    let time = news.slot;
    let visit = world.store.add_exception(news).await.unwrap();
    let listed = world.store.facility_visits(world.facility, time).await;
    assert_eq!(listed.unwrap()[0].event_on, Some(date(2026, 11, 20)));
    let (_, _, detail) = audit_trail(&world.database, visit).await.remove(0);
    assert!(detail.contains(r#""event_on":"2026-11-20""#), "{detail}");
    let dateless = format!("UPDATE visit SET event_on = NULL WHERE id = '{visit}'");
    assert!(statement(&world.database, &dateless).await.is_err());
}
