//! Around a call: terminals, officers, steps and the audit trail.

use booking_domain::{
    Bookings, CallNote, EndedBy, Finding, IssueCause, LinkStanding, NewFacility, NewVisit,
    Officers, PhoneTest, PhoneTests, PhoneVerdict, Registry, SelfTest, SelfTests, Slots, Step,
    StoreError, TerminalChange, TerminalChanged, TerminalStep, Terminated, Termination, VisitEvent,
    VisitState, Visits,
};
use grant::{SecretHash, Slot};
use ids::VisitId;

use crate::support::{
    audit_trail,
    season::{FIRST_MS, Season},
    statement,
    world::{
        MINUTE_MS, OPENS_AT_MS, SLOT, STARTS_AT_MS, TERMINAL_SECRETS, World, device, link, seat,
    },
};

pub(crate) async fn a_terminal_is_known_by_its_secret_and_sees_its_own_visits(world: World) {
    let terminal = world
        .store
        .terminal(TERMINAL_SECRETS[0])
        .await
        .unwrap()
        .unwrap();
    assert_eq!(terminal.id, world.terminals[0]);
    assert_eq!(
        (&*terminal.name, &*terminal.facility_name),
        ("第一接見室", "示範看守所")
    );
    let stranger = SecretHash::from_bytes([0xcc; 32]);
    assert_eq!(world.store.terminal(stranger).await.unwrap(), None);
    let [own, other] = TERMINAL_SECRETS;
    for (shown, expected) in [
        (vec![], vec![]),
        (vec![own, other], vec![]),
        (vec![own, stranger, other, stranger], vec![stranger]),
    ] {
        let unpaired = world.store.unpaired_among(&shown).await;
        assert_eq!(unpaired, Ok(expected));
    }

    let later = Slot {
        starts_at_ms: SLOT.ends_at_ms + 15 * MINUTE_MS,
        ends_at_ms: SLOT.ends_at_ms + 45 * MINUTE_MS,
    };
    let second = NewVisit {
        opens_at_ms: SLOT.ends_at_ms,
        slot: later,
        ..world.visit()
    };
    let second = world.store.add_visit(second).await.unwrap();
    let first = world.add_visit().await;
    let visits = async |number: usize, from_ms, to_ms| {
        let visits = world
            .store
            .terminal_visits(world.terminals[number], from_ms, to_ms)
            .await;
        visits
            .unwrap()
            .iter()
            .map(|visit| visit.id)
            .collect::<Vec<_>>()
    };
    assert_eq!(visits(0, 0, u64::MAX).await, [first, second]);
    assert_eq!(visits(1, 0, u64::MAX).await, []);
    assert_eq!(
        visits(0, SLOT.ends_at_ms - 1, u64::MAX).await,
        [first, second]
    );
    assert_eq!(visits(0, SLOT.ends_at_ms, u64::MAX).await, [second]);
    assert_eq!(visits(0, 0, OPENS_AT_MS + 1).await, [first]);
    assert_eq!(visits(0, 0, OPENS_AT_MS).await, []);
    let shown = world
        .store
        .terminal_visits(world.terminals[0], 0, u64::MAX)
        .await
        .unwrap();
    let party: Vec<_> = shown[0]
        .party
        .iter()
        .map(|member| (u8::from(member.seat), &*member.name))
        .collect();
    assert_eq!(party, [(1, "林陳秀英"), (2, "林志成"), (3, "林雅婷")]);

    let seen = async || {
        let listed = world.store.terminals(world.facility, 0).await.unwrap();
        let mut own = listed.iter().filter(|listed| listed.id == terminal.id);
        own.next().unwrap().last_seen_at_ms
    };
    assert_eq!(seen().await, None);
    for (at_ms, then) in [(2_000, 2_000), (3_000, 3_000), (1_000, 3_000)] {
        let terminal = terminal.id;
        let note = CallNote::Seen { terminal, at_ms };
        world.store.note(&[note]).await.unwrap();
        assert_eq!(seen().await, Some(then), "what is later stays");
    }
    let supervised = world.store.supervised_visits(world.facility, 0, u64::MAX);
    let supervised = supervised.await.unwrap();
    assert_eq!(supervised[0].terminal_seen_at_ms, Some(3_000));
}

