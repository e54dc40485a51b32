//! The relay (TURN, RFC 8656) for those whose network lets nothing else through.

use grant::{RelayCredential, RelayCredentials};
use ids::{PersonId, Seat, VisitId};
use protocol::IceServer;

/// Where the relay is, and what makes credentials for it.
#[derive(Clone, Debug)]
pub struct Relay {
    /// Its addresses (RFC 7065), such as `turns:relay.example:443?transport=tcp`.
    pub urls: Vec<String>,
    /// What makes credentials.
    pub credentials: RelayCredentials,
}

impl Relay {
    /// What the client in a seat is told, with a credential of the seat's own.
    pub(crate) fn ice_server(
        &self,
        visit: VisitId,
        seat: Seat,
        ends_at_ms: u64,
        now_ms: u64,
    ) -> IceServer {
        self.with(self.credentials.issue(visit, seat, ends_at_ms, now_ms))
    }

    /// What a person who tests a phone is told, with a credential of the person's own.
    pub(crate) fn for_test(&self, person: PersonId, ends_at_ms: u64, now_ms: u64) -> IceServer {
        self.with(self.credentials.issue_for_test(person, ends_at_ms, now_ms))
    }

    fn with(&self, RelayCredential { username, password }: RelayCredential) -> IceServer {
        IceServer {
            urls: self.urls.clone(),
            username: Some(username),
            credential: Some(password),
        }
    }
}
