//! Whether the visits of running calls may still go on, and terminals are still paired.
//!
//! Whatever takes a visit out of what can be joined (a closure, a restriction, a transfer, a cancellation, the
//! command line, another process) writes so into the store. Here one look every few seconds, for all calls at
//! once, ends what does not go on. A second look finds the terminals that were paired with another device
//! meanwhile. While the store is away everything goes on as it is.

use std::{sync::Arc, time::Duration, time::Instant};

use booking_domain::{StoreError, VisitState};
use protocol::EndReason;
use tokio::time::{MissedTickBehavior, interval};

use crate::{room::Command, shared::Shared};

/// How long a call, or a terminal's device, may go on that should not.
const EVERY: Duration = Duration::from_secs(3);

/// Looks again and again, until the server stops.
pub(crate) async fn watch(shared: Arc<Shared>) {
    let mut stopping = shared.stopping.subscribe();
    let mut turns = interval(EVERY);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut away = false;
    loop {
        tokio::select! {
            _ = turns.tick() => away = look(&shared, away).await,
            // It changes once.
            _ = stopping.changed() => break,
        }
    }
}

/// Looks once. Whether the store is away, which is said when it begins.
async fn look(shared: &Shared, away: bool) -> bool {
    let looked = match end_closed(shared).await {
        Ok(()) => put_out_unpaired(shared).await,
        Err(error) => Err(error),
    };
    if let Err(error) = &looked
        && !away
    {
        tracing::warn!(%error, "whether visits and terminals may go on cannot be looked up");
    }
    looked.is_err()
}

async fn end_closed(shared: &Shared) -> Result<(), StoreError> {
    let running = shared.registry.running(Instant::now());
    for (visit, state) in shared.visits.closed_among(&running).await? {
        if let (Some(command), Some(room)) = (command(state), shared.registry.get(visit)) {
            room.tell(command).await;
        }
    }
    Ok(())
}

/// Puts out the terminals whose secret was replaced.
pub(crate) async fn put_out_unpaired(shared: &Shared) -> Result<(), StoreError> {
    let shown = shared.terminals.secrets();
    for secret in shared.visits.unpaired_among(&shown).await? {
        shared.schedules.forget(secret);
        shared.terminals.put_out(secret);
    }
    Ok(())
}

/// What a call is told whose visit stands so.
const fn command(state: VisitState) -> Option<Command> {
    match state {
        VisitState::Cancelled => Some(Command::end(EndReason::Cancelled)),
        VisitState::Terminated => Some(Command::end(EndReason::Terminated)),
        VisitState::Flagged => Some(Command::Hold),
        VisitState::Held | VisitState::Confirmed | VisitState::InSession => None,
        // It had its time by the wall clock; a call ends by its own.
        VisitState::Completed | VisitState::TechnicalFailure | VisitState::NoShow => None,
    }
}
