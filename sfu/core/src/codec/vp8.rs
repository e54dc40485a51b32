//! The VP8 payload descriptor (RFC 7741 section 4.2), and what of it changes on the way.
//!
//! ```text
//!  X R N S R PID | I L T K … | M picture id (7 or 15 bits) | TL0PICIDX | TID Y KEYIDX
//! ```
//! A receiver's decoder takes a jump in picture ids or in TL0PICIDX for loss. So both go on
//! continuously when the picture goes on from another layer, by adding to every packet's numbers what
//! keeps them in step; the width of the picture id stays what the publisher chose.

/// The longest descriptor.
pub(crate) const DESCRIPTOR_MAX: usize = 6;

/// A picture id, as wide as it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PictureId {
    pub(crate) value: u16,
    /// 15 bits rather than 7.
    pub(crate) wide: bool,
}

impl PictureId {
    /// The id that goes out.
    pub(crate) fn shifted(self, shift: Shift) -> Self {
        Self {
            value: self.value.wrapping_add(shift.picture_id) & self.mask(),
            ..self
        }
    }

    /// Whether this picture comes after another, the ids being as wide as this one.
    pub(crate) fn is_after(self, other: Self) -> bool {
        let ahead = self.value.wrapping_sub(other.value) & self.mask();
        ahead != 0 && ahead <= self.mask() / 2
    }

    fn mask(self) -> u16 {
        if self.wide { 0x7fff } else { 0x7f }
    }
}

/// A descriptor, parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Descriptor {
    /// Bytes of the descriptor.
    pub(crate) length: usize,
    pub(crate) picture_id: Option<PictureId>,
    /// Where the picture id stands.
    picture_id_at: usize,
    pub(crate) tl0_picture_index: Option<u8>,
    /// Where TL0PICIDX stands.
    tl0_at: usize,
    /// The packet begins a key frame (RFC 7741 section 4.3: the P bit is clear).
    pub(crate) starts_key_frame: bool,
}

/// What is added to the numbers of a stream to continue another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shift {
    pub(crate) picture_id: u16,
    pub(crate) tl0_picture_index: u8,
}

impl Descriptor {
    /// `None` for a payload without a whole descriptor.
    pub(crate) fn parse(payload: &[u8]) -> Option<Self> {
        let first = *payload.first()?;
        let mut at = 1;
        let mut descriptor = Self {
            length: 1,
            picture_id: None,
            picture_id_at: 0,
            tl0_picture_index: None,
            tl0_at: 0,
            starts_key_frame: false,
        };
        if first & 0x80 != 0 {
            let flags = *payload.get(at)?;
            at += 1;
            if flags & 0x80 != 0 {
                let high = *payload.get(at)?;
                descriptor.picture_id_at = at;
                let wide = high & 0x80 != 0;
                let value = if wide {
                    u16::from_be_bytes([high & 0x7f, *payload.get(at + 1)?])
                } else {
                    u16::from(high)
                };
                at += if wide { 2 } else { 1 };
                descriptor.picture_id = Some(PictureId { value, wide });
            }
            if flags & 0x40 != 0 {
                descriptor.tl0_at = at;
                descriptor.tl0_picture_index = Some(*payload.get(at)?);
                at += 1;
            }
            if flags & 0x30 != 0 {
                payload.get(at)?;
                at += 1;
            }
        }
        let starts_frame = first & 0x10 != 0 && first & 0x07 == 0;
        descriptor.length = at;
        descriptor.starts_key_frame =
            starts_frame && payload.get(at).is_some_and(|header| header & 0x01 == 0);
        Some(descriptor)
    }

