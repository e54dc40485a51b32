//! Every route × role × facility. A route that the table below does not list fails.

mod routes;
mod visitors;
mod world;

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use booking_domain::{Duties, Duty, Role};

use routes::{
    Access::{Anybody, Anywhere, At, Everywhere, SignedIn},
    OF_VISITORS, ROUTES,
};
use world::World;

fn described() -> BTreeSet<(String, String)> {
    let document = serde_json::to_value(crate::openapi()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let methods = |(path, item): (&String, &serde_json::Value)| {
        let path = path.clone();
        let methods: Vec<_> = item.as_object().unwrap().keys().cloned().collect();
        methods
            .into_iter()
            .filter(|method| ["get", "post", "put", "patch", "delete"].contains(&&**method))
            .map(move |method| (method.to_uppercase(), path.clone()))
    };
    paths.iter().flat_map(methods).collect()
}

#[test]
fn every_route_is_in_the_table() {
    let listed: BTreeSet<_> = ROUTES
        .iter()
        .map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned()))
        .collect();
    let unlisted: Vec<_> = described()
        .into_iter()
        .filter(|route| !route.1.starts_with(OF_VISITORS) && !listed.contains(route))
        .collect();
    assert!(
        unlisted.is_empty(),
        "who may use these routes? {unlisted:#?}"
    );
}

#[tokio::test]
async fn without_a_session_nobody_gets_past_sign_in() {
    let world = World::new().await;
    for (method, path, access) in ROUTES {
        let status = world.ask(None, method, path).await;
        match access {
            Anybody => {}
            _ => assert_eq!(status, StatusCode::UNAUTHORIZED, "{method} {path}"),
        }
    }
}

#[tokio::test]
async fn staff_are_nobody_among_visitors() {
    let world = World::new().await;
    let chief = world
        .api
        .member_at("chief", Role::Administrator, None)
        .await;
    for (method, path) in described() {
        // Signing out is the same for everybody: afterwards nobody is signed in.
        let signs_out = (&*method, &*path) == ("DELETE", "/api/visitor/session");
        if path.starts_with(OF_VISITORS) && !signs_out {
            let path = path.replace(['{', '}'], "");
            let method: Method = method.parse().unwrap();
            let (status, _) = world
                .api
                .bearer(Some(&chief), method.clone(), &path, "")
                .await;
            assert!(status.is_client_error(), "{method} {path}: {status}");
        }
    }
}

#[tokio::test]
async fn each_role_does_what_is_its_own_at_its_own_facility_and_nothing_else() {
    let world = World::new().await;
    let mut members = Vec::new();
    for role in Role::ALL {
        for (place, facility) in [
            ("here", Some(world.facility)),
            ("elsewhere", Some(world.elsewhere)),
            ("everywhere", None),
        ] {
            if let Ok(duty) = Duty::new(role, facility) {
                let login = format!("{}.{place}", role.as_str());
                let duties = Duties::new([duty]);
                let (_, secret) = world.api.member(&login, duties.clone()).await;
                members.push((login, duties, secret));
            }
        }
    }
    // Those who may not come first: what they must not reach is still there.
    for (may, outcome) in [(false, "refused"), (true, "let in")] {
        for (method, path, access) in ROUTES {
            for (login, duties, secret) in &members {
                let allowed = match access {
                    Anybody | SignedIn => continue,
                    At(roles) => roles
                        .iter()
                        .any(|role| duties.require(*role, world.facility).is_ok()),
                    Anywhere(role) => duties.reach(*role).is_ok(),
                    Everywhere(role) => duties.require_everywhere(*role).is_ok(),
                };
                if allowed != may {
                    continue;
                }
                let status = world.ask(Some(secret), method, path).await;
                let refused = [StatusCode::FORBIDDEN, StatusCode::NOT_FOUND].contains(&status);
                assert_eq!(
                    refused, !may,
                    "{login} is not {outcome}: {method} {path}: {status}"
                );
                assert_ne!(status, StatusCode::BAD_REQUEST, "{method} {path}");
            }
        }
    }
}
