//! A text becomes a scenario, and a list of what was not understood.

use super::command::{Claim, Command, Expected, Kind, Scenario, Statement, When};
use super::print::print_line;
use super::quantity::Unit;
use super::reader::{Read, Reader, Refused};
use super::token::{TokenKind, lines};
use super::word::{EVENTS, VERBS, nearest};
use super::{verb, world};
use crate::base::{Span, Time};
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Something that was not understood, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its line, from one.
    pub line: u32,
    /// Its first byte.
    pub start: u32,
    /// The byte behind its last.
    pub end: u32,
    /// What is wrong, in a sentence.
    pub message: String,
    /// What to put there instead.
    pub suggestion: Option<String>,
    /// True for a hint that does not keep anything from running.
    pub mild: bool,
}

/// A longer text is not read: it is no scenario.
pub const TEXT_MAX: usize = 256 * 1024;

/// More statements than this are not read.
pub const STATEMENTS_MAX: usize = 5_000;

/// More names than this are not offered, and not looked through for one that was meant.
const NAMES_MAX: usize = 20_000;

/// Copies of keys that a scenario may begin with, in all clusters.
const COPIES_MAX: u64 = 4_000_000;

/// More problems than this are not listed.
const PROBLEMS_MAX: usize = 200;

/// Reads a scenario. What was understood runs, whatever else stands in the text.
#[must_use]
pub fn parse(text: &str) -> (Scenario, Vec<Diagnostic>) {
    let mut scenario = Scenario { seed: 1, ..Scenario::default() };
    let mut problems = Vec::new();
    if text.len() > TEXT_MAX {
        let (kilobytes, limit) = (text.len() / 1024, TEXT_MAX / 1024);
        problems.push(Diagnostic {
            line: 1,
            start: 0,
            end: 0,
            message: format!(
                "This text has {kilobytes} kB; a scenario has at most {limit} kB. Nothing of it was run."
            ),
            suggestion: None,
            mild: false,
        });
        return (scenario, problems);
    }
    let lines = lines(text);
    let mut last_when = When::Start;
    let mut statements = 0;
    for line in &lines {
        let mut head = 0;
        if !line.tokens.is_empty() {
            statements += 1;
            if statements > STATEMENTS_MAX {
                let mut reader = Reader::new(line, &mut problems);
                let whole = reader.whole();
                let message = format!("A scenario has at most {STATEMENTS_MAX} statements.");
                reader.complain(whole, message, None);
                break;
            }
            if problems.len() < PROBLEMS_MAX {
                let mut reader = Reader::new(line, &mut problems);
                let _ = statement(&mut reader, &mut scenario, &mut last_when, &mut head);
            } else {
                head = head_of(line.tokens[0].raw);
            }
        }
        scenario.printed.push(print_line(line, head));
    }
    while scenario.printed.last().is_some_and(String::is_empty) {
        scenario.printed.pop();
    }
    super::nemesis::unfold(&mut scenario);
    check_copies(&mut scenario, &lines, &mut problems);
    check_leases(&scenario, &lines, &mut problems);
    check_stores(&scenario, &mut problems);
    check_names(&scenario, &lines, &mut problems);
    super::table::check(&scenario, &mut problems);
    problems.truncate(PROBLEMS_MAX);
    (scenario, problems)
}

/// How many tokens say when, in a line that was not looked into.
fn head_of(first: &str) -> usize {
    if matches!(first, "at" | "after") { 2 } else { 0 }
}

