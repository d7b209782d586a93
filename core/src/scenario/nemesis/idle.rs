//! Remarks on words of a nemesis that can do nothing in this text, whatever the seed draws.

use super::{MIX, NemesisSpec, Prey};
use crate::scenario::check::{place_of, say};
use crate::scenario::command::{Command, Scenario};
use crate::text::{Diagnostic, Line};
use alloc::format;
use alloc::vec::Vec;

/// Remarks each word of a nemesis that can do nothing here, with the reason. What is told elsewhere, as it
/// stands for statements that nobody understands, is left out.
pub(in crate::scenario) fn remarks(
    scenario: &Scenario,
    lines: &[Line<'_>],
    problems: &mut Vec<Diagnostic>,
) {
    if scenario.parties().next().is_none() {
        return;
    }
    let prey = Prey::of(scenario);
    for statement in &scenario.statements {
        let Command::Nemesis(spec) = &statement.what else { continue };
        let line = statement.line;
        if prey.nodes.is_empty() {
            let (start, end) = statement.span;
            let message =
                "Nothing happens: a nemesis harms the nodes of clusters, and there is none.";
            let message = message.into();
            say(problems, Diagnostic { line, start, end, message, suggestion: None, mild: true });
            continue;
        }
        for word in &spec.calamities {
            let Some(why) = prey.idle(spec, word) else { continue };
            let (start, end) = place_of(lines, statement, word);
            let does = if *word == "lie" { "harms" } else { "does" };
            let message = format!("\"{word}\" {does} nothing here: {why}.");
            say(problems, Diagnostic { line, start, end, message, suggestion: None, mild: true });
        }
    }
}

impl Prey {
    /// Why a calamity can do nothing to them; nothing if it can, or if that is not certain.
    fn idle(&self, spec: &NemesisSpec, word: &str) -> Option<&'static str> {
        let alone = self.nodes.len() == 1;
        let names = |word: &str| spec.calamities.contains(&word);
        match word {
            "skew" | "jump" if !self.reads_wall => {
                Some("no node decides by its wall clock; timeouts and leases go by another one")
            }
            "wipe" | "corrupt" | "lie" if self.bears == 0 => {
                Some("no disk may be lost, as the cluster bears the loss of none")
            }
            "lie" if !self.falls => {
                Some("a crash loses what a disk calls safe too early, and nothing turns a node off")
            }
            "cut" | "one-way" | "double" if alone => {
                Some("there is one node, and no link between nodes")
            }
            "transfer" | "members" if alone && self.knows(word) => {
                Some("there is one node, which leads alone")
            }
            "leave" if !self.grows => Some("nodes neither come nor go"),
            "leave" if !names("join") && !names(MIX) => {
                Some("only who has joined leaves again, and nobody joins without the word join")
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::scenario::parse;
    use alloc::format;
    use alloc::vec::Vec;

    #[test]
    fn a_word_that_can_do_nothing_is_remarked_where_it_stands() {
        for (cluster, words, idle) in [
            ("raft 3 nodes", "crash jump skew", &["jump", "skew"] as &[&str]),
            ("ring 3 nodes, 2 replicas", "jump skew wipe cut double join leave", &[]),
            ("ring 3 nodes", "wipe corrupt lie crash", &["wipe", "corrupt", "lie"]),
            ("raft 2 nodes", "wipe tear", &["wipe"]),
            ("raft 1 nodes", "wipe cut transfer members", &["wipe", "cut", "transfer", "members"]),
            ("ring 1 nodes", "one-way double pause", &["one-way", "double"]),
            ("ring 3 nodes", "leave crash", &["leave"]),
            ("quorum 3 nodes", "leave crash", &["leave"]),
            ("raft 3 nodes", "lie slow", &["lie"]),
            ("raft 3 nodes", "lie crash", &[]),
            ("raft 3 nodes", "lie mix", &[]),
            ("raft 3 nodes\nat 9s restart n1", "lie slow", &[]),
            ("raft 3 nodes\ndisk n1 size 9kB", "lie slow", &[]),
            ("raft 3 nodes\nnemesis tear", "lie slow", &[]),
            ("ring 3 nodes", "jump skew", &["jump", "skew"]),
            ("ring 3 nodes\nat 9s join n4", "jump", &[]),
            ("ring 3 nodes", "jump join", &[]),
            ("quorum 3 nodes\ntraffic c: 5/s, 50% get 50% put", "skew", &["skew"]),
            ("quorum 3 nodes\ntraffic c: 5/s, 50% get 50% delete", "skew", &[]),
            ("quorum 3 nodes\nat 1s c1: delete x", "skew", &[]),
            ("ring 3 nodes", "leave mix", &[]),
            ("raft a: 3 nodes\nring b: 3 nodes, 2 replicas", "jump wipe", &[]),
            ("quorum 3 nodes, 3 replicas, write 2\nat 1s c1: delete x", "jump wipe", &[]),
        ] {
            let text = format!("{cluster}\nnemesis {words}, until 9s\nend 20s\n");
            let (_, problems) = parse(&text);
            let marked: Vec<&str> =
                problems.iter().map(|it| &text[it.start as usize..it.end as usize]).collect();
            assert_eq!(marked, idle, "{text}: {problems:?}");
            assert!(problems.iter().all(|problem| problem.mild));
        }
        let (_, problems) =
            parse("ids a: ulid, 2 nodes, 10/s each, 9 ids\nnemesis jump, until 9s\nend 20s\n");
        assert!(problems.len() == 1 && problems[0].mild, "{problems:?}");
        assert!(problems[0].message.starts_with("Nothing happens"), "{problems:?}");
    }

    #[test]
    fn what_is_remarked_does_nothing_indeed() {
        for (cluster, word) in [
            ("ring 3 nodes", "wipe"),
            ("ring 3 nodes", "leave"),
            ("quorum 3 nodes", "leave"),
            ("raft 1 nodes", "cut"),
            ("ring 1 nodes", "double"),
        ] {
            for seed in 1..20 {
                let text =
                    format!("seed {seed}\n{cluster}\nnemesis {word}, every 200ms\nend 30s\n");
                let out = crate::scenario::nemesis::written_out(&text).expect("there is a nemesis");
                assert!(!out.lines().any(|line| line.starts_with("at ")), "{out}");
            }
        }
    }
}
