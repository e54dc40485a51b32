//! Receive, decrypt once, encrypt thrice, send.

use std::{
    collections::HashMap,
    io::{self, IoSlice, IoSliceMut},
    net::{Ipv4Addr, SocketAddr, UdpSocket},
    ops::Range,
};

use quinn_udp::{BATCH_SIZE, RecvMeta, UdpSockRef, UdpSocketState};
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use rustix::net::{MMsgHdr, SendAncillaryBuffer, SendFlags, SocketAddrAny, sendmmsg};
use socket2::{Domain, Protocol, Socket, Type};

use crate::picture::Picture;

/// Bytes of a tag behind each payload.
pub const TAG_BYTES: usize = 16;

/// What is asked of the kernel for bursts, as the product asks.
const KERNEL_BUFFER_BYTES: usize = 4 * 1024 * 1024;
/// The longest that the kernel hands over in one piece, however many datagrams it merged.
const PIECE_BYTES: usize = 64 * 1024;
/// The most that one batch sends.
const OUT_BYTES: usize = 1024 * 1024;
/// The most datagrams that one call sends (`UDP_MAX_SEGMENTS` of older kernels; `UIO_MAXIOV` is more).
const DATAGRAMS_A_CALL: usize = 64;

/// How packets leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sending {
    /// `sendmsg` with `UDP_SEGMENT`: one call for what goes to one receiver.
    Segmented,
    /// `sendmmsg`: one call for what a batch sends.
    Batched,
    /// `sendto`: one call a packet.
    Single,
}

/// What is done to packets in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// One is decrypted, three are encrypted.
    Encryption,
    /// Nothing, not even a copy: the system calls alone.
    Nothing,
}

/// The bare hop.
pub struct Hop {
    socket: UdpSocket,
    state: UdpSocketState,
    sending: Sending,
    work: Work,
    sources: HashMap<SocketAddr, Source>,
    received: Box<[u8]>,
    arrived: Vec<(SocketAddr, Range<usize>)>,
    out: Out,
}

/// What one turn did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    /// Datagrams that came.
    pub received: usize,
    /// Datagrams that left.
    pub sent: usize,
}

struct Source {
    key: LessSafeKey,
    receivers: Vec<Receiver>,
}

struct Receiver {
    address: SocketAddr,
    key: LessSafeKey,
}

/// Datagrams that wait for the end of the batch, those of one train next to each other.
struct Out {
    buffer: Box<[u8]>,
    used: usize,
    trains: Vec<Train>,
}

/// Datagrams of one size to one receiver; the last may be shorter.
struct Train {
    to: SocketAddr,
    start: usize,
    bytes: usize,
    segment_bytes: usize,
}

impl Hop {
    /// A hop at a port of its own, that knows nobody.
    ///
    /// # Errors
    /// When there is no socket.
    pub fn new(sending: Sending, work: Work) -> io::Result<Self> {
        let socket = open()?;
        let state = UdpSocketState::new(UdpSockRef::from(&socket))?;
        Ok(Self {
            socket,
            state,
            sending,
            work,
            sources: HashMap::new(),
            received: vec![0; BATCH_SIZE * PIECE_BYTES].into_boxed_slice(),
            arrived: Vec::with_capacity(BATCH_SIZE),
            out: Out {
                buffer: vec![0; OUT_BYTES].into_boxed_slice(),
                used: 0,
                trains: Vec::new(),
            },
        })
    }

    /// Its socket.
    #[must_use]
    pub fn socket(&self) -> &UdpSocket {
        &self.socket
    }

    /// What one of these addresses sends goes to all others. A participant's packets are sealed with
    /// [`key_of`] its address, in both directions.
    pub fn add_room(&mut self, seats: &[SocketAddr]) {
        for from in seats {
            let others = seats.iter().filter(|seat| *seat != from);
            let receivers = others.map(|to| Receiver {
                address: *to,
                key: key_of(*to),
            });
            let source = Source {
                key: key_of(*from),
                receivers: receivers.collect(),
            };
            self.sources.insert(*from, source);
        }
    }

