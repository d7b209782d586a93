//! A nemesis: faults drawn by the seed, written out as the statements that somebody would have
//! written by hand.
//!
//! `nemesis crash cut lose, every 500ms..2s, lasting 200ms..3s, until 20s` stands for a list of
//! statements such as `at 1.204s crash n3` and `at 2.7s restart n3`. Because it unfolds into text, a
//! bad day can be read, edited, and shrunk to the few statements that matter. When it ends, everything
//! that it broke is mended.

mod idle;

pub(super) use idle::remarks;

use super::command::{Command, Scenario, Statement, When};
use super::parse::parse;
use super::word::CALAMITIES;
use crate::base::{Rng, Span, Time, order};
use crate::client::Verb;
use crate::tenant::Deeds;
use crate::text::quantity::Unit;
use crate::text::reader::{Read, Reader, range};
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
                if spec.every.0 < Span::millis(1) {
                    return reader.refuse(String::from("It acts no more often than every 1ms."));
                }
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
    if spec.from >= spec.until {
        let (from, until) = (Span(spec.from.0), Span(spec.until.0));
        return reader
            .refuse(format!("It begins at {from} and ends at {until}, which is no later."));
    }
    Ok(Command::Nemesis(spec))
}

fn spans(reader: &mut Reader<'_, '_>) -> Read<(Span, Span)> {
    let ahead = reader.ahead();
    if let Some((low, high)) = range(ahead) {
        reader.take();
        if low.unit != Unit::Time || high.unit != Unit::Time || low.millionths < 0 {
            return reader.refuse(format!("{ahead} are no times, such as 500ms..2s."));
        }
        if low.millionths > high.millionths {
            let message = "A range begins with its shorter end, such as 500ms..2s.";
            return reader.refuse(String::from(message));
        }
        let span = |millionths: i64| Span(u64::try_from(millionths).unwrap_or(0));
        return Ok((span(low.millionths), span(high.millionths)));
    }
    let span = reader.time("a range such as 500ms..2s, or one time")?;
    Ok((span, span))
}

/// The nodes that a nemesis may harm, and how much they promise to bear.
#[derive(Clone, Debug, Default)]
struct Prey {
    /// The names of the nodes that are there from the start.
    nodes: Vec<String>,
    /// Faults that mean something to some of them only.
    own: Vec<&'static str>,
    /// Nodes may come and go.
    grows: bool,
    /// So many disks may be lost at once.
    bears: usize,
    /// A lost disk is made good after so long by the cluster itself.
    heals: Option<Span>,
    /// Writes are acknowledged without nodes that are away.
    goes_on: bool,
    /// The wall clocks of some of them can matter.
    reads_wall: bool,
    /// Something can turn a node off, or does in some seed.
    falls: bool,
    /// How much fits on each node's disk, by the words of the text for what is so at the start.
    sizes: Vec<Option<u64>>,
}

impl Prey {
    fn of(scenario: &Scenario) -> Self {
        let most = scenario.stores().map(|cluster| cluster.head.nodes).max().unwrap_or(0);
        let known = |calamity: &&str| scenario.stores().any(|it| it.kind.knows(calamity));
        let mut prey = Self {
            nodes: (1..=most).map(|number| format!("n{number}")).collect(),
            own: OF_SOME.iter().copied().filter(known).collect(),
            grows: scenario.stores().any(|it| it.kind.grows()),
            bears: usize::MAX,
            heals: scenario.stores().map(|it| it.kind.heals()).min().flatten(),
            goes_on: scenario.stores().any(|it| it.kind.goes_on_without()),
            reads_wall: scenario.stores().any(|it| it.kind.reads_wall(&it.head, deeds(scenario))),
            falls: falls(scenario),
            sizes: alloc::vec![None; most as usize],
        };
        for statement in &scenario.statements {
            let (When::Start, Command::Disk(names, change)) = (&statement.when, &statement.what)
            else {
                continue;
            };
            for (size, node) in prey.sizes.iter_mut().zip(&prey.nodes) {
                if names.is_empty() || names.contains(node) {
                    *size = change.size.unwrap_or(*size);
                }
            }
        }
        for cluster in scenario.stores() {
            let Some(bears) = cluster.kind.bears(&cluster.head) else { continue };
            prey.bears = prey.bears.min(bears as usize);
        }
        prey
    }

