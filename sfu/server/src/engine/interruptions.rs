//! Who is connected and yet not there: see [`Presence`](crate::presence::Presence).

use std::time::Instant;

use ids::Seat;

use super::{Engine, call_at};
use crate::{
    events::{SfuEvent, SfuEventKind},
    routes::Route,
};

impl Engine {
    /// Tells of those from whom nothing has come for a while.
    pub(super) fn tell_interruptions(&mut self, index: u32, now: Instant) {
        let Some(call) = call_at(&mut self.calls, index) else {
            return;
        };
        for seat in Seat::ALL {
            let Some(participant) = call.seats[seat.index()].as_mut() else {
                continue;
            };
            if participant.connected
                && let Some(since) = participant.presence.handle_timeout(now)
            {
                self.events.push_back(SfuEvent {
                    visit: call.visit,
                    session: Some(participant.session),
                    kind: SfuEventKind::Interrupted { seat, since },
                });
            }
        }
    }

    /// Tells that something comes from a participant again.
    pub(super) fn tell_resumed(&mut self, route: Route) {
        if let Some(call) = call_at(&mut self.calls, route.room) {
            self.events.push_back(SfuEvent {
                visit: call.visit,
                session: Some(route.session),
                kind: SfuEventKind::Resumed(route.seat),
            });
        }
    }
}
