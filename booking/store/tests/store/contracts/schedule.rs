//! What staff do with a schedule and its visits, and what becomes of a party.

use booking_domain::{
    BookRefusal, Bookings, ChangeError, ClosurePlan, GridPlan, HOLD_MS, NewBooking, NewFacility,
    NewInmate, NewTerminal, NewVisit, Registry, Slots, StaffBookings, Step, StoreError,
    TerminalChange, TerminalChanged, TerminalStep, VisitEvent, Visits,
};
use grant::{SecretHash, Slot};
use ids::TerminalId;
use jiff::civil::date;
use uuid::Uuid;

use crate::support::{
    audit_trail_of,
    season::{FIRST_MS, HALF_HOUR_MS, NOW_MS, Season, adult, agree, approve, born, plan},
    world::{MINUTE_MS, World, seat},
};

pub(crate) async fn a_schedule_is_read_as_it_was_written(world: World) {
    let season = Season::new(world).await;
    let world = &season.world;
    let schedule = world.store.schedule(world.facility).await.unwrap().unwrap();
    assert_eq!(schedule.grids.len(), 1);
    assert_eq!(schedule.grids[0].plan, plan(world.terminals.to_vec()));
    let settings = world.store.settings(world.facility).await.unwrap().unwrap();
    assert_eq!(settings.rules, booking_domain::FacilityRules::default());
    let elsewhere = TerminalId::from_uuid(Uuid::nil());
    let wrong = GridPlan {
        terminals: vec![elsewhere],
        ..plan(Vec::new())
    };
    let refused = world
        .store
        .add_grid(world.facility, wrong, world.officer, NOW_MS);
    assert!(matches!(refused.await, Err(StoreError::Invalid(_))));
    let retire = async || {
        let retired = world
            .store
            .retire_grid(world.facility, season.grid, world.officer, NOW_MS);
        retired.await
    };
    assert_eq!(retire().await, Ok(true));
    assert_eq!(retire().await, Ok(true), "a second tap");
    let nowhere = ids::SlotGridId::from_uuid(Uuid::nil());
    let unknown = world
        .store
        .retire_grid(world.facility, nowhere, world.officer, NOW_MS);
    assert_eq!(unknown.await, Ok(false));
    let refused = season.book(season.request(FIRST_MS)).await;
    assert_eq!(refused, Err(BookRefusal::NotBookable.into()));
}

pub(crate) async fn the_trail_tells_the_whole_of_a_grid(world: World) {
    let season = Season::new(world).await;
    let world = &season.world;
    let (_, action, detail) = audit_trail_of(&world.database, season.grid).await.remove(0);
    assert_eq!(action, "grid_added");
    let detail: serde_json::Value = serde_json::from_str(&detail).unwrap();
    let expected = serde_json::json!({
        "from": "2026-11-01",
        "to": null,
        "weekdays": 0b111_1111,
        "batches": [540, 570, 600, 840],
        "visit_minutes": 30,
        "turnaround_minutes": 0,
        "terminals": world.terminals,
    });
    assert_eq!(detail, expected);
}

pub(crate) async fn a_closure_flags_what_is_confirmed_takes_back_holds_and_tells_everybody(
    world: World,
) {
    let season = Season::new(world).await;
    let world = &season.world;
    let confirmed = season.confirmed(FIRST_MS).await;
    let held = season.book(season.other_request(FIRST_MS)).await.unwrap();
    let afternoon = season.confirmed(FIRST_MS + 10 * HALF_HOUR_MS).await;
    season.forget_messages().await;
    let closure = ClosurePlan {
        from: date(2026, 11, 27),
        to: date(2026, 11, 27),
        minutes: Some((0, 720)),
        reason: "設備檢修".into(),
    };
    let preview = world
        .store
        .touched_by_closure(Some(world.facility), &closure, NOW_MS)
        .await;
    let (visits, first) = preview.unwrap();
    assert_eq!(visits, 2);
    let mut first: Vec<_> = first.into_iter().map(|visit| visit.id).collect();
    first.sort_unstable();
    let mut expected = [confirmed, held];
    expected.sort_unstable();
    assert_eq!(first, expected);
    let added = world
        .store
        .add_closure(Some(world.facility), closure, world.officer, NOW_MS)
        .await;
    let (closure, touched) = added.unwrap();
    assert_eq!(touched, 2);
    assert_eq!(season.state(confirmed).await, "flagged");
    assert_eq!(season.state(held).await, "cancelled");
    assert_eq!(season.state(afternoon).await, "confirmed");
    assert_eq!(season.told().await, ["facility_notice", "visit_flagged"]);
    let refused = season.book(season.other_request(FIRST_MS)).await;
    assert_eq!(refused, Err(BookRefusal::NotBookable.into()));
    let lifted = world
        .store
        .lift_closure(Some(world.facility), closure, world.officer, NOW_MS)
        .await;
    assert_eq!(lifted, Ok(true));
    assert!(season.book(season.other_request(FIRST_MS)).await.is_ok());
    let clear = async || {
        let born = [adult(world.people[0])];
        let cleared = world
            .store
            .clear(world.facility, confirmed, &born, world.officer, NOW_MS);
        cleared.await
    };
    assert_eq!(clear().await, Ok(()));
    assert_eq!(clear().await, Err(ChangeError::NotPossible));
    assert_eq!(season.state(confirmed).await, "confirmed");
}

