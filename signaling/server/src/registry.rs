//! The visits that somebody has joined, each with its room.

use std::{sync::Arc, time::Instant};

use dashmap::DashMap;
use ids::VisitId;
use signaling_core::{Now, SeatClaim, VisitRoom};
use tokio::sync::{mpsc, oneshot};

use crate::{
    room::{self, Command},
    shared::Shared,
};

/// Commands that wait for a room before whoever sends them waits too.
const WAITING: usize = 256;

/// A visit's room, from outside.
#[derive(Clone)]
pub(crate) struct RoomHandle {
    commands: mpsc::Sender<Command>,
    anchor: Now,
    ends_at: Instant,
}

#[derive(Default)]
pub(crate) struct Registry {
    rooms: DashMap<VisitId, RoomHandle>,
}

impl Registry {
    /// The room of the visit that `claim` is for; the first who comes opens it.
    pub(crate) fn open(shared: &Arc<Shared>, claim: &SeatClaim) -> RoomHandle {
        let rooms = &shared.registry.rooms;
        let room = rooms.entry(claim.visit.id).or_insert_with(|| {
            let anchor = shared.now();
            let (commands, queue) = mpsc::channel(WAITING);
            let room = VisitRoom::new(claim, anchor);
            let ends_at = room.ends_at();
            tokio::spawn(room::run(Arc::clone(shared), claim.visit.id, room, queue));
            RoomHandle {
                commands,
                anchor,
                ends_at,
            }
        });
        room.clone()
    }

    /// A visit's room, if somebody has joined it.
    pub(crate) fn get(&self, visit: VisitId) -> Option<RoomHandle> {
        self.rooms.get(&visit).map(|room| room.clone())
    }

    /// When the visit's times were taken from the wall clock, and when it ends, if somebody has joined it.
    pub(crate) fn times_of(&self, visit: VisitId) -> Option<(Now, Instant)> {
        self.rooms
            .get(&visit)
            .map(|room| (room.anchor, room.ends_at))
    }

    /// The visit's end is another.
    pub(crate) fn set_ends_at(&self, visit: VisitId, ends_at: Instant) {
        if let Some(mut room) = self.rooms.get_mut(&visit) {
            room.ends_at = ends_at;
        }
    }

    /// Has the store know what all visits' time was spent on until now.
    pub(crate) async fn count_time(&self) {
        let rooms: Vec<RoomHandle> = self.rooms.iter().map(|room| room.clone()).collect();
        for room in rooms {
            let (done, counted) = oneshot::channel();
            if room.tell(Command::CountTime(done)).await {
                // It is never sent, and gone once the time is counted.
                drop(counted.await);
            }
        }
    }

    /// The visits that somebody has joined and whose slots have not ended.
    pub(crate) fn running(&self, now: Instant) -> Vec<VisitId> {
        let running = self.rooms.iter().filter(|room| now < room.ends_at);
        running.map(|room| *room.key()).collect()
    }

    pub(crate) fn forget(&self, visit: VisitId) {
        self.rooms.remove(&visit);
    }
}

impl RoomHandle {
    /// Tells the room. False: it is gone.
    pub(crate) async fn tell(&self, command: Command) -> bool {
        self.commands.send(command).await.is_ok()
    }
}
