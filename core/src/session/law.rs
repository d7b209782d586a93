//! Raft's laws as claims of the text: which there are, whether they hold, and what shows it.

use super::number::Source;
use crate::base::NodeTable;
use crate::check::raft::{Law, Laws, Violation};
use crate::scenario::Kind;
use crate::tenant::quorum;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// The word that the language has for all of them together.
const ALL: &str = "agreement";

/// The law of that word; `Some(None)` for all of them together.
fn meant(word: &str) -> Option<Option<Law>> {
    Some(Some(match word {
        ALL => return Some(None),
        "one-leader" => Law::OneLeader,
        "one-vote" => Law::OneVote,
        "leader-appends" => Law::LeaderAppends,
        "log-matching" => Law::LogMatching,
        "leader-complete" => Law::LeaderComplete,
        "same-state" => Law::SameState,
        "committed-stays" => Law::CommittedStays,
        "no-way-back" => Law::NoWayBack,
        "stored" => Law::Stored,
        "same-digest" => Law::SameDigest,
        _ => return None,
    }))
}

/// True if the word is one of Raft's laws.
#[must_use]
pub fn is_one(word: &str) -> bool {
    meant(word).is_some() || quorum::law::Law::named(word).is_some()
}

/// What the quorum stores meant say of a law of theirs; nothing if it is none.
fn of_quorum<'s>(
    source: &Source<'s>,
    word: &str,
    of: Option<&str>,
) -> Option<(quorum::law::Law, Vec<&'s quorum::law::Laws>)> {
    let law = quorum::law::Law::named(word)?;
    let clusters = source.scenario.clusters.iter().zip(source.measures.clusters());
    let found = clusters
        .filter(|(spec, _)| {
            matches!(spec.kind, Kind::Quorum(_)) && of.is_none_or(|of| of == spec.name)
        })
        .map(|(_, measures)| &measures.tenants.quorum.laws)
        .collect();
    Some((law, found))
}

fn laws<'s>(source: &Source<'s>, of: Option<&str>) -> Vec<&'s Laws> {
    let clusters = source.scenario.clusters.iter().zip(source.laws);
    let agrees = |kind: Kind| matches!(kind, Kind::Raft(_));
    clusters
        .filter(|(spec, _)| agrees(spec.kind) && of.is_none_or(|of| of == spec.name))
        .map(|(_, laws)| laws)
        .collect()
}

fn broken<'s>(source: &Source<'s>, word: &str, of: Option<&str>) -> Vec<&'s Violation> {
    let law = meant(word).flatten();
    let of_law = |violation: &&Violation| law.is_none_or(|law| violation.law == law);
    laws(source, of).into_iter().flat_map(Laws::violations).filter(of_law).collect()
}

/// Whether a law holds so far; nothing if no cluster keeps a replicated log.
#[must_use]
pub fn holds(source: &Source<'_>, word: &str, of: Option<&str>) -> Option<bool> {
    if let Some((law, stores)) = of_quorum(source, word, of) {
        return (!stores.is_empty()).then(|| stores.iter().all(|laws| laws.holds(law)));
    }
    if laws(source, of).is_empty() {
        return None;
    }
    Some(broken(source, word, of).is_empty())
}

/// Why a law says nothing about this run: what it is about never happened.
#[must_use]
pub fn idle(source: &Source<'_>, word: &str, of: Option<&str>) -> Option<&'static str> {
    if let Some((law, stores)) = of_quorum(source, word, of) {
        return stores.iter().find_map(|laws| laws.idle(law));
    }
    let laws = laws(source, of);
    let law = meant(word)?;
    let idle = |laws: &&Laws| match law {
        // All together: something was agreed on.
        None => {
            (laws.sometimes().commits == 0 && laws.count() == 0).then_some("nothing was agreed on")
        }
        Some(law) => {
            let (words, exercised) = law.exercised(&laws.sometimes());
            let broken = laws.violations().iter().any(|violation| violation.law == law);
            (!exercised && !broken).then_some(words)
        }
    };
    // One store in which nothing happened is enough: the claim is about all of them.
    laws.iter().find_map(idle)
}

/// What was seen of a law.
#[must_use]
pub fn measured(source: &Source<'_>, word: &str, of: Option<&str>) -> String {
    if let Some((law, stores)) = of_quorum(source, word, of) {
        let worst = stores.iter().find(|laws| !laws.holds(law)).or(stores.first());
        return worst.map_or_else(String::new, |laws| laws.measured(law));
    }
    match broken(source, word, of).first() {
        Some(first) => format!("{}: {}", first.law.words(), named(&first.words, source.nodes)),
        None => {
            let sum =
                |f: &dyn Fn(&Laws) -> u64| -> u64 { laws(source, of).into_iter().map(f).sum() };
            let leaders = sum(&|laws| laws.sometimes().leaders.into());
            let commits = sum(&|laws| laws.sometimes().commits);
            let election = if leaders == 1 { "election" } else { "elections" };
            let entry = if commits == 1 { "entry" } else { "entries" };
            format!("{leaders} {election}, {commits} {entry} committed, nothing broken")
        }
    }
}

/// The events that show a broken law best.
#[must_use]
pub fn evidence(source: &Source<'_>, word: &str, of: Option<&str>) -> Vec<u32> {
    if let Some((law, stores)) = of_quorum(source, word, of) {
        let broken = stores.iter().flat_map(|laws| laws.violations());
        return broken.filter(|it| it.law == law).map(|it| it.seq).take(1).collect();
    }
    let broken = broken(source, word, of);
    let first = broken.first().into_iter();
    first.flat_map(|violation| violation.before.into_iter().chain([violation.seq])).collect()
}

/// The same words with the names that nodes have in the text, for their numbers.
fn named(words: &str, nodes: &NodeTable) -> String {
    let mut text = String::with_capacity(words.len() + 8);
    let mut rest = words;
    while let Some((before, behind)) = rest.split_once('#') {
        text.push_str(before);
        let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
        match behind[..digits].parse() {
            Ok(number) => text.push_str(&nodes.name(crate::base::NodeId(number))),
            Err(_) => text.push('#'),
        }
        rest = &behind[digits..];
    }
    text.push_str(rest);
    text
}
