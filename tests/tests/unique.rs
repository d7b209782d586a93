//! Laws of unique ids: what is made is told apart, read back and never made twice; noise is refused.

use std::collections::BTreeSet;

use proptest::prelude::*;
use shardlab::base::Rng;
use shardlab::session::Session;
use shardlab::unique::layout::{pack, unpack};
use shardlab::unique::{Backwards, Insert, Kind, Leaves, Maker, Parts, Refusal, decode};

fn kind() -> impl Strategy<Value = Kind> {
    prop::sample::select(Kind::ALL.to_vec())
}

/// A clock's next move, in milliseconds: mostly on, sometimes still, back, or mad.
fn moves() -> impl Strategy<Value = Vec<i64>> {
    let one = prop_oneof![
        6 => 0..3_i64,
        2 => 1..2_000_i64,
        2 => -2_000..0_i64,
        1 => any::<i64>(),
    ];
    prop::collection::vec(one, 1..200)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_maker_never_gives_an_id_twice_whatever_its_clock_does(
        kind in kind(), node in any::<u64>(), moves in moves(), wait in any::<bool>(), seed in any::<u64>(),
    ) {
        let backwards = if wait { Backwards::Wait } else { Backwards::Refuse };
        let mut maker = Maker::new(kind, node, backwards);
        let mut rng = Rng::derive(seed, 1);
        let (mut seen, mut now) = (BTreeSet::new(), 1_700_000_000_000_u64);
        for by in moves {
            now = now.saturating_add_signed(by);
            match maker.make(now, &mut rng) {
                Ok(id) => {
                    prop_assert!(seen.insert(id), "{} twice", kind.text(id));
                    prop_assert!(kind.made_by(id).is_none_or(|by| by == node));
                    let known = decode(&kind.text(id)).map_err(|why| TestCaseError::fail(why.sentence()))?;
                    prop_assert!(known.iter().any(|it| it.kind == Some(kind) && it.id == id));
                    for reading in known {
                        let bits: u32 = reading.parts.iter().map(|part| part.bits).sum();
                        prop_assert_eq!(bits, reading.bits);
                    }
                }
                Err(Refusal::Wait(until)) => prop_assert!(until > now, "it waits for the past"),
                Err(Refusal::Node) => prop_assert!(node >= kind.nodes()),
                Err(Refusal::ClockBack(_) | Refusal::Full | Refusal::Time) => {}
            }
        }
    }

    #[test]
    fn machines_with_numbers_of_their_own_never_meet(nodes in 2..20_u64, moves in moves()) {
        for kind in [Kind::Snowflake, Kind::Discord, Kind::Instagram, Kind::Composite] {
            let (mut seen, mut rng) = (BTreeSet::new(), Rng::derive(1, 1));
            for node in 0..nodes {
                let mut maker = Maker::new(kind, node, Backwards::Refuse);
                let mut now = 1_700_000_000_000_u64;
                for by in &moves {
                    now = now.saturating_add_signed(*by);
                    if let Ok(id) = maker.make(now, &mut rng) {
                        prop_assert!(seen.insert(id));
                    }
                }
            }
        }
    }

    #[test]
    fn ids_of_one_maker_rise_while_its_clock_does(steps in prop::collection::vec(0..3_u64, 1..300)) {
        for kind in [Kind::Increment, Kind::Uuid7, Kind::Ulid, Kind::Snowflake, Kind::Composite] {
            let mut maker = Maker::new(kind, 3, Backwards::Refuse);
            let (mut rng, mut now, mut last) = (Rng::derive(2, 2), 1_700_000_000_000, 0);
            for by in &steps {
                now += by;
                if let Ok(id) = maker.make(now, &mut rng) {
                    prop_assert!(id > last);
                    last = id;
                }
            }
        }
    }

    #[test]
    fn what_is_packed_is_unpacked(
        kind in kind(), time in any::<u64>(), node in any::<u64>(), sequence in any::<u64>(), random in any::<u128>(),
    ) {
        let id = pack(kind.fields(), Parts { time, node, sort: 0, sequence, random });
        prop_assert_eq!(pack(kind.fields(), unpack(kind.fields(), id)), id);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,60}", digits in "[0-9]{0,45}", hex in "[0-9a-fA-F{}-]{30,46}") {
        for text in [text, digits, hex] {
            match decode(&text) {
                Ok(readings) => prop_assert!(!readings.is_empty()),
                Err(why) => prop_assert!(why.sentence().ends_with('.')),
            }
        }
    }

    #[test]
    fn every_number_of_64_bits_is_some_id(number in any::<u64>()) {
        let readings = decode(&number.to_string()).map_err(|why| TestCaseError::fail(why.sentence()))?;
        prop_assert!(readings.iter().any(|it| it.kind == Some(Kind::Increment)));
        prop_assert!(readings.iter().all(|it| it.id == u128::from(number)));
    }

    #[test]
    fn leaves_hold_every_key_once(page in 0..12_usize, keys in prop::collection::vec(0..500_u128, 0..600)) {
        let (mut leaves, mut known) = (Leaves::new(page), BTreeSet::new());
        for key in keys {
            prop_assert_eq!(leaves.insert(key) != Insert::Known, known.insert(key));
        }
        prop_assert_eq!(leaves.len(), known.len() as u64);
        prop_assert_eq!(leaves.fills().sum::<usize>(), known.len());
        prop_assert!(leaves.fills().all(|held| held <= page.max(2)));
        prop_assert!(leaves.fill() <= 1_000_000 && leaves.in_last() <= 1_000_000);
        prop_assert_eq!(leaves.leaves(), leaves.splits() + 1);
    }
}

