//! What staff do to sign in, and what those do who look after staff, facilities and inmates.

mod accounts;
mod address;
mod audit;
mod depart;
mod facilities;
mod import;
mod inmates;
mod me;
mod member;
mod members;
mod password;
mod reset_member;
mod session;
mod set_up;
mod show_code;
mod suspension;

use axum::extract::DefaultBodyLimit;
use booking_domain::{Duties, Duty, DutyError, Role};
use ids::FacilityId;
use rand::{TryRngCore, rngs::OsRng};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt},
    routes,
};

use crate::{
    Booking, FieldCode, ProblemCode, client_address::ClientAddress, refusal::Refusal,
    staff_session::StaffSession,
};

/// The endpoints.
pub(super) fn described() -> OpenApiRouter<Booking> {
    OpenApiRouter::new()
        .routes(routes!(session::post, me::get, session::delete))
        .routes(routes!(show_code::post))
        .routes(routes!(set_up::post))
        .routes(routes!(password::post))
        .routes(routes!(members::get, members::post))
        .routes(routes!(member::patch))
        .routes(routes!(reset_member::post))
        .routes(routes!(facilities::get, facilities::post))
        .routes(routes!(inmates::get, inmates::post))
        .routes(routes!(depart::transfer))
        .routes(routes!(depart::release))
        .routes(routes!(import::post).layer(DefaultBodyLimit::max(import::MAX_LIST_BYTES)))
        .routes(routes!(accounts::get))
        .routes(routes!(suspension::post, suspension::delete))
        .routes(routes!(address::put))
        .routes(routes!(audit::get))
        .routes(routes!(audit::verify))
}

/// A role at a facility, or everywhere.
#[derive(Clone, Debug, Deserialize, Serialize, utoipa::ToSchema)]
#[schema(as = StaffRole)]
pub(crate) struct RoleAt {
    /// `reviewer`, `scheduler`, `officer`, `facility_administrator`, `auditor` or `administrator`.
    #[schema(value_type = crate::words::Role)]
    role: String,
    /// Left out: everywhere.
    facility_id: Option<FacilityId>,
}

impl From<Duty> for RoleAt {
    fn from(duty: Duty) -> Self {
        Self {
            role: duty.role().as_str().to_owned(),
            facility_id: duty.facility(),
        }
    }
}

/// So many roles one member may have.
const MAX_ROLES: usize = 50;

fn duties(roles: &[RoleAt]) -> Result<Duties, Refusal> {
    let wrong = || Refusal::field("roles", FieldCode::NotValid);
    if roles.len() > MAX_ROLES {
        return Err(wrong());
    }
    let duty = |asked: &RoleAt| {
        let role = Role::parse(&asked.role).map_err(|_| wrong())?;
        Duty::new(role, asked.facility_id).map_err(|_: DutyError| wrong())
    };
    let duties: Result<Vec<Duty>, Refusal> = roles.iter().map(duty).collect();
    Ok(Duties::new(duties?))
}

/// The characters of a temporary password: none that look like another.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789A";
/// 16 characters of 5 bits: 80 bits.
const TEMPORARY_CHARACTERS: usize = 16;

/// A password that somebody else will read out or hand over once.
pub(crate) fn temporary_password() -> String {
    let mut bytes = [0; TEMPORARY_CHARACTERS];
    OsRng
        .try_fill_bytes(&mut bytes)
        .expect("the system has randomness");
    bytes
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(byte % 32)]))
        .collect()
}

/// Whether the member may do what concerns all facilities.
fn everywhere(session: &StaffSession) -> Result<(), ProblemCode> {
    Ok(session.roles.require_everywhere(Role::Administrator)?)
}

/// The bounds of a name, characters.
fn name(typed: &str) -> Result<String, Refusal> {
    let name = typed.trim();
    match name.chars().count() {
        0 => Err(Refusal::field("name", FieldCode::Required)),
        1..=80 if !name.chars().any(char::is_control) => Ok(name.to_owned()),
        1..=80 => Err(Refusal::field("name", FieldCode::NotValid)),
        _ => Err(Refusal::field("name", FieldCode::TooLong)),
    }
}

/// The hash of a password that somebody who is signed in makes.
async fn hashed(booking: &Booking, password: &str) -> Result<String, Refusal> {
    let password = SecretString::from(password);
    let place = booking.0.staff_passwords.place(ClientAddress(None))?;
    Ok(place.hash(password).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_temporary_password_is_long_enough_and_none_is_like_another() {
        let (one, two) = (temporary_password(), temporary_password());
        assert_eq!(one.len(), TEMPORARY_CHARACTERS);
        assert!(booking_domain::STAFF_PASSWORD_CHARACTERS.contains(&one.len()));
        assert_ne!(one, two);
    }
}
