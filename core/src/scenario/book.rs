//! The book of the language: every word that one may write, what it means, and a line to begin with.

use super::word::{
    CALAMITIES, DISK_OPTIONS, EVENTS, Entry, LAWS, METRICS, NODE_OPTIONS, OPERATIONS, TIMES, VERBS,
};
use crate::client::words::PERCENTILES;
use crate::tenant::{self, Bug, Spec};
use crate::text::{BookEntry, Chapter};
use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// The words that a statement can begin with, by what they are about, with a line for each.
const STATEMENTS: &[(&str, &[(&str, &str)])] = &[
    (
        "About the scenario",
        &[
            ("title", "title    A node falls"),
            ("summary", "summary  Four nodes on a ring, one of them falls."),
            ("tags", "tags     ring, crash"),
            ("seed", "seed     7"),
            ("end", "end      20s"),
        ],
    ),
    (
        "The world",
        &[
            ("network", "network  latency 1ms..3ms, bandwidth 5MB/s, loss 1%"),
            ("link", "link     n1 -> n2 latency 40ms"),
            ("disk", "disk     write 200us, sync 2ms, size 10MB"),
            ("node", "node     message 50us, entry 5us, card 10MB/s"),
            ("clock", "clock    n1 drift 2%"),
            ("group", "group    left: n1 n2"),
            ("rack", "rack     r1: n1 n2"),
            ("region", "region   eu: n1 n2"),
        ],
    ),
    ("Clusters", tenant::EXAMPLES),
    (
        "Columns",
        &[
            ("table", "table    users: id 8B, name 40B, avatar 30kB"),
            ("groups", "groups   users: name | avatar"),
            ("query", "query    users: 100% id name"),
            ("scan", "scan     users: 100% name"),
        ],
    ),
    (
        "Keys and clients",
        &[
            ("load", "load     10000 keys \"user:{n}\", values 500B"),
            ("traffic", "traffic  c: 100/s, 80% get 20% put, keys zipf 1.0"),
            ("quiet", "at 10s   quiet c"),
        ],
    ),
    (
        "When",
        &[
            ("at", "at 2s    crash n2"),
            ("every", "every 500ms from 1s until 5s  c1: put x 1"),
            ("after", "after 1s restart n2"),
            ("when", "when n2 crashed  say \"There it goes.\""),
        ],
    ),
    (
        "What goes wrong",
        &[
            ("crash", "at 2s    crash n2"),
            ("restart", "at 4s    restart n2"),
            ("pause", "at 2s    pause n2"),
            ("resume", "at 3s    resume n2"),
            ("wipe", "at 2s    wipe n2"),
            ("corrupt", "at 2s    corrupt n2"),
            ("tear", "at 2s    tear n2"),
            ("skew", "at 2s    skew n2 40ms"),
            ("drift", "at 2s    drift n2 5%"),
            ("cut", "at 2s    cut n1 n2 | n3 n4"),
            ("heal", "at 4s    heal"),
            ("slow", "at 2s    slow n2 10x"),
            ("lose", "at 2s    lose 5%"),
            ("duplicate", "at 2s    duplicate 5%"),
            ("reorder", "at 2s    reorder 5%"),
            ("drop", "at 2s    drop n1 -> n2"),
            ("delay", "at 2s    delay n1 -> n2 by 50ms"),
            ("edit", "at 2s    edit n1 -> n2 term 9"),
            ("nemesis", "nemesis  crash cut slow, every 1s..3s, lasting 500ms..2s, until 15s"),
            ("bug", "bug      early-ack"),
        ],
    ),
    (
        "What changes",
        &[
            ("join", "at 1s    join n5"),
            ("leave", "at 1s    leave n2"),
            ("weight", "at 1s    weight n1 2"),
            ("split", "at 1s    split \"m\""),
            ("merge", "at 2s    merge \"m\""),
            ("move", "at 1s    move \"user:7\" to n2"),
            ("explain", "at 1s    explain region = eu and user = 17"),
            ("members", "at 1s    members n1 n2 n3"),
            ("learner", "at 1s    learner n6"),
            ("transfer", "at 1s    transfer leader to n2"),
            ("campaign", "at 1s    campaign n3"),
            ("snapshot", "at 1s    snapshot n1"),
        ],
    ),
    (
        "Words and ends",
        &[
            ("say", "at 1s    say \"Now look at n2.\""),
            ("stop", "at 9s    stop"),
            ("expect", "expect   lost = 0"),
        ],
    ),
];

