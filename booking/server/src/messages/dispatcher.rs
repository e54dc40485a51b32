//! One loop a channel: claim, send, write down.

use std::{sync::Arc, time::Duration};

use booking_domain::{
    Breaker, Channel, ClaimedMessage, Failure, MessageContent, MessageText, NextStep, Outbox,
    RetryPolicy, StoreError,
};
use booking_store::Store;
use telemetry::{Metrics, MetricsError, clock::unix_now_ms};
use tokio::{
    sync::watch,
    task::{JoinHandle, JoinSet},
    time::{sleep, timeout},
};

use super::{
    MessageSettings, ProviderError, calendar,
    metrics::MessageMetrics,
    providers::{self, Accepted, Outgoing, Provider, Refusal},
    texts::{self, Worded},
};

/// So many messages are sent at once.
const AT_ONCE: u32 = 16;
/// How long a gateway may take over one message.
const SENDING: Duration = Duration::from_secs(20);
/// How long a claim holds, ms: well beyond what a batch takes.
const LEASE_MS: u64 = 120_000;
/// How often one looks for new messages.
const LOOKING: Duration = Duration::from_secs(1);
/// How often what is over is tidied away and what waits is counted.
const TIDYING: Duration = Duration::from_secs(20);

/// The sending of messages. It ends when this is stopped or dropped; what was claimed and not settled is
/// claimed again, here or in another process.
pub struct Messaging {
    running: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

/// Why messages cannot be sent.
#[derive(Debug, thiserror::Error)]
pub enum MessagingError {
    /// A way cannot be set up.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// A metric is named twice.
    #[error(transparent)]
    Metrics(#[from] MetricsError),
}

impl Messaging {
    /// Starts sending what the store has, by the ways that `settings` name. `site` is the address that links
    /// begin with. This must be called within a tokio runtime.
    ///
    /// # Errors
    /// A way cannot be set up, or a metric is named twice.
    pub fn start(
        store: &Store,
        settings: &MessageSettings,
        site: &str,
        metrics: &Metrics,
    ) -> Result<Self, MessagingError> {
        let metrics = MessageMetrics::new(metrics)?;
        let (running, watched) = watch::channel(true);
        let mut tasks = Vec::new();
        for channel in [Channel::Sms, Channel::Email] {
            let provider = providers::provider(channel, settings, site)?;
            let dispatcher = Dispatcher::new(
                channel,
                store.clone(),
                provider,
                site,
                metrics.clone(),
                Arc::new(unix_now_ms),
            );
            tasks.push(tokio::spawn(dispatcher.run(watched.clone())));
        }
        tasks.push(tokio::spawn(look_after(store.clone(), metrics, watched)));
        Ok(Self { running, tasks })
    }

    /// Looks whether the ways that `settings` name can be set up, without sending anything.
    ///
    /// # Errors
    /// A way cannot be set up.
    pub fn check(settings: &MessageSettings, site: &str) -> Result<(), ProviderError> {
        for channel in [Channel::Sms, Channel::Email] {
            providers::provider(channel, settings, site)?;
        }
        Ok(())
    }

    /// Lets what is under way end, and stops.
    pub async fn stop(self) {
        drop(self.running);
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a dispatcher of messages failed");
            }
        }
    }
}

/// The time of day, Unix milliseconds.
pub(super) type Clock = Arc<dyn Fn() -> u64 + Send + Sync>;

/// The dispatcher of a channel.
pub(super) struct Dispatcher {
    breaker: Breaker,
    sender: Arc<Sender>,
}

/// What sending one message needs.
struct Sender {
    channel: Channel,
    store: Store,
    provider: Arc<dyn Provider>,
    site: String,
    policy: RetryPolicy,
    metrics: MessageMetrics,
    clock: Clock,
}

impl Dispatcher {
    pub(super) fn new(
        channel: Channel,
        store: Store,
        provider: Arc<dyn Provider>,
        site: &str,
        metrics: MessageMetrics,
        clock: Clock,
    ) -> Self {
        Self {
            breaker: Breaker::default(),
            sender: Arc::new(Sender {
                channel,
                store,
                provider,
                site: site.to_owned(),
                policy: RetryPolicy::default(),
                metrics,
                clock,
            }),
        }
    }

    async fn run(mut self, mut running: watch::Receiver<bool>) {
        loop {
            let pause = match self.pass().await {
                Ok(0) => LOOKING,
                Ok(_) => Duration::ZERO,
                Err(error) => {
                    tracing::error!(%error, "messages cannot be claimed");
                    LOOKING
                }
            };
            tokio::select! {
                () = sleep(pause) => {}
                // The other end is gone: it is time to stop.
                _ = running.changed() => return,
            }
        }
    }

