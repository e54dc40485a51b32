//! A client's own UDP socket, and the buffers that all of a thread's sockets receive into.

use std::{
    io::{self, IoSliceMut},
    net::SocketAddr,
};

use quinn_udp::{BATCH_SIZE, RecvMeta, Transmit, UdpSockRef, UdpSocketState};
use socket2::{Domain, Protocol, Socket, Type};

use super::meter::Wire;

/// The longest that the system hands over in one piece, however many datagrams it merged.
const PIECE_BYTES: usize = 64 * 1024;
/// What is asked of the system for bursts; it grants what its limits allow.
const RECEIVE_BYTES: usize = 4 * 1024 * 1024;

/// A socket.
pub struct Port {
    socket: mio::net::UdpSocket,
    state: UdpSocketState,
    address: SocketAddr,
}

impl Port {
    /// Binds a socket; port 0 is any free one.
    ///
    /// # Errors
    /// The system refuses.
    pub fn bind(address: SocketAddr) -> io::Result<Self> {
        let domain = Domain::for_address(address);
        let socket = Socket::new(domain, Type::DGRAM, Some(Protocol::UDP))?;
        socket.set_recv_buffer_size(RECEIVE_BYTES)?;
        socket.bind(&address.into())?;
        socket.set_nonblocking(true)?;
        let state = UdpSocketState::new(UdpSockRef::from(&socket))?;
        let socket = mio::net::UdpSocket::from_std(socket.into());
        Ok(Self {
            address: socket.local_addr()?,
            socket,
            state,
        })
    }

    /// Where it can be reached.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// For waiting for it.
    pub fn source(&mut self) -> &mut mio::net::UdpSocket {
        &mut self.socket
    }

    /// Sends to `to`; what cannot be sent is counted in `unsent`.
    pub(super) fn wire<'a>(&'a self, to: Option<SocketAddr>, unsent: &'a mut u64) -> Bound<'a> {
        Bound {
            port: self,
            to,
            unsent,
        }
    }
}

pub(super) struct Bound<'a> {
    port: &'a Port,
    to: Option<SocketAddr>,
    unsent: &'a mut u64,
}

impl Wire for Bound<'_> {
    fn send(&mut self, datagram: &[u8]) {
        let sent = self.to.is_some_and(|destination| {
            let transmit = Transmit {
                destination,
                ecn: None,
                contents: datagram,
                segment_size: None,
                src_ip: None,
            };
            let socket = UdpSockRef::from(&self.port.socket);
            self.port.state.try_send(socket, &transmit).is_ok()
        });
        *self.unsent += u64::from(!sent);
    }
}

/// Room for one batch.
pub(super) struct Buffers(Box<[u8]>);

impl Buffers {
    pub(super) fn new() -> Self {
        Self(vec![0; BATCH_SIZE * PIECE_BYTES].into_boxed_slice())
    }

    /// Receives until nothing waits. `handle` gets who sent a piece, when the system received it (ns
    /// since 1970), its bytes, and the length of each datagram in it.
    pub(super) fn receive(
        &mut self,
        port: &Port,
        mut handle: impl FnMut(SocketAddr, Option<u64>, &mut [u8], usize, &Port),
    ) -> io::Result<()> {
        loop {
            let mut meta = [RecvMeta::default(); BATCH_SIZE];
            let mut pieces = self.0.chunks_exact_mut(PIECE_BYTES);
            let mut slices: [IoSliceMut<'_>; BATCH_SIZE] =
                std::array::from_fn(|_| IoSliceMut::new(pieces.next().unwrap_or_default()));
            let socket = UdpSockRef::from(&port.socket);
            let count = match port.state.recv(socket, &mut slices, &mut meta) {
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            };
            for (slice, meta) in slices.iter_mut().zip(&meta[..count]) {
                let at = meta
                    .timestamp
                    .and_then(|since| u64::try_from(since.as_nanos()).ok());
                let piece = &mut slice[..meta.len];
                handle(meta.addr, at, piece, meta.stride.max(1), port);
            }
            // A batch that came back short has emptied the socket.
            if count < BATCH_SIZE {
                return Ok(());
            }
        }
    }
}
