//! A participant's life: hello, waiting, the call, the way back, the end.
//!
//! A visitor keeps its link until it has a grant and comes back with that whenever it is cut off, as
//! `docs/protocol.md` tells. A terminal says hello once, answers every `call`, and waits for the next
//! visit in between. Both stop when they are told to, politely: they hang up first.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, anyhow};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use protocol::{
    ClientMessage, Credential, EndReason, ErrorCode, Hello, Joined, Locale, PING_INTERVAL_MS,
    ServerMessage, VERSION, Visit,
};
use serde::Serialize;
use tokio::{
    sync::watch,
    time::{Interval, MissedTickBehavior, interval, sleep, timeout},
};
use tracing::{info, warn};

use crate::{
    call::{Call, CallEvent, Performance},
    door::{BaseUrl, Door, Trust},
    report::{BotReport, CallReport},
    routes::Routes,
};

/// How long to wait before each further attempt to come back, ms; the last one repeats, with a fifth
/// more or less, so that not all come back at once.
const ATTEMPTS_MS: [u64; 6] = [0, 300, 1_200, 2_700, 4_800, 7_000];
/// How long a polite goodbye may take.
const GOODBYE: Duration = Duration::from_secs(2);
/// How often progress is told.
const PROGRESS: Duration = Duration::from_millis(500);

/// What lets a bot in.
#[derive(Clone, Debug)]
pub enum Entry {
    /// A visitor's one-time link: what stands behind its `#`.
    Link(String),
    /// A terminal's secret.
    Terminal(String),
}

impl Entry {
    /// What a participant says first: a visitor with its link until it has a grant.
    pub(crate) fn hello(
        &self,
        grant: Option<&str>,
        device_key: &str,
        offer: Option<String>,
    ) -> Hello {
        let device_key = device_key.to_owned();
        let credential = match (self, grant) {
            (Self::Terminal(secret), _) => Credential::Terminal {
                secret: secret.clone(),
            },
            (Self::Link(_), Some(grant)) => Credential::Grant {
                grant: grant.to_owned(),
                device_key,
            },
            (Self::Link(token), None) => Credential::Link {
                token: token.clone(),
                device_key,
            },
        };
        Hello {
            version: VERSION,
            credential,
            offer,
            locale: Locale::En,
            mic: true,
            camera: true,
        }
    }
}

/// Where the service is, and when to stop.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// The service.
    pub base: BaseUrl,
    /// Whom to believe that they are the service.
    pub trust: Trust,
    /// Turns true when it is time to hang up.
    pub stop: watch::Receiver<bool>,
    /// The way to the server's media ports.
    pub routes: Arc<Routes>,
}

/// How far a participant is.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    /// Calls that are over.
    pub former: Vec<CallReport>,
    /// The running one.
    pub running: Option<CallReport>,
}

/// A synthetic participant.
pub struct Bot {
    name: String,
    entry: Entry,
    device_key: String,
    grant: Option<String>,
    performance: Performance,
    surroundings: Surroundings,
    calls: Vec<CallReport>,
    attempt: usize,
    progress: watch::Sender<Progress>,
}

/// How one connection ended.
enum Outcome {
    /// There is nothing to come back to.
    Done(String),
    /// Come back, after this length at the earliest.
    Again(Duration),
}

impl Bot {
    /// A participant who has not said hello yet.
    #[must_use]
    pub fn new(
        name: String,
        entry: Entry,
        performance: Performance,
        surroundings: Surroundings,
    ) -> Self {
        Self {
            name,
            entry,
            device_key: URL_SAFE_NO_PAD.encode(rand::random::<[u8; 16]>()),
            grant: None,
            performance,
            surroundings,
            calls: vec![],
            attempt: 0,
            progress: watch::Sender::default(),
        }
    }

    /// Told twice a second.
    #[must_use]
    pub fn progress(&self) -> watch::Receiver<Progress> {
        self.progress.subscribe()
    }

    /// Lives until the visit ends, or at a terminal until told to stop.
    pub async fn run(mut self) -> BotReport {
        let outcome = loop {
            if *self.surroundings.stop.borrow() {
                break "stopped".to_owned();
            }
            let at_least = match self.connect().await {
                Ok(Outcome::Done(outcome)) => break outcome,
                Ok(Outcome::Again(at_least)) => at_least,
                Err(error) => {
                    warn!("{}: {error:#}", self.name);
                    Duration::ZERO
                }
            };
            self.pause(at_least).await;
        };
        info!("{}: {outcome}", self.name);
        BotReport {
            name: self.name,
            calls: self.calls,
            outcome,
        }
    }

