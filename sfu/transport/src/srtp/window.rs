//! The number of a packet: the extended index that a 16-bit sequence number stands for, and which
//! indexes have been seen.
//!
//! RTP carries the low 16 bits of a 48-bit index only; the rest, the rollover counter, is guessed
//! from the highest index so far (RFC 3711 section 3.3.1, appendix A). [`Window`] remembers the
//! newest 512 indexes (section 3.3.2): a packet that its publisher had to send several times is still
//! forwarded under its old number. A guess changes nothing: only [`Window::accept`] does, and it is
//! called once the packet proved authentic.

use super::SrtpError;

/// How many of the newest indexes are remembered.
const REMEMBERED: u64 = 512;
const WORD: u64 = u64::BITS as u64;
const WORDS: usize = (REMEMBERED / WORD) as usize;

/// The highest possible packet index, 48 bits.
const INDEX_MAX: u64 = (1 << 48) - 1;

/// More sources than this do not occur: two voices, three layers and their retransmissions, and
/// room for a client that starts anew.
const SOURCES_MAX: usize = 64;

/// The indexes of one source.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Window {
    /// One more than the highest index accepted; 0 when none was.
    end: u64,
    /// By index modulo [`REMEMBERED`]: whether the latest with that rest was accepted.
    seen: [u64; WORDS],
}

/// The window of a source that was never heard of.
static EMPTY: Window = Window {
    end: 0,
    seen: [0; WORDS],
};

impl Window {
    /// The index that a sequence number stands for, as far as can be told.
    pub(crate) fn index_of(&self, sequence_number: u16) -> u64 {
        let Some(highest) = self.end.checked_sub(1) else {
            return u64::from(sequence_number);
        };
        let near = (highest & !0xffff) | u64::from(sequence_number);
        if near > highest && near - highest > 0x8000 {
            near.checked_sub(0x1_0000).unwrap_or(near)
        } else if highest > near && highest - near > 0x8000 && near + 0x1_0000 <= INDEX_MAX {
            near + 0x1_0000
        } else {
            near
        }
    }

    /// Whether an index is neither known nor older than what is remembered.
    pub(crate) fn is_new(&self, index: u64) -> bool {
        if index >= self.end {
            return true;
        }
        let age = self.end - 1 - index;
        let (word, bit) = place(index);
        age < REMEMBERED && self.seen[word] & bit == 0
    }

    /// Whether nothing was accepted yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.end == 0
    }

    /// Whether an index is beyond all that were accepted.
    pub(crate) fn is_newest(&self, index: u64) -> bool {
        index >= self.end
    }

    /// Remembers an index.
    pub(crate) fn accept(&mut self, index: u64) {
        if index >= self.end {
            for skipped in self.end.max(index.saturating_sub(REMEMBERED))..index {
                let (word, bit) = place(skipped);
                self.seen[word] &= !bit;
            }
            self.end = index + 1;
        } else if self.end - 1 - index >= REMEMBERED {
            return;
        }
        let (word, bit) = place(index);
        self.seen[word] |= bit;
    }
}

/// The word and the bit of an index.
fn place(index: u64) -> (usize, u64) {
    let rest = index % REMEMBERED;
    ((rest / WORD) as usize, 1 << (rest % WORD))
}

/// The windows of a bounded number of sources.
#[derive(Debug, Default)]
pub(crate) struct Windows {
    sources: Vec<(u32, Window)>,
}

impl Windows {
    /// The window of a source, an empty one if it was never heard of.
    pub(crate) fn get(&self, ssrc: u32) -> &Window {
        self.sources
            .iter()
            .find(|(known, _)| *known == ssrc)
            .map_or(&EMPTY, |(_, window)| window)
    }

    /// Remembers an index of an authentic packet. A source beyond the bound is refused.
    pub(crate) fn accept(&mut self, ssrc: u32, index: u64) -> Result<(), SrtpError> {
        if let Some((_, window)) = self.sources.iter_mut().find(|(known, _)| *known == ssrc) {
            window.accept(index);
            return Ok(());
        }
        if self.sources.len() >= SOURCES_MAX {
            return Err(SrtpError::TooManySources);
        }
        let mut window = Window::default();
        window.accept(index);
        self.sources.push((ssrc, window));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn window_at(index: u64) -> Window {
        let mut window = Window::default();
        window.accept(index);
        window
    }

    #[test]
    fn a_first_packet_starts_without_rollover() {
        assert_eq!(Window::default().index_of(0xfff0), 0xfff0);
    }

    #[test]
    fn the_rollover_counter_follows_the_wrap_in_both_directions() {
        assert_eq!(window_at(0xffff).index_of(2), 0x1_0002);
        assert_eq!(window_at(0x1_0002).index_of(0xfffe), 0xfffe);
        assert_eq!(window_at(0x5_8000).index_of(0x7fff), 0x5_7fff);
        assert_eq!(window_at(0x5_0000).index_of(0x8000), 0x5_8000);
        assert_eq!(window_at(0x5_0000).index_of(0x8001), 0x4_8001);
    }

    #[test]
    fn before_the_first_wrap_there_is_no_earlier_counter() {
        assert_eq!(window_at(3).index_of(0xfffe), 0xfffe);
    }

    #[test]
    fn the_counter_does_not_pass_its_own_end() {
        assert!(window_at(INDEX_MAX).index_of(0) <= INDEX_MAX);
    }

    #[test]
    fn what_was_seen_or_is_too_old_is_not_new() {
        let mut window = window_at(1_000);
        assert!(!window.is_new(1_000));
        assert!(window.is_new(1_000 - REMEMBERED + 1));
        assert!(!window.is_new(1_000 - REMEMBERED));
        window.accept(990);
        assert!(!window.is_new(990));
        window.accept(1_010);
        assert!(!window.is_new(990) && !window.is_new(1_000) && window.is_new(991));
        window.accept(5_000);
        assert!(window.is_new(4_999) && !window.is_new(1_010));
    }

    #[test]
    fn sources_are_bounded() {
        let mut windows = Windows::default();
        for ssrc in 0..SOURCES_MAX as u32 {
            windows.accept(ssrc, 1).unwrap();
        }
        assert_eq!(windows.accept(9_999, 1), Err(SrtpError::TooManySources));
        windows.accept(5, 2).unwrap();
    }

    proptest! {
        #[test]
        fn a_window_agrees_with_a_set(steps in proptest::collection::vec(-800_i64..800, 1..300)) {
            let mut window = Window::default();
            let mut seen = BTreeSet::new();
            let mut at = 100_000_i64;
            for step in steps {
                at = (at + step).max(0);
                let index = at as u64;
                let highest = seen.last().copied().unwrap_or(0);
                let expected = !seen.contains(&index) && (seen.is_empty() || index + REMEMBERED > highest);
                prop_assert_eq!(window.is_new(index), expected);
                if expected {
                    window.accept(index);
                    seen.insert(index);
                }
            }
        }
    }
}
