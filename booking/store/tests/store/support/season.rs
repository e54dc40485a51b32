//! A facility that takes bookings: a grid at its terminals, and people who are approved.

use booking_domain::{
    BookError, Bookings, GridPlan, NewBooking, NewFacility, NewInmate, NewPerson, NewTerminal,
    PartyCandidate, Registry, Slots, Weekdays,
};
use grant::SecretHash;
use ids::{ApplicationId, InmateId, PersonId, SlotGridId, TerminalId, VisitId};
use jiff::civil::{Date, date};
use protocol::Locale;
use sqlx::Row;
use uuid::Uuid;

use crate::support::{statement, world::World};

/// 2026-11-24, a Tuesday, 09:00 in Taipei: one can book from the 26th to the 1st.
pub(crate) const NOW_MS: u64 = 1_795_482_000_000;
/// 2026-11-27 09:00 in Taipei: the first batch.
pub(crate) const FIRST_MS: u64 = 1_795_741_200_000;
pub(crate) const HALF_HOUR_MS: u64 = 30 * 60_000;
pub(crate) const DAY_MS: u64 = 86_400_000;

/// When the visits of a day begin, minutes after local midnight.
pub(crate) const BATCHES: [u16; 4] = [540, 570, 600, 840];

/// A world with a grid of 09:00, 09:30, 10:00 and 14:00 at its two terminals, every day.
pub(crate) struct Season {
    pub(crate) world: World,
    pub(crate) grid: SlotGridId,
    /// The first person's application for the first inmate, and the second one's.
    pub(crate) applications: [ApplicationId; 2],
}

/// A facility besides the world's.
pub(crate) struct Elsewhere {
    pub(crate) terminal: TerminalId,
    /// The first person's.
    pub(crate) application: ApplicationId,
}

pub(crate) fn plan(terminals: Vec<TerminalId>) -> GridPlan {
    GridPlan {
        from: date(2026, 11, 1),
        to: None,
        weekdays: Weekdays::ALL,
        visit_minutes: 30,
        turnaround_minutes: 0,
        batches: BATCHES.to_vec(),
        terminals,
    }
}

pub(crate) fn adult(person: PersonId) -> PartyCandidate {
    born(person, date(1960, 5, 1))
}

pub(crate) fn born(person: PersonId, born: Date) -> PartyCandidate {
    let born = Some(born);
    PartyCandidate { person, born }
}

impl Season {
    pub(crate) async fn new(world: World) -> Self {
        let plan = plan(world.terminals.to_vec());
        let grid = world
            .store
            .add_grid(world.facility, plan, world.officer, NOW_MS)
            .await
            .unwrap();
        world.reachable().await;
        let [person, other] = [world.people[0], world.people[1]];
        let [inmate, another] = world.inmates;
        let applications = [
            approve(&world, person, inmate, "parent").await,
            approve(&world, other, another, "spouse").await,
        ];
        Self {
            world,
            grid,
            applications,
        }
    }

    /// The first person's request for a slot.
    pub(crate) fn request(&self, starts_at_ms: u64) -> NewBooking {
        NewBooking {
            application: self.applications[0],
            party: vec![adult(self.world.people[0])],
            starts_at_ms,
            idempotency_key: None,
            now_ms: NOW_MS,
        }
    }

    /// The second person's, with another inmate.
    pub(crate) fn other_request(&self, starts_at_ms: u64) -> NewBooking {
        NewBooking {
            application: self.applications[1],
            party: vec![adult(self.world.people[1])],
            ..self.request(starts_at_ms)
        }
    }

    pub(crate) async fn book(&self, request: NewBooking) -> Result<VisitId, BookError> {
        let mut answers = self.world.store.book(vec![request]).await;
        assert_eq!(answers.len(), 1);
        answers.remove(0).map(|held| held.visit)
    }

    /// Another facility with a slot at the same times, which the first person may book too.
    pub(crate) async fn elsewhere(&self) -> Elsewhere {
        let store = &self.world.store;
        let facility = NewFacility {
            name: "示範監獄".into(),
            time_zone: "Asia/Taipei".into(),
        };
        let facility = store.add_facility(facility).await.unwrap();
        let terminal = NewTerminal {
            facility,
            name: "第一接見室".into(),
            secret: SecretHash::from_bytes([99; 32]),
        };
        let terminal = store.add_terminal(terminal).await.unwrap();
        let plan = plan(vec![terminal]);
        let officer = self.world.officer;
        store
            .add_grid(facility, plan, officer, NOW_MS)
            .await
            .unwrap();
        let inmate = NewInmate {
            facility,
            number: "1024".into(),
            name: "林志遠".into(),
            first_name: "志遠".into(),
        };
        let inmate = store.add_inmate(inmate).await.unwrap();
        let application = approve(&self.world, self.world.people[0], inmate, "sibling").await;
        Elsewhere {
            terminal,
            application,
        }
    }

    /// A confirmed visit of the first person's.
    pub(crate) async fn confirmed(&self, starts_at_ms: u64) -> VisitId {
        let visit = self.book(self.request(starts_at_ms)).await.unwrap();
        let person = self.world.people[0];
        let store = &self.world.store;
        let born = [adult(person)];
        store.confirm(visit, person, &born, NOW_MS).await.unwrap();
        visit
    }