pub(crate) async fn a_closure_flags_what_is_under_way_and_leaves_what_has_ended(world: World) {
    let season = Season::new(world).await;
    let world = &season.world;
    let visit = season.confirmed(FIRST_MS).await;
    let joined = VisitEvent {
        visit,
        at_ms: FIRST_MS,
        step: Step::Joined { seat: seat(1) },
    };
    world.store.record(joined).await.unwrap();
    let close = async |now_ms| {
        let closure = ClosurePlan {
            from: date(2026, 11, 27),
            to: date(2026, 11, 27),
            minutes: None,
            reason: "颱風停止上班".into(),
        };
        let added = world
            .store
            .add_closure(Some(world.facility), closure, world.officer, now_ms);
        added.await.unwrap().1
    };
    assert_eq!(close(FIRST_MS + HALF_HOUR_MS).await, 0);
    assert_eq!(season.state(visit).await, "in_session");
    assert_eq!(close(FIRST_MS + HALF_HOUR_MS - 1).await, 1);
    assert_eq!(season.state(visit).await, "flagged");
}

pub(crate) async fn a_closure_of_all_facilities_goes_by_the_clock_of_each(world: World) {
    let season = Season::new(world).await;
    let world = &season.world;
    let here = season.confirmed(FIRST_MS).await;
    // New York is 13 hours behind Taipei: there it is still the evening before.
    let there = NewFacility {
        name: "乙監獄".into(),
        time_zone: "America/New_York".into(),
    };
    let there = world.store.add_facility(there).await.unwrap();
    let terminal = NewTerminal {
        facility: there,
        name: "第一接見室".into(),
        secret: SecretHash::from_bytes([0xc1; 32]),
    };
    let terminal = world.store.add_terminal(terminal).await.unwrap();
    let inmate = NewInmate {
        facility: there,
        number: "3001".into(),
        name: "林國棟".into(),
        first_name: "國棟".into(),
    };
    let inmate = world.store.add_inmate(inmate).await.unwrap();
    let visit_at = async |starts_at_ms| {
        let visit = NewVisit {
            terminal,
            inmate,
            opens_at_ms: starts_at_ms,
            slot: Slot {
                starts_at_ms,
                ends_at_ms: starts_at_ms + HALF_HOUR_MS,
            },
            party: vec![world.people[3]],
        };
        world.store.add_visit(visit).await.unwrap()
    };
    let evening_before = visit_at(FIRST_MS).await;
    let same_day = visit_at(FIRST_MS + 26 * HALF_HOUR_MS).await;
    let holiday = ClosurePlan {
        from: date(2026, 11, 27),
        to: date(2026, 11, 27),
        minutes: None,
        reason: "國定假日".into(),
    };
    let preview = world.store.touched_by_closure(None, &holiday, NOW_MS);
    let (visits, first) = preview.await.unwrap();
    let first: Vec<_> = first
        .iter()
        .map(|visit| (visit.id, visit.facility_name.as_str()))
        .collect();
    assert_eq!(visits, 2);
    assert_eq!(first, [(here, "示範看守所"), (same_day, "乙監獄")]);

    let added = world
        .store
        .add_closure(None, holiday, world.officer, NOW_MS);
    let (closure, touched) = added.await.unwrap();
    assert_eq!(touched, 2);
    assert_eq!(season.state(here).await, "flagged");
    assert_eq!(season.state(same_day).await, "flagged");
    assert_eq!(season.state(evening_before).await, "confirmed");
    for facility in [world.facility, there] {
        let schedule = world.store.schedule(facility).await.unwrap().unwrap();
        let closures: Vec<_> = schedule
            .closures
            .iter()
            .map(|closure| (closure.id, closure.everywhere))
            .collect();
        assert_eq!(closures, [(closure, true)]);
    }
    let lift = async |facility| {
        let lifted = world
            .store
            .lift_closure(facility, closure, world.officer, NOW_MS);
        lifted.await
    };
    assert_eq!(
        lift(Some(world.facility)).await,
        Ok(false),
        "it is not its own"
    );
    assert_eq!(lift(None).await, Ok(true));
    assert_eq!(lift(None).await, Ok(true), "a second tap");
    let schedule = world.store.schedule(there).await.unwrap().unwrap();
    assert_eq!(schedule.closures, []);
    let steps = audit_trail_of(&world.database, closure).await.into_iter();
    let steps: Vec<_> = steps.map(|(_, action, _)| action).collect();
    assert_eq!(steps, ["closure_added", "closure_lifted"]);
}

