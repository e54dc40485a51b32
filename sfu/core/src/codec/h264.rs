//! Key frames of H.264 (RFC 6184 sections 5.6 to 5.8).

const NAL_IDR: u8 = 5;
const NAL_SPS: u8 = 7;
const STAP_A: u8 = 24;
const FU_A: u8 = 28;

/// What of a key frame begins in a packet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct KeyFrameParts {
    /// A sequence parameter set, which comes before the picture that needs it.
    pub(crate) parameters: bool,
    /// The first slice of an IDR picture.
    pub(crate) picture: bool,
}

/// Looks into single NAL units, aggregates (STAP-A) and first fragments (FU-A).
pub(crate) fn key_frame_parts(payload: &[u8]) -> KeyFrameParts {
    let mut parts = KeyFrameParts::default();
    let Some((&header, rest)) = payload.split_first() else {
        return parts;
    };
    match header & 0x1f {
        STAP_A => {
            let mut rest = rest;
            while let Some((length, after)) = rest.split_first_chunk() {
                let length = usize::from(u16::from_be_bytes(*length));
                let Some((unit, after)) = after.split_at_checked(length) else {
                    break;
                };
                if let Some((&header, slice)) = unit.split_first() {
                    parts.note(header & 0x1f, slice);
                }
                rest = after;
            }
        }
        FU_A => {
            if let Some((&fragment, slice)) = rest.split_first()
                && fragment & 0x80 != 0
            {
                parts.note(fragment & 0x1f, slice);
            }
        }
        kind => parts.note(kind, rest),
    }
    parts
}

impl KeyFrameParts {
    fn note(&mut self, kind: u8, slice: &[u8]) {
        match kind {
            NAL_SPS => self.parameters = true,
            // first_mb_in_slice is zero exactly when its Exp-Golomb code is the single bit 1.
            NAL_IDR => self.picture |= slice.first().is_some_and(|first| first & 0x80 != 0),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: KeyFrameParts = KeyFrameParts {
        parameters: false,
        picture: false,
    };
    const PARAMETERS: KeyFrameParts = KeyFrameParts {
        parameters: true,
        picture: false,
    };
    const PICTURE: KeyFrameParts = KeyFrameParts {
        parameters: false,
        picture: true,
    };

    #[test]
    fn single_units_tell_their_type() {
        assert_eq!(key_frame_parts(&[0x67, 0x42]), PARAMETERS);
        assert_eq!(key_frame_parts(&[0x65, 0x88]), PICTURE);
        assert_eq!(
            key_frame_parts(&[0x65, 0x40]),
            NOTHING,
            "a later slice of the picture"
        );
        assert_eq!(key_frame_parts(&[0x41, 0x9a]), NOTHING);
    }

    #[test]
    fn aggregates_are_searched_to_their_end_or_to_the_break() {
        let both = [0x78, 0, 2, 0x67, 0x42, 0, 1, 0x68, 0, 2, 0x65, 0x88];
        assert_eq!(
            key_frame_parts(&both),
            KeyFrameParts {
                parameters: true,
                picture: true
            }
        );
        assert_eq!(key_frame_parts(&both[..9]), PARAMETERS);
        assert_eq!(key_frame_parts(&[0x78, 0xff, 0xff, 0x65]), NOTHING);
    }

    #[test]
    fn only_the_first_fragment_begins_a_picture() {
        assert_eq!(key_frame_parts(&[0x7c, 0x85, 0x88]), PICTURE);
        assert_eq!(key_frame_parts(&[0x7c, 0x05, 0x88]), NOTHING);
        assert_eq!(key_frame_parts(&[0x7c]), NOTHING);
        assert_eq!(key_frame_parts(&[]), NOTHING);
    }
}
