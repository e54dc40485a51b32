//! Which layer of whose picture a receiver gets, out of what its network carries.
//!
//! Sound comes before this and is not limited here. What is left is given by need:
//!
//! 1. everyone who is seen gets the lowest layer, the most important first: the inmate to visitors,
//!    then the larger tile; whoever does not fit any more is withheld;
//! 2. the inmate's picture to visitors is raised as far as its tile can use;
//! 3. the others are raised in turn, one layer at a time.
//!
//! No layer is taller than its tile can use, and nothing goes up on the last bit: raising takes a
//! margin over what staying needs, so that a choice does not flap.

use ids::Seat;

use crate::{publisher::LAYERS_MAX, tile::Tile};

/// Going up takes this much more room than staying, in percent.
const MARGIN: u64 = 15;

/// A layer suffices for a tile if it need not be enlarged by more than this, in percent.
const ENLARGED: u32 = 125;

/// A layer, as far as choosing goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LayerView {
    /// It is being sent.
    pub(crate) alive: bool,
    /// Bit/s, with what carries it.
    pub(crate) cost: u64,
    /// Pixels.
    pub(crate) width: u16,
    pub(crate) height: u16,
}

/// One picture that a receiver could get.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Demand {
    pub(crate) source: Seat,
    /// Comes before all others.
    pub(crate) first: bool,
    pub(crate) tile: Tile,
    pub(crate) layers: [LayerView; LAYERS_MAX],
    /// How many of `layers` there are.
    pub(crate) count: usize,
    /// The layer chosen before.
    pub(crate) before: Option<usize>,
    /// The choice.
    pub(crate) chosen: Option<usize>,
}

impl Demand {
    /// Nobody's.
    pub(crate) const NONE: Self = Self {
        source: Seat::INMATE,
        first: false,
        tile: Tile::UNTOLD,
        layers: [LayerView {
            alive: false,
            cost: 0,
            width: 0,
            height: 0,
        }; LAYERS_MAX],
        count: 0,
        before: None,
        chosen: None,
    };

    /// The lowest layer that suffices for the tile; `None`: the picture is not shown.
    fn ceiling(&self) -> Option<usize> {
        if self.tile.is_hidden() {
            return None;
        }
        let layers = &self.layers[..self.count];
        let suffices = |layer: &LayerView| {
            u32::from(layer.height) * ENLARGED >= u32::from(self.tile.height) * 100
                || u32::from(layer.width) * ENLARGED >= u32::from(self.tile.width) * 100
        };
        layers
            .iter()
            .position(suffices)
            .or(self.count.checked_sub(1))
    }

    /// Whether the picture is to be shown, and is not to be had.
    pub(crate) fn is_withheld(&self) -> bool {
        self.chosen.is_none() && self.ceiling().is_some()
    }

    /// What `layer` takes, with a margin if it is higher than what was chosen before.
    fn need(&self, layer: usize) -> u64 {
        let cost = self.layers[layer].cost;
        if self.before.is_none_or(|before| layer > before) {
            cost + cost * MARGIN / 100
        } else {
            cost
        }
    }

    /// The layer to be carried: the one chosen, or, while it is not being sent, the nearest that is.
    pub(crate) fn target(&self) -> Option<usize> {
        let chosen = self.chosen?;
        let alive = |layer: &usize| self.layers[*layer].alive;
        (0..=chosen)
            .rev()
            .find(alive)
            .or_else(|| (chosen..self.count).find(alive))
    }
}

/// What was done with a budget.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spent {
    /// What the choices cost, bit/s.
    pub(crate) allocated: u64,
    /// What it would take to give every tile all it can use, margins included, bit/s.
    pub(crate) wanted: u64,
}

/// Chooses for every demand. `budget`: bit/s for pictures; `None`: no limit is known. `withhold`: also
/// the lowest layers are held to the budget.
pub(crate) fn allocate(demands: &mut [Demand], budget: Option<u64>, withhold: bool) -> Spent {
    let budget = budget.unwrap_or(u64::MAX);
    demands.sort_by_key(|demand| {
        let area = demand.tile.area();
        (!demand.first, u32::MAX - area, demand.source)
    });
    let mut spent = Spent::default();
    for demand in demands.iter_mut() {
        demand.chosen = None;
        let Some(ceiling) = demand.ceiling() else {
            continue;
        };
        spent.wanted += demand.need(ceiling);
        let fits = spent.allocated.saturating_add(demand.need(0)) <= budget;
        if fits || !withhold {
            demand.chosen = Some(0);
            spent.allocated = spent.allocated.saturating_add(demand.layers[0].cost);
        }
    }
    for layer in 1..LAYERS_MAX {
        for demand in demands.iter_mut().filter(|demand| demand.first) {
            raise(demand, layer, budget, &mut spent.allocated);
        }
    }
    for layer in 1..LAYERS_MAX {
        for demand in demands.iter_mut() {
            raise(demand, layer, budget, &mut spent.allocated);
        }
    }
    spent
}

