//! What a terminal found when it tried itself.
//!
//! A terminal that nobody touches for months is broken when the first visit of the day begins, and nobody knew. So each
//! morning its page tries camera, microphone, loudspeaker and the way to the media, and tells what it found. A test that
//! fails keeps no visit from taking place: what is found is told to staff, and that is all.

use async_trait::async_trait;
use ids::TerminalId;

use crate::{StoreError, UnknownWord};

/// After so long, ms, a terminal counts as not tested: a day, and two hours for a morning that was full.
const COUNTS_FOR_MS: u64 = 26 * 60 * 60 * 1_000;

/// Something that is not as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finding {
    /// There is no camera, or the browser may not use it.
    NoCamera,
    /// The camera's picture does not move at all.
    StillPicture,
    /// The camera's picture is black: its cover is closed, or the light is off.
    DarkPicture,
    /// There is no microphone, or the browser may not use it.
    NoMicrophone,
    /// The microphone delivers digital silence.
    NoSound,
    /// The microphone did not hear the loudspeaker, as where there is a handset.
    SpeakerNotHeard,
    /// Picture and sound find no way to the service.
    NoConnection,
    /// Sound gets through; the picture may pause.
    SoundOnly,
    /// The device's clock is far from the service's.
    ClockOff,
}

impl Finding {
    /// Each of them.
    pub const ALL: [Self; 9] = [
        Self::NoCamera,
        Self::StillPicture,
        Self::DarkPicture,
        Self::NoMicrophone,
        Self::NoSound,
        Self::SpeakerNotHeard,
        Self::NoConnection,
        Self::SoundOnly,
        Self::ClockOff,
    ];

    /// As it is written in the API and kept.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoCamera => "no_camera",
            Self::StillPicture => "still_picture",
            Self::DarkPicture => "dark_picture",
            Self::NoMicrophone => "no_microphone",
            Self::NoSound => "no_sound",
            Self::SpeakerNotHeard => "speaker_not_heard",
            Self::NoConnection => "no_connection",
            Self::SoundOnly => "sound_only",
            Self::ClockOff => "clock_off",
        }
    }

    /// Reads what [`Finding::as_str`] writes.
    pub fn parse(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .into_iter()
            .find(|finding| finding.as_str() == word)
            .ok_or_else(|| UnknownWord(word.to_owned(), "finding of a terminal's test"))
    }

    /// Whether a visit at the terminal would lack picture or sound. The others are remarks.
    #[must_use]
    pub const fn is_fault(self) -> bool {
        match self {
            Self::NoCamera
            | Self::StillPicture
            | Self::NoMicrophone
            | Self::NoSound
            | Self::NoConnection => true,
            Self::DarkPicture | Self::SpeakerNotHeard | Self::SoundOnly | Self::ClockOff => false,
        }
    }
}

/// A test, as the terminal told it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelfTest {
    /// When, Unix milliseconds.
    pub at_ms: u64,
    /// What was found, each once and in the order of [`Finding::ALL`]; nothing: all is well.
    pub findings: Vec<Finding>,
}

impl SelfTest {
    /// A test that found these.
    #[must_use]
    pub fn new(at_ms: u64, mut findings: Vec<Finding>) -> Self {
        findings.sort_unstable();
        findings.dedup();
        Self { at_ms, findings }
    }

    /// Whether a visit would lack picture or sound.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.findings.iter().any(|finding| finding.is_fault())
    }
}

/// How the terminals in service stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SelfTestCounts {
    /// Their newest test failed.
    pub failed: u64,
    /// They have not been tested for a day, or never.
    pub untested: u64,
}

impl SelfTestCounts {
    /// Of the newest tests at `now_ms`, Unix milliseconds; `None`: never tested.
    pub fn of<'a>(tests: impl IntoIterator<Item = Option<&'a SelfTest>>, now_ms: u64) -> Self {
        let mut counts = Self::default();
        for test in tests {
            let recent = |test: &&SelfTest| test.at_ms.saturating_add(COUNTS_FOR_MS) > now_ms;
            counts.untested += u64::from(test.filter(recent).is_none());
            counts.failed += u64::from(test.is_some_and(SelfTest::failed));
        }
        counts
    }
}

/// Tests of terminals.
#[async_trait]
pub trait SelfTests: Send + Sync {
    /// Keeps what came of a terminal's newest test, and nothing of those before. What is later stays.
    async fn note_self_test(&self, terminal: TerminalId, test: &SelfTest)
    -> Result<(), StoreError>;

    /// The newest test of each terminal that is in service; `None`: never tested.
    async fn self_tests(&self) -> Result<Vec<Option<SelfTest>>, StoreError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_finding_is_read_as_it_is_written() {
        for finding in Finding::ALL {
            assert_eq!(Finding::parse(finding.as_str()), Ok(finding));
        }
        assert!(Finding::parse("splendid").is_err());
    }

    #[test]
    fn only_what_a_visit_would_lack_makes_a_test_fail() {
        let remarks = [Finding::SpeakerNotHeard, Finding::DarkPicture];
        let test = SelfTest::new(1, [remarks, remarks].concat());
        assert_eq!(
            test.findings,
            [Finding::DarkPicture, Finding::SpeakerNotHeard]
        );
        assert!(!test.failed());
        assert!(SelfTest::new(1, vec![Finding::ClockOff, Finding::NoSound]).failed());
    }

    #[test]
    fn terminals_that_fail_and_those_that_were_not_tested_for_a_day_are_counted() {
        let now_ms = 10 * COUNTS_FOR_MS;
        let test = |ago_ms: u64, findings: &[Finding]| {
            Some(SelfTest::new(now_ms - ago_ms, findings.to_vec()))
        };
        let tests = [
            None,
            test(0, &[]),
            test(COUNTS_FOR_MS - 1, &[Finding::NoCamera]),
            test(COUNTS_FOR_MS, &[]),
            test(COUNTS_FOR_MS, &[Finding::NoConnection]),
        ];
        let counts = SelfTestCounts::of(tests.iter().map(Option::as_ref), now_ms);
        let expected = SelfTestCounts {
            failed: 2,
            untested: 3,
        };
        assert_eq!(counts, expected);
    }
}
