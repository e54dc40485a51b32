//! How slots are held, confirmed and called off, and what is refused.

use booking_domain::{
    BookError, BookRefusal, BookingPage, Bookings, ChangeError, EndedBy, HOLD_MS, NewBooking,
    StaffBookings, StaffCancellation, Step, VisitEvent, VisitState, Visits,
    applications::Relationship,
};
use ids::VisitId;
use jiff::civil::date;
use uuid::Uuid;

use crate::support::{
    audit_trail,
    season::{
        DAY_MS, FIRST_MS, HALF_HOUR_MS, NOW_MS, Season, adult, agree, approve, born, new_applicant,
    },
    statement,
    world::{World, seat},
};

pub(crate) async fn a_slot_is_held_then_confirmed_and_everybody_is_told(world: World) {
    let season = Season::new(world).await;
    let (store, person) = (&season.world.store, season.world.people[0]);
    let visit = season.book(season.request(FIRST_MS)).await.unwrap();
    let held = store.visit_of(person, visit).await.unwrap().unwrap();
    let nobodys = VisitId::from_uuid(Uuid::nil());
    let booked = store.booked_visits(&[nobodys, visit]).await;
    assert_eq!(booked, Ok(vec![None, Some(held.clone())]));
    assert_eq!(held.state, VisitState::Held);
    assert_eq!(held.held_until_ms, Some(NOW_MS + HOLD_MS));
    assert_eq!((held.batch, held.counted), (Some(1), true));
    assert_eq!(held.opens_at_ms, FIRST_MS - 15 * 60_000);
    assert_eq!(held.party[0].relationship, Some(Relationship::Parent));
    assert_eq!(season.told().await, [""; 0]);
    let last_moment = NOW_MS + HOLD_MS - 1;
    assert_eq!(
        store
            .confirm(visit, person, &[adult(person)], last_moment)
            .await,
        Ok(())
    );
    assert_eq!(season.state(visit).await, "confirmed");
    assert_eq!(season.told().await, ["facility_notice", "visit_confirmed"]);
    assert_eq!(
        store
            .confirm(visit, person, &[adult(person)], last_moment)
            .await,
        Ok(())
    );
    assert_eq!(
        season.told().await.len(),
        2,
        "a second tap tells nobody again"
    );
    let stranger = season.world.people[1];
    let refused = store.confirm(visit, stranger, &[], last_moment).await;
    assert_eq!(refused, Err(ChangeError::NotFound));
    assert_eq!(store.visit_of(stranger, visit).await, Ok(None));
    let actions = audit_trail(&season.world.database, visit).await;
    let actions: Vec<_> = actions.iter().map(|(_, action, _)| &**action).collect();
    assert_eq!(actions, ["visit_held", "visit_confirmed"]);
}

pub(crate) async fn a_hold_that_runs_out_frees_its_slot_and_its_month(world: World) {
    let season = Season::new(world).await;
    let (store, person) = (&season.world.store, season.world.people[0]);
    let visit = season.book(season.request(FIRST_MS)).await.unwrap();
    assert_eq!(season.used().await, 1);
    let later = NOW_MS + HOLD_MS;
    let refused = store.confirm(visit, person, &[], later).await;
    assert_eq!(refused, Err(ChangeError::NotPossible));
    let again = NewBooking {
        now_ms: later,
        ..season.request(FIRST_MS)
    };
    let second = season.book(again).await.unwrap();
    assert_eq!(season.state(visit).await, "cancelled");
    assert_eq!(season.used().await, 1);
    assert_eq!(store.release_overdue(later + HOLD_MS).await, Ok(1));
    assert_eq!(store.release_overdue(later + HOLD_MS).await, Ok(0));
    assert_eq!(season.state(second).await, "cancelled");
    assert_eq!(season.used().await, 0);
    let page = BookingPage {
        before: None,
        limit: 10,
    };
    let listed = store
        .visits_of(person, page, later + HOLD_MS)
        .await
        .unwrap();
    assert_eq!(
        listed,
        [],
        "what was never confirmed is nothing to look back at"
    );
    assert_eq!(season.told().await, [""; 0]);
}