    /// Writes the descriptor of `payload`, which this was parsed from, with its numbers shifted.
    pub(crate) fn write_shifted<'a>(
        &self,
        payload: &[u8],
        shift: Shift,
        out: &'a mut [u8; DESCRIPTOR_MAX],
    ) -> &'a [u8] {
        let out = &mut out[..self.length];
        out.copy_from_slice(&payload[..self.length]);
        if let Some(id) = self.picture_id {
            let [high, low] = id.shifted(shift).value.to_be_bytes();
            if id.wide {
                out[self.picture_id_at] = high | 0x80;
                out[self.picture_id_at + 1] = low;
            } else {
                out[self.picture_id_at] = low;
            }
        }
        if let Some(index) = self.tl0_picture_index {
            out[self.tl0_at] = index.wrapping_add(shift.tl0_picture_index);
        }
        out
    }
}

/// The width and height in a key frame's header (RFC 6386 section 9.1); `None` if it is cut short or
/// none.
pub(crate) fn key_frame_size(frame: &[u8]) -> Option<(u16, u16)> {
    let [_, _, _, 0x9d, 0x01, 0x2a, w0, w1, h0, h1] = *frame.first_chunk()? else {
        return None;
    };
    // Two bits of each say how the picture is to be scaled.
    let pixels = |low, high| u16::from_le_bytes([low, high]) & 0x3fff;
    Some((pixels(w0, w1), pixels(h0, h1))).filter(|(width, height)| *width > 0 && *height > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// X, S; I, L, T, K; 15-bit picture id 0x7fff; TL0PICIDX 255; TID; then a key frame's header.
    const FULL: [u8; 8] = [0x90, 0xf0, 0xff, 0xff, 0xff, 0x20, 0x00, 0xaa];

    #[test]
    fn a_full_descriptor_reads_and_its_numbers_wrap_when_shifted() {
        let descriptor = Descriptor::parse(&FULL).unwrap();
        assert_eq!(descriptor.length, 6);
        assert_eq!(
            descriptor.picture_id,
            Some(PictureId {
                value: 0x7fff,
                wide: true
            })
        );
        assert_eq!(descriptor.tl0_picture_index, Some(255));
        assert!(descriptor.starts_key_frame);
        let mut out = [0; DESCRIPTOR_MAX];
        let shift = Shift {
            picture_id: 2,
            tl0_picture_index: 3,
        };
        let written = descriptor.write_shifted(&FULL, shift, &mut out);
        assert_eq!(written, [0x90, 0xf0, 0x80, 0x01, 0x02, 0x20]);
    }

    #[test]
    fn a_narrow_picture_id_stays_narrow() {
        let payload = [0x90, 0x80, 0x7f, 0x01];
        let descriptor = Descriptor::parse(&payload).unwrap();
        assert_eq!(
            descriptor.picture_id,
            Some(PictureId {
                value: 127,
                wide: false
            })
        );
        assert!(!descriptor.starts_key_frame, "the P bit is set");
        let mut out = [0; DESCRIPTOR_MAX];
        let shift = Shift {
            picture_id: 1,
            tl0_picture_index: 0,
        };
        assert_eq!(
            descriptor.write_shifted(&payload, shift, &mut out),
            [0x90, 0x80, 0x00]
        );
    }

    #[test]
    fn a_bare_descriptor_and_a_later_partition_are_told_apart() {
        assert!(Descriptor::parse(&[0x10, 0x00]).unwrap().starts_key_frame);
        assert!(
            !Descriptor::parse(&[0x00, 0x00]).unwrap().starts_key_frame,
            "continues a frame"
        );
        assert!(
            !Descriptor::parse(&[0x11, 0x00]).unwrap().starts_key_frame,
            "second partition"
        );
        assert!(
            !Descriptor::parse(&[0x10]).unwrap().starts_key_frame,
            "no frame follows"
        );
    }

    #[test]
    fn a_key_frame_tells_its_size() {
        let frame = [0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x42, 0x68, 0x01, 0xff];
        assert_eq!(key_frame_size(&frame), Some((640, 360)));
        assert_eq!(key_frame_size(&frame[..9]), None);
        assert_eq!(key_frame_size(&[0; 10]), None);
    }

    #[test]
    fn a_descriptor_cut_short_is_none() {
        for length in 0..6 {
            assert_eq!(Descriptor::parse(&FULL[..length]), None, "{length} bytes");
        }
    }
}
