//! What booking asks of running calls, answered by signaling.

use async_trait::async_trait;
use booking_domain::TerminalPresence;
use booking_server::{CallTestPass, LiveVisits};
use ids::{PersonId, Seat, TerminalId, VisitId};
use protocol::EndReason;
use signaling_server::Signaling;

/// The calls of this process.
pub(crate) struct SignalingVisits(pub(crate) Signaling);

#[async_trait]
impl LiveVisits for SignalingVisits {
    async fn end(&self, visit: VisitId, reason: EndReason) {
        self.0.end(visit, reason).await;
    }

    async fn moved(&self, visit: VisitId) {
        self.0.moved(visit).await;
    }

    async fn link_reissued(&self, visit: VisitId, seat: Seat, generation: u32) {
        self.0.link_reissued(visit, seat, generation).await;
    }

    async fn connected(&self, visit: VisitId) -> Vec<Seat> {
        self.0.connected(visit).await
    }

    async fn presence(&self, terminal: TerminalId) -> TerminalPresence {
        self.0.presence(terminal)
    }

    async fn phone_test(&self, person: PersonId) -> CallTestPass {
        let (pass, ends_at_ms) = self.0.phone_test(person);
        CallTestPass { pass, ends_at_ms }
    }

    async fn self_test(&self, terminal: TerminalId) -> CallTestPass {
        // A pass says no more of whom it belongs to than that its tests are counted as theirs.
        self.phone_test(PersonId::from_uuid(terminal.as_uuid()))
            .await
    }

    async fn paired_anew(&self, _: TerminalId) {
        self.0.paired_anew().await;
    }
}