fn statement(
    reader: &mut Reader<'_, '_>,
    scenario: &mut Scenario,
    last_when: &mut When,
    head: &mut usize,
) -> Read<()> {
    let when = when(reader, last_when)?;
    *head = reader.place();
    let timed = when != When::Start;
    if timed && reader.peek().is_none() {
        return reader.refuse(String::from("What should happen then? The statement ends here."));
    }
    let who = who(reader);
    let Some(first) = reader.peek() else { return Ok(()) };
    if first.kind != TokenKind::Word {
        reader.take();
        return reader.refuse(format!("A statement begins with a word, not with {}.", first.raw));
    }
    if !timed && who.is_none() && world::header(reader, scenario)? {
        reader.finish();
        return Ok(());
    }
    let whole = reader.whole();
    let line = reader.line().number;
    let what = verb::command(reader, who.as_deref(), timed)?;
    reader.finish();
    *last_when = when.clone();
    scenario.statements.push(Statement { span: whole, line, when, what });
    Ok(())
}

/// Reads when a statement holds.
fn when(reader: &mut Reader<'_, '_>, last: &When) -> Read<When> {
    match reader.ahead() {
        "at" => {
            reader.take();
            Ok(When::At(Time(reader.time("a time")?.0)))
        }
        "every" => {
            reader.take();
            let every = reader.time("a time")?;
            if every < Span::millis(1) {
                return reader.refuse(String::from("No more often than every 1ms."));
            }
            let mut from = Time(every.0);
            let mut until = None;
            loop {
                if reader.accept("from") {
                    from = Time(reader.time("a time")?.0);
                } else if reader.accept("until") {
                    until = Some(Time(reader.time("a time")?.0));
                } else {
                    return Ok(When::Every { every, from, until });
                }
            }
        }
        "after" => {
            reader.take();
            let span = reader.time("a time")?;
            match last.clone() {
                When::Start => Ok(When::At(Time(span.0))),
                When::At(time) => Ok(When::At(time + span)),
                When::On { node, event, again, delay } => {
                    Ok(When::On { node, event, again, delay: delay + span })
                }
                When::Every { .. } => reader.refuse(String::from(
                    "\"after\" counts from the statement above, and that one happens many times.",
                )),
            }
        }
        "when" => {
            reader.take();
            let known = |word: &str| EVENTS.iter().any(|(event, _)| *event == word);
            let Some(first) = reader.take() else {
                return reader.refuse(String::from("When what? Name a node and an event."));
            };
            let (node, event) = if known(first.raw) {
                (None, first)
            } else {
                match reader.take() {
                    Some(event) => (Some(String::from(first.raw)), event),
                    None => return reader.unknown("event", first, EVENTS),
                }
            };
            if !known(event.raw) {
                return reader.unknown("event", event, EVENTS);
            }
            let again = reader.accept("again");
            let delay = Span::ZERO;
            Ok(When::On { node, event: String::from(event.raw), again, delay })
        }
        _ => Ok(When::Start),
    }
}

/// Reads `c1:` or `b:`.
fn who(reader: &mut Reader<'_, '_>) -> Option<String> {
    let first = reader.peek().filter(|token| token.kind == TokenKind::Word)?;
    if reader.peek_second()?.raw != ":" {
        return None;
    }
    reader.take();
    reader.take();
    Some(String::from(first.raw))
}

/// Leaves out what would not fit into the memory of a page.
fn check_copies(
    scenario: &mut Scenario,
    lines: &[super::token::Line<'_>],
    problems: &mut Vec<Diagnostic>,
) {
    let keys: u64 = scenario.loads.iter().map(|load| u64::from(load.count)).sum();
    // On paper a key takes a few bytes a survey, not a copy with its value.
    let copies = |cluster: &super::command::ClusterSpec| match cluster.kind {
        Kind::Running => u64::from(cluster.replicas),
        Kind::Raft(_) | Kind::Survey { .. } => 0,
    };
    let all = keys * scenario.clusters.iter().map(copies).sum::<u64>();
    if all <= COPIES_MAX {
        return;
    }
    scenario.loads.clear();
    let is_load = |line: &&super::token::Line<'_>| {
        line.tokens.first().is_some_and(|token| token.raw == "load")
    };
    if let Some(line) = lines.iter().find(is_load) {
        let mut reader = Reader::new(line, problems);
        let whole = reader.whole();
        let message = format!(
            "That is {all} copies of keys in all clusters; a scenario holds at most {COPIES_MAX}. \
             Nothing was loaded."
        );
        reader.complain(whole, message, None);
    }
}

