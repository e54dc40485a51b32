//! How large one sees another, and small sets of seats and of encodings.

use ids::Seat;

/// The size at which a receiver shows another participant's picture, in device pixels. Zero by zero:
/// not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tile {
    /// Device pixels from left to right.
    pub width: u16,
    /// Device pixels from top to bottom.
    pub height: u16,
}

impl Tile {
    /// What is assumed until a receiver says otherwise.
    pub const UNTOLD: Self = Self {
        width: 1_280,
        height: 720,
    };

    /// Whether nothing of the picture is seen.
    #[must_use]
    pub fn is_hidden(self) -> bool {
        self.width == 0 || self.height == 0
    }

    /// Pixels in all.
    pub(crate) fn area(self) -> u32 {
        u32::from(self.width) * u32::from(self.height)
    }
}

/// Some of a room's seats.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SeatSet(u8);

impl SeatSet {
    /// With this seat too.
    #[must_use]
    pub fn with(self, seat: Seat) -> Self {
        Self(self.0 | 1 << seat.index())
    }

    /// Whether the seat is one of them.
    #[must_use]
    pub fn contains(self, seat: Seat) -> bool {
        self.0 & (1 << seat.index()) != 0
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The seats, in ascending order.
    pub fn iter(self) -> impl Iterator<Item = Seat> {
        Seat::ALL
            .into_iter()
            .filter(move |seat| self.contains(*seat))
    }
}

/// Some of a publisher's encodings, by their place from low to high.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EncodingSet(u8);

impl EncodingSet {
    /// The lowest `count` of them.
    pub(crate) fn lowest(count: usize) -> Self {
        (0..count).fold(Self::default(), Self::with)
    }

    pub(crate) fn with(self, layer: usize) -> Self {
        Self(self.0 | 1 << layer)
    }

    pub(crate) fn without(self, layer: usize) -> Self {
        Self(self.0 & !(1 << layer))
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the encoding in that place, from 0, is one of them.
    #[must_use]
    pub fn contains(self, layer: usize) -> bool {
        layer < 8 && self.0 & (1 << layer) != 0
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_hold_what_was_put_in() {
        let seats = SeatSet::default().with(Seat::ALL[2]).with(Seat::INMATE);
        let all: Vec<Seat> = seats.iter().collect();
        assert_eq!(all, [Seat::INMATE, Seat::ALL[2]]);
        assert!(!seats.contains(Seat::ALL[1]) && !seats.is_empty());
        let layers = EncodingSet::lowest(3).without(1);
        assert!(layers.contains(0) && !layers.contains(1) && layers.contains(2));
        assert!(!layers.contains(3) && !layers.contains(64));
        assert_eq!(
            layers.and(EncodingSet::default().with(1)),
            EncodingSet::lowest(3)
        );
        assert!(EncodingSet::default().is_empty());
    }

    #[test]
    fn a_tile_without_height_or_width_is_hidden() {
        assert!(
            Tile {
                width: 0,
                height: 0
            }
            .is_hidden()
        );
        assert!(
            Tile {
                width: 640,
                height: 0
            }
            .is_hidden()
        );
        assert!(!Tile::UNTOLD.is_hidden());
        assert_eq!(Tile::UNTOLD.area(), 921_600);
    }
}
