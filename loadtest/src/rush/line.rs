//! One browser's connection to the service: HTTP/1.1, kept open from one request to the next.

use std::{net::SocketAddr, time::Duration};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, StatusCode, client::conn::http1};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, time::timeout};

/// How long somebody waits for an answer before it counts as none.
const PATIENCE: Duration = Duration::from_secs(60);

/// The connection.
pub struct Line(http1::SendRequest<Full<Bytes>>);

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum NoAnswer {
    /// The service was not reached.
    #[error("the connection did not open")]
    NotReached,
    /// The connection ended before the answer did.
    #[error("the connection broke")]
    Broken,
    /// It took longer than anybody waits.
    #[error("the answer did not come")]
    TooLate,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its body.
    pub body: Bytes,
}

impl Line {
    /// Opens it.
    ///
    /// # Errors
    /// The service is not reached.
    pub async fn open(service: SocketAddr) -> Result<Self, NoAnswer> {
        let opening = async {
            let stream = TcpStream::connect(service).await.ok()?;
            stream.set_nodelay(true).ok()?;
            let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.ok()?;
            tokio::spawn(connection);
            Some(Self(sender))
        };
        let opened = timeout(PATIENCE, opening).await;
        opened
            .map_err(|_| NoAnswer::TooLate)?
            .ok_or(NoAnswer::NotReached)
    }

    /// Asks, and waits for the whole answer.
    ///
    /// # Errors
    /// There is none.
    pub async fn ask(&mut self, request: Request<Full<Bytes>>) -> Result<Answer, NoAnswer> {
        let asking = async {
            self.0.ready().await.ok()?;
            let answer = self.0.send_request(request).await.ok()?;
            let status = answer.status();
            let body = answer.into_body().collect().await.ok()?.to_bytes();
            Some(Answer { status, body })
        };
        let answer = timeout(PATIENCE, asking).await;
        answer
            .map_err(|_| NoAnswer::TooLate)?
            .ok_or(NoAnswer::Broken)
    }
}