pub(crate) async fn a_terminals_newest_test_is_kept_until_another_device_is_paired(world: World) {
    world.add_visit().await;
    let terminal = world.terminals[0];
    let store = &world.store;
    let kept = async || {
        let listed = store.terminals(world.facility, 0).await.unwrap();
        let listed = listed.into_iter().find(|listed| listed.id == terminal);
        let supervised = store.supervised_visits(world.facility, 0, u64::MAX);
        let supervised = supervised.await.unwrap().remove(0).terminal_test;
        let listed = listed.unwrap().self_test;
        assert_eq!(listed, supervised, "the same wherever it is read");
        let all = store.self_tests().await.unwrap();
        assert!(all.contains(&listed));
        assert_eq!(all.len(), world.terminals.len());
        listed
    };
    assert_eq!(kept().await, None);
    let poor = SelfTest::new(2_000, vec![Finding::NoSound, Finding::NoCamera]);
    let well = SelfTest::new(3_000, Vec::new());
    let late = SelfTest::new(1_000, vec![Finding::ClockOff]);
    for (told, then) in [(&poor, &poor), (&well, &well), (&late, &well)] {
        store.note_self_test(terminal, told).await.unwrap();
        assert_eq!(kept().await.as_ref(), Some(then), "what is later stays");
    }
    let change = async |terminal, change| {
        let by = world.officer;
        let changed = store.change_terminal(world.facility, terminal, change, by, 4_000);
        assert_eq!(changed.await, Ok(TerminalChanged::Done));
    };
    let anew = TerminalChange::Secret(SecretHash::from_bytes([9; 32]));
    change(terminal, anew).await;
    assert_eq!(kept().await, None, "another device");
    let out = TerminalChange::Service(TerminalStep::TakeOut);
    change(world.terminals[1], out).await;
    let in_service = store.self_tests().await.unwrap().len();
    assert_eq!(in_service, world.terminals.len() - 1);
}

pub(crate) async fn of_what_is_noted_together_all_is_taken_or_nothing(world: World) {
    let visit = world.add_visit().await;
    let step = |visit, step| {
        CallNote::Step(VisitEvent {
            visit,
            at_ms: STARTS_AT_MS,
            step,
        })
    };
    let terminal = world.terminals[0];
    let notes = [
        step(visit, Step::Joined { seat: seat(1) }),
        CallNote::Seen { terminal, at_ms: 1 },
        step(visit, Step::SlotEnded),
    ];
    let unknown = VisitId::from_uuid(uuid::Uuid::from_u128(1));
    let with_one_of_nothing = [&notes[..], &[step(unknown, Step::SlotEnded)]].concat();
    let taken = async || {
        let listed = world.store.terminals(world.facility, 0).await.unwrap();
        let mut own = listed.iter().filter(|listed| listed.id == terminal);
        let seen = own.next().unwrap().last_seen_at_ms.is_some();
        let state = world.store.standing(visit, seat(1)).await.unwrap();
        let steps = audit_trail(&world.database, visit).await.len();
        (seen, state.unwrap().state, steps)
    };
    let refused = world.store.note(&with_one_of_nothing).await;
    assert!(
        matches!(refused, Err(StoreError::Invalid(_))),
        "{refused:?}"
    );
    assert_eq!(taken().await, (false, VisitState::Confirmed, 0));
    world.store.note(&notes).await.unwrap();
    assert_eq!(taken().await, (true, VisitState::Completed, 2));
}

