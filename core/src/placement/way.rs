//! The way from a key to its place, for one who wants to follow it.

use super::ring::Circle;
use super::slots::tag;
use super::{Placed, Spot};
use crate::base::NodeId;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// The circle on which keys lie, if the strategy has one.
#[must_use]
pub fn circle(placed: &Placed) -> Option<Circle> {
    match placed {
        Placed::Ring(ring) => Some(ring.circle()),
        Placed::Laid(laid) => Some(laid.ring().circle()),
        Placed::Preset(preset) => Some(preset.ring().circle()),
        _ => None,
    }
}

/// The place on the circle, the piece or the range that a key goes to.
#[must_use]
pub fn place(placed: &Placed, spot: Spot<'_>) -> u64 {
    match placed {
        Placed::Slots(slots) => slots.slot(spot) as u64,
        Placed::Maglev(maglev) => spot.position % maglev.table().len().max(1) as u64,
        Placed::Range(range) => range.find(spot.key) as u64,
        Placed::Layered(layered) => layered.partition(spot.key) as u64,
        placed => circle(placed).map_or(spot.position, |circle| circle.of(spot)),
    }
}

/// The way from a place on the circle to the next of these points.
#[must_use]
pub fn on_circle(position: u64, points: &[(u64, NodeId)]) -> Vec<(&'static str, String)> {
    let hash = ("hash", format!("{position:016x}"));
    let mut steps = Vec::from([hash, ("on the circle", percent(position))]);
    let at = points.partition_point(|(point, _)| *point < position);
    if let Some((point, _)) = points.get(at).or(points.first()) {
        steps.push(("next point", percent(*point)));
    }
    steps
}

/// A place on the circle, as a part of it.
fn percent(position: u64) -> String {
    let thousandths = (u128::from(position) * 100_000) >> 64;
    format!("{}.{:03} %", thousandths / 1_000, thousandths % 1_000)
}

/// The way from a key to its place.
#[must_use]
pub fn steps(placed: &Placed, spot: Spot<'_>) -> Vec<(&'static str, String)> {
    let mut steps = Vec::new();
    match placed {
        Placed::Ring(_) | Placed::Laid(_) | Placed::Preset(_) => {
            let position = circle(placed).map_or(spot.position, |circle| circle.of(spot));
            return on_circle(position, placed.points());
        }
        Placed::MultiProbe(probe) => {
            steps.push(("hash", format!("{:016x}", spot.position)));
            steps.push(("nearest probe", percent(probe.chosen(spot.position))));
        }
        Placed::Slots(slots) => {
            steps.push(("hashed part", String::from_utf8_lossy(tag(spot.key)).into_owned()));
            steps.push(("slot", format!("{} of {}", slots.slot(spot), slots.pieces().len())));
        }
        Placed::Maglev(maglev) => {
            let size = maglev.table().len().max(1) as u64;
            steps.push(("hash", format!("{:016x}", spot.position)));
            steps.push(("table entry", format!("{} of {size}", spot.position % size)));
        }
        Placed::Range(range) => {
            let at = range.find(spot.key);
            let start = range.pieces().get(at).map(|piece| &piece.start);
            let start = start.map_or_else(String::new, |s| String::from_utf8_lossy(s).into_owned());
            let of = range.pieces().len();
            steps.push(("range", format!("{} of {of}, from \"{start}\"", at + 1)));
        }
        Placed::Layered(layered) => {
            let partition = layered.partition(spot.key);
            steps.push(("partition", format!("{} of {}", partition + 1, layered.pieces().len())));
        }
        Placed::List(_) | Placed::Directory(_) => {
            let part = super::list::first_part(spot.key);
            steps.push(("value", String::from_utf8_lossy(part).into_owned()));
        }
        _ => steps.push(("hash", format!("{:016x}", spot.position))),
    }
    steps
}
