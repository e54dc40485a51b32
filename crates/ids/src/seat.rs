//! The places in a call.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A place in one visit's call: the inmate's at the terminal, or one of up to three visitors'.
///
/// The party is at most three visitors (Prison Act 監獄行刑法 §69), so seats run from 0 to 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Seat(u8);

impl Seat {
    /// How many seats a visit has.
    pub const COUNT: usize = 4;
    /// The inmate's seat, at the facility's terminal.
    pub const INMATE: Self = Self(0);
    /// Every seat, the inmate's first.
    pub const ALL: [Self; Self::COUNT] = [Self(0), Self(1), Self(2), Self(3)];

    /// The seat as an index below [`Seat::COUNT`].
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// Whether a visitor sits here.
    #[must_use]
    pub const fn is_visitor(self) -> bool {
        self.0 != Self::INMATE.0
    }

    /// Every seat but this one, in ascending order.
    pub fn others(self) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |seat| *seat != self)
    }
}

/// A number that names no seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeatError(u8);

impl fmt::Display for SeatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "seat {} does not exist: seats are 0 to 3", self.0)
    }
}

impl std::error::Error for SeatError {}

impl TryFrom<u8> for Seat {
    type Error = SeatError;

    fn try_from(number: u8) -> Result<Self, SeatError> {
        if usize::from(number) < Self::COUNT {
            Ok(Self(number))
        } else {
            Err(SeatError(number))
        }
    }
}

impl From<Seat> for u8 {
    fn from(seat: Seat) -> Self {
        seat.0
    }
}

impl fmt::Display for Seat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fifth_seat_is_refused_in_json_too() {
        assert!(serde_json::from_str::<Seat>("3").is_ok());
        let error = serde_json::from_str::<Seat>("4").unwrap_err();
        assert!(error.to_string().contains("seats are 0 to 3"));
    }

    #[test]
    fn the_others_of_a_seat_are_the_three_that_it_is_not() {
        let second = Seat::try_from(1).unwrap();
        let others: Vec<u8> = second.others().map(u8::from).collect();
        assert_eq!(others, [0, 2, 3]);
    }
}
