//! The websocket: the door that every client comes through.

use std::{net::SocketAddr, str::FromStr, sync::Arc};

use anyhow::{Context, bail};
use futures_util::{SinkExt, StreamExt};
use protocol::{ClientMessage, MAX_MESSAGE_BYTES, SUBPROTOCOL, ServerMessage};
use rustls::{
    ClientConfig, DigitallySignedStruct, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime},
};
use tokio::net::{TcpStream, UdpSocket};
use tokio_tungstenite::{
    Connector, MaybeTlsStream, WebSocketStream, connect_async_tls_with_config,
    tungstenite::{
        Message,
        client::IntoClientRequest,
        http::{HeaderValue, Uri, header::SEC_WEBSOCKET_PROTOCOL},
        protocol::WebSocketConfig,
    },
};

/// Where the service is: `http://host:port` or `https://host:port`, without a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    secure: bool,
    authority: String,
    host: String,
    port: u16,
}

impl FromStr for BaseUrl {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let uri: Uri = text.parse().context("not a URL")?;
        let secure = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => bail!("the URL starts with http:// or https://"),
        };
        let host = uri.host().context("the URL has no host")?;
        let authority = uri.authority().context("the URL has no host")?;
        Ok(Self {
            secure,
            authority: authority.to_string(),
            host: host.trim_matches(['[', ']']).to_owned(),
            port: uri.port_u16().unwrap_or(if secure { 443 } else { 80 }),
        })
    }
}

impl BaseUrl {
    /// The address of this machine that packets to the service leave from, with port 0.
    pub async fn local_address(&self) -> anyhow::Result<SocketAddr> {
        let mut service = tokio::net::lookup_host((self.host.as_str(), self.port))
            .await
            .with_context(|| format!("{} is not known", self.host))?;
        let service = service.next().context("the host has no address")?;
        let any = if service.is_ipv4() {
            "0.0.0.0:0"
        } else {
            "[::]:0"
        };
        // Connecting a UDP socket sends nothing; it only asks the system for the way.
        let socket = UdpSocket::bind(any).await?;
        socket.connect(service).await?;
        let mut local = socket.local_addr()?;
        local.set_port(0);
        Ok(local)
    }

    /// `host:port` of a service without TLS.
    #[must_use]
    pub fn plain_authority(&self) -> Option<&str> {
        (!self.secure).then_some(self.authority.as_str())
    }

    fn websocket(&self) -> String {
        let scheme = if self.secure { "wss" } else { "ws" };
        format!("{scheme}://{}/ws", self.authority)
    }
}

/// The part of a link behind `#`, or the whole text if it has none.
#[must_use]
pub fn fragment(link: &str) -> &str {
    link.split_once('#').map_or(link, |(_, fragment)| fragment)
}

/// Whom to believe that they are the service.
#[derive(Clone, Debug)]
pub enum Trust {
    /// Who has a certificate of a public authority.
    Authorities,
    /// Anyone: for a service with a self-made certificate, on one's own network.
    Anyone,
}

/// An open websocket.
pub struct Door {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Door {
    /// Connects with the protocol's subprotocol.
    pub async fn open(base: &BaseUrl, trust: &Trust) -> anyhow::Result<Self> {
        let mut request = base.websocket().into_client_request()?;
        request.headers_mut().insert(
            SEC_WEBSOCKET_PROTOCOL,
            HeaderValue::from_static(SUBPROTOCOL),
        );
        let config = WebSocketConfig::default().max_message_size(Some(MAX_MESSAGE_BYTES));
        let connector = match trust {
            Trust::Authorities => None,
            Trust::Anyone => Some(Connector::Rustls(Arc::new(believing_anyone()?))),
        };
        // Without the delay that waits for more to send (Nagle): messages are whole and small.
        let (socket, _) = connect_async_tls_with_config(request, Some(config), true, connector)
            .await
            .context("the websocket was not opened")?;
        Ok(Self { socket })
    }

    /// Says something.
    pub async fn send(&mut self, message: &ClientMessage) -> anyhow::Result<()> {
        let text = serde_json::to_string(message)?;
        self.socket.send(Message::text(text)).await?;
        Ok(())
    }

    /// Hears the next thing; `None` when the server closed. A message of a type that is not known here
    /// is passed over, as the protocol asks.
    pub async fn next(&mut self) -> anyhow::Result<Option<ServerMessage>> {
        while let Some(message) = self.socket.next().await {
            match message? {
                Message::Text(text) => match serde_json::from_str(&text) {
                    Ok(message) => return Ok(Some(message)),
                    Err(error) => tracing::debug!(%error, "a message is not known here"),
                },
                Message::Close(_) => return Ok(None),
                _ => {}
            }
        }
        Ok(None)
    }

    /// Closes.
    pub async fn close(mut self) {
        if let Err(error) = self.socket.close(None).await {
            tracing::debug!(%error, "the websocket was gone before it was closed");
        }
    }
}

fn believing_anyone() -> anyhow::Result<ClientConfig> {
    let provider = Arc::new(ring::default_provider());
    Ok(ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anyone(provider)))
        .with_no_client_auth())
}

/// Accepts every certificate, but still wants proof of its key.
#[derive(Debug)]
struct Anyone(Arc<CryptoProvider>);

impl ServerCertVerifier for Anyone {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_websocket_is_at_the_same_host_and_port() {
        let ws = |text: &str| text.parse::<BaseUrl>().unwrap().websocket();
        assert_eq!(ws("http://127.0.0.1:8080"), "ws://127.0.0.1:8080/ws");
        assert_eq!(ws("https://visit.example/"), "wss://visit.example/ws");
        assert_eq!(ws("https://[::1]:8443"), "wss://[::1]:8443/ws");
        assert!("ftp://visit.example".parse::<BaseUrl>().is_err());
        assert!("visit.example".parse::<BaseUrl>().is_err());
    }

    #[test]
    fn a_link_is_known_by_what_stands_behind_its_hash() {
        assert_eq!(fragment("https://visit.example/j#abc"), "abc");
        assert_eq!(fragment("abc"), "abc");
    }

    #[tokio::test]
    async fn packets_to_this_machine_leave_from_loopback() {
        let base: BaseUrl = "http://127.0.0.1:8080".parse().unwrap();
        let local = base.local_address().await.unwrap();
        assert_eq!(local.to_string(), "127.0.0.1:0");
    }
}
