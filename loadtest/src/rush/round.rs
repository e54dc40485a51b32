//! One rush: everybody in the same instant, or spread over seconds.

use std::{sync::Arc, time::Duration};

use anyhow::Context;
use rand::Rng;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep_until},
};

use super::{
    Venue,
    people::Visitor,
    person::{Person, Service, Story},
};
use crate::process::Process;

/// From when everything is set to the moment of opening: time for every task to be there.
const BEFORE: Duration = Duration::from_secs(2);

/// What happened.
pub struct Round {
    /// When it opened.
    pub opened: Instant,
    /// Everybody's.
    pub stories: Vec<Story>,
    /// From the opening to the last answer.
    pub lasted: Duration,
    /// The service's CPU time.
    pub service_cpu: Duration,
    /// The people's.
    pub client_cpu: Duration,
}

/// Lets everybody go.
///
/// # Errors
/// The service is gone.
pub async fn run(venue: &Venue<'_>, people: &[Visitor], within: Duration) -> anyhow::Result<Round> {
    let host = venue.base.plain_authority();
    let host = host.context("the rush is without TLS")?.to_owned();
    let service = Arc::new(Service {
        address: host.parse()?,
        host,
        origin: venue.url.to_owned(),
    });
    let (mut served, mut client) = (Process::new(venue.pid), Process::own());
    let opened = Instant::now() + BEFORE;
    let mut going = JoinSet::new();
    for visitor in people {
        let person = Person::new(service.clone(), visitor.clone());
        let wanted = opened + within.mul_f64(rand::rng().random());
        going.spawn(async move {
            sleep_until(wanted).await;
            person.go(wanted).await
        });
    }
    sleep_until(opened).await;
    let before = (served.cpu()?, client.cpu()?);
    let stories = going.join_all().await;
    let lasted = opened.elapsed();
    Ok(Round {
        opened,
        stories,
        lasted,
        service_cpu: served.cpu()?.saturating_sub(before.0),
        client_cpu: client.cpu()?.saturating_sub(before.1),
    })
}