/// Plays a text to its end and gives a number of it, in millionths.
fn number(text: &str, name: &str) -> i64 {
    let mut session = Session::open(text);
    assert!(session.diagnostics().is_empty(), "{:?}", session.diagnostics());
    while !session.compute(100_000) {}
    let facts = session.final_metrics();
    let fact = facts.iter().find(|fact| fact.name == name);
    fact.unwrap_or_else(|| panic!("no {name} in {text}")).value
}

#[test]
fn clocks_at_both_ends_of_time_are_refused_and_not_crashed_by() {
    for skew in ["300000000s", "-300000000s", "9000000000000s", "-9000000000000s"] {
        for kind in Kind::ALL {
            let text = format!(
                "ids {}, 2 nodes, 1000/s each, 400 ids\nat 50ms skew n1 {skew}\nend 2s\n",
                kind.name()
            );
            let (made, refused) = (number(&text, "ids"), number(&text, "refused"));
            assert!(made >= 200_000_000, "{text}: {made}, {refused}");
            assert!(made + refused <= 400_000_000, "{text}");
        }
    }
}

#[test]
fn a_counter_goes_on_behind_a_crash_and_a_clock_may_not() {
    let crash = "at 500ms crash n1\nat 600ms skew n1 -300ms\nat 700ms restart n1\nend 5s\n";
    let count = format!("ids auto-increment, 1 node, 1000/s each, 2000 ids\n{crash}");
    assert_eq!(number(&count, "collisions"), 0);
    assert!(number(&count, "ids") >= 1_990_000_000);
    // Snowflake keeps the time of its last id in memory only: the reason why machines wait at a start.
    let snow = format!("ids snowflake, 1 node, 1000/s each, 2000 ids\n{crash}");
    assert!(number(&snow, "collisions") > 50_000_000);
}

#[test]
fn the_most_that_a_scenario_may_ask_for_is_played_to_its_end() {
    let text = "ids uuidv4, 1000 nodes, 10000000/s each, 100000 ids, pages of 2\nend 1s\n";
    assert_eq!(number(text, "ids"), 100_000_000_000);
    let text = "ids discord, 1 node, 0.001/s each, 100000 ids\nend 20s\n";
    assert_eq!(number(text, "ids"), 0);
}

#[test]
fn what_a_reader_pastes_may_be_a_megabyte() {
    for text in ["9", "Z", "é", "{", "\u{0}", "-"] {
        assert!(decode(&text.repeat(1_000_000)).is_err());
    }
}