    pub(crate) async fn state(&self, visit: VisitId) -> String {
        self.one(&format!("SELECT state FROM visit WHERE id = '{visit}'"))
            .await
    }

    /// How many visits of the first inmate count in November.
    pub(crate) async fn used(&self) -> i64 {
        let inmate = self.world.inmates[0];
        let sql = format!(
            "SELECT visits FROM visit_month WHERE inmate_id = '{inmate}' AND month = '2026-11'"
        );
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .fetch_optional(&self.world.database)
            .await
            .unwrap();
        row.map_or(0, |row| row.get(0))
    }

    /// The kinds of the queued messages, sorted.
    pub(crate) async fn told(&self) -> Vec<String> {
        let rows = sqlx::query("SELECT kind FROM outbox ORDER BY kind")
            .fetch_all(&self.world.database)
            .await
            .unwrap();
        rows.iter().map(|row| row.get("kind")).collect()
    }

    pub(crate) async fn forget_messages(&self) {
        statement(&self.world.database, "DELETE FROM outbox")
            .await
            .unwrap();
    }

    async fn one(&self, sql: &str) -> String {
        sqlx::query(sqlx::AssertSqlSafe(sql))
            .fetch_one(&self.world.database)
            .await
            .unwrap()
            .get(0)
    }
}

/// An approved application.
pub(crate) async fn approve(
    world: &World,
    person: PersonId,
    inmate: InmateId,
    relationship: &str,
) -> ApplicationId {
    let id = Uuid::now_v7();
    let sql = format!(
        "INSERT INTO application (id, person_id, inmate_id, facility_id, relationship, on_site,
                                  remote, mobile, state, created_at_ms, changed_at_ms)
         SELECT '{id}', '{person}', id, facility_id, '{relationship}', 0, 0, 1, 'approved', 0, 0
         FROM inmate WHERE id = '{inmate}'"
    );
    statement(&world.database, &sql).await.unwrap();
    ApplicationId::from_uuid(id)
}

/// Two people who agreed to visit an inmate together.
pub(crate) async fn agree(world: &World, inviter: PersonId, invitee: PersonId, inmate: InmateId) {
    let id = Uuid::now_v7();
    let sql = format!(
        "INSERT INTO companion (id, inmate_id, inviter_id, email_key, invitee_id, state,
                                created_at_ms, changed_at_ms)
         VALUES ('{id}', '{inmate}', '{inviter}', '{id}', '{invitee}', 'agreed', 0, 0)"
    );
    statement(&world.database, &sql).await.unwrap();
}

pub(crate) async fn new_terminal(world: &World, number: u8) -> TerminalId {
    let terminal = NewTerminal {
        facility: world.facility,
        name: format!("第{number}號機"),
        secret: SecretHash::from_bytes([number; 32]),
    };
    world.store.add_terminal(terminal).await.unwrap()
}

/// Somebody who is approved for an inmate of their own.
pub(crate) async fn new_applicant(world: &World, number: usize) -> (PersonId, ApplicationId) {
    let person = NewPerson {
        name: "陳美玲".into(),
        phone: format!("09{number:08}"),
        locale: Locale::ZhTw,
    };
    let person = world.store.add_person(person).await.unwrap();
    let inmate = NewInmate {
        facility: world.facility,
        number: format!("{:04}", 2000 + number),
        name: "林志遠".into(),
        first_name: "志遠".into(),
    };
    let inmate = world.store.add_inmate(inmate).await.unwrap();
    (person, approve(world, person, inmate, "spouse").await)
}

/// So many of them, in a few statements.
pub(crate) async fn new_applicants(world: &World, count: usize) -> Vec<(PersonId, ApplicationId)> {
    let facility = world.facility;
    let (mut applicants, mut people) = (Vec::new(), Vec::new());
    let (mut inmates, mut applications) = (Vec::new(), Vec::new());
    for number in 0..count {
        let [person, inmate, application] = [Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7()];
        applicants.push((
            PersonId::from_uuid(person),
            ApplicationId::from_uuid(application),
        ));
        people.push(format!("('{person}', '陳美玲', '09{number:08}', 'zh-TW')"));
        let number = 3000 + number;
        inmates.push(format!(
            "('{inmate}', '{facility}', '{number}', '林志遠', '志遠')"
        ));
        applications.push(format!(
            "('{application}', '{person}', '{inmate}', '{facility}', 'spouse', 0, 0, 1, 'approved',
              0, 0)"
        ));
    }
    for (table, rows) in [
        ("person (id, name, phone, locale)", people),
        (
            "inmate (id, facility_id, number, name, first_name)",
            inmates,
        ),
        (
            "application (id, person_id, inmate_id, facility_id, relationship, on_site, remote,
                          mobile, state, created_at_ms, changed_at_ms)",
            applications,
        ),
    ] {
        let sql = format!("INSERT INTO {table} VALUES {}", rows.join(", "));
        statement(&world.database, &sql).await.unwrap();
    }
    applicants
}
