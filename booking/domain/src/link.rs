//! A seat's link, and what becomes of it when a device redeems it.
//!
//! One link, one person, one visit: redeemed exactly once. The device that redeemed it may come back and
//! ask again (its first answer may have been lost) until the slot ends; any other device is too late.
//! Stores decide a redemption in one conditional update; this is the rule that they follow, and that tells
//! a loser why.

use grant::{DeviceHash, Window};
use ids::Seat;

use crate::{VisitInfo, VisitState};

/// Where a link stands. That it is expired is a matter of the visit's window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeatLink {
    /// It waits for its visitor.
    Issued,
    /// A device has it.
    Redeemed {
        /// The device.
        device: DeviceHash,
    },
    /// It counts no more: a newer link was issued for the seat, or the visit is called off.
    Void,
}

/// A redeemed link's seat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redemption {
    /// The visit.
    pub visit: VisitInfo,
    /// The seat.
    pub seat: Seat,
    /// How many links had been issued for the seat, with this one.
    pub generation: u32,
    /// The visitor's name.
    pub name: String,
}

/// What a link is for, without spending it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkView {
    /// The visit.
    pub visit: VisitInfo,
    /// The seat.
    pub seat: Seat,
    /// The link counts no more, or its visit does not take place.
    pub withdrawn: bool,
}

/// Why a link was not redeemed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RedeemError {
    /// Another device has it.
    #[error("another device has used the link")]
    Used,
    /// A newer link was issued, or the visit does not take place.
    #[error("the link was withdrawn")]
    Withdrawn,
    /// Staff look at the visit first. Once they say that it takes place, the link holds again.
    #[error("the visit needs a look first")]
    Flagged,
    /// The visit is over.
    #[error("the visit is over")]
    Over,
    /// The visit's window is not open yet.
    #[error("the visit cannot be joined yet")]
    Early {
        /// From when one may join, Unix milliseconds.
        opens_at_ms: u64,
    },
    /// No link is kept by this id: there never was one, or its visit or its visitor's part in it was forgotten.
    #[error("no such link")]
    NotFound,
    /// The store could not be asked. Trying again may help.
    #[error("the store cannot be reached: {0}")]
    Unavailable(String),
}

impl SeatLink {
    /// The link once `device` has redeemed it, for a visit in `state` whose window has `now` in it.
    pub fn redeem(
        self,
        device: DeviceHash,
        state: VisitState,
        now: Window,
    ) -> Result<Self, RedeemError> {
        if now == Window::Over || state.is_past() {
            return Err(RedeemError::Over);
        }
        if self.is_withdrawn(state) {
            return Err(RedeemError::Withdrawn);
        }
        if let Self::Redeemed { device: first } = self
            && first != device
            && !matches!(now, Window::Early { .. })
        {
            return Err(RedeemError::Used);
        }
        if matches!(state, VisitState::Flagged) {
            return Err(RedeemError::Flagged);
        }
        match now {
            Window::Early { opens_at_ms } => Err(RedeemError::Early { opens_at_ms }),
            Window::Open | Window::Over => Ok(Self::Redeemed { device }),
        }
    }

    /// Whether the link counts no more, or its visit in `state` does not take place. One that is flagged may.
    #[must_use]
    pub const fn is_withdrawn(self, state: VisitState) -> bool {
        matches!(self, Self::Void)
            || !(state.is_joinable() || state.is_past() || matches!(state, VisitState::Flagged))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn device(first: u8) -> DeviceHash {
        DeviceHash::from_bytes([first; 32])
    }

    fn links() -> impl Strategy<Value = SeatLink> {
        prop_oneof![
            Just(SeatLink::Issued),
            (0_u8..4).prop_map(|first| SeatLink::Redeemed {
                device: device(first)
            }),
            Just(SeatLink::Void),
        ]
    }

    fn windows() -> impl Strategy<Value = Window> {
        prop_oneof![
            any::<u64>().prop_map(|opens_at_ms| Window::Early { opens_at_ms }),
            Just(Window::Open),
            Just(Window::Over),
        ]
    }

    proptest! {
        #[test]
        fn nobody_redeems_outside_the_window_or_of_a_visit_that_cannot_be_joined(
            link in links(), now in windows(), state in proptest::sample::select(&VisitState::ALL[..]),
        ) {
            let redeemed = link.redeem(device(0), state, now);
            if now != Window::Open || !state.is_joinable() {
                prop_assert!(redeemed.is_err());
            }
        }

        #[test]
        fn a_link_never_passes_from_one_device_to_another(
            link in links(), tries in proptest::collection::vec((0_u8..4, windows()), 1..20),
        ) {
            let mut link = link;
            for (first, now) in tries {
                let before = link;
                if let Ok(after) = link.redeem(device(first), VisitState::InSession, now) {
                    prop_assert_eq!(after, SeatLink::Redeemed { device: device(first) });
                    prop_assert!(before == SeatLink::Issued || before == after);
                    link = after;
                }
            }
        }
    }

    #[test]
    fn the_first_device_may_ask_again_and_a_second_one_is_told_that_the_link_is_used() {
        let link = SeatLink::Issued
            .redeem(device(1), VisitState::Confirmed, Window::Open)
            .unwrap();
        assert_eq!(
            link.redeem(device(1), VisitState::InSession, Window::Open),
            Ok(link)
        );
        let second = link.redeem(device(2), VisitState::InSession, Window::Open);
        assert_eq!(second, Err(RedeemError::Used));
    }

    #[test]
    fn each_obstacle_has_its_own_answer() {
        let redeem = |link: SeatLink, state, now| link.redeem(device(1), state, now).unwrap_err();
        let early = Window::Early { opens_at_ms: 7 };
        let confirmed = VisitState::Confirmed;
        assert_eq!(
            redeem(SeatLink::Void, confirmed, Window::Open),
            RedeemError::Withdrawn
        );
        assert_eq!(
            redeem(SeatLink::Void, confirmed, early),
            RedeemError::Withdrawn
        );
        assert_eq!(
            redeem(SeatLink::Void, confirmed, Window::Over),
            RedeemError::Over
        );
        assert_eq!(
            redeem(SeatLink::Issued, confirmed, early),
            RedeemError::Early { opens_at_ms: 7 }
        );
        assert_eq!(
            redeem(SeatLink::Issued, confirmed, Window::Over),
            RedeemError::Over
        );
        let state = |state| redeem(SeatLink::Issued, state, Window::Open);
        assert_eq!(state(VisitState::Completed), RedeemError::Over);
        assert_eq!(state(VisitState::Terminated), RedeemError::Withdrawn);
        assert_eq!(state(VisitState::Cancelled), RedeemError::Withdrawn);
    }

    #[test]
    fn who_holds_the_link_of_a_visit_that_needs_a_look_is_told_so_and_nobody_else() {
        let redeem = |link: SeatLink, now| link.redeem(device(1), VisitState::Flagged, now);
        let early = Window::Early { opens_at_ms: 7 };
        let own = SeatLink::Redeemed { device: device(1) };
        for link in [SeatLink::Issued, own] {
            for now in [early, Window::Open] {
                assert_eq!(redeem(link, now), Err(RedeemError::Flagged));
            }
            assert_eq!(redeem(link, Window::Over), Err(RedeemError::Over));
        }
        let other = SeatLink::Redeemed { device: device(2) };
        assert_eq!(redeem(other, Window::Open), Err(RedeemError::Used));
        assert_eq!(
            redeem(SeatLink::Void, Window::Open),
            Err(RedeemError::Withdrawn)
        );
    }
}
