//! What is looked up for many at once: each is answered with their own.

use booking_domain::{
    Bookings, HOLD_MS, NewBooking,
    applications::{NewRestriction, Restrictions},
};
use grant::Slot;
use jiff::civil::date;

use crate::support::{
    season::{DAY_MS, FIRST_MS, HALF_HOUR_MS, NOW_MS, Season, new_applicants},
    world::World,
};

pub(crate) async fn each_applicant_learns_their_own_standing(world: World) {
    let season = Season::new(world).await;
    let [first, second] = [season.world.people[0], season.world.people[1]];
    let [own, other] = season.applications;
    season.book(season.request(FIRST_MS)).await.unwrap();
    let mut asked = vec![(first, own), (first, other), (second, other)];
    // More than one statement asks for.
    asked.extend(new_applicants(&season.world, 70).await);
    let store = &season.world.store;
    let found = store.applicant_standings(&asked, NOW_MS).await.unwrap();
    assert_eq!(found.len(), asked.len());
    let held = found[0].as_ref().unwrap();
    let slot = Slot {
        starts_at_ms: FIRST_MS,
        ends_at_ms: FIRST_MS + HALF_HOUR_MS,
    };
    assert_eq!(held.subject.inmate, season.world.inmates[0]);
    assert_eq!(held.subject.facility, season.world.facility);
    assert!(held.subject.approved);
    // Once for the person and once for the inmate.
    assert_eq!(held.busy, [slot, slot]);
    let november = booking_domain::Month::of(date(2026, 11, 27));
    assert_eq!(held.used(november), 1);
    assert_eq!(found[1], None, "it is somebody else's application");
    let free = found[2].as_ref().unwrap();
    assert_eq!(free.subject.inmate, season.world.inmates[1]);
    assert!(free.busy.is_empty() && free.used(november) == 0);
    assert!(found[3..].iter().all(Option::is_some));
    let subjects = store.booking_subjects(&asked).await.unwrap();
    let of_standings = found
        .iter()
        .map(|found| Some(found.as_ref()?.subject.clone()));
    assert_eq!(subjects, Vec::from_iter(of_standings));
    let late = store
        .applicant_standings(&asked[..1], NOW_MS + HOLD_MS)
        .await;
    let late = late.unwrap().remove(0).unwrap();
    assert!(late.busy.is_empty(), "the hold has run out");
    sqlx::query("UPDATE application SET state = 'revoked' WHERE id = $1")
        .bind(own.to_string())
        .execute(&season.world.database)
        .await
        .unwrap();
    let revoked = store.applicant_standings(&asked[..1], NOW_MS).await;
    assert!(!revoked.unwrap().remove(0).unwrap().subject.approved);
}

pub(crate) async fn an_applicant_learns_what_stands_against_each_slot(world: World) {
    let season = Season::new(world).await;
    let world = &season.world;
    let [first, second] = [world.people[0], world.people[1]];
    let [own, other] = season.applications;
    let asked = [(first, own), (second, other)];
    let barred = async |bar: NewRestriction| {
        let is_over = bar.until_ms == Some(NOW_MS);
        let id = world.store.restrict(bar).await.unwrap();
        let found = world.store.applicant_standings(&asked, NOW_MS).await;
        let found = found.unwrap().into_iter().flatten();
        let slots = [FIRST_MS, FIRST_MS + DAY_MS];
        let each = found.map(|standing| slots.map(|starts_at_ms| standing.is_barred(starts_at_ms)));
        let each = Vec::from_iter(each);
        let lifted = world
            .store
            .lift_restriction(id, world.officer, "裁定撤銷", NOW_MS);
        assert_eq!(lifted.await, Ok(!is_over));
        each
    };
    let none = [false, false];
    let tomorrow = world.restriction(NOW_MS + DAY_MS, NOW_MS);
    let of_person = NewRestriction {
        inmate: None,
        ..tomorrow.clone()
    };
    let of_inmate = NewRestriction {
        person: None,
        inmate: Some(world.inmates[1]),
        ..tomorrow.clone()
    };
    let of_both = NewRestriction {
        inmate: Some(world.inmates[0]),
        ..tomorrow
    };
    let with_another = NewRestriction {
        inmate: Some(world.inmates[1]),
        ..of_both.clone()
    };
    let for_a_day = NewRestriction {
        until_ms: Some(FIRST_MS + 1),
        ..of_both.clone()
    };
    let over = NewRestriction {
        from_ms: NOW_MS - 1,
        until_ms: Some(NOW_MS),
        ..of_both.clone()
    };
    assert_eq!(barred(of_person).await, [[true, true], none]);
    assert_eq!(barred(of_inmate).await, [none, [true, true]]);
    assert_eq!(barred(of_both).await, [[true, true], none]);
    assert_eq!(barred(with_another).await, [none, none]);
    assert_eq!(barred(for_a_day).await, [[true, false], none]);
    assert_eq!(barred(over).await, [none, none]);
}

pub(crate) async fn a_key_is_used_by_whom_it_got_a_visit(world: World) {
    let season = Season::new(world).await;
    let [first, second] = [season.world.people[0], season.world.people[1]];
    let store = &season.world.store;
    let keyed = NewBooking {
        idempotency_key: Some("a".to_owned()),
        ..season.request(FIRST_MS)
    };
    season.book(keyed).await.unwrap();
    let key = |person, key: &str| (person, key.to_owned());
    let keyed = [key(first, "a"), key(first, "b"), key(second, "a")];
    let used = store.keys_used(&keyed).await.unwrap();
    assert_eq!(used, [true, false, false]);
}
