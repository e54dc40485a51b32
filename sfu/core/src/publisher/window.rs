//! Which packets of a stream have come (RFC 3550 A.1, with a memory for duplicates).

use crate::rtp::{low_16, unwrap_sequence};

/// How far back a late packet is still told from a duplicate.
const REMEMBERED: u64 = 512;

/// A jump ahead of more than this starts the stream anew, once a second packet confirms it.
const MAX_DROPOUT: u64 = 3_000;

const WORDS: usize = REMEMBERED as usize / 64;

/// How a packet stands to those before it. An index is a sequence number that never wraps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// The newest, after `skipped` that have not come.
    Newest {
        index: u64,
        skipped: u64,
    },
    /// One that was missing.
    Late {
        index: u64,
    },
    Duplicate,
    /// So old that it may be a duplicate.
    TooOld,
    /// A jump, to be confirmed by the packet after it.
    Jump,
    /// A confirmed jump: a new stream, whose indices have nothing to do with earlier ones.
    Restart {
        index: u64,
    },
}

/// The memory of one stream.
#[derive(Debug, Default)]
pub(crate) struct Window {
    /// The newest index; `None` before the first packet.
    newest: Option<u64>,
    /// Bit `index % REMEMBERED`: that packet has come.
    come: [u64; WORDS],
    /// The number that would confirm a jump.
    jump: Option<u16>,
}

impl Window {
    /// The newest index.
    pub(crate) fn newest(&self) -> Option<u64> {
        self.newest
    }

    /// Notes a packet. A `repeated` one (an RTX) never starts or restarts a stream.
    pub(crate) fn arrive(&mut self, sequence: u16, repeated: bool) -> Arrival {
        let Some(newest) = self.newest else {
            if repeated {
                return Arrival::TooOld;
            }
            return Arrival::Newest {
                index: self.start(sequence),
                skipped: 0,
            };
        };
        let index = unwrap_sequence(newest, sequence);
        if index > newest {
            if index - newest > MAX_DROPOUT {
                return self.jump(sequence, repeated);
            }
            for skipped in (newest + 1..index).take(WORDS * 64) {
                self.forget(skipped);
            }
            self.remember(index);
            self.newest = Some(index);
            self.jump = None;
            Arrival::Newest {
                index,
                skipped: index - newest - 1,
            }
        } else if newest - index >= REMEMBERED {
            self.jump(sequence, repeated)
        } else if self.has_come(index) {
            Arrival::Duplicate
        } else {
            self.remember(index);
            Arrival::Late { index }
        }
    }

    fn jump(&mut self, sequence: u16, repeated: bool) -> Arrival {
        if repeated {
            return Arrival::TooOld;
        }
        if self.jump == Some(sequence) {
            return Arrival::Restart {
                index: self.start(sequence),
            };
        }
        self.jump = Some(sequence.wrapping_add(1));
        Arrival::Jump
    }

    fn start(&mut self, sequence: u16) -> u64 {
        let index = (1 << 16) + u64::from(sequence);
        self.come = [0; WORDS];
        self.remember(index);
        self.newest = Some(index);
        self.jump = None;
        index
    }

    fn has_come(&self, index: u64) -> bool {
        let (word, bit) = place(index);
        self.come[word] & bit != 0
    }

    fn remember(&mut self, index: u64) {
        let (word, bit) = place(index);
        self.come[word] |= bit;
    }

    fn forget(&mut self, index: u64) {
        let (word, bit) = place(index);
        self.come[word] &= !bit;
    }
}

fn place(index: u64) -> (usize, u64) {
    let at = low_16(index % REMEMBERED);
    (usize::from(at / 64), 1 << (at % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: u64 = (1 << 16) + 65_534;

    #[test]
    fn numbers_go_on_over_the_wrap_and_gaps_fill_once() {
        let mut window = Window::default();
        assert_eq!(
            window.arrive(65_534, false),
            Arrival::Newest {
                index: FIRST,
                skipped: 0
            }
        );
        assert_eq!(
            window.arrive(1, false),
            Arrival::Newest {
                index: FIRST + 3,
                skipped: 2
            }
        );
        assert_eq!(window.arrive(0, true), Arrival::Late { index: FIRST + 2 });
        assert_eq!(window.arrive(0, false), Arrival::Duplicate);
        assert_eq!(window.arrive(1, false), Arrival::Duplicate);
        assert_eq!(
            window.arrive(65_535, false),
            Arrival::Late { index: FIRST + 1 }
        );
    }

    #[test]
    fn a_packet_that_the_first_overtook_is_late() {
        let mut window = Window::default();
        window.arrive(0, false);
        assert_eq!(
            window.arrive(65_535, false),
            Arrival::Late { index: 65_535 }
        );
        assert_eq!(window.arrive(65_535, false), Arrival::Duplicate);
    }

    #[test]
    fn a_jump_restarts_the_stream_only_when_the_next_packet_confirms_it() {
        let mut window = Window::default();
        window.arrive(10, false);
        assert_eq!(window.arrive(20_000, false), Arrival::Jump);
        assert_eq!(
            window.arrive(11, false),
            Arrival::Newest {
                index: 65_547,
                skipped: 0
            }
        );
        assert_eq!(window.arrive(20_001, false), Arrival::Jump);
        assert_eq!(
            window.arrive(20_002, false),
            Arrival::Restart {
                index: 65_536 + 20_002
            }
        );
        assert_eq!(window.arrive(5, false), Arrival::Jump);
        assert_eq!(
            window.arrive(6, true),
            Arrival::TooOld,
            "an RTX confirms nothing"
        );
    }

    #[test]
    fn a_gap_longer_than_the_memory_leaves_nothing_stale_in_it() {
        let mut window = Window::default();
        window.arrive(0, false);
        let skipped = 1_999;
        assert_eq!(
            window.arrive(2_000, false),
            Arrival::Newest {
                index: 67_536,
                skipped
            }
        );
        for sequence in (1_489..2_000).rev() {
            assert!(
                matches!(window.arrive(sequence, false), Arrival::Late { .. }),
                "{sequence}"
            );
        }
        assert_eq!(window.arrive(1_488, true), Arrival::TooOld);
    }
}
