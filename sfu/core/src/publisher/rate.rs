//! What a stream costs when it is sent.

use std::time::Duration;

/// What carries a payload, bytes: IP, UDP, SRTP's tag, the RTP header and its extensions.
pub(super) const PACKET_OVERHEAD: usize = 64;

/// The measured rate of one stream, with what carries it.
#[derive(Debug, Default)]
pub(crate) struct Rate {
    bytes: u64,
    bits_per_second: Option<u64>,
}

impl Rate {
    /// Counts a packet's payload.
    pub(crate) fn count(&mut self, payload_bytes: usize) {
        self.bytes += (payload_bytes + PACKET_OVERHEAD) as u64;
    }

    /// Closes a period of measuring.
    pub(crate) fn measure(&mut self, period: Duration) {
        let millis = u64::try_from(period.as_millis()).unwrap_or(u64::MAX).max(1);
        let latest = std::mem::take(&mut self.bytes) * 8_000 / millis;
        if latest > 0 {
            // A key frame is not a rate: half of the past stays.
            let before = self.bits_per_second.unwrap_or(latest);
            self.bits_per_second = Some(before.midpoint(latest));
        }
    }

    /// Bit/s as last measured; stays when the stream falls silent.
    pub(crate) fn bits_per_second(&self) -> Option<u64> {
        self.bits_per_second
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_follows_what_came() {
        let mut rate = Rate::default();
        for _ in 0..20 {
            rate.count(12_500 - PACKET_OVERHEAD);
            rate.measure(Duration::from_millis(500));
        }
        assert_eq!(rate.bits_per_second(), Some(200_000));
        rate.measure(Duration::from_millis(500));
        assert_eq!(
            rate.bits_per_second(),
            Some(200_000),
            "silence is not a rate"
        );
    }
}
