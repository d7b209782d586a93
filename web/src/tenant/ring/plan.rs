//! Where everything of one cluster stands: the facts of its shape, turned into places.

use std::collections::BTreeMap;

use crate::layout::group;
use crate::layout::place::{self, Place};
use crate::layout::point::{Frame, Point, angle};
use crate::layout::ring::{self, Slice};
use crate::player::Player;
use crate::player::fact::Role;
use crate::pulse::Fact;

/// The shape of a cluster on the stage. It changes when nodes come or go, not when they work.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Places of the ring and of its storage nodes, in the order of `storage`.
    pub place: Place,
    /// Storage nodes or replicas by number.
    pub storage: Vec<u32>,
    /// Clients and controllers by number, and where they stand.
    pub inside: Vec<(u32, Point)>,
    /// Clients that share one mark because there are many, and where it stands.
    pub crowd: Option<(Vec<u32>, Point)>,
    /// Who owns which stretch of the circle; owners are indices into `storage`.
    pub slices: Vec<Slice>,
    /// The positions of the points, by owner.
    pub points: Vec<Vec<u64>>,
    /// Whether it is a group of replicas, in a circle without a map.
    pub grouped: bool,
    /// Where pieces of a table begin, as positions on the circle.
    pub cuts: Vec<u64>,
    /// The middle and the radius of the mark of every node, by number.
    pub marks: BTreeMap<u32, (Point, f64)>,
}

/// What the shape depends on.
#[derive(Clone, Debug, PartialEq)]
struct Shape {
    storage: Vec<u32>,
    shares: Vec<u32>,
    others: Vec<(u32, Role)>,
    points: Vec<(u64, usize)>,
    pieces: Vec<(usize, u32)>,
    fixed: bool,
    grouped: bool,
}

/// The height of a title of two lines.
const TITLE: f64 = 46.0;
/// Clients beyond this number share one mark.
const CLIENTS_MAX: usize = 3;

impl Plan {
    /// The plan of a cluster within a frame, following both.
    pub fn watch(player: Player, cluster: usize, frame: Fact<Frame>, small: bool) -> Fact<Self> {
        let shape = player.see(move |scene| {
            let mine = |role: Role| {
                scene
                    .nodes
                    .iter()
                    .filter(move |node| node.cluster as usize == cluster && node.role == role)
            };
            let grouped = mine(Role::Replica).next().is_some();
            let holders = mine(Role::Storage).chain(mine(Role::Replica));
            let storage: Vec<u32> = holders.map(|node| node.id.0).collect();
            let fact = scene.clusters.get(cluster);
            let points: Vec<(u64, usize)> = fact.map_or_else(Vec::new, |fact| {
                fact.points
                    .iter()
                    .filter_map(|point| {
                        storage
                            .iter()
                            .position(|id| *id == point.node.0)
                            .map(|owner| (point.position, owner))
                    })
                    .collect()
            });
            // Who holds nothing yet has no place among the nodes either.
            let place = |node: u32| storage.iter().position(|id| *id == node);
            let pieces: Vec<(usize, u32)> = fact.map_or_else(Vec::new, |fact| {
                let known = fact.pieces.iter().filter_map(|one| Some((place(one.0.0)?, one.1)));
                known.collect()
            });
            let shares = mine(Role::Storage).map(|node| node.share).collect();
            let fixed = fact.is_some_and(|fact| fact.vnodes == 1 && !fact.points.is_empty());
            let others = mine(Role::Controller)
                .chain(mine(Role::Client))
                .map(|node| (node.id.0, node.role))
                .collect();
            Shape { storage, shares, others, points, pieces, fixed, grouped }
        });
        Fact::of(move || shape.with(|shape| Self::of(shape, frame.get(), small)))
    }

    fn of(shape: &Shape, frame: Frame, small: bool) -> Self {
        let slices = match (shape.points.is_empty(), shape.pieces.is_empty()) {
            (true, true) => ring::shared_slices(&shape.shares),
            (true, false) => ring::piece_slices(&shape.pieces),
            _ => ring::slices(&shape.points),
        };
        // Where a table is cut; on a circle of points the points themselves are the cuts.
        let whole =
            |angle: f64| (angle / std::f64::consts::TAU * 18_446_744_073_709_551_616.0) as u64;
        let cuts = if shape.pieces.is_empty() || !shape.points.is_empty() {
            Vec::new()
        } else {
            slices.iter().map(|slice| whole(slice.start)).collect()
        };
        let title = if small { 0.0 } else { TITLE };
        let place = if shape.grouped {
            let (above, _) = group::parts(frame, if small { 0 } else { shape.storage.len() });
            let frame = if small { frame } else { above };
            group::fit(frame, title, shape.storage.len(), !small, !shape.others.is_empty())
        } else {
            let even = || ring::evenly(shape.storage.len());
            place::fit(frame, title, &if shape.fixed { middles(shape) } else { even() })
        };
        let mut marks: BTreeMap<u32, (Point, f64)> = BTreeMap::new();
        for (id, spot) in shape.storage.iter().zip(&place.nodes) {
            marks.insert(*id, (spot.at, place.node_radius));
        }
        let clients: Vec<u32> = shape
            .others
            .iter()
            .filter(|other| other.1 == Role::Client)
            .map(|other| other.0)
            .collect();
        let crowded = clients.len() > CLIENTS_MAX;
        let alone: Vec<u32> = shape
            .others
            .iter()
            .filter(|other| other.1 != Role::Client || !crowded)
            .map(|other| other.0)
            .collect();
        let count = alone.len() + usize::from(crowded);
        let spots = if shape.grouped {
            let height = (place.center.y - place.top) * 2.0;
            group::beside(Frame { y: place.top, height, ..frame }, 0.0, count)
        } else {
            place::inside(place.center, place.radius, count)
        };
        let inner = (place.node_radius * 0.72).min(place.radius * 0.2);
        let inside: Vec<(u32, Point)> = alone.iter().copied().zip(spots.iter().copied()).collect();
        marks.extend(inside.iter().map(|(id, at)| (*id, (*at, inner))));
        let crowd = crowded.then(|| {
            let at = spots.last().copied().unwrap_or(place.center);
            marks.extend(clients.iter().map(|id| (*id, (at, inner))));
            (clients, at)
        });
        let mut points = vec![Vec::new(); shape.storage.len()];
        for &(position, owner) in &shape.points {
            points[owner].push(position);
        }
        let (storage, grouped) = (shape.storage.clone(), shape.grouped);
        Self { place, storage, inside, crowd, slices, points, grouped, cuts, marks }
    }

    /// The hue of a node: its place in the fixed sequence of eight.
    #[must_use]
    pub fn hue(&self, id: u32) -> usize {
        self.storage.iter().position(|one| *one == id).map_or(0, |place| place % 8 + 1)
    }
}

/// Where nodes with a single point want to stand: at that point.
fn middles(shape: &Shape) -> Vec<f64> {
    let even = ring::evenly(shape.storage.len());
    (0..shape.storage.len())
        .map(|owner| {
            shape
                .points
                .iter()
                .find(|point| point.1 == owner)
                .map_or(even[owner], |point| angle(point.0))
        })
        .collect()
}
