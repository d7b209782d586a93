//! What a text says about itself as a whole: that names are known, and sizes are within reason.

use super::command::{Claim, Command, Expected, Scenario, Statement, When};
use super::parse::PROBLEMS_MAX;
use crate::client::{self, Op, Verb};
use crate::store::Key;
use crate::tenant::{METRICS, Operation, Spec, Way};
use crate::text::reader::Reader;
use crate::text::{Diagnostic, nearest};
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// More names than this are not offered, and not looked through for one that was meant.
pub(super) const NAMES_MAX: usize = 20_000;

/// Copies of keys that a scenario may begin with, in all clusters.
pub(super) const COPIES_MAX: u64 = 4_000_000;

/// Leaves out what would not fit into the memory of a page.
pub(super) fn copies(
    scenario: &mut Scenario,
    lines: &[crate::text::Line<'_>],
    problems: &mut Vec<Diagnostic>,
) {
    let keys: u64 = scenario.loads.iter().map(|load| u64::from(load.count)).sum();
    // On paper a key takes a few bytes a survey, not a copy with its value.
    let copies =
        |cluster: &super::command::ClusterSpec| u64::from(cluster.kind.copies(&cluster.head));
    let all = keys * scenario.clusters.iter().map(copies).sum::<u64>();
    if all <= COPIES_MAX {
        return;
    }
    scenario.loads.clear();
    let is_load = |line: &&crate::text::Line<'_>| {
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

/// Hints at statements that there is one of, and that stand there twice.
pub(super) fn twice(lines: &[crate::text::Line<'_>], problems: &mut Vec<Diagnostic>) {
    for word in ["title", "summary", "seed", "end"] {
        let is = |line: &&crate::text::Line<'_>| {
            line.tokens.first().is_some_and(|token| token.raw == word)
        };
        let mut before: Option<&crate::text::Line<'_>> = None;
        for line in lines.iter().filter(is) {
            if let Some(before) = before
                && problems.len() < PROBLEMS_MAX
            {
                let whole = Reader::new(line, problems).whole();
                problems.push(Diagnostic {
                    line: line.number,
                    start: whole.0,
                    end: whole.1,
                    message: format!(
                        "\"{word}\" stands in line {} already; this one counts.",
                        before.number
                    ),
                    suggestion: None,
                    mild: true,
                });
            }
            before = Some(line);
        }
    }
}

/// Complains about operations and orders that nothing here understands.
pub(super) fn stores(scenario: &Scenario, problems: &mut Vec<Diagnostic>) {
    let agrees = scenario.clusters.iter().any(|cluster| cluster.kind.votes());
    let can = |ops: &[Op], way: Option<Way>| {
        let operation = Operation::Call(ops.into(), way);
        scenario.clusters.iter().any(|cluster| cluster.kind.operate(&operation).is_some())
    };
    let can_one = |verb| can(&[Op { verb, key: Key::new("x"), value: None, expected: None }], None);
    for statement in &scenario.statements {
        let fits = match &statement.what {
            Command::Operate(_, ops, way) => can(ops, *way),
            Command::Members(..)
            | Command::Transfer(..)
            | Command::Campaign(_)
            | Command::Compact(_)
            | Command::Learn(_)
            | Command::Forge { .. } => agrees,
            Command::Own(_, _, order) => {
                scenario.clusters.iter().any(|cluster| cluster.kind.understands(order))
            }
            Command::Traffic(traffic) => {
                (traffic.appends == 0 || can_one(Verb::Append))
                    && (traffic.swaps == 0 || can_one(Verb::Cas))
            }
            _ => true,
        };
        if fits {
            continue;
        }
        let message = match &statement.what {
            Command::Operate(_, _, Some(_)) => "No store here can do this in that way.",
            Command::Own(..) => "Nothing that runs here understands this.",
            _ => "Only a replicated store understands this. Such as: raft 3 nodes",
        };
        say(problems, about(statement, String::from(message), false));
    }
}

/// Remarks that somebody is told to come, to go or to weigh something where nodes stay as they are.
pub(super) fn movers(scenario: &Scenario, problems: &mut Vec<Diagnostic>) {
    for statement in &scenario.statements {
        let (Command::Join(names, _) | Command::Leave(names) | Command::Weight(names, _)) =
            &statement.what
        else {
            continue;
        };
        let moves = |name: &String| {
            let of = name.split_once('.').map(|(of, _)| of);
            let parties = || scenario.clusters.iter();
            let named = parties().any(|spec| Some(&*spec.name) == of);
            parties().any(|spec| (!named || Some(&*spec.name) == of) && spec.kind.grows())
        };
        if !names.iter().any(moves) && scenario.parties().next().is_some() {
            let message =
                "Nodes neither come nor go here, and weigh the same: this changes nothing.";
            say(problems, about(statement, String::from(message), true));
        }
    }
}

/// Says what is wrong, once: a nemesis stands for many statements in one place of the text.
pub(super) fn say(problems: &mut Vec<Diagnostic>, problem: Diagnostic) {
    if problems.len() < PROBLEMS_MAX && !problems.contains(&problem) {
        problems.push(problem);
    }
}

/// What is wrong with a whole statement, or to be remarked of it.
pub(super) fn about(statement: &Statement, message: String, mild: bool) -> Diagnostic {
    let (start, end) = statement.span;
    Diagnostic { line: statement.line, start, end, message, suggestion: None, mild }
}

/// Says so where every member of a replicated store is told to leave: the last one stays.
pub(super) fn leavers(scenario: &Scenario, problems: &mut Vec<Diagnostic>) {
    let is_join = |command: &Command| matches!(command, Command::Join(..) | Command::Learn(_));
    if scenario.statements.iter().any(|statement| is_join(&statement.what)) {
        return;
    }
    for cluster in scenario.clusters.iter().filter(|it| it.kind.votes()) {
        let alone = scenario.stores().count() == 1;
        let mut left = BTreeSet::new();
        for statement in &scenario.statements {
            let Command::Leave(names) = &statement.what else { continue };
            let own = |name: &String| match name.split_once('.') {
                Some((of, node)) => (of == cluster.name).then(|| String::from(node)),
                None => alone.then(|| name.clone()),
            };
            left.extend(names.iter().filter_map(own));
            if left.len() as u64 >= u64::from(cluster.head.nodes) && problems.len() < PROBLEMS_MAX {
                problems.push(about(
                    statement,
                    String::from("Nobody would be left to vote: the last member stays."),
                    true,
                ));
                break;
            }
        }
    }
}

/// Complains about clusters that should not be set up so, unless that is the mistake to be shown.
pub(super) fn flaws(
    scenario: &Scenario,
    lines: &[crate::text::Line<'_>],
    problems: &mut Vec<Diagnostic>,
) {
    for cluster in &scenario.clusters {
        let Some(why) = cluster.kind.flaw(&scenario.bugs) else { continue };
        let is_its = |line: &&crate::text::Line<'_>| match &line.tokens[..] {
            [word, name, colon, ..] if colon.raw == ":" => {
                Spec::begins(word.raw) && name.raw == cluster.name
            }
            [word, ..] => Spec::begins(word.raw) && cluster.name.is_empty(),
            [] => false,
        };
        if let Some(line) = lines.iter().find(is_its) {
            let mut reader = Reader::new(line, problems);
            let whole = reader.whole();
            reader.complain(whole, format!("It should not be set up so: {why}."), None);
        }
    }
}

/// Complains about names that nothing bears.
pub(super) fn names(
    scenario: &Scenario,
    lines: &[crate::text::Line<'_>],
    problems: &mut Vec<Diagnostic>,
) {
    let known = known_names(scenario);
    let on_paper = !scenario.clusters.is_empty()
        && scenario.clusters.iter().all(|cluster| !cluster.kind.has_machines());
    expectations(scenario, lines, &known, problems);
    for statement in &scenario.statements {
        if let (When::At(at), Some(end)) = (&statement.when, scenario.end)
            && *at > end
        {
            let message = format!("The run ends at {end}: this will not happen.");
            say(problems, about(statement, message, true));
        }
        if on_paper && needs_machines(&statement.what) {
            let message = "On paper there are no machines: only join, leave, weight, split, merge and move change anything.";
            say(problems, about(statement, String::from(message), true));
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
            let (start, end) = place_of(lines, statement, name);
            let message = match near {
                Some(near) => {
                    format!("Nothing is called \"{name}\" here. Did you mean \"{near}\"?")
                }
                None => format!("Nothing is called \"{name}\" here."),
            };
            let suggestion = near.map(String::from);
            let line = statement.line;
            say(problems, Diagnostic { line, start, end, message, suggestion, mild: false });
        }
    }
}

/// Where a name stands in a statement; the whole statement if it is not there by itself.
pub(super) fn place_of(
    lines: &[crate::text::Line<'_>],
    statement: &Statement,
    name: &str,
) -> (u32, u32) {
    let line = lines.iter().find(|line| line.number == statement.line);
    let token = line.and_then(|line| line.tokens.iter().find(|token| token.raw == name));
    token.map_or(statement.span, |token| (token.start, token.end()))
}

/// Complains about names of several nodes where one node is needed.
pub(super) fn single(
    scenario: &Scenario,
    lines: &[crate::text::Line<'_>],
    problems: &mut Vec<Diagnostic>,
) {
    for statement in &scenario.statements {
        let (Command::Transfer(_, name) | Command::Move(_, _, name)) = &statement.what else {
            continue;
        };
        let nodes = scenario.stand_for(name).len();
        if !scenario.is_set(name) || nodes == 1 {
            continue;
        }
        let (start, end) = place_of(lines, statement, name);
        let message = format!("\"{name}\" stands for {nodes} nodes; one node is needed here.");
        let line = statement.line;
        let problem = Diagnostic { line, start, end, message, suggestion: None, mild: false };
        say(problems, problem);
    }
}

/// Complains about what is expected of names that nothing bears.
pub(super) fn expectations(
    scenario: &Scenario,
    lines: &[crate::text::Line<'_>],
    known: &BTreeSet<String>,
    problems: &mut Vec<Diagnostic>,
) {
    let tables = scenario.tables.iter().map(|table| table.name.as_str());
    let parties: Vec<&str> = scenario.parties().chain(tables).collect();
    // What is there only once needs no name.
    let named: Vec<&str> = parties.iter().copied().filter(|name| !name.is_empty()).collect();
    for expectation in &scenario.expectations {
        if let Claim::Measure { metric, .. } = &expectation.claim {
            let (word, of) = (metric.word.as_str(), metric.of.as_deref());
            uncounted(scenario, expectation.span, (word, of), lines, problems);
        }
        if let Claim::Law(law, of) = &expectation.claim {
            foreign(scenario, expectation.span, (law, of.as_deref()), (lines, known), problems);
        }
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
                (problems.len() < 50).then(|| nearest(name, named.iter().copied())).flatten();
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

/// Remarks a law that nothing here has, so that it cannot hold.
fn foreign(
    scenario: &Scenario,
    (start, end): (u32, u32),
    (law, of): (&str, Option<&str>),
    (lines, known): (&[crate::text::Line<'_>], &BTreeSet<String>),
    problems: &mut Vec<Diagnostic>,
) {
    let meant = || {
        let parties = scenario.parties().enumerate();
        parties.filter(|(_, name)| of.is_none_or(|of| of == *name)).map(|(party, _)| party)
    };
    if meant().any(|party| scenario.has_law(party, law)) || scenario.parties().next().is_none() {
        return;
    }
    let message = match of.filter(|_| meant().next().is_none()) {
        // A name that nothing bears is told elsewhere.
        Some(of) if !known.contains(of) => return,
        Some(of) => {
            format!("A law is about a whole cluster, and {of} is none, so this cannot hold.")
        }
        None => format!(
            "The law {law} is one of another kind of cluster than what runs here, so this cannot hold."
        ),
    };
    let line = lines.iter().rfind(|line| line.start <= start).map_or(1, |line| line.number);
    say(problems, Diagnostic { line, start, end, message, suggestion: None, mild: true });
}

/// Remarks a measure that nothing here counts: it belongs to another kind of cluster.
fn uncounted(
    scenario: &Scenario,
    (start, end): (u32, u32),
    (word, of): (&str, Option<&str>),
    lines: &[crate::text::Line<'_>],
    problems: &mut Vec<Diagnostic>,
) {
    let some = METRICS.iter().chain(client::words::METRICS).any(|(known, _)| *known == word);
    let meant = || {
        let parties = scenario.parties().enumerate();
        parties.filter(|(_, name)| of.is_none_or(|of| of == *name)).map(|(party, _)| party)
    };
    // Paper has numbers of many kinds of clusters.
    let counts = |at: usize| {
        let on_paper = scenario.party(at).is_some_and(|spec| !spec.kind.has_machines());
        on_paper || scenario.has_metric(at, word)
    };
    if !some || meant().next().is_none() || meant().any(counts) {
        return;
    }
    let message = format!(
        "The measure {word} is one of another kind of cluster than what runs here, so it is not there."
    );
    let line = lines.iter().rfind(|line| line.start <= start).map_or(1, |line| line.number);
    say(problems, Diagnostic { line, start, end, message, suggestion: None, mild: true });
}

/// Every name that a statement may use.
#[must_use]
pub fn known_names(scenario: &Scenario) -> BTreeSet<String> {
    let mut names = node_names(scenario);
    names.extend(scenario.groups.iter().map(|(name, _)| name.clone()));
    names.extend(scenario.sites.iter().map(|site| site.name.clone()));
    names
}

/// Every name of a node or a client, whether it is there from the start or comes later.
fn node_names(scenario: &Scenario) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let several = scenario.parties().count() > 1;
    let mut plain: Vec<String> = Vec::new();
    for statement in &scenario.statements {
        match &statement.what {
            Command::Join(names, _) | Command::Learn(names) => {
                let new = names.iter().flat_map(|name| scenario.stand_for(name));
                plain.extend(new.map(String::from));
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
    for spec in &scenario.clusters {
        let (party, nodes) = (&spec.name, spec.kind.nodes(&spec.head));
        let plain = if spec.kind.grows() || spec.kind.has_clients() { &plain[..] } else { &[] };
        let own = (1..=nodes).map(|number| format!("n{number}"));
        for name in own.chain(plain.iter().cloned()) {
            if several && !name.contains('.') {
                names.insert(format!("{party}.{name}"));
            }
            names.insert(name);
        }
    }
    names
}

/// Complains about names that are given twice, and about nodes of a group, a rack or a region that there are
/// not.
pub(super) fn sets(
    scenario: &Scenario,
    lines: &[crate::text::Line<'_>],
    problems: &mut Vec<Diagnostic>,
) {
    let nodes = node_names(scenario);
    let mut given: Vec<(&str, &str)> = Vec::new();
    for line in lines {
        let [first, name, colon, members @ ..] = &line.tokens[..] else { continue };
        if !matches!(first.raw, "group" | "rack" | "region") || colon.raw != ":" {
            continue;
        }
        let (what, number) = (first.raw, line.number);
        let mut complain = |(start, end): (u32, u32), message: String| {
            let suggestion = None;
            say(
                problems,
                Diagnostic { line: number, start, end, message, suggestion, mild: false },
            );
        };
        // A rack or a region may be told in several lines.
        let twice =
            |(known, kind): &(&str, &str)| *known == name.raw && (*kind != what || what == "group");
        let party = scenario.parties().any(|party| party == name.raw);
        if party || nodes.contains(name.raw) || given.iter().any(twice) {
            let message = format!("Something is called \"{}\" already.", name.raw);
            complain((name.start, name.end()), message);
        }
        given.push((name.raw, what));
        // Where no cluster was understood, nothing can be known of its nodes.
        for member in members.iter().filter(|_| !nodes.is_empty() && nodes.len() < NAMES_MAX) {
            if member.raw != "," && !nodes.contains(member.raw) {
                let message = format!("There is no node \"{}\" here.", member.raw);
                complain((member.start, member.end()), message);
            }
        }
    }
}

/// True for what happens to machines, links and disks only.
pub(super) fn needs_machines(command: &Command) -> bool {
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
pub(super) fn names_of(command: &Command) -> alloc::boxed::Box<dyn Iterator<Item = &str> + '_> {
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
        | Command::Node(names, _)
        | Command::Leave(names)
        | Command::Campaign(names)
        | Command::Compact(names)
        | Command::Own(_, names, _)
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
