//! Who gets which layer of whose picture, and which encodings are needed for that.

use std::time::Instant;

use ids::Seat;

use super::Room;
use crate::{
    output::RoomOutput,
    publisher::{LAYERS_MAX, Publisher},
    receiver::{Demand, LayerView},
    tile::{EncodingSet, SeatSet, Tile},
    timer::Timer,
};

impl Room {
    /// Notes how large `receiver` shows the picture of `of` from now on. Until told, 1280×720 is
    /// assumed; a hidden picture is not sent.
    pub fn view(&mut self, receiver: Seat, of: Seat, tile: Tile, now: Instant) {
        let Some(participant) = &mut self.receivers[receiver.index()] else {
            return;
        };
        if let Some(picture) = &mut participant.pictures[of.index()]
            && picture.tile != tile
        {
            picture.tile = tile;
            self.choose(receiver, now);
            self.note_needs(now);
        }
    }

    /// What a receiver's network is thought to carry now, bit/s, with all that carries packets; `None`:
    /// nobody tells.
    #[must_use]
    pub fn estimate(&self, receiver: Seat, now: Instant) -> Option<u64> {
        let receiver = self.receivers[receiver.index()].as_ref()?;
        receiver.out.bandwidth.estimate(now)
    }

    /// The names (RFC 8851) of a publisher's encodings that are in the set.
    pub fn rids(&self, seat: Seat, set: EncodingSet) -> impl Iterator<Item = &str> {
        let publisher = self.publishers[seat.index()].as_ref();
        let video = publisher.and_then(|publisher| publisher.session().video.as_ref());
        video
            .into_iter()
            .flat_map(|video| video.layers.iter().enumerate())
            .filter(move |(layer, _)| set.contains(*layer))
            .filter_map(|(_, layer)| layer.rid.as_deref())
    }

    /// Chooses anew, for everyone.
    pub(super) fn select(&mut self, now: Instant) {
        for receiver in Seat::ALL {
            self.choose(receiver, now);
        }
        self.note_needs(now);
    }

    /// Chooses anew what one receiver gets.
    pub(super) fn choose(&mut self, to: Seat, now: Instant) {
        let Some(receiver) = self.receivers[to.index()]
            .as_mut()
            .filter(|receiver| receiver.connected)
        else {
            return;
        };
        let mut demands = [Demand::NONE; Seat::COUNT];
        let mut count = 0;
        let mut sound = [0; 2];
        for source in to.others() {
            let Some(publisher) = &self.publishers[source.index()] else {
                continue;
            };
            if receiver.sounds[source.index()].is_some() {
                sound[0] += publisher.sound_cost(false);
                sound[1] += publisher.sound_cost(true);
            }
            let Some(picture) = &receiver.pictures[source.index()] else {
                continue;
            };
            let (layers, layers_count) = views(publisher);
            demands[count] = Demand {
                source,
                first: source == Seat::INMATE,
                tile: picture.tile,
                layers,
                count: layers_count,
                before: picture.chosen,
                chosen: None,
            };
            count += 1;
        }
        let demands = &mut demands[..count];
        receiver.allocate(demands, sound, now);
        if let Some(at) = receiver.out.bandwidth.next() {
            self.timers.arm(Timer::Probe, at);
        }
        let mut paused = SeatSet::default();
        for demand in demands.iter() {
            let Some(picture) = &mut receiver.pictures[demand.source.index()] else {
                continue;
            };
            if demand.is_withheld() {
                paused = paused.with(demand.source);
            }
            picture.chosen = demand.chosen;
            if demand.chosen.is_none() {
                picture.forwarder.pause();
            } else if let Some(target) = demand.target() {
                picture.forwarder.set_target(Some(target));
            }
        }
        if receiver.paused != paused {
            let newly = paused
                .iter()
                .filter(|seat| !receiver.paused.contains(*seat));
            self.stats.pictures_paused += newly.count() as u64;
            receiver.paused = paused;
            self.outputs.push(RoomOutput::PicturesPaused {
                receiver: to,
                paused,
            });
        }
    }

    /// Notes which of the publishers' layers anybody needs: only those are worth asking for again,
    /// keeping, and sending at all.
    pub(super) fn note_needs(&mut self, now: Instant) {
        for source in Seat::ALL {
            let Some(publisher) = &mut self.publishers[source.index()] else {
                continue;
            };
            let mut needed = EncodingSet::default();
            for (number, layer) in publisher.layers.iter_mut().enumerate() {
                let mut chosen = false;
                layer.in_use = false;
                for receiver in self.receivers.iter().flatten().filter(|r| r.connected) {
                    if let Some(picture) = &receiver.pictures[source.index()] {
                        layer.in_use |= picture.forwarder.uses(number);
                        chosen |= picture.chosen == Some(number);
                    }
                }
                if !layer.in_use {
                    layer.losses.clear();
                    publisher.key_frames.unwanted(number);
                }
                if chosen || layer.in_use {
                    needed = needed.with(number);
                }
            }
            publisher.encodings.need(needed);
        }
        self.tell_encodings(now);
    }

    /// Publishers are told which of their encodings to send, where that has changed.
    pub(super) fn tell_encodings(&mut self, now: Instant) {
        let mut next = None;
        for seat in Seat::ALL {
            let Some(publisher) = &mut self.publishers[seat.index()] else {
                continue;
            };
            if let Some(active) = publisher.encodings.change(now) {
                self.outputs.push(RoomOutput::Encodings { seat, active });
            }
            let due = publisher.encodings.next();
            next = next.into_iter().chain(due).min();
        }
        self.timers.set(Timer::Encodings, next);
    }
}

/// A publisher's layers, as far as choosing goes, and how many there are.
fn views(publisher: &Publisher) -> ([LayerView; LAYERS_MAX], usize) {
    let mut views = [LayerView::default(); LAYERS_MAX];
    let newest = publisher.newest_picture_at();
    let count = publisher.layers.len();
    for (number, view) in views.iter_mut().enumerate().take(count) {
        let layer = &publisher.layers[number];
        (view.width, view.height) = publisher.size(number);
        view.alive = newest.is_some_and(|newest| layer.is_alive(newest));
        view.cost = layer.cost().unwrap_or(nominal(count - 1 - number));
    }
    (views, count)
}

/// What a layer that was never seen may cost, bit/s: the topmost, the next, the third.
fn nominal(below_top: usize) -> u64 {
    [1_500_000, 500_000, 150_000][below_top]
}
