//! What a participant's offer and our answer agreed on: the seam between SDP and forwarding.
//!
//! `sfu-transport` fills a [`Session`] from an offer; a room needs nothing else of the SDP. One
//! session lasts as long as its `PeerConnection`: the fixed pool of receive lines is negotiated once
//! and never again.

/// One participant's media, as negotiated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Session {
    /// The line on which the participant sends sound.
    pub audio: Option<PublishedAudio>,
    /// The line on which the participant sends the picture.
    pub video: Option<PublishedVideo>,
    /// The lines on which the participant can receive sound, in the offer's order; at most three.
    pub audio_receivers: Vec<ReceiveLine>,
    /// The lines on which the participant can receive a picture, in the offer's order; at most three.
    pub video_receivers: Vec<ReceiveLine>,
    /// The participant may be asked for lost packets of its sound (RFC 4585 generic NACK), and sends them
    /// again as they were. It gets none again itself: no number is encrypted twice (RFC 7714 section
    /// 8.3).
    pub audio_nack: bool,
    /// The payload types of the participant's own numbering.
    pub payloads: Payloads,
    /// The header extension ids of the participant's own numbering.
    pub extensions: Extensions,
}

/// A line that carries the participant's sound to us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedAudio {
    /// The line's `mid` (RFC 5888), at most 16 bytes.
    pub mid: String,
    /// The SSRC that the offer declared, if it did.
    pub ssrc: Option<u32>,
}

/// A line that carries the participant's picture to us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedVideo {
    /// The line's `mid` (RFC 5888), at most 16 bytes.
    pub mid: String,
    /// The simulcast layers (RFC 8853) from low to high, at most three. A line without simulcast has
    /// one layer without a rid.
    pub layers: Vec<PublishedLayer>,
}

/// One encoding of a picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PublishedLayer {
    /// The restriction id (RFC 8851); `None` on a line without simulcast.
    pub rid: Option<String>,
    /// The SSRC that the offer declared, if it did. Chromium declares none with rids; the first
    /// packets' rid extension tells.
    pub ssrc: Option<u32>,
    /// The SSRC of the layer's retransmissions (RFC 4588), if the offer declared it.
    pub rtx_ssrc: Option<u32>,
}

/// A line on which we send to the participant, under SSRCs of ours that never change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiveLine {
    /// The line's `mid` (RFC 5888), at most 16 bytes.
    pub mid: String,
    /// The SSRC that our answer declared for the media.
    pub ssrc: u32,
    /// The SSRC that our answer declared for retransmissions; video lines with RTX only.
    pub rtx_ssrc: Option<u32>,
}

/// Payload types, in one participant's numbering. `None`: not agreed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Payloads {
    /// Opus (RFC 7587).
    pub opus: Option<u8>,
    /// Redundant audio around Opus (RFC 2198).
    pub red: Option<u8>,
    /// VP8 (RFC 7741).
    pub vp8: Option<u8>,
    /// Retransmissions of VP8 (RFC 4588).
    pub vp8_rtx: Option<u8>,
    /// H.264 constrained baseline, packetization mode 1 (RFC 6184).
    pub h264: Option<u8>,
    /// Retransmissions of H.264 (RFC 4588).
    pub h264_rtx: Option<u8>,
}

/// Header extension ids (RFC 8285), in one participant's numbering. `None`: not agreed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extensions {
    /// `urn:ietf:params:rtp-hdrext:sdes:mid` (RFC 9143).
    pub mid: Option<u8>,
    /// `urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id` (RFC 8852).
    pub rid: Option<u8>,
    /// `urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id` (RFC 8852).
    pub repaired_rid: Option<u8>,
    /// `urn:ietf:params:rtp-hdrext:ssrc-audio-level` (RFC 6464).
    pub audio_level: Option<u8>,
    /// Transport-wide sequence numbers (draft-holmer-rmcat-transport-wide-cc-extensions-01).
    pub transport_cc: Option<u8>,
    /// `http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time`.
    pub abs_send_time: Option<u8>,
}
