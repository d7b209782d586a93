//! Laws of the placement of keys, for any nodes, weights and numbers of copies.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;
use shardlab::base::NodeId;
use shardlab::base::hash::mix;
use shardlab::placement::layered::{Cut, Level};
use shardlab::placement::prune::{prune, question};
use shardlab::placement::site::{Site, spread};
use shardlab::placement::slots::Slotting;
use shardlab::placement::{Layered, Place, Placed, Placement, Range, Spot, Strategy as Way};

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

fn spot(key: u64) -> Spot<'static> {
    Spot { position: mix(key), key: &[] }
}

fn owners(placement: &Placed, key: u64, count: usize) -> BTreeSet<NodeId> {
    placement.owners(spot(key), count).as_slice().iter().copied().collect()
}

/// Strategies under which a joining node only takes.
fn minimal() -> impl Strategy<Value = Way> {
    prop_oneof![
        (1..200_u32).prop_map(Way::ring),
        Just(Way::Rendezvous),
        Just(Way::Jump),
        Just(Way::Anchor { capacity: 64 }),
        (1..30_u32).prop_map(|probes| Way::MultiProbe { probes }),
        (1..2_000_u32).prop_map(|count| Way::Slots { count, slotting: Slotting::Even }),
    ]
}

/// Every strategy that places any key.
fn every() -> impl Strategy<Value = Way> {
    prop_oneof![
        minimal(),
        Just(Way::Modulo),
        (2..9_u32).prop_map(|fan| Way::Skeleton { fan }),
        (7..3_000_u32).prop_map(|size| Way::Maglev { size }),
        (1..50_u32).prop_map(|vnodes| Way::Bounded { vnodes, over: 25 }),
        Just(Way::Slots { count: 16_384, slotting: Slotting::Redis }),
        Just(Way::Range { splits: Arc::from([]), each: 2, most: None }),
        Just(Way::List { values: Arc::from([]) }),
        Just(Way::Directory),
        Just(Way::Ring { vnodes: 1, circle: shardlab::placement::ring::Circle::Ketama }),
        Just(Way::Ring { vnodes: 1, circle: shardlab::placement::ring::Circle::Cassandra }),
        Just(Way::Ring { vnodes: 9, circle: shardlab::placement::ring::Circle::Md5 }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn keys_move_only_to_the_joining_node(way in minimal(), nodes in nodes()) {
        // Equal weights: by slots, rounding may move one between others.
        let nodes: Vec<(String, u32)> = nodes.into_iter().map(|(name, _)| (name, 100)).collect();
        let before = Placed::of(&way, &places(&nodes));
        let newcomer = NodeId(nodes.len() as u32);
        let mut after = before.clone();
        after.join(&Place { node: newcomer, name: "newcomer", weight: 100 });
        for key in 0..KEYS {
            let (was, is) = (before.owner(spot(key)), after.owner(spot(key)));
            prop_assert!(was == is || is == Some(newcomer), "{way:?}: {was:?} became {is:?}");
        }
        // The last one to come goes again, and everything is as it was; slots go to nodes that have room.
        prop_assume!(!matches!(way, Way::Slots { .. }));
        after.leave(newcomer);
        for key in 0..KEYS {
            prop_assert_eq!(before.owner(spot(key)), after.owner(spot(key)), "{:?}", way);
        }
    }

    #[test]
    fn with_weights_and_copies_a_ring_and_rendezvous_replace_one_by_one(
        ring in any::<bool>(), nodes in nodes(), weight in 1..400_u32, copies in 1..6_usize,
    ) {
        let way = if ring { Way::ring(60) } else { Way::Rendezvous };
        let before = Placed::of(&way, &places(&nodes));
        let newcomer = NodeId(nodes.len() as u32);
        let mut after = before.clone();
        after.join(&Place { node: newcomer, name: "newcomer", weight });
        // Rendezvous draws by weight only where weights differ, and then other numbers.
        let even = |weights: &mut dyn Iterator<Item = u32>| {
            let all: BTreeSet<u32> = weights.collect();
            all.len() == 1
        };
        let was_even = even(&mut nodes.iter().map(|(_, weight)| *weight));
        let is_even = even(&mut nodes.iter().map(|(_, weight)| *weight).chain([weight]));
        prop_assume!(ring || was_even == is_even);
        for key in 0..KEYS {
            let (was, is) = (owners(&before, key, copies), owners(&after, key, copies));
            let came: Vec<NodeId> = is.difference(&was).copied().collect();
            prop_assert!(came.is_empty() || came == [newcomer], "{was:?} became {is:?}");
            prop_assert!(was.difference(&is).count() <= 1, "one node takes the place of one");
        }
    }

    #[test]
    fn only_the_keys_of_a_leaving_node_move(way in minimal(), nodes in nodes(), pick in any::<u32>()) {
        prop_assume!(way != Way::Jump && nodes.len() > 1);
        let nodes: Vec<(String, u32)> = nodes.into_iter().map(|(name, _)| (name, 100)).collect();
        let before = Placed::of(&way, &places(&nodes));
        let gone = NodeId(pick % nodes.len() as u32);
        let mut after = before.clone();
        after.leave(gone);
        for key in 0..KEYS {
            let (was, is) = (before.owner(spot(key)), after.owner(spot(key)));
            prop_assert!(is != Some(gone) && is.is_some());
            prop_assert!(was == is || was == Some(gone), "{way:?}: {was:?} became {is:?}");
        }
    }

    #[test]
    fn copies_stand_on_distinct_nodes_as_many_as_asked_for(
        way in every(), nodes in nodes(), copies in 1..6_usize,
    ) {
        let placed = Placed::of(&way, &places(&nodes));
        for key in 0..KEYS {
            let text = format!("t{}:{key}", key % 7);
            let spot = Spot::of(text.as_bytes());
            let of_key = placed.owners(spot, copies);
            let distinct: BTreeSet<NodeId> = of_key.as_slice().iter().copied().collect();
            prop_assert_eq!(distinct.len(), of_key.len());
            prop_assert_eq!(placed.owner(spot), of_key.as_slice().first().copied(), "{:?}", way);
            // A light node may have no slot of a small table, or no point of a weighed ring.
            let all = !matches!(way, Way::Maglev { .. } | Way::Slots { .. } | Way::Ring { .. });
            prop_assert!(!all || of_key.len() == copies.min(nodes.len()), "{way:?}");
            prop_assert!(!of_key.is_empty());
        }
    }

    #[test]
    fn copies_span_as_many_regions_and_racks_as_they_can(
        way in every(), seed in any::<u64>(), count in 2..40_u32, regions in 1..5_u64,
        racks in 1..6_u64, copies in 2..6_usize,
    ) {
        let names: Vec<(String, u32)> = (0..count).map(|n| (format!("n{n}"), 100)).collect();
        let placed = Placed::of(&way, &places(&names));
        // Uneven on purpose: most nodes stand together, a few apart.
        let drawn = |node: NodeId, of: u64, salt: u64| {
            let drawn = mix(seed ^ salt ^ mix(u64::from(node.0)));
            if drawn.is_multiple_of(4) { (drawn >> 8) % of } else { 0 }
        };
        let site = |node: NodeId| {
            let region = drawn(node, regions, 1) as u16;
            Site { region, rack: region * 10 + drawn(node, racks, 2) as u16 }
        };
        let all = || (0..count).map(NodeId);
        // A light node may have no point on a ring or no slot of a small table: it holds nothing.
        let holders: Vec<NodeId> = placed.walk(spot(0), all());
        let different = |nodes: &mut dyn Iterator<Item = NodeId>| {
            let sites: BTreeSet<Site> = nodes.map(site).collect();
            let regions: BTreeSet<u16> = sites.iter().map(|site| site.region).collect();
            (regions.len(), sites.len())
        };
        let (most_regions, most_racks) = different(&mut holders.iter().copied());
        for key in 0..60 {
            let text = format!("t{}:{key}", key % 7);
            let spot = Spot::of(text.as_bytes());
            let owners = spread(&placed, spot, copies, all(), site);
            let wanted = copies.min(holders.len());
            prop_assert_eq!(owners.len(), wanted, "{:?}", way);
            prop_assert_eq!(owners.as_slice().first().copied(), placed.owner(spot), "{:?}", way);
            let (regions, racks) = different(&mut owners.as_slice().iter().copied());
            prop_assert_eq!(regions, most_regions.min(wanted), "{:?}: {:?}", way, owners);
            prop_assert_eq!(racks, most_racks.min(wanted), "{:?}: {:?}", way, owners);
        }
    }

    #[test]
    fn a_node_that_comes_shifts_copies_elsewhere_only_to_itself(
        ring in any::<bool>(), count in 12..40_u32, seed in any::<u64>(), copies in 2..5_usize,
    ) {
        // One region of nearly all, and one of two nodes far behind in most walks.
        let way = if ring { Way::ring(40) } else { Way::Rendezvous };
        let names: Vec<(String, u32)> = (0..=count).map(|n| (format!("n{n}"), 100)).collect();
        let all = places(&names);
        let before = Placed::of(&way, &all[..count as usize]);
        let after = Placed::of(&way, &all);
        let apart = (seed % u64::from(count)) as u32;
        let site = |node: NodeId| Site { region: u16::from(node.0 == apart), rack: 0 };
        for key in 0..100 {
            let owners = |placed: &Placed, count| -> BTreeSet<NodeId> {
                let owners = spread(placed, spot(key), copies, (0..count).map(NodeId), site);
                owners.as_slice().iter().copied().collect()
            };
            let (was, is) = (owners(&before, count), owners(&after, count + 1));
            let came: Vec<NodeId> = is.difference(&was).copied().collect();
            prop_assert!(came.is_empty() || came == [NodeId(count)], "{was:?} became {is:?}");
        }
    }

    #[test]
    fn shares_add_up_to_all_places(way in every(), nodes in nodes()) {
        let placed = Placed::of(&way, &places(&nodes));
        let ids: Vec<NodeId> = (0..nodes.len() as u32).map(NodeId).collect();
        let sum: u32 = placed.shares(&ids).iter().sum();
        // A list without values and a directory without tenants own nothing yet.
        let empty = matches!(way, Way::List { .. } | Way::Directory);
        prop_assert!(empty || (999_000..=1_000_000).contains(&sum), "{way:?}: {sum}");
    }

    #[test]
    fn whatever_comes_and_goes_there_is_an_owner_or_nobody_is_there(
        way in every(), steps in prop::collection::vec((0..6_u32, 0..3_u32, any::<u32>()), 1..40),
    ) {
        let mut placed = Placed::new(&way);
        let mut there = BTreeSet::new();
        for (number, what, weight) in steps {
            let node = NodeId(number);
            let name = format!("n{number}");
            if what == 0 {
                placed.leave(node);
                there.remove(&node);
            } else {
                // Weights of nought and of a thousand million, twice the same name: all of it.
                let weight = if weight % 3 == 0 { weight % 1_000_000_000 } else { weight % 500 };
                placed.join(&Place { node, name: &name, weight });
                there.insert(node);
            }
            for key in 0..20 {
                match placed.owner(spot(key)) {
                    Some(owner) => prop_assert!(there.contains(&owner), "{way:?}"),
                    None => prop_assert!(there.is_empty() || matches!(way, Way::Ring { .. }), "{way:?}"),
                }
            }
        }
    }

    #[test]
    fn splits_and_merges_lose_no_key(
        steps in prop::collection::vec((any::<bool>(), 0..60_u32), 1..60),
    ) {
        let mut range = Range::new(&[], 1);
        range.join(&Place { node: NodeId(0), name: "n1", weight: 100 });
        range.join(&Place { node: NodeId(1), name: "n2", weight: 100 });
        for (split, at) in steps {
            let key = format!("{at:02}");
            let before = range.pieces().len();
            let done = if split { range.split(key.as_bytes()) } else { range.merge(key.as_bytes()) };
            let change = isize::from(done) * if split { 1 } else { -1 };
            prop_assert_eq!(range.pieces().len() as isize, before as isize + change);
            prop_assert!(range.pieces().windows(2).all(|two| two[0].start < two[1].start));
            prop_assert!(range.pieces()[0].start.is_empty());
            for key in ["", "00", "15", "59", "99", "~"] {
                prop_assert!(range.owner(Spot::of(key.as_bytes())).is_some());
            }
        }
    }

    #[test]
    fn what_a_question_leaves_out_holds_no_answer(
        low in 0..12_u32, high in 0..12_u32, regions in prop::collection::vec(0..4_usize, 0..3),
        user in 0..50_u32, ask_user in any::<bool>(),
    ) {
        const REGIONS: [&str; 4] = ["eu", "us", "ap", "br"];
        let texts = |values: &[&str]| values.iter().map(|value| Arc::from(*value)).collect();
        let levels: Arc<[Level]> = Arc::from([
            Level { column: "region".into(), part: Some(0), cut: Cut::Values(texts(&REGIONS[..3])) },
            Level { column: "month".into(), part: Some(1), cut: Cut::From(texts(&["03", "06", "09"])) },
            Level { column: "user".into(), part: Some(2), cut: Cut::Hash(5) },
        ]);
        let wanted: Vec<&str> = regions.iter().map(|at| REGIONS[*at]).collect();
        let mut text = format!("month >= {low:02} and month < {high:02}");
        if !wanted.is_empty() {
            text = format!("{text} and region in ({})", wanted.join(", "));
        }
        if ask_user {
            text = format!("{text} and user = {user}");
        }
        let found = prune(&levels, &question(&text).expect("a question"));
        let layered = Layered::new(&levels);
        for month in 0..12 {
            for region in REGIONS {
                for of in [user, user + 1] {
                    let holds = (low..high).contains(&month)
                        && (wanted.is_empty() || wanted.contains(&region))
                        && (!ask_user || of == user);
                    let mut rest = layered.partition(format!("{region}:{month:02}:{of}").as_bytes());
                    let mut read = true;
                    for (level, left) in levels.iter().zip(&found.levels).rev() {
                        let number = rest % level.len() as usize;
                        rest /= level.len() as usize;
                        read &= left.kept.iter().any(|(kept, _)| *kept as usize == number);
                    }
                    prop_assert!(read || !holds, "{text}: {region}:{month:02}:{of}");
                }
            }
        }
    }
}

/// The sometimes-twin: a hash modulo does move keys between nodes that were there before.
#[test]
fn a_modulo_moves_keys_between_old_nodes() {
    let names: Vec<(String, u32)> = (0..5).map(|n| (format!("n{n}"), 100)).collect();
    let before = Placed::of(&Way::Modulo, &places(&names[..4]));
    let after = Placed::of(&Way::Modulo, &places(&names));
    let aside = (0..KEYS).filter(|key| {
        let (was, is) = (owners(&before, *key, 1), owners(&after, *key, 1));
        was != is && !is.contains(&NodeId(4))
    });
    assert!(aside.count() > 100);
}

/// The order in which nodes are named does not matter where names decide.
#[test]
fn the_order_in_which_nodes_come_does_not_matter_where_names_decide() {
    let names: Vec<(String, u32)> = (0..9).map(|n| (format!("n{n}"), 60 + 20 * n)).collect();
    let forward = places(&names);
    let backward: Vec<Place<'_>> = forward.iter().cloned().rev().collect();
    for way in [Way::ring(40), Way::Rendezvous, Way::Maglev { size: 4_099 }, Way::Modulo] {
        let (one, other) = (Placed::of(&way, &forward), Placed::of(&way, &backward));
        for key in 0..KEYS {
            assert_eq!(one.owners(spot(key), 3), other.owners(spot(key), 3), "{way:?}");
        }
    }
}
