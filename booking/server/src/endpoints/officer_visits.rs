//! `GET /api/officer/visits`

use axum::{
    Json,
    extract::{Query, State},
};
use booking_domain::{Facilities, FacilityInfo, Officers, Refused, Role, SupervisedVisit};
use ids::{FacilityId, Seat, VisitId};
use serde::{Deserialize, Serialize};
use telemetry::clock::unix_now_ms;

use super::terminal::ListedSelfTest;
use crate::{Booking, ProblemCode, staff_session::StaffSession};

/// Visits that ended up to half a day ago are listed, 12 hours.
const BACK_MS: u64 = 12 * 60 * 60 * 1000;
/// Visits that open within a day are listed, 24 hours.
const AHEAD_MS: u64 = 24 * 60 * 60 * 1000;

/// The request.
#[derive(Deserialize)]
pub(crate) struct Asked {
    /// Whose visits. Left out: those of the first facility, by name, at which the member is an officer.
    facility: Option<FacilityId>,
}

/// The answer. Times are Unix milliseconds.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = OfficerListing)]
pub(crate) struct Listing {
    facility: String,
    officer: String,
    now_ms: u64,
    visits: Vec<ListedVisit>,
}

#[derive(Serialize, utoipa::ToSchema)]
struct ListedVisit {
    id: VisitId,
    terminal: String,
    inmate: String,
    opens_at_ms: u64,
    starts_at_ms: u64,
    ends_at_ms: u64,
    #[schema(value_type = crate::words::VisitState)]
    state: &'static str,
    live: Live,
    party: Vec<ListedMember>,
}

#[derive(Serialize, utoipa::ToSchema)]
struct Live {
    connected_seats: Vec<Seat>,
    /// Whether the page of the visit's terminal is connected, in the call or not.
    terminal_connected: bool,
    /// When it was last connected; nothing while it is, or if it never was.
    terminal_seen_at_ms: Option<u64>,
    /// The terminal's newest test of itself; nothing: it has had none.
    terminal_test: Option<ListedSelfTest>,
}

#[derive(Serialize, utoipa::ToSchema)]
struct ListedMember {
    seat: Seat,
    name: String,
    /// `none`, `issued`, `redeemed` or `void`: the newest link's.
    #[schema(value_type = crate::words::LinkStanding)]
    link: &'static str,
    /// The last three digits of the registered number.
    phone_tail: String,
    /// The newest test of the visitor's phone since the visit was booked.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_test: Option<ListedTest>,
}

#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = ListedPhoneTest)]
struct ListedTest {
    /// As the phone told it: `good`, `sound_only` or `no_connection`.
    #[schema(value_type = crate::words::PhoneVerdict)]
    verdict: &'static str,
    at_ms: u64,
}

/// The visits of a facility of the officer's around now, by start, with who is in the call at this moment.
///
/// Refuses with `not_signed_in`, `not_allowed`, `not_found`, `unavailable`.
#[utoipa::path(get, operation_id = "officerVisits", path = "/api/officer/visits", tag = "officer",
    params(("facility" = Option<FacilityId>, Query, description = "Whose visits; left out: those of the first facility at which the member is an officer")),
    responses((status = 200, description = "The visits", body = Listing)))]
pub(crate) async fn get(
    State(booking): State<Booking>,
    session: StaffSession,
    Query(asked): Query<Asked>,
) -> Result<Json<Listing>, ProblemCode> {
    let facility = facility(&booking, &session, asked.facility).await?;
    let now_ms = unix_now_ms();
    let (from_ms, to_ms) = (
        now_ms.saturating_sub(BACK_MS),
        now_ms.saturating_add(AHEAD_MS),
    );
    let found = booking
        .0
        .store
        .supervised_visits(facility.id, from_ms, to_ms)
        .await?;
    let mut visits = Vec::with_capacity(found.len());
    for mut visit in found {
        let connected = booking.0.live.presence(visit.info.terminal).await.connected;
        let live = Live {
            connected_seats: booking.0.live.connected(visit.info.id).await,
            terminal_connected: connected,
            terminal_seen_at_ms: visit.terminal_seen_at_ms.filter(|_| !connected),
            terminal_test: visit.terminal_test.take().map(ListedSelfTest::from),
        };
        visits.push(listed(visit, live));
    }
    Ok(Json(Listing {
        facility: facility.name.own,
        officer: session.name,
        now_ms,
        visits,
    }))
}

