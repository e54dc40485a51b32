//! Ways in for a lean client: whatever takes an SDP offer and gives an SDP answer.
//!
//! [`VisitEntrance`] is the product's: the websocket, a real link or a terminal's secret, and the seat
//! that is held for as long as the call lasts.

use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ids::Seat;
use protocol::{ClientMessage, Joined, PING_INTERVAL_MS, ServerMessage};
use tokio::{
    sync::watch,
    time::{MissedTickBehavior, interval, timeout},
};

use crate::{
    bot::Entry,
    door::{BaseUrl, Door, Trust},
};

/// How long a polite goodbye may take.
const GOODBYE: Duration = Duration::from_secs(5);

/// A way in.
#[async_trait]
pub trait Entrance: Send {
    /// Hands an offer in; the answer.
    async fn enter(&mut self, offer: String) -> anyhow::Result<String>;

    /// Holds the place until `leave` turns true or the other end is done with us; `Ok` for the former.
    async fn stay(&mut self, leave: watch::Receiver<bool>) -> anyhow::Result<()>;

    /// Gives the place up.
    async fn leave(&mut self) -> anyhow::Result<()>;
}

/// A seat of a visit.
pub struct VisitEntrance {
    base: BaseUrl,
    trust: Trust,
    entry: Entry,
    device_key: String,
    grant: Option<String>,
    door: Option<Door>,
    seat: Option<Seat>,
}

impl VisitEntrance {
    /// Nobody has said hello yet.
    #[must_use]
    pub fn new(base: BaseUrl, trust: Trust, entry: Entry) -> Self {
        Self {
            base,
            trust,
            entry,
            device_key: URL_SAFE_NO_PAD.encode(rand::random::<[u8; 16]>()),
            grant: None,
            door: None,
            seat: None,
        }
    }

    /// The seat, once one is in.
    #[must_use]
    pub const fn seat(&self) -> Option<Seat> {
        self.seat
    }

    async fn wait_until_joined(
        door: &mut Door,
        mut offer: Option<String>,
    ) -> anyhow::Result<Joined> {
        loop {
            let message = door
                .next()
                .await?
                .context("the server closed the websocket")?;
            match message {
                ServerMessage::Joined(joined) => return Ok(joined),
                ServerMessage::Call { .. } => {
                    if let Some(sdp) = offer.take() {
                        door.send(&ClientMessage::Offer { sdp }).await?;
                    }
                }
                ServerMessage::Error { code, message, .. } => bail!("{code:?}: {message}"),
                ServerMessage::Ended { reason, .. } => bail!("ended: {reason:?}"),
                _ => {}
            }
        }
    }
}

#[async_trait]
impl Entrance for VisitEntrance {
    async fn enter(&mut self, offer: String) -> anyhow::Result<String> {
        let mut door = Door::open(&self.base, &self.trust).await?;
        let (first, later) = match self.entry {
            Entry::Terminal(_) => (None, Some(offer)),
            Entry::Link(_) => (Some(offer), None),
        };
        let grant = self.grant.as_deref();
        let hello = self.entry.hello(grant, &self.device_key, first);
        door.send(&ClientMessage::Hello(hello)).await?;
        let joined = Self::wait_until_joined(&mut door, later).await?;
        if joined.grant.is_some() {
            self.grant = joined.grant;
        }
        self.seat = Some(joined.seat);
        self.door = Some(door);
        Ok(joined.answer)
    }

    async fn stay(&mut self, mut leave: watch::Receiver<bool>) -> anyhow::Result<()> {
        let door = self.door.as_mut().context("not in")?;
        let mut ping = interval(Duration::from_millis(PING_INTERVAL_MS));
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        ping.reset();
        let mut id = 0;
        loop {
            tokio::select! {
                () = told(&mut leave) => return Ok(()),
                message = door.next() => match message? {
                    None => bail!("the server closed the websocket"),
                    Some(ServerMessage::Ended { reason, .. }) => bail!("ended: {reason:?}"),
                    Some(ServerMessage::Error { code, message, .. }) => {
                        bail!("{code:?}: {message}")
                    }
                    Some(_) => {}
                },
                _ = ping.tick() => {
                    door.send(&ClientMessage::Ping { id }).await?;
                    id = id.wrapping_add(1);
                }
            }
        }
    }

    async fn leave(&mut self) -> anyhow::Result<()> {
        let Some(mut door) = self.door.take() else {
            return Ok(());
        };
        door.send(&ClientMessage::Leave {}).await?;
        let ended = async {
            while let Some(message) = door.next().await? {
                if matches!(message, ServerMessage::Ended { .. }) {
                    break;
                }
            }
            Ok::<_, anyhow::Error>(())
        };
        timeout(GOODBYE, ended)
            .await
            .map_err(|_| anyhow!("the server did not answer the goodbye"))??;
        door.close().await;
        Ok(())
    }
}

/// Waits until told to leave. That whoever could tell is gone is the end as well.
async fn told(leave: &mut watch::Receiver<bool>) {
    let _ = leave.wait_for(|leave| *leave).await;
}
