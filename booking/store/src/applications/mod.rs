//! Applications, their documents, companions and restrictions.
//!
//! Whoever changes an application or its documents first updates its row, under the condition of the state
//! that allows the change. So two who change one application wait for each other, and the second sees what
//! the first has done.

mod applicants;
mod approvals;
mod companions;
mod documents;
mod facility_visitors;
mod following;
mod inheriting;
mod restrictions;
mod retention;
mod reviews;
mod rows;
mod steps;

pub(crate) use approvals::{is_approved, state_for_seat};
pub(crate) use companions::name_told;
pub(crate) use following::follow;
pub(crate) use inheriting::{disinherit, inherit};
pub(crate) use steps::{leave, withdraw_all};
