//! Placing keys, beside the crates that others published and the plainest code that does it.
//!
//! Method: random 64-bit keys; contestants take turns in slices of thread time, so that other work on
//! the machine is not counted; the median over rounds of each one's ratio to the reference in the
//! same round. The cost of the hash is in every lookup: "mix" is the same fast finalizer everywhere,
//! others hash as they ship. The reference is a sorted row of points and a binary search.

use std::hash::{BuildHasher, Hash, Hasher};
use std::hint::black_box;
use std::time::Duration;

use maglev::ConsistentHasher as _;
use rustix::time::{ClockId, clock_gettime};
use shardlab::base::NodeId;
use shardlab::base::hash::mix;
use shardlab::placement::maglev::fill;
use shardlab::placement::slots::Slotting;
use shardlab::placement::{
    Anchor, Jump, Maglev, Modulo, Place, Placement, Rendezvous, Ring, Slots, Spot,
};

use crate::measure::say;

const VNODES: u32 = 150;
const KEYS: usize = 65_536;
const ROUNDS: usize = 11;
const SLICE: Duration = Duration::from_millis(10);

/// The time that this thread has had so far.
fn now() -> Duration {
    let spent = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(spent.tv_sec as u64, spent.tv_nsec as u32)
}

/// A hasher that is nothing but the finalizer.
#[derive(Clone, Default)]
struct Mix(u64);

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = mix(self.0 ^ u64::from(*byte));
        }
    }
    fn write_u32(&mut self, number: u32) {
        self.0 = mix(self.0 ^ u64::from(number));
    }
    fn write_u64(&mut self, number: u64) {
        self.0 = mix(self.0 ^ number);
    }
}

#[derive(Clone, Default)]
struct BuildMix;

impl BuildHasher for BuildMix {
    type Hasher = Mix;
    fn build_hasher(&self) -> Mix {
        Mix::default()
    }
}

/// A point of a node, for rings that know no vnodes.
#[derive(Clone, Hash, PartialEq, Eq)]
struct Vnode(u32, u32);

#[derive(Clone)]
struct Named(String);

impl conhash::Node for Named {
    fn name(&self) -> String {
        self.0.clone()
    }
}

/// One that looks many keys up; the sum of what it finds.
type Looker = Box<dyn Fn(&[u64]) -> u64>;
type Contestant = (&'static str, Looker);

/// The loop is compiled together with the lookup, so that no call lies between.
fn looker(look: impl Fn(u64) -> u64 + 'static) -> Looker {
    Box::new(move |keys| keys.iter().fold(0, |sum, key| sum.wrapping_add(look(*key))))
}

/// The plainest ring: a sorted row and a binary search.
#[derive(Clone)]
struct Row(Vec<(u64, u32)>);

impl Row {
    fn points(node: u32) -> Vec<(u64, u32)> {
        let point = |number| (mix(u64::from(node) << 32 | u64::from(number)), node);
        let mut points: Vec<(u64, u32)> = (0..VNODES).map(point).collect();
        points.sort_unstable();
        points
    }

    fn of(nodes: u32) -> Self {
        let mut row: Vec<(u64, u32)> = (0..nodes).flat_map(Self::points).collect();
        row.sort_unstable();
        Self(row)
    }

    #[inline]
    fn first(&self, hash: u64) -> usize {
        self.0.partition_point(|(point, _)| *point < hash)
    }

    #[inline]
    fn get(&self, hash: u64) -> u32 {
        let at = self.first(hash);
        self.0[if at == self.0.len() { 0 } else { at }].1
    }

    fn three(&self, hash: u64) -> [u32; 3] {
        let at = self.first(hash);
        let mut found = [u32::MAX; 3];
        let mut len = 0;
        for (_, node) in self.0[at..].iter().chain(&self.0[..at]) {
            if !found[..len].contains(node) {
                found[len] = *node;
                len += 1;
                if len == 3 {
                    break;
                }
            }
        }
        found
    }

    /// A plain merge of two sorted rows.
    fn merged(&self, points: &[(u64, u32)]) -> Vec<(u64, u32)> {
        let mut row = Vec::with_capacity(self.0.len() + points.len());
        let (mut left, mut right) = (self.0.iter().peekable(), points.iter().peekable());
        while let (Some(one), Some(two)) = (left.peek(), right.peek()) {
            if one < two {
                row.push(**one);
                left.next();
            } else {
                row.push(**two);
                right.next();
            }
        }
        row.extend(left);
        row.extend(right);
        row
    }
}

fn places<P: Placement>(mut placement: P, nodes: u32) -> P {
    for number in 0..nodes {
        let name = format!("n{number}");
        placement.join(&Place { node: NodeId(number), name: &name, weight: 100 });
    }
    placement
}

fn spot(key: u64) -> Spot<'static> {
    Spot { position: mix(key), key: &[] }
}

fn owner(placement: impl Placement + 'static) -> Looker {
    looker(move |key| placement.owner(spot(key)).map_or(0, |node| u64::from(node.0)))
}

