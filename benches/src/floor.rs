//! The floor: the least that a hop can cost on this machine.
//!
//! A [`hop::Hop`] does what no server of encrypted calls can leave out, and nothing else: it receives
//! (`recvmmsg`), decrypts each packet once in place (AES-128-GCM of ring, as the product does), encrypts
//! it for each of the three others straight into the send buffer, and sends. There are no rooms, no
//! choice of layers, no sequence numbers to rewrite, no replay window, no feedback and no timers. A
//! [`crowd::Crowd`] sends to it over loopback in the shape of the comparisons: pictures of five packets
//! with 1,100 bytes, 30 a second, and 50 packets a second of sound with 100 bytes.
//!
//! What is counted is the CPU time of the hop's own thread, by the scheduler's clock
//! (`/proc/thread-self/schedstat`). Over loopback it contains the delivery into the receivers' sockets,
//! for a packet is delivered by whoever sends it.

pub mod crowd;
pub mod hop;

use std::{fs, io, time::Duration};

/// How much CPU time the calling thread has used.
///
/// # Errors
/// When the kernel keeps no scheduler statistics.
pub fn thread_cpu_time() -> io::Result<Duration> {
    let statistics = fs::read_to_string("/proc/thread-self/schedstat")?;
    let on_cpu = statistics.split(' ').next().and_then(|ns| ns.parse().ok());
    on_cpu
        .map(Duration::from_nanos)
        .ok_or_else(|| io::Error::other("no scheduler statistics"))
}

#[cfg(test)]
mod tests {
    use super::{
        crowd::{BURST, Crowd, SEATS, Taking},
        hop::{Hop, Sending, Turn, Work, key_of, open, open_packet, seal_packet},
    };

    #[test]
    fn every_burst_reaches_the_three_others_however_it_is_sent() {
        for sending in [Sending::Segmented, Sending::Batched, Sending::Single] {
            for work in [Work::Encryption, Work::Nothing] {
                for taking in [Taking::Merged, Taking::Split] {
                    let mut hop = Hop::new(sending, work).unwrap();
                    let address = hop.socket().local_addr().unwrap();
                    let mut crowd = Crowd::new(address, 1, taking).unwrap();
                    for room in crowd.rooms().unwrap() {
                        hop.add_room(&room);
                    }
                    crowd.send_burst().unwrap();
                    let turn = Turn {
                        received: BURST,
                        sent: (SEATS - 1) * BURST,
                    };
                    assert_eq!(hop.turn().unwrap(), turn, "{sending:?}, {work:?}");
                    assert_eq!(crowd.receive().unwrap(), turn.sent, "{taking:?}");
                }
            }
        }
    }

    #[test]
    fn what_arrives_is_what_was_sent_under_the_receivers_key() {
        let mut hop = Hop::new(Sending::Segmented, Work::Encryption).unwrap();
        let (from, to) = (open().unwrap(), open().unwrap());
        let addresses = [from.local_addr().unwrap(), to.local_addr().unwrap()];
        hop.add_room(&addresses);
        let plain: Vec<u8> = (0..100).collect();
        let mut packet = plain.clone();
        seal_packet(&key_of(addresses[0]), &mut packet).unwrap();
        from.send_to(&packet, hop.socket().local_addr().unwrap())
            .unwrap();
        hop.turn().unwrap();
        let mut arrived = [0; 200];
        let length = to.recv(&mut arrived).unwrap();
        let arrived = &mut arrived[..length];
        assert!(open_packet(&key_of(addresses[0]), &mut arrived.to_vec()).is_err());
        open_packet(&key_of(addresses[1]), arrived).unwrap();
        assert_eq!(arrived[..84], plain[..84]);
    }
}
