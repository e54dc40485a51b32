//! Who comes to a visit, and who says that it takes place.

use booking_domain::{
    BookRefusal, Bookings, ChangeError, ClosurePlan, ExceptionVisit, Ground, IssueCause,
    NewBooking, PartyCandidate, PartyRemoval, Removed, Slots, StaffBookings, Visits,
};
use grant::Slot;
use ids::{PersonId, VisitId};
use jiff::civil::date;

use crate::support::{
    audit_trail,
    season::{DAY_MS, FIRST_MS, HALF_HOUR_MS, NOW_MS, Season, adult, agree, approve, born},
    statement,
    world::{World, device, link},
};

/// A confirmed visit of the first two people, who agreed.
async fn together(season: &Season) -> VisitId {
    let world = &season.world;
    let [first, second] = [world.people[0], world.people[1]];
    agree(world, first, second, world.inmates[0]).await;
    approve(world, second, world.inmates[0], "sibling").await;
    let party = vec![adult(first), adult(second)];
    let request = NewBooking {
        party: party.clone(),
        ..season.request(FIRST_MS)
    };
    let visit = season.book(request).await.unwrap();
    let confirmed = world.store.confirm(visit, first, &party, NOW_MS);
    confirmed.await.unwrap();
    visit
}

async fn flag(season: &Season, visit: VisitId) {
    let sql =
        format!("UPDATE visit SET state = 'flagged', reason = '設備檢修' WHERE id = '{visit}'");
    run(season, &sql).await;
}

async fn run(season: &Season, sql: &str) {
    statement(&season.world.database, sql).await.unwrap();
}

async fn clear(
    season: &Season,
    visit: VisitId,
    born: &[PartyCandidate],
) -> Result<(), ChangeError> {
    let world = &season.world;
    let cleared = world
        .store
        .clear(world.facility, visit, born, world.officer, NOW_MS);
    cleared.await
}

pub(crate) async fn who_gives_up_a_flagged_visit_gives_it_back_however_late(world: World) {
    let season = Season::new(world).await;
    let visit = season.confirmed(FIRST_MS).await;
    flag(&season, visit).await;
    let (store, person) = (&season.world.store, season.world.people[0]);
    assert_eq!(
        store.cancel(visit, person, None, FIRST_MS - 1).await,
        Ok(())
    );
    assert_eq!(season.state(visit).await, "cancelled");
    assert_eq!(season.used().await, 0);
}

pub(crate) async fn a_flagged_visit_is_cleared_only_for_a_party_that_may_come(world: World) {
    let season = Season::new(world).await;
    let visit = together(&season).await;
    flag(&season, visit).await;
    let world = &season.world;
    let (facility, inmate) = (world.facility, world.inmates[0]);
    let [first, second] = [world.people[0], world.people[1]];
    let grown = [adult(first), adult(second)];
    world.account(1, "b@example.tw").await;
    let restriction = format!(
        "INSERT INTO restriction (id, facility_id, person_id, inmate_id, kind, reason, from_ms,
                                  created_at_ms)
         VALUES ('r', '{facility}', '{second}', '{inmate}', 'no_contact', '法院裁定', 0, 0)"
    );
    let application = |state: &str| {
        format!(
            "UPDATE application SET state = '{state}'
             WHERE person_id = '{second}' AND inmate_id = '{inmate}'"
        )
    };
    let account = |state: &str, since: &str, why: &str| {
        format!(
            "UPDATE account SET state = '{state}', suspended_at_ms = {since},
                    suspension_reason = {why}"
        )
    };
    let inmate = |state: &str| format!("UPDATE inmate SET state = '{state}' WHERE id = '{inmate}'");
    for (obstacle, refusal, removed) in [
        (
            application("revoked"),
            BookRefusal::NotApproved,
            application("approved"),
        ),
        (
            account("suspended", "1", "'查證'"),
            BookRefusal::NotApproved,
            account("active", "NULL", "NULL"),
        ),
        (
            restriction,
            BookRefusal::Restricted,
            "DELETE FROM restriction".to_owned(),
        ),
        (
            inmate("released"),
            BookRefusal::InmateGone,
            inmate("present"),
        ),
    ] {
        run(&season, &obstacle).await;
        assert_eq!(
            clear(&season, visit, &grown).await,
            Err(refusal.into()),
            "{obstacle}"
        );
        run(&season, &removed).await;
    }
    let minors = [first, second].map(|person| born(person, date(2012, 1, 1)));
    let refused = clear(&season, visit, &minors).await;
    assert_eq!(refused, Err(BookRefusal::MinorWithoutAdult.into()));
    assert_eq!(season.state(visit).await, "flagged");
    assert_eq!(clear(&season, visit, &grown).await, Ok(()));
    assert_eq!(season.state(visit).await, "confirmed");
}

