//! What is told at the end: for every bot, every call that it was in.

use serde::Serialize;

/// All bots.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// In the order of the command line: the terminal first.
    pub participants: Vec<BotReport>,
}

/// One bot.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct BotReport {
    /// `terminal`, `visitor 1` and so on.
    pub name: String,
    /// Every call: more than one after a return, or at a terminal with several visits.
    pub calls: Vec<CallReport>,
    /// Why it stopped: a reason of `ended`, a code of `error`, `stopped`, or what went wrong.
    pub outcome: String,
}

/// One call, that is, one `PeerConnection` that was answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CallReport {
    /// One's own seat.
    pub seat: u8,
    /// From the offer to the answer, ms; for who was early, from the window's opening.
    pub join_ms: u64,
    /// From the offer until media could flow, ms; absent when it never could.
    pub connected_ms: Option<u64>,
    /// From the offer to the first whole picture of anybody, ms.
    pub first_frame_ms: Option<u64>,
    /// Packets of sound sent.
    pub audio_packets_sent: u64,
    /// Packets of the picture sent, of all layers.
    pub video_packets_sent: u64,
    /// Key frames that the server asked for.
    pub key_frame_requests: u64,
    /// The most of them within any one second.
    pub key_frame_requests_a_second: u64,
    /// What came, by the others' seats.
    pub lines: Vec<LineReport>,
}

/// What came from one other seat.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LineReport {
    /// Whose.
    pub seat: u8,
    /// The sound; absent without a line for it.
    pub audio: Option<StreamReport>,
    /// The picture; absent without a line for it.
    pub video: Option<StreamReport>,
}

/// What came of one stream.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct StreamReport {
    /// Packets that came.
    pub packets: u64,
    /// Bytes of payload in them.
    pub bytes: u64,
    /// Packets that are missing in between.
    pub lost: u64,
    /// Pictures that could be decoded; absent for sound.
    pub frames: Option<u64>,
    /// Key frames among them; absent for sound.
    pub key_frames: Option<u64>,
    /// Freezes, as WebRTC's statistics count them; absent for sound.
    pub freezes: Option<u64>,
    /// Pieces of sound that were to be played, 20 ms each; absent for pictures.
    pub sounds_due: Option<u64>,
    /// Those of them that were not there in time; absent for pictures.
    pub sounds_concealed: Option<u64>,
    /// From the offer to the first packet of sound, or to the first whole picture, ms.
    pub first_ms: Option<u64>,
}
