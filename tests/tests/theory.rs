//! What theory says of every strategy beside what ours does, as a table that is held golden.
//!
//! `UPDATE=1` writes the table anew. Each line also holds by itself, within the tolerance that its
//! claim has: a golden figure that is wrong fails all the same.

use std::fmt::Write as _;

use harness::place;
use shardlab::base::NodeId;
use shardlab::base::hash::mix;
use shardlab::placement::slots::Slotting;
use shardlab::placement::{Bounded, Place, Placed, Placement, Spot, Strategy};

const KEYS: u64 = 200_000;

fn spot(key: u64) -> Spot<'static> {
    Spot { position: mix(key), key: &[] }
}

/// Nodes whose names begin with a letter of the layout, so that layouts differ.
fn placed(strategy: &Strategy, layout: u32, weights: &[u32]) -> Placed {
    let names: Vec<String> = (0..weights.len()).map(|n| format!("{layout}/n{n}")).collect();
    let places: Vec<Place<'_>> = (0..)
        .zip(names.iter().zip(weights))
        .map(|(n, (name, weight))| Place { node: NodeId(n), name, weight: *weight })
        .collect();
    Placed::of(strategy, &places)
}

fn nodes(count: usize) -> Vec<NodeId> {
    (0..count as u32).map(NodeId).collect()
}

/// The share of keys that one more node moves, and whether any of them went elsewhere.
fn joined(strategy: &Strategy, count: usize) -> (f64, bool) {
    let before = placed(strategy, 0, &vec![100; count]);
    let newcomer = NodeId(count as u32);
    let mut after = before.clone();
    after.join(&Place { node: newcomer, name: "newcomer", weight: 100 });
    let (mut moved, mut aside) = (0_u32, false);
    for key in 0..KEYS {
        let (was, is) = (before.owner(spot(key)), after.owner(spot(key)));
        moved += u32::from(was != is);
        aside |= was != is && is != Some(newcomer);
    }
    (f64::from(moved) / KEYS as f64, aside)
}

/// The deviation over the mean, and the most over the mean.
fn evenness(values: &[f64]) -> (f64, f64) {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
    let most = values.iter().copied().fold(0.0, f64::max);
    ((variance / values.len() as f64).sqrt() / mean, most / mean)
}

fn counts(placed: &Placed, count: usize) -> Vec<f64> {
    let mut counts = vec![0.0; count];
    for key in 0..KEYS {
        if let Some(node) = placed.owner(spot(key)) {
            counts[node.0 as usize] += 1.0;
        }
    }
    counts
}

/// The table so far.
struct Table(String);

impl Table {
    fn line(&mut self, claim: &str, theory: f64, measured: f64, tolerance: f64) {
        let _ = writeln!(self.0, "{claim:<58} {theory:>9.4} {measured:>9.4}");
        assert!(
            (measured - theory).abs() <= tolerance,
            "{claim}: {measured} is not within {tolerance} of {theory}"
        );
    }
}

