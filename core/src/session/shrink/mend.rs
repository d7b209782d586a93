//! Which statements mend what others broke: `restart n3` mends `crash n3`, `heal` every cut before it,
//! `lose 0%` what was lost before.
//!
//! A shorter text must not leave a fault without the end that it had: what was away for a second would
//! be away for ever, and the text would fail by that. So a mending statement goes only together with all
//! that it mends, and then it must go: `restart n3` without its crash turns a running node off and on.

use crate::base::{Span, Time, order};
use crate::scenario::{Command, Scenario, Statement, When};
use crate::session::build::change_disk;
use crate::sim::{DiskProfile, LinkProfile, WorkChange};
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// What can be broken and mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    /// A node runs, and its disk can be read.
    Power,
    /// A node goes on.
    Still,
    /// Both sides of the network reach each other.
    Cut,
    /// One of the numbers of a link, by its place.
    Link(usize),
    /// One of the settings of a disk.
    Disk(usize),
    /// One of the costs of a node.
    Work(usize),
    /// A clock shows the right time.
    Wall,
    /// A clock runs as fast as it should.
    Rate,
    /// Everybody is a member.
    Members,
    /// A node belongs to its cluster.
    Gone,
}

/// Something broken: what, and of which node or link; of all if there is no name.
type Ail = (What, Option<String>);

/// What a statement does: to what, and whether it mends it.
type Effect = (Ail, bool);

/// For the line of each statement that mends something, the lines of what it mends.
pub(super) fn mends(scenario: &Scenario) -> Vec<(u32, Vec<u32>)> {
    let (mut timed, mut others): (Vec<(Time, usize)>, Vec<&Statement>) = (Vec::new(), Vec::new());
    for (number, statement) in scenario.statements.iter().enumerate() {
        match statement.when {
            When::Start => {}
            When::At(at) => timed.push((at, number)),
            When::Every { .. } | When::On { .. } => others.push(statement),
        }
    }
    order::sort(&mut timed);
    let timed: Vec<&Statement> =
        timed.into_iter().map(|(_, number)| &scenario.statements[number]).collect();
    let mut offsets = BTreeMap::new();
    let mut known = |statements: &[&Statement]| -> Vec<(u32, Vec<Effect>)> {
        let effects = |it: &&Statement| (it.line, effects(scenario, &it.what, &mut offsets));
        statements.iter().map(effects).collect()
    };
    let (timed, others) = (known(&timed), known(&others));
    // Nobody knows beforehand when a statement without a fixed time happens, so it may come before or after
    // any other.
    let breaks = |statements: &[(u32, Vec<Effect>)]| -> Vec<(Ail, u32)> {
        let each = statements.iter().flat_map(|(line, effects)| {
            effects.iter().filter(|(_, mends)| !mends).map(|(ail, _)| (ail.clone(), *line))
        });
        each.collect()
    };
    let anywhere = breaks(&others);
    let mut open: Vec<(Ail, u32)> = Vec::new();
    let mut found = Vec::new();
    for (line, effects) in &timed {
        let mut faults = Vec::new();
        for (mended, _) in effects.iter().filter(|(_, mends)| *mends) {
            faults.extend(mended_by(mended, &open));
            faults.extend(mended_by(mended, &anywhere));
            open.retain(|(ail, _)| !covers(mended, ail));
        }
        let broken = effects.iter().filter(|(_, mends)| !mends);
        open.extend(broken.map(|(ail, _)| (ail.clone(), *line)));
        found.push((*line, faults, effects));
    }
    let all: Vec<(Ail, u32)> = anywhere.iter().cloned().chain(breaks(&timed)).collect();
    for (line, effects) in &others {
        let mended = effects.iter().filter(|(_, mends)| *mends);
        let faults = mended.flat_map(|(mended, _)| mended_by(mended, &all)).collect();
        found.push((*line, faults, effects));
    }
    found
        .into_iter()
        // What also breaks something is a fault of its own.
        .filter(|(_, faults, effects)| {
            !faults.is_empty() && effects.iter().all(|(_, mends)| *mends)
        })
        .map(|(line, mut faults, _)| {
            order::sort(&mut faults);
            faults.dedup();
            (line, faults)
        })
        .collect()
}

