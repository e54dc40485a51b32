//! What different clients negotiate.

use ids::Seat;
use sfu_core::{
    Extensions, Payloads, PublishedAudio, PublishedLayer, PublishedVideo, ReceiveLine, Session,
};

/// A kind of client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Rids without SSRCs, RED, RTX.
    Chromium,
    /// Rids with SSRCs, other numbers throughout, no RED.
    Firefox,
    /// One layer under a declared SSRC, RTX, RED.
    OneLayer,
    /// One layer, no SSRC declared, neither RTX nor RED nor most extensions; ids of two bytes.
    Plain,
}

pub(crate) const EVERYWHERE: [Kind; 4] =
    [Kind::Chromium, Kind::Firefox, Kind::OneLayer, Kind::Plain];

pub(crate) const AUDIO_MID: &str = "a";
pub(crate) const VIDEO_MID: &str = "v";

impl Kind {
    pub(crate) fn payloads(self) -> Payloads {
        match self {
            Self::Chromium => Payloads {
                opus: Some(111),
                red: Some(63),
                vp8: Some(96),
                vp8_rtx: Some(97),
                h264: Some(102),
                h264_rtx: Some(103),
            },
            Self::Firefox => Payloads {
                opus: Some(109),
                red: None,
                vp8: Some(120),
                vp8_rtx: Some(124),
                h264: None,
                h264_rtx: None,
            },
            Self::OneLayer => Payloads {
                opus: Some(96),
                red: Some(97),
                vp8: Some(100),
                vp8_rtx: Some(101),
                h264: Some(111),
                h264_rtx: Some(112),
            },
            Self::Plain => Payloads {
                opus: Some(97),
                vp8: Some(98),
                h264: Some(99),
                ..Payloads::default()
            },
        }
    }

    pub(crate) fn extensions(self) -> Extensions {
        match self {
            Self::Chromium => Extensions {
                audio_level: Some(1),
                abs_send_time: Some(2),
                transport_cc: Some(3),
                mid: Some(4),
                rid: Some(10),
                repaired_rid: Some(11),
            },
            Self::Firefox => Extensions {
                audio_level: Some(2),
                abs_send_time: Some(4),
                transport_cc: Some(7),
                mid: Some(3),
                rid: Some(9),
                repaired_rid: Some(10),
            },
            Self::OneLayer => Extensions {
                audio_level: Some(14),
                transport_cc: Some(5),
                mid: Some(9),
                ..Extensions::default()
            },
            Self::Plain => Extensions {
                audio_level: Some(20),
                transport_cc: Some(21),
                ..Extensions::default()
            },
        }
    }

    pub(crate) fn rids(self) -> &'static [Option<&'static str>] {
        match self {
            Self::Chromium | Self::Firefox => &[Some("q"), Some("h"), Some("f")],
            Self::OneLayer | Self::Plain => &[None],
        }
    }

    pub(crate) fn has_rtx(self) -> bool {
        self.payloads().vp8_rtx.is_some()
    }

    fn declares_ssrcs(self) -> bool {
        matches!(self, Self::Firefox | Self::OneLayer)
    }
}

/// The SSRC of a seat's own stream: 0 sound, 1.. layers, 11.. their retransmissions.
pub(crate) fn own_ssrc(seat: Seat, stream: u32) -> u32 {
    0x1000_0000 + u32::from(u8::from(seat)) * 0x100 + stream
}

/// The SSRC of a receive line: `line` from 0, of sound, picture, or retransmissions of the picture.
pub(crate) fn line_ssrc(seat: Seat, line: u32, stream: u32) -> u32 {
    0x5000_fff0 + u32::from(u8::from(seat)) * 0x1_0000 + line * 4 + stream
}

/// What a client of that kind negotiates in that seat.
pub(crate) fn session(seat: Seat, kind: Kind) -> Session {
    let declared = |stream| kind.declares_ssrcs().then(|| own_ssrc(seat, stream));
    let layers = (0..).zip(kind.rids()).map(|(layer, rid)| PublishedLayer {
        rid: rid.map(str::to_owned),
        ssrc: declared(1 + layer),
        rtx_ssrc: declared(11 + layer).filter(|_| kind.has_rtx()),
    });
    let line = |line: u32, stream: u32, name: &str| ReceiveLine {
        mid: format!("{name}{line}"),
        ssrc: line_ssrc(seat, line, stream),
        rtx_ssrc: (stream == 1 && kind.has_rtx()).then(|| line_ssrc(seat, line, 2)),
    };
    Session {
        audio: Some(PublishedAudio {
            mid: AUDIO_MID.into(),
            ssrc: declared(0),
        }),
        video: Some(PublishedVideo {
            mid: VIDEO_MID.into(),
            layers: layers.collect(),
        }),
        audio_receivers: (0..3).map(|n| line(n, 0, "sound")).collect(),
        video_receivers: (0..3).map(|n| line(n, 1, "picture")).collect(),
        audio_nack: kind == Kind::Chromium,
        payloads: kind.payloads(),
        extensions: kind.extensions(),
    }
}
