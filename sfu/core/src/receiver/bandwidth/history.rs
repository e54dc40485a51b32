//! What was sent under which transport-wide number, until the receiver tells what became of it.

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
}

impl History {
    /// Remembers so many packets, a power of two; none for a receiver whose packets have no numbers.
    pub(crate) fn new(remembered: u16) -> Self {
        Self {
            entries: vec![Entry::default(); usize::from(remembered)].into_boxed_slice(),
        }
    }

    pub(crate) fn remember(&mut self, number: u16, sent: Sent) {
        if let Some(entry) = self.entry(number) {
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
        let mut history = History::new(1_024);
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
        assert_eq!(history.arrived(7 + 1_024), None);
    }
}
