//! A nemesis: faults drawn by the seed, written out as the statements that somebody would have
//! written by hand.
//!
//! `nemesis crash cut lose, every 500ms..2s, lasting 200ms..3s, until 20s` stands for a list of
//! statements such as `at 1.204s crash n3` and `at 2.7s restart n3`. Because it unfolds into text, a
//! bad day can be read, edited, and shrunk to the few statements that matter. When it ends, everything
//! that it broke is mended.

use super::command::{Command, Scenario, Statement};
use super::parse::parse;
use super::quantity::Unit;
use super::reader::{Read, Reader, range};
use super::word::CALAMITIES;
use crate::base::{Rng, Span, Time, order};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// What a nemesis does, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NemesisSpec {
    /// Which calamities, by their words.
    pub calamities: Vec<&'static str>,
    /// How long from one to the next.
    pub every: (Span, Span),
    /// How long one lasts.
    pub lasting: (Span, Span),
    /// From when on.
    pub from: Time,
    /// When all is mended.
    pub until: Time,
}

/// One nemesis brings at most so many calamities.
const CALAMITIES_MAX: usize = 2_000;

/// Reads `nemesis crash cut, every 500ms..2s, lasting 200ms..3s, from 1s, until 20s`.
pub(super) fn nemesis(reader: &mut Reader<'_, '_>) -> Read<Command> {
    reader.take();
    let mut spec = NemesisSpec {
        calamities: Vec::new(),
        every: (Span::millis(500), Span::seconds(2)),
        lasting: (Span::millis(200), Span::seconds(3)),
        from: Time(1_000_000),
        until: Time(20_000_000),
    };
    while let Some(token) = reader.peek() {
        match token.raw {
            "," => {
                reader.take();
            }
            "every" => {
                reader.take();
                spec.every = spans(reader)?;
            }
            "lasting" => {
                reader.take();
                spec.lasting = spans(reader)?;
            }
            "from" => {
                reader.take();
                spec.from = Time(reader.time("when it begins")?.0);
            }
            "until" => {
                reader.take();
                spec.until = Time(reader.time("when all is mended")?.0);
            }
            raw => {
                reader.take();
                match CALAMITIES.iter().find(|(word, _)| *word == raw) {
                    Some((word, _)) => spec.calamities.push(word),
                    None => return reader.unknown("calamity", token, CALAMITIES),
                }
            }
        }
    }
    if spec.calamities.is_empty() {
        let message = "What does it do? Such as: nemesis crash cut, every 500ms..2s, until 20s";
        return reader.refuse(String::from(message));
    }
    if spec.every.0 < Span::millis(1) || spec.from >= spec.until {
        let message = "It acts no more often than every 1ms, and ends after it begins.";
        return reader.refuse(String::from(message));
    }
    Ok(Command::Nemesis(spec))
}

fn spans(reader: &mut Reader<'_, '_>) -> Read<(Span, Span)> {
    let ahead = reader.ahead();
    if let Some((low, high)) = range(ahead)
        && low.unit == Unit::Time
        && high.unit == Unit::Time
        && low.millionths <= high.millionths
    {
        reader.take();
        let span = |millionths: i64| Span(u64::try_from(millionths).unwrap_or(0));
        return Ok((span(low.millionths), span(high.millionths)));
    }
    let span = reader.time("how long, such as 500ms..2s")?;
    Ok((span, span))
}

/// The statements that a nemesis stands for, in the order of their times.
#[must_use]
pub fn lines(spec: &NemesisSpec, seed: u64, number: u64, nodes: &[String]) -> Vec<String> {
    let mut rng = Rng::derive(seed, 0x6e65_6d65 + number);
    let mut orders: Vec<(Time, u32, String)> = Vec::new();
    // Until when a node, the network and the links are in trouble already.
    let mut down: Vec<Time> = alloc::vec![Time::ZERO; nodes.len()];
    let (mut cut, mut wire) = (Time::ZERO, Time::ZERO);
    let mut at = spec.from;
    let mut count = 0;
    while at < spec.until && count < CALAMITIES_MAX && !nodes.is_empty() {
        count += 1;
        let what = spec.calamities[rng.below(spec.calamities.len() as u64) as usize];
        let end = at + Span(rng.between(spec.lasting.0.0, spec.lasting.1.0));
        let end = end.min(spec.until);
        let place = rng.below(nodes.len() as u64) as usize;
        let node = &nodes[place];
        let mut say = |at: Time, text: String| orders.push((at, orders.len() as u32, text));
        match what {
            "crash" | "pause" | "wipe" if down[place] <= at => {
                let (first, last) = match what {
                    "crash" => ("crash", "restart"),
                    "pause" => ("pause", "resume"),
                    _ => ("wipe", "restart"),
                };
                say(at, format!("{first} {node}"));
                say(end, format!("{last} {node}"));
                down[place] = end;
            }
            "blackout" if down.iter().all(|until| *until <= at) => {
                let all = nodes.join(" ");
                say(at, format!("crash {all}"));
                say(end, format!("restart {all}"));
                down.fill(end);
            }
            "cut" | "one-way" if cut <= at && nodes.len() > 1 => {
                let mut left: Vec<&str> = Vec::new();
                let mut right: Vec<&str> = Vec::new();
                for (other, name) in nodes.iter().enumerate() {
                    let here = other == place || rng.chance(400_000);
                    if here { left.push(name) } else { right.push(name) }
                }
                if right.is_empty() {
                    right.extend(left.pop());
                }
                let sign = if what == "cut" { "|" } else { "->" };
                say(at, format!("cut {} {sign} {}", left.join(" "), right.join(" ")));
                say(end, String::from("heal"));
                cut = end;
            }
            "lose" | "duplicate" | "reorder" if wire <= at => {
                let share = rng.between(5, 30);
                say(at, format!("{what} {share}%"));
                say(end, format!("{what} 0%"));
                wire = end;
            }
            "slow" => {
                say(at, format!("slow {node} {}x", rng.between(5, 50)));
                say(end, format!("slow {node} 1x"));
            }
            "skew" => {
                let by = rng.between(1, 200);
                let sign = if rng.chance(500_000) { "-" } else { "" };
                say(at, format!("skew {node} {sign}{by}ms"));
            }
            "transfer" => say(at, format!("transfer leader to {node}")),
            "members" => {
                let kept: Vec<&str> = nodes
                    .iter()
                    .enumerate()
                    .filter(|(other, _)| *other == place || rng.chance(700_000))
                    .map(|(_, name)| name.as_str())
                    .collect();
                say(at, format!("members {}", kept.join(" ")));
            }
            "snapshot" => say(at, format!("snapshot {node}")),
            _ => {}
        }
        at += Span(rng.between(spec.every.0.0, spec.every.1.0).max(1_000));
    }
    if spec.calamities.contains(&"members") {
        let number = orders.len() as u32;
        orders.push((spec.until, number, format!("members {}", nodes.join(" "))));
    }
    order::sort(&mut orders);
    orders.into_iter().map(|(at, _, text)| format!("at {} {text}", written(at))).collect()
}

