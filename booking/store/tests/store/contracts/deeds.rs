//! Who did what, beside the thing that it was done to.

use std::fmt::Display;

use booking_domain::{
    AuditStep, AuditSubject, Bookings, Deed, Deeds, Doer, EndedBy, Slots, StaffBookings,
    StaffCancellation,
    accounts::{NewSuspension, Suspensions},
    applications::Restrictions,
};
use jiff::civil::date;
use uuid::Uuid;

use super::lists::close;
use crate::support::{
    season::{FIRST_MS, HALF_HOUR_MS, NOW_MS, Season, adult, approve},
    world::World,
};

async fn deeds(world: &World, subject: AuditSubject, id: impl Display) -> Vec<Deed> {
    let id = id.to_string();
    let told = world.store.deeds(subject, std::slice::from_ref(&id)).await;
    told.unwrap().remove(&id).unwrap_or_default()
}

fn by_staff(step: AuditStep, at_ms: u64) -> Deed {
    let by = Doer::Staff("王信義".into());
    Deed { step, at_ms, by }
}

pub(crate) async fn what_was_done_to_a_visit_is_told_with_whoever_did_it(world: World) {
    let season = Season::new(world).await;
    let world = &season.world;
    let (here, by) = (world.facility, world.officer);
    let visit = season.confirmed(FIRST_MS).await;
    let given_up = season.confirmed(FIRST_MS + HALF_HOUR_MS).await;
    assert_eq!(deeds(world, AuditSubject::Visit, visit).await, []);
    for at_ms in [NOW_MS + 1, NOW_MS + 3] {
        close(world, Some(here), date(2026, 11, 27), at_ms).await;
        let born = [adult(world.people[0])];
        let cleared = world.store.clear(here, visit, &born, by, at_ms + 1);
        cleared.await.unwrap();
    }
    let cancellation = StaffCancellation {
        facility: here,
        visit,
        ended_by: EndedBy::Facility,
        reason: "設備故障".into(),
        by,
        now_ms: NOW_MS + 9,
    };
    world.store.cancel_by_staff(cancellation).await.unwrap();
    let expected = [
        by_staff(AuditStep::VisitFlagged, NOW_MS + 3),
        by_staff(AuditStep::VisitCleared, NOW_MS + 4),
        by_staff(AuditStep::VisitCancelled, NOW_MS + 9),
    ];
    assert_eq!(deeds(world, AuditSubject::Visit, visit).await, expected);
    let person = world.people[0];
    let cancelled = world
        .store
        .cancel(given_up, person, None, NOW_MS + 10)
        .await;
    cancelled.unwrap();
    let last = deeds(world, AuditSubject::Visit, given_up).await.pop();
    let own = Deed {
        step: AuditStep::VisitCancelled,
        at_ms: NOW_MS + 10,
        by: Doer::Visitor,
    };
    assert_eq!(last, Some(own));
}

pub(crate) async fn who_closed_suspended_or_restricted_and_who_took_it_back_is_told(world: World) {
    let (here, by) = (world.facility, world.officer);
    let closure = close(&world, Some(here), date(2026, 11, 27), 5).await;
    for at_ms in [6, 7] {
        let lifted = world.store.lift_closure(Some(here), closure, by, at_ms);
        assert_eq!(lifted.await, Ok(true));
    }
    let expected = [
        by_staff(AuditStep::ClosureAdded, 5),
        by_staff(AuditStep::ClosureLifted, 6),
    ];
    assert_eq!(
        deeds(&world, AuditSubject::Closure, closure).await,
        expected
    );
    let person = world.account(0, "a@example.tw").await;
    for at_ms in [10, 12] {
        let suspension = NewSuspension {
            person,
            staff: by,
            reason: "身分資料須再確認".into(),
            at_ms,
        };
        world.store.suspend(suspension).await.unwrap();
        let back = world.store.reinstate(person, by, at_ms + 1).await;
        back.unwrap();
    }
    let expected = [
        by_staff(AuditStep::AccountSuspended, 12),
        by_staff(AuditStep::AccountReinstated, 13),
    ];
    assert_eq!(deeds(&world, AuditSubject::Account, person).await, expected);
    approve(&world, person, world.inmates[0], "parent").await;
    let restriction = world.store.restrict(world.restriction(20, 20)).await;
    let restriction = restriction.unwrap();
    let lifted = world
        .store
        .lift_restriction(restriction, by, "裁定已經撤銷", 21);
    assert_eq!(lifted.await, Ok(true));
    let expected = [
        by_staff(AuditStep::Restricted, 20),
        by_staff(AuditStep::RestrictionLifted, 21),
    ];
    let told = deeds(&world, AuditSubject::Restriction, restriction).await;
    assert_eq!(told, expected);
    // What else the trail has of them is not told here.
    assert_eq!(deeds(&world, AuditSubject::Staff, by).await, []);
    let nobody = Uuid::nil();
    assert_eq!(deeds(&world, AuditSubject::Closure, nobody).await, []);
}
