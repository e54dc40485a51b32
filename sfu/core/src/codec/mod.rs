//! The codecs that a call uses, as far as forwarding must look into them.

pub(crate) mod h264;
pub(crate) mod red;
pub(crate) mod vp8;

use crate::session::Payloads;

/// The clock of Opus (RFC 7587 section 4.1), Hz.
pub(crate) const AUDIO_CLOCK: u32 = 48_000;
/// The clock of every picture (RFC 7741, RFC 6184), Hz.
pub(crate) const VIDEO_CLOCK: u32 = 90_000;

/// What a payload type stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Codec {
    Opus,
    Red,
    Vp8,
    H264,
}

/// A payload type, understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Payload {
    Media(Codec),
    /// Retransmissions of that codec's packets (RFC 4588).
    Retransmission(Codec),
}

impl Payload {
    /// What `payload_type` means in the numbering of `payloads`.
    pub(crate) fn of(payload_type: u8, payloads: &Payloads) -> Option<Self> {
        let number = Some(payload_type);
        if number == payloads.vp8 {
            Some(Self::Media(Codec::Vp8))
        } else if number == payloads.opus {
            Some(Self::Media(Codec::Opus))
        } else if number == payloads.red {
            Some(Self::Media(Codec::Red))
        } else if number == payloads.h264 {
            Some(Self::Media(Codec::H264))
        } else if number == payloads.vp8_rtx {
            Some(Self::Retransmission(Codec::Vp8))
        } else if number == payloads.h264_rtx {
            Some(Self::Retransmission(Codec::H264))
        } else {
            None
        }
    }
}

impl Codec {
    /// Whether this is sound.
    pub(crate) fn is_audio(self) -> bool {
        matches!(self, Self::Opus | Self::Red)
    }

    /// The codec's number in `payloads`.
    pub(crate) fn payload_type(self, payloads: &Payloads) -> Option<u8> {
        match self {
            Self::Opus => payloads.opus,
            Self::Red => payloads.red,
            Self::Vp8 => payloads.vp8,
            Self::H264 => payloads.h264,
        }
    }

    /// The number in `payloads` of retransmissions of this codec.
    pub(crate) fn retransmission_type(self, payloads: &Payloads) -> Option<u8> {
        match self {
            Self::Opus | Self::Red => None,
            Self::Vp8 => payloads.vp8_rtx,
            Self::H264 => payloads.h264_rtx,
        }
    }
}