    async fn pause(&mut self, at_least: Duration) {
        let place = self.attempt.min(ATTEMPTS_MS.len() - 1);
        self.attempt += 1;
        let repeats = place == ATTEMPTS_MS.len() - 1;
        let jitter = if repeats {
            rand::random_range(0.8..1.2)
        } else {
            1.0
        };
        let length = Duration::from_millis(ATTEMPTS_MS[place])
            .mul_f64(jitter)
            .max(at_least);
        tokio::select! {
            () = sleep(length) => {}
            () = stopped(&mut self.surroundings.stop) => {}
        }
    }

    async fn connect(&mut self) -> anyhow::Result<Outcome> {
        let Surroundings { base, trust, .. } = &self.surroundings;
        let mut connection = Connection {
            door: Door::open(base, trust).await?,
            call: None,
            left: false,
            ping: every(Duration::from_millis(PING_INTERVAL_MS)),
            pings: 0,
            look: every(PROGRESS),
        };
        let outcome = self.live(&mut connection).await;
        if let Some(call) = connection.call.take() {
            self.calls.extend(call.close().await);
        }
        connection.door.close().await;
        outcome
    }

    async fn live(&mut self, connection: &mut Connection) -> anyhow::Result<Outcome> {
        let hello = self.hello(connection).await?;
        connection.door.send(&ClientMessage::Hello(hello)).await?;
        loop {
            tokio::select! {
                message = connection.door.next() => {
                    let Some(message) = message? else {
                        return Ok(Outcome::Again(Duration::ZERO));
                    };
                    if let Some(outcome) = self.hear(connection, message).await? {
                        return Ok(outcome);
                    }
                }
                event = Connection::call_event(&mut connection.call) => match event {
                    CallEvent::Connected => {
                        self.attempt = 0;
                        info!("{}: media flows", self.name);
                    }
                    CallEvent::Failed => {
                        info!("{}: lost the way to the server", self.name);
                        return Ok(Outcome::Again(Duration::ZERO));
                    }
                },
                _ = connection.ping.tick() => {
                    let id = connection.pings;
                    connection.pings = id.wrapping_add(1);
                    connection.door.send(&ClientMessage::Ping { id }).await?;
                }
                _ = connection.look.tick() => {
                    self.progress.send_replace(Progress {
                        former: self.calls.clone(),
                        running: connection.call.as_ref().and_then(Call::report),
                    });
                }
                () = stopped(&mut self.surroundings.stop) => {
                    return connection.say_goodbye().await;
                }
            }
        }
    }

    async fn hello(&self, connection: &mut Connection) -> anyhow::Result<Hello> {
        let offer = match self.entry {
            Entry::Terminal(_) => None,
            Entry::Link(_) => Some(self.offer(connection).await?),
        };
        let grant = self.grant.as_deref();
        Ok(self.entry.hello(grant, &self.device_key, offer))
    }

    async fn offer(&self, connection: &mut Connection) -> anyhow::Result<String> {
        let local = self.surroundings.base.local_address().await?;
        let (call, sdp) = Call::offer(local, self.performance.clone()).await?;
        connection.call = Some(call);
        Ok(sdp)
    }

    /// `Some` when the connection is of no more use.
    async fn hear(
        &mut self,
        connection: &mut Connection,
        message: ServerMessage,
    ) -> anyhow::Result<Option<Outcome>> {
        match message {
            ServerMessage::Waiting { now_ms, visit } => self.wait(connection, now_ms, &visit),
            ServerMessage::Idle { visits, .. } => {
                info!("{}: idle, {} more visits today", self.name, visits.len());
            }
            ServerMessage::Call { .. } => {
                info!("{}: a visit is open", self.name);
                let sdp = self.offer(connection).await?;
                connection.door.send(&ClientMessage::Offer { sdp }).await?;
            }
            ServerMessage::Joined(joined) => self.join(connection, joined).await?,
            ServerMessage::Ended { reason, .. } => return Ok(self.end(connection, reason).await),
            ServerMessage::Error {
                code,
                message,
                retry_after_ms,
            } => {
                warn!("{}: {} ({message})", self.name, word(&code));
                return Ok(Some(self.err(code, retry_after_ms)));
            }
            ServerMessage::Time {
                warning: Some(warning),
                ..
            } => info!("{}: {} left", self.name, word(&warning).replace('_', " ")),
            ServerMessage::Roster { .. }
            | ServerMessage::Speaking { .. }
            | ServerMessage::Encodings { .. }
            | ServerMessage::Pictures { .. }
            | ServerMessage::Time { .. }
            | ServerMessage::Testing(_)
            | ServerMessage::Pong { .. } => {}
        }
        Ok(None)
    }

