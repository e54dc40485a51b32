//! `POST /api/staff/facilities/{facility}/terminals/{terminal}/pair`

use axum::{
    Json,
    extract::{Path, State},
};
use booking_domain::{Slots, TerminalChange, TerminalChanged};
use grant::Secret;
use ids::{FacilityId, TerminalId};
use rand::{TryRngCore, rngs::OsRng};
use telemetry::clock::unix_now_ms;

use super::{
    id, scheduled,
    terminals::{Paired, paired},
};
use crate::{Booking, ProblemCode, staff_session::StaffSession};

/// Pairs another device with a terminal: the one before is not known any more, and leaves a call that it is in.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `unavailable`.
#[utoipa::path(post, operation_id = "pairTerminal", path = "/api/staff/facilities/{facility}/terminals/{terminal}/pair", tag = "staff",
    params(("facility" = FacilityId, Path), ("terminal" = TerminalId, Path)),
    responses((status = 200, description = "The new address", body = Paired)))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: StaffSession,
    Path((facility, terminal)): Path<(String, String)>,
) -> Result<Json<Paired>, ProblemCode> {
    let facility = scheduled(&session, &facility)?;
    let terminal: TerminalId = id(&terminal)?;
    let secret = Secret::generate(&mut OsRng.unwrap_err());
    let change = TerminalChange::Secret(secret.hash());
    let store = &booking.0.store;
    let changed = store
        .change_terminal(facility, terminal, change, session.staff, unix_now_ms())
        .await?;
    match changed {
        TerminalChanged::Done => {
            booking.0.live.paired_anew(terminal).await;
            Ok(Json(paired(&booking, terminal, &secret)))
        }
        TerminalChanged::NotFound | TerminalChanged::InUse => Err(ProblemCode::NotFound),
    }
}
