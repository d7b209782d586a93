//! Laws of the placement of keys, for any nodes, weights and numbers of copies.

use std::collections::BTreeSet;

use proptest::prelude::*;
use shardlab::base::NodeId;
use shardlab::base::hash::mix;
use shardlab::placement::{Modulo, Place, Placement, Ring};

/// Keys tried against every drawn cluster.
const KEYS: u64 = 500;

/// Names and weights of the nodes of a cluster.
fn nodes() -> impl Strategy<Value = Vec<(String, u32)>> {
    prop::collection::vec(prop_oneof![Just(100), 1..400_u32], 1..24).prop_map(|weights| {
        weights.into_iter().enumerate().map(|(n, weight)| (format!("n{}", n + 1), weight)).collect()
    })
}

fn places(nodes: &[(String, u32)]) -> Vec<Place<'_>> {
    let numbered = nodes.iter().zip(0..);
    numbered.map(|((name, weight), n)| Place { node: NodeId(n), name, weight: *weight }).collect()
}

fn owners(placement: &impl Placement, key: u64, count: usize) -> BTreeSet<NodeId> {
    placement.owners(mix(key), count).as_slice().iter().copied().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_ring_moves_keys_only_to_the_joining_node(
        nodes in nodes(), weight in 1..400_u32, vnodes in 1..200_u32, copies in 1..6_usize,
    ) {
        let joined = [nodes.clone(), vec![("newcomer".to_owned(), weight)]].concat();
        let newcomer = NodeId(nodes.len() as u32);
        let (before, after) = (Ring::new(&places(&nodes), vnodes), Ring::new(&places(&joined), vnodes));
        for key in 0..KEYS {
            let (was, is) = (owners(&before, key, copies), owners(&after, key, copies));
            let came: Vec<NodeId> = is.difference(&was).copied().collect();
            prop_assert!(came.is_empty() || came == [newcomer], "{was:?} became {is:?}");
            prop_assert!(was.difference(&is).count() <= 1, "one node takes the place of one");
        }
    }

    #[test]
    fn copies_stand_on_distinct_nodes_as_many_as_asked_for(
        nodes in nodes(), vnodes in 1..200_u32, copies in 1..6_usize,
    ) {
        let (ring, modulo) = (Ring::new(&places(&nodes), vnodes), Modulo::new(&places(&nodes)));
        for key in 0..KEYS {
            let wanted = copies.min(nodes.len());
            prop_assert_eq!(owners(&ring, key, copies).len(), wanted);
            prop_assert_eq!(owners(&modulo, key, copies).len(), wanted);
        }
    }

    #[test]
    fn shares_add_up_to_the_whole_circle(nodes in nodes(), vnodes in 1..200_u32) {
        let ring = Ring::new(&places(&nodes), vnodes);
        let sum: u64 = (0..nodes.len()).map(|n| u64::from(ring.share(NodeId(n as u32)))).sum();
        prop_assert!(sum <= 1_000_000 && sum + nodes.len() as u64 >= 1_000_000, "{sum}");
    }

    #[test]
    fn the_order_in_which_nodes_are_named_does_not_matter(nodes in nodes(), vnodes in 1..100_u32) {
        let forward = places(&nodes);
        let backward: Vec<Place<'_>> = forward.iter().cloned().rev().collect();
        let (one, other) = (Ring::new(&forward, vnodes), Ring::new(&backward, vnodes));
        for key in 0..KEYS {
            prop_assert_eq!(one.owners(mix(key), 3), other.owners(mix(key), 3));
        }
    }
}

/// The sometimes-twin: a hash modulo does move keys between nodes that were there before.
#[test]
fn a_modulo_moves_keys_between_old_nodes() {
    let names: Vec<(String, u32)> = (0..5).map(|n| (format!("n{n}"), 100)).collect();
    let (before, after) = (Modulo::new(&places(&names[..4])), Modulo::new(&places(&names)));
    let aside = (0..KEYS).filter(|key| {
        let (was, is) = (owners(&before, *key, 1), owners(&after, *key, 1));
        was != is && !is.contains(&NodeId(4))
    });
    assert!(aside.count() > 100);
}
