//! The opening rush: a day opens for booking, and far more people than it has seats want one in that moment.
//!
//! Everybody does what the portal's page does: looks at the slots, asks for one of those that are free, and
//! looks again when somebody was faster, until a seat is kept or none is free. The service is the real
//! program with a store of its own.
//!
//! - [`place`]: the facility, its terminals, the days that are sold out and the day that opens
//! - [`people`]: who wants a seat: each with an inmate, an approved application and a session
//! - [`line`](mod@line): one browser's connection; [`person`]: what somebody does with it
//! - [`round`]: everybody at once, or spread over seconds
//! - [`own`]: the service
//! - [`ledger`]: what the store says was sold, held against what people were told
//! - [`figures`]: what is told at the end
//! - [`sign_in`](mod@sign_in): instead of that, everybody signs in, as before such a moment
//! - [`command`]: `loadtest rush`
//! - [`probe`]: another command, with people of the same making: what a stranger learns from how long answers take
//!
//! The time of a first request counts from the moment at which the person wanted it, whether or not the
//! client had come around to it, and so contains the opening of the connection.

pub mod command;
pub mod figures;
pub mod ledger;
pub mod line;
pub mod own;
pub mod people;
pub mod person;
pub mod place;
pub mod probe;
pub mod round;
pub mod sign_in;

use std::{sync::Arc, time::Duration};

use anyhow::Context;
use booking_store::Store;

pub use self::own::Venue;
use self::{
    figures::RushFigures,
    own::OwnVenue,
    person::{Person, Service},
    place::Place,
};

/// Which database the service has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum StoreKind {
    /// A file in a temporary folder.
    Sqlite,
    /// A PostgreSQL server of one's own, whose commits wait for the disk.
    Postgres,
}

/// How large a rush.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RushPlan {
    /// The service's database.
    pub store: StoreKind,
    /// How many want a seat.
    pub people: usize,
    /// How many seats the day has.
    pub seats: usize,
    /// Within which time they come; none: all in the same instant.
    pub within: Duration,
    /// How often. Between two rounds everybody calls off.
    pub rounds: usize,
}

/// Starts a service of one's own, fills it with people, lets them rush, and tells what became of it.
///
/// # Errors
/// The service or its database does not start, or refuses to be filled.
pub async fn rush(plan: &RushPlan, progress: &mut dyn FnMut(&str)) -> anyhow::Result<RushFigures> {
    let own = OwnVenue::start(plan.store).await?;
    let done = rush_to(&own.venue(), plan, progress).await;
    own.stop().await?;
    done
}

/// Fills a service that runs with people and lets them rush.
///
/// # Errors
/// The store refuses to be filled.
pub async fn rush_to(
    venue: &Venue<'_>,
    plan: &RushPlan,
    progress: &mut dyn FnMut(&str),
) -> anyhow::Result<RushFigures> {
    let store = Store::open(venue.store).await?;
    progress("the facility, and the days before, which are sold out");
    let place = Place::make(&store, plan.seats).await?;
    let database = place::database(venue.store).await?;
    progress("the people");
    let vault = &venue.keys.vault;
    let people = people::make(&database, &place, vault, plan.people).await?;
    place::know_the_data(&database, venue.store).await?;
    let service = Arc::new(Service::of(venue)?);
    let mut figures = RushFigures::default();
    for number in 1..=plan.rounds {
        people::signed_in_before(&database).await?;
        progress(&format!("round {number}"));
        let goers = people.iter().map(|visitor| {
            let person = Person::new(service.clone(), visitor.clone());
            move |wanted| person.go(wanted)
        });
        let round = round::run(venue.pid, goers.collect(), plan.within).await?;
        let ledger = ledger::read(&database, &place).await?;
        figures.add(&round, &ledger, plan);
        place::call_off(&store, &ledger)
            .await
            .context("a round could not be undone")?;
    }
    database.close().await;
    store.close().await;
    Ok(figures)
}