fn mended_by<'a>(mended: &'a Ail, broken: &'a [(Ail, u32)]) -> impl Iterator<Item = u32> + 'a {
    broken.iter().filter(|(ail, _)| touches(mended, ail)).map(|(_, line)| *line)
}

/// True if what is mended is all that was broken.
fn covers(mended: &Ail, broken: &Ail) -> bool {
    mended.0 == broken.0
        && match (&mended.1, &broken.1) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(one), Some(other)) => is_same(one, other),
        }
}

/// True if what is mended is some of what was broken, or all of it.
fn touches(mended: &Ail, broken: &Ail) -> bool {
    mended.0 == broken.0 && broken.1.is_none() || covers(mended, broken)
}

/// True if two names may stand for the same node: `n1` is one of `a.n1`.
fn is_same(one: &str, other: &str) -> bool {
    let within = |short: &str, full: &str| {
        full.strip_suffix(short).is_some_and(|party| party.is_empty() || party.ends_with('.'))
    };
    within(one, other) || within(other, one)
}

/// What a command breaks and mends. `offsets` is how far clocks have been moved so far.
fn effects(
    scenario: &Scenario,
    command: &Command,
    offsets: &mut BTreeMap<String, i64>,
) -> Vec<Effect> {
    let nodes = |names: &[String]| -> Vec<String> {
        let each = names.iter().flat_map(|name| scenario.stand_for(name));
        each.map(String::from).collect()
    };
    let each = |what: What, names: &[String], mends: bool| -> Vec<Effect> {
        nodes(names).into_iter().map(|name| ((what, Some(name)), mends)).collect()
    };
    match command {
        Command::Crash(names) | Command::Wipe(names) | Command::Corrupt(names) => {
            each(What::Power, names, false)
        }
        Command::Pause(names) => each(What::Still, names, false),
        Command::Resume(names) => each(What::Still, names, true),
        Command::Restart(names) => {
            let mut all = each(What::Power, names, true);
            all.extend(each(What::Still, names, true));
            all
        }
        Command::Cut { .. } => Vec::from([((What::Cut, None), false)]),
        Command::Heal => Vec::from([((What::Cut, None), true)]),
        Command::Link { from, to, both, change } => {
            let side = |names: &[String]| {
                let mut names = nodes(names);
                order::sort(&mut names);
                names.join(" ")
            };
            let is_wide = from.is_empty() && to.is_empty();
            let of = (!is_wide).then(|| format!("{}>{}>{both}", side(from), side(to)));
            let (plain, mut base) = (LinkProfile::default(), LinkProfile::default());
            for command in at_start(scenario) {
                if let Command::Link { from: f, to: t, both: b, change } = command
                    && (f.is_empty() && t.is_empty() || (f, t, b) == (from, to, both))
                {
                    change.apply(&mut base);
                }
            }
            let numbers = [
                change.latency.map(|it| it == base.latency || it == plain.latency),
                change.bandwidth.map(|it| it == base.bandwidth || it == 0),
                change.loss.map(|it| it == base.loss || it == 0),
                change.duplicate.map(|it| it == base.duplicate || it == 0),
                change.reorder.map(|it| it == base.reorder || it == 0),
                change.slow.map(|it| it == base.slow || it == plain.slow),
            ];
            set(What::Link, &[of], &numbers)
        }
        Command::Disk(names, change) => {
            let (plain, mut base) = (DiskProfile::default(), DiskProfile::default());
            for command in at_start(scenario) {
                if let Command::Disk(others, change) = command
                    && (others.is_empty() || others == names)
                {
                    change_disk(&mut base, change);
                }
            }
            let settings = [
                change.write.map(|it| it == base.write || it == plain.write),
                change.sync.map(|it| it == base.sync || it == plain.sync),
                change.depth.map(|it| it == base.depth || it == plain.depth),
                change.grouped.map(|it| it == base.grouped || it == plain.grouped),
                change.bandwidth.map(|it| it == base.bandwidth || it == 0),
                change.lie.map(|it| it == base.lie || it.is_none()),
                change.size.map(|it| it == base.size || it.is_none()),
                change.fails.map(|it| it == base.fails || it == 0),
            ];
            let mut all = set(What::Disk, &some_or_all(nodes(names)), &settings);
            // A write that does not fit or fails stops its process, until somebody starts it again.
            if settings[6] == Some(false) || settings[7] == Some(false) {
                let stopped = some_or_all(nodes(names)).into_iter();
                all.extend(stopped.map(|name| ((What::Power, name), false)));
            }
            all
        }
        Command::Node(names, change) => {
            let mut base = WorkChange {
                message: Some(Span::ZERO),
                entry: Some(Span::ZERO),
                card: Some(0),
                slow: Some(100),
            };
            for command in at_start(scenario) {
                if let Command::Node(others, said) = command
                    && (others.is_empty() || others == names)
                {
                    base.message = said.message.or(base.message);
                    base.entry = said.entry.or(base.entry);
                    base.card = said.card.or(base.card);
                    base.slow = said.slow.or(base.slow);
                }
            }
            let costs = [
                change.message.map(|it| base.message == Some(it) || it == Span::ZERO),
                change.entry.map(|it| base.entry == Some(it) || it == Span::ZERO),
                change.card.map(|it| base.card == Some(it) || it == 0),
                change.slow.map(|it| base.slow == Some(it) || it == 100),
            ];
            set(What::Work, &some_or_all(nodes(names)), &costs)
        }
        Command::Skew(names, by) => {
            let moved = nodes(names).into_iter().map(|name| {
                let offset = offsets.entry(name.clone()).or_default();
                *offset = offset.saturating_add(*by);
                ((What::Wall, Some(name)), *offset == 0)
            });
            moved.collect()
        }
        Command::Drift(names, drift) => each(What::Rate, names, *drift == 0),
        Command::Members(of, voters, learners) => {
            let all = voters.iter().flat_map(|name| scenario.stand_for(name));
            let mut all: Vec<&str> =
                all.map(|name| name.rsplit_once('.').map_or(name, |(_, short)| short)).collect();
            order::sort(&mut all);
            all.dedup();
            let whole = scenario.clusters.iter().any(|cluster| {
                of.as_ref().is_none_or(|of| *of == cluster.name)
                    && cluster.head.nodes as usize == all.len()
                    && (1..=cluster.head.nodes).all(|n| all.contains(&format!("n{n}").as_str()))
            });
            Vec::from([((What::Members, of.clone()), whole && learners.is_empty())])
        }
        Command::Leave(names) => each(What::Gone, names, false),
        Command::Join(names, _) | Command::Learn(names) => each(What::Gone, names, true),
        Command::Tear(_)
        | Command::Meddle { .. }
        | Command::Forge { .. }
        | Command::Weight(..)
        | Command::Split(..)
        | Command::Merge(..)
        | Command::Move(..)
        | Command::Explain(..)
        | Command::Get(..)
        | Command::Put(..)
        | Command::Delete(..)
        | Command::Operate(..)
        | Command::Transfer(..)
        | Command::Campaign(_)
        | Command::Own(..)
        | Command::Compact(_)
        | Command::Traffic(_)
        | Command::Quiet(_)
        | Command::Nemesis(_)
        | Command::Say(_)
        | Command::Stop => Vec::new(),
    }
}