pub(crate) async fn the_same_key_gets_the_same_visit_and_no_other(world: World) {
    let season = Season::new(world).await;
    let request = |starts_at_ms| NewBooking {
        idempotency_key: Some("a1".into()),
        ..season.request(starts_at_ms)
    };
    let both = vec![request(FIRST_MS), request(FIRST_MS)];
    let answers = season.world.store.book(both).await;
    assert!(answers[0].is_ok());
    assert_eq!(answers[0], answers[1]);
    let first = answers[0].clone().map(|held| held.visit);
    assert_eq!(season.book(request(FIRST_MS)).await, first);
    let other = season.book(request(FIRST_MS + HALF_HOUR_MS)).await;
    assert_eq!(other, Err(BookError::KeyReused));
    assert_eq!(season.used().await, 1);
}

pub(crate) async fn each_obstacle_to_a_booking_has_its_own_answer(world: World) {
    let season = Season::new(world).await;
    let world = &season.world;
    let refusal = async |request| match season.book(request).await {
        Err(BookError::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    };
    for starts_at_ms in [
        FIRST_MS - 2 * DAY_MS,
        FIRST_MS + 5 * DAY_MS,
        FIRST_MS + 60_000,
        NOW_MS,
    ] {
        let refused = refusal(season.request(starts_at_ms)).await;
        assert_eq!(refused, BookRefusal::NotBookable, "{starts_at_ms}");
    }
    let minor = NewBooking {
        party: vec![born(world.people[0], date(2010, 1, 1))],
        ..season.request(FIRST_MS)
    };
    assert_eq!(refusal(minor).await, BookRefusal::MinorWithoutAdult);
    let uninvited = NewBooking {
        party: vec![adult(world.people[0]), adult(world.people[2])],
        ..season.request(FIRST_MS)
    };
    assert_eq!(refusal(uninvited.clone()).await, BookRefusal::NotApproved);
    agree(world, world.people[2], world.people[0], world.inmates[0]).await;
    assert_eq!(refusal(uninvited.clone()).await, BookRefusal::NotApproved);
    approve(world, world.people[2], world.inmates[0], "sibling").await;
    let together = season.book(uninvited).await.unwrap();
    let members = world.store.visit_of(world.people[2], together).await;
    assert_eq!(members.unwrap().unwrap().party.len(), 2);
    let busy = season.request(FIRST_MS);
    assert_eq!(refusal(busy).await, BookRefusal::AlreadyBusy);
    let not_own = NewBooking {
        application: season.applications[1],
        ..season.request(FIRST_MS)
    };
    assert_eq!(season.book(not_own).await, Err(BookError::NotFound));
    let revoke = "UPDATE application SET state = 'revoked'";
    statement(&world.database, revoke).await.unwrap();
    let revoked = season.request(FIRST_MS + HALF_HOUR_MS);
    assert_eq!(refusal(revoked).await, BookRefusal::NotApproved);
    let first = world.people[0];
    let refused = world
        .store
        .confirm(together, first, &[adult(first)], NOW_MS)
        .await;
    assert_eq!(refused, Err(BookRefusal::NotApproved.into()));
}

pub(crate) async fn restrictions_and_missed_visits_stand_against_a_booking(world: World) {
    let season = Season::new(world).await;
    let world = &season.world;
    let (facility, person, inmate) = (world.facility, world.people[0], world.inmates[0]);
    let restricted = Err(BookRefusal::Restricted.into());
    let until = FIRST_MS + 1;
    for (who, whom) in [
        (format!("'{person}'"), "NULL".to_owned()),
        ("NULL".to_owned(), format!("'{inmate}'")),
        (format!("'{person}'"), format!("'{inmate}'")),
    ] {
        let sql = format!(
            "INSERT INTO restriction (id, facility_id, person_id, inmate_id, kind, reason, from_ms,
                                      until_ms, created_at_ms)
             VALUES ('r', '{facility}', {who}, {whom}, 'breach', '違規', 0, {until}, 0)"
        );
        statement(&world.database, &sql).await.unwrap();
        assert_eq!(season.book(season.request(FIRST_MS)).await, restricted);
        assert!(season.book(season.other_request(FIRST_MS)).await.is_ok());
        for sql in [
            "DELETE FROM restriction",
            "UPDATE visit SET state = 'cancelled'",
            "DELETE FROM visit_month",
        ] {
            statement(&world.database, sql).await.unwrap();
        }
    }
    for days in [5, 40, 80] {
        let visit = season.book(season.request(FIRST_MS)).await.unwrap();
        let starts_at_ms = NOW_MS - days * DAY_MS;
        let sql = format!(
            "UPDATE visit SET state = 'no_show', ended_by = 'visitor', opens_at_ms = {starts_at_ms},
                    starts_at_ms = {starts_at_ms}, ends_at_ms = {starts_at_ms} + 1800000
             WHERE id = '{visit}'"
        );
        statement(&world.database, &sql).await.unwrap();
        statement(&world.database, "DELETE FROM visit_month")
            .await
            .unwrap();
    }
    // No link reached this visitor.
    let later = season.request(FIRST_MS + HALF_HOUR_MS);
    assert!(season.book(later).await.is_ok());
    let missed = "UPDATE visit_member SET missed = 1";
    statement(&world.database, missed).await.unwrap();
    assert_eq!(season.book(season.request(FIRST_MS)).await, restricted);
    let forgive = "UPDATE visit SET ended_by = 'inmate' WHERE state = 'no_show'";
    statement(&world.database, forgive).await.unwrap();
    assert!(season.book(season.request(FIRST_MS)).await.is_ok());
}