/// What one may claim of measures that are no times; of all others, that there are none.
const CLAIMS: &[(&str, &str)] = &[
    ("moved", "in 18%..22%"),
    ("moved-keys", "< 2000"),
    ("moved-bytes", "< 1MB"),
    ("copied", "< 5000"),
    ("balance", "< 1.2"),
    ("spread", "< 0.1"),
    ("expected-moved", "in 18%..22%"),
    ("fan-out", "< 3"),
    ("memory", "< 10kB"),
    ("arc", "< 30%"),
    ("heirs", "> 1"),
    ("hottest", "< 1%"),
    ("distinct", "> 1000"),
    ("touched", "= 1"),
    ("edits", "= 1"),
    ("keys", "> 1000"),
    ("bytes", "< 10MB"),
    ("share", "< 30%"),
    ("operations", "> 100"),
    ("available", "> 99%"),
    ("messages-per-read", "< 4"),
    ("throughput", "> 50"),
    ("queue", "< 100"),
    ("disk-queue", "< 100"),
    ("card-queue", "< 100"),
    ("busy", "< 80%"),
    ("messages", "< 5000"),
    ("sent-bytes", "< 5MB"),
    ("elections", "< 3"),
    ("terms", "< 5"),
    ("committed", "> 100"),
    ("log", "< 100"),
    ("snapshots", "> 1"),
    ("joins", "= 1"),
    ("leaves", "= 1"),
    ("ids", "> 1000"),
    ("traceable", "> 99%"),
    ("leaves-touched", "< 20"),
    ("fill", "> 60%"),
    ("read-before", "< 10MB"),
    ("read-after", "< 1MB"),
    ("read-share", "< 30%"),
    ("stored-before", "< 10GB"),
    ("stored-after", "< 10GB"),
    ("at-the-end", "> 90%"),
];

/// All of it, in the order in which one would read it.
#[must_use]
pub fn book() -> Vec<Chapter> {
    let mut chapters: Vec<Chapter> =
        STATEMENTS.iter().map(|(title, lines)| statements(title, lines)).collect();
    let mut chapter = |title, words: &[Entry], line: &dyn Fn(Entry) -> String| {
        chapters.push(Chapter::new(title, words, line));
    };
    chapter("What clients do", OPERATIONS, &|(word, _)| {
        let rest = match word {
            "put" => " 1",
            "cas" => " 1 2",
            "append" => " a",
            _ => "",
        };
        format!("at 1s    c1: {word} x{rest}")
    });
    chapter("What one kind of cluster understands", tenant::ORDERS, &|(word, meaning)| {
        format!("at 1s    {}", said(word, meaning))
    });
    chapters.retain(|chapter: &Chapter| !chapter.entries.is_empty());
    chapters.extend(Spec::chapters());
    let mut chapter = |title, words: &[Entry], line: &dyn Fn(Entry) -> String| {
        chapters.push(Chapter::new(title, words, line));
    };
    chapter("How a disk behaves", DISK_OPTIONS, &|(word, meaning)| {
        format!("disk     {}", said(word, meaning))
    });
    chapter("What work costs on a node", NODE_OPTIONS, &|(word, meaning)| {
        format!("node     {}", said(word, meaning))
    });
    chapter("What a nemesis does", CALAMITIES, &|(word, _)| {
        format!("nemesis  {word}, every 1s..3s, lasting 500ms..2s, until 15s")
    });
    let bugs: Vec<_> = Bug::all().map(|(_, word, meaning)| (word, meaning)).collect();
    chapter("Known mistakes", &bugs, &|(word, _)| format!("bug      {word}"));
    chapter("What `when` waits for", EVENTS, &|(word, _)| format!("when {word}  say \"{word}\""));
    chapter("Laws", LAWS, &|(word, _)| format!("expect   {word}"));
    let exact = |entry: &Entry| -> Entry {
        let told = PERCENTILES.iter().find(|(word, _)| *word == entry.0);
        *told.unwrap_or(entry)
    };
    let metrics: Vec<Entry> = METRICS.iter().map(exact).collect();
    chapter("Measures", &metrics, &|(word, _)| format!("expect   {word} {}", claim(word)));
    chapters
}

/// What speaks of something in its name, its meaning, its line or the title over it.
#[must_use]
pub fn book_on(sought: &str) -> Vec<Chapter> {
    let sought = sought.trim().to_ascii_lowercase();
    let speaks = |text: &str| text.to_ascii_lowercase().contains(&sought);
    let mut chapters = book();
    for chapter in &mut chapters {
        if !speaks(chapter.title) {
            let of = |one: &BookEntry| speaks(one.word) || speaks(one.meaning) || speaks(&one.line);
            chapter.entries.retain(of);
        }
    }
    chapters.retain(|chapter| !chapter.entries.is_empty());
    chapters
}

