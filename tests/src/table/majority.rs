//! Majorities: up to where they have come, and how their vote stands.

use shardlab::base::NodeId;
use shardlab::raft::quorum::{self, Tally};

use super::file::Entry;

/// Voters of one half, in the order in which they are written, each once.
fn voters(entry: &Entry, name: &str) -> Result<Vec<NodeId>, String> {
    let mut voters = Vec::new();
    for word in entry.argument(name).unwrap_or(&[]).iter().filter(|word| *word != "zero") {
        let id = word.parse().map_err(|_| format!("{word} is no voter"))?;
        if !voters.contains(&NodeId(id)) {
            voters.push(NodeId(id));
        }
    }
    Ok(voters)
}

/// What the core says to a question about one half, or about two.
pub(super) fn say(entry: &Entry) -> Result<String, String> {
    let one = voters(entry, "cfg")?;
    let two = voters(entry, "cfgj")?;
    let mut all = one.clone();
    all.extend(two.iter().filter(|voter| !one.contains(voter)));
    let name = if entry.command == "vote" { "votes" } else { "idx" };
    let values = entry.argument(name).unwrap_or(&[]);
    if values.len() != all.len() {
        return Err(format!("mismatched input for voters {all:?}: {values:?}"));
    }
    let known: Vec<(NodeId, &str)> =
        all.into_iter().zip(values.iter().map(String::as_str)).collect();
    match entry.command.as_str() {
        "vote" => vote(&one, &two, &known),
        _ => committed(&one, &two, &known),
    }
}

fn vote(one: &[NodeId], two: &[NodeId], known: &[(NodeId, &str)]) -> Result<String, String> {
    if let Some((_, word)) = known.iter().find(|(_, word)| !["y", "n", "_"].contains(word)) {
        return Err(format!("{word} is no vote"));
    }
    let cast = |node: NodeId| match known.iter().find(|(id, _)| *id == node) {
        Some((_, "y")) => Some(true),
        Some((_, "n")) => Some(false),
        _ => None,
    };
    let tally = quorum::joint_tally(one, two, cast);
    if tally != quorum::joint_tally(two, one, cast) {
        return Err("the halves are not alike".into());
    }
    if two.is_empty() && tally != quorum::tally(one, cast) {
        return Err("one half beside nobody is not that half alone".into());
    }
    Ok(match tally {
        Tally::Won => "VoteWon",
        Tally::Lost => "VoteLost",
        Tally::Open => "VotePending",
    }
    .into())
}

fn committed(one: &[NodeId], two: &[NodeId], known: &[(NodeId, &str)]) -> Result<String, String> {
    let mut numbers: Vec<(NodeId, Option<u64>)> = Vec::new();
    for (node, word) in known {
        let number = match *word {
            "_" => None,
            word => Some(word.parse().map_err(|_| format!("{word} is no place"))?),
        };
        numbers.push((*node, number));
    }
    let number = |node: NodeId| {
        numbers.iter().find(|(id, _)| *id == node).and_then(|(_, number)| *number).unwrap_or(0)
    };
    let both = quorum::reached(one, number).min(quorum::reached(two, number));
    let joint = quorum::joint_reached(one, two, number).0;
    if joint != quorum::joint_reached(two, one, number).0 {
        return Err("the halves are not alike".into());
    }
    if both != u64::MAX && both != joint {
        return Err(format!("both halves have reached {joint}, and each of them {both}"));
    }
    numbers.sort_by_key(|(node, _)| *node);
    let reached = if both == u64::MAX { "∞".into() } else { joint.to_string() };
    Ok(picture(&numbers) + &reached)
}

/// The table's own picture of how far each voter has come.
fn picture(numbers: &[(NodeId, Option<u64>)]) -> String {
    if numbers.is_empty() {
        return "<empty majority quorum>".into();
    }
    let wide = numbers.len();
    let mut text = format!("{}    idx\n", " ".repeat(wide));
    for (node, number) in numbers {
        let value = number.unwrap_or(0);
        // As long as there are voters behind it, and as the longest of its equals at most.
        let bar = numbers.iter().filter(|(_, other)| other.unwrap_or(0) < value).count();
        let bar = match number {
            Some(_) => format!("{}>{}", "x".repeat(bar), " ".repeat(wide - bar)),
            None => format!("?{}", " ".repeat(wide)),
        };
        text += &format!("{bar} {value:>5}    (id={})\n", node.0);
    }
    text
}
