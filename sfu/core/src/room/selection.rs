//! Who gets which layer of a publisher's picture.

use std::time::Instant;

use ids::Seat;

use super::Room;
use crate::{publisher::LAYERS_MAX, receiver::LayerView};

impl Room {
    /// Chooses anew, for everyone who sees `source`.
    pub(super) fn select(&mut self, source: Seat, now: Instant) {
        let Some(publisher) = &self.publishers[source.index()] else {
            return;
        };
        let mut views = [LayerView::default(); LAYERS_MAX];
        if let Some(newest) = publisher.newest_picture_at() {
            for (view, layer) in views.iter_mut().zip(&publisher.layers) {
                view.alive = layer.is_alive(newest);
                view.bits_per_second = layer.bits_per_second();
            }
        }
        for receiver in self
            .receivers
            .iter_mut()
            .flatten()
            .filter(|receiver| receiver.connected)
        {
            let budget = receiver.picture_budget(now);
            if let Some(picture) = &mut receiver.pictures[source.index()] {
                let current = picture.forwarder.target();
                let target = picture.selector.choose(&views, budget, current);
                picture.forwarder.set_target(target);
            }
        }
        self.note_use(source);
    }

    /// Notes which of a publisher's layers anybody needs: only those are worth asking for again, and
    /// keeping.
    pub(super) fn note_use(&mut self, source: Seat) {
        let Some(publisher) = &mut self.publishers[source.index()] else {
            return;
        };
        for (number, layer) in publisher.layers.iter_mut().enumerate() {
            layer.in_use = self.receivers.iter().flatten().any(|receiver| {
                receiver.connected
                    && receiver.pictures[source.index()]
                        .as_ref()
                        .is_some_and(|picture| picture.forwarder.uses(number))
            });
            if !layer.in_use {
                layer.losses.clear();
                layer.key_frames.satisfied();
            }
        }
    }
}