pub(crate) async fn a_month_has_two_visits_and_lawyers_do_not_count(world: World) {
    let season = Season::new(world).await;
    let world = &season.world;
    for slot in 0..2 {
        season.confirmed(FIRST_MS + slot * HALF_HOUR_MS).await;
    }
    let third = season.request(FIRST_MS + DAY_MS);
    let used = Err(BookRefusal::QuotaUsed.into());
    assert_eq!(season.book(third).await, used);
    // The first of December is another month.
    let december = season.request(FIRST_MS + 4 * DAY_MS);
    assert!(season.book(december).await.is_ok());
    let lawyer = world.people[3];
    let application = approve(world, lawyer, world.inmates[0], "lawyer").await;
    let request = NewBooking {
        application,
        party: vec![adult(lawyer)],
        ..season.request(FIRST_MS + DAY_MS)
    };
    let visit = season.book(request).await.unwrap();
    let counted = world.store.visit_of(lawyer, visit).await.unwrap().unwrap();
    assert!(!counted.counted);
    assert_eq!(season.used().await, 2);
}

pub(crate) async fn a_visit_that_is_called_off_is_given_back_as_the_rules_say(world: World) {
    let season = Season::new(world).await;
    let (store, person) = (&season.world.store, season.world.people[0]);
    let cancel = async |visit, now_ms| {
        let reason = Some("家中有事".to_owned());
        store.cancel(visit, person, reason, now_ms).await
    };
    let in_time = season.confirmed(FIRST_MS).await;
    season.forget_messages().await;
    assert_eq!(cancel(in_time, FIRST_MS - DAY_MS).await, Ok(()));
    assert_eq!(season.used().await, 0);
    assert_eq!(season.told().await, ["facility_notice", "visit_cancelled"]);
    assert_eq!(
        cancel(in_time, FIRST_MS - DAY_MS).await,
        Ok(()),
        "a second tap"
    );
    let late = season.confirmed(FIRST_MS).await;
    assert_eq!(cancel(late, FIRST_MS - DAY_MS + 1).await, Ok(()));
    assert_eq!(season.used().await, 1);
    let theirs = season.confirmed(FIRST_MS).await;
    let cancellation = StaffCancellation {
        facility: season.world.facility,
        visit: theirs,
        ended_by: EndedBy::Inmate,
        reason: "收容人出庭".into(),
        by: season.world.officer,
        now_ms: FIRST_MS - 1,
    };
    assert_eq!(store.cancel_by_staff(cancellation).await, Ok(()));
    assert_eq!(season.used().await, 1);
    let begun = season.confirmed(FIRST_MS).await;
    assert_eq!(cancel(begun, FIRST_MS).await, Err(ChangeError::NotPossible));
    let page = BookingPage {
        before: None,
        limit: 2,
    };
    let listed = store.visits_of(person, page, NOW_MS).await.unwrap();
    assert_eq!(listed.len(), 2);
}