pub(crate) async fn steps_move_a_visit_and_stand_in_the_audit_trail(world: World) {
    let visit = world.add_visit().await;
    let state = async || {
        world
            .store
            .standing(visit, seat(1))
            .await
            .unwrap()
            .unwrap()
            .state
    };
    let record = async |minute: u64, step| {
        let at_ms = STARTS_AT_MS + minute * MINUTE_MS;
        world
            .store
            .record(VisitEvent { visit, at_ms, step })
            .await
            .unwrap();
    };
    record(
        0,
        Step::Redeemed {
            seat: seat(1),
            generation: 1,
        },
    )
    .await;
    assert_eq!(state().await, VisitState::Confirmed);
    record(1, Step::Joined { seat: seat(0) }).await;
    assert_eq!(state().await, VisitState::Confirmed);
    record(2, Step::Joined { seat: seat(1) }).await;
    assert_eq!(state().await, VisitState::InSession);
    record(3, Step::Left { seat: seat(1) }).await;
    assert_eq!(state().await, VisitState::InSession);
    record(30, Step::SlotEnded).await;
    assert_eq!(state().await, VisitState::Completed);
    record(31, Step::Joined { seat: seat(2) }).await;
    assert_eq!(state().await, VisitState::Completed);
    let trail = audit_trail(&world.database, visit).await;
    let actions: Vec<_> = trail.iter().map(|(_, action, _)| &**action).collect();
    assert_eq!(
        actions,
        [
            "link_redeemed",
            "joined",
            "joined",
            "left",
            "slot_ended",
            "joined"
        ]
    );
    assert_eq!(trail[0].2, r#"{"generation":1,"seat":1}"#);
    let unknown: VisitId = "018f3f5e-7c1a-7b2e-9c55-0242ac120002".parse().unwrap();
    let event = VisitEvent {
        visit: unknown,
        at_ms: STARTS_AT_MS,
        step: Step::SlotEnded,
    };
    assert!(world.store.record(event).await.is_err());
}

pub(crate) async fn an_officer_sees_the_visits_of_the_own_facility(world: World) {
    let visit = world.add_visit().await;
    world
        .issue(visit, 2, 1, IssueCause::Confirmed, OPENS_AT_MS)
        .await
        .unwrap();
    world
        .store
        .redeem(link(1), device(1), STARTS_AT_MS)
        .await
        .unwrap();
    world
        .issue(visit, 3, 2, IssueCause::Confirmed, OPENS_AT_MS)
        .await
        .unwrap();
    let other = NewFacility {
        name: "示範監獄".into(),
        time_zone: "Asia/Taipei".into(),
    };
    let other = world.store.add_facility(other).await.unwrap();

    let visits = world
        .store
        .supervised_visits(world.facility, 0, u64::MAX)
        .await
        .unwrap();
    assert_eq!(visits.len(), 1);
    assert_eq!(
        (visits[0].info.id, &*visits[0].terminal_name),
        (visit, "第一接見室")
    );
    let seats: Vec<_> = visits[0]
        .seats
        .iter()
        .map(|seat| (seat.link, &*seat.phone_tail))
        .collect();
    let expected = [
        (LinkStanding::None, "101"),
        (LinkStanding::Redeemed, "102"),
        (LinkStanding::Issued, "103"),
    ];
    assert_eq!(seats, expected);
    assert_eq!(
        world
            .store
            .supervised_visits(other, 0, u64::MAX)
            .await
            .unwrap(),
        []
    );
    let past = world
        .store
        .supervised_visits(world.facility, SLOT.ends_at_ms, u64::MAX)
        .await;
    assert_eq!(past.unwrap(), []);
    let facility = world.store.visit_facility(visit).await.unwrap();
    assert_eq!(facility, Some(world.facility));
}

pub(crate) async fn the_newest_test_of_a_phone_stands_with_the_visits_ahead(world: World) {
    let visit = world.add_visit().await;
    let note = async |person: usize, verdict, at_ms| {
        let test = PhoneTest { verdict, at_ms };
        let noted = world.store.note_phone_test(world.people[person], test);
        noted.await.unwrap()
    };
    let tests = async || {
        let visits = world
            .store
            .supervised_visits(world.facility, 0, u64::MAX)
            .await
            .unwrap();
        let seats = visits[0].seats.iter();
        seats
            .map(|seat| seat.phone_test.map(|test| (test.verdict, test.at_ms)))
            .collect::<Vec<_>>()
    };
    assert_eq!(tests().await, [None, None, None]);
    assert_eq!(note(1, PhoneVerdict::NoConnection, 10).await, 1);
    assert_eq!(note(1, PhoneVerdict::Good, 30).await, 1);
    assert_eq!(
        note(1, PhoneVerdict::SoundOnly, 20).await,
        0,
        "an older one"
    );
    let good = Some((PhoneVerdict::Good, 30));
    assert_eq!(tests().await, [None, good, None]);
    let over = SLOT.ends_at_ms;
    assert_eq!(note(2, PhoneVerdict::Good, over).await, 0, "it is over");
    assert_eq!(note(3, PhoneVerdict::Good, 40).await, 0, "not of the party");
    let sql = format!("UPDATE visit SET state = 'cancelled' WHERE id = '{visit}'");
    statement(&world.database, &sql).await.unwrap();
    assert_eq!(note(1, PhoneVerdict::SoundOnly, 40).await, 0, "called off");
    assert_eq!(tests().await, [None, good, None]);
}

pub(crate) async fn an_officer_ends_an_open_visit_once_with_a_reason(world: World) {
    let visit = world.add_visit().await;
    world
        .issue(visit, 1, 1, IssueCause::Confirmed, OPENS_AT_MS)
        .await
        .unwrap();
    let other = NewFacility {
        name: "示範監獄".into(),
        time_zone: "Asia/Taipei".into(),
    };
    let other = world.store.add_facility(other).await.unwrap();
    let open = Termination {
        visit,
        facility: world.facility,
        officer: world.officer,
        ended_by: EndedBy::Visitor,
        reason: "接見人以其他裝置錄影".into(),
        at_ms: STARTS_AT_MS,
    };
    let terminate = async |termination| world.store.terminate(termination).await.unwrap();
    let elsewhere = Termination {
        facility: other,
        ..open.clone()
    };
    assert_eq!(terminate(elsewhere).await, Terminated::NotFound);
    let early = Termination {
        at_ms: OPENS_AT_MS - 1,
        ..open.clone()
    };
    assert_eq!(terminate(early).await, Terminated::NotOpen);
    let late = Termination {
        at_ms: SLOT.ends_at_ms,
        ..open.clone()
    };
    assert_eq!(terminate(late).await, Terminated::NotOpen);
    assert_eq!(terminate(open.clone()).await, Terminated::Done);
    assert_eq!(terminate(open).await, Terminated::NotOpen);

    let visits = world
        .store
        .supervised_visits(world.facility, 0, u64::MAX)
        .await
        .unwrap();
    assert_eq!(visits[0].info.state, VisitState::Terminated);
    assert_eq!(visits[0].seats[0].link, LinkStanding::Void);
    let trail = audit_trail(&world.database, visit).await;
    let expected = (
        format!("staff {}", world.officer),
        "terminated".to_owned(),
        r#"{"ended_by":"visitor","given_back":false,"reason":"接見人以其他裝置錄影"}"#.to_owned(),
    );
    assert_eq!(trail[1..], [expected]);
}

pub(crate) async fn a_visit_that_is_ended_is_spent_only_by_its_visitors_and_its_party_is_told(
    world: World,
) {
    let season = Season::new(world).await;
    let world = &season.world;
    for (ended_by, counts) in [(EndedBy::Facility, false), (EndedBy::Visitor, true)] {
        let visit = season.confirmed(FIRST_MS).await;
        season.forget_messages().await;
        let termination = Termination {
            visit,
            facility: world.facility,
            officer: world.officer,
            ended_by,
            reason: "收容人身體不適".into(),
            at_ms: FIRST_MS,
        };
        let ended = world.store.terminate(termination).await;
        assert_eq!(ended, Ok(Terminated::Done));
        assert_eq!(season.used().await, i64::from(counts));
        assert_eq!(season.told().await, ["facility_notice", "visit_ended"]);
        let person = world.people[0];
        let shown = world.store.visit_of(person, visit).await.unwrap().unwrap();
        assert_eq!(shown.ended_by, Some(ended_by));
        assert_eq!(shown.reason.as_deref(), Some("收容人身體不適"));
        let (.., params) = world.notices().await.pop().unwrap();
        assert!(
            params.contains(&format!(r#""counts":"{counts}""#)),
            "{params}"
        );
    }
}

pub(crate) async fn an_audit_event_is_neither_changed_nor_removed(world: World) {
    let visit = world.add_visit().await;
    world
        .issue(visit, 1, 1, IssueCause::Confirmed, OPENS_AT_MS)
        .await
        .unwrap();
    for tampering in [
        "UPDATE audit_event SET action = 'left'",
        "DELETE FROM audit_event",
    ] {
        let error = statement(&world.database, tampering).await.unwrap_err();
        assert!(
            error.to_string().contains("the audit trail only grows"),
            "{error}"
        );
    }
    assert_eq!(audit_trail(&world.database, visit).await.len(), 1);
}