async fn facility(
    booking: &Booking,
    session: &StaffSession,
    asked: Option<FacilityId>,
) -> Result<FacilityInfo, ProblemCode> {
    let facilities = &booking.0.store;
    if let Some(asked) = asked {
        session.require(Role::Officer, asked)?;
        return facilities
            .facility(asked)
            .await?
            .ok_or(ProblemCode::NotFound);
    }
    let reach = session.reach(Role::Officer)?;
    let mut facilities = facilities.facilities().await?.into_iter();
    facilities
        .find(|facility| reach.includes(facility.id))
        .ok_or(ProblemCode::NotFound)
}

/// The facility of a visit that the member supervises.
pub(super) async fn supervised(
    booking: &Booking,
    session: &StaffSession,
    visit: VisitId,
) -> Result<FacilityId, ProblemCode> {
    let facility = booking.0.store.visit_facility(visit).await?;
    let facility = facility.ok_or(ProblemCode::VisitNotFound)?;
    match session.roles.require(Role::Officer, facility) {
        Ok(()) => Ok(facility),
        Err(Refused::Elsewhere) => Err(ProblemCode::VisitNotFound),
        Err(Refused::NotAllowed) => Err(ProblemCode::NotAllowed),
    }
}

fn listed(visit: SupervisedVisit, live: Live) -> ListedVisit {
    let SupervisedVisit {
        info,
        terminal_name,
        seats,
        ..
    } = visit;
    let party = info
        .party
        .into_iter()
        .zip(seats)
        .map(|(member, seat)| ListedMember {
            seat: member.seat,
            name: member.name,
            link: seat.link.as_str(),
            phone_tail: seat.phone_tail,
            phone_test: seat.phone_test.map(|test| ListedTest {
                verdict: test.verdict.as_str(),
                at_ms: test.at_ms,
            }),
        });
    ListedVisit {
        id: info.id,
        terminal: terminal_name,
        inmate: info.inmate_name,
        opens_at_ms: info.opens_at_ms,
        starts_at_ms: info.starts_at_ms,
        ends_at_ms: info.ends_at_ms,
        state: info.state.as_str(),
        live,
        party: party.collect(),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use serde_json::json;

    use crate::tests::TestApi;

    #[tokio::test]
    async fn an_officer_sees_the_visits_of_today_and_who_is_connected() {
        let api = TestApi::start().await;
        api.live.connect(1);
        let (status, body) = api.officer_get("/api/officer/visits").await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(
            (&body["facility"], &body["officer"]),
            (&json!("示範看守所"), &json!("王信義"))
        );
        let visit = &body["visits"][0];
        assert_eq!(visit["id"], json!(api.demo.visit));
        assert_eq!(
            (&visit["terminal"], &visit["inmate"]),
            (&json!("第一接見室"), &json!("林明華"))
        );
        assert_eq!(visit["state"], "confirmed");
        assert_eq!(visit["ends_at_ms"], json!(api.demo.slot.ends_at_ms));
        let live = json!({ "connected_seats": [1], "terminal_connected": false, "terminal_seen_at_ms": null, "terminal_test": null });
        assert_eq!(visit["live"], live);
        let party = json!([
            { "seat": 1, "name": "林陳秀英", "link": "issued", "phone_tail": "101" },
            { "seat": 2, "name": "林志成", "link": "issued", "phone_tail": "102" },
            { "seat": 3, "name": "林雅婷", "link": "issued", "phone_tail": "103" },
        ]);
        assert_eq!(visit["party"], party);
        assert_eq!(body["visits"].as_array().unwrap().len(), 1);
        api.live.terminal_is_there();
        let (_, body) = api.officer_get("/api/officer/visits").await;
        let live = json!({ "connected_seats": [1], "terminal_connected": true, "terminal_seen_at_ms": null, "terminal_test": null });
        assert_eq!(body["visits"][0]["live"], live);
    }

    #[tokio::test]
    async fn without_a_secret_that_is_known_there_is_one_answer() {
        let api = TestApi::start().await;
        let unknown = format!("Bearer {}", "A".repeat(43));
        let terminal = format!("Bearer {}", api.demo.terminal.reveal());
        let expired = format!("Bearer {}", api.expired_officer().await.reveal());
        for credential in [
            "",
            "Bearer",
            "Bearer x",
            "Basic eA==",
            &unknown,
            &terminal,
            &expired,
        ] {
            let (status, body) = api.get_as("/api/officer/visits", credential).await;
            assert_eq!(status, StatusCode::UNAUTHORIZED, "{credential}");
            assert_eq!(body["code"], "not_signed_in");
        }
    }
}
