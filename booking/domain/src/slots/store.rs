//! What the schedule asks of a store.

use async_trait::async_trait;
use grant::{SecretHash, Slot};
use ids::{ClosureId, FacilityId, SlotGridId, StaffId, TerminalId, VisitId};
use jiff::civil::Date;

use crate::{
    ClosurePlan, ClosuresPage, FacilityContact, FacilityName, FacilityRules, GridPlan,
    ListedClosure, Schedule, SelfTest, StoreError, TerminalState, TerminalStep, VisitState,
};

/// A facility's schedule: its figures, grids, closures and terminals. Each change is noted in the audit trail.
#[async_trait]
pub trait Slots: Send + Sync {
    /// A facility's settings.
    async fn settings(&self, facility: FacilityId) -> Result<Option<FacilitySettings>, StoreError>;
    /// Sets how a facility is reached, and its figures. Whether there is such a facility.
    async fn change_settings(
        &self,
        facility: FacilityId,
        contact: FacilityContact,
        rules: FacilityRules,
        by: StaffId,
        now_ms: u64,
    ) -> Result<bool, StoreError>;

    /// What a facility offers.
    async fn schedule(&self, facility: FacilityId) -> Result<Option<Schedule>, StoreError>;
    /// Which terminals of a facility are taken when, in a time. Holds that have run out take none.
    async fn taken(
        &self,
        facility: FacilityId,
        time: Slot,
        now_ms: u64,
    ) -> Result<Vec<(TerminalId, Slot)>, StoreError>;
    /// The visits that are still to come and begin on one of these dates, by their start. At most 500.
    async fn visits_ahead(
        &self,
        facility: FacilityId,
        dates: (Date, Date),
        now_ms: u64,
    ) -> Result<Vec<TouchedVisit>, StoreError>;

    /// Adds a grid. [`StoreError::Invalid`] where a terminal is not the facility's.
    async fn add_grid(
        &self,
        facility: FacilityId,
        plan: GridPlan,
        by: StaffId,
        now_ms: u64,
    ) -> Result<SlotGridId, StoreError>;
    /// Retires a grid. Visits that are booked stay. Whether the facility has such a grid; one that
    /// is retired already stays so.
    async fn retire_grid(
        &self,
        facility: FacilityId,
        grid: SlotGridId,
        by: StaffId,
        now_ms: u64,
    ) -> Result<bool, StoreError>;

    /// Whom a closure of a facility, or where none is named of all, would touch: how many visits, and the first of
    /// them by their start, at most 500.
    async fn touched_by_closure(
        &self,
        facility: Option<FacilityId>,
        plan: &ClosurePlan,
        now_ms: u64,
    ) -> Result<(usize, Vec<TouchedVisit>), StoreError>;
    /// Adds a closure of a facility, or where none is named of all, each by its own clock. Flags the confirmed visits
    /// that it touches, takes back the holds, and tells everybody concerned, in one transaction. How many visits it
    /// touches.
    async fn add_closure(
        &self,
        facility: Option<FacilityId>,
        plan: ClosurePlan,
        by: StaffId,
        now_ms: u64,
    ) -> Result<(ClosureId, usize), StoreError>;
    /// The closures of a facility and those of all, lifted ones too, the latest days first.
    async fn closures(&self, page: ClosuresPage) -> Result<Vec<ListedClosure>, StoreError>;
    /// Lifts a closure of the facility's own, or where none is named one of all facilities. Whether there is such a
    /// closure; one that is lifted already stays so.
    async fn lift_closure(
        &self,
        facility: Option<FacilityId>,
        closure: ClosureId,
        by: StaffId,
        now_ms: u64,
    ) -> Result<bool, StoreError>;

    /// A facility's terminals, by their names, with their visits ahead at a moment.
    async fn terminals(
        &self,
        facility: FacilityId,
        now_ms: u64,
    ) -> Result<Vec<TerminalListing>, StoreError>;
    /// Adds a terminal, paired with a secret.
    async fn add_paired_terminal(
        &self,
        terminal: NewPairedTerminal,
        by: StaffId,
        now_ms: u64,
    ) -> Result<TerminalId, StoreError>;
    /// Changes a terminal. One that has visits ahead stays in service.
    async fn change_terminal(
        &self,
        facility: FacilityId,
        terminal: TerminalId,
        change: TerminalChange,
        by: StaffId,
        now_ms: u64,
    ) -> Result<TerminalChanged, StoreError>;
}

/// A facility's settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacilitySettings {
    /// Its name.
    pub name: String,
    /// Its time zone, as the IANA database names it.
    pub time_zone: String,
    /// How it is reached.
    pub contact: FacilityContact,
    /// Its figures.
    pub rules: FacilityRules,
}

impl FacilitySettings {
    /// Its name, for readers of each language.
    #[must_use]
    pub fn name_for_readers(&self) -> FacilityName {
        FacilityName {
            own: self.name.clone(),
            latin: self.contact.latin_name.clone(),
        }
    }
}

/// A visit that a change of the schedule would touch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TouchedVisit {
    /// The visit.
    pub id: VisitId,
    /// Its facility's name.
    pub facility_name: String,
    /// The inmate's name.
    pub inmate_name: String,
    /// Where the inmate would sit.
    pub terminal: TerminalId,
    /// The terminal's name.
    pub terminal_name: String,
    /// When.
    pub slot: Slot,
    /// Where it stands.
    pub state: VisitState,
}

/// A terminal, as a scheduler sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TerminalListing {
    /// The terminal.
    pub id: TerminalId,
    /// Its name within the facility.
    pub name: String,
    /// Whether visits can be booked at it.
    pub state: TerminalState,
    /// How many visits have yet to end at it, by the end that lost time may have moved. Holds that have run out are
    /// none.
    pub visits_ahead: u32,
    /// When its page last came or went; none: never.
    pub last_seen_at_ms: Option<u64>,
    /// Its newest test.
    pub self_test: Option<SelfTest>,
}

/// A terminal to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPairedTerminal {
    /// Where it stands.
    pub facility: FacilityId,
    /// Its name there.
    pub name: String,
    /// The hash of the secret that it is paired with.
    pub secret: SecretHash,
}

/// What is to change about a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TerminalChange {
    /// Its name.
    Name(String),
    /// Whether visits can be booked at it.
    Service(TerminalStep),
    /// The secret that it is paired with: the old one counts no more.
    Secret(SecretHash),
}

/// What became of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TerminalChanged {
    /// It is done.
    Done,
    /// The facility has no such terminal.
    NotFound,
    /// Visits are booked at it: they must be moved first.
    InUse,
}