    /// True if a calamity means something to them.
    fn knows(&self, calamity: &str) -> bool {
        match calamity {
            "join" | "leave" => self.grows,
            _ => !OF_SOME.contains(&calamity) || self.own.contains(&calamity),
        }
    }
}

/// What a text does, or lets a nemesis do, that can make the wall clocks of nodes matter.
fn deeds(scenario: &Scenario) -> Deeds {
    let mut deeds = Deeds::default();
    for statement in &scenario.statements {
        match &statement.what {
            Command::Delete(..) => deeds.deletes = true,
            Command::Operate(_, ops, _) => {
                deeds.deletes |= ops.iter().any(|op| op.verb == Verb::Delete);
            }
            Command::Traffic(it) => {
                deeds.deletes |= it.gets + it.puts + it.appends + it.swaps < 1_000_000;
            }
            Command::Join(..)
            | Command::Learn(_)
            | Command::Leave(_)
            | Command::Weight(..)
            | Command::Split(..)
            | Command::Merge(..)
            | Command::Move(..) => deeds.moves = true,
            Command::Nemesis(spec) => {
                let moving = |word: &&str| matches!(*word, "join" | "leave" | MIX);
                deeds.moves |= spec.calamities.iter().any(moving);
            }
            _ => {}
        }
    }
    deeds
}

/// True if a text turns a node off, or lets a nemesis do so with some seed.
fn falls(scenario: &Scenario) -> bool {
    let nemeses = scenario.statements.iter().filter_map(|it| match &it.what {
        Command::Nemesis(spec) => Some((it.line, spec)),
        _ => None,
    });
    let nemeses: Vec<(u32, &NemesisSpec)> = nemeses.collect();
    let words = || nemeses.iter().flat_map(|(_, spec)| &spec.calamities);
    let by_hand = |statement: &Statement| match &statement.what {
        // What the seed draws may be something else with another one.
        _ if nemeses.iter().any(|(line, _)| *line == statement.line) => false,
        Command::Crash(_) | Command::Restart(_) | Command::Wipe(_) => true,
        Command::Disk(_, change) => {
            change.fails.is_some_and(|share| share > 0) || change.size.flatten().is_some()
        }
        _ => false,
    };
    words().any(|word| FALLS.contains(word)) || scenario.statements.iter().any(by_hand)
}

/// Faults that turn a node off.
const FALLS: [&str; 7] = ["crash", "tear", "full", "wipe", "corrupt", "blackout", MIX];

/// Faults that mean something to some tenants only.
const OF_SOME: [&str; 4] = ["transfer", "members", "snapshot", "campaign"];

/// How things stand with one node.
#[derive(Clone, Copy, Debug, Default)]
struct Plight {
    /// Until when it is off or stands still.
    down: Time,
    /// Until when its disk counts as lost.
    lost: Time,
    /// Until when its disk may have called something safe that is not.
    lies: Time,
}

/// What is being written.
struct Day {
    orders: Vec<(Time, u32, String)>,
    nodes: Vec<Plight>,
    /// Until when the network and the links are in trouble already.
    cut: Time,
    wire: Time,
    /// Until when messages are lost.
    loses: Time,
    /// Nodes that have joined and not left, and how many have ever joined.
    guests: Vec<String>,
    joined: usize,
    /// The fewest members that were ever asked for.
    fewest: usize,
}

impl Day {
    fn say(&mut self, at: Time, text: String) {
        self.orders.push((at, self.orders.len() as u32, text));
    }

