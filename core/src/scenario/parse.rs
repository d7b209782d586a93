//! A text becomes a scenario, and a list of what was not understood.

use super::check;
use super::command::{Scenario, Statement, When};
use super::print::print_line;
use super::word::{EVENTS, OPERATIONS, VERBS};
use super::{verb, world};
use crate::base::{Span, Time};
use crate::text::Diagnostic;
use crate::text::quantity::Unit;
use crate::text::reader::{Read, Reader, Refused};
use crate::text::token::{TokenKind, lines};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// A longer text is not read: it is no scenario.
pub const TEXT_MAX: usize = 256 * 1024;

/// More statements than this are not read.
pub const STATEMENTS_MAX: usize = 5_000;

/// More problems than this are not listed.
pub(super) const PROBLEMS_MAX: usize = 200;

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
    check::copies(&mut scenario, &lines, &mut problems);
    super::work::check(&mut scenario, &lines, &mut problems);
    check::flaws(&scenario, &lines, &mut problems);
    check::twice(&lines, &mut problems);
    check::stores(&scenario, &mut problems);
    check::leavers(&scenario, &mut problems);
    check::movers(&scenario, &mut problems);
    check::sets(&scenario, &lines, &mut problems);
    super::effect::check(&scenario, &lines, &mut problems);
    super::nemesis::remarks(&scenario, &lines, &mut problems);
    check::single(&scenario, &lines, &mut problems);
    check::names(&scenario, &lines, &mut problems);
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

/// Refuses a word that cannot begin a statement.
pub(super) fn unknown_verb<T>(reader: &mut Reader<'_, '_>, named: bool) -> Read<T> {
    match reader.take() {
        // Behind `c1:` or `b:` stands an operation, unless something else is nearly written.
        Some(token) if named && reader.near(token.raw, VERBS).is_none() => {
            reader.unknown("operation", token, OPERATIONS)
        }
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
            ("ring b: 2 nodes\nc1: gett x", "gett", "get", false),
            ("ring b: 2 nodes\nb: jion n5", "jion", "join", false),
            ("ring 2 nodes\ndisk n1 deepth 3", "deepth", "depth", false),
            ("ring 2 nodes\ndisk deepth 3", "deepth", "depth", false),
            ("ring 2 nodes\ndisk n1 none", "none", "", false),
            ("ring 2 nodes\ndisk n1 3", "3", "", false),
            ("ring 2 nodes\ndisk n1", "n1", "", false),
            ("ring 2 nodes\nnode n1 cpu 50us", "cpu", "", false),
            ("ring 2 nodes\nclock n1 40ms", "40ms", "", false),
            ("ring 2 nodes\ndisk n1 deepth none", "deepth", "depth", false),
            ("ring 2 nodes\ngroup left: n1\nat 0s disk left 3", "3", "", false),
            ("ring 2 nodes\ngroup left: n1\nlink n2 | left 5ms", "5ms", "", false),
            ("ring 2 nodes\nat 0s node n1 cpu 50us", "cpu", "", false),
            ("ring 2 nodes\nlink n1 n2 none", "none", "", false),
            ("ring 2 nodes\ntraffic 20 clints", "clints", "", false),
            ("raft 5 vnodes", "vnodes", "", false),
            ("ids ulid, 7 apples", "apples", "", false),
            ("ring 2 nodes\nlink n1 n2 los 5%", "los", "loss", false),
            ("ring 2 nodes\nend 3s\nend 4s", "end 4s", "", true),
            ("title one\nring 2 nodes\ntitle   zwölf → ende \r", "title   zwölf → ende", "", true),
            ("title one\nring 2 nodes\ntitle a\n  and ö", "title a\n  and ö", "", true),
            ("ring 2 nodes\nexpect lost(c) = 0", "c", "", false),
            ("ring 2 nodes\nregion us: n1 n7", "n7", "", false),
            ("ring 2 nodes\ngroup g: n1\ngroup g: n2", "g", "", false),
            ("ring 2 nodes\nrack g: n1\nregion g: n2", "g", "", false),
            ("ring 2 nodes\nrack n1: n2", "n1", "", false),
            ("ring 2 nodes\nexpect elections = 0", "expect elections = 0", "", true),
            ("ring 2 nodes\nnemesis crash, from 25s", "25s", "", false),
            ("ring 2 nodes\nnemesis crash, every 2s..1s", "2s..1s", "", false),
            ("ring 2 nodes\nnemesis crash, every 0ms", "0ms", "", false),
            ("raft 3 nodes\nregion us: n1 n2\ntransfer leader to us", "us", "", false),
            ("place directory, 3 nodes\ngroup l: n1 n2\nmove a to l", "l", "", false),
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

    #[test]
    fn none_takes_everything_back_that_can_be_given() {
        for (none, same) in [
            ("disk n1 write none, sync none, fails none", "disk n1 write 0ms, sync 0ms, fails 0%"),
            ("disk lie none", "disk honest"),
            ("node n1 slow none", "node n1 slow 1x"),
            ("network latency none, loss none", "network latency 0ms, loss 0%"),
            ("link n1 n2 reorder none, slow none", "link n1 n2 reorder 0%, slow 1x"),
            ("lose none", "lose 0%"),
            ("lose n1 -> n2 none", "lose n1 -> n2 0%"),
            ("duplicate n1 -> n2 none", "duplicate n1 -> n2 0%"),
            ("slow n1 none", "slow n1 1x"),
            ("skew n1 +60s", "skew n1 60s"),
            ("clock n1 drift none", "clock n1 drift 0%"),
            ("drift n1 none", "drift n1 0%"),
        ] {
            let command = |text: &str| {
                let (scenario, problems) = parse(&format!("ring 3 nodes\n{text}"));
                assert!(problems.is_empty(), "{text}: {problems:?}");
                scenario.statements[0].what.clone()
            };
            assert_eq!(command(none), command(same), "{none}");
        }
    }

    #[test]
    fn what_a_nemesis_does_wrong_is_said_once() {
        for (text, said) in [
            ("ring 3 nodes\nnemesis transfer campaign, every 10ms", "Only a replicated store"),
            ("raft 3 nodes\nend 2s\nnemesis crash, every 10ms", "will not happen"),
            ("ring 3 nodes\ncrash n9 n9", "Nothing is called"),
        ] {
            let (scenario, problems) = parse(text);
            assert!(scenario.statements.len() > 5 || text.contains("n9"), "{text}");
            assert_eq!(problems.len(), 1, "{text}: {problems:?}");
            assert!(problems[0].message.contains(said), "{text}: {problems:?}");
        }
    }
}
