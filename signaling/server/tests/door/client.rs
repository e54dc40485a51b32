//! Somebody at the other end of the websocket.

use futures_util::{SinkExt, StreamExt};
use protocol::{ClientMessage, Credential, Hello, Joined, Locale, ServerMessage, VERSION};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{
        Error, Message,
        client::IntoClientRequest,
        http::{StatusCode, header},
    },
};

use crate::{sdp, world::World};

pub(crate) struct Client {
    websocket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Client {
    /// Opens a websocket as no browser: without an origin.
    pub(crate) async fn open(world: &World) -> Self {
        Self::open_from(world, None).await.unwrap()
    }

    /// Opens a websocket for a page of `origin`, or says with which status that was refused.
    pub(crate) async fn open_from(world: &World, origin: Option<&str>) -> Result<Self, StatusCode> {
        let mut request = world.address().into_client_request().unwrap();
        let headers = request.headers_mut();
        headers.insert(
            header::SEC_WEBSOCKET_PROTOCOL,
            protocol::SUBPROTOCOL.parse().unwrap(),
        );
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().unwrap());
        }
        match connect_async(request).await {
            Ok((websocket, _)) => Ok(Self { websocket }),
            Err(Error::Http(response)) => Err(response.status()),
            Err(error) => panic!("no websocket: {error}"),
        }
    }

    /// Says hello with a good offer.
    pub(crate) async fn hello(world: &World, credential: Credential) -> Self {
        Self::hello_with(world, credential, Some(sdp::offer(3))).await
    }

    pub(crate) async fn hello_with(
        world: &World,
        credential: Credential,
        offer: Option<String>,
    ) -> Self {
        let mut client = Self::open(world).await;
        let hello = Hello {
            version: VERSION,
            credential,
            offer,
            locale: Locale::En,
            mic: true,
            camera: true,
        };
        client.say(&ClientMessage::Hello(hello)).await;
        client
    }

    pub(crate) async fn say(&mut self, message: &ClientMessage) {
        let text = serde_json::to_string(message).unwrap();
        self.send(Message::text(text)).await;
    }

    pub(crate) async fn offer(&mut self, sdp: String) {
        self.say(&ClientMessage::Offer { sdp }).await;
    }

    pub(crate) async fn send(&mut self, message: Message) {
        self.websocket.send(message).await.unwrap();
    }

    /// The next message; `Err` with the code once the server closes.
    pub(crate) async fn hear(&mut self) -> Result<ServerMessage, u16> {
        loop {
            match self.websocket.next().await {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(frame))) => {
                    return Err(frame.map_or(1005, |frame| frame.code.into()));
                }
                Some(Ok(_)) => {}
                None | Some(Err(_)) => return Err(1006),
            }
        }
    }

    /// The next message that `wanted` takes; others are passed over.
    pub(crate) async fn until<T>(&mut self, wanted: impl Fn(ServerMessage) -> Option<T>) -> T {
        loop {
            let message = self.hear().await;
            let message = message.unwrap_or_else(|code| panic!("closed with {code}"));
            if let Some(found) = wanted(message) {
                return found;
            }
        }
    }

    /// Waits until a terminal is called.
    pub(crate) async fn called(&mut self) {
        self.until(|message| matches!(message, ServerMessage::Call { .. }).then_some(()))
            .await;
    }

    pub(crate) async fn joined(&mut self) -> Joined {
        self.until(|message| match message {
            ServerMessage::Joined(joined) => Some(joined),
            ServerMessage::Error { code, message, .. } => panic!("{code:?}: {message}"),
            _ => None,
        })
        .await
    }

    /// An answer to a ping: the connection is alive and served.
    pub(crate) async fn pong(&mut self) {
        self.say(&ClientMessage::Ping { id: 7 }).await;
        self.until(|message| matches!(message, ServerMessage::Pong { id: 7, .. }).then_some(()))
            .await;
    }

    /// The error that ends the connection, and the code that it closes with.
    pub(crate) async fn refused(&mut self) -> (ServerMessage, u16) {
        let error = self
            .until(|message| matches!(message, ServerMessage::Error { .. }).then_some(message))
            .await;
        let code = self.hear().await.unwrap_err();
        (error, code)
    }

    /// The reason of `ended`, and the code that the connection closes with.
    pub(crate) async fn ended(&mut self) -> (protocol::EndReason, u16) {
        let reason = self
            .until(|message| match message {
                ServerMessage::Ended { reason, .. } => Some(reason),
                _ => None,
            })
            .await;
        (reason, self.hear().await.unwrap_err())
    }
}
