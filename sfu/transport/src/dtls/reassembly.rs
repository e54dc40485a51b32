//! Handshake messages from fragments (RFC 6347 section 4.2.3): whole, in order, each once.
//!
//! Fragments may come twice, in any order and in overlapping pieces. What is kept is bounded in
//! messages, bytes and pieces, whatever a peer sends.

use std::{collections::BTreeMap, ops::Range};

use super::record::{CERTIFICATE, Fragment};

/// So far ahead of the next message fragments are kept. A client's longest flight has five messages.
const AHEAD_MAX: u16 = 8;
/// The most bytes of a message; certificates are the longest.
const MESSAGE_LEN_MAX: usize = 16 * 1024;
/// The most bytes of all messages that are not complete or not due.
const BUFFERED_MAX: usize = 32 * 1024;
/// The most separate pieces of a message.
const PIECES_MAX: usize = 32;

/// A whole message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) message_type: u8,
    pub(crate) message_seq: u16,
    pub(crate) body: Vec<u8>,
}

impl Message {
    /// Whether this is a Certificate without any certificate (RFC 5246 section 7.4.6).
    pub(crate) fn is_empty_certificate(&self) -> bool {
        self.message_type == CERTIFICATE && self.body.iter().all(|byte| *byte == 0)
    }
}

/// What became of a fragment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pushed {
    Kept,
    /// It belongs to a message that was delivered: the peer sends its flight again.
    Repeated,
    /// It is beyond the bounds, or contradicts an earlier one.
    Refused,
}

#[derive(Debug, Default)]
pub(crate) struct Reassembly {
    next: u16,
    partial: BTreeMap<u16, Partial>,
}

#[derive(Debug)]
struct Partial {
    message_type: u8,
    body: Vec<u8>,
    /// What of the body is still missing, in order.
    missing: Vec<Range<usize>>,
}

impl Reassembly {
    pub(crate) fn push(&mut self, fragment: Fragment<'_>) -> Pushed {
        let Some(ahead) = fragment.message_seq.checked_sub(self.next) else {
            return Pushed::Repeated;
        };
        if ahead >= AHEAD_MAX || fragment.len > MESSAGE_LEN_MAX {
            return Pushed::Refused;
        }
        let buffered: usize = self
            .partial
            .values()
            .map(|partial| partial.body.len())
            .sum();
        if !self.partial.contains_key(&fragment.message_seq)
            && buffered + fragment.len > BUFFERED_MAX
        {
            return Pushed::Refused;
        }
        let partial = self
            .partial
            .entry(fragment.message_seq)
            .or_insert_with(|| Partial::new(fragment.message_type, fragment.len));
        partial.push(fragment)
    }

    /// The next message in order, if it is complete.
    pub(crate) fn pop(&mut self) -> Option<Message> {
        let partial = self.partial.get(&self.next)?;
        if !partial.missing.is_empty() {
            return None;
        }
        let message_seq = self.next;
        let Partial {
            message_type, body, ..
        } = self.partial.remove(&message_seq)?;
        self.next = self.next.saturating_add(1);
        Some(Message {
            message_type,
            message_seq,
            body,
        })
    }
}

impl Partial {
    fn new(message_type: u8, len: usize) -> Self {
        let whole = Some(0..len).filter(|whole| !whole.is_empty());
        Self {
            message_type,
            body: vec![0; len],
            missing: whole.into_iter().collect(),
        }
    }

    fn push(&mut self, fragment: Fragment<'_>) -> Pushed {
        if (fragment.message_type, fragment.len) != (self.message_type, self.body.len()) {
            return Pushed::Refused;
        }
        let piece = fragment.offset..fragment.offset + fragment.data.len();
        let mut missing = Vec::with_capacity(self.missing.len() + 1);
        for gap in &self.missing {
            let filled = gap.start.max(piece.start)..gap.end.min(piece.end);
            if filled.is_empty() {
                missing.push(gap.clone());
                continue;
            }
            self.body[filled.clone()].copy_from_slice(
                &fragment.data[filled.start - piece.start..filled.end - piece.start],
            );
            missing.extend(
                [gap.start..filled.start, filled.end..gap.end]
                    .into_iter()
                    .filter(|rest| !rest.is_empty()),
            );
        }
        if missing.len() > PIECES_MAX {
            return Pushed::Refused;
        }
        self.missing = missing;
        Pushed::Kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fragment(message_seq: u16, len: usize, offset: usize, data: &[u8]) -> Fragment<'_> {
        Fragment {
            message_type: 11,
            len,
            message_seq,
            offset,
            data,
        }
    }