pub(crate) async fn what_staff_weighed_does_not_stand_against_clearing(world: World) {
    let season = Season::new(world).await;
    let visit = together(&season).await;
    flag(&season, visit).await;
    run(&season, "UPDATE companion SET state = 'withdrawn'").await;
    let world = &season.world;
    let (first, inmate, terminal) = (world.people[0], world.inmates[0], world.terminals[0]);
    for days in 1..=3 {
        let starts_at_ms = NOW_MS - days * DAY_MS;
        let missed = format!(
            "INSERT INTO visit (id, facility_id, terminal_id, inmate_id, opens_at_ms, starts_at_ms,
                                ends_at_ms, state, ended_by)
             VALUES ('{days}', '{}', '{terminal}', '{inmate}', {starts_at_ms}, {starts_at_ms},
                     {starts_at_ms} + 60000, 'no_show', 'visitor')",
            world.facility
        );
        run(&season, &missed).await;
        let seat = format!(
            "INSERT INTO visit_member (visit_id, seat, person_id, missed)
             VALUES ('{days}', 1, '{first}', 1)"
        );
        run(&season, &seat).await;
    }
    let refused = season.book(season.request(FIRST_MS + DAY_MS)).await;
    assert_eq!(refused, Err(BookRefusal::Restricted.into()));
    assert_eq!(clear(&season, visit, &[adult(first)]).await, Ok(()));
}

pub(crate) async fn a_minor_whose_adult_left_meanwhile_does_not_confirm_alone(world: World) {
    let season = Season::new(world).await;
    let world = &season.world;
    let [minor, grown] = [world.people[0], world.people[1]];
    agree(world, minor, grown, world.inmates[0]).await;
    approve(world, grown, world.inmates[0], "parent").await;
    let party = vec![born(minor, date(2012, 1, 1)), adult(grown)];
    let request = NewBooking {
        party: party.clone(),
        ..season.request(FIRST_MS)
    };
    let visit = season.book(request).await.unwrap();
    let left = world.store.leave(visit, grown, &[grown], NOW_MS).await;
    assert_eq!(left, Ok(()));
    let refused = world.store.confirm(visit, minor, &party, NOW_MS).await;
    assert_eq!(refused, Err(BookRefusal::MinorWithoutAdult.into()));
    assert_eq!(season.state(visit).await, "held");
}

async fn take_out(
    season: &Season,
    visit: VisitId,
    person: PersonId,
    born: &[PartyCandidate],
) -> Result<Removed, ChangeError> {
    let world = &season.world;
    let removal = PartyRemoval {
        facility: world.facility,
        visit,
        person,
        born: born.to_vec(),
        reason: "法院裁定禁止接觸".into(),
        by: world.officer,
        now_ms: NOW_MS,
    };
    world.store.remove_from_party(removal).await
}

/// The kind of each visitor's newest message, and what it tells of the reason and of who comes.
async fn told(season: &Season, person: PersonId) -> Vec<(String, Option<String>, String)> {
    let notices = season.world.notices().await;
    let own = notices
        .into_iter()
        .filter(|(_, to, _)| *to == person.to_string());
    own.map(|(kind, _, params)| {
        let params: serde_json::Value = serde_json::from_str(&params).unwrap();
        let reason = params["reason"].as_str().map(str::to_owned);
        (kind, reason, params["party"].as_str().unwrap().to_owned())
    })
    .collect()
}

