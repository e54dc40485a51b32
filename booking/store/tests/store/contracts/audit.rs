//! The audit trail and its seals.

use std::collections::BTreeMap;

use booking_domain::{
    AUDIT_LATE_BY, AuditEvent, AuditQuery, AuditSeal, AuditTrail, ClosurePlan, Facilities,
    NewFacility, Registry, Slots, Step, StoreError, Unsealed, VisitEvent, Visits,
};
use ids::VisitId;
use jiff::civil::date;

use crate::support::{
    statement,
    world::{STARTS_AT_MS, World},
};

async fn note(world: &World, visit: VisitId) {
    let event = VisitEvent {
        visit,
        at_ms: STARTS_AT_MS,
        step: Step::SlotEnded,
    };
    world.store.record(event).await.unwrap();
}

async fn seal_all(world: &World) {
    let mut last = world.store.audit_head().await.unwrap();
    let mut seals = Vec::new();
    for event in world.store.unsealed_events(100).await.unwrap() {
        let seal = AuditSeal::after(last.as_ref(), &event, |_| [7; 32]);
        last = Some(seal);
        seals.push(seal);
    }
    world.store.append_seals(&seals).await.unwrap();
}

pub(crate) async fn events_are_listed_the_newest_first_by_what_they_are_about(world: World) {
    let visit = world.add_visit().await;
    for _ in 0..3 {
        note(&world, visit).await;
    }
    let query = |limit, before| AuditQuery {
        facility: Some(world.facility),
        subject: Some("visit".into()),
        subject_id: Some(visit.to_string()),
        before,
        limit,
    };
    let two = world.store.audit_events(query(2, None)).await.unwrap();
    assert_eq!(two.len(), 2);
    assert!(two[0].sequence > two[1].sequence);
    let rest = world
        .store
        .audit_events(query(9, Some(two[1].sequence)))
        .await
        .unwrap();
    assert_eq!(rest.len(), 1);
    assert_eq!(rest[0].facility, Some(world.facility.to_string()));
    let other = AuditQuery {
        subject: Some("inmate".into()),
        limit: 9,
        ..AuditQuery::default()
    };
    assert_eq!(world.store.audit_events(other).await.unwrap(), []);
    assert_eq!(world.store.facilities().await.unwrap().len(), 1);
}

pub(crate) async fn a_closure_of_all_facilities_stands_in_the_trail_of_each(world: World) {
    let there = NewFacility {
        name: "乙監獄".into(),
        time_zone: "Asia/Taipei".into(),
    };
    let there = world.store.add_facility(there).await.unwrap();
    let holiday = ClosurePlan {
        from: date(2026, 11, 27),
        to: date(2026, 11, 27),
        minutes: None,
        reason: "國定假日".into(),
    };
    let mut closed = Vec::new();
    for facility in [None, Some(there)] {
        let added = world
            .store
            .add_closure(facility, holiday.clone(), world.officer, 0);
        closed.push(added.await.unwrap().0.to_string());
    }
    let told = async |facility| {
        let query = AuditQuery {
            facility: Some(facility),
            subject: Some("closure".into()),
            limit: 9,
            ..AuditQuery::default()
        };
        let events = world.store.audit_events(query).await.unwrap();
        let ids = events.into_iter().rev().map(|event| event.subject_id);
        ids.collect::<Vec<_>>()
    };
    assert_eq!(told(world.facility).await, closed[..1]);
    assert_eq!(told(there).await, closed);
}

