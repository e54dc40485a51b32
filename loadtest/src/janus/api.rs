//! Janus' API: JSON over a websocket, requests and answers paired by `transaction`.
//!
//! One session holds all handles. A request to a plugin is first acknowledged, and then answered by an
//! event of the same transaction.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use anyhow::{Context, anyhow, bail};
use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::{
    net::TcpStream,
    sync::{mpsc, oneshot, watch},
    time::timeout,
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{
        Message,
        client::IntoClientRequest,
        http::{HeaderValue, header::SEC_WEBSOCKET_PROTOCOL},
    },
};

const SUBPROTOCOL: &str = "janus-protocol";
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A session with Janus. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Session {
    requests: mpsc::UnboundedSender<Request>,
    /// Handles whose `PeerConnection`s are up.
    up: watch::Receiver<BTreeSet<u64>>,
    id: u64,
}

/// A plugin's end of one `PeerConnection`.
#[derive(Clone, Debug)]
pub struct Handle {
    session: Session,
    id: u64,
}

/// What a plugin answers.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The plugin's own words.
    pub data: Value,
    /// An offer or an answer that came along.
    pub sdp: Option<String>,
}

#[derive(Debug)]
struct Request {
    body: Value,
    answer: oneshot::Sender<Reply>,
}

#[derive(Debug, Deserialize)]
struct Reply {
    janus: String,
    transaction: Option<String>,
    /// The handle that an event is about.
    sender: Option<u64>,
    data: Option<Created>,
    plugindata: Option<PluginData>,
    jsep: Option<Jsep>,
    error: Option<ApiError>,
}

#[derive(Debug, Deserialize)]
struct Created {
    id: u64,
}

#[derive(Debug, Deserialize)]
struct PluginData {
    data: Value,
}

#[derive(Debug, Deserialize)]
struct Jsep {
    sdp: String,
}

#[derive(Debug, Deserialize)]
struct ApiError {
    code: i64,
    reason: String,
}

impl Session {
    /// Opens the websocket at `url` and creates a session.
    ///
    /// # Errors
    /// When Janus is not there, or refuses.
    pub async fn open(url: &str) -> anyhow::Result<Self> {
        let mut request = url.into_client_request()?;
        let headers = request.headers_mut();
        headers.insert(
            SEC_WEBSOCKET_PROTOCOL,
            HeaderValue::from_static(SUBPROTOCOL),
        );
        let (socket, _) = connect_async(request)
            .await
            .context("Janus does not answer")?;
        let (requests, taken) = mpsc::unbounded_channel();
        let (went_up, up) = watch::channel(BTreeSet::new());
        tokio::spawn(async move {
            if let Err(error) = carry(socket, taken, &went_up).await {
                // Whoever asks next hears that it is closed.
                tracing::debug!("the websocket to Janus: {error:#}");
            }
        });
        let mut session = Self {
            requests,
            up,
            id: 0,
        };
        session.id = session.create(json!({ "janus": "create" })).await?;
        Ok(session)
    }

    /// A new handle of a plugin.
    ///
    /// # Errors
    /// When Janus refuses.
    pub async fn attach(&self, plugin: &str) -> anyhow::Result<Handle> {
        let request = json!({ "janus": "attach", "session_id": self.id, "plugin": plugin });
        Ok(Handle {
            session: self.clone(),
            id: self.create(request).await?,
        })
    }

    async fn create(&self, request: Value) -> anyhow::Result<u64> {
        let created = self.ask(request).await?.data;
        Ok(created.context("Janus created nothing")?.id)
    }

    async fn ask(&self, body: Value) -> anyhow::Result<Reply> {
        let (answer, answered) = oneshot::channel();
        self.requests
            .send(Request { body, answer })
            .map_err(|_| anyhow!("the websocket to Janus is closed"))?;
        let reply = timeout(PATIENCE, answered)
            .await
            .context("Janus did not answer in time")?
            .context("the websocket to Janus is closed")?;
        if let Some(ApiError { code, reason }) = reply.error {
            bail!("Janus refuses: {reason} ({code})");
        }
        Ok(reply)
    }
}

impl Handle {
    /// Says something to the plugin, an SDP of `kind` (`offer` or `answer`) along with it.
    ///
    /// # Errors
    /// When Janus or the plugin refuses.
    pub async fn say(&self, body: Value, sdp: Option<(&str, &str)>) -> anyhow::Result<Answer> {
        let mut request = self.request("message");
        request["body"] = body;
        if let Some((kind, sdp)) = sdp {
            request["jsep"] = json!({ "type": kind, "sdp": sdp });
        }
        let reply = self.session.ask(request).await?;
        let data = reply.plugindata.context("no plugin answered")?.data;
        if let Some(error) = data.get("error") {
            bail!("the plugin refuses: {error}");
        }
        Ok(Answer {
            data,
            sdp: reply.jsep.map(|jsep| jsep.sdp),
        })
    }

    /// Waits until Janus says that the `PeerConnection` is up.
    ///
    /// # Errors
    /// When it does not come up in time.
    pub async fn up(&self) -> anyhow::Result<()> {
        let mut up = self.session.up.clone();
        let is_up = up.wait_for(|up| up.contains(&self.id));
        timeout(PATIENCE, is_up)
            .await
            .context("a connection to Janus does not come up")??;
        Ok(())
    }

    /// Gives the handle and its `PeerConnection` up.
    ///
    /// # Errors
    /// When Janus refuses.
    pub async fn detach(&self) -> anyhow::Result<()> {
        self.session.ask(self.request("detach")).await.map(drop)
    }

    fn request(&self, kind: &str) -> Value {
        json!({ "janus": kind, "session_id": self.session.id, "handle_id": self.id })
    }
}

/// Carries requests and replies until nobody asks any more.
async fn carry(
    mut socket: Socket,
    mut requests: mpsc::UnboundedReceiver<Request>,
    went_up: &watch::Sender<BTreeSet<u64>>,
) -> anyhow::Result<()> {
    let mut waiting: BTreeMap<String, oneshot::Sender<Reply>> = BTreeMap::new();
    let mut count = 0_u64;
    loop {
        tokio::select! {
            request = requests.recv() => {
                let Some(Request { mut body, answer }) = request else {
                    return Ok(socket.close(None).await?);
                };
                count += 1;
                let transaction = count.to_string();
                body["transaction"] = transaction.as_str().into();
                waiting.insert(transaction, answer);
                socket.send(Message::text(body.to_string())).await?;
            }
            message = socket.next() => {
                let Message::Text(text) = message.context("Janus closed it")?? else {
                    continue;
                };
                let reply: Reply = serde_json::from_str(&text)
                    .with_context(|| format!("not understood: {text}"))?;
                if reply.janus == "webrtcup" {
                    went_up.send_modify(|up| up.extend(reply.sender));
                }
                let transaction = reply.transaction.as_deref().unwrap_or_default();
                // Acknowledged is not answered.
                if reply.janus != "ack" && let Some(answer) = waiting.remove(transaction) {
                    // Whoever asked may have stopped waiting.
                    let _late = answer.send(reply);
                }
            }
        }
    }
}
