//! One rush: everybody in the same instant, or spread over seconds.

use std::time::Duration;

use anyhow::Context;
use rand::Rng;
use tokio::{
    select,
    task::JoinSet,
    time::{Instant, interval, sleep_until},
};

use crate::process::Process;

/// From when everything is set to the moment of opening: time for every task to be there.
const BEFORE: Duration = Duration::from_secs(2);
/// How often CPU times are looked at: what a thread has used is known no more once it has ended.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What happened.
pub struct Round<Story> {
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

/// Lets everybody go from the moment at which each wants to. `pid`: the service's process.
///
/// # Errors
/// The service is gone.
pub async fn run<Story, Going>(
    pid: u32,
    people: Vec<impl FnOnce(Instant) -> Going>,
    within: Duration,
) -> anyhow::Result<Round<Story>>
where
    Story: Send + 'static,
    Going: Future<Output = Story> + Send + 'static,
{
    let (mut served, mut client) = (Process::new(pid), Process::own());
    let opened = Instant::now() + BEFORE;
    let mut going = JoinSet::new();
    for go in people {
        let wanted = opened + within.mul_f64(rand::rng().random());
        let gone = go(wanted);
        going.spawn(async move {
            sleep_until(wanted).await;
            gone.await
        });
    }
    sleep_until(opened).await;
    let before = (served.cpu()?, client.cpu()?);
    let mut stories = Vec::with_capacity(going.len());
    let mut looks = interval(LOOK_EVERY);
    loop {
        select! {
            story = going.join_next() => match story {
                Some(story) => stories.push(story.context("somebody did not come to an end")?),
                None => break,
            },
            _ = looks.tick() => {
                served.cpu()?;
                client.cpu()?;
            }
        }
    }
    let lasted = opened.elapsed();
    Ok(Round {
        opened,
        stories,
        lasted,
        service_cpu: served.cpu()?.saturating_sub(before.0),
        client_cpu: client.cpu()?.saturating_sub(before.1),
    })
}