pub(crate) async fn of_whom_events_tell_are_told_by_name_until_they_are_forgotten(world: World) {
    let [person, other, ..] = world.people[..] else {
        panic!("the world has people");
    };
    let [inmate, another] = world.inmates;
    let [terminal, second] = world.terminals;
    let officer = world.officer;
    let events = [
        (
            format!("person {person}"),
            "inmate",
            inmate.to_string(),
            "{}".to_owned(),
        ),
        (
            format!("staff {officer}"),
            "visit",
            person.to_string(),
            format!(
                r#"{{"terminals":["{terminal}","{second}"],"came":["{other}"],"inmate":"{another}"}}"#
            ),
        ),
        (
            "system".into(),
            "kind_of_old",
            "no id".into(),
            "no JSON".into(),
        ),
    ];
    let events: Vec<_> = (1..)
        .zip(events)
        .map(
            |(sequence, (actor, subject, subject_id, detail))| AuditEvent {
                sequence,
                at_ms: STARTS_AT_MS,
                actor,
                action: "x".into(),
                subject: subject.into(),
                subject_id,
                facility: None,
                detail,
            },
        )
        .collect();
    let named = async || world.store.audit_names(&events).await.unwrap();
    let mut expected = BTreeMap::from([
        (person.to_string(), "林陳秀英".to_owned()),
        (other.to_string(), "林志成".to_owned()),
        (inmate.to_string(), "林明華".to_owned()),
        (another.to_string(), "林志遠".to_owned()),
        (terminal.to_string(), "第一接見室".to_owned()),
        (second.to_string(), "第二接見室".to_owned()),
        (officer.to_string(), "王信義".to_owned()),
    ]);
    assert_eq!(named().await, expected);
    assert_eq!(world.store.audit_names(&[]).await.unwrap(), BTreeMap::new());
    let forget = format!("UPDATE person SET name = '' WHERE id = '{other}'");
    statement(&world.database, &forget).await.unwrap();
    expected.remove(&other.to_string());
    assert_eq!(named().await, expected);
}

pub(crate) async fn each_event_is_sealed_once_and_seals_are_neither_changed_nor_removed(
    world: World,
) {
    let visit = world.add_visit().await;
    note(&world, visit).await;
    note(&world, visit).await;
    let waiting = world.store.unsealed_count().await.unwrap();
    let expected = Unsealed {
        waiting: 2,
        inserted: None,
    };
    assert_eq!(waiting, expected);
    seal_all(&world).await;
    assert_eq!(
        world.store.unsealed_count().await.unwrap(),
        Unsealed::default()
    );
    let sealed = world.store.sealed_events(0, 10).await.unwrap();
    let places: Vec<_> = sealed.iter().map(|(seal, _)| seal.position).collect();
    assert_eq!(places, [1, 2]);
    assert!(
        sealed
            .iter()
            .all(|(seal, event)| event.as_ref().unwrap().sequence == seal.sequence)
    );
    let head = world.store.audit_head().await.unwrap().unwrap();
    let again = world.store.append_seals(&[head]).await;
    assert!(matches!(again, Err(StoreError::Duplicate(_))));
    for forbidden in [
        "UPDATE audit_seal SET sequence = 9",
        "DELETE FROM audit_seal",
    ] {
        assert!(statement(&world.database, forbidden).await.is_err());
    }
}

pub(crate) async fn an_event_put_far_behind_the_sealed_ones_is_noticed(world: World) {
    let visit = world.add_visit().await;
    note(&world, visit).await;
    seal_all(&world).await;
    let sequence = world.store.audit_head().await.unwrap().unwrap().sequence;
    let early = i64::try_from(sequence).unwrap() - i64::try_from(AUDIT_LATE_BY).unwrap() - 5;
    let overriding = if statement(&world.database, "SELECT sqlite_version()")
        .await
        .is_ok()
    {
        ""
    } else {
        "OVERRIDING SYSTEM VALUE"
    };
    let insert = format!(
        "INSERT INTO audit_event (sequence, at_ms, actor, action, subject, subject_id, detail)
         {overriding} VALUES ({early}, 0, 'system', 'x', 'visit', '1', '{{}}')"
    );
    statement(&world.database, &insert).await.unwrap();
    assert_eq!(world.store.unsealed_events(10).await.unwrap(), []);
    let unsealed = world.store.unsealed_count().await.unwrap();
    assert_eq!((unsealed.waiting, unsealed.inserted), (1, Some(0)));
}
