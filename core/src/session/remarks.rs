//! Remarks on a run that has ended: statements that changed nothing when they came, orders that were
//! refused, and orders that still wait.
//!
//! What the text alone tells is remarked when it is read (`scenario/effect`). Whether a message was on its
//! way to be doubled, or anybody led who could carry out an order, only the run can say.

use super::Session;
use super::name::split;
use super::number::Reading;
use crate::base::{NodeId, Time};
use crate::scenario::{Claim, Command, Diagnostic, Expected, Statement, When};
use crate::sim::Meddling;
use crate::tenant::Wish;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// How a remark on an order begins that was refused.
const REFUSED: &str = "It was refused: ";

/// At most so many remarks are made on one run.
const REMARKS_MAX: usize = 100;

/// An order of the text: its statement, the party that it is about, and what is to come of it.
struct Ordered<'s> {
    statement: &'s Statement,
    party: usize,
    wish: Wish,
}

impl Session {
    /// What is to be remarked on the run; nothing before it has ended.
    #[must_use]
    pub fn remarks(&self) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        if self.is_complete() {
            self.idle(&mut found);
            self.refused(&mut found);
            self.waiting(&mut found);
            self.shares(&mut found);
        }
        found
    }

    /// The line in which a place of the text is.
    fn line_of(&self, (start, _): (u32, u32)) -> u32 {
        let before = self.text.bytes().take(start as usize);
        before.filter(|byte| *byte == b'\n').count() as u32 + 1
    }

    /// Expectations that compare with a share what is none: `failed < 100%` reads like a share of all
    /// operations, and means less than one of them.
    fn shares(&self, found: &mut Vec<Diagnostic>) {
        let source = self.source(self.timeline.front());
        for expectation in &self.script.scenario.expectations {
            let Claim::Measure { metric, expected, .. } = &expectation.claim else { continue };
            let mut parts = expectation.text.split([' ', '.']).rev();
            let is_share = |word: &str| word.ends_with('%') || word.ends_with("ppm");
            if matches!(expected, Expected::Metric(_)) || !parts.any(is_share) {
                continue;
            }
            let what = match source.number(metric).map(|number| number.unit) {
                Some(Reading::Count) => "a count",
                Some(Reading::Bytes) => "a number of bytes",
                Some(Reading::Rate) => "a rate",
                Some(Reading::Share | Reading::Ratio | Reading::Time) | None => continue,
            };
            let word = &metric.word;
            let message = format!(
                "{word} is {what} and no share: 100% means 1 here. Write a number without %."
            );
            remark(found, (expectation.span, self.line_of(expectation.span)), message);
        }
    }

    /// Statements that changed nothing, whenever they came. What a nemesis does of one kind counts as one.
    fn idle(&self, found: &mut Vec<Diagnostic>) {
        let statements = &self.script.scenario.statements;
        let nemeses = self.nemeses();
        let tally = self.timeline.front().tally(&self.script);
        // By line and word: how often, how often in vain, and a statement to show.
        let mut kinds: Vec<(u32, &'static str, u32, u32, &Statement)> = Vec::new();
        for (statement, (times, idle)) in statements.iter().zip(tally) {
            let drawn = nemeses.contains(&statement.line);
            let Some(word) = word(&statement.what, drawn) else { continue };
            let same = kinds
                .iter_mut()
                .find(|(line, other, ..)| (*line, *other) == (statement.line, word));
            match same {
                Some((_, _, all, in_vain, _)) => (*all, *in_vain) = (*all + times, *in_vain + idle),
                None => kinds.push((statement.line, word, times, idle, statement)),
            }
        }
        for (line, word, times, idle, statement) in kinds {
            if times == 0 || idle < times {
                continue;
            }
            let drawn = nemeses.contains(&line);
            let why = why(&statement.what, drawn);
            let message = match drawn {
                true => format!("\"{word}\" changed nothing in this run: {why}."),
                false => format!("This changed nothing: {why}."),
            };
            say(found, statement, message);
        }
    }

    /// The lines of nemeses.
    fn nemeses(&self) -> Vec<u32> {
        let all = self.script.scenario.statements.iter();
        all.filter(|it| matches!(it.what, Command::Nemesis(_))).map(|it| it.line).collect()
    }

    /// Orders that somebody refused. A refusal names no order: it is about the last one before it.
    fn refused(&self, found: &mut Vec<Diagnostic>) {
        let refusals = self.timeline.refusals();
        if refusals.is_empty() {
            return;
        }
        // What a nemesis draws is refused now and then; that is no slip of who wrote the text.
        let drawn = self.nemeses();
        let by_hand = |ordered: &&Ordered<'_>| !drawn.contains(&ordered.statement.line);
        let orders = self.orders();
        for refusal in refusals {
            let event = refusal.seq.and_then(|seq| self.timeline.trace().get(seq));
            let node = event.and_then(|event| self.timeline.front().nodes.get(event.node));
            let given = |ordered: &&Ordered<'_>| {
                node.is_none_or(|node| node.cluster == ordered.party)
                    && self.last_time(ordered.statement, refusal.at).is_some()
            };
            let last = orders
                .iter()
                .filter(given)
                .max_by_key(|ordered| self.last_time(ordered.statement, refusal.at));
            if let Some(ordered) = last.filter(by_hand) {
                say(found, ordered.statement, format!("{REFUSED}{}.", refusal.text));
            }
        }
    }

    /// Orders that have not been carried out by the end, with what they wait for.
    fn waiting(&self, found: &mut Vec<Diagnostic>) {
        let run = self.timeline.front();
        let orders = self.orders();
        for (at, ordered) in orders.iter().enumerate() {
            let Some(given) = self.last_time(ordered.statement, run.now()) else { continue };
            let about = about(&ordered.wish);
            // What another order took back is not waited for, nor what was refused.
            let refused = found.iter().any(|remark| {
                remark.line == ordered.statement.line && remark.message.starts_with(REFUSED)
            });
            let overruled = orders.iter().enumerate().any(|(other, later)| {
                let time = self.last_time(later.statement, run.now());
                time.is_some_and(|time| (time, other) > (given, at))
                    && later.party == ordered.party
                    && about == self::about(&later.wish)
            });
            if overruled || refused {
                continue;
            }
            let built = run.built.get(ordered.party);
            let why =
                built.and_then(|it| it.waits(&run.world, &run.nodes, ordered.party, &ordered.wish));
            if let Some(why) = why {
                let who = about.map(|node| format!("{}: ", run.nodes.name(node)));
                let who = who.unwrap_or_default();
                say(
                    found,
                    ordered.statement,
                    format!("It has not come about by the end of the run: {who}{why}."),
                );
            }
        }
    }

    /// The orders of the text whose coming about can be seen, in its order.
    fn orders(&self) -> Vec<Ordered<'_>> {
        let (scenario, run) = (&self.script.scenario, self.timeline.front());
        let mut orders = Vec::new();
        for statement in &scenario.statements {
            let mut add = |party, wish| orders.push(Ordered { statement, party, wish });
            let mut each = |names: &[String], wish: &dyn Fn(NodeId) -> Wish| {
                let names = names.iter().flat_map(|name| scenario.stand_for(name));
                for name in names {
                    let (parties, short) = split(scenario, name);
                    for party in parties {
                        if let Some(node) = run.nodes.find(party, short) {
                            add(party, wish(node));
                        }
                    }
                }
            };
            match &statement.what {
                Command::Join(names, _) | Command::Learn(names) => each(names, &Wish::Join),
                Command::Leave(names) => each(names, &Wish::Leave),
                Command::Weight(names, weight) => {
                    each(names, &|node| Wish::Weight(node, *weight));
                }
                Command::Members(of, voters, learners) => {
                    for party in super::perform::chosen(scenario, of.as_deref()) {
                        let members = |names| super::perform::members(run, party, names);
                        add(party, Wish::Members(members(voters), members(learners)));
                    }
                }
                Command::Transfer(of, node) => {
                    for party in super::perform::chosen(scenario, of.as_deref()) {
                        let to = super::perform::members(run, party, core::slice::from_ref(node));
                        if let Some(to) = to.first() {
                            add(party, Wish::Transfer(*to));
                        }
                    }
                }
                _ => {}
            }
        }
        orders
    }

    /// When a statement came last, up to a moment; nothing if it did not. Of one that waits for an event it is
    /// only known that it came.
    fn last_time(&self, statement: &Statement, upto: Time) -> Option<Time> {
        match &statement.when {
            When::Start => Some(Time::ZERO),
            When::At(at) => (*at <= upto).then_some(*at),
            When::Every { every, from, until } => {
                let last = until.unwrap_or(upto).min(upto);
                let since = last.0.checked_sub(from.0)?;
                Some(Time(last.0 - since % every.0.max(1)))
            }
            When::On { .. } => {
                let statements = &self.script.scenario.statements;
                let number = statements.iter().position(|other| core::ptr::eq(other, statement))?;
                let fired = self.timeline.front().has_fired(&self.script, number as u32);
                fired.then_some(Time::ZERO)
            }
        }
    }
}

