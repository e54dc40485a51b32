//! Who asks, where a proxy stands in front: limits go by the client's network, and without this all clients
//! would be one.
//!
//! A proxy adds the address from which a request came to it at the end of `X-Forwarded-For`. Anybody can send
//! such a header, so it is believed from proxies that the configuration names, and no further back than to the
//! first address that is none of theirs.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName};
use axum::middleware;
use ipnet::IpNet;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Has requests that come by way of `proxies` come from the clients behind them.
pub fn believing(router: Router, proxies: &[IpNet]) -> Router {
    if proxies.is_empty() {
        return router;
    }
    let proxies = Arc::<[IpNet]>::from(proxies);
    router.layer(middleware::map_request_with_state(proxies, with_client))
}

async fn with_client(State(proxies): State<Arc<[IpNet]>>, mut request: Request) -> Request {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    if let Some(ConnectInfo(peer)) = peer.copied() {
        let client = client(peer.ip(), request.headers(), &proxies);
        let address = SocketAddr::new(client, peer.port());
        request.extensions_mut().insert(ConnectInfo(address));
    }
    request
}

/// The nearest address on the way from `peer` that is no proxy of ours. Where a proxy says nothing that can be
/// read, it is the client itself.
#[must_use]
pub fn client(peer: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> IpAddr {
    let is_proxy = |address: IpAddr| proxies.iter().any(|proxy| proxy.contains(&address));
    let told = headers.get_all(FORWARDED_FOR);
    let told: Vec<&str> = told.iter().filter_map(|line| line.to_str().ok()).collect();
    let mut told = told.iter().flat_map(|line| line.split(',')).rev();
    let mut nearest = peer.to_canonical();
    while is_proxy(nearest) {
        match told.next().map(|address| address_of(address.trim())) {
            Some(Some(address)) => nearest = address.to_canonical(),
            Some(None) | None => break,
        }
    }
    nearest
}

/// An address as proxies write it: alone, or with a port, then IPv6 in brackets.
fn address_of(told: &str) -> Option<IpAddr> {
    let with_port = || told.parse::<SocketAddr>().map(|address| address.ip());
    let bare = told
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let alone = bare.unwrap_or(told).parse();
    alone.or_else(|_| with_port()).ok()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::routing::get;
    use tower::ServiceExt as _;

    use super::*;

    /// From whom a request seems to come that `peer` sends with these lines of the header.
    async fn seen(peer: &str, lines: &[&str]) -> String {
        let proxies: Vec<IpNet> = ["127.0.0.1/32", "10.0.0.0/8", "fd00::/8"]
            .iter()
            .map(|proxy| proxy.parse().unwrap())
            .collect();
        let who =
            |ConnectInfo(client): ConnectInfo<SocketAddr>| async move { client.ip().to_string() };
        let router = believing(Router::new().route("/", get(who)), &proxies);
        let mut request = Request::new(Body::empty());
        let peer = SocketAddr::new(peer.parse().unwrap(), 4711);
        request.extensions_mut().insert(ConnectInfo(peer));
        for line in lines {
            request
                .headers_mut()
                .append(FORWARDED_FOR, line.parse().unwrap());
        }
        let answer = router.oneshot(request).await.unwrap();
        let body = axum::body::to_bytes(answer.into_body(), 100).await.unwrap();
        String::from_utf8(body.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn a_request_through_our_proxies_comes_from_the_client_behind_them() {
        assert_eq!(seen("127.0.0.1", &["203.0.113.7"]).await, "203.0.113.7");
        assert_eq!(
            seen("::ffff:127.0.0.1", &["2001:db8::7"]).await,
            "2001:db8::7"
        );
        for (told, address) in [
            ("203.0.113.7:50123", "203.0.113.7"),
            ("[2001:db8::7]:50123", "2001:db8::7"),
            ("[2001:db8::7]", "2001:db8::7"),
        ] {
            assert_eq!(seen("127.0.0.1", &[told]).await, address);
        }
        let two = ["203.0.113.7, 10.0.0.9", "fd00::1"];
        assert_eq!(seen("127.0.0.1", &two).await, "203.0.113.7");
    }

    #[tokio::test]
    async fn what_a_client_says_of_itself_is_not_believed() {
        assert_eq!(seen("203.0.113.7", &["127.0.0.1"]).await, "203.0.113.7");
        let behind = ["198.51.100.1, 203.0.113.7"];
        assert_eq!(seen("127.0.0.1", &behind).await, "203.0.113.7");
        assert_eq!(
            seen("127.0.0.1", &["198.51.100.1, nobody"]).await,
            "127.0.0.1"
        );
        assert_eq!(seen("127.0.0.1", &[]).await, "127.0.0.1");
    }
}
