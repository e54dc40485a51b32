//! Redundant audio (RFC 2198): the blocks' headers, then the blocks, the newest last.
//!
//! Every block header repeats a payload type, so forwarding renumbers each; a receiver without
//! redundancy gets the newest block alone.
//!
//! Opus may protect itself besides: a packet then holds the one before it once more, coarser (in-band
//! FEC, RFC 6716 section 2.1.7). An encoder adds that where both sides agreed on `useinbandfec` and our
//! reports tell it of loss. Blocks are never looked into, so it is in each of them, and the two live
//! together: who gets redundant audio rests on that, and who does not has FEC alone.

/// More redundant blocks than this is nonsense; Chromium sends one or two.
const BLOCKS_MAX: usize = 8;

/// Room for every block header.
pub(crate) const HEADERS_MAX: usize = BLOCKS_MAX * 4 + 1;

/// A redundant payload, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Blocks<'a> {
    headers: &'a [u8],
    /// The blocks themselves, redundant and newest.
    pub(crate) data: &'a [u8],
    /// The newest block.
    pub(crate) newest: &'a [u8],
}

impl<'a> Blocks<'a> {
    /// `None` when the payload is cut short or holds anything but `payload_type`.
    pub(crate) fn parse(payload: &'a [u8], payload_type: u8) -> Option<Self> {
        let mut redundant = 0;
        let mut at = 0;
        for _ in 0..=BLOCKS_MAX {
            let first = *payload.get(at)?;
            if first & 0x7f != payload_type {
                return None;
            }
            if first & 0x80 == 0 {
                let (headers, data) = payload.split_at_checked(at + 1)?;
                return Some(Self {
                    headers,
                    data,
                    newest: data.get(redundant..)?,
                });
            }
            let [_, _, high, low] = *payload.get(at..)?.first_chunk()?;
            redundant += usize::from(u16::from_be_bytes([high & 0x03, low]));
            at += 4;
        }
        None
    }

    /// The blocks before the newest, oldest first: how much older each is, in ticks, and its data.
    pub(crate) fn redundant(&self) -> impl Iterator<Item = (u32, &'a [u8])> + use<'a> {
        let mut data = self.data;
        self.headers.chunks_exact(4).map_while(move |header| {
            let [_, a, b, c] = *header.first_chunk()?;
            let bits = u32::from_be_bytes([0, a, b, c]);
            let length = usize::try_from(bits & 0x3ff).ok()?;
            let (block, rest) = data.split_at_checked(length)?;
            data = rest;
            Some((bits >> 10, block))
        })
    }

    /// Writes the block headers with another payload type.
    pub(crate) fn write_headers<'b>(
        &self,
        payload_type: u8,
        out: &'b mut [u8; HEADERS_MAX],
    ) -> &'b [u8] {
        let out = &mut out[..self.headers.len()];
        out.copy_from_slice(self.headers);
        for first in out.iter_mut().step_by(4) {
            *first = (*first & 0x80) | payload_type;
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One redundant block of two bytes, 960 ticks older, then the newest.
    const PAYLOAD: [u8; 9] = [0x80 | 111, 0x0f, 0x00, 0x02, 111, 1, 2, 3, 4];

    #[test]
    fn blocks_are_renumbered_and_the_newest_is_found() {
        let blocks = Blocks::parse(&PAYLOAD, 111).unwrap();
        assert_eq!(blocks.newest, [3, 4]);
        assert_eq!(blocks.data, [1, 2, 3, 4]);
        assert_eq!(blocks.redundant().collect::<Vec<_>>(), [(960, &[1, 2][..])]);
        let mut out = [0; HEADERS_MAX];
        assert_eq!(
            blocks.write_headers(109, &mut out),
            [0x80 | 109, 0x0f, 0x00, 0x02, 109]
        );
    }

    #[test]
    fn what_does_not_hold_together_is_none() {
        assert_eq!(Blocks::parse(&PAYLOAD, 96), None);
        for length in 0..7 {
            assert_eq!(
                Blocks::parse(&PAYLOAD[..length], 111),
                None,
                "{length} bytes"
            );
        }
        assert_eq!(
            Blocks::parse(&[0x80 | 111; 64], 111),
            None,
            "no end of headers"
        );
    }
}
