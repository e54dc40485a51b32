//! One stream that a client receives: what is missing, what it shows, and what to ask for.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use rtc::rtcp::reception_report::ReceptionReport;

use super::{
    rtp::Header,
    sdp::{RED, RemoteSource},
    srtp::nearest,
};
use crate::{
    continuity::{Continuity, Mark},
    freezes::Freezes,
    playout::{self, Playout},
    synthetic::Stamp,
    tally::Pictures,
};

/// How often a key frame is asked for while none comes.
const KEY_FRAME_PATIENCE: Duration = Duration::from_secs(1);
/// From a gap to asking for what is missing: reordering is given a moment.
const NACK_AFTER: Duration = Duration::from_millis(5);
/// How often and how many times something is asked for.
const NACK_EVERY: Duration = Duration::from_millis(60);
const NACK_TIMES: u8 = 10;
/// The most that is asked for at a time; a longer gap needs a key frame instead.
const MISSING_MAX: usize = 256;

/// A stream of the server's.
#[derive(Debug)]
pub struct Incoming {
    /// What the answer says of it.
    pub source: RemoteSource,
    highest: Option<u64>,
    sequences: Continuity,
    contents: Continuity,
    bytes: u64,
    first_packet: Option<Instant>,
    picture: Option<Picture>,
    voice: Playout,
    missing: BTreeMap<u64, Missing>,
    middle_ntp: Option<(u32, Instant)>,
    reported: (u64, u64),
}

#[derive(Debug, Default)]
struct Picture {
    frames: Pictures,
    freezes: Freezes,
    asked: Option<Instant>,
    requests: u64,
}

#[derive(Clone, Copy, Debug)]
struct Missing {
    next: Instant,
    times: u8,
}

/// What a stream came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Came {
    /// Different packets, brought back ones included.
    pub packets: u64,
    /// Sequence numbers that never came.
    pub lost: u64,
    /// Packets that came twice.
    pub twice: u64,
    /// Packets of the sender's that were not passed on although their neighbours were.
    pub withheld: u64,
    /// Pictures that could be shown.
    pub frames: u64,
    /// Times that the picture froze.
    pub freezes: u64,
    /// Key frames that were asked for.
    pub key_frame_requests: u64,
    /// Pieces of sound that were to be played, 20 ms each.
    pub sounds_due: u64,
    /// Those of them that were not there in time.
    pub sounds_concealed: u64,
}

impl Incoming {
    /// Nothing has come yet.
    #[must_use]
    pub fn new(source: RemoteSource) -> Self {
        Self {
            picture: source.picture.then(Picture::default),
            source,
            highest: None,
            sequences: Continuity::default(),
            contents: Continuity::default(),
            bytes: 0,
            first_packet: None,
            voice: Playout::default(),
            missing: BTreeMap::new(),
            middle_ntp: None,
            reported: (0, 0),
        }
    }

    /// A packet came. Returns its stamp, if it has one and did not come before.
    pub fn handle(&mut self, header: Header, payload: &[u8], now: Instant) -> Option<Stamp> {
        // One cycle up, so that packets from before the first one stay above zero.
        let number = self.highest.map_or_else(
            || u64::from(header.sequence) + 0x1_0000,
            |highest| nearest(highest, header.sequence),
        );
        let mark = self.sequences.mark(number);
        self.highest = self.sequences.highest();
        match mark {
            Mark::Next => {}
            Mark::Ahead(gap) => self.note_missing(number, gap, now),
            Mark::Filled => {
                self.missing.remove(&number);
            }
            Mark::Twice | Mark::Late => return None,
        }
        self.bytes += payload.len() as u64;
        self.first_packet.get_or_insert(now);
        if let Some(picture) = &mut self.picture {
            let before = picture.frames.frames();
            picture
                .frames
                .count(header.sequence, header.marker, payload, now);
            for _ in before..picture.frames.frames() {
                picture.freezes.rendered(now);
            }
        } else {
            self.voice.arrived(header.timestamp, header.marker, now);
            if header.payload_type == RED {
                for timestamp in playout::redundant(payload, header.timestamp) {
                    self.voice.recovered(timestamp, now);
                }
            }
        }
        let stamp = Stamp::read(payload)?;
        self.contents.mark(stamp.number);
        Some(stamp)
    }

    /// A sender report about the stream came.
    pub fn handle_report(&mut self, middle_ntp: u32, now: Instant) {
        self.middle_ntp = Some((middle_ntp, now));
    }