/// Settings of some nodes or links, by their places: each is the one of the start again, or another one.
fn set(what: fn(usize) -> What, of: &[Option<String>], settings: &[Option<bool>]) -> Vec<Effect> {
    let said = settings.iter().enumerate().filter_map(|(at, mends)| Some((at, (*mends)?)));
    said.flat_map(|(at, mends)| of.iter().map(move |of| ((what(at), of.clone()), mends))).collect()
}

/// Each of these names; no name for all nodes if there is none.
fn some_or_all(names: Vec<String>) -> Vec<Option<String>> {
    match names.is_empty() {
        true => Vec::from([None]),
        false => names.into_iter().map(Some).collect(),
    }
}

fn at_start(scenario: &Scenario) -> impl Iterator<Item = &Command> {
    let all = scenario.statements.iter().filter(|statement| statement.when == When::Start);
    all.map(|statement| &statement.what)
}

#[cfg(test)]
mod tests {
    use super::mends;
    use crate::scenario::parse;
    use alloc::format;
    use alloc::vec::Vec;

    #[test]
    fn each_fault_knows_what_mends_it() {
        let head = "raft 3 nodes\ngroup left: n1 n2\ndisk n3 size 1MB\n";
        type Mending = &'static [(u32, &'static [u32])];
        let cases: [(&str, Mending); 22] = [
            ("at 1s crash n1\nat 2s restart n1\n", &[(5, &[4])]),
            ("at 1s crash n1\nat 2s restart n2\n", &[]),
            ("at 2s restart n1\nat 1s wipe n1\n", &[(4, &[5])]),
            ("at 1s crash left\nat 2s restart n1\nat 3s restart n2\n", &[(5, &[4]), (6, &[4])]),
            ("at 1s crash n1\nat 2s restart n1\nat 3s restart n1\n", &[(5, &[4])]),
            ("at 1s pause n1\nat 2s crash n2\nat 3s resume n1\n", &[(6, &[4])]),
            ("at 1s cut n1\nat 2s cut n2 -> n3\nat 3s heal\n", &[(6, &[4, 5])]),
            ("at 1s lose 9%\nat 2s lose 0%\n", &[(5, &[4])]),
            ("at 1s lose 9%\nat 2s reorder 0%\n", &[]),
            ("at 1s lose n1 9%\nat 2s lose 0%\n", &[(5, &[4])]),
            ("at 1s lose 9%\nat 2s lose n1 0%\nat 3s lose 0%\n", &[(5, &[4]), (6, &[4])]),
            ("at 1s slow n1 5x\nat 2s slow n1 9x\nat 3s slow n1 1x\n", &[(6, &[4, 5])]),
            ("at 1s disk n1 lie 9ms\nat 2s disk n1 honest\n", &[(5, &[4])]),
            (
                "at 1s disk n3 full\nat 2s disk n3 size 1MB\nat 2s restart n3\n",
                &[(5, &[4]), (6, &[4])],
            ),
            ("at 1s node n1 slow 9x\nat 2s node n1 slow none\n", &[(5, &[4])]),
            ("at 1s skew n1 9ms\nat 2s skew n1 -9ms\n", &[(5, &[4])]),
            ("at 1s skew n1 9ms\nat 2s skew n1 -3ms\n", &[]),
            ("at 1s drift n1 1%\nat 2s drift n1 0%\n", &[(5, &[4])]),
            ("at 1s members n1 n2\nat 2s members n3 n1 n2\n", &[(5, &[4])]),
            ("at 1s leave n3\nat 2s join n3\n", &[(5, &[4])]),
            ("when n1 crashed  restart n1\nat 1s crash n1\n", &[(4, &[5])]),
            ("every 2s pause n1\nat 3s resume n1\n", &[(5, &[4])]),
        ];
        for (text, mending) in cases {
            let (scenario, _) = parse(&format!("{head}{text}"));
            let mut found = mends(&scenario);
            found.sort();
            let wanted: Vec<_> = mending.iter().map(|(line, of)| (*line, Vec::from(*of))).collect();
            assert_eq!(found, wanted, "{text}");
        }
    }
}