/// Complains about orders that only a replicated store understands, where there is none.
fn check_stores(scenario: &Scenario, problems: &mut Vec<Diagnostic>) {
    if scenario.clusters.iter().any(|cluster| matches!(cluster.kind, Kind::Raft(_))) {
        return;
    }
    for statement in &scenario.statements {
        let needs = match &statement.what {
            Command::Operate(..)
            | Command::Members(..)
            | Command::Transfer(..)
            | Command::Campaign(_)
            | Command::Compact(_)
            | Command::Learn(_)
            | Command::Forge { .. } => true,
            Command::Traffic(traffic) => traffic.appends > 0 || traffic.swaps > 0,
            _ => false,
        };
        if needs && problems.len() < PROBLEMS_MAX {
            problems.push(Diagnostic {
                line: statement.line,
                start: statement.span.0,
                end: statement.span.1,
                message: String::from(
                    "Only a replicated store understands this. Such as: raft 3 nodes",
                ),
                suggestion: None,
                mild: false,
            });
        }
    }
}

/// Complains about leases that are no leases, unless that is the mistake to be shown.
fn check_leases(
    scenario: &Scenario,
    lines: &[super::token::Line<'_>],
    problems: &mut Vec<Diagnostic>,
) {
    let too_long = scenario.clusters.iter().any(super::raft::leases_too_long);
    if !too_long || scenario.bugs.contains(&crate::cluster::Bug::LongLease) {
        return;
    }
    let is_raft = |line: &&super::token::Line<'_>| {
        line.tokens.first().is_some_and(|token| token.raw == "raft")
            && line.tokens.iter().any(|token| token.raw == "lease")
    };
    if let Some(line) = lines.iter().find(is_raft) {
        let mut reader = Reader::new(line, problems);
        let whole = reader.whole();
        let why = crate::raft::config::Flaw::LeaseLong.words();
        reader.complain(whole, format!("It should not be set up so: {why}."), None);
    }
}