    /// Sequence numbers to ask for now.
    pub fn take_missing(&mut self, now: Instant) -> Vec<u16> {
        let mut due = vec![];
        self.missing.retain(|number, missing| {
            if missing.next <= now {
                #[expect(clippy::cast_possible_truncation, reason = "the 16 bits on the wire")]
                due.push(*number as u16);
                missing.next = now + NACK_EVERY;
                missing.times += 1;
            }
            missing.times < NACK_TIMES
        });
        due
    }

    /// Whether to ask for a key frame now.
    pub fn take_key_frame_request(&mut self, now: Instant) -> bool {
        let Some(picture) = &mut self.picture else {
            return false;
        };
        let waiting = self.highest.is_some() && picture.frames.wants_key_frame();
        let patient = picture
            .asked
            .is_none_or(|at| now.saturating_duration_since(at) > KEY_FRAME_PATIENCE);
        if waiting && patient {
            picture.asked = Some(now);
            picture.requests += 1;
        }
        waiting && patient
    }

    /// When something is to be asked for.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.missing.values().map(|missing| missing.next).min()
    }

    /// The first picture that could be shown, or the first packet of sound.
    #[must_use]
    pub fn first(&self) -> Option<Instant> {
        match &self.picture {
            Some(picture) => picture.frames.first_frame(),
            None => self.first_packet,
        }
    }

    /// What it came to so far.
    #[must_use]
    pub fn came(&self) -> Came {
        let picture = self.picture.as_ref();
        let lost = self.sequences.missing();
        Came {
            packets: self.sequences.came(),
            lost,
            twice: self.sequences.twice(),
            withheld: self.contents.missing().saturating_sub(lost),
            frames: picture.map_or(0, |picture| picture.frames.frames()),
            freezes: picture.map_or(0, |picture| picture.freezes.count()),
            key_frame_requests: picture.map_or(0, |picture| picture.requests),
            sounds_due: self.voice.due(),
            sounds_concealed: self.voice.concealed(),
        }
    }

    /// A report about it (RFC 3550 section 6.4.1). `None` before the first packet.
    pub fn report(&mut self, now: Instant) -> Option<ReceptionReport> {
        let highest = self.highest?;
        let (came, lost) = (self.sequences.came(), self.sequences.missing());
        let (came_before, lost_before) = std::mem::replace(&mut self.reported, (came, lost));
        let new_lost = lost.saturating_sub(lost_before);
        let expected = new_lost + (came - came_before);
        let fraction = (new_lost * 256).checked_div(expected).unwrap_or(0);
        let (last_sender_report, delay) = self.middle_ntp.map_or((0, 0), |(middle, at)| {
            let delay = now.saturating_duration_since(at).as_micros() * 65_536 / 1_000_000;
            (middle, u32::try_from(delay).unwrap_or(u32::MAX))
        });
        Some(ReceptionReport {
            ssrc: self.source.ssrc,
            fraction_lost: u8::try_from(fraction).unwrap_or(u8::MAX),
            total_lost: u32::try_from(lost).unwrap_or(u32::MAX).min(0x7F_FFFF),
            // One cycle was added to begin with.
            last_sequence_number: u32::try_from(highest - 0x1_0000).unwrap_or(u32::MAX),
            jitter: 0,
            last_sender_report,
            delay,
        })
    }

    fn note_missing(&mut self, number: u64, gap: u64, now: Instant) {
        if self.source.rtx_ssrc.is_none() {
            return;
        }
        let missing = Missing {
            next: now + NACK_AFTER,
            times: 0,
        };
        let nearest = gap.min(MISSING_MAX as u64);
        self.missing
            .extend((number - nearest..number).map(|number| (number, missing)));
        while self.missing.len() > MISSING_MAX {
            self.missing.pop_first();
        }
    }
}

impl Came {
    /// What came since `then`.
    #[must_use]
    pub const fn since(self, then: Self) -> Self {
        Self {
            packets: self.packets - then.packets,
            lost: self.lost.saturating_sub(then.lost),
            twice: self.twice - then.twice,
            withheld: self.withheld.saturating_sub(then.withheld),
            frames: self.frames - then.frames,
            freezes: self.freezes - then.freezes,
            key_frame_requests: self.key_frame_requests - then.key_frame_requests,
            sounds_due: self.sounds_due - then.sounds_due,
            sounds_concealed: self.sounds_concealed - then.sounds_concealed,
        }
    }

    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            packets: self.packets + other.packets,
            lost: self.lost + other.lost,
            twice: self.twice + other.twice,
            withheld: self.withheld + other.withheld,
            frames: self.frames + other.frames,
            freezes: self.freezes + other.freezes,
            key_frame_requests: self.key_frame_requests + other.key_frame_requests,
            sounds_due: self.sounds_due + other.sounds_due,
            sounds_concealed: self.sounds_concealed + other.sounds_concealed,
        }
    }
}
