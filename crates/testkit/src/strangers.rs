//! Datagrams of strangers, who know nothing of a call and take their chance.

use std::ops::Range;

use rand::Rng;

/// Random bytes behind the first ones of STUN, DTLS, RTP or RTCP (RFC 7983); `size` is in bytes, 8 at least.
pub fn shaped(rng: &mut impl Rng, size: Range<usize>) -> Vec<u8> {
    let mut datagram = vec![0; rng.random_range(size)];
    rng.fill_bytes(&mut datagram);
    match rng.random_range(0..4) {
        0 => {
            datagram[..2].copy_from_slice(&[0, 1]);
            datagram[4..8].copy_from_slice(&[0x21, 0x12, 0xa4, 0x42]);
        }
        1 => datagram[..3].copy_from_slice(&[22, 254, 253]),
        2 => datagram[..2].copy_from_slice(&[0x80, 96]),
        _ => datagram[..2].copy_from_slice(&[0x80, 200]),
    }
    datagram
}
