//! Whatever makes visits need a look is told to everybody concerned, with all that the texts want to tell, in
//! every language.

use std::collections::BTreeMap;

use booking_domain::{
    Actor, Bookings, Cause, ClosurePlan, Departed, Departure, Inmates, MessageKind, NewFacility,
    NewInmate, NewPerson, NewTerminal, NewVisit, Recipient, Registry, Slots,
    accounts::{NewSuspension, Suspensions},
    applications::{Decision, NewRestriction, RestrictionKind, Restrictions, ReviewStep, Reviews},
};
use grant::{SecretHash, Slot};
use ids::{ApplicationId, FacilityId, InmateId, PersonId, StaffId, VisitId};
use jiff::civil::date;
use protocol::Locale;

use super::{LENGTH_MS, NOW_MS, SITE, World};
use crate::messages::texts::{self, Worded};

const DAY_MS: u64 = 86_400_000;
const FACILITY: &str = "示範看守所";
const INMATE: &str = "林明華";
/// What staff write where they write a reason.
const WRITTEN: &str = "接見規定有變動";

/// A visit of two a day ahead, and who applied: the first approved, the second too, the third not yet.
struct Booked {
    world: World,
    facility: FacilityId,
    inmate: InmateId,
    people: [PersonId; 3],
    applications: [ApplicationId; 3],
    staff: StaffId,
    visit: VisitId,
}

impl Booked {
    async fn new() -> Self {
        let world = World::new(0).await;
        let store = &world.store;
        let facility = NewFacility {
            name: FACILITY.into(),
            time_zone: "Asia/Taipei".into(),
        };
        let facility = store.add_facility(facility).await.unwrap();
        world
            .statement("UPDATE facility SET contact_email = 'visits@prison.gov.test'")
            .await;
        let inmate = NewInmate {
            facility,
            number: "1024".into(),
            name: INMATE.into(),
            first_name: "明華".into(),
        };
        let inmate = store.add_inmate(inmate).await.unwrap();
        let mut people = Vec::new();
        let mut applications = Vec::new();
        for (number, state) in ["approved", "approved", "submitted"]
            .into_iter()
            .enumerate()
        {
            let person = NewPerson {
                name: "林陳秀英".into(),
                phone: format!("090000010{number}"),
                locale: Locale::ZhTw,
            };
            let person = store.add_person(person).await.unwrap();
            let application = format!("018f3f5e-7c1a-7b2e-9c55-0242ac12000{number}");
            world
                .statement(&format!(
                    "INSERT INTO application (id, person_id, inmate_id, facility_id, relationship,
                         on_site, remote, mobile, state, created_at_ms, changed_at_ms)
                     VALUES ('{application}', '{person}', '{inmate}', '{facility}', 'parent',
                         0, 0, 1, '{state}', 0, 0)"
                ))
                .await;
            people.push(person);
            applications.push(application.parse().unwrap());
        }
        let terminal = NewTerminal {
            facility,
            name: "第一接見室".into(),
            secret: SecretHash::from_bytes([0xa1; 32]),
        };
        let starts_at_ms = NOW_MS + DAY_MS;
        let visit = NewVisit {
            terminal: store.add_terminal(terminal).await.unwrap(),
            inmate,
            opens_at_ms: starts_at_ms,
            slot: Slot {
                starts_at_ms,
                ends_at_ms: starts_at_ms + LENGTH_MS,
            },
            party: people[..2].to_vec(),
        };
        let officer = booking_domain::NewSignedIn {
            roles: vec![booking_domain::Role::Officer],
            login: "wang".into(),
            facility,
            name: "王信義".into(),
            secret: SecretHash::from_bytes([0xb1; 32]),
            expires_at_ms: NOW_MS + DAY_MS,
        };
        Self {
            visit: store.add_visit(visit).await.unwrap(),
            staff: store.add_signed_in(officer).await.unwrap(),
            facility,
            inmate,
            people: people.try_into().unwrap(),
            applications: applications.try_into().unwrap(),
            world,
        }
    }

    async fn depart(&self, to: Option<(FacilityId, String)>) {
        let departure = Departure {
            inmate: self.inmate,
            facility: self.facility,
            to,
            by: Actor::Staff(self.staff),
            at_ms: NOW_MS,
        };
        let departed = self.world.store.depart(departure).await.unwrap();
        assert!(
            matches!(
                departed,
                Departed::Done {
                    applications: 3,
                    visits: 1,
                    ..
                }
            ),
            "{departed:?}"
        );
    }

    /// Reads every message in every language: nothing is missing in it, and it names the inmate, the facility
    /// and the reason. How many messages there are of each kind.
    async fn read(
        &self,
        reason: impl Fn(MessageKind, Locale) -> String,
    ) -> BTreeMap<&'static str, usize> {
        let mut kinds = BTreeMap::new();
        for message in self.world.messages().await {
            let mut content = message.content;
            *kinds.entry(content.kind.as_str()).or_default() += 1;
            let to_facility = matches!(content.to, Some(Recipient::Facility(_)));
            assert_eq!(to_facility, content.kind.as_str() == "facility_notice");
            for locale in Locale::ALL {
                content.locale = locale;
                let Worded { text, missing } = texts::text(&content, SITE, "a@mail.test");
                assert!(missing.is_empty(), "{:?}: {missing:?}", content.kind);
                for told in [INMATE, FACILITY, &reason(content.kind, locale)] {
                    assert!(text.body.contains(told), "{told}:\n{}", text.body);
                }
            }
        }
        kinds
    }
}

