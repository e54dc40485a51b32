//! The address of a relay, as RFC 7065 writes it: `turns:relay.example:443?transport=tcp`.

use std::str::FromStr;

use axum::http::uri::Authority;

/// Where a relay is, and how it is spoken to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelayUrl {
    /// `turns:`, by TLS over TCP or DTLS over UDP; else `turn:`.
    pub encrypted: bool,
    /// The port. RFC 8656 section 3.2 names the ones that are meant where none is written.
    pub port: u16,
    /// What carries it. Left out, browsers take UDP for `turn:` and TCP for `turns:`.
    pub transport: Transport,
}

/// What carries messages between a client and a relay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// Datagrams.
    Udp,
    /// A connection.
    Tcp,
}

/// A text that is no address of a relay.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no address of a relay, such as turns:relay.example:443?transport=tcp")]
pub struct RelayUrlError(String);

impl FromStr for RelayUrl {
    type Err = RelayUrlError;

    fn from_str(text: &str) -> Result<Self, RelayUrlError> {
        read(text).ok_or_else(|| RelayUrlError(text.to_owned()))
    }
}

fn read(text: &str) -> Option<RelayUrl> {
    let (scheme, rest) = text.split_once(':')?;
    let (encrypted, default_port, usual) = match scheme {
        "turn" => (false, 3478, Transport::Udp),
        "turns" => (true, 5349, Transport::Tcp),
        _ => return None,
    };
    let (place, query) = match rest.split_once('?') {
        Some((place, query)) => (place, Some(query)),
        None => (rest, None),
    };
    let transport = match query {
        None => usual,
        Some("transport=udp") => Transport::Udp,
        Some("transport=tcp") => Transport::Tcp,
        Some(_) => return None,
    };
    let place = Authority::from_str(place).ok()?;
    let written = place.as_str().strip_prefix(place.host())?;
    let port = if written.is_empty() {
        default_port
    } else {
        place.port_u16().filter(|port| *port > 0)?
    };
    (!place.host().is_empty()).then_some(RelayUrl {
        encrypted,
        port,
        transport,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<(bool, u16, Transport)> {
        let url: RelayUrl = text.parse().ok()?;
        Some((url.encrypted, url.port, url.transport))
    }

    #[test]
    fn an_address_says_how_and_where_or_leaves_it_to_the_rfc() {
        use Transport::{Tcp, Udp};
        for (text, read) in [
            ("turn:relay.example", (false, 3478, Udp)),
            ("turns:relay.example", (true, 5349, Tcp)),
            ("turn:192.0.2.1:80?transport=tcp", (false, 80, Tcp)),
            ("turns:[2001:db8::1]:443?transport=tcp", (true, 443, Tcp)),
            ("turns:relay.example:443?transport=udp", (true, 443, Udp)),
        ] {
            assert_eq!(parsed(text), Some(read), "{text}");
        }
    }

    #[test]
    fn what_is_none_is_refused() {
        for text in [
            "",
            "relay.example:443",
            "stun:relay.example",
            "https://relay.example",
            "turn://relay.example",
            "turn:",
            "turn::3478",
            "turn:relay.example:0",
            "turn:relay.example:65536",
            "turn:relay.example:",
            "turn:somebody@relay.example",
            "turn:relay.example/x",
            "turn:relay.example?transport=sctp",
            "turn:relay.example?transport=tcp&x=y",
            "turn:relay example",
        ] {
            assert_eq!(parsed(text), None, "{text}");
        }
    }
}