/// Complains about names that nothing bears.
fn check_names(
    scenario: &Scenario,
    lines: &[super::token::Line<'_>],
    problems: &mut Vec<Diagnostic>,
) {
    let known = known_names(scenario);
    let on_paper = !scenario.clusters.is_empty()
        && scenario.clusters.iter().all(|cluster| cluster.kind.is_survey())
        && scenario.makers.is_empty();
    check_expectations(scenario, lines, &known, problems);
    for statement in &scenario.statements {
        if let (When::At(at), Some(end)) = (&statement.when, scenario.end)
            && *at > end
            && problems.len() < PROBLEMS_MAX
        {
            problems.push(Diagnostic {
                line: statement.line,
                start: statement.span.0,
                end: statement.span.1,
                message: format!("The run ends at {end}: this will not happen."),
                suggestion: None,
                mild: true,
            });
        }
        if on_paper && needs_machines(&statement.what) && problems.len() < PROBLEMS_MAX {
            problems.push(Diagnostic {
                line: statement.line,
                start: statement.span.0,
                end: statement.span.1,
                message: String::from(
                    "On paper there are no machines: only join, leave, weight, split, merge and move change anything.",
                ),
                suggestion: None,
                mild: true,
            });
        }
        let mut names: Vec<&str> = names_of(&statement.what).collect();
        if let When::On { node: Some(node), .. } = &statement.when {
            names.push(node);
        }
        for name in names {
            if known.contains(name) || problems.len() >= PROBLEMS_MAX {
                continue;
            }
            let near = (problems.len() < 50 && known.len() < 3_000)
                .then(|| nearest(name, known.iter().map(String::as_str)))
                .flatten();
            let at = lines
                .iter()
                .find(|line| line.number == statement.line)
                .and_then(|line| line.tokens.iter().find(|token| token.raw == name));
            let (start, end) = at.map_or(statement.span, |token| (token.start, token.end()));
            let message = match near {
                Some(near) => {
                    format!("Nothing is called \"{name}\" here. Did you mean \"{near}\"?")
                }
                None => format!("Nothing is called \"{name}\" here."),
            };
            let suggestion = near.map(String::from);
            problems.push(Diagnostic {
                line: statement.line,
                start,
                end,
                message,
                suggestion,
                mild: false,
            });
        }
    }
}

/// Complains about what is expected of names that nothing bears.
fn check_expectations(
    scenario: &Scenario,
    lines: &[super::token::Line<'_>],
    known: &BTreeSet<String>,
    problems: &mut Vec<Diagnostic>,
) {
    let tables = scenario.tables.iter().map(|table| table.name.as_str());
    let parties: Vec<&str> = scenario.parties().chain(tables).collect();
    for expectation in &scenario.expectations {
        let (first, second) = match &expectation.claim {
            Claim::Law(_, of) => (of.as_deref(), None),
            Claim::Measure { metric, expected: Expected::Metric(other), .. } => {
                (metric.of.as_deref(), other.of.as_deref())
            }
            Claim::Measure { metric, .. } => (metric.of.as_deref(), None),
        };
        for name in first.into_iter().chain(second) {
            if parties.contains(&name) || known.contains(name) || problems.len() >= PROBLEMS_MAX {
                continue;
            }
            let ending = format!("({name})");
            let tokens = lines.iter().flat_map(|line| line.tokens.iter().map(|t| (line.number, t)));
            let within = |start: u32| (expectation.span.0..expectation.span.1).contains(&start);
            let found = tokens.filter(|(_, token)| within(token.start));
            let Some((line, token)) = found.into_iter().find(|(_, t)| t.raw.ends_with(&ending))
            else {
                continue;
            };
            let near =
                (problems.len() < 50).then(|| nearest(name, parties.iter().copied())).flatten();
            let mut message = format!("Nothing is called \"{name}\" here.");
            if let Some(near) = near {
                message += &format!(" Did you mean \"{near}\"?");
            }
            problems.push(Diagnostic {
                line,
                start: token.end() - ending.len() as u32 + 1,
                end: token.end() - 1,
                message,
                suggestion: near.map(String::from),
                mild: false,
            });
        }
    }
}

/// Every name that a statement may use.
#[must_use]
pub fn known_names(scenario: &Scenario) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let several = scenario.parties().count() > 1;
    let mut plain: Vec<String> = Vec::new();
    for statement in &scenario.statements {
        match &statement.what {
            Command::Join(names, _) | Command::Learn(names) => {
                plain.extend(names.iter().cloned());
            }
            Command::Get(client, ..)
            | Command::Put(client, ..)
            | Command::Delete(client, ..)
            | Command::Operate(client, ..) => {
                plain.push(client.clone());
            }
            Command::Traffic(traffic) if plain.len() < NAMES_MAX => {
                plain.extend((1..=traffic.clients).map(|n| format!("{}{n}", traffic.name)));
            }
            _ => {}
        }
    }
    plain.push(String::from("controller"));
    let clusters =
        scenario.clusters.iter().map(|cluster| (&cluster.name, all_nodes(cluster), &plain[..]));
    let makers = scenario.makers.iter().map(|makers| (&makers.name, makers.nodes, &[][..]));
    for (party, nodes, plain) in clusters.chain(makers) {
        let own = (1..=nodes).map(|number| format!("n{number}"));
        for name in own.chain(plain.iter().cloned()) {
            if several && !name.contains('.') {
                names.insert(format!("{party}.{name}"));
            }
            names.insert(name);
        }
    }
    names.extend(scenario.groups.iter().map(|(name, _)| name.clone()));
    names
}

/// How many nodes a cluster begins with.
fn all_nodes(cluster: &super::command::ClusterSpec) -> u32 {
    match cluster.kind {
        Kind::Raft(raft) => cluster.nodes + raft.learners,
        Kind::Running | Kind::Survey { .. } => cluster.nodes,
    }
}

/// True for what happens to machines, links and disks only.
fn needs_machines(command: &Command) -> bool {
    !matches!(
        command,
        Command::Join(..)
            | Command::Leave(..)
            | Command::Weight(..)
            | Command::Split(..)
            | Command::Merge(..)
            | Command::Move(..)
            | Command::Explain(..)
            | Command::Say(_)
            | Command::Stop
    )
}

/// The names that a command uses, but for those that it brings into being.
fn names_of(command: &Command) -> alloc::boxed::Box<dyn Iterator<Item = &str> + '_> {
    use alloc::boxed::Box;
    match command {
        Command::Crash(names)
        | Command::Restart(names)
        | Command::Pause(names)
        | Command::Resume(names)
        | Command::Wipe(names)
        | Command::Corrupt(names)
        | Command::Tear(names)
        | Command::Skew(names, _)
        | Command::Drift(names, _)
        | Command::Disk(names, _)
        | Command::Leave(names)
        | Command::Campaign(names)
        | Command::Compact(names)
        | Command::Weight(names, _) => Box::new(names.iter().map(String::as_str)),
        Command::Cut { left, right, .. } => Box::new(left.iter().chain(right).map(String::as_str)),
        Command::Link { from, to, .. } => Box::new(from.iter().chain(to).map(String::as_str)),
        Command::Meddle { from, to, .. } | Command::Forge { from, to, .. } => {
            Box::new([from.as_str(), to.as_str()].into_iter())
        }
        Command::Heal
        | Command::Join(..)
        | Command::Get(..)
        | Command::Put(..)
        | Command::Delete(..)
        | Command::Operate(..)
        | Command::Learn(_)
        | Command::Nemesis(_)
        | Command::Traffic(_)
        | Command::Quiet(_)
        | Command::Say(_)
        | Command::Split(..)
        | Command::Merge(..)
        | Command::Explain(..)
        | Command::Stop => Box::new(core::iter::empty()),
        Command::Members(_, voters, learners) => {
            Box::new(voters.iter().chain(learners).map(String::as_str))
        }
        Command::Transfer(_, node) => Box::new([node.as_str()].into_iter()),
        Command::Move(_, _, node) => Box::new([node.as_str()].into_iter()),
    }
}

