//! How much a text asks to be placed. Five short lines can ask for hours of it: a table of five million
//! slots, filled anew every millisecond. What is too much is left out, and said before anything runs.

use super::command::{ClusterSpec, Command, Kind, LoadSource, Scenario, Statement, When};
use super::parse::PROBLEMS_MAX;
use crate::base::Time;
use crate::base::number::Number;
use crate::placement::strategy::Work;
use crate::text::Diagnostic;
use crate::text::reader::Reader;
use crate::text::token::Line;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// All placing of a scenario together is at most so many steps: a look at a node, a point or a slot for
/// a key is one. A step takes one to three nanoseconds, so that this is about ten seconds natively, and
/// half a minute in a browser.
pub const WORK_MAX: u64 = 5_000_000_000;
/// To lay one copy of a key on a disk and to count it: memory is visited, here and there, which takes
/// longer than to find out whose it is.
const LAY: u64 = 1_000;
/// To look at one copy of a key when the map of a running cluster changes.
const PASS: u64 = 300;
/// A repeated statement happens at most so often.
pub const REPEATS_MAX: u64 = 10_000;

/// Leaves out what is too much work.
pub(super) fn check(scenario: &mut Scenario, lines: &[Line<'_>], problems: &mut Vec<Diagnostic>) {
    let mut all = start(scenario);
    if all > WORK_MAX {
        let is_load = |line: &&Line<'_>| line.tokens.first().is_some_and(|it| it.raw == "load");
        if let Some(line) = lines.iter().find(is_load) {
            let mut reader = Reader::new(line, problems);
            let whole = reader.whole();
            let message = format!(
                "To place and load these keys in all clusters takes about {} steps; a scenario has at most {}. \
                 Nothing was loaded.",
                Number::count(all).shown(),
                Number::count(WORK_MAX).shown()
            );
            reader.complain(whole, message, None);
        }
        scenario.loads.clear();
        all = start(scenario);
    }
    let mut out = Vec::new();
    for (at, statement) in scenario.statements.iter().enumerate() {
        let (wanted, each) = (repeats(scenario, statement), change(scenario, &statement.what));
        let times = wanted.min(REPEATS_MAX);
        if wanted > REPEATS_MAX {
            let message =
                format!("This would happen {wanted} times; the first {REPEATS_MAX} are done.");
            tell(problems, statement, message, true);
        }
        let work = each.saturating_mul(times);
        if all.saturating_add(work) <= WORK_MAX {
            all += work;
            continue;
        }
        let shown = |steps: u64| Number::count(steps).shown();
        let before = match all {
            0 => String::new(),
            all => format!(", beside {} before it", shown(all)),
        };
        let message = format!(
            "This takes about {} steps of placing and moving keys, {} each time{before}; a scenario has at most \
             {} in all. It is left out.",
            shown(work),
            shown(each),
            shown(WORK_MAX)
        );
        tell(problems, statement, message, false);
        out.push(at);
    }
    let mut at = 0;
    scenario.statements.retain(|_| {
        at += 1;
        !out.contains(&(at - 1))
    });
}

fn tell(
    problems: &mut Vec<Diagnostic>,
    about: &Statement,
    message: alloc::string::String,
    mild: bool,
) {
    if problems.len() < PROBLEMS_MAX {
        let ((start, end), line) = (about.span, about.line);
        problems.push(Diagnostic { line, start, end, message, suggestion: None, mild });
    }
}

/// How many keys a cluster has to place at a time.
fn keys(scenario: &Scenario, cluster: &ClusterSpec) -> u64 {
    let loads = scenario.loads.iter();
    let own = loads.filter(|load| load.cluster.as_ref().is_none_or(|name| *name == cluster.name));
    own.map(|load| match &load.source {
        LoadSource::These(keys) => keys.len() as u64,
        LoadSource::Pattern(_) | LoadSource::File { .. } => u64::from(load.count),
    })
    .sum()
}

fn work(cluster: &ClusterSpec) -> Option<Work> {
    match cluster.kind {
        Kind::Running(_) | Kind::Survey(_) => Some(cluster.strategy.work(cluster.nodes.into())),
        Kind::Raft(_) | Kind::Quorum(_) => None,
    }
}

/// How many copies of keys lie on the disks of a cluster.
fn copies(scenario: &Scenario, cluster: &ClusterSpec) -> u64 {
    match cluster.kind {
        Kind::Running(_) => keys(scenario, cluster).saturating_mul(cluster.replicas.into()),
        Kind::Survey(_) | Kind::Raft(_) | Kind::Quorum(_) => 0,
    }
}

/// What it takes to begin.
fn start(scenario: &Scenario) -> u64 {
    let clusters = scenario.clusters.iter();
    let each = clusters.filter_map(|it| {
        let laid = copies(scenario, it).saturating_mul(LAY);
        Some(work(it)?.first(keys(scenario, it)).saturating_add(laid))
    });
    each.fold(0, u64::saturating_add)
}

/// What a statement takes each time: all keys of the clusters that it changes are placed again.
fn change(scenario: &Scenario, command: &Command) -> u64 {
    let names: Vec<&str> = match command {
        Command::Join(names, _)
        | Command::Leave(names)
        | Command::Weight(names, _)
        | Command::Restart(names) => names.iter().map(alloc::string::String::as_str).collect(),
        Command::Split(of, _) | Command::Merge(of, _) | Command::Move(of, ..) => {
            alloc::vec![of.as_deref().unwrap_or("")]
        }
        _ => return 0,
    };
    let mut all = 0_u64;
    for name in names {
        let cluster = name.split_once('.').map_or(name, |(cluster, _)| cluster);
        let known = scenario.clusters.iter().any(|it| !it.name.is_empty() && it.name == cluster);
        for it in scenario.clusters.iter().filter(|it| !known || it.name == cluster) {
            let again = match command {
                // Who comes back changes no map, but is sent what it missed.
                Command::Restart(_) => 0,
                _ => work(it).map_or(0, |work| work.again(keys(scenario, it))),
            };
            let passed = copies(scenario, it).saturating_mul(PASS);
            all = all.saturating_add(again).saturating_add(passed);
        }
    }
    all
}

/// How often a statement happens, as far as the text tells.
fn repeats(scenario: &Scenario, statement: &Statement) -> u64 {
    let When::Every { every, from, until } = &statement.when else { return 1 };
    let end = scenario.end.unwrap_or(Time::NEVER);
    // A run without an end of its own goes on for some seconds after its last statement.
    let until = until.unwrap_or(if end == Time::NEVER { *from } else { end }).min(end);
    match until.0.checked_sub(from.0) {
        Some(span) => span / every.0.max(1) + 1,
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use crate::scenario::parse;

    #[test]
    fn what_takes_hours_is_refused_before_it_runs_and_the_place_is_marked() {
        for (text, marked) in [
            (
                "place a: maglev, 1000 nodes, 5000011 slots\nload 10 keys \"u{n}\"\nend 60s\n\
                 every 5ms from 1s until 40s weight n1 2",
                "every 5ms from 1s until 40s weight n1 2",
            ),
            (
                "place a: rendezvous, 1000 nodes\nload 1000000 keys \"u{n}\"\nend 60s\n\
                 every 1s from 1s until 40s join n2000",
                "every 1s from 1s until 40s join n2000",
            ),
            (
                "ring 8 nodes, 64 vnodes, 4 replicas\nload 1000000 keys \"u{n}\"\nend 60s\n\
                 every 1s from 1s until 9s restart n1",
                "every 1s from 1s until 9s restart n1",
            ),
        ] {
            let (scenario, problems) = parse(text);
            assert_eq!(problems.len(), 1, "{problems:?}");
            let problem = &problems[0];
            assert_eq!(&text[problem.start as usize..problem.end as usize], marked);
            assert!(!problem.mild && problem.message.contains("5,000,000,000"), "{problem:?}");
            assert!(scenario.statements.is_empty());
        }
        let text = "place a: multiprobe, 9 nodes, 1000 probes\nplace b: multiprobe, 9 nodes, 1000 probes\n\
                    load 1000000 keys \"u{n}\"";
        let (scenario, problems) = parse(text);
        assert!(scenario.loads.is_empty() && problems.len() == 1, "{problems:?}");
    }

    #[test]
    fn what_is_much_but_not_too_much_runs() {
        for text in [
            "place a: rendezvous, 1000 nodes\nload 1000000 keys \"u{n}\"\nat 1s weight n1 2\nat 2s weight n2 3",
            "place a: maglev, 1000 nodes, 5000011 slots\nload 10 keys \"u{n}\"\nevery 10ms from 1s until 1200ms weight n1 2",
            "ring 8 nodes, 64 vnodes, 4 copies\nload 1000000 keys \"u{n}\"",
            "ring 8 nodes, 64 vnodes, 3 replicas\nload 1000000 keys \"u{n}\"\nat 2s restart n1\nat 3s leave n2",
        ] {
            assert_eq!(parse(text).1, [], "{text}");
        }
    }

    #[test]
    fn what_is_repeated_too_often_is_told() {
        let (_, problems) = parse("ring 3 nodes\nend 60s\nevery 1ms from 1s until 60s say \"x\"");
        assert!(problems.len() == 1 && problems[0].mild, "{problems:?}");
        assert!(problems[0].message.contains("59001 times"), "{problems:?}");
    }
}
