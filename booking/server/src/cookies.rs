//! The cookies of sessions (RFC 6265): an opaque secret each, for the API's paths alone.

use axum::http::{HeaderMap, HeaderValue, header::COOKIE};
use cookie::{Cookie, SameSite, time::Duration};
use grant::Secret;

/// Whose session a cookie keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionCookie {
    /// A visitor's.
    Visitor,
    /// A member of staff's.
    Staff,
}

impl SessionCookie {
    const fn name(self) -> &'static str {
        match self {
            Self::Visitor => "openvisit_visitor",
            Self::Staff => "openvisit_staff",
        }
    }

    /// The session's secret, where a request brings one. Cookies of the same name that hold none are passed over:
    /// other pages of the site's domain may have left them.
    #[must_use]
    pub fn read(self, headers: &HeaderMap) -> Option<Secret> {
        let headers = headers.get_all(COOKIE).iter();
        headers
            .filter_map(|header| header.to_str().ok())
            .flat_map(Cookie::split_parse)
            .filter_map(Result::ok)
            .filter(|cookie| cookie.name() == self.name())
            .find_map(|cookie| Secret::parse(cookie.value()).ok())
    }

    /// The `Set-Cookie` that keeps a session for so long. `secure`: over HTTPS alone.
    #[must_use]
    pub fn keep(self, secret: &Secret, seconds: u32, secure: bool) -> HeaderValue {
        self.header(secret.reveal(), seconds, secure)
    }

    /// The `Set-Cookie` that forgets it.
    pub(crate) fn forget(self, secure: bool) -> HeaderValue {
        self.header("", 0, secure)
    }

    fn header(self, value: &str, seconds: u32, secure: bool) -> HeaderValue {
        let cookie = Cookie::build((self.name(), value))
            .path("/api")
            .http_only(true)
            .secure(secure)
            .same_site(SameSite::Strict)
            .max_age(Duration::seconds(seconds.into()));
        HeaderValue::from_str(&cookie.build().to_string())
            .expect("a secret is base64url, which a header carries")
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::StdRng};

    use super::*;

    #[test]
    fn a_secret_comes_back_by_its_own_cookie() {
        let secret = Secret::generate(&mut StdRng::seed_from_u64(1));
        let kept = SessionCookie::Visitor.keep(&secret, 60, true);
        let kept = kept.to_str().unwrap();
        assert!(
            kept.ends_with("; HttpOnly; SameSite=Strict; Secure; Path=/api; Max-Age=60"),
            "{}",
            kept.replace(secret.reveal(), "…")
        );
        let pair = kept.split(';').next().unwrap();
        let mut headers = HeaderMap::new();
        let left_by_others = "openvisit_visitor=; openvisit_visitor=x";
        let brought = format!("a=b; {left_by_others}; {pair}");
        headers.insert(COOKIE, brought.parse().unwrap());
        let read = SessionCookie::Visitor.read(&headers).unwrap();
        assert_eq!(read.reveal(), secret.reveal());
        assert!(SessionCookie::Staff.read(&headers).is_none());
        let forgotten = SessionCookie::Staff.forget(false);
        assert!(forgotten.to_str().unwrap().contains("Max-Age=0"));
    }
}
