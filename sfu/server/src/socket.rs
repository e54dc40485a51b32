//! One UDP socket: many datagrams a system call, in (`recvmmsg`, GRO) and out (`UDP_SEGMENT`).
//!
//! Sending never blocks. When the kernel's buffer is full, or a destination cannot be reached, the
//! datagrams are lost and counted, as on any network.
//!
//! A socket that is bound to every address of the machine notes to which one a datagram came
//! (`IP_PKTINFO`), and answers from there: a client drops what comes from elsewhere than it sent to.

use std::{
    io::{self, IoSliceMut},
    net::{IpAddr, SocketAddr},
};

use quinn_udp::{BATCH_SIZE, RecvMeta, UdpSockRef, UdpSocketState};
use sfu_transport::{Path, Via};
use socket2::{Domain, Protocol, Socket, Type};

use crate::{send_queue::Transmit, tcp::canonical};

/// The longest that the kernel hands over in one piece, however many datagrams it merged.
const PIECE_BYTES: usize = 64 * 1024;
/// What is asked of the kernel for bursts, each way; it grants what its limits allow.
const KERNEL_BUFFER_BYTES: usize = 4 * 1024 * 1024;

/// What became of a transmit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sent {
    pub(crate) datagrams: u64,
    pub(crate) bytes: u64,
    pub(crate) lost: u64,
}

/// The socket and the buffer it receives into.
pub(crate) struct MediaSocket {
    port: Port,
    received: Box<[u8]>,
}

/// The socket alone: sends while received datagrams are still being looked at.
pub(crate) struct Port {
    socket: mio::net::UdpSocket,
    state: UdpSocketState,
    is_ipv6: bool,
    locals: Locals,
}

/// The machine's addresses that datagrams have come to, numbered in the order in which they were seen.
/// Number 0 leaves the choice to the kernel.
struct Locals {
    seen: Vec<IpAddr>,
    /// Whether the socket is bound to all of them.
    matter: bool,
}

impl Locals {
    fn number(&mut self, address: Option<IpAddr>) -> u8 {
        let Some(address) = address.filter(|_| self.matter) else {
            return 0;
        };
        let index = self.seen.iter().position(|seen| *seen == address);
        let index = index.unwrap_or(self.seen.len());
        let Ok(number) = u8::try_from(index + 1) else {
            return 0;
        };
        if index == self.seen.len() {
            self.seen.push(address);
        }
        number
    }

    fn address(&self, number: u8) -> Option<IpAddr> {
        self.seen.get(usize::from(number).checked_sub(1)?).copied()
    }
}

impl MediaSocket {
    pub(crate) fn bind(address: SocketAddr) -> io::Result<Self> {
        let socket = Socket::new(
            Domain::for_address(address),
            Type::DGRAM,
            Some(Protocol::UDP),
        )?;
        if address.is_ipv6() {
            socket.set_only_v6(false)?;
        }
        socket.set_recv_buffer_size(KERNEL_BUFFER_BYTES)?;
        socket.set_send_buffer_size(KERNEL_BUFFER_BYTES)?;
        socket.bind(&address.into())?;
        socket.set_nonblocking(true)?;
        let state = UdpSocketState::new(UdpSockRef::from(&socket))?;
        Ok(Self {
            port: Port {
                socket: mio::net::UdpSocket::from_std(socket.into()),
                state,
                is_ipv6: address.is_ipv6(),
                locals: Locals {
                    seen: Vec::new(),
                    matter: address.ip().is_unspecified(),
                },
            },
            received: vec![0; BATCH_SIZE * PIECE_BYTES].into_boxed_slice(),
        })
    }

    pub(crate) fn local_addr(&self) -> io::Result<SocketAddr> {
        self.port.socket.local_addr()
    }

    /// For registering with a poll.
    pub(crate) fn source(&mut self) -> &mut mio::net::UdpSocket {
        &mut self.port.socket
    }

    pub(crate) fn port(&self) -> &Port {
        &self.port
    }

