//! What was sent under which transport-wide number, until the receiver tells what became of it.
//!
//! Most receivers tell within a tenth of a second. So it begins small, and grows where many packets are
//! overwritten before anybody has told of them; of some nobody ever does, as the word itself was lost.

/// How many packets are remembered at first, and at most; powers of two. The most is more than a second
/// of a good picture.
const AT_FIRST: u16 = 256;
pub(crate) const REMEMBERED: u16 = 1_024;
/// So many overwritten between two looks are many.
const CROWD: u16 = AT_FIRST / 4;

/// A packet that was sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sent {
    /// Microseconds since the receiver came.
    pub(crate) at: u64,
    /// With what carries it.
    pub(crate) bytes: u16,
    /// The probe that it was part of; 0: none.
    pub(crate) probe: u8,
    /// What it carried.
    pub(crate) carried: Carried,
}

/// What a packet carried, as far as its loss matters here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Carried {
    /// A loss is for the receiver to notice.
    #[default]
    Other,
    /// A part of the picture of a seat, under that number on its line. `first`: of the key frame with
    /// which it begins. A receiver cannot ask for what came before the first packet that it got.
    Picture {
        source: u8,
        sequence: u16,
        first: bool,
    },
}

/// Marks a seat as that of a first key frame.
const FIRST: u8 = 0x40;
/// A time is kept without its last bits.
const UNIT: u32 = 6;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Fate {
    #[default]
    NotSent,
    Unknown,
    Lost,
    Arrived,
}

/// A [`Sent`], packed, with its fate.
#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    /// In units of 64 microseconds.
    at: u32,
    number: u16,
    bytes: u16,
    sequence: u16,
    /// The seat whose picture it is a part of, plus one; see [`FIRST`].
    source: u8,
    probe: u8,
    fate: Fate,
}

impl Entry {
    fn sent(&self) -> Sent {
        let picture = |source| Carried::Picture {
            source: source & !FIRST,
            sequence: self.sequence,
            first: source & FIRST != 0,
        };
        Sent {
            at: u64::from(self.at) << UNIT,
            bytes: self.bytes,
            probe: self.probe,
            carried: self.source.checked_sub(1).map_or(Carried::Other, picture),
        }
    }
}

/// The latest packets to one receiver.
#[derive(Debug)]
pub(crate) struct History {
    entries: Box<[Entry]>,
    /// How many were overwritten since the last look whose fate was not known.
    overwritten: u16,
}

impl History {
    /// `counts`: packets to the receiver have numbers; else there is nothing to remember.
    pub(crate) fn new(counts: bool) -> Self {
        let remembered = if counts { AT_FIRST } else { 0 };
        Self {
            entries: vec![Entry::default(); usize::from(remembered)].into_boxed_slice(),
            overwritten: 0,
        }
    }

    /// Remembers twice as many from now on, if that is needed and allowed.
    pub(crate) fn grow(&mut self) {
        let remembered = self.entries.len();
        let overwritten = std::mem::take(&mut self.overwritten);
        if overwritten < CROWD || remembered >= usize::from(REMEMBERED) {
            return;
        }
        let before = std::mem::take(&mut self.entries);
        self.entries = vec![Entry::default(); remembered * 2].into_boxed_slice();
        for entry in before
            .into_iter()
            .filter(|entry| entry.fate != Fate::NotSent)
        {
            if let Some(place) = self.entry(entry.number) {
                *place = entry;
            }
        }
    }

    pub(crate) fn remember(&mut self, number: u16, sent: Sent) {
        if let Some(entry) = self.entry(number) {
            let overwritten = u16::from(entry.fate == Fate::Unknown);
            let (source, sequence) = match sent.carried {
                Carried::Other => (0, 0),
                Carried::Picture {
                    source,
                    sequence,
                    first,
                } => (1 + (source | if first { FIRST } else { 0 }), sequence),
            };
            *entry = Entry {
                at: u32::try_from(sent.at >> UNIT).unwrap_or(u32::MAX),
                number,
                bytes: sent.bytes,
                sequence,
                source,
                probe: sent.probe,
                fate: Fate::Unknown,
            };
            self.overwritten = self.overwritten.saturating_add(overwritten);
        }
    }

    /// The packet, if this is the first word of its arrival. The flag: it was reported lost before.
    pub(crate) fn arrived(&mut self, number: u16) -> Option<(Sent, bool)> {
        let entry = self.find(number)?;
        let before = std::mem::replace(&mut entry.fate, Fate::Arrived);
        (before != Fate::Arrived).then_some((entry.sent(), before == Fate::Lost))
    }

    /// The packet, if this is the first word of its loss.
    pub(crate) fn lost(&mut self, number: u16) -> Option<Sent> {
        let entry = self.find(number)?;
        if entry.fate != Fate::Unknown {
            return None;
        }
        entry.fate = Fate::Lost;
        Some(entry.sent())
    }

    fn find(&mut self, number: u16) -> Option<&mut Entry> {
        self.entry(number)
            .filter(|entry| entry.fate != Fate::NotSent && entry.number == number)
    }

    fn entry(&mut self, number: u16) -> Option<&mut Entry> {
        let slot = usize::from(number).checked_rem(self.entries.len())?;
        self.entries.get_mut(slot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fate_is_told_once_and_a_packet_thought_lost_may_still_arrive() {
        let mut history = History::new(true);
        let sent = Sent {
            at: 64 * 5,
            bytes: 100,
            carried: Carried::Picture {
                source: 3,
                sequence: 9,
                first: true,
            },
            ..Sent::default()
        };
        assert_eq!(history.arrived(0), None, "nothing was sent");
        history.remember(7, sent);
        assert_eq!(history.lost(7), Some(sent));
        assert_eq!(history.lost(7), None);
        assert_eq!(history.arrived(7), Some((sent, true)));
        assert_eq!(history.arrived(7), None);
        assert_eq!(history.lost(7), None);
        assert_eq!(history.arrived(7 + REMEMBERED), None);
    }

    #[test]
    fn it_grows_only_where_nobody_has_told_in_time() {
        let sent = Sent::default();
        let mut history = History::new(true);
        for number in 0..AT_FIRST * 2 {
            history.remember(number, sent);
            history.arrived(number);
        }
        history.grow();
        assert_eq!(history.entries.len(), usize::from(AT_FIRST));
        for number in (0..AT_FIRST * 9).map(|number| number.wrapping_add(u16::MAX - 99)) {
            history.remember(number, sent);
            if number % 300 == 0 {
                history.grow();
            }
        }
        assert_eq!(history.entries.len(), usize::from(REMEMBERED));
        let last = (AT_FIRST * 9 - 1).wrapping_add(u16::MAX - 99);
        let known = (0..REMEMBERED).filter(|age| history.arrived(last - age).is_some());
        assert_eq!(
            known.count(),
            usize::from(REMEMBERED),
            "and what it held stays"
        );
    }
}