/// Refuses a word that cannot begin a statement.
pub(super) fn unknown_verb<T>(reader: &mut Reader<'_, '_>) -> Read<T> {
    match reader.take() {
        Some(token) => reader.unknown("word", token, VERBS),
        None => Err(Refused),
    }
}

/// Reads a whole number that is a count of things.
pub(super) fn plain(reader: &mut Reader<'_, '_>, what: &str) -> Read<u64> {
    reader.amount(what, Unit::Plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_told_in_their_place_with_what_was_probably_meant() {
        for (text, marked, meant, mild) in [
            ("network latency 1ms, bandwith 5kB/s", "bandwith", "bandwidth", false),
            ("ring a: 2 nodes\nexpect lost == 0", "==", "=", false),
            ("ring a: 2 nodes\nexpect lost => 1", "=>", ">=", false),
            ("ring one: 2 nodes\nexpect moved(on) < 5%", "on", "one", false),
            ("ring one: 2 nodes\nexpect not durable(ine)", "ine", "one", false),
            ("ring a: 2 nodes\nend 3s\nat 5s crash n1", "at 5s crash n1", "", true),
        ] {
            let (_, problems) = parse(text);
            let found: Vec<_> = problems
                .iter()
                .map(|one| {
                    let marked = &text[one.start as usize..one.end as usize];
                    (marked, one.suggestion.as_deref().unwrap_or(""), one.mild)
                })
                .collect();
            assert_eq!(found, [(marked, meant, mild)], "{text}");
        }
    }
}