fn of(cause: Cause) -> impl Fn(MessageKind, Locale) -> String {
    move |_, locale| {
        let reason = texts::reason(cause.as_str().to_owned(), locale);
        assert_ne!(reason, cause.as_str());
        reason
    }
}

/// The letters of a departure: an approval that ends, an application that leads nowhere, the visit.
fn departed() -> BTreeMap<&'static str, usize> {
    BTreeMap::from([
        ("application_refused", 1),
        ("application_revoked", 2),
        ("facility_notice", 1),
        ("visit_flagged", 2),
    ])
}

/// The letters of a visit alone.
fn flagged() -> BTreeMap<&'static str, usize> {
    BTreeMap::from([("facility_notice", 1), ("visit_flagged", 2)])
}

#[tokio::test]
async fn of_a_transfer() {
    let booked = Booked::new().await;
    let there = NewFacility {
        name: "乙監獄".into(),
        time_zone: "Asia/Taipei".into(),
    };
    let there = booked.world.store.add_facility(there).await.unwrap();
    booked.depart(Some((there, "5000".into()))).await;
    assert_eq!(booked.read(of(Cause::InmateTransferred)).await, departed());
}

#[tokio::test]
async fn of_a_release() {
    let booked = Booked::new().await;
    booked.depart(None).await;
    assert_eq!(booked.read(of(Cause::InmateReleased)).await, departed());
}

#[tokio::test]
async fn of_a_revocation_whose_reason_is_the_applicants_own() {
    let booked = Booked::new().await;
    let decision = Decision {
        application: booked.applications[0],
        staff: booked.staff,
        step: ReviewStep::Revoke(WRITTEN.into()),
        at_ms: NOW_MS,
    };
    booked
        .world
        .store
        .decide_application(decision)
        .await
        .unwrap();
    for message in booked.world.messages().await {
        if message.content.kind == MessageKind::ApplicationRevoked {
            let to = Recipient::Person(booked.people[0]);
            assert_eq!(message.content.to, Some(to));
        }
    }
    let ended = of(Cause::ApprovalEnded);
    let told = booked.read(|kind, locale| match kind {
        MessageKind::ApplicationRevoked => WRITTEN.to_owned(),
        kind => ended(kind, locale),
    });
    let mut expected = flagged();
    expected.insert("application_revoked", 1);
    assert_eq!(told.await, expected);
}

#[tokio::test]
async fn of_a_restriction() {
    let booked = Booked::new().await;
    let restriction = NewRestriction {
        facility: booked.facility,
        person: None,
        inmate: Some(booked.inmate),
        kind: RestrictionKind::Discipline,
        reason: WRITTEN.into(),
        from_ms: NOW_MS,
        until_ms: None,
        staff: booked.staff,
        at_ms: NOW_MS,
    };
    booked.world.store.restrict(restriction).await.unwrap();
    assert_eq!(booked.read(of(Cause::Restricted)).await, flagged());
}

#[tokio::test]
async fn of_a_suspension() {
    let booked = Booked::new().await;
    booked.world.accounts("'a@mail.test'").await;
    let suspension = NewSuspension {
        person: booked.people[0],
        staff: booked.staff,
        reason: WRITTEN.into(),
        at_ms: NOW_MS,
    };
    assert_eq!(booked.world.store.suspend(suspension).await, Ok(1));
    // The owner's own letter tells the reason and is about no visit: its text is another test's.
    booked
        .world
        .statement("DELETE FROM outbox WHERE kind = 'account_suspended'")
        .await;
    assert_eq!(booked.read(of(Cause::Suspended)).await, flagged());
}

#[tokio::test]
async fn of_the_last_adults_leaving() {
    let booked = Booked::new().await;
    let store = &booked.world.store;
    let left = store.leave(booked.visit, booked.people[1], &[], NOW_MS);
    left.await.unwrap();
    booked
        .world
        .statement("DELETE FROM outbox WHERE params NOT LIKE '%no_adult%'")
        .await;
    let told = BTreeMap::from([("facility_notice", 1), ("visit_flagged", 1)]);
    assert_eq!(booked.read(of(Cause::NoAdult)).await, told);
}

#[tokio::test]
async fn of_a_closure() {
    let booked = Booked::new().await;
    let closure = ClosurePlan {
        from: date(2026, 11, 25),
        to: date(2026, 11, 25),
        minutes: None,
        reason: WRITTEN.into(),
    };
    let store = &booked.world.store;
    let added = store.add_closure(Some(booked.facility), closure, booked.staff, NOW_MS);
    assert_eq!(added.await.unwrap().1, 1);
    assert_eq!(booked.read(|_, _| WRITTEN.to_owned()).await, flagged());
}
