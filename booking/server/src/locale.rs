//! The language of a request.

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Uri, header::ACCEPT_LANGUAGE, request::Parts},
};
use protocol::Locale;

/// The language of a request of somebody who need not be signed in.
pub(crate) struct Asked(pub(crate) Locale);

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(of_request(&parts.uri, &parts.headers)))
    }
}

/// The language that a request asks for: `?locale=`, else the most wanted of `Accept-Language`
/// (RFC 9110 section 12.5.4) that is spoken here, else the agency's own.
#[must_use]
pub fn of_request(uri: &Uri, headers: &HeaderMap) -> Locale {
    let asked = uri.query().into_iter().flat_map(|query| query.split('&'));
    let asked = asked
        .filter_map(|pair| pair.strip_prefix("locale="))
        .find_map(Locale::from_tag);
    let accepted = headers
        .get(ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    asked
        .or_else(|| accepted.and_then(most_wanted))
        .unwrap_or_default()
}

fn most_wanted(accepted: &str) -> Option<Locale> {
    let ranges = accepted.split(',').filter_map(|range| {
        let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
        let weight: f32 = weight.trim().strip_prefix("q=")?.parse().ok()?;
        Locale::from_tag(tag)
            .filter(|_| weight > 0.0 && weight <= 1.0)
            .map(|locale| (locale, weight))
    });
    // Of equally wanted ones the first is taken.
    ranges
        .reduce(|best, next| if next.1 > best.1 { next } else { best })
        .map(|(locale, _)| locale)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locale(uri: &str, accepted: Option<&'static str>) -> Locale {
        let mut headers = HeaderMap::new();
        if let Some(accepted) = accepted {
            headers.insert(ACCEPT_LANGUAGE, accepted.parse().unwrap());
        }
        of_request(&uri.parse().unwrap(), &headers)
    }

    #[test]
    fn the_address_goes_before_the_header_and_the_header_before_the_default() {
        assert_eq!(locale("/?a=b&locale=th", Some("en")), Locale::Th);
        assert_eq!(locale("/", Some("en-US")), Locale::En);
        assert_eq!(locale("/?locale=fr", Some("vi")), Locale::Vi);
        assert_eq!(locale("/", None), Locale::ZhTw);
    }

    #[test]
    fn the_heaviest_language_that_is_spoken_here_is_taken() {
        assert_eq!(locale("/", Some("fr, en;q=0.5, id;q=0.8")), Locale::Id);
        assert_eq!(locale("/", Some("en, zh-TW")), Locale::En);
        assert_eq!(locale("/", Some("en;q=0, th;q=0.1")), Locale::Th);
        assert_eq!(locale("/", Some("*;q=x, ;;, fr")), Locale::ZhTw);
    }

    #[test]
    fn nothing_is_wanted_more_than_wholly() {
        let boasting = Some("en, th;q=inf, vi;q=2, id;q=NaN");
        assert_eq!(locale("/", boasting), Locale::En);
    }
}
