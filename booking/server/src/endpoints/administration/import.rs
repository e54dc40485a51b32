//! `POST /api/staff/facilities/{facility}/inmates/import`

use axum::{
    Json,
    extract::{Path, Query, State},
    http::{HeaderMap, Uri},
};
use booking_domain::{Actor, Facilities, Import, Inmates, Role, RowFault};
use bytes::Bytes;
use ids::FacilityId;
use serde::{Deserialize, Serialize};
use telemetry::clock::unix_now_ms;

use crate::{
    Booking, InmateList, ProblemCode, inmate_list::row_fault_text, locale,
    staff_session::StaffSession,
};

/// Room for the most rows that one list may have, bytes.
pub(super) const MAX_LIST_BYTES: usize = 2 * 1024 * 1024;

/// The request.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// Whether to tell what would happen, and do nothing.
    #[serde(default)]
    dry_run: bool,
}

/// What came of a list.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = InmateImport)]
pub(crate) struct Report {
    added: u32,
    changed: u32,
    unchanged: u32,
    /// The lines that were left out.
    bad: Vec<BadRow>,
}

#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = InmateImportBadRow)]
struct BadRow {
    /// Counted from 1.
    line: u64,
    code: &'static str,
    detail: &'static str,
}

/// Brings a facility's inmates in line with a list in CSV: number, name, first name. Bad lines are left
/// out and told. Nobody is noted as having left because of a list.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `bad_request`, `unavailable`.
#[utoipa::path(post, operation_id = "importInmates",
    path = "/api/staff/facilities/{facility}/inmates/import", tag = "staff",
    params(("facility" = FacilityId, Path), Asked),
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, description = "What came of it", body = Report)))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: StaffSession,
    Path(facility): Path<String>,
    Query(asked): Query<Asked>,
    uri: Uri,
    headers: HeaderMap,
    list: Bytes,
) -> Result<Json<Report>, ProblemCode> {
    let facility: FacilityId = facility.parse().map_err(|_| ProblemCode::NotFound)?;
    session.require(Role::FacilityAdministrator, facility)?;
    let known = booking.0.store.facility(facility).await?;
    known.ok_or(ProblemCode::NotFound)?;
    let list = InmateList::read(&list);
    let import = Import {
        facility,
        rows: list.rows,
        dry_run: asked.dry_run,
        by: Actor::Staff(session.staff),
        at_ms: unix_now_ms(),
    };
    let imported = booking.0.store.import_inmates(import).await?;
    let mut bad: Vec<(u64, RowFault)> = list.bad.into_iter().chain(imported.bad).collect();
    bad.sort_by_key(|(line, _)| *line);
    let locale = locale::of_request(&uri, &headers);
    let told = |(line, fault): (u64, RowFault)| BadRow {
        line,
        code: fault.as_str(),
        detail: row_fault_text(fault, locale),
    };
    Ok(Json(Report {
        added: imported.added,
        changed: imported.changed,
        unchanged: imported.unchanged,
        bad: bad.into_iter().map(told).collect(),
    }))
}
