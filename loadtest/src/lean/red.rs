//! Sound with the piece before it again, as Chromium sends it (RFC 2198).

/// Offsets have 14 bits, lengths 10.
const OFFSET_MAX: u32 = 0x3FFF;
const LENGTH_MAX: usize = 0x3FF;

/// Remembers one piece.
#[derive(Debug, Default)]
pub struct Red {
    before: Option<(u32, Vec<u8>)>,
    payload: Vec<u8>,
}

impl Red {
    /// The payload of a packet that holds this piece, and the one before where that fits.
    pub fn wrap(&mut self, timestamp: u32, piece: &[u8], payload_type: u8) -> &[u8] {
        self.payload.clear();
        let before = self.before.take();
        let fitting = before.as_ref().filter(|(at, before)| {
            timestamp.wrapping_sub(*at) <= OFFSET_MAX && before.len() <= LENGTH_MAX
        });
        if let Some((at, before)) = fitting {
            let length = u32::try_from(before.len()).unwrap_or(0);
            let head = 1 << 31
                | u32::from(payload_type) << 24
                | timestamp.wrapping_sub(*at) << 10
                | length;
            self.payload.extend_from_slice(&head.to_be_bytes());
        }
        self.payload.push(payload_type);
        if let Some((_, before)) = fitting {
            self.payload.extend_from_slice(before);
        }
        self.payload.extend_from_slice(piece);
        let mut kept = before.map(|(_, before)| before).unwrap_or_default();
        kept.clear();
        kept.extend_from_slice(piece);
        self.before = Some((timestamp, kept));
        &self.payload
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playout::redundant;

    #[test]
    fn every_packet_but_the_first_has_the_piece_before_it() {
        let mut red = Red::default();
        assert_eq!(red.wrap(960, &[1, 1], 111), [111, 1, 1]);
        let second = red.wrap(1_920, &[2], 111).to_vec();
        assert_eq!(second[4..], [111, 1, 1, 2]);
        assert_eq!(redundant(&second, 1_920).collect::<Vec<_>>(), [960]);
    }

    #[test]
    fn a_piece_from_long_ago_is_left_out() {
        let mut red = Red::default();
        red.wrap(0, &[1], 111);
        assert_eq!(red.wrap(48_000, &[2], 111), [111, 2]);
    }
}