fn contestants(nodes: u32) -> Vec<Contestant> {
    let row = Row::of(nodes);
    let three = row.clone();
    let ring = places(Ring::new(VNODES), nodes);
    let walk = ring.clone();
    let mut sip: hashring::HashRing<Vnode> = hashring::HashRing::new();
    let mut fast: hashring::HashRing<Vnode, BuildMix> = hashring::HashRing::with_hasher(BuildMix);
    let vnodes = || (0..nodes).flat_map(|node| (0..VNODES).map(move |number| Vnode(node, number)));
    sip.batch_add(vnodes().collect());
    fast.batch_add(vnodes().collect());
    let ids: Vec<u32> = (0..nodes).collect();
    let fnv =
        consistent_hash_ring::RingBuilder::default().vnodes(VNODES as usize).nodes(&ids).build();
    let mixed = consistent_hash_ring::RingBuilder::new(BuildMix)
        .vnodes(VNODES as usize)
        .nodes(&ids)
        .build();
    let mut con = conhash::ConsistentHash::new();
    for node in 0..nodes {
        con.add(&Named(format!("n{node}")), VNODES as usize);
    }
    let mut tree = hash_rings::consistent::Ring::with_hasher(BuildMix);
    let all: &'static [u32] = ids.clone().leak();
    for node in all {
        tree.insert_node(node, VNODES as usize);
    }
    let jumper = jumphash::JumpHasher::new();
    let table = maglev::Maglev::with_hasher(ids, BuildMix);
    vec![
        ("reference: sorted row, binary search", looker(move |key| row.get(mix(key)).into())),
        ("ring", looker(move |key| ring.at(mix(key)).map_or(0, |node| node.0.into()))),
        ("hashring 0.3.6, as shipped", looker(move |key| get(sip.get(&key).map(|node| node.0)))),
        ("hashring 0.3.6, mix", looker(move |key| get(fast.get(&key).map(|node| node.0)))),
        ("consistent_hash_ring 0.8.0, as shipped", looker(move |key| (*fnv.get(key)).into())),
        ("consistent_hash_ring 0.8.0, mix", looker(move |key| (*mixed.get(key)).into())),
        (
            "conhash 0.5.1",
            looker(move |key| con.get(&key.to_le_bytes()).map_or(0, |node| node.0.len() as u64)),
        ),
        ("hash-rings 1.1.0, mix", looker(move |key| (*tree.get_node(&key)).into())),
        ("three copies: reference", looker(move |key| three.three(mix(key))[2].into())),
        (
            "three copies: ring",
            looker(move |key| {
                walk.owners(spot(key), 3).as_slice().last().map_or(0, |node| node.0.into())
            }),
        ),
        ("modulo", owner(places(Modulo::default(), nodes))),
        ("slots", owner(places(Slots::new(16_384, Slotting::Even), nodes))),
        ("jump", owner(places(Jump::default(), nodes))),
        ("jumphash 0.1.9", looker(move |key| jumper.slot(&key, nodes).into())),
        (
            "maglev",
            owner({
                let mut table = Maglev::new(65_537);
                let names: Vec<String> = (0..nodes).map(|number| format!("n{number}")).collect();
                let all: Vec<Place<'_>> = (0..nodes)
                    .zip(&names)
                    .map(|(number, name)| Place { node: NodeId(number), name, weight: 100 })
                    .collect();
                table.join_all(&all);
                table
            }),
        ),
        ("maglev 0.2.1, mix", looker(move |key| get(table.get(&key).copied()))),
        ("anchor", owner(places(Anchor::new(nodes * 2), nodes))),
        ("rendezvous", owner(places(Rendezvous::default(), nodes))),
    ]
}

fn get(node: Option<u32>) -> u64 {
    node.unwrap_or(0).into()
}

