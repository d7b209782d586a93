//! Random bad days of Raft clusters, one a seed: its laws hold, reads are fresh, and a healed cluster
//! goes on.

mod day;
mod replica;

use std::sync::Mutex;
use std::thread;
use std::time::Instant;

use day::{Day, Outcome};
use shardlab::raft::Bug;
use shardlab::raft::bug::Bugs;

/// Days tried, unless the environment says how many.
const DAYS: u64 = 200;
/// Things that happen on a day.
const FAULTS: u32 = 60;

/// How often something has happened on a day.
type Count = fn(&Outcome) -> u32;

/// Plays days on all cores.
fn play(seeds: impl Iterator<Item = u64> + Clone + Send, bugs: Bugs) -> Vec<(u64, Outcome)> {
    let done = Mutex::new(Vec::new());
    let queue = Mutex::new(seeds);
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().expect("nobody panics here").next();
                    let Some(seed) = next else { return };
                    let outcome = Day::new(seed, bugs).play(FAULTS);
                    done.lock().expect("nobody panics here").push((seed, outcome));
                }
            });
        }
    });
    let mut done = done.into_inner().expect("nobody panics here");
    done.sort_by_key(|(seed, _)| *seed);
    done
}

/// How many days, and from which seed on: `SHARDLAB_SWARM=10000`, `SHARDLAB_SWARM=500..900`.
fn seeds() -> std::ops::Range<u64> {
    let Ok(wish) = std::env::var("SHARDLAB_SWARM") else { return 0..DAYS };
    let (from, to) = wish.split_once("..").unwrap_or(("0", &wish));
    from.parse().expect("a number of days")..to.parse().expect("a number of days")
}

#[test]
fn the_laws_hold_on_bad_days_and_the_cluster_goes_on_after_them() {
    let seeds = seeds();
    let started = Instant::now();
    let days = play(seeds.clone(), Bugs::default());
    let minutes = started.elapsed().as_secs_f64() / 60.0;
    let events: u64 = days.iter().map(|(_, day)| u64::from(day.events)).sum();
    println!("{:.0} seeds a minute, {events} events", days.len() as f64 / minutes);
    let bad: Vec<_> = days.iter().filter(|(_, day)| !day.broken.is_empty()).collect();
    let told: Vec<String> =
        bad.iter().take(5).map(|(seed, day)| format!("seed {seed}: {:#?}", day.broken)).collect();
    assert!(bad.is_empty(), "{} of {} days:\n{}", bad.len(), days.len(), told.join("\n"));
    // Whatever makes a day worth watching has happened on some.
    let most = |count: Count| days.iter().map(|(_, day)| count(day)).sum::<u32>();
    let beyond = days.iter().filter(|(_, day)| day.beyond).count();
    println!("more disks lost than can be borne: {beyond} days");
    assert!(beyond * 2 < days.len(), "{beyond} days prove no progress");
    let seen: [(&str, Count); 29] = [
        ("leaders", |day| day.sometimes.leaders),
        ("leaders fell", |day| day.sometimes.leaders.saturating_sub(1)),
        ("candidates", |day| day.sometimes.candidates),
        ("pre-candidates", |day| day.sometimes.pre_candidates),
        ("votes", |day| day.sometimes.votes),
        ("quorums lost", |day| day.sometimes.quorums_lost),
        ("appends", |day| day.sometimes.appends),
        ("logs cut off", |day| day.sometimes.truncations),
        ("commits", |day| day.sometimes.commits as u32),
        ("compactions", |day| day.sometimes.compactions),
        ("snapshots sent", |day| day.sometimes.snapshots_sent),
        ("snapshots installed", |day| day.sometimes.installs),
        ("memberships", |day| day.sometimes.memberships),
        ("joint memberships", |day| day.sometimes.joint),
        ("transfers", |day| day.sometimes.transfers),
        ("restarts", |day| day.sometimes.restarts),
        ("reads", |day| day.reads),
        ("reads on followers", |day| day.follower_reads),
        ("torn writes", |day| day.torn),
        ("disks full", |day| day.full),
        ("disks emptied", |day| day.wiped),
        ("disks damaged", |day| day.corrupted),
        ("nodes that found a loss", |day| day.sometimes.disks_lost),
        ("losses that leaders learned of", |day| day.sometimes.forgot),
        ("leaders cut off while a follower stood", |day| day.isolated),
        ("snapshots broken off", |day| day.broken_off),
        ("late doubles of a piece", |day| day.late_pieces),
        ("starts in the middle of which the power went", |day| day.fell_again),
        ("nodes that stayed away", |day| day.away),
    ];
    for (name, count) in seen {
        println!("{name}: {}", most(count));
        assert!(
            most(count) > 0 || seeds.end - seeds.start < DAYS,
            "{name}: never seen, so nothing is proved about them"
        );
    }
}

#[test]
fn the_same_day_is_the_same_run() {
    for seed in 0..5 {
        let one = Day::new(seed, Bugs::default()).play(FAULTS);
        let two = Day::new(seed, Bugs::default()).play(FAULTS);
        assert_eq!((one.hash, one.events), (two.hash, two.events), "seed {seed}");
    }
}

/// Mistakes that chance finds soon; the others are shown in scripts beside the laws.
const FOUND_SOON: [Bug; 8] = [
    Bug::VoteBlindly,
    Bug::AckUnsynced,
    Bug::EarlyRead,
    Bug::TruncateMatching,
    Bug::ForgetMembers,
    Bug::OneStep,
    Bug::StaleAppend,
    Bug::LearnerCounts,
];

#[test]
fn mistakes_are_found_on_days_that_are_good_without_them() {
    for bug in FOUND_SOON {
        let mut seeds = 0..1_000;
        let found = seeds.find(|seed| {
            !Day::new(*seed, Bugs::default().with(bug)).play(FAULTS).broken.is_empty()
        });
        let seed = found.unwrap_or_else(|| panic!("{bug:?} is not found in a thousand days"));
        println!("{bug:?}: day {seed}");
        let without = Day::new(seed, Bugs::default()).play(FAULTS);
        assert!(without.broken.is_empty(), "seed {seed}: {:#?}", without.broken);
    }
}
