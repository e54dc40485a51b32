//! `GET /api/staff/session`

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use booking_domain::{Facilities, StaffSignedIn};
use ids::{FacilityId, StaffId};
use serde::Serialize;

use crate::{Booking, ProblemCode, staff_session::AnyStaffSession};

/// A member of staff who is signed in.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = StaffMe)]
pub(crate) struct Me {
    id: StaffId,
    name: String,
    login: String,
    /// Whether a password of one's own is to be chosen before anything else can be done.
    must_change_password: bool,
    roles: Vec<MyRole>,
}

#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = StaffMyRole)]
struct MyRole {
    #[schema(value_type = crate::words::Role)]
    role: &'static str,
    /// None: everywhere.
    facility_id: Option<FacilityId>,
    facility_name: Option<String>,
}

/// Who is signed in, and with which roles.
///
/// Refuses with `not_signed_in`, `unavailable`.
#[utoipa::path(get, operation_id = "staffMe", path = "/api/staff/session", tag = "staff",
    responses((status = 200, description = "Who is signed in", body = Me)))]
pub(crate) async fn get(
    State(booking): State<Booking>,
    session: AnyStaffSession,
) -> Result<Json<Me>, ProblemCode> {
    Ok(Json(me(&booking, &session.complete()?).await?))
}

pub(super) async fn me(booking: &Booking, member: &StaffSignedIn) -> Result<Me, ProblemCode> {
    let facilities = booking.0.store.facilities().await?.into_iter();
    let names: BTreeMap<FacilityId, String> = facilities
        .map(|facility| (facility.id, facility.name.own))
        .collect();
    let roles = member.duties.iter().map(|duty| MyRole {
        role: duty.role().as_str(),
        facility_id: duty.facility(),
        facility_name: duty
            .facility()
            .and_then(|facility| names.get(&facility).cloned()),
    });
    Ok(Me {
        id: member.staff,
        name: member.name.clone(),
        login: member.login.clone(),
        must_change_password: member.password_is_temporary,
        roles: roles.collect(),
    })
}
