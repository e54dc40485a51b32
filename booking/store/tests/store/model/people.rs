//! The people of a facility, what they are approved for and who has agreed with whom.

use booking_domain::{
    FacilityRules, InmateState, NewFacility, Registry, Slots,
    accounts::{AccountState, Accounts, Registered},
    applications::{
        ApplicationState, CompanionState, CompanionStep, Companions, Invitation, Relationship,
    },
};
use ids::{ApplicationId, CompanionId, InmateId, PersonId};
use jiff::{civil::date, tz::TimeZone};

use super::{
    doing::Doing,
    reference::{Agreement, Application, Inmate, Person, Reference},
    steps::{NEWCOMERS, PEOPLE},
};
use crate::support::{
    accounts,
    season::{NOW_MS, approve, plan},
    world::World,
};

/// Who is approved for which inmate, and as what. The fourth person is a minor.
const APPROVED: [(usize, usize, Relationship); 8] = [
    (0, 0, Relationship::Parent),
    (1, 0, Relationship::Sibling),
    (2, 0, Relationship::Sibling),
    (3, 0, Relationship::Child),
    (4, 0, Relationship::Lawyer),
    (1, 1, Relationship::Spouse),
    (2, 1, Relationship::Parent),
    (4, 1, Relationship::Lawyer),
];
const MINOR: usize = 3;
/// Who has agreed to visit which inmate together.
const AGREED: [(usize, usize, usize); 6] = [
    (0, 1, 0),
    (0, 3, 0),
    (3, 1, 0),
    (0, 4, 0),
    (4, 1, 0),
    (1, 2, 1),
];

impl Doing {
    /// A facility with its people, on the day on which everything begins.
    pub(super) async fn begin(world: World) -> Self {
        let terminals = world.terminals.to_vec();
        let (facility, officer) = (world.facility, world.officer);
        let grid = plan(terminals.clone());
        world
            .store
            .add_grid(facility, grid, officer, NOW_MS)
            .await
            .unwrap();
        let mut reference = Reference {
            terminals,
            inmates: Vec::from(world.inmates.map(inmate)),
            brought: std::collections::BTreeMap::new(),
            order: Vec::new(),
            people: std::collections::BTreeMap::new(),
            applications: Vec::new(),
            agreements: Vec::new(),
            restrictions: Vec::new(),
            closures: Vec::new(),
            visits: Vec::new(),
            rules: FacilityRules::default(),
            zone: TimeZone::get("Asia/Taipei").unwrap(),
        };
        for number in 0..PEOPLE + NEWCOMERS {
            let person = newcomer(&world, number).await;
            let mut account = AccountState::PendingEmail;
            if number < PEOPLE {
                account = account.verified().unwrap();
                verify(&world, number, NOW_MS).await.unwrap();
            }
            let born = if number == MINOR {
                date(2012, 5, 1)
            } else {
                date(1960, 5, 1)
            };
            reference.order.push(person);
            reference.people.insert(person, Person { account, born });
        }
        for (number, inmate, relationship) in APPROVED {
            let (person, inmate) = (reference.order[number], world.inmates[inmate]);
            reference.applications.push(Application {
                id: approve(&world, person, inmate, relationship.as_str()).await,
                person,
                inmate,
                relationship,
                state: ApplicationState::Approved,
            });
        }
        let other = NewFacility {
            name: "示範監獄".into(),
            time_zone: "Asia/Taipei".into(),
        };
        let now_ms = NOW_MS;
        let mut doing = Self {
            elsewhere: world.store.add_facility(other).await.unwrap(),
            world,
            reference,
            now_ms,
            links: 0,
        };
        for (one, other, inmate) in AGREED {
            let inmate = doing.world.inmates[inmate];
            doing.agree(one, other, inmate).await;
        }
        doing
    }

    /// One invites the other, who agrees.
    async fn agree(&mut self, one: usize, other: usize, inmate: InmateId) {
        let pair = [self.reference.order[one], self.reference.order[other]];
        let application = self.application(pair[0], inmate).unwrap();
        let invitation = Invitation {
            inviter: pair[0],
            application,
            email_key: address(other),
            at_ms: self.now_ms,
        };
        let id: CompanionId = self.world.store.invite_companion(invitation).await.unwrap();
        let (agree, now_ms) = (CompanionStep::Agree, self.now_ms);
        let agreed = self
            .world
            .store
            .step_companion(pair[1], id, agree, now_ms)
            .await;
        agreed.unwrap();
        self.reference.agreements.push(Agreement {
            id,
            pair,
            inmate,
            state: CompanionState::Agreed,
            agreed: true,
            asked_at_ms: now_ms,
        });
    }

    /// Somebody's newest application for an inmate.
    pub(super) fn application(&self, person: PersonId, inmate: InmateId) -> Option<ApplicationId> {
        let mut applications = self.reference.applications.iter().rev();
        let found = applications.find(|of| of.person == person && of.inmate == inmate);
        found.map(|of| of.id)
    }

    /// Every application, with whose it is.
    pub(super) fn applicants(&self) -> Vec<(PersonId, ApplicationId)> {
        let applications = self.reference.applications.iter();
        applications.map(|of| (of.person, of.id)).collect()
    }
}

/// Somebody who is held at the facility from the beginning.
const fn inmate(id: InmateId) -> Inmate {
    Inmate {
        id,
        state: InmateState::Present,
        here: true,
    }
}

/// Proves the address of somebody who has registered. Who it was, if the letter still counts.
pub(super) async fn verify(world: &World, number: usize, now_ms: u64) -> Option<PersonId> {
    let session = accounts::session(u8::try_from(number).unwrap(), now_ms);
    let token = accounts::token(u64::try_from(number).unwrap()).hash();
    world.store.verify_email(token, session).await.unwrap()
}

async fn newcomer(world: &World, number: usize) -> PersonId {
    let account = accounts::account(world, &address(number), u8::try_from(number).unwrap());
    let person = account.person;
    let proof = accounts::proof(u64::try_from(number).unwrap(), NOW_MS);
    let registered = world.store.register(account, proof).await;
    assert_eq!(registered, Ok(Registered::Added));
    person
}

pub(super) fn address(number: usize) -> String {
    format!("{number}@mail.test")
}