/// Nanoseconds a lookup of each contestant, and its ratio to the first one: medians over rounds.
fn lookups(contestants: &[Contestant]) -> Vec<(f64, f64)> {
    let keys: Vec<u64> = (0..KEYS as u64).map(|n| mix(n ^ 0x5eed)).collect();
    let mut times = vec![Vec::new(); contestants.len()];
    for round in 0..=ROUNDS {
        for (at, (_, look)) in contestants.iter().enumerate() {
            let (mut count, mut sum, start) = (0_u64, 0_u64, now());
            while now() - start < SLICE {
                let first = (count as usize * 997) % (KEYS - 4_096);
                sum = sum.wrapping_add(look(black_box(&keys[first..first + 4_096])));
                count += 4_096;
            }
            black_box(sum);
            let nanos = (now() - start).as_nanos() as f64 / count as f64;
            if round > 0 {
                times[at].push(nanos);
            }
        }
    }
    let reference = times[0].clone();
    times
        .iter()
        .map(|own| {
            let mut ratios: Vec<f64> = own.iter().zip(&reference).map(|(a, b)| a / b).collect();
            (median(&mut own.clone()), median(&mut ratios))
        })
        .collect()
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The median ratio of the time of one piece of work to that of another, by turns; and the first
/// one's median time in microseconds.
fn ratio(mut one: impl FnMut(), mut two: impl FnMut()) -> (f64, f64) {
    let (mut ratios, mut micros) = (Vec::new(), Vec::new());
    for _ in 0..2 * ROUNDS + 1 {
        let start = now();
        one();
        let middle = now();
        two();
        let end = now();
        let first = (middle - start).as_secs_f64();
        ratios.push(first / (end - middle).as_secs_f64().max(1e-9));
        micros.push(first * 1e6);
    }
    (median(&mut ratios), median(&mut micros))
}

/// The plainest table of the paper.
fn plain_maglev(size: u32, orders: &[(u32, u32)]) -> Vec<u32> {
    let mut table = vec![u32::MAX; size as usize];
    let mut next = vec![0_u64; orders.len()];
    let mut filled = 0;
    loop {
        for (node, (offset, skip)) in orders.iter().enumerate() {
            let slot = |turn: u64| (u64::from(*offset) + turn * u64::from(*skip)) % u64::from(size);
            let mut at = slot(next[node]) as usize;
            while table[at] != u32::MAX {
                next[node] += 1;
                at = slot(next[node]) as usize;
            }
            table[at] = node as u32;
            next[node] += 1;
            filled += 1;
            if filled == size {
                return table;
            }
        }
    }
}

/// Lookups, copies, joins and tables, each beside its peers.
pub(crate) fn placement() -> bool {
    let mut held = true;
    for (nodes, bar) in [(10, 0.30), (100, 0.25), (1_000, 0.12)] {
        let all = contestants(nodes);
        let found = lookups(&all);
        println!("{nodes} nodes, {VNODES} points a node        ns a lookup    to the reference");
        for ((name, _), (nanos, ratio)) in all.iter().zip(&found) {
            println!("  {name:<42} {nanos:>9.1} {ratio:>15.2}");
        }
        let of = |name: &str| {
            all.iter().zip(&found).find(|((n, _), _)| n.starts_with(name)).map_or(1.0, |(_, f)| f.1)
        };
        let ring = of("ring");
        held &= say(
            &format!("a lookup on the ring, {nodes} nodes"),
            &format!("{ring:.2}"),
            &format!("at most {bar:.2} of the reference"),
            ring <= bar,
        );
        let published = ["hashring", "consistent_hash_ring", "conhash", "hash-rings"];
        let fastest = all
            .iter()
            .zip(&found)
            .filter(|((name, _), _)| published.iter().any(|it| name.starts_with(it)))
            .map(|(_, (_, ratio))| *ratio)
            .fold(f64::MAX, f64::min);
        held &= say(
            "the fastest published ring takes",
            &format!("{:.1} times ours", fastest / ring),
            "at least 4 times",
            fastest / ring >= 4.0,
        );
        let copies = of("three copies: ring") / of("three copies: reference");
        let to_lookup = of("three copies: ring");
        held &= say(
            "three distinct copies",
            &format!("{to_lookup:.2}"),
            &format!("within 2 of a lookup of the reference ({copies:.2} of its walk)"),
            to_lookup <= 2.0,
        );
    }
    held &= joins();
    held & tables()
}

/// One node comes to many.
fn joins() -> bool {
    let mut held = true;
    for nodes in [10_u32, 100, 1_000] {
        let row = Row::of(nodes);
        let ring = places(Ring::new(VNODES), nodes);
        let place = Place { node: NodeId(nodes), name: "newcomer", weight: 100 };
        // Both work on a copy that is made outside of what is measured, points worked out within.
        let mut copies: Vec<Ring> = (0..2 * ROUNDS + 1).map(|_| ring.clone()).collect();
        let (ratio, micros) = ratio(
            || {
                if let Some(mut ring) = copies.pop() {
                    ring.join(black_box(&place));
                    std::mem::forget(black_box(ring));
                }
            },
            || std::mem::forget(black_box(row.merged(&Row::points(black_box(nodes))))),
        );
        let (what, figure) = (
            format!("one node joins {nodes}, index included"),
            format!("{micros:.0} µs, {ratio:.2}"),
        );
        if nodes < 1_000 {
            // The bound is for a thousand nodes; with few, working the points out is most of it.
            println!("{what:<44} {figure:>16}   of a plain sorted merge");
        } else {
            held &= say(&what, &figure, "within 1.5 of a plain sorted merge", ratio <= 1.5);
        }
    }
    held
}

/// Maglev's table.
fn tables() -> bool {
    let mut held = true;
    for (nodes, size) in [(10_u32, 65_537_u32), (100, 65_537), (1_000, 65_537), (100, 655_373)] {
        let orders: Vec<(u32, u32)> = (0..nodes)
            .map(|node| {
                let hash = mix(node.into());
                ((hash % u64::from(size)) as u32, (hash >> 32) as u32 % (size - 1) + 1)
            })
            .collect();
        let weights = vec![100; nodes as usize];
        let (ratio, micros) = ratio(
            || drop(black_box(fill(size, black_box(&orders), &weights))),
            || drop(black_box(plain_maglev(size, black_box(&orders)))),
        );
        held &= say(
            &format!("maglev's table, {nodes} nodes, {size} slots"),
            &format!("{micros:.0} µs, {ratio:.2}"),
            "within 1.2 of the plainest one",
            ratio <= 1.2,
        );
    }
    held
}
