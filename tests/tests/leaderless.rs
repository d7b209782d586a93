//! What a screen is told of stores without a leader, held against real runs.

use std::fs;

use harness::place;
use shardlab::session::{Session, Time};
use shardlab::tenant::quorum::fact::{LEAVES, copies, hints, notable, trees};

/// The run of a scenario of the gallery at a moment.
fn at(name: &str, moment: u64) -> Session {
    let file = place::root().join("static/scenarios").join(name);
    let text = fs::read_to_string(file).expect("the scenario is there");
    let mut session = Session::open(&text);
    while !session.compute(1_000) {}
    session.seek(Time(moment));
    session
}

#[test]
fn hints_are_seen_with_their_keepers_until_their_home_has_them() {
    let (away, back) = (at("quorum-hints.lab", 3_000_000), at("quorum-hints.lab", 9_000_000));
    let kept = hints(away.site(0));
    assert!(!kept.is_empty());
    for hint in &kept {
        assert_eq!(away.name(hint.home), "n2");
        assert_ne!(hint.keeper, hint.home);
    }
    let told: u32 = kept.iter().map(|hint| hint.count).sum();
    let nodes = away.snapshot().nodes;
    let shown = nodes.iter().flat_map(|node| &node.signs).filter(|sign| sign.contains("hint"));
    let shown: u32 = shown
        .map(|sign| sign.split(' ').next().and_then(|count| count.parse::<u32>().ok()).unwrap_or(0))
        .sum();
    assert_eq!(told, shown);
    assert_eq!(hints(back.site(0)), []);
    assert_eq!(trees(back.site(0)), Some(Vec::new()));
}

#[test]
fn a_home_that_missed_a_write_is_behind_and_a_stand_in_keeps_it() {
    let session = at("quorum-hints.lab", 3_000_000);
    let key = notable(session.site(0)).expect("something is written");
    let found = copies(session.site(0), &key).expect("it is a quorum store");
    let homes: Vec<_> = found.copies.iter().filter(|copy| copy.place.is_some()).collect();
    assert_eq!(
        homes.iter().map(|copy| copy.place).collect::<Vec<_>>(),
        [Some(1), Some(2), Some(3)]
    );
    let behind: Vec<_> = homes.iter().filter(|copy| !copy.is_newest).collect();
    assert!(behind.len() == 1 && behind[0].name == "n2" && !behind[0].is_up, "{found:?}");
    let keeper = found.copies.iter().find(|copy| !copy.hints.is_empty()).expect("a keeper");
    assert_eq!(keeper.hints[0].0, "n2");
    assert!(found.said.starts_with("2 of 3 homes have everything; n2 not."), "{}", found.said);
    assert!(found.said.contains(&format!("{} keeps it for n2.", keeper.name)), "{}", found.said);
    // The panel "Where does my key go?" names the same nodes in the same order.
    let place = session.where_is(&key).into_iter().find(|fact| fact.cluster == Some(0));
    let place = place.expect("the store has a rule");
    let names: Vec<&str> = homes.iter().map(|copy| copy.name.as_str()).collect();
    assert_eq!(names[0], place.owner);
    assert_eq!(&names[1..], place.copies);
    assert_eq!(place.place, found.position);
}

#[test]
fn siblings_stand_side_by_side_until_a_writer_has_seen_both() {
    let (beside, joined) =
        (at("quorum-siblings.lab", 7_000_000), at("quorum-siblings.lab", 11_500_000));
    assert_eq!(notable(beside.site(0)).as_deref(), Some("cart"));
    let found = copies(beside.site(0), "cart").expect("it is a quorum store");
    assert!(found.copies.iter().all(|copy| copy.values.len() == 2), "{found:?}");
    assert!(found.said.contains("2 values stand side by side"), "{}", found.said);
    assert!(beside.snapshot().nodes[0].signs.iter().any(|sign| sign == "1 × siblings"));
    let found = copies(joined.site(0), "cart").expect("it is a quorum store");
    assert!(found.copies.iter().all(|copy| copy.values == ["milk, bread, eggs"]), "{found:?}");
    let unknown = copies(joined.site(0), "nothing of the kind").expect("it is a quorum store");
    assert_eq!(unknown.said, "Nobody has written this key.");
}

#[test]
fn trees_differ_where_a_node_lacks_something() {
    let session = at("quorum-anti-entropy.lab", 4_001_000);
    let differ = trees(session.site(0)).expect("it can be compared");
    assert!(!differ.is_empty());
    for pair in &differ {
        assert!(pair.one == "n2" || pair.other == "n2", "{pair:?}");
        assert!(pair.leaves.is_sorted() && pair.leaves.iter().all(|leaf| *leaf < LEAVES));
    }
    assert_eq!(trees(at("quorum-anti-entropy.lab", 8_500_000).site(0)), Some(Vec::new()));
    // Another kind of cluster has none of this.
    let ring = Session::open("ring 3 nodes\n");
    assert_eq!((trees(ring.site(0)), copies(ring.site(0), "x")), (None, None));
    assert_eq!((notable(ring.site(0)), hints(ring.site(0)).len()), (None, 0));
}
