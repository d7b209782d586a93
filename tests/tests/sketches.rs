//! The errors of the sketches beside what their papers promise, as a table that may not drift.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::{env, fs, path::Path};

use shardlab::base::Rng;
use shardlab::base::hash::mix;
use shardlab::base::sketch::{CountMin, HyperLogLog, SpaceSaving};
use shardlab::client::workload::{Choice, Keys};

/// Keys in a stream, and how many different ones there can be.
const STREAM: u64 = 1_000_000;
const DISTINCT: u32 = 100_000;

/// The stream that all counts are taken from: Zipf 1.2, from one seed.
fn stream() -> Vec<u64> {
    let keys = Keys::new("k{n}", DISTINCT, Choice::Zipf(1_200));
    let mut rng = Rng::derive(15, 3);
    (0..STREAM).map(|_| keys.draw(&mut rng, 0, (0, 1))).collect()
}

fn hyperloglog(table: &mut String) {
    const TRIALS: u64 = 60;
    const KEYS: u64 = 100_000;
    for precision in [10, 12, 14] {
        let mut squares = 0.0;
        for trial in 0..TRIALS {
            let mut rng = Rng::derive(trial, u64::from(precision));
            let mut sketch = HyperLogLog::new(precision);
            (0..KEYS).for_each(|_| sketch.add(rng.bits()));
            let error = (sketch.count() as f64 - KEYS as f64) / KEYS as f64;
            squares += error * error;
        }
        let error = (squares / TRIALS as f64).sqrt();
        let theory = 1.04 / f64::from(1_u32 << precision).sqrt();
        // The deviation of 60 trials is itself uncertain by one part in eleven.
        assert!(error < theory * 1.3, "{error} is far from {theory}");
        let _ =
            writeln!(table, "hyperloglog p={precision:<2}  error {error:.4}  theory {theory:.4}");
    }
}

fn count_min(stream: &[u64], truth: &BTreeMap<u64, u64>, table: &mut String) {
    for (error, chance) in [(10_000, 50_000), (1_000, 10_000)] {
        let mut sketch = CountMin::within(error, chance);
        stream.iter().for_each(|key| sketch.add(mix(*key), 1));
        let (width, depth) = sketch.size();
        let (mut under, mut over) = (0_u64, 0_u64);
        for (key, count) in truth {
            let told = u64::from(sketch.count(mix(*key)));
            under += u64::from(told < *count);
            over += u64::from(told.saturating_sub(*count) > STREAM * u64::from(error) / 1_000_000);
        }
        let share = over as f64 / truth.len() as f64;
        let delta = f64::from(chance) / 1e6;
        assert!(under == 0 && share <= delta, "{under} too low, {share} too high");
        let _ = writeln!(
            table,
            "count-min {width}x{depth}  under {under}  over by more than {:.3} N: {share:.4}  theory <= {delta}",
            f64::from(error) / 1e6
        );
    }
}

fn space_saving(stream: &[u64], truth: &BTreeMap<u64, u64>, table: &mut String) {
    for counters in [10, 100, 1_000] {
        let mut sketch = SpaceSaving::new(counters);
        stream.iter().for_each(|key| sketch.add(mix(*key), &key.to_string(), 1));
        let bound = STREAM / counters as u64;
        let top = sketch.top(counters);
        let count = |key: &str| key.parse().ok().and_then(|key: u64| truth.get(&key)).copied();
        let over = top.iter().map(|heavy| heavy.count - count(&heavy.key).unwrap_or(0)).max();
        let over = over.unwrap_or(0);
        let heavy = truth.iter().filter(|(_, count)| **count > bound);
        let missing = heavy.filter(|(key, _)| !top.iter().any(|it| *it.key == key.to_string()));
        let missing = missing.count();
        assert!(over <= bound && missing == 0, "{over} over, {missing} missing");
        let (over, bound) = (over as f64 / STREAM as f64, bound as f64 / STREAM as f64);
        let _ = writeln!(
            table,
            "space-saving k={counters:<4}  over by {over:.5} N  theory <= {bound:.5}  missing {missing}"
        );
    }
}

#[test]
fn sketches_err_as_their_papers_say() {
    let stream = stream();
    let mut truth = BTreeMap::new();
    stream.iter().for_each(|key| *truth.entry(*key).or_default() += 1);
    let mut table = String::new();
    hyperloglog(&mut table);
    count_min(&stream, &truth, &mut table);
    space_saving(&stream, &truth, &mut table);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/table/sketches.txt");
    if env::var_os("UPDATE").is_some() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder for tables");
        fs::write(&path, &table).expect("a table to write");
    }
    assert_eq!(table, fs::read_to_string(&path).unwrap_or_default(), "UPDATE=1 rewrites it");
}