    fn wait(&self, connection: &mut Connection, now_ms: u64, visit: &Visit) {
        let early = Duration::from_millis(visit.opens_at_ms.saturating_sub(now_ms));
        info!("{}: early by {} s", self.name, early.as_secs());
        if let Some(call) = &mut connection.call {
            call.count_from(Instant::now() + early);
        }
    }

    async fn join(
        &mut self,
        connection: &mut Connection,
        mut joined: Joined,
    ) -> anyhow::Result<()> {
        joined.answer = self.surroundings.routes.in_answer(&joined.answer)?;
        let call = connection
            .call
            .as_mut()
            .context("joined without an offer")?;
        call.answer(&joined).await?;
        info!("{}: in the call on seat {}", self.name, joined.seat);
        if joined.grant.is_some() {
            self.grant = joined.grant;
        }
        Ok(())
    }

    async fn end(&mut self, connection: &mut Connection, reason: EndReason) -> Option<Outcome> {
        let reason_word = word(&reason);
        info!("{}: the call ended: {reason_word}", self.name);
        if let Some(call) = connection.call.take() {
            self.calls.extend(call.close().await);
        }
        match (reason, &self.entry) {
            (EndReason::ServerStopping, _) | (EndReason::MediaFailed, Entry::Link(_)) => {
                Some(Outcome::Again(Duration::ZERO))
            }
            (EndReason::Replaced, Entry::Terminal(_)) | (_, Entry::Link(_)) => {
                Some(Outcome::Done(reason_word))
            }
            (_, Entry::Terminal(_)) => None,
        }
    }

    fn err(&mut self, code: ErrorCode, retry_after_ms: Option<u64>) -> Outcome {
        match (code, retry_after_ms) {
            (_, Some(after)) => Outcome::Again(Duration::from_millis(after)),
            (ErrorCode::GrantNotValid, None) if self.grant.take().is_some() => {
                Outcome::Again(Duration::ZERO)
            }
            (ErrorCode::HelloTimeout | ErrorCode::TooFast, None) => Outcome::Again(Duration::ZERO),
            (code, None) => Outcome::Done(word(&code)),
        }
    }
}

struct Connection {
    door: Door,
    call: Option<Call>,
    left: bool,
    ping: Interval,
    pings: u32,
    look: Interval,
}

impl Connection {
    async fn call_event(call: &mut Option<Call>) -> CallEvent {
        match call {
            Some(call) => call.event().await,
            None => std::future::pending().await,
        }
    }

    /// Hangs up and waits for the answer, as long as that is polite.
    async fn say_goodbye(&mut self) -> anyhow::Result<Outcome> {
        if self.call.is_some() && !self.left {
            self.left = true;
            self.door.send(&ClientMessage::Leave {}).await?;
            let ended = async {
                while let Some(message) = self.door.next().await? {
                    if matches!(message, ServerMessage::Ended { .. }) {
                        break;
                    }
                }
                Ok::<_, anyhow::Error>(())
            };
            timeout(GOODBYE, ended)
                .await
                .map_err(|_| anyhow!("the server did not answer the goodbye"))??;
        }
        Ok(Outcome::Done("stopped".to_owned()))
    }
}

/// Ticks after every `period`, the first time after the first one.
fn every(period: Duration) -> Interval {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks.reset();
    ticks
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    // Whoever could say stop and is gone will not say it any more.
    if stop.wait_for(|stop| *stop).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// A reason or code as it stands in the protocol.
fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => "unknown".to_owned(),
    }
}
