//! Reaching into running calls.

use async_trait::async_trait;
use booking_domain::TerminalPresence;
use ids::{PersonId, Seat, TerminalId, VisitId};
use protocol::EndReason;

/// What lets a phone or a terminal test whether a call would hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallTestPass {
    /// What the page shows at the door of the calls.
    pub pass: String,
    /// Until when it is good, Unix milliseconds.
    pub ends_at_ms: u64,
}

/// The calls that are running, on whatever node.
#[async_trait]
pub trait LiveVisits: Send + Sync {
    /// Ends a visit's call for everybody in it. From now on nobody joins it, grant or not.
    async fn end(&self, visit: VisitId, reason: EndReason);

    /// A visit has another terminal from now on: the former one leaves its call.
    async fn moved(&self, visit: VisitId);

    /// A newer link was issued for a seat: the device with an older one leaves, and its grant is void.
    async fn link_reissued(&self, visit: VisitId, seat: Seat, generation: u32);

    /// The seats whose people are in the call, in order.
    async fn connected(&self, visit: VisitId) -> Vec<Seat>;

    /// Whether a terminal's page is connected.
    async fn presence(&self, terminal: TerminalId) -> TerminalPresence;

    /// A pass for a test of a person's phone: alone, and in no visit's call.
    async fn phone_test(&self, person: PersonId) -> CallTestPass;

    /// A pass for a test of a terminal, as one for a phone.
    async fn self_test(&self, terminal: TerminalId) -> CallTestPass;

    /// A terminal was paired with another device: the former one is out, of a call too.
    async fn paired_anew(&self, terminal: TerminalId);
}
