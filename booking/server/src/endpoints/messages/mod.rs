//! The message log of staff, and what gateways tell about messages.

pub(super) mod list;
pub(super) mod receipts;
pub(super) mod retry;

use booking_domain::Role;
use ids::FacilityId;

use crate::{ProblemCode, staff_session::StaffSession};

/// Who arranges visits, and who audits, may read what people were told.
fn may_read(session: &StaffSession, facility: FacilityId) -> Result<(), ProblemCode> {
    session.require_any([Role::Auditor, Role::Scheduler], facility)
}