    /// True if one more disk may be lost now.
    fn bears_loss(&self, prey: &Prey, place: usize, at: Time) -> bool {
        // Who was away has missed writes until the cluster has made that good.
        let behind = CATCHES_UP;
        let away =
            |node: &Plight| prey.goes_on && node.down + behind > at && node.down > Time::ZERO;
        let gone = |node: &Plight| node.lost > at || node.lies > at || away(node);
        // Each side of a cut acknowledges without the other one; and where heartbeats are lost, any node may be
        // taken to be away, and writes are acknowledged without it.
        let hidden = |until: Time| until > Time::ZERO && until + behind > at;
        if prey.goes_on && (hidden(self.cut) || hidden(self.loses)) {
            return false;
        }
        let lost = (0..).zip(&self.nodes).filter(|(other, node)| *other != place && gone(node));
        let bears = match prey.knows("members") {
            true => prey.bears.min(self.fewest.saturating_sub(1) / 2),
            false => prey.bears,
        };
        self.nodes[place].lies <= at && lost.count() < bears
    }

    /// A node goes off, by a word, and comes back.
    fn fell(&mut self, place: usize, at: Time, end: Time, words: [String; 2]) {
        let [first, last] = words;
        self.say(at, first);
        self.say(end, last);
        self.nodes[place].down = end;
    }

    fn lose(&mut self, prey: &Prey, place: usize, end: Time) {
        self.nodes[place].lost = prey.heals.map_or(Time::NEVER, |heals| end + heals);
    }
}

/// The statements that a nemesis stands for, in the order of their times.
fn lines(spec: &NemesisSpec, seed: u64, number: u64, prey: &Prey) -> Vec<String> {
    let nodes = &prey.nodes;
    let mut rng = Rng::derive(seed, 0x6e65_6d65 + number);
    let calamities = mixed(spec, prey, &mut rng);
    let mut day = Day {
        orders: Vec::new(),
        nodes: alloc::vec![Plight::default(); nodes.len()],
        cut: Time::ZERO,
        wire: Time::ZERO,
        loses: Time::ZERO,
        guests: Vec::new(),
        joined: 0,
        fewest: nodes.len(),
    };
    let mut at = spec.from;
    let mut count = 0;
    while at < spec.until && count < CALAMITIES_MAX && !nodes.is_empty() && !calamities.is_empty() {
        count += 1;
        let what = calamities[rng.below(calamities.len() as u64) as usize];
        let end = at + Span(rng.between(spec.lasting.0.0, spec.lasting.1.0));
        let end = end.min(spec.until);
        let place = rng.below(nodes.len() as u64) as usize;
        bring(what, (at, end), place, prey, &mut day, &mut rng);
        at += Span(rng.between(spec.every.0.0, spec.every.1.0).max(1_000));
    }
    if calamities.contains(&"members") {
        day.say(spec.until, format!("members {}", nodes.join(" ")));
    }
    let mut orders = day.orders;
    order::sort(&mut orders);
    orders.into_iter().map(|(at, _, text)| format!("at {} {text}", written(at))).collect()
}

/// The calamities of a nemesis: those that it names, and for a mix those that the seed draws.
fn mixed(spec: &NemesisSpec, prey: &Prey, rng: &mut Rng) -> Vec<&'static str> {
    let mut calamities: Vec<&'static str> =
        spec.calamities.iter().copied().filter(|word| *word != MIX).collect();
    if calamities.len() == spec.calamities.len() {
        return calamities;
    }
    let all = CALAMITIES.iter().map(|(word, _)| *word);
    let known: Vec<&'static str> =
        all.filter(|word| *word != MIX && prey.knows(word) && !calamities.contains(word)).collect();
    let share = rng.between(150_000, 700_000) as u32;
    let before = calamities.len();
    calamities.extend(known.iter().copied().filter(|_| rng.chance(share)));
    if calamities.len() == before
        && let Some(word) = known.get(rng.below(known.len().max(1) as u64) as usize)
    {
        calamities.push(word);
    }
    calamities
}

/// The word for a mix that the seed draws.
const MIX: &str = "mix";

