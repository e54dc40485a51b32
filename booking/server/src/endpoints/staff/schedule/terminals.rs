//! `GET`, `POST /api/staff/facilities/{facility}/terminals`

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use booking_domain::{NewPairedTerminal, Slots, TerminalListing, TerminalPresence};
use grant::Secret;
use ids::{FacilityId, TerminalId};
use rand::{TryRngCore, rngs::OsRng};
use serde::{Deserialize, Serialize};
use telemetry::clock::unix_now_ms;

use super::scheduled;
use crate::{
    Booking, FieldCode, ProblemCode,
    endpoints::{Body, terminal::ListedSelfTest},
    refusal::Refusal,
    staff_session::StaffSession,
};

/// The longest name of a terminal, characters.
const NAME_CHARACTERS: std::ops::RangeInclusive<usize> = 1..=40;

/// A terminal.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Terminal)]
pub(crate) struct Listed {
    id: TerminalId,
    name: String,
    /// Whether visits can be booked at it.
    in_service: bool,
    /// How many visits have yet to end at it.
    visits_ahead: u32,
    /// Whether its page is connected now.
    connected: bool,
    /// Whether the connected page has a microphone.
    mic: bool,
    /// Whether the connected page has a camera.
    camera: bool,
    /// When its page was last connected, Unix milliseconds; nothing while it is, or if it never was.
    last_seen_at_ms: Option<u64>,
    /// Its newest test of itself; nothing: it has had none.
    self_test: Option<ListedSelfTest>,
}

/// A terminal to be.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewTerminal)]
pub(crate) struct New {
    name: String,
}

/// A terminal and the address that pairs a device with it. It is shown this once.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = PairedTerminal)]
pub(crate) struct Paired {
    pub(super) id: TerminalId,
    pub(super) pairing_url: String,
}

/// A facility's terminals, by their names, and which of them are connected at this moment; at most 500.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `unavailable`.
#[utoipa::path(get, operation_id = "terminals", path = "/api/staff/facilities/{facility}/terminals", tag = "staff",
    params(("facility" = FacilityId, Path)),
    responses((status = 200, description = "The terminals", body = Vec<Listed>)))]
pub(crate) async fn get(
    State(booking): State<Booking>,
    session: StaffSession,
    Path(facility): Path<String>,
) -> Result<Json<Vec<Listed>>, ProblemCode> {
    let facility = scheduled(&session, &facility)?;
    let terminals = booking.0.store.terminals(facility, unix_now_ms()).await?;
    let mut answer = Vec::with_capacity(terminals.len());
    for terminal in terminals {
        let presence = booking.0.live.presence(terminal.id).await;
        answer.push(listed(terminal, presence));
    }
    Ok(Json(answer))
}

/// Adds a terminal. The device is paired by opening the address once on it.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `bad_request`, `invalid_fields`, `unavailable`.
#[utoipa::path(post, operation_id = "addTerminal", path = "/api/staff/facilities/{facility}/terminals", tag = "staff",
    params(("facility" = FacilityId, Path)), request_body = New,
    responses((status = 201, description = "Added", body = Paired)))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    session: StaffSession,
    Path(facility): Path<String>,
    Body(new): Body<New>,
) -> Result<(StatusCode, Json<Paired>), Refusal> {
    let facility = scheduled(&session, &facility)?;
    let name = name(&new.name)?;
    let secret = Secret::generate(&mut OsRng.unwrap_err());
    let terminal = NewPairedTerminal {
        facility,
        name,
        secret: secret.hash(),
    };
    let store = &booking.0.store;
    let id = store
        .add_paired_terminal(terminal, session.staff, unix_now_ms())
        .await?;
    Ok((StatusCode::CREATED, Json(paired(&booking, id, &secret))))
}

/// A terminal's name, without the space around it.
pub(super) fn name(name: &str) -> Result<String, Refusal> {
    let name = name.trim();
    if NAME_CHARACTERS.contains(&name.chars().count()) {
        Ok(name.to_owned())
    } else {
        Err(Refusal::field("name", FieldCode::NotValid))
    }
}

/// The address that pairs a device with a terminal.
pub(super) fn paired(booking: &Booking, id: TerminalId, secret: &Secret) -> Paired {
    Paired {
        id,
        pairing_url: format!("{}/terminal#{}", booking.0.public_url, secret.reveal()),
    }
}

fn listed(terminal: TerminalListing, presence: TerminalPresence) -> Listed {
    Listed {
        id: terminal.id,
        name: terminal.name,
        in_service: terminal.state.is_in_service(),
        visits_ahead: terminal.visits_ahead,
        connected: presence.connected,
        mic: presence.mic,
        camera: presence.camera,
        last_seen_at_ms: terminal.last_seen_at_ms.filter(|_| !presence.connected),
        self_test: terminal.self_test.map(ListedSelfTest::from),
    }
}
