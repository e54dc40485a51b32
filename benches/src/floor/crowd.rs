//! Those who send to the hop and receive from it, in the shape of the comparisons.

use std::{
    io::{self, IoSliceMut},
    net::{SocketAddr, UdpSocket},
    time::{Duration, Instant},
};

use quinn_udp::{BATCH_SIZE, RecvMeta, UdpSockRef, UdpSocketState};
use rand::{Rng, SeedableRng, rngs::StdRng};

use super::hop::{TAG_BYTES, key_of, open, seal_packet};
use crate::{
    picture::{PACKETS_A_FRAME, Picture},
    sound::Sound,
};

/// Participants of a room.
pub const SEATS: usize = 4;
/// Packets of a burst: a picture and a packet of sound.
pub const BURST: usize = PACKETS_A_FRAME as usize + 1;

const PICTURE_EVERY: Duration = Duration::from_nanos(1_000_000_000 / 30);
const SOUND_EVERY: Duration = Duration::from_millis(20);

/// How datagrams are taken by those who receive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taking {
    /// As they were sent: what left in one call comes in one piece (`UDP_GRO`).
    Merged,
    /// One by one: the kernel splits what left in one call, in the sender's time.
    Split,
}

/// All participants.
pub struct Crowd {
    hop: SocketAddr,
    seats: Vec<Seat>,
    buffer: Box<[u8]>,
}

struct Seat {
    socket: UdpSocket,
    /// For [`Taking::Merged`].
    state: Option<UdpSocketState>,
    /// Five packets of a picture, and one of sound, sealed beforehand: the hop has no replay window.
    burst: Vec<Vec<u8>>,
    picture_at: Instant,
    sound_at: Instant,
}

impl Crowd {
    /// Participants of `rooms` rooms, who will send to the hop at `hop`.
    ///
    /// # Errors
    /// When there are not enough sockets.
    pub fn new(hop: SocketAddr, rooms: usize, taking: Taking) -> io::Result<Self> {
        let mut rng = StdRng::seed_from_u64(1);
        let now = Instant::now();
        let mut seats = Vec::new();
        for _ in 0..rooms * SEATS {
            let socket = open()?;
            let state = match taking {
                Taking::Merged => Some(UdpSocketState::new(UdpSockRef::from(&socket))?),
                Taking::Split => None,
            };
            seats.push(Seat {
                burst: sealed_burst(socket.local_addr()?)?,
                socket,
                state,
                picture_at: now + PICTURE_EVERY.mul_f64(rng.random()),
                sound_at: now + SOUND_EVERY.mul_f64(rng.random()),
            });
        }
        Ok(Self {
            hop,
            seats,
            buffer: vec![0; BATCH_SIZE * 64 * 1024].into_boxed_slice(),
        })
    }

    /// The addresses of all rooms' seats.
    ///
    /// # Errors
    /// When a socket fails.
    pub fn rooms(&self) -> io::Result<Vec<Vec<SocketAddr>>> {
        let addresses =
            |seats: &[Seat]| seats.iter().map(|seat| seat.socket.local_addr()).collect();
        self.seats.chunks(SEATS).map(addresses).collect()
    }

    /// The first seat sends a picture and a packet of sound.
    ///
    /// # Errors
    /// When its socket does not take them.
    pub fn send_burst(&self) -> io::Result<()> {
        for packet in &self.seats[0].burst {
            self.seats[0].socket.send_to(packet, self.hop)?;
        }
        Ok(())
    }

    /// Sends what is due at `now`. Returns how many packets that were, and when the next is due.
    ///
    /// # Errors
    /// When a socket does not take them.
    pub fn send_due(&mut self, now: Instant) -> io::Result<(usize, Instant)> {
        let mut sent = 0;
        let mut next_at = now + SOUND_EVERY;
        for seat in &mut self.seats {
            let (sound, picture) = seat.burst.split_last().expect("a burst has sound");
            if seat.picture_at <= now {
                seat.picture_at += PICTURE_EVERY;
                for packet in picture {
                    seat.socket.send_to(packet, self.hop)?;
                }
                sent += picture.len();
            }
            if seat.sound_at <= now {
                seat.sound_at += SOUND_EVERY;
                seat.socket.send_to(sound, self.hop)?;
                sent += 1;
            }
            next_at = next_at.min(seat.picture_at).min(seat.sound_at);
        }
        Ok((sent, next_at))
    }

    /// Takes everything that has come. Returns how many packets that were.
    ///
    /// # Errors
    /// When a socket fails.
    pub fn receive(&mut self) -> io::Result<usize> {
        let mut received = 0;
        for seat in &self.seats {
            loop {
                match seat.receive(&mut self.buffer) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                    outcome => received += outcome?,
                }
            }
        }
        Ok(received)
    }
}

impl Seat {
    fn receive(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(state) = &self.state else {
            return self.socket.recv(buffer).map(|_| 1);
        };
        let mut meta = [RecvMeta::default(); BATCH_SIZE];
        let mut pieces = buffer.chunks_exact_mut(64 * 1024);
        let mut slices: [IoSliceMut<'_>; BATCH_SIZE] =
            std::array::from_fn(|_| IoSliceMut::new(pieces.next().unwrap_or_default()));
        let count = state.recv(UdpSockRef::from(&self.socket), &mut slices, &mut meta)?;
        let datagrams = meta[..count]
            .iter()
            .map(|meta| meta.len.div_ceil(meta.stride.max(1)));
        Ok(datagrams.sum())
    }
}

fn sealed_burst(address: SocketAddr) -> io::Result<Vec<Vec<u8>>> {
    let key = key_of(address);
    let mut picture = Picture::default();
    let mut burst: Vec<Vec<u8>> = (1..BURST).map(|_| picture.next_packet().to_vec()).collect();
    burst.push(Sound::default().next_packet().to_vec());
    for packet in &mut burst {
        packet.extend([0; TAG_BYTES]);
        seal_packet(&key, packet)?;
    }
    Ok(burst)
}
