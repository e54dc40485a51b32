//! How much of each publisher's picture is kept for those who lose packets of it: as much as comes until
//! the slowest of them can have asked, and more where somebody asked for what was gone.

use std::time::Duration;

use ids::Seat;

use super::Room;

/// How often a publisher's kept packets may take their first room, and those of all together.
const PUBLISHER_GROWTH: usize = 16;
const ROOM_GROWTH: usize = 28;
/// A request or its answer may be lost as well.
const ROUND_TRIPS: u32 = 2;
/// What passes besides: receivers wait in case packets merely overtook each other, and ask by and by.
const NOTICING: Duration = Duration::from_millis(60);

impl Room {
    /// Gives the kept packets of each publisher the room that they need.
    pub(super) fn make_room_for_kept(&mut self) {
        let first = self.config.retransmission_bytes;
        for seat in Seat::ALL {
            let slowest = self.slowest_round_trip(seat);
            let publishers = self.publishers.iter().flatten();
            let held: usize = publishers.map(|other| other.store.capacity()).sum();
            if let Some(publisher) = &mut self.publishers[seat.index()] {
                let needed = slowest.map_or(0, |rtt| {
                    publisher.picture_bytes_in(rtt * ROUND_TRIPS + NOTICING)
                });
                let free = (ROOM_GROWTH * first).saturating_sub(held);
                let limit = publisher.store.capacity() + free;
                publisher
                    .store
                    .grow(needed, limit.min(PUBLISHER_GROWTH * first));
            }
        }
    }

    /// The longest round trip that was measured with those who can see a publisher.
    fn slowest_round_trip(&self, publisher: Seat) -> Option<Duration> {
        let receivers = self.receivers.iter().flatten();
        receivers
            .filter(|receiver| receiver.pictures[publisher.index()].is_some())
            .filter_map(|receiver| receiver.round_trip)
            .max()
    }
}