/// Who was away has what it missed after so long, where writes are acknowledged without it.
const CATCHES_UP: Span = Span::millis(5_000);

/// Writes one calamity down, unless it would come on top of another of its kind, or be more than the
/// cluster promises to bear.
fn bring(
    what: &str,
    (at, end): (Time, Time),
    place: usize,
    prey: &Prey,
    day: &mut Day,
    rng: &mut Rng,
) {
    let nodes = &prey.nodes;
    let node = &nodes[place];
    let free = day.nodes[place].down <= at;
    // A disk that lies must not be found out: that is more than any protocol bears.
    let falls = free && day.nodes[place].lies <= at;
    match what {
        "crash" if falls => {
            day.fell(place, at, end, [format!("crash {node}"), format!("restart {node}")]);
        }
        "pause" if free => {
            day.fell(place, at, end, [format!("pause {node}"), format!("resume {node}")]);
        }
        "tear" if falls => {
            day.say(at, format!("tear {node}"));
            day.fell(place, at, end, [format!("crash {node}"), format!("restart {node}")]);
        }
        // The first write that does not fit stops the process. It starts again once there is room.
        "full" if falls => {
            let size = prey.sizes[place].map_or(String::from("none"), |size| format!("{size}B"));
            day.say(at, format!("disk {node} full"));
            day.say(end, format!("disk {node} size {size}"));
            day.say(end, format!("restart {node}"));
            day.nodes[place].down = end;
        }
        "wipe" if falls && day.bears_loss(prey, place, at) => {
            day.fell(place, at, end, [format!("wipe {node}"), format!("restart {node}")]);
            day.lose(prey, place, end);
        }
        // What is damaged is found at the next start.
        "corrupt" if falls && day.bears_loss(prey, place, at) => {
            day.fell(place, at, end, [format!("corrupt {node}"), format!("restart {node}")]);
            day.lose(prey, place, end);
        }
        "lie" if falls && day.bears_loss(prey, place, at) => {
            let late = Span(rng.between(1_000, 200_000));
            day.say(at, format!("disk {node} lie {}", written(Time(late.0))));
            day.say(end, format!("disk {node} honest"));
            day.nodes[place].lies = end + late + Span::millis(500);
            day.nodes[place].down = end;
        }
        "blackout" if day.nodes.iter().all(|node| node.down <= at && node.lies <= at) => {
            let all = nodes.join(" ");
            day.say(at, format!("crash {all}"));
            day.say(end, format!("restart {all}"));
            for node in &mut day.nodes {
                node.down = end;
            }
        }
        "cut" | "one-way" if day.cut <= at && nodes.len() > 1 => {
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
            day.say(at, format!("cut {} {sign} {}", left.join(" "), right.join(" ")));
            day.say(end, String::from("heal"));
            day.cut = end;
        }
        "lose" | "duplicate" | "reorder" if day.wire <= at => {
            let share = rng.between(5, 30);
            day.say(at, format!("{what} {share}%"));
            day.say(end, format!("{what} 0%"));
            day.wire = end;
            if what == "lose" {
                day.loses = end;
            }
        }
        "slow" => {
            day.say(at, format!("slow {node} {}x", rng.between(5, 50)));
            day.say(end, format!("slow {node} 1x"));
        }
        "double" if nodes.len() > 1 => {
            let other = (place as u64 + rng.between(1, nodes.len() as u64 - 1)) as usize;
            let to = &nodes[other % nodes.len()];
            day.say(at, format!("duplicate {node} -> {to}"));
            day.say(at, format!("delay {node} -> {to} by {}ms", rng.between(1, 1_000)));
        }
        "skew" => {
            let by = rng.between(1, 200);
            let sign = if rng.chance(500_000) { "-" } else { "" };
            day.say(at, format!("skew {node} {sign}{by}ms"));
        }
        "jump" => {
            let by = rng.between(1, 60);
            let sign = if rng.chance(500_000) { "-" } else { "" };
            day.say(at, format!("skew {node} {sign}{by}s"));
        }
        "transfer" => day.say(at, format!("transfer leader to {node}")),
        "campaign" => day.say(at, format!("campaign {node}")),
        "members" => {
            let kept: Vec<usize> =
                (0..nodes.len()).filter(|other| *other == place || rng.chance(700_000)).collect();
            // As many as are asked for must be able to decide, whatever disks are lost.
            let gone = |other: &&usize| {
                let node = &day.nodes[**other];
                node.lost > at || node.lies > at
            };
            let lost = kept.iter().filter(gone).count();
            if 2 * lost < kept.len() {
                let names: Vec<&str> = kept.iter().map(|other| nodes[*other].as_str()).collect();
                day.say(at, format!("members {}", names.join(" ")));
                day.fewest = day.fewest.min(kept.len());
            }
        }
        "snapshot" => day.say(at, format!("snapshot {node}")),
        "join" if day.joined < GUESTS_MAX => {
            day.joined += 1;
            let guest = format!("n{}", nodes.len() + day.joined);
            day.say(at, format!("join {guest}"));
            day.guests.push(guest);
        }
        "leave" => {
            if let Some(guest) = day.guests.pop() {
                day.say(at, format!("leave {guest}"));
            }
        }
        _ => {}
    }
}