/// The node whose coming or going is wished for; nothing if it is about a whole cluster, or a weight.
fn about(wish: &Wish) -> Option<NodeId> {
    match wish {
        Wish::Join(node) | Wish::Leave(node) => Some(*node),
        Wish::Weight(..) | Wish::Members(..) | Wish::Transfer(_) => None,
    }
}

/// Makes a remark on a statement, once.
fn say(found: &mut Vec<Diagnostic>, statement: &Statement, message: String) {
    remark(found, (statement.span, statement.line), message);
}

fn remark(found: &mut Vec<Diagnostic>, ((start, end), line): ((u32, u32), u32), message: String) {
    let remark = Diagnostic { line, start, end, message, suggestion: None, mild: true };
    if found.len() < REMARKS_MAX && !found.contains(&remark) {
        found.push(remark);
    }
}

/// The word by which a statement is told that may change nothing, or the word of the nemesis that drew it;
/// nothing for one that always does what it says.
fn word(command: &Command, drawn: bool) -> Option<&'static str> {
    Some(match command {
        Command::Meddle { .. } if drawn => "double",
        Command::Meddle { meddling, .. } => match meddling {
            Meddling::Drop => "drop",
            Meddling::Delay(_) => "delay",
            Meddling::Double => "duplicate",
        },
        Command::Forge { .. } => "edit",
        Command::Crash(_) => "crash",
        Command::Pause(_) => "pause",
        Command::Resume(_) => "resume",
        Command::Corrupt(_) => "corrupt",
        Command::Campaign(_) => "campaign",
        Command::Compact(_) => "snapshot",
        Command::Join(..) | Command::Learn(_) => "join",
        Command::Quiet(_) => "quiet",
        Command::Own(..) => "order",
        // They are told as soon as the text is read, or leave an event behind whatever comes of them.
        Command::Restart(_)
        | Command::Wipe(_)
        | Command::Tear(_)
        | Command::Skew(..)
        | Command::Drift(..)
        | Command::Disk(..)
        | Command::Node(..)
        | Command::Cut { .. }
        | Command::Heal
        | Command::Link { .. }
        | Command::Leave(_)
        | Command::Weight(..)
        | Command::Split(..)
        | Command::Merge(..)
        | Command::Move(..)
        | Command::Explain(..)
        | Command::Get(..)
        | Command::Put(..)
        | Command::Delete(..)
        | Command::Operate(..)
        | Command::Members(..)
        | Command::Transfer(..)
        | Command::Traffic(_)
        | Command::Nemesis(_)
        | Command::Say(_)
        | Command::Stop => return None,
    })
}

