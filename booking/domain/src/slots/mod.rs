//! When visits can take place.
//!
//! A facility's day is cut by a **grid** 梯次表: at which minutes its **batches** 梯次 begin, how long a visit
//! lasts, how much is left free after it, on which weekdays, from which date to which, and at which terminals
//! ([`SlotGrid`]). A batch on a date is a **slot**; its capacity is the number of the grid's terminals that are
//! in service. **Closures** take slots away ([`Closure`]). All of a facility together is its [`Schedule`].
//!
//! Slots are booked some days ahead; the farthest day opens at a minute of the local day ([`BookingWindow`]).
//!
//! Dates and minutes are those of the facility's time zone. Where clocks are put forward, a batch whose minute
//! does not exist does not take place; where they are put back, it begins at the first of the two. Slots of a
//! grid never overlap.

mod board;
mod closure;
mod grid;
mod month;
mod rules;
mod schedule;
mod store;
mod terminal_state;
mod window;

pub use board::{BoardDay, BoardSlot, SlotBoard, overlap};
pub use closure::{Closure, ClosureFault, ClosurePlan, ClosuresPage, ListedClosure};
pub use grid::{GridFault, GridPlan, GridSlot, SlotGrid, Weekdays};
pub(crate) use month::timestamp;
pub use month::{Month, local_date, local_minute};
pub use rules::{FacilityRules, RulesFault};
pub use schedule::{OfferedSlot, Schedule};
pub use store::{
    FacilitySettings, NewPairedTerminal, Slots, TerminalChange, TerminalChanged, TerminalListing,
    TouchedVisit,
};
pub use terminal_state::{TerminalInUse, TerminalState, TerminalStep};
pub use window::BookingWindow;