pub(crate) async fn a_flagged_visit_whose_time_has_passed_is_called_off_and_given_back(
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
    let added = world
        .store
        .add_closure(Some(world.facility), closure, world.officer, NOW_MS)
        .await;
    assert_eq!(added.unwrap().1, 1);
    let ends_at_ms = FIRST_MS + HALF_HOUR_MS;
    assert_eq!(world.store.release_overdue(ends_at_ms - 1).await, Ok(0));
    assert_eq!(world.store.release_overdue(ends_at_ms).await, Ok(1));
    assert_eq!(season.state(visit).await, "cancelled");
    assert_eq!(season.used().await, 0);
}

pub(crate) async fn the_party_changes_until_the_visit_opens(world: World) {
    let season = Season::new(world).await;
    let world = &season.world;
    let [first, second, third] = [0, 1, 2].map(|index| world.people[index]);
    for person in [second, third] {
        agree(world, first, person, world.inmates[0]).await;
        approve(world, person, world.inmates[0], "sibling").await;
    }
    let visit = season.confirmed(FIRST_MS).await;
    season.forget_messages().await;
    let change = async |companions: &[_], now_ms| {
        let companions = companions.iter().map(|person| adult(*person));
        let party = std::iter::once(adult(first)).chain(companions).collect();
        world.store.change_party(visit, party, now_ms).await
    };
    let seats = async || {
        let visit = world.store.visit_of(first, visit).await.unwrap().unwrap();
        let seats = visit.party.iter();
        seats
            .map(|member| (u8::from(member.seat), member.person))
            .collect::<Vec<_>>()
    };
    assert_eq!(change(&[second, third], NOW_MS).await, Ok(()));
    assert_eq!(seats().await, [(1, first), (2, second), (3, third)]);
    assert_eq!(season.told().await.len(), 4);
    assert_eq!(change(&[third], NOW_MS + 1).await, Ok(()));
    assert_eq!(seats().await, [(1, first), (3, third)]);
    assert_eq!(change(&[third, second], NOW_MS + 2).await, Ok(()));
    assert_eq!(seats().await, [(1, first), (2, second), (3, third)]);
    // Who is let go is free for another visit at that time.
    assert_eq!(change(&[third], NOW_MS + 3).await, Ok(()));
    assert!(season.book(season.other_request(FIRST_MS)).await.is_ok());
    let busy = Err(BookRefusal::AlreadyBusy.into());
    assert_eq!(change(&[second], NOW_MS).await, busy);
    let opened = change(&[], FIRST_MS - 15 * 60_000).await;
    assert_eq!(opened, Err(ChangeError::NotPossible));
    let stranger = world.people[3];
    let refused = change(&[stranger], NOW_MS).await;
    assert_eq!(refused, Err(BookRefusal::NotApproved.into()));
}

pub(crate) async fn whoever_leaves_frees_the_seat_and_a_minor_is_not_left_alone(world: World) {
    let season = Season::new(world).await;
    let world = &season.world;
    let [minor, grown] = [world.people[0], world.people[1]];
    agree(world, minor, grown, world.inmates[0]).await;
    approve(world, grown, world.inmates[0], "parent").await;
    let request = NewBooking {
        party: vec![born(minor, date(2012, 1, 1)), adult(grown)],
        ..season.request(FIRST_MS)
    };
    let visit = season.book(request).await.unwrap();
    let born = [adult(grown)];
    let confirmed = world.store.confirm(visit, minor, &born, NOW_MS);
    confirmed.await.unwrap();
    let leave = async |person, now_ms| world.store.leave(visit, person, &[grown], now_ms).await;
    assert_eq!(leave(minor, NOW_MS).await, Err(ChangeError::NotPossible));
    assert_eq!(
        leave(world.people[3], NOW_MS).await,
        Err(ChangeError::NotFound)
    );
    assert_eq!(leave(grown, FIRST_MS).await, Err(ChangeError::NotPossible));
    assert_eq!(leave(grown, NOW_MS).await, Ok(()));
    assert_eq!(season.state(visit).await, "flagged");
    assert_eq!(world.store.visit_of(grown, visit).await, Ok(None));
}

