//! A facility to try things out with: everybody in it is made up.

mod desk;

use booking_domain::{
    Facilities, NewFacility, NewInmate, NewPerson, NewSignedIn, NewTerminal, NewVisit,
    OPENS_BEFORE_MS, Registry, Role, StoreError,
};
use grant::{Secret, Slot};
use ids::{FacilityId, VisitId};
use protocol::Locale;
use rand::RngCore;

use crate::{IssuedLink, LinkIssueError, LinkIssuer};

pub use desk::{DemoDesk, open_demo_desk};

/// How long staff stay signed in: the administrator from now on, the officer after the visit. 12 hours.
const SESSION_MS: u64 = 12 * 60 * 60 * 1000;

/// Which visit to set up. Times are Unix milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DemoPlan {
    /// Now.
    pub now_ms: u64,
    /// From when one may join.
    pub opens_at_ms: u64,
    /// When the visit takes place.
    pub slot: Slot,
    /// The language of the visitors' messages.
    pub locale: Locale,
}

/// A confirmed visit, and what each of its people holds.
#[derive(Clone, Debug)]
pub struct DemoVisit {
    /// Where.
    pub facility: FacilityId,
    /// What the place is called.
    pub facility_name: String,
    /// Which demonstration in this store it is; 1 is the first.
    pub number: usize,
    /// The visit.
    pub visit: VisitId,
    /// From when one may join, Unix milliseconds.
    pub opens_at_ms: u64,
    /// When it takes place.
    pub slot: Slot,
    /// The links of the three visitors, in the order of their seats.
    pub links: Vec<IssuedLink>,
    /// The terminal's secret.
    pub terminal: Secret,
    /// The officer's secret.
    pub officer: Secret,
}

/// Why there is no visit to show.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SeedError {
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A link could not be made.
    #[error(transparent)]
    Link(#[from] LinkIssueError),
}

impl DemoPlan {
    /// A visit that begins now, lasts `length_ms` and has been open as long as visits usually are.
    #[must_use]
    pub const fn open_now(now_ms: u64, length_ms: u64, locale: Locale) -> Self {
        Self {
            now_ms,
            opens_at_ms: now_ms.saturating_sub(OPENS_BEFORE_MS),
            slot: Slot {
                starts_at_ms: now_ms,
                ends_at_ms: now_ms.saturating_add(length_ms),
            },
            locale,
        }
    }
}

/// Sets up a facility with a paired terminal, an inmate, three visitors, an officer and one confirmed visit,
/// and sends the visitors their links. Each call sets up a facility of its own, so that no visit of an
/// earlier one is in the way.
pub async fn seed_demo(
    issuer: &LinkIssuer,
    plan: DemoPlan,
    rng: &mut (impl RngCore + Send),
) -> Result<DemoVisit, SeedError> {
    let store = &issuer.store;
    let number = store.facilities().await?.len() + 1;
    let facility_name = match number {
        1 => "示範看守所".to_owned(),
        later => format!("示範看守所 {later}"),
    };
    let facility = NewFacility {
        name: facility_name.clone(),
        time_zone: "Asia/Taipei".into(),
    };
    let facility = store.add_facility(facility).await?;
    let (terminal, officer) = (Secret::generate(rng), Secret::generate(rng));
    let paired = NewTerminal {
        facility,
        name: "第一接見室".into(),
        secret: terminal.hash(),
    };
    let paired = store.add_terminal(paired).await?;
    let inmate = NewInmate {
        facility,
        number: "1024".into(),
        name: "林明華".into(),
        first_name: "明華".into(),
    };
    let inmate = store.add_inmate(inmate).await?;
    let signed_in = NewSignedIn {
        facility,
        roles: vec![Role::Officer],
        login: login("officer", number),
        name: "王信義".into(),
        secret: officer.hash(),
        expires_at_ms: plan.slot.ends_at_ms.saturating_add(SESSION_MS),
    };
    store.add_signed_in(signed_in).await?;
    let mut party = Vec::new();
    for (name, phone) in [
        ("林陳秀英", "0900000101"),
        ("林志成", "0900000102"),
        ("林雅婷", "0900000103"),
    ] {
        let person = NewPerson {
            name: name.into(),
            phone: phone.into(),
            locale: plan.locale,
        };
        party.push(store.add_person(person).await?);
    }
    let DemoPlan {
        now_ms,
        opens_at_ms,
        slot,
        ..
    } = plan;
    let visit = NewVisit {
        terminal: paired,
        inmate,
        opens_at_ms,
        slot,
        party,
    };
    let visit = store.add_visit(visit).await?;
    let links = issuer.issue_all(visit, now_ms, rng).await?;
    Ok(DemoVisit {
        facility,
        facility_name,
        number,
        visit,
        opens_at_ms,
        slot,
        links,
        terminal,
        officer,
    })
}

/// What somebody of a demonstration signs in as: logins are nobody else's.
fn login(duty: &str, number: usize) -> String {
    match number {
        1 => duty.to_owned(),
        later => format!("{duty}-{later}"),
    }
}