    /// Receives one batch. Returns whether more may be waiting.
    ///
    /// A batch that came back short has emptied the socket: whatever comes later makes the poll
    /// report the socket as readable again.
    pub(crate) fn receive(
        &mut self,
        mut handle: impl FnMut(&Port, Path, &mut [u8]),
    ) -> io::Result<bool> {
        let mut meta = [RecvMeta::default(); BATCH_SIZE];
        let mut pieces = self.received.chunks_exact_mut(PIECE_BYTES);
        let mut slices: [IoSliceMut<'_>; BATCH_SIZE] =
            std::array::from_fn(|_| IoSliceMut::new(pieces.next().unwrap_or_default()));
        let port = &mut self.port;
        let received = port
            .state
            .recv(UdpSockRef::from(&port.socket), &mut slices, &mut meta);
        let count = match received {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
            Err(error) => return Err(error),
        };
        for (slice, meta) in slices.iter_mut().zip(&meta[..count]) {
            let local = port.locals.number(meta.dst_ip);
            let from = Path {
                remote: canonical(meta.addr),
                via: Via::Udp { local },
            };
            for datagram in slice[..meta.len].chunks_mut(meta.stride.max(1)) {
                handle(port, from, datagram);
            }
        }
        Ok(count == BATCH_SIZE)
    }
}

impl Port {
    /// Sends to a path by UDP.
    pub(crate) fn send(&self, transmit: Transmit<'_>) -> Sent {
        let segments = transmit.datagrams().len();
        if segments > 1 && segments <= self.state.max_gso_segments() {
            let sent = self.send_one(transmit.to, transmit.contents, Some(transmit.segment_bytes));
            if sent.is_ok() {
                return Sent {
                    datagrams: segments as u64,
                    bytes: transmit.contents.len() as u64,
                    lost: 0,
                };
            }
            if sent.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock) {
                return Sent {
                    lost: segments as u64,
                    ..Sent::default()
                };
            }
        }
        let mut total = Sent::default();
        for datagram in transmit.datagrams() {
            if self.send_one(transmit.to, datagram, None).is_ok() {
                total.datagrams += 1;
                total.bytes += datagram.len() as u64;
            } else {
                total.lost += 1;
            }
        }
        total
    }

    fn send_one(&self, to: Path, contents: &[u8], segment: Option<usize>) -> io::Result<()> {
        let Via::Udp { local } = to.via else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let destination = match to.remote {
            SocketAddr::V4(v4) if self.is_ipv6 => {
                SocketAddr::new(v4.ip().to_ipv6_mapped().into(), v4.port())
            }
            other => other,
        };
        let transmit = quinn_udp::Transmit {
            destination,
            ecn: None,
            contents,
            segment_size: segment,
            src_ip: self.locals.address(local),
        };
        self.state
            .try_send(UdpSockRef::from(&self.socket), &transmit)
    }
}

#[cfg(test)]
mod tests {
    use std::net::UdpSocket;

    use super::*;

    #[test]
    fn a_train_arrives_as_the_datagrams_it_was_made_of() {
        let receiver = UdpSocket::bind("127.0.0.1:0").unwrap();
        let sender = MediaSocket::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let contents: Vec<u8> = (0..25).collect();
        let sent = sender.port().send(Transmit {
            to: receiver.local_addr().unwrap().into(),
            contents: &contents,
            segment_bytes: 10,
        });
        assert_eq!(
            sent,
            Sent {
                datagrams: 3,
                bytes: 25,
                lost: 0
            }
        );
        let mut buffer = [0; 100];
        for expected in contents.chunks(10) {
            let length = receiver.recv(&mut buffer).unwrap();
            assert_eq!(&buffer[..length], expected);
        }
    }

    #[test]
    fn a_dual_stack_socket_sees_and_reaches_ipv4_as_ipv4() {
        let Ok(mut socket) = MediaSocket::bind("[::]:0".parse().unwrap()) else {
            return; // a machine without IPv6
        };
        let port = socket.local_addr().unwrap().port();
        let client = UdpSocket::bind("127.0.0.1:0").unwrap();
        client.send_to(b"hello", ("127.0.0.1", port)).unwrap();
        let mut from = None;
        while from.is_none() {
            socket
                .receive(|_, address, _| from = Some(address))
                .unwrap();
        }
        let from = from.unwrap();
        assert_eq!(from.remote, client.local_addr().unwrap());
        let sent = socket.port().send(Transmit {
            to: from,
            contents: b"hello",
            segment_bytes: 5,
        });
        assert_eq!(sent.datagrams, 1);
        assert_eq!(client.recv(&mut [0; 10]).unwrap(), 5);
    }

    #[test]
    fn an_answer_comes_from_the_address_that_was_asked() {
        for every in ["0.0.0.0:0", "[::]:0"] {
            let Ok(mut socket) = MediaSocket::bind(every.parse().unwrap()) else {
                continue; // a machine without IPv6
            };
            let port = socket.local_addr().unwrap().port();
            let client = UdpSocket::bind("127.0.0.1:0").unwrap();
            for asked in ["127.0.0.1", "127.0.0.2", "127.0.0.3"] {
                client.send_to(b"hello", (asked, port)).unwrap();
                let mut path = None;
                while path.is_none() {
                    socket.receive(|_, from, _| path = Some(from)).unwrap();
                }
                for contents in [&b"once"[..], b"many of the same"] {
                    socket.port().send(Transmit {
                        to: path.unwrap(),
                        contents,
                        segment_bytes: 4,
                    });
                }
                for _ in 0..5 {
                    let (_, from) = client.recv_from(&mut [0; 10]).unwrap();
                    assert_eq!(from, SocketAddr::new(asked.parse().unwrap(), port));
                }
            }
        }
    }
}