/// Why a statement changed nothing.
fn why(command: &Command, drawn: bool) -> String {
    String::from(match command {
        Command::Meddle { .. } if drawn => {
            "it met no message on any of the links that it drew, whenever it came"
        }
        Command::Meddle { from, to, number, .. } => return no_flight(from, to, *number),
        Command::Forge { from, to, number, .. } => {
            return format!("{}, or it says no such thing", no_flight(from, to, *number));
        }
        Command::Crash(_) => "who was to crash was off already",
        Command::Pause(_) => "who was to stand still did not run",
        Command::Resume(_) => "who was to go on did not stand still",
        Command::Corrupt(_) => "there was nothing on the disk to damage",
        Command::Campaign(_) | Command::Compact(_) | Command::Own(..) => {
            "who was told to was off, or understands no such order"
        }
        Command::Join(..) | Command::Learn(_) => {
            "who was to join has been here before, or nobody can join"
        }
        _ => "there was nothing to change when it came",
    })
}

fn no_flight(from: &str, to: &str, number: u32) -> String {
    match number {
        0 | 1 => format!("it met no message, as none was on its way from {from} to {to}"),
        _ => format!(
            "it met no message, as fewer than {number} were on their way from {from} to {to}"
        ),
    }
}

#[cfg(test)]
mod tests {
    use crate::session::Session;
    use alloc::format;
    use alloc::string::String;
    use alloc::vec::Vec;