    /// Takes one batch, if one is there, and sends what follows from it.
    ///
    /// # Errors
    /// When the socket fails, or a packet's tag does not fit.
    pub fn turn(&mut self) -> io::Result<Turn> {
        self.receive()?;
        let mut rest = self.arrived.as_slice();
        while let Some((from, _)) = rest.first() {
            let same = rest.iter().take_while(|(other, _)| other == from).count();
            let (burst, later) = rest.split_at(same);
            rest = later;
            let Some(source) = self.sources.get(from) else {
                continue;
            };
            if self.work == Work::Encryption {
                for (_, at) in burst {
                    open_packet(&source.key, &mut self.received[at.clone()])?;
                }
            }
            for receiver in &source.receivers {
                for (_, at) in burst {
                    let place = self.out.append(receiver.address, at.len());
                    if self.work == Work::Encryption {
                        place.copy_from_slice(&self.received[at.clone()]);
                        seal_packet(&receiver.key, place)?;
                    }
                }
            }
        }
        Ok(Turn {
            received: self.arrived.len(),
            sent: self.send()?,
        })
    }

    fn receive(&mut self) -> io::Result<()> {
        self.arrived.clear();
        let mut meta = [RecvMeta::default(); BATCH_SIZE];
        let mut pieces = self.received.chunks_exact_mut(PIECE_BYTES);
        let mut slices: [IoSliceMut<'_>; BATCH_SIZE] =
            std::array::from_fn(|_| IoSliceMut::new(pieces.next().unwrap_or_default()));
        let socket = UdpSockRef::from(&self.socket);
        let count = match self.state.recv(socket, &mut slices, &mut meta) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => 0,
            outcome => outcome?,
        };
        for (piece, meta) in meta[..count].iter().enumerate() {
            let start = piece * PIECE_BYTES;
            for at in (0..meta.len).step_by(meta.stride.max(1)) {
                let end = meta.len.min(at + meta.stride);
                self.arrived.push((meta.addr, start + at..start + end));
            }
        }
        Ok(())
    }

    /// Sends what waits. Returns how many datagrams left; what the kernel does not take is not counted.
    fn send(&mut self) -> io::Result<usize> {
        let sent = match self.sending {
            Sending::Segmented => self.send_segmented(),
            Sending::Batched => self.send_batched()?,
            Sending::Single => {
                let datagrams = self.out.datagrams();
                datagrams
                    .filter(|(to, datagram)| self.socket.send_to(datagram, to).is_ok())
                    .count()
            }
        };
        self.out.used = 0;
        self.out.trains.clear();
        Ok(sent)
    }

    fn send_segmented(&self) -> usize {
        let trains = self.out.trains.iter().filter(|train| {
            let transmit = quinn_udp::Transmit {
                destination: train.to,
                ecn: None,
                contents: &self.out.buffer[train.start..train.start + train.bytes],
                segment_size: (train.count() > 1).then_some(train.segment_bytes),
                src_ip: None,
            };
            let socket = UdpSockRef::from(&self.socket);
            self.state.try_send(socket, &transmit).is_ok()
        });
        trains.map(Train::count).sum()
    }

