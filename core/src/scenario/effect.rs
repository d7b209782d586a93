//! Remarks on statements that change nothing of what runs here: they are not wrong, but hardly meant so.

use super::check::{about, place_of, say};
use super::command::{Command, Scenario, Statement, Subject};
use crate::placement::Strategy;
use crate::tenant::{Bug, ClusterSpec};
use crate::text::{Diagnostic, Line};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Remarks statements without any effect, and complains about clusters and traffics that nothing bears.
pub(super) fn check(scenario: &Scenario, lines: &[Line<'_>], problems: &mut Vec<Diagnostic>) {
    if scenario.parties().next().is_none() {
        return;
    }
    for statement in &scenario.statements {
        unknown(scenario, statement, lines, problems);
        if let Some(message) = idle(scenario, &statement.what) {
            say(problems, about(statement, message, true));
        }
    }
    bugs(scenario, lines, problems);
}

/// Complains about a cluster or a traffic that there is not.
fn unknown(
    scenario: &Scenario,
    statement: &Statement,
    lines: &[Line<'_>],
    problems: &mut Vec<Diagnostic>,
) {
    let (what, name, known) = match &statement.what {
        Command::Split(Some(of), _)
        | Command::Merge(Some(of), _)
        | Command::Move(Some(of), ..)
        | Command::Explain(Some(of), _)
        | Command::Members(Some(of), ..)
        | Command::Transfer(Some(of), _) => ("cluster", of, scenario.parties().any(|it| it == of)),
        Command::Traffic(traffic) => match &traffic.cluster {
            Some(of) => ("cluster", of, scenario.parties().any(|it| it == of)),
            None => return,
        },
        Command::Quiet(name) => {
            let is = |other: &Statement| matches!(&other.what, Command::Traffic(traffic) if traffic.name == *name);
            ("traffic", name, scenario.statements.iter().any(is))
        }
        _ => return,
    };
    if known {
        return;
    }
    let (start, end) = place_of(lines, statement, name);
    let message = format!("There is no {what} \"{name}\" here.");
    let line = statement.line;
    say(problems, Diagnostic { line, start, end, message, suggestion: None, mild: false });
}

/// Why a command changes nothing here; nothing if it does, or if that is told elsewhere.
fn idle(scenario: &Scenario, command: &Command) -> Option<String> {
    let meant = |of: &Subject| {
        let of = of.clone();
        let all = scenario.clusters.iter();
        all.filter(move |cluster| of.as_deref().is_none_or(|of| of == cluster.name))
    };
    let (of, can, such): (&Subject, fn(&ClusterSpec) -> bool, &str) = match command {
        Command::Split(of, _) | Command::Merge(of, _) => {
            (of, has_ranges, "Only ranges are split and merged: range 3 nodes, split at \"m\"")
        }
        Command::Move(of, ..) => (
            of,
            has_table,
            "Nothing is moved by hand where a rule places keys; a table is needed: slots 4 nodes",
        ),
        Command::Explain(of, _) => (
            of,
            has_levels,
            "Only partitions of partitions are explained: layered 4 nodes, user hash 4",
        ),
        Command::Own(_, names, order) => {
            let named =
                |cluster: &ClusterSpec| names.is_empty() || is_named(scenario, cluster, names);
            let all = || scenario.clusters.iter().filter(|it| it.kind.understands(order));
            // Where nobody at all understands it, that is told.
            let is_idle = all().next().is_some() && !all().any(named);
            return is_idle.then(|| {
                String::from("None of those that are named understands this: it changes nothing.")
            });
        }
        Command::Weight(names, _) => {
            let grows = |cluster: &ClusterSpec| cluster.kind.grows();
            let named = |cluster: &&ClusterSpec| is_named(scenario, cluster, names);
            // Where nobody comes or goes either, that is told.
            let mut meant = scenario.clusters.iter().filter(named).peekable();
            let idle = meant.peek().is_some() && meant.clone().any(grows) && !meant.any(weighs);
            return idle.then(|| {
                String::from("Every node weighs the same here, as each holds all keys: this changes nothing.")
            });
        }
        _ => return None,
    };
    let mut meant = meant(of).peekable();
    (meant.peek().is_some() && !meant.any(can))
        .then(|| format!("This changes nothing here. {such}"))
}

/// True if some of these names can be those of nodes of a cluster: what has no prefix can be anybody's.
fn is_named(scenario: &Scenario, cluster: &ClusterSpec, names: &[String]) -> bool {
    let of = |name: &String| {
        name.split_once('.')
            .is_none_or(|(of, _)| of == cluster.name || scenario.parties().all(|party| party != of))
    };
    names.iter().any(of)
}

/// True where what a key belongs to can be laid on a node by hand.
fn has_table(cluster: &ClusterSpec) -> bool {
    use Strategy::{Directory, Layered, List, Range, Slots};
    let strategy = &cluster.head.strategy;
    cluster.kind.places()
        && matches!(
            strategy,
            Range { .. } | Slots { .. } | List { .. } | Layered { .. } | Directory
        )
}

fn has_ranges(cluster: &ClusterSpec) -> bool {
    cluster.kind.places() && matches!(cluster.head.strategy, Strategy::Range { .. })
}

fn has_levels(cluster: &ClusterSpec) -> bool {
    cluster.kind.places() && matches!(cluster.head.strategy, Strategy::Layered { .. })
}

fn weighs(cluster: &ClusterSpec) -> bool {
    cluster.kind.places()
}

/// Remarks mistakes of another kind of cluster than those that run here.
fn bugs(scenario: &Scenario, lines: &[Line<'_>], problems: &mut Vec<Diagnostic>) {
    for line in lines.iter().filter(|line| line.tokens.first().is_some_and(|it| it.raw == "bug")) {
        let Some(token) = line.tokens.get(1) else { continue };
        let Some(bug) = Bug::named(token.raw) else { continue };
        if scenario.clusters.iter().any(|party| party.kind.can_have(bug)) {
            continue;
        }
        let message = format!("Nothing that runs here can make the mistake {}.", token.raw);
        let (start, end) = (token.start, token.end());
        let line = line.number;
        say(problems, Diagnostic { line, start, end, message, suggestion: None, mild: true });
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use alloc::vec::Vec;

    #[test]
    fn what_changes_nothing_is_remarked_where_it_stands() {
        for (text, marked, mild) in [
            ("raft 3 nodes\nat 1s weight n1 2", "weight n1 2", true),
            ("quorum 3 nodes\nat 1s weight n1 2", "weight n1 2", true),
            ("ring 3 nodes\nat 1s split \"m\"", "split \"m\"", true),
            ("raft 3 nodes\nat 1s merge \"m\"", "merge \"m\"", true),
            ("ring 3 nodes\nat 1s move k to n1", "move k to n1", true),
            ("ring 3 nodes\nat 1s explain user = 17", "explain user = 17", true),
            ("raft 3 nodes\nbug early-ack", "early-ack", true),
            ("raft a: 3 nodes\nrange b: 3 nodes\na: split m", "a: split m", true),
            ("raft a: 3 nodes\nquorum b: 3 nodes\nat 1s repair a.n1", "repair a.n1", true),
            ("ring 3 nodes\nquiet z", "z", false),
            ("ring a: 3 nodes\nring b: 3 nodes\ntraffic on z, 5/s", "z", false),
            ("range a: 3 nodes\nrange b: 3 nodes\nz: split m", "z", false),
            ("ids ulid\nat 1s split m", "split m", true),
            ("ids i: ulid\nrange b: 3 nodes\ni: split m", "i: split m", true),
        ] {
            let (_, problems) = parse(text);
            let found: Vec<_> = problems
                .iter()
                .map(|one| (&text[one.start as usize..one.end as usize], one.mild))
                .collect();
            assert!(found.len() == 1 && found[0].1 == mild, "{text}: {problems:?}");
            assert!(found[0].0.ends_with(marked), "{text}: {problems:?}");
        }
        for text in [
            "ring 3 nodes\nat 1s weight n1 2",
            "range 3 nodes\nat 1s split \"m\"",
            "place slots, 3 nodes\nat 1s move k to n1",
            "ring 3 nodes\nbug early-ack",
            "ring 3 nodes\ntraffic z: 5/s\nat 1s quiet z",
            "raft a: 3 nodes\nrange b: 3 nodes\nsplit m",
        ] {
            let (_, problems) = parse(text);
            assert!(problems.is_empty(), "{text}: {problems:?}");
        }
    }
}
