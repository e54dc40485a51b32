//! Who asks: a member of staff, by the secret of the session.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header::AUTHORIZATION, request::Parts},
};
use booking_domain::{Duties, Reach, Refused, Role, StaffSessions, StaffSignedIn};
use grant::{Secret, SecretHash};
use ids::{FacilityId, StaffId};
use protocol::Locale;
use telemetry::clock::unix_now_ms;

use crate::{Booking, ProblemCode, cookies::SessionCookie, locale};

/// A member of staff who is signed in: `Authorization: Bearer SECRET` (RFC 6750 section 2.1), else the
/// cookie. A secret that never was, one whose session is over, one that waits for its second factor and
/// none at all get the same answer.
///
/// What a duty of the member's must allow is asked of the session: [`StaffSession::require`].
pub(crate) struct StaffSession {
    /// The member.
    pub(crate) staff: StaffId,
    /// The member's name.
    pub(crate) name: String,
    /// What the member may do.
    pub(crate) roles: Duties,
    /// The language that the request asks for.
    pub(crate) locale: Locale,
}

/// A session whose second factor may not have been shown yet, or whose password is to be changed.
pub(crate) struct AnyStaffSession {
    /// The hash of its secret.
    pub(crate) secret: SecretHash,
    /// Whose it is.
    pub(crate) signed_in: StaffSignedIn,
}

impl StaffSession {
    /// Whether the member may do at `facility` what asks for `role`. `not_found` where no duty of the
    /// member's lies there, `not_allowed` where another one does.
    pub(crate) fn require(&self, role: Role, facility: FacilityId) -> Result<(), ProblemCode> {
        Ok(self.roles.require(role, facility)?)
    }

    /// Whether the member may do at `facility` what asks for one of `roles`, refused as by [`Self::require`].
    pub(crate) fn require_any(
        &self,
        roles: [Role; 2],
        facility: FacilityId,
    ) -> Result<(), ProblemCode> {
        let [one, other] = roles;
        self.require(one, facility)
            .or_else(|_| self.require(other, facility))
    }

    /// Where the member may do what asks for `role`; `not_allowed` where that is nowhere.
    pub(crate) fn reach(&self, role: Role) -> Result<Reach, ProblemCode> {
        Ok(self.roles.reach(role)?)
    }
}

impl AnyStaffSession {
    /// The member, once the second factor was shown.
    pub(crate) fn complete(self) -> Result<StaffSignedIn, ProblemCode> {
        if self.signed_in.complete {
            Ok(self.signed_in)
        } else {
            Err(ProblemCode::NotSignedIn)
        }
    }
}

impl From<Refused> for ProblemCode {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NotAllowed => Self::NotAllowed,
            Refused::Elsewhere => Self::NotFound,
        }
    }
}

impl FromRequestParts<Booking> for StaffSession {
    type Rejection = ProblemCode;

    async fn from_request_parts(parts: &mut Parts, booking: &Booking) -> Result<Self, ProblemCode> {
        let session = AnyStaffSession::from_request_parts(parts, booking).await?;
        let signed_in = session.complete()?;
        if signed_in.password_is_temporary {
            return Err(ProblemCode::PasswordIsTemporary);
        }
        Ok(Self {
            staff: signed_in.staff,
            name: signed_in.name,
            roles: signed_in.duties,
            locale: locale::of_request(&parts.uri, &parts.headers),
        })
    }
}

impl FromRequestParts<Booking> for AnyStaffSession {
    type Rejection = ProblemCode;

    async fn from_request_parts(parts: &mut Parts, booking: &Booking) -> Result<Self, ProblemCode> {
        let secret = secret(&parts.headers)
            .ok_or(ProblemCode::NotSignedIn)?
            .hash();
        let signed_in = booking.0.store.staff_session(secret, unix_now_ms()).await?;
        signed_in
            .map(|signed_in| Self { secret, signed_in })
            .ok_or(ProblemCode::NotSignedIn)
    }
}

/// What the request shows. One that shows a bearer token is judged by that alone.
fn secret(headers: &HeaderMap) -> Option<Secret> {
    if headers.contains_key(AUTHORIZATION) {
        return bearer(headers).and_then(|secret| Secret::parse(secret).ok());
    }
    SessionCookie::Staff.read(headers)
}

/// A bearer token (RFC 6750 section 2.1).
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderValue, header::COOKIE};

    use super::*;

    fn shown(name: axum::http::HeaderName, value: &str) -> Option<String> {
        let headers = HeaderMap::from_iter([(name, HeaderValue::from_str(value).unwrap())]);
        secret(&headers).map(|secret| secret.reveal().to_owned())
    }

    #[test]
    fn a_secret_comes_as_a_bearer_token_or_in_the_cookie() {
        let text = "A".repeat(43);
        assert_eq!(
            shown(AUTHORIZATION, &format!("bearer {text}")),
            Some(text.clone())
        );
        let cookie = format!("a=b; openvisit_staff={text}; openvisit_visitor=x");
        assert_eq!(shown(COOKIE, &cookie), Some(text.clone()));
        assert_eq!(shown(COOKIE, &format!("openvisit_visitor={text}")), None);
        assert_eq!(shown(AUTHORIZATION, "Bearer x"), None);
    }
}