pub(crate) async fn staff_take_one_of_several_out_and_each_is_told_what_is_theirs(world: World) {
    let season = Season::new(world).await;
    let visit = together(&season).await;
    let world = &season.world;
    let [first, second] = [world.people[0], world.people[1]];
    let grown = [adult(first), adult(second)];
    flag(&season, visit).await;
    run(
        &season,
        &format!("UPDATE application SET state = 'revoked' WHERE person_id = '{second}'"),
    )
    .await;
    let refused = clear(&season, visit, &grown).await;
    assert_eq!(refused, Err(BookRefusal::NotApproved.into()));
    let stranger = take_out(&season, visit, world.people[3], &grown).await;
    assert_eq!(stranger, Err(ChangeError::NotPossible));
    season.forget_messages().await;
    let removed = take_out(&season, visit, second, &grown).await.unwrap();
    assert_eq!((u8::from(removed.seat), removed.links), (2, 0));
    assert_eq!(season.state(visit).await, "flagged");
    let own = world.store.visit_of(first, visit).await.unwrap().unwrap();
    let name = own.party[0].name.clone();
    let reason = Some("法院裁定禁止接觸".to_owned());
    let theirs = [("visit_left".to_owned(), reason, name.clone())];
    assert_eq!(told(&season, second).await, theirs);
    let others = [("visit_changed".to_owned(), None, name)];
    assert_eq!(told(&season, first).await, others);
    assert_eq!(world.store.visit_of(second, visit).await, Ok(None));
    let alone = take_out(&season, visit, first, &grown).await;
    assert_eq!(alone, Err(BookRefusal::PartySize.into()));
    assert_eq!(clear(&season, visit, &grown).await, Ok(()));
    let (_, action, detail) = audit_trail(&world.database, visit).await.remove(2);
    assert_eq!(action, "removed_from_party");
    assert!(detail.contains("法院裁定禁止接觸"), "{detail}");
}

pub(crate) async fn who_takes_over_is_the_applicant_and_without_an_adult_the_visit_is_flagged(
    world: World,
) {
    let season = Season::new(world).await;
    let visit = together(&season).await;
    let world = &season.world;
    let [first, second] = [world.people[0], world.people[1]];
    let minor = [adult(first), born(second, date(2012, 1, 1))];
    take_out(&season, visit, first, &minor).await.unwrap();
    assert_eq!(season.state(visit).await, "flagged");
    let left = world.store.visit_of(second, visit).await.unwrap().unwrap();
    assert_eq!(left.applicant, Some(second));
    assert_eq!(left.party.len(), 1);
}

pub(crate) async fn who_took_over_has_room_for_two_others(world: World) {
    let season = Season::new(world).await;
    let visit = together(&season).await;
    let world = &season.world;
    let [first, second] = [world.people[0], world.people[1]];
    let adults = [adult(first), adult(second)];
    take_out(&season, visit, first, &adults).await.unwrap();
    let others = [world.people[2], world.people[3]];
    for other in others {
        approve(world, other, world.inmates[0], "sibling").await;
        agree(world, second, other, world.inmates[0]).await;
    }
    let party = [second, others[0], others[1]].map(adult).to_vec();
    let changed = world.store.change_party(visit, party, NOW_MS).await;
    assert_eq!(changed, Ok(()));
    let changed = world.store.visit_of(second, visit).await.unwrap().unwrap();
    assert_eq!(changed.party.len(), 3);
}

pub(crate) async fn the_applicant_changes_the_party_of_a_flagged_visit(world: World) {
    let season = Season::new(world).await;
    let visit = together(&season).await;
    flag(&season, visit).await;
    season.forget_messages().await;
    let world = &season.world;
    let [first, second] = [world.people[0], world.people[1]];
    let changed = world.store.change_party(visit, vec![adult(first)], NOW_MS);
    assert_eq!(changed.await, Ok(()));
    assert_eq!(season.state(visit).await, "flagged");
    let kinds = |told: Vec<(String, Option<String>, String)>| {
        told.into_iter().map(|(kind, ..)| kind).collect::<Vec<_>>()
    };
    assert_eq!(kinds(told(&season, second).await), ["visit_left"]);
    assert_eq!(kinds(told(&season, first).await), ["visit_changed"]);
}

