//! The time of a visit, and where now lies in it.

/// The time of one visit, Unix milliseconds; the end is the first moment outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Slot {
    /// The agreed minute.
    pub starts_at_ms: u64,
    /// When the visit is over.
    pub ends_at_ms: u64,
}

/// So much later than its slot a visit may end at most, for the time that it lost. What is good for a visit alone is
/// good for as long.
pub const MOST_GIVEN_BACK_MINUTES: u16 = 15;

/// Where a moment lies: a visit can be joined from some minutes before its start to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// Not yet.
    Early {
        /// From when one may join, Unix milliseconds.
        opens_at_ms: u64,
    },
    /// Now.
    Open,
    /// No more.
    Over,
}

impl Window {
    /// Where `now_ms` lies in a window from `opens_at_ms`, inclusive, to `ends_at_ms`, exclusive.
    #[must_use]
    pub const fn at(now_ms: u64, opens_at_ms: u64, ends_at_ms: u64) -> Self {
        if now_ms >= ends_at_ms {
            Self::Over
        } else if now_ms < opens_at_ms {
            Self::Early { opens_at_ms }
        } else {
            Self::Open
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_holds_its_first_moment_and_not_its_last() {
        assert_eq!(Window::at(99, 100, 200), Window::Early { opens_at_ms: 100 });
        assert_eq!(Window::at(100, 100, 200), Window::Open);
        assert_eq!(Window::at(199, 100, 200), Window::Open);
        assert_eq!(Window::at(200, 100, 200), Window::Over);
    }

    #[test]
    fn a_window_that_ends_before_it_opens_is_over_rather_than_early() {
        assert_eq!(Window::at(150, 200, 100), Window::Over);
    }
}