pub(crate) async fn staff_call_off_a_visit_in_which_a_visitor_waits_until_it_begins(world: World) {
    let season = Season::new(world).await;
    let (store, world) = (&season.world.store, &season.world);
    let cancel = async |visit, now_ms| {
        let cancellation = StaffCancellation {
            facility: world.facility,
            visit,
            ended_by: EndedBy::Facility,
            reason: "設備故障".into(),
            by: world.officer,
            now_ms,
        };
        store.cancel_by_staff(cancellation).await
    };
    let join = async |visit, number| {
        let step = Step::Joined { seat: seat(number) };
        let at_ms = FIRST_MS - 1;
        let joined = store.record(VisitEvent { visit, at_ms, step });
        joined.await.unwrap();
    };
    let waiting = season.confirmed(FIRST_MS).await;
    join(waiting, 1).await;
    assert_eq!(season.state(waiting).await, "in_session");
    season.forget_messages().await;
    let refused = store
        .cancel(waiting, world.people[0], None, FIRST_MS - 1)
        .await;
    assert_eq!(refused, Err(ChangeError::NotPossible), "the visitor leaves");
    assert_eq!(
        cancel(waiting, FIRST_MS).await,
        Err(ChangeError::NotPossible)
    );
    assert_eq!(cancel(waiting, FIRST_MS - 1).await, Ok(()));
    assert_eq!(season.state(waiting).await, "cancelled");
    assert_eq!(season.used().await, 0);
    assert_eq!(season.told().await, ["facility_notice", "visit_cancelled"]);
    // A terminal that has joined by itself is nobody who waits.
    let alone = season.confirmed(FIRST_MS).await;
    join(alone, 0).await;
    assert_eq!(cancel(alone, FIRST_MS + HALF_HOUR_MS / 2).await, Ok(()));
}

pub(crate) async fn a_slot_has_as_many_visits_as_terminals(world: World) {
    let season = Season::new(world).await;
    let mut requests = Vec::new();
    for number in 0..5 {
        let (person, application) = new_applicant(&season.world, number).await;
        requests.push(NewBooking {
            application,
            party: vec![adult(person)],
            ..season.request(FIRST_MS)
        });
    }
    let answers = season.world.store.book(requests.clone()).await;
    let booked = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(booked, 2);
    let full: BookError = BookRefusal::SlotFull.into();
    assert!(
        answers[2..]
            .iter()
            .all(|answer| answer.as_ref() == Err(&full))
    );
    assert_eq!(season.book(requests[3].clone()).await, Err(full));
    let visit = answers[0].clone().unwrap().visit;
    let person = requests[0].party[0].person;
    let released = season.world.store.cancel(visit, person, None, NOW_MS).await;
    assert_eq!(released, Ok(()));
    assert!(season.book(requests[3].clone()).await.is_ok());
}

pub(crate) async fn a_terminal_taken_by_others_is_passed_over(world: World) {
    let season = Season::new(world).await;
    let world = &season.world;
    // A visit outside the grid, at its first terminal, across two of its slots.
    let mut outside = world.visit();
    outside.inmate = world.inmates[1];
    outside.party = vec![world.people[3]];
    outside.opens_at_ms = FIRST_MS;
    outside.slot.starts_at_ms = FIRST_MS + 60_000;
    outside.slot.ends_at_ms = FIRST_MS + HALF_HOUR_MS + 60_000;
    booking_domain::Registry::add_visit(&world.store, outside)
        .await
        .unwrap();
    let visit = season.book(season.request(FIRST_MS)).await.unwrap();
    let booked = world.store.visit_of(world.people[0], visit).await;
    assert_eq!(booked.unwrap().unwrap().terminal, world.terminals[1]);
    let refused = season.book(season.other_request(FIRST_MS)).await;
    assert_eq!(refused, Err(BookRefusal::SlotFull.into()));
}