    fn ended(text: &str) -> Session {
        let mut session = Session::open(text);
        assert!(session.diagnostics().iter().all(|it| it.mild), "{:?}", session.diagnostics());
        while !session.compute(10_000) {}
        session
    }

    fn told(session: &Session) -> Vec<(u32, String)> {
        let remarks = session.remarks();
        assert!(remarks.iter().all(|remark| remark.mild));
        remarks.into_iter().map(|remark| (remark.line, remark.message)).collect()
    }

    #[test]
    fn a_count_that_is_compared_with_a_share_is_remarked() {
        let text = "raft 3 nodes\nend 2s\nat 1s c1: put x 1\nexpect failed < 100%\n\
                    expect available >= 99%\nexpect failed < 1\nexpect keys in 0%..200%\n\
                    expect balance < 150%\nexpect failed < 50000ppm\n";
        let remarks = told(&ended(text));
        let lines: Vec<u32> = remarks.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [4, 7, 9], "{remarks:?}");
        assert!(remarks[0].1.contains("failed is a count and no share"), "{remarks:?}");
    }

    #[test]
    fn what_changed_nothing_is_remarked_in_its_line() {
        for (statement, why) in [
            (
                "at 1s drop n1 -> c9",
                Some("it met no message, as none was on its way from n1 to c9"),
            ),
            ("at 1s duplicate n1 -> c9", Some("it met no message")),
            ("at 1s delay n1 -> c9 by 5ms", Some("it met no message")),
            ("at 1s drop n1 -> c9 7", Some("fewer than 7")),
            ("at 1s edit n1 -> c9 term 7", Some("or it says no such thing")),
            ("every 1s drop n1 -> c9", Some("it met no message")),
            ("when n2 crashed  drop n1 -> c9", Some("it met no message")),
            ("when n3 crashed  drop n1 -> c9", None),
            ("at 3s crash n2", Some("off already")),
            ("at 3s pause n2", Some("did not run")),
            ("at 1s resume n1", Some("did not stand still")),
            ("at 3s campaign n2", Some("was off")),
            ("at 3s snapshot n2", Some("was off")),
            ("at 3s campaign n1", None),
            ("at 3s snapshot n1", None),
            ("at 1s crash n1", None),
            ("at 1s join n2", Some("been here before")),
            ("at 1s heal", None),
        ] {
            let text = format!(
                "seed 1\nend 5s\nraft 3 nodes\nat 2s crash n2\n{statement}\nat 4s c9: get x\n"
            );
            let told = told(&ended(&text));
            match why {
                Some(why) => {
                    assert!(told.len() == 1 && told[0].0 == 5, "{statement}: {told:?}");
                    assert!(told[0].1.contains(why), "{statement}: {told:?}");
                }
                None => assert_eq!(told, [], "{statement}"),
            }
        }
    }

    #[test]
    fn what_met_a_message_once_is_not_remarked() {
        let text = "seed 1\nend 5s\nraft 3 nodes\nnetwork latency 9ms\ntraffic c: 90/s, 4 clients\n\
                    every 100ms drop n1 -> n2\nevery 100ms drop n2 -> n1\n";
        assert_eq!(told(&ended(text)), []);
    }

    #[test]
    fn what_a_nemesis_drew_in_vain_is_told_by_its_word() {
        let text = "seed 1\nend 9s\nraft 5 nodes\nnemesis double crash, every 1s, from 1s, until 9s\n\
             network latency 1ms..3ms\ntraffic c: 90/s, 50% get 50% put, 4 clients\n";
        let some =
            (0..20).map(|seed| told(&ended(&text.replace("seed 1", &format!("seed {seed}")))));
        let some: Vec<_> = some.filter(|told| !told.is_empty()).collect();
        assert!(!some.is_empty() && some.len() < 20, "{}", some.len());
        assert!(some.iter().all(|told| told.len() == 1 && told[0].0 == 4), "{some:?}");
        assert!(some[0][0].1.starts_with("\"double\" changed nothing in this run: it met no"));
    }

    #[test]
    fn a_refused_order_is_remarked_with_its_reason() {
        let told = told(&ended(
            "seed 1\nend 9s\nraft 3 nodes\nat 2s members n1 n2\nat 4s transfer leader to n3\n",
        ));
        assert!(told.len() == 1 && told[0].0 == 5, "{told:?}");
        assert!(told[0].1.starts_with("It was refused: n"), "{told:?}");
        assert!(told[0].1.contains("that node has no vote"), "{told:?}");
    }

    #[test]
    fn what_a_nemesis_drew_and_was_refused_is_not_remarked() {
        let mut refused = 0;
        for seed in 1..20 {
            let text = format!(
                "seed {seed}\nend 9s\nraft 3 nodes\nnemesis transfer members, every 200ms, from 1s, until 5s\n"
            );
            let session = ended(&text);
            assert_eq!(told(&session), [], "{:?}", session.timeline.refusals());
            refused += session.timeline.refusals().len();
        }
        assert!(refused > 0, "nothing was refused, so nothing was tested");
    }

    #[test]
    fn an_order_that_waits_is_remarked_with_what_it_waits_for() {
        for (text, line, why) in [
            (
                "ring 4 nodes\nload 99 keys\nat 2s crash n2\nat 3s leave n2",
                6,
                "n2: it waits for n2",
            ),
            ("ring 4 nodes\nload 99 keys\nat 2s crash controller\nat 3s leave n2", 6, "controller"),
            (
                "ring 2 nodes\nload 99 keys\nat 2s leave n1\nat 5s leave n2",
                6,
                "nobody would be left",
            ),
            ("ring 4 nodes\nload 99 keys\nat 2s crash controller\nat 3s join n9", 6, "controller"),
            (
                "ring 4 nodes\nload 99 keys\nat 2s crash controller\nat 3s weight n1 2",
                6,
                "controller",
            ),
            ("raft 3 nodes\nat 2s crash n1 n2\nat 3s leave n3", 5, "n3: nobody leads"),
            ("raft 3 nodes\nat 2s crash n1 n2\nat 3s members n1 n3", 5, "nobody leads"),
            ("raft 3 nodes\nat 2s crash n1 n2\nat 3s transfer leader to n3", 5, "nobody leads"),
            ("raft 3 nodes\nat 2s crash n1 n2\nat 3s join n4", 5, "n4: nobody leads"),
            ("raft 3 nodes\nat 2s crash n3\nat 3s leave n3", 5, "n3: it is off"),
        ] {
            let told = told(&ended(&format!("seed 1\nend 9s\n{text}\n")));
            assert!(told.len() == 1 && told[0].0 == line, "{text}: {told:?}");
            assert!(told[0].1.starts_with("It has not come about by the end"), "{text}: {told:?}");
            assert!(told[0].1.contains(why), "{text}: {told:?}");
        }
    }

    #[test]
    fn what_came_about_or_was_taken_back_is_not_remarked() {
        for text in [
            "ring 4 nodes\nload 99 keys\nat 2s leave n2\nat 3s join n9\nat 5s weight n1 2",
            "raft 3 nodes\nat 2s leave n2\nat 3s join n4\nat 4s members n1 n4\nat 6s transfer leader to n4",
            "ring 4 nodes\nload 99 keys\nat 2s join n9\nat 4s leave n9",
        ] {
            assert_eq!(told(&ended(&format!("seed 1\nend 12s\n{text}\n"))), [], "{text}");
        }
    }

    #[test]
    fn an_edit_in_the_middle_of_a_run_leaves_the_remarks_of_a_fresh_start() {
        let text = "seed 1\nend 6s\nraft 3 nodes\nat 1s say \"one\"\nat 2s drop n1 -> c9\n\
                    when n2 crashed  drop n1 -> c9\nat 3s crash n2\nat 4s c9: get x\nat 5s crash n2\n";
        let mut session = ended(text);
        for (from, to) in [
            ("at 5s crash n2\n", "at 5s crash n1\n"),
            ("at 5s crash n1\n", "at 5s say \"two\"\nat 5s crash n2\n"),
            ("seed 1\n", "seed 1\ntitle A line above\n"),
        ] {
            let edited = session.text().replace(from, to);
            session.edit(&edited);
            while !session.compute(10_000) {}
            assert_eq!(session.remarks(), ended(&edited).remarks(), "{edited}");
            assert!(session.remarks().len() >= 2, "{edited}");
        }
    }
}