    fn send_batched(&self) -> io::Result<usize> {
        let (addresses, slices): (Vec<SocketAddrAny>, Vec<[IoSlice<'_>; 1]>) = self
            .out
            .datagrams()
            .map(|(to, datagram)| (to.into(), [IoSlice::new(datagram)]))
            .unzip();
        let mut controls: Vec<_> = slices
            .iter()
            .map(|_| SendAncillaryBuffer::default())
            .collect();
        let mut messages: Vec<_> = addresses
            .iter()
            .zip(&slices)
            .zip(&mut controls)
            .map(|((to, slice), control)| MMsgHdr::new_with_addr(to, slice, control))
            .collect();
        let mut sent = 0;
        for call in messages.chunks_mut(DATAGRAMS_A_CALL) {
            sent += sendmmsg(&self.socket, call, SendFlags::empty())?;
        }
        Ok(sent)
    }
}

impl Out {
    /// Room for a datagram behind those that wait: in the last train, if it takes it.
    fn append(&mut self, to: SocketAddr, bytes: usize) -> &mut [u8] {
        let start = self.used;
        self.used += bytes;
        match self
            .trains
            .last_mut()
            .filter(|train| train.takes(to, bytes))
        {
            Some(train) => train.bytes += bytes,
            None => self.trains.push(Train {
                to,
                start,
                bytes,
                segment_bytes: bytes,
            }),
        }
        &mut self.buffer[start..start + bytes]
    }

    fn datagrams(&self) -> impl Iterator<Item = (SocketAddr, &[u8])> {
        self.trains.iter().flat_map(|train| {
            let contents = &self.buffer[train.start..train.start + train.bytes];
            let datagrams = contents.chunks(train.segment_bytes);
            datagrams.map(|datagram| (train.to, datagram))
        })
    }
}

impl Train {
    fn takes(&self, to: SocketAddr, bytes: usize) -> bool {
        let is_whole = self.bytes.is_multiple_of(self.segment_bytes);
        let fits = bytes <= self.segment_bytes && self.bytes + bytes < PIECE_BYTES;
        self.to == to && is_whole && fits && self.count() < DATAGRAMS_A_CALL
    }

    fn count(&self) -> usize {
        self.bytes.div_ceil(self.segment_bytes)
    }
}

/// A socket of this machine's own, with room for bursts, that does not block.
///
/// # Errors
/// When there is none.
pub fn open() -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP))?;
    socket.set_recv_buffer_size(KERNEL_BUFFER_BYTES)?;
    socket.set_send_buffer_size(KERNEL_BUFFER_BYTES)?;
    socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
    socket.set_nonblocking(true)?;
    Ok(socket.into())
}

/// The key between the hop and the participant at an address.
#[must_use]
pub fn key_of(address: SocketAddr) -> LessSafeKey {
    let mut key = [7; 16];
    key[..2].copy_from_slice(&address.port().to_be_bytes());
    LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).expect("16 bytes are a key"))
}

/// Encrypts the payload of a packet in place, its tag into the last [`TAG_BYTES`].
///
/// # Errors
/// When the packet is shorter than its header.
pub fn seal_packet(key: &LessSafeKey, packet: &mut [u8]) -> io::Result<()> {
    let (header, payload, tag) = parts(packet)?;
    let sealed = key.seal_in_place_separate_tag(nonce(header), Aad::from(&*header), payload);
    let sealed = sealed.map_err(|_| io::Error::other("the payload is too long"))?;
    tag.copy_from_slice(sealed.as_ref());
    Ok(())
}

/// Decrypts the payload of a packet in place.
///
/// # Errors
/// When the tag does not fit.
pub fn open_packet(key: &LessSafeKey, packet: &mut [u8]) -> io::Result<()> {
    let (header, rest) = packet
        .split_at_mut_checked(Picture::HEADER_BYTES)
        .ok_or_else(|| io::Error::other("a packet is shorter than its header"))?;
    key.open_in_place(nonce(header), Aad::from(&*header), rest)
        .map(drop)
        .map_err(|_| io::Error::other("a packet's tag does not fit"))
}

fn parts(packet: &mut [u8]) -> io::Result<(&mut [u8], &mut [u8], &mut [u8])> {
    let payload_bytes = packet.len().checked_sub(Picture::HEADER_BYTES + TAG_BYTES);
    let payload_bytes = payload_bytes.ok_or_else(|| io::Error::other("a packet is too short"))?;
    let (header, rest) = packet.split_at_mut(Picture::HEADER_BYTES);
    let (payload, tag) = rest.split_at_mut(payload_bytes);
    Ok((header, payload, tag))
}

/// From the header, as in RFC 7714 section 8.1 without a salt: the SSRC and the sequence number.
fn nonce(header: &[u8]) -> Nonce {
    let mut nonce = [0; NONCE_LEN];
    nonce[2..6].copy_from_slice(&header[8..12]);
    nonce[10..12].copy_from_slice(&header[2..4]);
    Nonce::assume_unique_for_key(nonce)
}
