//! What officers see and do.

use async_trait::async_trait;
use ids::{FacilityId, Seat, StaffId, VisitId};

use crate::{EndedBy, PhoneTest, SelfTest, StoreError, VisitInfo};

/// The visits that officers supervise.
#[async_trait]
pub trait Officers: Send + Sync {
    /// The visits of a facility that touch the time from `from_ms` to `to_ms`, by start and terminal.
    async fn supervised_visits(
        &self,
        facility: FacilityId,
        from_ms: u64,
        to_ms: u64,
    ) -> Result<Vec<SupervisedVisit>, StoreError>;

    /// The facility of a visit.
    async fn visit_facility(&self, visit: VisitId) -> Result<Option<FacilityId>, StoreError>;

    /// Ends a visit that is open, in one transaction: its links are void, the month gets it back unless what led
    /// to it lies on the visitors' side, its party and its facility are told why, and the audit trail has it.
    async fn terminate(&self, termination: Termination) -> Result<Terminated, StoreError>;
}

/// A visit, as its officer sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupervisedVisit {
    /// The visit.
    pub info: VisitInfo,
    /// The terminal's name.
    pub terminal_name: String,
    /// When the terminal's page last came or went; none: never.
    pub terminal_seen_at_ms: Option<u64>,
    /// The newest test of the terminal.
    pub terminal_test: Option<SelfTest>,
    /// The visitors' seats, in the order of [`VisitInfo::party`].
    pub seats: Vec<SupervisedSeat>,
}

/// A visitor's seat, as an officer sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupervisedSeat {
    /// The seat.
    pub seat: Seat,
    /// How its newest link stands.
    pub link: LinkStanding,
    /// The last three digits of the registered mobile number.
    pub phone_tail: String,
    /// The newest test of the visitor's phone since the visit was booked.
    pub phone_test: Option<PhoneTest>,
}

/// How the newest link of a seat stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkStanding {
    /// None was issued yet.
    None,
    /// Not redeemed yet.
    Issued,
    /// A device has it.
    Redeemed,
    /// It counts no more.
    Void,
}

impl LinkStanding {
    /// Each of them.
    pub const ALL: [Self; 4] = [Self::None, Self::Issued, Self::Redeemed, Self::Void];

    /// As it is written in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Issued => "issued",
            Self::Redeemed => "redeemed",
            Self::Void => "void",
        }
    }
}

/// An officer's decision to end a visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Termination {
    /// The visit.
    pub visit: VisitId,
    /// The visit's facility, at which the officer serves.
    pub facility: FacilityId,
    /// The officer.
    pub officer: StaffId,
    /// On whose side what led to it lies.
    pub ended_by: EndedBy,
    /// The written reason (Prison Act 監獄行刑法 §71), as the visitors read it.
    pub reason: String,
    /// Now, Unix milliseconds.
    pub at_ms: u64,
}

/// What became of a termination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Terminated {
    /// The visit is ended.
    Done,
    /// The facility has no such visit.
    NotFound,
    /// The visit is not open, or was ended already.
    NotOpen,
}
