//! Who speaks, from the audio levels that publishers state (RFC 6464).
//!
//! Each seat's loudness is smoothed over some packets, so that a cough is no speech. Somebody takes the
//! floor by being clearly louder than whoever has it for a while, and keeps it through the pauses
//! between sentences.

use std::time::{Duration, Instant};

use ids::Seat;

/// Above this loudness, 127 being the loudest and 0 silence, somebody speaks: -50 dBov.
const SPEECH: i32 = 77;
/// This much louder than the speaker, in dB, challenges.
const MARGIN: i32 = 6;
/// How long a challenge must last, against a speaker and against silence.
const CHALLENGE: Duration = Duration::from_millis(500);
const FIRST_WORD: Duration = Duration::from_millis(150);
/// How long the floor is kept in silence.
const PAUSE: Duration = Duration::from_secs(2);
/// A level this old says nothing any more: muted, or gone.
const STALE: Duration = Duration::from_millis(300);

/// Loudness is kept in sixteenths.
const SCALE: i32 = 16;

#[derive(Clone, Copy, Debug)]
struct Voice {
    /// Smoothed, in sixteenths of a dB above -127 dBov.
    loudness: i32,
    heard_at: Instant,
    /// Since when this seat has been challenging.
    challenging_since: Option<Instant>,
}

/// The choice of the dominant speaker.
#[derive(Debug, Default)]
pub(crate) struct Speaker {
    voices: [Option<Voice>; Seat::COUNT],
    current: Option<Seat>,
    /// When the speaker was last heard to speak.
    spoke_at: Option<Instant>,
}

impl Speaker {
    /// Takes a packet's audio level. Returns the new speaker, if that changes it.
    pub(crate) fn heard(&mut self, seat: Seat, level: u8, now: Instant) -> Option<Seat> {
        let latest = (127 - i32::from(level & 0x7f)) * SCALE;
        let before = self.voices[seat.index()].filter(|voice| fresh(voice, now));
        let loudness = before.map_or(0, |voice| voice.loudness);
        // Up within some packets, down more slowly.
        let step = if latest > loudness { 4 } else { 8 };
        let loudness = loudness + (latest - loudness) / step;
        let mut voice = Voice {
            loudness,
            heard_at: now,
            challenging_since: before.and_then(|voice| voice.challenging_since),
        };
        let mut taken = None;
        if self.current == Some(seat) {
            if loudness >= SPEECH * SCALE {
                self.spoke_at = Some(now);
            }
        } else {
            let (floor, lasting) = match self.loudness_of_speaker(now) {
                Some(loudness) => ((loudness + MARGIN * SCALE).max(SPEECH * SCALE), CHALLENGE),
                None => (SPEECH * SCALE, FIRST_WORD),
            };
            if loudness < floor {
                voice.challenging_since = None;
            } else {
                let since = *voice.challenging_since.get_or_insert(now);
                if now.saturating_duration_since(since) >= lasting {
                    voice.challenging_since = None;
                    self.current = Some(seat);
                    self.spoke_at = Some(now);
                    taken = Some(seat);
                }
            }
        }
        self.voices[seat.index()] = Some(voice);
        taken
    }

    /// Forgets a seat. Returns whether it was the speaker's.
    pub(crate) fn leave(&mut self, seat: Seat) -> bool {
        self.voices[seat.index()] = None;
        let was_speaker = self.current == Some(seat);
        if was_speaker {
            self.current = None;
            self.spoke_at = None;
        }
        was_speaker
    }

    /// When the floor falls free, if nothing is heard until then.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.spoke_at.map(|at| at + PAUSE)
    }

    /// Returns whether the floor has fallen free.
    pub(crate) fn handle_timeout(&mut self, now: Instant) -> bool {
        if self.next().is_none_or(|at| at > now) {
            return false;
        }
        self.current = None;
        self.spoke_at = None;
        true
    }

    fn loudness_of_speaker(&self, now: Instant) -> Option<i32> {
        let voice = self.voices[self.current?.index()]?;
        Some(if fresh(&voice, now) {
            voice.loudness
        } else {
            0
        })
    }
}

fn fresh(voice: &Voice, now: Instant) -> bool {
    now.saturating_duration_since(voice.heard_at) < STALE
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOUD: u8 = 25;
    const LOUDER: u8 = 12;
    const QUIET: u8 = 100;

    struct Talk {
        speaker: Speaker,
        now: Instant,
        said: Vec<Option<u8>>,
    }

    impl Talk {
        fn new() -> Self {
            Self {
                speaker: Speaker::default(),
                now: Instant::now(),
                said: Vec::new(),
            }
        }

        /// Everyone named sends a packet each 20 ms.
        fn go_on(&mut self, millis: u64, levels: &[(u8, u8)]) {
            for _ in 0..millis / 20 {
                self.now += Duration::from_millis(20);
                if self.speaker.handle_timeout(self.now) {
                    self.said.push(None);
                }
                for (seat, level) in levels {
                    let seat = Seat::try_from(*seat).unwrap();
                    if let Some(seat) = self.speaker.heard(seat, *level, self.now) {
                        self.said.push(Some(seat.into()));
                    }
                }
            }
        }
    }

    #[test]
    fn who_speaks_is_named_and_silence_ends_it() {
        let mut talk = Talk::new();
        talk.go_on(1_000, &[(0, QUIET), (1, LOUD)]);
        assert_eq!(talk.said, [Some(1)]);
        talk.go_on(1_500, &[(0, QUIET), (1, QUIET)]);
        assert_eq!(talk.said, [Some(1)], "a pause between sentences");
        talk.go_on(2_000, &[(0, QUIET), (1, QUIET)]);
        assert_eq!(talk.said, [Some(1), None]);
    }

    #[test]
    fn a_cough_does_not_take_the_floor_and_a_louder_voice_does() {
        let mut talk = Talk::new();
        talk.go_on(1_000, &[(1, LOUD), (2, QUIET)]);
        talk.go_on(300, &[(1, LOUD), (2, LOUDER)]);
        talk.go_on(500, &[(1, LOUD), (2, QUIET)]);
        assert_eq!(talk.said, [Some(1)]);
        talk.go_on(1_500, &[(1, LOUD), (2, LOUDER)]);
        assert_eq!(talk.said, [Some(1), Some(2)]);
    }

    #[test]
    fn two_equal_voices_do_not_flap() {
        let mut talk = Talk::new();
        talk.go_on(10_000, &[(1, LOUD), (2, LOUD)]);
        assert_eq!(talk.said.len(), 1);
    }

    #[test]
    fn whoever_is_muted_loses_the_floor_to_the_next_voice() {
        let mut talk = Talk::new();
        talk.go_on(1_000, &[(1, LOUDER)]);
        talk.go_on(1_500, &[(2, LOUD)]);
        assert_eq!(talk.said, [Some(1), Some(2)]);
        assert!(talk.speaker.leave(Seat::try_from(2).unwrap()));
        assert_eq!(talk.speaker.next(), None);
    }
}
