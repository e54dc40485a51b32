//! One browser's connection to the service: HTTP/1.1, kept open from one request to the next.
//!
//! Thousands of people share the machine with the service, and what their devices do for themselves is none of its
//! time. So this writes a request as it is given, and reads of an answer what there is to know: its status and body.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

/// How long somebody waits for an answer before it counts as none.
const PATIENCE: Duration = Duration::from_secs(60);
/// What most answers take, bytes.
const ROOM: usize = 8 * 1024;
/// The most header fields of an answer.
const FIELDS: usize = 32;

/// The connection.
pub struct Line {
    stream: TcpStream,
    /// What has come of an answer.
    come: BytesMut,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum NoAnswer {
    /// The service was not reached.
    #[error("the connection did not open")]
    NotReached,
    /// The connection ended before the answer did, or the answer is none of HTTP/1.1 with a length.
    #[error("the connection broke")]
    Broken,
    /// It took longer than anybody waits.
    #[error("the answer did not come")]
    TooLate,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its body.
    pub body: Bytes,
    /// In how long to ask again, where it says so (`Retry-After`, RFC 9110 section 10.2.3).
    pub again_in: Option<Duration>,
}

impl Line {
    /// Opens it.
    ///
    /// # Errors
    /// The service is not reached.
    pub async fn open(service: SocketAddr) -> Result<Self, NoAnswer> {
        Self::over(TcpStream::connect(service)).await
    }

    /// Opens it from an address of one's own.
    ///
    /// # Errors
    /// The service is not reached, or the address is none of this machine.
    pub async fn open_from(own: Ipv4Addr, service: SocketAddr) -> Result<Self, NoAnswer> {
        let connecting = async {
            let socket = TcpSocket::new_v4()?;
            socket.bind((own, 0).into())?;
            socket.connect(service).await
        };
        Self::over(connecting).await
    }

    async fn over(
        connecting: impl Future<Output = io::Result<TcpStream>>,
    ) -> Result<Self, NoAnswer> {
        let opening = async {
            let stream = connecting.await.ok()?;
            stream.set_nodelay(true).ok()?;
            let come = BytesMut::with_capacity(ROOM);
            Some(Self { stream, come })
        };
        let opened = timeout(PATIENCE, opening).await;
        opened
            .map_err(|_| NoAnswer::TooLate)?
            .ok_or(NoAnswer::NotReached)
    }

    /// Sends a whole request, and waits for the whole answer.
    ///
    /// # Errors
    /// There is none.
    pub async fn ask(&mut self, request: &[u8]) -> Result<Answer, NoAnswer> {
        let asking = async {
            self.stream.write_all(request).await.ok()?;
            loop {
                if let Some(answer) = take(&mut self.come).ok()? {
                    return Some(answer);
                }
                let came = self.stream.read_buf(&mut self.come).await.ok()?;
                if came == 0 {
                    return None;
                }
            }
        };
        let answer = timeout(PATIENCE, asking).await;
        answer
            .map_err(|_| NoAnswer::TooLate)?
            .ok_or(NoAnswer::Broken)
    }
}

/// The answer at the beginning of what has come, once all of it is there.
fn take(come: &mut BytesMut) -> Result<Option<Answer>, NoAnswer> {
    let mut fields = [httparse::EMPTY_HEADER; FIELDS];
    let mut head = httparse::Response::new(&mut fields);
    let parsed = head.parse(come).map_err(|_| NoAnswer::Broken)?;
    let httparse::Status::Complete(begins) = parsed else {
        return Ok(None);
    };
    let number = |name| -> Option<u64> {
        let mut fields = head.headers.iter();
        let field = fields.find(|field| field.name.eq_ignore_ascii_case(name))?;
        std::str::from_utf8(field.value).ok()?.parse().ok()
    };
    let length = number("content-length").and_then(|length| usize::try_from(length).ok());
    let again_in = number("retry-after").map(Duration::from_secs);
    let (status, length) = head.code.zip(length).ok_or(NoAnswer::Broken)?;
    if come.len() < begins + length {
        return Ok(None);
    }
    let body = come.split_to(begins + length).freeze().slice(begins..);
    Ok(Some(Answer {
        status,
        body,
        again_in,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_there_once_its_last_byte_is() {
        let whole =
            b"HTTP/1.1 503 Busy\r\nContent-Length: 2\r\nRetry-After: 7\r\n\r\nokHTTP/1.1 409";
        let ends = whole.len() - b"HTTP/1.1 409".len();
        for some in 0..ends {
            let mut come = BytesMut::from(&whole[..some]);
            assert_eq!(take(&mut come), Ok(None), "{some} bytes");
            assert_eq!(come.len(), some);
        }
        let mut come = BytesMut::from(&whole[..]);
        let answer = Answer {
            status: 503,
            body: Bytes::from_static(b"ok"),
            again_in: Some(Duration::from_secs(7)),
        };
        assert_eq!(take(&mut come), Ok(Some(answer)));
        assert_eq!(come, b"HTTP/1.1 409"[..]);
    }

    #[test]
    fn what_has_no_length_is_no_answer() {
        for wrong in [
            &b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"[..],
            b"HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\n",
            b"SSH-2.0-none\r\n",
        ] {
            let mut come = BytesMut::from(wrong);
            assert_eq!(take(&mut come), Err(NoAnswer::Broken));
        }
    }
}