#[test]
fn every_strategy_does_what_its_paper_says() {
    let mut table = Table(format!("{:<58} {:>9} {:>9}\n", "claim", "theory", "measured"));
    for count in [4, 10, 100] {
        let n = count as f64;
        let (moved, aside) = joined(&Strategy::Modulo, count);
        table.line(
            &format!("modulo, {count} to {}: moved", count + 1),
            n / (n + 1.0),
            moved,
            0.003,
        );
        assert!(aside);
        for (name, strategy, tolerance) in [
            ("ring, 150 vnodes", Strategy::ring(150), 0.35),
            ("rendezvous", Strategy::Rendezvous, 0.06),
            ("jump", Strategy::Jump, 0.06),
            ("anchor", Strategy::Anchor { capacity: 2 * count as u32 + 2 }, 0.06),
            ("multi-probe, 21 probes", Strategy::MultiProbe { probes: 21 }, 0.6),
            (
                "logical, 10,000 shards",
                Strategy::Slots { count: 10_000, slotting: Slotting::Even },
                0.06,
            ),
        ] {
            let (moved, aside) = joined(&strategy, count);
            let wanted = 1.0 / (n + 1.0);
            table.line(
                &format!("{name}, {count} to {}: moved", count + 1),
                wanted,
                moved,
                wanted * tolerance,
            );
            assert!(!aside, "{name}: keys moved between old nodes");
        }
    }
    for vnodes in [1_u32, 10, 50, 100, 150, 200, 500, 1_000] {
        const LAYOUTS: u32 = 8;
        let mut sum = 0.0;
        for layout in 0..LAYOUTS {
            let ring = placed(&Strategy::ring(vnodes), layout, &[100; 100]);
            let shares: Vec<f64> = ring.shares(&nodes(100)).into_iter().map(f64::from).collect();
            sum += evenness(&shares).0;
        }
        let theory = (99.0 / (100.0 * f64::from(vnodes) + 1.0)).sqrt();
        let claim = format!("ring, 100 nodes, {vnodes} vnodes: deviation over mean");
        table.line(&claim, theory, sum / f64::from(LAYOUTS), theory * 0.12);
    }
    let (spread, _) = evenness(&counts(&placed(&Strategy::Jump, 0, &[100; 100]), 100));
    table.line("jump, 100 nodes: deviation over mean of binomial keys", 0.0222, spread, 0.005);
    for (count, size, extra) in
        [(10, 65_537, 0.0024), (100, 65_537, 0.0055), (100, 655_373, 0.0015)]
    {
        let strategy = Strategy::Maglev { size };
        let shares = placed(&strategy, 0, &vec![100; count]);
        let slots: Vec<usize> = nodes(count)
            .iter()
            .map(|node| shares.pieces().iter().filter(|owner| *owner == node).count())
            .collect();
        let apart = slots.iter().max().unwrap_or(&0) - slots.iter().min().unwrap_or(&0);
        assert!(apart <= 1, "slots differ by {apart}");
        let (moved, _) = joined(&strategy, count);
        let theory = 1.0 / (count as f64 + 1.0) + extra;
        let claim = format!("maglev, {count} nodes, {size} slots: moved by one more");
        table.line(&claim, theory, moved, 0.004);
    }
    for (over, theory) in [(10, 1.1), (25, 1.25), (50, 1.5), (100, 2.0)] {
        let mut ring = Bounded::new(1, over);
        for node in 0..100 {
            let name = format!("n{node}");
            ring.join(&Place { node: NodeId(node), name: &name, weight: 100 });
        }
        for key in 0..KEYS {
            ring.take(mix(key), KEYS as u32);
        }
        let most = ring.loads().values().max().copied().unwrap_or(0);
        assert!(most <= ring.bound(KEYS as u32));
        let claim = format!("bounded, {over} % over, one vnode: most over mean");
        table.line(&claim, theory, f64::from(most) * 100.0 / KEYS as f64, 0.001);
    }
    for (probes, theory) in [(3, 1.5), (5, 1.25), (11, 1.1), (21, 1.05)] {
        let layout = |layout| placed(&Strategy::MultiProbe { probes }, layout, &[100; 100]);
        let peak = |at| evenness(&counts(&layout(at), 100)).1;
        let claim = format!("multi-probe, {probes} probes: most over mean");
        // Two thousand keys a node add some percent of noise at the peak.
        table.line(&claim, theory, (0..6).map(peak).sum::<f64>() / 6.0, 0.12);
    }
    let weighted = placed(&Strategy::Rendezvous, 0, &[100, 200, 300, 400]);
    for (node, count) in counts(&weighted, 4).into_iter().enumerate() {
        let theory = (node + 1) as f64 / 10.0;
        let claim = format!("rendezvous, weights 1 2 3 4: share of n{}", node + 1);
        table.line(&claim, theory, count / KEYS as f64, 0.004);
    }
    let path = place::root().join("tests/golden/table/theory.txt");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &table.0).expect("the table can be written");
    }
    assert_eq!(place::read(&path).expect("the table is there"), table.0);
}
