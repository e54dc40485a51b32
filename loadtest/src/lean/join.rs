//! A lean client's way into a call: socket, offer, answer, keys.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, anyhow};
use tokio::time::timeout;

use super::{
    fleet::{Fleet, MemberId, Performance, unix_ns},
    identity::Identity,
    participant::Participant,
    sdp::Shape,
    socket::Port,
};
use crate::{entrance::Entrance, routes::Routes};

/// How long it may take until keys are agreed.
const PATIENCE: Duration = Duration::from_secs(30);

/// A client that is in.
#[derive(Clone, Copy, Debug)]
pub struct Seated {
    /// In its fleet.
    pub id: MemberId,
    /// When it began: before the first byte to the server.
    pub began: Instant,
    /// When the answer was there.
    pub answered: Instant,
    /// When keys were agreed: from then on it sends.
    pub connected: Instant,
}

/// What every client of a load has in common.
#[derive(Clone)]
pub struct Joining {
    /// What it proves itself with.
    pub identity: Identity,
    /// What it offers.
    pub shape: Shape,
    /// The address of this machine that it sends from, with port 0.
    pub local: SocketAddr,
    /// Its way to the server.
    pub routes: Arc<Routes>,
}

/// Goes in through `entrance`, and into `fleet`.
///
/// # Errors
/// No answer, or no keys within half a minute.
pub async fn join(
    entrance: &mut dyn Entrance,
    fleet: &Fleet,
    with: &Joining,
    performance: Performance,
) -> anyhow::Result<Seated> {
    let began = Instant::now();
    let port = Port::bind(with.local)?;
    let (mut participant, offer) = Participant::offer(
        &with.identity,
        with.shape,
        port.address(),
        unix_ns,
        &mut rand::rng(),
        began,
    );
    let answer = entrance.enter(offer).await?;
    let answered = Instant::now();
    participant.answer(&answer, answered)?;
    if let Some(server) = participant.server() {
        participant.send_by(with.routes.to(server)?);
    }
    let added = fleet.add(participant, port, performance).await?;
    let connected = timeout(PATIENCE, added.connected)
        .await
        .context("no keys were agreed in time")??
        .map_err(|why| anyhow!(why));
    match connected {
        Ok(connected) => Ok(Seated {
            id: added.id,
            began,
            answered,
            connected,
        }),
        Err(error) => {
            fleet.remove(added.id).await?;
            Err(error)
        }
    }
}