/// Raises a choice by one layer, if that is of use and fits.
fn raise(demand: &mut Demand, layer: usize, budget: u64, allocated: &mut u64) {
    let from = layer - 1;
    if demand.chosen != Some(from) || demand.ceiling().is_none_or(|ceiling| layer > ceiling) {
        return;
    }
    let others = allocated.saturating_sub(demand.layers[from].cost);
    if others.saturating_add(demand.need(layer)) <= budget {
        demand.chosen = Some(layer);
        *allocated = others.saturating_add(demand.layers[layer].cost);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAYERS: [LayerView; 3] = [
        LayerView {
            alive: true,
            cost: 150_000,
            width: 320,
            height: 180,
        },
        LayerView {
            alive: true,
            cost: 500_000,
            width: 640,
            height: 360,
        },
        LayerView {
            alive: true,
            cost: 1_500_000,
            width: 1_280,
            height: 720,
        },
    ];

    fn demand(source: usize, width: u16, height: u16) -> Demand {
        Demand {
            source: Seat::ALL[source],
            first: source == 0,
            tile: Tile { width, height },
            layers: LAYERS,
            count: 3,
            before: None,
            chosen: None,
        }
    }

    fn chosen(demands: &mut [Demand], budget: Option<u64>) -> Vec<Option<usize>> {
        allocate(demands, budget, true);
        demands.sort_by_key(|demand| demand.source);
        demands.iter().map(|demand| demand.chosen).collect()
    }

    #[test]
    fn without_a_limit_every_tile_gets_what_it_can_use_and_no_more() {
        let mut demands = [
            demand(0, 1_280, 720),
            demand(1, 400, 225),
            demand(2, 700, 394),
            demand(3, 0, 0),
        ];
        assert_eq!(
            chosen(&mut demands, None),
            [Some(2), Some(0), Some(1), None]
        );
        assert!(!demands[3].is_withheld(), "it is not shown at all");
    }

    #[test]
    fn everyone_is_seen_before_anyone_is_seen_better_and_the_inmate_is_first() {
        let mut demands = [1, 2, 0].map(|source| demand(source, 1_280, 720));
        let mut at = |budget| chosen(&mut demands, Some(budget));
        assert_eq!(at(100_000), [None, None, None]);
        assert_eq!(at(180_000), [Some(0), None, None]);
        assert_eq!(at(350_000), [Some(0), Some(0), None]);
        assert_eq!(at(700_000), [Some(0), Some(0), Some(0)]);
        assert_eq!(at(900_000), [Some(1), Some(0), Some(0)]);
        assert_eq!(at(2_100_000), [Some(2), Some(0), Some(0)]);
        assert_eq!(at(10_000_000), [Some(2), Some(2), Some(2)]);
    }

    #[test]
    fn among_equals_the_larger_tile_is_served_first() {
        let mut demands = [demand(1, 320, 180), demand(2, 640, 360)];
        assert_eq!(chosen(&mut demands, Some(200_000)), [None, Some(0)]);
    }

    #[test]
    fn going_up_takes_a_margin_and_staying_does_not() {
        let mut demands = [demand(0, 1_280, 720)];
        demands[0].before = Some(0);
        assert_eq!(chosen(&mut demands, Some(550_000)), [Some(0)]);
        demands[0].before = Some(1);
        assert_eq!(chosen(&mut demands, Some(500_000)), [Some(1)]);
        assert_eq!(chosen(&mut demands, Some(499_999)), [Some(0)]);
    }

    #[test]
    fn before_anything_is_known_of_the_network_nobody_is_withheld() {
        let mut demands = [demand(0, 1_280, 720), demand(1, 1_280, 720)];
        allocate(&mut demands, Some(0), false);
        assert!(demands.iter().all(|demand| demand.chosen == Some(0)));
    }

    #[test]
    fn while_the_layer_chosen_is_not_sent_the_nearest_is_carried() {
        let mut choice = demand(0, 1_280, 720);
        choice.chosen = Some(2);
        choice.layers[2].alive = false;
        assert_eq!(choice.target(), Some(1));
        choice.chosen = Some(0);
        choice.layers[0].alive = false;
        assert_eq!(choice.target(), Some(1));
        choice.layers[1].alive = false;
        assert_eq!(choice.target(), None);
    }

    #[test]
    fn a_picture_of_one_layer_is_had_whole_or_not() {
        let mut demands = [demand(1, 100, 100)];
        demands[0].count = 1;
        demands[0].layers[0] = LAYERS[2];
        assert_eq!(chosen(&mut demands, Some(2_000_000)), [Some(0)]);
        assert_eq!(chosen(&mut demands, Some(1_000_000)), [None]);
        assert!(demands[0].is_withheld());
    }
}