    /// Sends what is due, at most [`AT_ONCE`] messages, and says how many it was.
    pub(super) async fn pass(&mut self) -> Result<usize, StoreError> {
        let sender = &self.sender;
        let now_ms = (sender.clock)();
        let most = self.breaker.permits(AT_ONCE, now_ms);
        if most == 0 {
            return Ok(0);
        }
        let claimed = sender
            .store
            .claim_due(sender.channel, most, now_ms, LEASE_MS)
            .await?;
        let count = claimed.len();
        let mut sends = JoinSet::new();
        for message in claimed {
            let sender = self.sender.clone();
            sends.spawn(async move { sender.send(message).await });
        }
        let (mut answered, mut away) = (false, false);
        for failure in sends.join_all().await {
            match failure {
                Some(Failure::Unreachable) => away = true,
                Some(Failure::Deferred | Failure::Rejected) | None => answered = true,
            }
        }
        if answered {
            self.breaker.answered();
        } else if away {
            self.breaker.failed((self.sender.clock)());
        }
        Ok(count)
    }
}

impl Sender {
    /// Sends a message and writes down what came of it. What cannot be written down is claimed again.
    async fn send(&self, message: ClaimedMessage) -> Option<Failure> {
        let sent = match self.text(&message).await {
            Ok(Some(text)) => self.hand_over(&message, text).await,
            Ok(None) => Err(Refusal::new(Failure::Rejected, "no address")),
            Err(error) => {
                tracing::error!(%error, id = %message.id, "a message's text cannot be kept");
                return None;
            }
        };
        let failure = sent.as_ref().err().map(|refusal| refusal.failure);
        if let Err(error) = self.settle(&message, sent).await {
            tracing::error!(%error, id = %message.id, "what became of a message cannot be noted");
        }
        failure
    }

    /// The message's text: that of the first attempt, or a new one.
    async fn text(&self, message: &ClaimedMessage) -> Result<Option<MessageText>, StoreError> {
        let content = &message.content;
        if let Some(text) = &content.text {
            return Ok(Some(text.clone()));
        }
        let Some(recipient) = &content.address else {
            return Ok(None);
        };
        let Worded { mut text, missing } = texts::text(content, &self.site, recipient);
        if !missing.is_empty() {
            let kind = content.kind.as_str();
            tracing::error!(id = %message.id, kind, ?missing, "a message does not tell all that it should");
        }
        text.calendar = calendar::file(content, &self.site, (self.clock)());
        let kept = self.store.keep_text(message.id, &text).await?;
        Ok(Some(kept))
    }

    async fn hand_over(
        &self,
        message: &ClaimedMessage,
        text: MessageText,
    ) -> Result<Accepted, Refusal> {
        let outgoing = Outgoing {
            id: message.id,
            channel: self.channel,
            text,
            ends_at_ms: self.ends_at_ms(&message.content),
            now_ms: (self.clock)(),
        };
        match timeout(SENDING, self.provider.send(&outgoing)).await {
            Ok(sent) => sent,
            Err(_) => Err(Refusal::new(Failure::Unreachable, "no answer in time")),
        }
    }

    async fn settle(
        &self,
        message: &ClaimedMessage,
        sent: Result<Accepted, Refusal>,
    ) -> Result<(), StoreError> {
        let (id, provider) = (message.id, self.provider.name());
        let now_ms = (self.clock)();
        let channel = &[self.channel.as_str()];
        let refusal = match sent {
            Ok(Accepted { reference }) => {
                let counted = if self.provider.reaches_people() {
                    &self.metrics.sent
                } else {
                    &self.metrics.kept
                };
                counted.with_label_values(channel).inc();
                let reference = reference.as_deref();
                return self
                    .store
                    .message_sent(id, provider, reference, now_ms)
                    .await;
            }
            Err(refusal) => refusal,
        };
        let next = self.policy.after(
            refusal.failure,
            message.attempt,
            self.ends_at_ms(&message.content),
            now_ms,
            rand::random(),
        );
        let why = refusal.why.as_str();
        if let NextStep::Again { .. } = next {
            self.metrics.retried.with_label_values(channel).inc();
            tracing::warn!(%id, provider, attempt = message.attempt, why, "a message did not go out yet");
        } else {
            self.metrics.failed.with_label_values(channel).inc();
            tracing::error!(%id, provider, attempt = message.attempt, why, "a message did not go out");
        }
        self.store
            .message_not_sent(id, message.attempt, provider, why, next)
            .await
    }

    fn ends_at_ms(&self, content: &MessageContent) -> u64 {
        self.policy
            .ends_at_ms(content.created_at_ms, content.expires_at_ms)
    }
}

/// Tidies away what is over, and counts what waits.
async fn look_after(store: Store, metrics: MessageMetrics, mut running: watch::Receiver<bool>) {
    loop {
        let now_ms = unix_now_ms();
        if let Err(error) = tidy(&store, &metrics, now_ms).await {
            tracing::error!(%error, "messages cannot be tidied");
        }
        tokio::select! {
            () = sleep(TIDYING) => {}
            _ = running.changed() => return,
        }
    }
}

async fn tidy(store: &Store, metrics: &MessageMetrics, now_ms: u64) -> Result<(), StoreError> {
    store.tidy_messages(now_ms).await?;
    let waiting = store.waiting(now_ms).await?;
    let oldest_ms = waiting
        .oldest_ms
        .map_or(0, |at_ms| now_ms.saturating_sub(at_ms));
    let gauge = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    metrics.waiting.set(gauge(waiting.messages));
    metrics.oldest_seconds.set(gauge(oldest_ms / 1_000));
    Ok(())
}
