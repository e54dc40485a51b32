//! `POST /api/links/facility`

use axum::{Json, extract::State};
use booking_domain::Visits;
use serde::{Deserialize, Serialize};

use super::Body;
use crate::{Booking, ProblemCode, locale::Asked};

/// The request.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FacilityOfLink)]
pub(crate) struct Link {
    /// The part of any link of a seat behind `#`: new, used or replaced.
    token: String,
}

/// The facility of a link's visit.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = LinkFacility)]
pub(crate) struct FacilityBody {
    name: String,
    /// Where one can call.
    telephone: Option<String>,
}

/// The facility of a link's visit, for whoever holds the link and does not get in. It spends nothing of the
/// link. What is not signed by us is refused before the store is asked, and what the store does not have
/// reads the same.
///
/// Refuses with `bad_request` and `not_found`.
#[utoipa::path(post, operation_id = "linkFacility", path = "/api/links/facility", tag = "visitor",
    request_body = Link, responses((status = 200, body = FacilityBody)))]
pub(crate) async fn post(
    State(booking): State<Booking>,
    Asked(locale): Asked,
    Body(link): Body<Link>,
) -> Result<Json<FacilityBody>, ProblemCode> {
    let issuer = &booking.0.issuer;
    let link = issuer.keys.verify(&link.token);
    let link = link.map_err(|_| ProblemCode::NotFound)?;
    let seen = issuer.store.look(link.hash).await?;
    let visit = seen.ok_or(ProblemCode::NotFound)?.visit;
    Ok(Json(FacilityBody {
        name: visit.facility_name.written_in(locale),
        telephone: visit.facility_telephone,
    }))
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use booking_domain::Visits;
    use serde_json::{Value, json};
    use telemetry::clock::unix_now_ms;

    use crate::tests::{TestApi, device, token_in};

    const TELEPHONE: &str = "02-5550-0199#12";

    async fn ask(api: &TestApi, token: &str) -> (StatusCode, Value) {
        api.post("/api/links/facility", &json!({ "token": token }))
            .await
    }

    #[tokio::test]
    async fn whoever_holds_a_link_learns_where_to_call_and_the_link_is_not_spent() {
        let api = TestApi::start().await;
        let (link, name) = (&api.demo.links[0], &api.demo.facility_name);
        let token = token_in(&link.url);
        let without = (StatusCode::OK, json!({ "name": name, "telephone": null }));
        assert_eq!(ask(&api, token).await, without);
        sqlx::query("UPDATE facility SET contact_telephone = $1")
            .bind(TELEPHONE)
            .execute(&api.database().await)
            .await
            .unwrap();
        let with = (
            StatusCode::OK,
            json!({ "name": name, "telephone": TELEPHONE }),
        );
        assert_eq!(ask(&api, token).await, with);
        let redeemed = api
            .store
            .redeem(api.link_hash(link), device(1), unix_now_ms())
            .await;
        redeemed.unwrap();
        assert_eq!(ask(&api, token).await, with);
        let reissue = format!("/api/officer/visits/{}/seats/1/reissue", api.demo.visit);
        api.officer_post(&reissue, &json!(null)).await;
        assert_eq!(ask(&api, token).await, with);
    }

    #[tokio::test]
    async fn what_is_no_link_reads_like_one_that_nobody_has() {
        let api = TestApi::start().await;
        let token = token_in(&api.demo.links[0].url);
        let (first, rest) = token.split_at(1);
        let forged = format!("{}{rest}", if first == "A" { "B" } else { "A" });
        for token in ["", "x", &"A".repeat(32), &token[..20], &forged] {
            let (status, problem) = ask(&api, token).await;
            assert_eq!(
                (status, &problem["code"]),
                (StatusCode::NOT_FOUND, &json!("not_found"))
            );
        }
    }
}
