//! What a stranger learns from how long an answer takes: somebody signs in, asks for a new password and registers with
//! addresses that have an account and with others, which are as long.
//!
//! One asks after another, each on a connection and from a network of their own, in an order by chance, so that
//! whatever an answer leaves behind, and whatever else the machine does, meets both kinds alike.
//!
//! - [`figures`]: how the two compare
//! - [`command`]: `loadtest probe`

pub mod command;
pub mod figures;

use std::{
    net::Ipv4Addr,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use booking_domain::accounts::NationalId;
use booking_store::Store;
use rand::{SeedableRng, rngs::StdRng, seq::SliceRandom};
use serde::Serialize;
use serde_json::{Value, json};

use self::figures::Compared;
use super::{
    StoreKind, Venue,
    line::Line,
    own::OwnVenue,
    people,
    person::{Service, refused},
    place::{self, BATCHES, Place},
};

/// The first of the networks, of which every ask has one (RFC 1122 section 3.2.1.3).
const FIRST_NETWORK: Ipv4Addr = Ipv4Addr::new(127, 2, 0, 0);
/// Asks at the beginning that count for nothing: caches fill.
const WARMING_UP: u32 = 20;
/// Nobody's, and as good as any.
const PASSWORD: &str = "我家門前有小河後面有山坡";

/// How much is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProbePlan {
    /// The service's database.
    pub store: StoreKind,
    /// How many addresses there are of each kind.
    pub addresses: u32,
    /// What the order comes from.
    pub seed: u64,
}

/// What a stranger may ask about an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Asking {
    /// Signing in, with a password that is wrong.
    SignIn,
    /// A letter with which a new password is set.
    NewPassword,
    /// An account, for a national id that nobody has.
    Account,
    /// The same once more, for another national id that nobody has.
    AccountAgain,
}

impl Asking {
    /// Those that make accounts are the last.
    const ALL: [Self; 4] = [
        Self::SignIn,
        Self::NewPassword,
        Self::Account,
        Self::AccountAgain,
    ];

    const fn path(self) -> &'static str {
        match self {
            Self::SignIn => "/api/visitor/session",
            Self::NewPassword => "/api/visitor/password/forgot",
            Self::Account | Self::AccountAgain => "/api/visitor/accounts",
        }
    }

    /// What everybody is answered.
    const fn status(self) -> u16 {
        match self {
            Self::SignIn => 401,
            Self::NewPassword | Self::Account | Self::AccountAgain => 202,
        }
    }

    /// `number` is that of the ask.
    fn body(self, email: &str, number: u32) -> anyhow::Result<Value> {
        Ok(match self {
            Self::SignIn => json!({ "email": email, "password": PASSWORD }),
            Self::NewPassword => json!({ "email": email }),
            Self::Account | Self::AccountAgain => json!({
                "consent_version": "2026-11",
                "name": "林陳秀英",
                "national_id": national_id(number)?,
                "email": email,
                "birth_date": "1948-03-01",
                "phone": "0912345678",
                "password": PASSWORD,
                "locale": "zh-TW",
            }),
        })
    }
}

/// Starts a service of one's own, fills it with accounts, asks, and tells how long answers took.
///
/// # Errors
/// The service or its database does not start, or an answer is none that is expected.
pub async fn probe(
    plan: &ProbePlan,
    progress: &mut dyn FnMut(&str),
) -> anyhow::Result<Vec<Compared>> {
    let own = OwnVenue::start(plan.store).await?;
    let done = probe_of(&own.venue(), plan, progress).await;
    own.stop().await?;
    done
}

async fn probe_of(
    venue: &Venue<'_>,
    plan: &ProbePlan,
    progress: &mut dyn FnMut(&str),
) -> anyhow::Result<Vec<Compared>> {
    let store = Store::open(venue.store).await?;
    progress("the accounts");
    let place = Place::make(&store, BATCHES).await?;
    let database = place::database(venue.store).await?;
    let count = usize::try_from(plan.addresses)?;
    let people = people::make(&database, &place, &venue.keys.vault, count).await?;
    people::with_one_password(&store, &database).await?;
    place::know_the_data(&database, venue.store).await?;
    database.close().await;
    store.close().await;
    let mut stranger = Stranger {
        service: Service::of(venue)?,
        asks: 0,
    };
    for number in 0..WARMING_UP {
        let email = format!("{number}@nobody.test");
        stranger.ask(Asking::SignIn, &email).await?;
    }
    let mut rng = StdRng::seed_from_u64(plan.seed);
    let mut compared = Vec::new();
    for asking in Asking::ALL {
        progress(&format!("{asking:?}"));
        let known = people.iter().map(|person| (true, person.email.clone()));
        let others = people.iter().map(|person| (false, other(&person.email)));
        let mut asked: Vec<_> = known.chain(others).collect();
        asked.shuffle(&mut rng);
        let (mut of_known, mut of_others) = (Vec::new(), Vec::new());
        for (is_known, email) in asked {
            let took = stranger.ask(asking, &email).await?;
            if is_known {
                of_known.push(took);
            } else {
                of_others.push(took);
            }
        }
        let one = Compared::of(asking, of_known, of_others);
        compared.push(one.context("nobody was asked about")?);
    }
    Ok(compared)
}

/// Somebody who asks about addresses.
struct Stranger {
    service: Service,
    /// How often so far.
    asks: u32,
}

impl Stranger {
    /// How long the answer takes, once there is a connection.
    async fn ask(&mut self, asking: Asking, email: &str) -> anyhow::Result<Duration> {
        self.asks += 1;
        let own = Ipv4Addr::from_bits(FIRST_NETWORK.to_bits() + self.asks);
        let head = self.service.head("POST", asking.path());
        let request = head + &self.service.body(&asking.body(email, self.asks)?);
        let mut line = Line::open_from(own, self.service.address).await?;
        let since = Instant::now();
        let answer = line.ask(request.as_bytes()).await?;
        let took = since.elapsed();
        if answer.status != asking.status() {
            bail!("{asking:?} was answered {}", refused(&answer));
        }
        Ok(took)
    }
}

/// An address as long as this one, which nobody has.
fn other(email: &str) -> String {
    email.replace("@mail.", "@post.")
}

/// A valid number for each number below ten million.
fn national_id(number: u32) -> anyhow::Result<String> {
    let mut signs = (0..10).map(|last| format!("A1{number:07}{last}"));
    let valid = signs.find(|signs| NationalId::parse(signs).is_ok());
    valid.context("no national id has this number")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn an_other_address_is_as_long_and_another_one() {
        let email = "17@mail.test";
        assert_eq!(other(email).len(), email.len());
        assert_ne!(other(email), email);
    }

    #[test]
    fn every_ask_has_a_valid_national_id_of_its_own() {
        let ids: BTreeSet<_> = (0..200)
            .map(|number| national_id(number).unwrap())
            .collect();
        assert_eq!(ids.len(), 200);
    }
}
