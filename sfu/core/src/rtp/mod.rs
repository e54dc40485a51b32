//! RTP packets on the wire (RFC 3550 section 5.1, RFC 8285): read in place, written into a fixed
//! buffer, never allocated.

mod extension;
mod header;
mod packet;

pub(crate) use extension::ExtensionValues;
pub(crate) use header::{Header, HeaderBuffer, Mid};
pub use packet::RtpHeader;
pub(crate) use packet::RtpPacket;

/// A sequence number as a number that never wraps: the one nearest to `reference`.
///
/// Numbers kept this way start above 2^16, so that none from before the first goes below zero.
pub(crate) fn unwrap_sequence(reference: u64, sequence: u16) -> u64 {
    let ahead = sequence.wrapping_sub(low_16(reference)).cast_signed();
    reference.wrapping_add_signed(i64::from(ahead))
}

/// The sequence number of an unwrapped one.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the low 16 bits are what goes on the wire"
)]
pub(crate) const fn low_16(index: u64) -> u16 {
    index as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_unwrap_to_the_nearest() {
        assert_eq!(unwrap_sequence(0x1_fffe, 0xffff), 0x1_ffff);
        assert_eq!(unwrap_sequence(0x1_ffff, 2), 0x2_0002);
        assert_eq!(unwrap_sequence(0x2_0002, 0xfff0), 0x1_fff0);
        assert_eq!(low_16(0x2_0003), 3);
    }
}
