//! Header extensions (RFC 8285): one-byte elements under profile 0xBEDE, two-byte elements under
//! 0x100x.

use crate::session::Extensions;

pub(crate) const ONE_BYTE: u16 = 0xbede;
pub(crate) const TWO_BYTE: u16 = 0x1000;

/// The extensions that a room understands, of one packet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ExtensionValues<'a> {
    pub(crate) mid: Option<&'a [u8]>,
    pub(crate) rid: Option<&'a [u8]>,
    pub(crate) repaired_rid: Option<&'a [u8]>,
    /// Voice activity in the high bit, loudness in -dBov below it (RFC 6464 section 3).
    pub(crate) audio_level: Option<u8>,
    pub(crate) transport_cc: Option<u16>,
}

impl<'a> ExtensionValues<'a> {
    /// Reads what can be read: a block that is broken off ends there.
    pub(crate) fn read(profile: u16, block: &'a [u8], ids: &Extensions) -> Self {
        let mut values = Self::default();
        for (id, data) in (Elements {
            profile,
            rest: block,
        }) {
            let id = Some(id);
            if id == ids.transport_cc {
                values.transport_cc = data.first_chunk().map(|bytes| u16::from_be_bytes(*bytes));
            } else if id == ids.audio_level {
                values.audio_level = data.first().copied();
            } else if id == ids.mid {
                values.mid = Some(data);
            } else if id == ids.rid {
                values.rid = Some(data);
            } else if id == ids.repaired_rid {
                values.repaired_rid = Some(data);
            }
        }
        values
    }
}

struct Elements<'a> {
    profile: u16,
    rest: &'a [u8],
}

impl<'a> Iterator for Elements<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (&first, after) = self.rest.split_first()?;
            if first == 0 {
                self.rest = after;
                continue;
            }
            let (id, length, after) = if self.profile == ONE_BYTE {
                // Id 15 ends the block (RFC 8285 section 4.2).
                if first >> 4 == 15 {
                    return None;
                }
                (first >> 4, usize::from(first & 0x0f) + 1, after)
            } else if self.profile & 0xfff0 == TWO_BYTE {
                let (&length, after) = after.split_first()?;
                (first, usize::from(length), after)
            } else {
                return None;
            };
            let (data, after) = after.split_at_checked(length)?;
            self.rest = after;
            return Some((id, data));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDS: Extensions = Extensions {
        mid: Some(1),
        rid: Some(2),
        repaired_rid: Some(3),
        audio_level: Some(4),
        transport_cc: Some(5),
        abs_send_time: Some(6),
    };

    #[test]
    fn one_byte_elements_are_read_past_padding_and_strangers() {
        let block = [
            0x10, b'0', 0, 0x62, 9, 9, 9, 0x40, 0x85, 0x51, 0x01, 0x02, 0x21, b'h', b'i',
        ];
        let values = ExtensionValues::read(ONE_BYTE, &block, &IDS);
        assert_eq!(values.mid, Some(&b"0"[..]));
        assert_eq!(values.rid, Some(&b"hi"[..]));
        assert_eq!(values.audio_level, Some(0x85));
        assert_eq!(values.transport_cc, Some(0x0102));
        assert_eq!(values.repaired_rid, None);
    }

    #[test]
    fn two_byte_elements_are_read_whatever_the_application_bits() {
        let block = [5, 2, 0xff, 0xfe, 0, 3, 1, b'q', 4, 0];
        let values = ExtensionValues::read(0x1003, &block, &IDS);
        assert_eq!(values.transport_cc, Some(0xfffe));
        assert_eq!(values.repaired_rid, Some(&b"q"[..]));
        assert_eq!(values.audio_level, None);
    }

    #[test]
    fn a_broken_block_gives_what_came_before_the_break() {
        let values = ExtensionValues::read(ONE_BYTE, &[0x10, b'0', 0x5f, 1], &IDS);
        assert_eq!(values.mid, Some(&b"0"[..]));
        assert_eq!(values.transport_cc, None);
        let values = ExtensionValues::read(ONE_BYTE, &[0xf0, 0x10, b'0'], &IDS);
        assert_eq!(values.mid, None);
        assert_eq!(
            ExtensionValues::read(0x1234, &[0x10, b'0'], &IDS),
            ExtensionValues::default()
        );
    }
}
