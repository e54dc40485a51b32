//! One facility with its people, all of them synthetic.

use booking_domain::{
    IssueCause, IssueError, Links, NewFacility, NewInmate, NewLink, NewPerson, NewSignedIn,
    NewTerminal, NewVisit, Registry, Role,
};
use booking_store::Store;
use grant::{DeviceHash, LinkHash, SecretHash, Slot};
use ids::{FacilityId, InmateId, PersonId, Seat, StaffId, TerminalId, VisitId};
use protocol::Locale;
use sqlx::AnyPool;

use super::statement;

/// 2026-11-24T06:30Z.
pub(crate) const STARTS_AT_MS: u64 = 1_795_501_800_000;
pub(crate) const MINUTE_MS: u64 = 60_000;
pub(crate) const SLOT: Slot = Slot {
    starts_at_ms: STARTS_AT_MS,
    ends_at_ms: STARTS_AT_MS + 30 * MINUTE_MS,
};
pub(crate) const OPENS_AT_MS: u64 = STARTS_AT_MS - 15 * MINUTE_MS;

/// What the tests begin with.
pub(crate) struct World {
    pub(crate) store: Store,
    /// A second way to the same database, past the store.
    pub(crate) database: AnyPool,
    pub(crate) facility: FacilityId,
    pub(crate) terminals: [TerminalId; 2],
    pub(crate) inmates: [InmateId; 2],
    pub(crate) people: Vec<PersonId>,
    pub(crate) officer: StaffId,
}

pub(crate) const TERMINAL_SECRETS: [SecretHash; 2] = [
    SecretHash::from_bytes([0xa1; 32]),
    SecretHash::from_bytes([0xa2; 32]),
];
pub(crate) const OFFICER_SECRET: SecretHash = SecretHash::from_bytes([0xb1; 32]);

impl World {
    pub(crate) async fn new(store: Store, database: AnyPool) -> Self {
        let facility = NewFacility {
            name: "示範看守所".into(),
            time_zone: "Asia/Taipei".into(),
        };
        let facility = store.add_facility(facility).await.unwrap();
        let mut terminals = Vec::new();
        for (name, secret) in ["第一接見室", "第二接見室"]
            .into_iter()
            .zip(TERMINAL_SECRETS)
        {
            let terminal = NewTerminal {
                facility,
                name: name.into(),
                secret,
            };
            terminals.push(store.add_terminal(terminal).await.unwrap());
        }
        let mut inmates = Vec::new();
        for (number, first_name) in [("1024", "明華"), ("1025", "志遠")] {
            let (number, name) = (number.into(), format!("林{first_name}"));
            let inmate = NewInmate {
                facility,
                number,
                name,
                first_name: first_name.into(),
            };
            inmates.push(store.add_inmate(inmate).await.unwrap());
        }
        let mut people = Vec::new();
        for (name, phone) in [
            ("林陳秀英", "0900000101"),
            ("林志成", "0900000102"),
            ("林雅婷", "0900000103"),
            ("陳美玲", "0900000104"),
        ] {
            let person = NewPerson {
                name: name.into(),
                phone: phone.into(),
                locale: Locale::ZhTw,
            };
            people.push(store.add_person(person).await.unwrap());
        }
        let officer = NewSignedIn {
            facility,
            roles: vec![Role::Officer],
            login: "wang".into(),
            name: "王信義".into(),
            secret: OFFICER_SECRET,
            expires_at_ms: SLOT.ends_at_ms,
        };
        let officer = store.add_signed_in(officer).await.unwrap();
        Self {
            store,
            database,
            facility,
            terminals: terminals.try_into().unwrap(),
            inmates: inmates.try_into().unwrap(),
            people,
            officer,
        }
    }

    /// A visit of the first three people at the first terminal in [`SLOT`].
    pub(crate) fn visit(&self) -> NewVisit {
        NewVisit {
            terminal: self.terminals[0],
            inmate: self.inmates[0],
            opens_at_ms: OPENS_AT_MS,
            slot: SLOT,
            party: self.people[..3].to_vec(),
        }
    }

    pub(crate) async fn add_visit(&self) -> VisitId {
        self.store.add_visit(self.visit()).await.unwrap()
    }

    /// Gives the facility an address to which its notices go.
    pub(crate) async fn reachable(&self) {
        let sql = "UPDATE facility SET contact_email = 'visits@prison.gov.test'";
        statement(&self.database, sql).await.unwrap();
    }

    pub(crate) async fn issue(
        &self,
        visit: VisitId,
        number: u8,
        token: u8,
        cause: IssueCause,
        at_ms: u64,
    ) -> Result<u32, IssueError> {
        let hash = link(token);
        self.store
            .issue(NewLink {
                visit,
                seat: seat(number),
                hash,
                cause,
                url: url(token),
                at_ms,
            })
            .await
    }
}

/// The address that a test's link stands in.
pub(crate) fn url(token: u8) -> String {
    format!("https://visit.gov.test/j#token{token}")
}

pub(crate) fn seat(number: u8) -> Seat {
    Seat::try_from(number).unwrap()
}

pub(crate) fn link(token: u8) -> LinkHash {
    LinkHash::from_bytes([token; 32])
}

pub(crate) fn device(number: u16) -> DeviceHash {
    let mut bytes = [7; 32];
    bytes[..2].copy_from_slice(&number.to_be_bytes());
    DeviceHash::from_bytes(bytes)
}