    #[test]
    fn messages_come_out_in_order_and_once() {
        let mut reassembly = Reassembly::default();
        assert_eq!(reassembly.push(fragment(1, 2, 0, &[3, 4])), Pushed::Kept);
        assert_eq!(reassembly.pop(), None);
        assert_eq!(reassembly.push(fragment(0, 3, 1, &[1, 2])), Pushed::Kept);
        assert_eq!(reassembly.pop(), None);
        assert_eq!(reassembly.push(fragment(0, 3, 0, &[0, 1])), Pushed::Kept);
        assert_eq!(reassembly.pop().unwrap().body, [0, 1, 2]);
        assert_eq!(reassembly.pop().unwrap().body, [3, 4]);
        assert_eq!(reassembly.pop(), None);
        assert_eq!(reassembly.push(fragment(0, 3, 0, &[0])), Pushed::Repeated);
    }

    #[test]
    fn an_empty_message_is_complete_at_once() {
        let mut reassembly = Reassembly::default();
        assert_eq!(reassembly.push(fragment(0, 0, 0, &[])), Pushed::Kept);
        assert!(reassembly.pop().unwrap().body.is_empty());
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let mut reassembly = Reassembly::default();
        assert_eq!(
            reassembly.push(fragment(AHEAD_MAX, 1, 0, &[1])),
            Pushed::Refused
        );
        assert_eq!(
            reassembly.push(fragment(0, MESSAGE_LEN_MAX + 1, 0, &[1])),
            Pushed::Refused
        );
        for message_seq in 0..2 {
            assert_eq!(
                reassembly.push(fragment(message_seq, MESSAGE_LEN_MAX, 0, &[1])),
                Pushed::Kept
            );
        }
        assert_eq!(reassembly.push(fragment(2, 1, 0, &[1])), Pushed::Refused);
        let scattered = (0..1_000).filter(|index| {
            reassembly.push(fragment(0, MESSAGE_LEN_MAX, 10 + 2 * index, &[1])) == Pushed::Kept
        });
        assert!(scattered.count() <= PIECES_MAX);
    }

    #[test]
    fn a_fragment_that_contradicts_its_message_is_refused() {
        let mut reassembly = Reassembly::default();
        reassembly.push(fragment(0, 10, 0, &[1]));
        assert_eq!(reassembly.push(fragment(0, 11, 1, &[1])), Pushed::Refused);
        let other = Fragment {
            message_type: 1,
            ..fragment(0, 10, 1, &[1])
        };
        assert_eq!(reassembly.push(other), Pushed::Refused);
    }

    proptest! {
        #[test]
        fn any_cover_of_a_message_gives_the_message(
            len in 1_usize..300,
            cuts in proptest::collection::vec((0_usize..300, 1_usize..80), 0..20),
        ) {
            let body: Vec<u8> = (0..len).map(|index| index as u8).collect();
            let mut reassembly = Reassembly::default();
            let mut covered = vec![false; len];
            for (start, size) in cuts {
                let start = start % len;
                let end = (start + size).min(len);
                reassembly.push(fragment(0, len, start, &body[start..end]));
                covered[start..end].fill(true);
                if covered.iter().all(|covered| *covered) {
                    break;
                }
            }
            if covered.iter().any(|covered| !covered) {
                prop_assert_eq!(reassembly.pop(), None);
                reassembly.push(fragment(0, len, 0, &body));
            }
            prop_assert_eq!(reassembly.pop().map(|message| message.body), Some(body));
        }
    }
}