/// A time as it can be read back, to the millisecond.
fn written(at: Time) -> String {
    format!("{}ms", at.0 / 1_000)
}

/// The names of the nodes that a nemesis may lay hands on.
fn victims(scenario: &Scenario) -> Vec<String> {
    let most = scenario.clusters.iter().map(|cluster| cluster.nodes).max().unwrap_or(0);
    (1..=most).map(|number| format!("n{number}")).collect()
}

/// Puts the statements of every nemesis behind those of the text.
pub(super) fn unfold(scenario: &mut Scenario) {
    let nodes = victims(scenario);
    let mut unfolded: Vec<Statement> = Vec::new();
    for (number, statement) in (0..).zip(&scenario.statements) {
        let Command::Nemesis(spec) = &statement.what else { continue };
        let text = lines(spec, scenario.seed, number, &nodes).join("\n");
        let (parsed, _) = parse(&text);
        unfolded.extend(parsed.statements.into_iter().map(|unfolded| Statement {
            span: statement.span,
            line: statement.line,
            ..unfolded
        }));
    }
    scenario.statements.extend(unfolded);
}

/// The text with the statements of every nemesis in its stead; nothing if there is none.
#[must_use]
pub fn written_out(text: &str) -> Option<String> {
    let (scenario, _) = parse(text);
    let nodes = victims(&scenario);
    let mut out = String::with_capacity(text.len() * 2);
    let mut found = false;
    for (place, line) in (1..).zip(text.lines()) {
        let here =
            (0..).zip(&scenario.statements).find_map(|(number, statement)| match &statement.what {
                Command::Nemesis(spec) if statement.line == place => Some((number, spec)),
                _ => None,
            });
        match here {
            Some((number, spec)) => {
                found = true;
                for line in lines(spec, scenario.seed, number, &nodes) {
                    out.push_str(&line);
                    out.push('\n');
                }
            }
            None => {
                out.push_str(line);
                out.push('\n');
            }
        }
    }
    found.then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::When;

    const TEXT: &str = "seed 3\nraft 5 nodes\nnemesis crash pause cut one-way lose slow skew transfer members snapshot, every 100ms..1s, until 20s\nend 30s\n";

    #[test]
    fn what_it_writes_can_be_read_and_is_the_same_run() {
        let (folded, problems) = parse(TEXT);
        assert!(problems.is_empty(), "{problems:?}");
        let out = written_out(TEXT).expect("there is a nemesis");
        let (flat, problems) = parse(&out);
        assert!(problems.is_empty(), "{problems:?}\n{out}");
        let timed = |scenario: &Scenario| -> Vec<(When, Command)> {
            let statements = scenario.statements.iter().filter(|s| s.when != When::Start);
            statements.map(|s| (s.when.clone(), s.what.clone())).collect()
        };
        assert!(timed(&flat).len() > 20);
        assert_eq!(timed(&folded), timed(&flat));
        assert_eq!(written_out(&out), None);
    }

    #[test]
    fn another_seed_brings_another_day() {
        let one = written_out(TEXT);
        let two = written_out(&TEXT.replace("seed 3", "seed 4"));
        assert_ne!(one, two);
    }

    #[test]
    fn everything_that_it_breaks_is_mended() {
        let out = written_out(TEXT).expect("there is a nemesis");
        let count = |word: &str| out.lines().filter(|line| line.contains(word)).count();
        assert_eq!(count(" crash "), count(" restart "));
        assert_eq!(count(" pause "), count(" resume "));
        assert_eq!(count(" cut "), count(" heal"));
        assert!(out.trim_end().lines().filter(|l| l.starts_with("at ")).all(|line| {
            let at = line.split_whitespace().nth(1).and_then(|at| at.strip_suffix("ms"));
            at.and_then(|at| at.parse::<u64>().ok()).is_some_and(|at| at <= 20_000)
        }));
    }
}
