//! Long lists, which go on page by page while rows come in.

use booking_domain::{
    BookingPage, Bookings, ClosurePlan, ClosuresPage, NewFacility, Registry, Slots,
    accounts::{AccountQuery, NewSuspension, Suspensions},
    applications::{FacilityVisitors, VisitorQuery},
};
use ids::{ClosureId, FacilityId};
use jiff::civil::{Date, date};

use crate::support::{
    season::{FIRST_MS, HALF_HOUR_MS, NOW_MS, Season, approve, new_applicants},
    world::World,
};

fn closure(from: Date) -> ClosurePlan {
    ClosurePlan {
        from,
        to: from,
        minutes: None,
        reason: "設備檢修".into(),
    }
}

/// Closes a day.
pub(super) async fn close(
    world: &World,
    facility: Option<FacilityId>,
    from: Date,
    at_ms: u64,
) -> ClosureId {
    let added = world
        .store
        .add_closure(facility, closure(from), world.officer, at_ms);
    added.await.unwrap().0
}

pub(crate) async fn closures_are_listed_page_by_page_with_those_that_were_lifted(world: World) {
    let here = Some(world.facility);
    let [early, middle, holiday] = [
        close(&world, here, date(2026, 11, 27), 1).await,
        close(&world, here, date(2026, 12, 24), 2).await,
        close(&world, None, date(2027, 1, 1), 3).await,
    ];
    let lift = world.store.lift_closure(here, middle, world.officer, 9);
    lift.await.unwrap();
    let list = async |facility, after, limit| {
        let page = ClosuresPage {
            facility,
            after,
            limit,
        };
        let listed = world.store.closures(page).await.unwrap().into_iter();
        listed
            .map(|listed| (listed.closure.id, listed.lifted_at_ms))
            .collect::<Vec<_>>()
    };
    let whole = [(holiday, None), (middle, Some(9)), (early, None)];
    assert_eq!(list(world.facility, None, 10).await, whole);
    assert_eq!(list(world.facility, None, 1).await, whole[..1]);
    // What is added meanwhile moves nothing of what is still to come.
    close(&world, here, date(2027, 2, 1), 4).await;
    let same_day = close(&world, here, date(2026, 12, 24), 5).await;
    assert_eq!(
        list(world.facility, Some(holiday), 1).await,
        [(same_day, None)]
    );
    assert_eq!(list(world.facility, Some(same_day), 9).await, whole[1..]);
    let there = NewFacility {
        name: "乙監獄".into(),
        time_zone: "Asia/Taipei".into(),
    };
    let there = world.store.add_facility(there).await.unwrap();
    assert_eq!(list(there, None, 10).await, [(holiday, None)]);
}

pub(crate) async fn a_long_list_of_people_goes_on_where_it_ended(world: World) {
    // Hundreds of one name: the page ends amid them.
    let applicants = new_applicants(&world, 210).await;
    let (mut met, mut late) = (Vec::new(), [0, 1].into_iter());
    let mut after = None;
    loop {
        let query = VisitorQuery {
            facility: world.facility,
            text: String::new(),
            approved_for: None,
            after,
            limit: 100,
        };
        let found = world.store.find_visitors(query).await.unwrap();
        after = found.last().map(|visitor| visitor.application);
        met.extend(found.iter().map(|visitor| visitor.person));
        if found.len() < 100 {
            break;
        }
        // Somebody else applies meanwhile.
        if let Some(person) = late.next() {
            let inmate = world.inmates[0];
            approve(&world, world.people[person], inmate, "parent").await;
        }
    }
    for (person, _) in applicants {
        let times = met.iter().filter(|each| **each == person).count();
        assert_eq!(times, 1);
    }

    let mut expected = Vec::new();
    for number in 0..4 {
        let address = format!("{number}@example.tw");
        expected.push(world.account(number, &address).await);
    }
    let page = async |after, limit| {
        let query = AccountQuery {
            text: String::new(),
            email_key: None,
            at_ms: 1,
            after,
            limit,
        };
        let found = world.store.find_accounts(query).await.unwrap();
        found
            .into_iter()
            .map(|account| account.person)
            .collect::<Vec<_>>()
    };
    for person in &expected {
        let suspension = NewSuspension {
            person: *person,
            staff: world.officer,
            reason: "身分資料須再確認".into(),
            at_ms: 1,
        };
        world.store.suspend(suspension).await.unwrap();
    }
    let whole = page(None, 10).await;
    let mut sorted = whole.clone();
    sorted.sort_unstable();
    expected.sort_unstable();
    assert_eq!(sorted, expected);
    let mut paged = page(None, 3).await;
    paged.extend(page(paged.last().copied(), 3).await);
    assert_eq!(paged, whole);
}

pub(crate) async fn visits_that_begin_at_the_same_time_are_all_listed(world: World) {
    let season = Season::new(world).await;
    let world = &season.world;
    let person = world.people[0];
    let earlier = season.confirmed(FIRST_MS).await;
    let mut expected = Vec::new();
    for _ in 0..3 {
        let visit = season.confirmed(FIRST_MS + HALF_HOUR_MS).await;
        let cancelled = world.store.cancel(visit, person, None, NOW_MS).await;
        cancelled.unwrap();
        expected.insert(0, visit);
    }
    expected.push(earlier);
    let list = async |before, limit| {
        let page = BookingPage { before, limit };
        let listed = world.store.visits_of(person, page, NOW_MS).await.unwrap();
        listed.into_iter().map(|visit| visit.id).collect::<Vec<_>>()
    };
    assert_eq!(list(None, 10).await, expected);
    let mut paged = Vec::new();
    while let [visit] = list(paged.last().copied(), 1).await[..] {
        paged.push(visit);
    }
    assert_eq!(paged, expected);
}