pub(crate) async fn who_comes_first_to_an_exception_may_call_it_off(world: World) {
    let season = Season::new(world).await;
    let world = &season.world;
    let [first, second] = [world.people[0], world.people[1]];
    approve(world, second, world.inmates[0], "sibling").await;
    let exception = ExceptionVisit {
        facility: world.facility,
        inmate: world.inmates[0],
        terminal: world.terminals[0],
        slot: Slot {
            starts_at_ms: FIRST_MS,
            ends_at_ms: FIRST_MS + 60_000,
        },
        party: vec![adult(first), adult(second)],
        ground: Ground::Bereavement,
        event_on: Some(date(2026, 11, 1)),
        reason: "祖母過世".into(),
        by: world.officer,
        now_ms: NOW_MS,
    };
    let visit = world.store.add_exception(exception).await.unwrap();
    let changed = world.store.change_party(visit, vec![adult(first)], NOW_MS);
    assert_eq!(changed.await, Err(ChangeError::NotPossible));
    let left = world.store.leave(visit, second, &[first], NOW_MS).await;
    assert_eq!(left, Ok(()));
    let cancelled = world.store.cancel(visit, first, None, FIRST_MS - 1).await;
    assert_eq!(cancelled, Ok(()));
    assert_eq!(season.used().await, 0);
}

pub(crate) async fn a_lawyer_carries_nobody_past_the_month(world: World) {
    let season = Season::new(world).await;
    let world = &season.world;
    let [lawyer, family, colleague] = [0, 1, 2].map(|index| world.people[index]);
    run(&season, "UPDATE application SET relationship = 'lawyer'").await;
    let inmate = world.inmates[0];
    for (person, relationship) in [(family, "spouse"), (colleague, "defender")] {
        agree(world, lawyer, person, inmate).await;
        approve(world, person, inmate, relationship).await;
    }
    let with = |others: &[PersonId]| -> Vec<PartyCandidate> {
        let people = std::iter::once(&lawyer).chain(others);
        people.copied().map(adult).collect()
    };
    let book = async |others: &[PersonId], day: u64| {
        let request = NewBooking {
            party: with(others),
            ..season.request(FIRST_MS + day * DAY_MS)
        };
        season.book(request).await
    };
    let mixed = book(&[family], 0).await.unwrap();
    assert_eq!(season.used().await, 1);
    let legal = book(&[colleague], 1).await.unwrap();
    assert_eq!(season.used().await, 1);
    let change = async |visit, others: &[PersonId]| {
        world.store.change_party(visit, with(others), NOW_MS).await
    };
    assert_eq!(change(legal, &[family]).await, Ok(()));
    assert_eq!(season.used().await, 2);
    let full = BookRefusal::QuotaUsed;
    assert_eq!(book(&[family], 2).await, Err(full.into()));
    assert_eq!(change(legal, &[colleague]).await, Ok(()));
    assert_eq!(season.used().await, 1);
    let left = world.store.leave(mixed, family, &[lawyer], NOW_MS).await;
    assert_eq!(left, Ok(()));
    assert_eq!(season.used().await, 0);
}

pub(crate) async fn a_visit_that_is_cleared_in_its_time_goes_on_and_its_party_reads_so_at_once(
    world: World,
) {
    let season = Season::new(world).await;
    let world = &season.world;
    let visit = season.confirmed(FIRST_MS).await;
    let closure = ClosurePlan {
        from: date(2026, 11, 27),
        to: date(2026, 11, 27),
        minutes: None,
        reason: "颱風停止上班".into(),
    };
    let issued = world.issue(visit, 1, 1, IssueCause::Confirmed, FIRST_MS);
    issued.await.unwrap();
    let facility = world.facility;
    let added = world
        .store
        .add_closure(Some(facility), closure, world.officer, FIRST_MS + 1);
    assert_eq!(added.await.unwrap().1, 1);
    season.forget_messages().await;
    let born = [adult(world.people[0])];
    let cleared = world
        .store
        .clear(facility, visit, &born, world.officer, FIRST_MS + 2);
    assert_eq!(cleared.await, Ok(()));
    let told: Vec<(String, String, Option<i64>)> =
        sqlx::query_as("SELECT kind, channel, expires_at_ms FROM outbox ORDER BY kind, channel")
            .fetch_all(&world.database)
            .await
            .unwrap();
    let ends_at_ms = i64::try_from(FIRST_MS + HALF_HOUR_MS).unwrap();
    let expected = [
        ("facility_notice", "email", None),
        ("visit_resumed", "email", None),
        ("visit_resumed", "sms", Some(ends_at_ms)),
    ];
    let expected = expected.map(|(kind, by, until)| (kind.to_owned(), by.to_owned(), until));
    assert_eq!(told, expected);
    let redeemed = world.store.redeem(link(1), device(1), FIRST_MS + 3).await;
    assert!(redeemed.is_ok(), "the same link leads back");
}