pub(crate) async fn staff_move_a_visit_and_keep_a_terminal_in_use_in_service(world: World) {
    let season = Season::new(world).await;
    let world = &season.world;
    let visit = season.confirmed(FIRST_MS).await;
    let other = season.book(season.other_request(FIRST_MS)).await.unwrap();
    let move_to = async |visit, terminal| {
        let moved = world
            .store
            .move_to(world.facility, visit, terminal, world.officer, NOW_MS);
        moved.await
    };
    let taken = Err(BookRefusal::SlotFull.into());
    assert_eq!(move_to(visit, world.terminals[1]).await, taken);
    let cancelled = world
        .store
        .cancel(other, world.people[1], None, NOW_MS)
        .await;
    assert_eq!(cancelled, Ok(()));
    assert_eq!(move_to(visit, world.terminals[1]).await, Ok(()));
    // A visitor waits in it already.
    let joined = Step::Joined { seat: seat(1) };
    let joined = VisitEvent {
        visit,
        at_ms: FIRST_MS - 1,
        step: joined,
    };
    world.store.record(joined).await.unwrap();
    let move_back = async |now_ms| {
        let (facility, terminal) = (world.facility, world.terminals[0]);
        let moved = world
            .store
            .move_to(facility, visit, terminal, world.officer, now_ms);
        moved.await
    };
    assert_eq!(move_back(FIRST_MS).await, Err(ChangeError::NotPossible));
    assert_eq!(move_back(FIRST_MS - 1).await, Ok(()));
    assert_eq!(season.state(visit).await, "in_session");
    assert_eq!(move_to(visit, world.terminals[1]).await, Ok(()));
    let change = async |terminal, change| {
        let changed =
            world
                .store
                .change_terminal(world.facility, terminal, change, world.officer, NOW_MS);
        changed.await.unwrap()
    };
    let out = TerminalChange::Service(TerminalStep::TakeOut);
    assert_eq!(
        change(world.terminals[1], out.clone()).await,
        TerminalChanged::InUse
    );
    assert_eq!(
        change(world.terminals[0], out.clone()).await,
        TerminalChanged::Done
    );
    let nowhere = TerminalId::from_uuid(Uuid::nil());
    assert_eq!(change(nowhere, out).await, TerminalChanged::NotFound);
    // One terminal is left, and it is taken.
    let refused = season.book(season.other_request(FIRST_MS)).await;
    assert_eq!(refused, Err(BookRefusal::SlotFull.into()));
    let unknown = move_to(visit, world.terminals[0]).await;
    assert_eq!(
        unknown,
        Err(ChangeError::NotPossible),
        "it is out of service"
    );
}

pub(crate) async fn the_visits_ahead_of_a_terminal_are_those_that_have_yet_to_end(world: World) {
    let season = Season::new(world).await;
    let world = &season.world;
    let terminal = world.terminals[0];
    let ahead = async |now_ms| {
        let listed = world.store.terminals(world.facility, now_ms).await.unwrap();
        let listed = listed.into_iter().find(|listed| listed.id == terminal);
        listed.unwrap().visits_ahead
    };
    let visit = season.confirmed(FIRST_MS).await;
    let hold = season.request(FIRST_MS + 2 * HALF_HOUR_MS);
    season.book(hold).await.unwrap();
    assert_eq!(ahead(NOW_MS).await, 2);
    assert_eq!(ahead(NOW_MS + HOLD_MS).await, 1, "the hold has run out");
    let stay = world.store.give_time_back(visit, 3 * MINUTE_MS, FIRST_MS);
    let ends_at_ms = stay.await.unwrap();
    assert_eq!(ends_at_ms, FIRST_MS + 33 * MINUTE_MS);
    assert_eq!(ahead(ends_at_ms - 1).await, 1, "lost time is given back");
    assert_eq!(ahead(ends_at_ms).await, 0);
    assert_eq!(
        season.state(visit).await,
        "confirmed",
        "nobody has noted it"
    );
    let steps = [
        (
            ends_at_ms - 1,
            TerminalStep::TakeOut,
            TerminalChanged::InUse,
        ),
        (ends_at_ms, TerminalStep::TakeOut, TerminalChanged::Done),
        (ends_at_ms, TerminalStep::TakeOut, TerminalChanged::Done),
        (ends_at_ms, TerminalStep::PutIn, TerminalChanged::Done),
    ];
    for (now_ms, step, became) in steps {
        let (facility, change) = (world.facility, TerminalChange::Service(step));
        let changed =
            world
                .store
                .change_terminal(facility, terminal, change, world.officer, now_ms);
        assert_eq!(changed.await, Ok(became), "{step:?}");
    }
    let trail = audit_trail_of(&world.database, terminal).await;
    let noted: Vec<&str> = trail.iter().map(|(_, action, _)| &**action).collect();
    assert_eq!(noted, ["terminal_out_of_service", "terminal_in_service"]);
}
