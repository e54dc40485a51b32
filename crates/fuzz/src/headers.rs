//! What a browser brings along: the languages that it speaks, and cookies.

use axum::http::{
    HeaderMap, HeaderValue, Uri,
    header::{ACCEPT_LANGUAGE, COOKIE},
};
use booking_server::{SessionCookie, locale_of_request};
use grant::Secret;
use protocol::Locale;
use rand::{SeedableRng, rngs::StdRng};

/// The language is one that was asked for; nothing outdoes what is wanted wholly and said first. The
/// input's first line is the query, the second one the header.
pub(crate) fn language(input: &[u8]) {
    let mut lines = input.splitn(2, |byte| *byte == b'\n');
    let (query, accepted) = (lines.next(), lines.next());
    let query = String::from_utf8_lossy(query.unwrap_or_default());
    let accepted = accepted.unwrap_or_default();
    let language = |query: &str, accepted: &[u8]| {
        let uri = format!("/?{query}").parse::<Uri>().ok()?;
        let value = HeaderValue::from_bytes(accepted).ok()?;
        // What is not ASCII is no list of languages.
        value.to_str().ok()?;
        let headers = HeaderMap::from_iter([(ACCEPT_LANGUAGE, value)]);
        Some(locale_of_request(&uri, &headers))
    };
    if let Some(locale) = language(&query, accepted).filter(|locale| *locale != Locale::default()) {
        let asked = format!("{query} {}", String::from_utf8_lossy(accepted)).to_lowercase();
        assert!(asked.contains(locale.tag()), "nobody asked for {locale:?}");
    }
    let whole = [b"th, ", accepted].concat();
    if let Some(locale) = language("", &whole) {
        assert_eq!(locale, Locale::Th, "outdone");
    }
    if let Some(locale) = language(&format!("locale=vi&{query}"), accepted) {
        assert_eq!(locale, Locale::Vi, "the address goes first");
    }
}

pub(crate) fn language_seeds() -> Vec<Vec<u8>> {
    [
        "\nzh-TW,zh;q=0.9,en-US;q=0.8,en;q=0.7",
        "locale=id\nfr;q=0.4, en;q=0.5, *;q=0.1",
        "a=b&locale=xx\nth;q=1.000,vi;q=0",
        "locale=\nen;q=inf, id;q=nan, vi;q=1e3, th;q=-1",
    ]
    .map(|asked| asked.as_bytes().to_vec())
    .into()
}

fn secret(seed: u64) -> Secret {
    Secret::generate(&mut StdRng::seed_from_u64(seed))
}

/// A session's secret stands in the header as it is read, and other cookies do not hide it. Each line of
/// the input is one `Cookie`.
pub(crate) fn cookies(input: &[u8]) {
    let mut headers: HeaderMap = input
        .split(|byte| *byte == b'\n')
        .filter_map(|line| HeaderValue::from_bytes(line).ok())
        .map(|line| (COOKIE, line))
        .collect();
    for (whose, seed) in [(SessionCookie::Visitor, 3), (SessionCookie::Staff, 4)] {
        let read = whose.read(&headers);
        if let Some(read) = &read {
            let text = String::from_utf8_lossy(input);
            assert!(text.contains(read.reveal()), "another secret");
        }
        let own = secret(seed);
        headers.append(COOKIE, cookie(whose, &own));
        let found = whose.read(&headers).expect("others hide it");
        assert_eq!(found.reveal(), read.unwrap_or(own).reveal());
    }
}

/// What a browser sends back of a cookie that it was to keep.
fn cookie(whose: SessionCookie, secret: &Secret) -> HeaderValue {
    let kept = whose.keep(secret, 60, true);
    let kept = kept.to_str().expect("a cookie is ASCII");
    let pair = kept.split(';').next().unwrap_or_default();
    HeaderValue::from_str(pair).expect("a part of a header")
}

pub(crate) fn cookie_seeds() -> Vec<Vec<u8>> {
    let visitor = cookie(SessionCookie::Visitor, &secret(1));
    let staff = cookie(SessionCookie::Staff, &secret(2));
    let (visitor, staff) = (visitor.as_bytes(), staff.as_bytes());
    vec![
        [visitor, b"; ", staff].concat(),
        [b"a=b; openvisit_visitor=; ", visitor, b"\n", staff].concat(),
        [b"a=\"b;\";;=; openvisit_staff=\"x\";", staff].concat(),
    ]
}
