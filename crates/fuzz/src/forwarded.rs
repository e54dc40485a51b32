//! Where a request comes from, as proxies tell it.

use std::net::{IpAddr, Ipv4Addr};

use axum::http::{HeaderMap, HeaderValue};
use ipnet::{IpNet, Ipv4Net};
use openvisit::forwarded;

const PROXY: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const CLIENT: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7));

/// Each line of the input is one of `X-Forwarded-For`.
fn headers(input: &[u8]) -> HeaderMap {
    input
        .split(|byte| *byte == b'\n')
        .filter_map(|line| HeaderValue::from_bytes(line).ok())
        .map(|line| ("x-forwarded-for".parse().expect("a name"), line))
        .collect()
}

/// Whatever a client says of itself, it comes from where our proxy saw it; and a stranger is no proxy.
pub(crate) fn client(input: &[u8]) {
    let nets = [
        Ipv4Net::new_assert(Ipv4Addr::LOCALHOST, 32),
        Ipv4Net::new_assert(Ipv4Addr::new(10, 0, 0, 0), 8),
    ];
    let proxies = nets.map(IpNet::V4);
    let mut told = headers(input);
    assert_eq!(forwarded::client(CLIENT, &told, &proxies), CLIENT);
    let nearest = forwarded::client(PROXY, &told, &proxies);
    assert_eq!(nearest, nearest.to_canonical());
    told.append("x-forwarded-for", HeaderValue::from_static("203.0.113.7"));
    assert_eq!(forwarded::client(PROXY, &told, &proxies), CLIENT);
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    [
        "203.0.113.7",
        "198.51.100.1, 203.0.113.7:50123, 10.0.0.9",
        "[2001:db8::7]:50123\n10.0.0.9",
        "unknown, ::ffff:10.0.0.1",
        "[2001:db8::7], 127.0.0.1,",
    ]
    .map(|told| told.as_bytes().to_vec())
    .into()
}