fn statements(title: &'static str, lines: &[(&'static str, &'static str)]) -> Chapter {
    let lesson = |(word, line): &(&'static str, &'static str)| {
        let (_, meaning) = VERBS.iter().find(|(verb, _)| verb == word).unwrap_or(&("", ""));
        BookEntry { word, meaning, line: (*line).to_owned() }
    };
    Chapter { title, entries: lines.iter().map(lesson).collect() }
}

/// What the meaning of an option gives as an example, behind its last colon; the word alone if it gives none.
fn said<'w>(word: &'w str, meaning: &'w str) -> &'w str {
    let example = meaning.rsplit_once(": ").map_or(word, |(_, example)| example);
    let example = example.split(',').next().unwrap_or_default();
    if example.starts_with(word) { example } else { word }
}

/// What one may claim of a measure.
fn claim(metric: &str) -> &'static str {
    if TIMES.contains(&metric) {
        return "< 200ms";
    }
    CLAIMS.iter().find(|(word, _)| *word == metric).map_or("= 0", |(_, claim)| *claim)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::parse;

    /// Texts to which a line may be added; it has to be right behind one of them.
    const BEFORE: [&str; 9] = [
        "",
        "ring 5 nodes\ntraffic c: 10/s, 100% get\nload 100 keys \"k{n}\"\nat 1s crash n2\n",
        "raft 5 nodes, 1 learner\ntraffic c: 10/s, 100% get\n",
        "range 3 nodes, split at \"c\" \"m\"\n",
        "layered 4 nodes, region by eu us, user hash 4\n",
        "table users: id 8B, name 40B, avatar 30kB\n",
        "ids a: ulid, 2 nodes, 10/s each, 100 ids\n",
        "directory 3 nodes\nload 10 keys \"{tenant}:{n}\"\n",
        "quorum 5 nodes, 3 replicas\n",
    ];

    #[test]
    fn a_word_is_found_by_its_name_its_meaning_and_its_chapter() {
        let words = |sought: &str| -> Vec<&str> {
            book_on(sought).into_iter().flat_map(|one| one.entries).map(|one| one.word).collect()
        };
        assert!(words("LEASE ").contains(&"lease"));
        assert_eq!(words("without a word"), ["crash"]);
        assert!(words("laws").contains(&"durable"));
        assert!(words("no such word at all").is_empty());
        assert_eq!(words("").len(), book().iter().map(|one| one.entries.len()).sum::<usize>());
    }

    #[test]
    fn percentiles_say_how_exact_they_are() {
        let meaning = |word: &str| {
            let mut all = book().into_iter().flat_map(|one| one.entries);
            all.rfind(|one| one.word == word).expect("a measure").meaning
        };
        for (word, _) in METRICS {
            let by_steps =
                word.split('-').any(|part| matches!(part, "p50" | "p99" | "p999" | "max"));
            assert_eq!(meaning(word).ends_with("up to 3.1 % too long"), by_steps, "{word}");
        }
        for (word, told) in PERCENTILES {
            let plain = METRICS.iter().find(|(known, _)| known == word).expect("a measure").1;
            assert!(told.starts_with(plain), "{word}");
        }
    }

    #[test]
    fn every_verb_stands_in_it_once() {
        let told: Vec<&str> =
            STATEMENTS.iter().flat_map(|(_, lines)| lines.iter().map(|(word, _)| *word)).collect();
        let own: Vec<&str> = tenant::ORDERS.iter().map(|(word, _)| *word).collect();
        for (verb, _) in VERBS {
            assert_eq!(told.iter().chain(&own).filter(|word| *word == verb).count(), 1, "{verb}");
        }
        assert_eq!(told.len() + own.len(), VERBS.len());
    }

    #[test]
    fn every_line_is_right_where_it_belongs() {
        let mut wrong_lines = Vec::new();
        for chapter in book() {
            for lesson in chapter.entries {
                assert!(!lesson.meaning.is_empty(), "{}", lesson.word);
                assert!(lesson.line.contains(lesson.word), "{}: {}", lesson.word, lesson.line);
                let wrong = |before: &&str| {
                    let diagnostics = parse(&format!("{before}{}\n", lesson.line)).1;
                    diagnostics.into_iter().next().map(|one| one.message)
                };
                let examples = tenant::EXAMPLES.iter().map(|(_, line)| format!("{line}\n"));
                let mut all: Vec<_> = BEFORE.iter().map(wrong).collect();
                all.extend(examples.map(|before| wrong(&before.as_str())));
                if all.iter().all(Option::is_some) {
                    wrong_lines.push((lesson.line, all));
                }
            }
        }
        assert!(wrong_lines.is_empty(), "{wrong_lines:#?}");
    }
}
