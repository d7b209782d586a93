//! A million texts and links that nobody would write: the parser and the link decoder survive all.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use harness::noise::Noise;
use harness::place;
use shardlab::scenario::{self, link_of, text_of};

/// Inputs in all, shared by the cores.
const INPUTS: u64 = 1_000_000;

/// The gallery, as examples to damage.
fn examples() -> Vec<String> {
    let files = place::files(&place::root().join("static/scenarios"));
    files.iter().filter_map(|file| place::read(file).ok()).collect()
}

/// Tries something on all cores; each has a stream of noise of its own.
fn everywhere(count: u64, attempt: impl Fn(&mut Noise<'_>) + Sync) {
    let examples = examples();
    let cores = thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
    thread::scope(|scope| {
        for core in 0..cores {
            let (examples, attempt) = (&examples, &attempt);
            scope.spawn(move || {
                let mut noise = Noise::new(examples, 7 + core);
                for _ in 0..count / cores {
                    attempt(&mut noise);
                }
            });
        }
    });
}

#[test]
fn the_parser_survives_and_print_is_its_inverse() {
    let understood = AtomicU64::new(0);
    everywhere(INPUTS * 6 / 10, |noise| {
        let text = noise.text();
        let (scenario, problems) = scenario::parse(&text);
        for problem in &problems {
            let (start, end) = (problem.start as usize, problem.end as usize);
            let sound = start <= end && text.get(start..end).is_some();
            assert!(sound, "{problem:?} lies outside of {text:?}");
        }
        let printed = scenario::print(&scenario);
        let (again, more) = scenario::parse(&printed);
        if problems.is_empty() {
            understood.fetch_add(1, Ordering::Relaxed);
            assert!(more.is_empty(), "{more:?} in the print of {text:?}");
            assert_eq!(scenario::print(&again), printed, "printing is not stable for {text:?}");
            assert_eq!(said(&again), said(&scenario), "printing changes {text:?}");
        }
    });
    // The sometimes-twin: enough of the noise is a scenario after all.
    assert!(understood.into_inner() > INPUTS / 20);
}

/// What a scenario says, without the places where it says it.
fn said(scenario: &scenario::Scenario) -> String {
    let statements: Vec<_> = scenario.statements.iter().map(|it| (&it.when, &it.what)).collect();
    let expected = scenario.expectations.iter().map(|it| (it.negated, it.mood, &it.claim));
    let (title, summary, tags) = (&scenario.title, &scenario.summary, &scenario.tags);
    let (clusters, loads, groups) = (&scenario.clusters, &scenario.loads, &scenario.groups);
    let tables = &scenario.tables;
    let (seed, end, bugs) = (scenario.seed, scenario.end, &scenario.bugs);
    let expected: Vec<_> = expected.collect();
    format!(
        "{title} {summary} {tags:?} {seed} {end:?} {clusters:?} {tables:?} {groups:?} {bugs:?} {loads:?} {statements:?} {expected:?}"
    )
}

#[test]
fn the_link_decoder_survives_damage() {
    let sound: Vec<String> = examples().iter().map(|text| link_of(text)).collect();
    everywhere(INPUTS * 4 / 10, |noise| {
        let text = &sound[noise.place(sound.len())];
        // Whatever comes out is a text or an error; it must only come out.
        drop(text_of(&noise.link(text)));
    });
}