/// A nemesis lets so many nodes join.
const GUESTS_MAX: usize = 2;

/// A time as it can be read back, to the millisecond.
fn written(at: Time) -> String {
    format!("{}ms", at.0 / 1_000)
}

/// Puts the statements of every nemesis behind those of the text.
pub(super) fn unfold(scenario: &mut Scenario) {
    let prey = Prey::of(scenario);
    let mut unfolded: Vec<Statement> = Vec::new();
    for (number, statement) in (0..).zip(&scenario.statements) {
        let Command::Nemesis(spec) = &statement.what else { continue };
        let text = lines(spec, scenario.seed, number, &prey).join("\n");
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
    let prey = Prey::of(&scenario);
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
                for line in lines(spec, scenario.seed, number, &prey) {
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

    const TEXT: &str = "seed 3\nraft 5 nodes\nnemesis crash pause cut one-way lose slow skew transfer members snapshot mix, every 100ms..1s, until 20s\nend 30s\n";

    #[test]
    fn what_it_writes_can_be_read_and_is_the_same_run() {
        let (folded, problems) = parse(TEXT);
        // Replicas do not look at their wall clocks.
        let about: Vec<&str> =
            problems.iter().map(|it| &TEXT[it.start as usize..it.end as usize]).collect();
        assert_eq!(about, ["skew"], "{problems:?}");
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
    fn a_full_disk_gets_the_room_again_that_it_had() {
        let text = "seed 3\ndisk n2 size 64kB\nring 2 nodes\nnemesis full, every 1s\nend 30s\n";
        let out = written_out(text).expect("there is a nemesis");
        let count = |word: &str| out.lines().filter(|line| line.ends_with(word)).count();
        assert!(count("disk n1 full") > 0 && count("disk n2 full") > 0, "{out}");
        assert_eq!(count("disk n1 full"), count("disk n1 size none"));
        assert_eq!(count("disk n2 full"), count("disk n2 size 64000B"));
        let (_, problems) = parse(&out);
        assert!(problems.is_empty(), "{problems:?}");
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
        let falls = [" crash ", " wipe ", " corrupt ", " full"].map(count).iter().sum::<usize>();
        assert_eq!(falls, count(" restart "));
        assert_eq!(count(" lie "), count(" honest"));
        assert_eq!(count(" full"), count(" size none"));
        assert_eq!(count(" pause "), count(" resume "));
        assert_eq!(count(" cut "), count(" heal"));
        assert!(out.trim_end().lines().filter(|l| l.starts_with("at ")).all(|line| {
            let at = line.split_whitespace().nth(1).and_then(|at| at.strip_suffix("ms"));
            at.and_then(|at| at.parse::<u64>().ok()).is_some_and(|at| at <= 20_000)
        }));
    }
}
