//! Members change only as somebody asked, and what was asked once is done once.
//!
//! Every replica is given an order, as nobody outside knows who leads. So an order that was carried out can
//! lie about where it was not heard of, and the members that it names can come back long after others have
//! joined. Nothing that clients see tells that; the notes of the replicas do.

use std::collections::{BTreeMap, BTreeSet};

use shardlab::scenario::nemesis::written_out;
use shardlab::session::Session;

type Names = BTreeSet<String>;

/// Members that stand in a log.
#[derive(Clone, Debug)]
struct Members {
    /// When they were first seen, in microseconds.
    at: u64,
    /// Voters and learners, once the change to them is through.
    all: Names,
    /// That change is not through yet.
    joint: bool,
}

fn names(words: &str) -> Names {
    words.split_whitespace().map(str::to_owned).collect()
}

/// Reads `from entry 5 on: n1 n2 together with n1 n3, learning: n4`.
fn members(at: u64, text: &str) -> Option<(u64, Members)> {
    let (index, rest) = text.strip_prefix("from entry ")?.split_once(" on: ")?;
    let (voters, learners) = rest.split_once(", learning: ").unwrap_or((rest, ""));
    let (voters, joint) = match voters.split_once(" together with ") {
        Some((next, _)) => (next, true),
        None => (voters, false),
    };
    let all = &names(voters) | &names(learners);
    Some((index.parse().ok()?, Members { at, all, joint }))
}

/// What was asked: at these times these members, and who was to leave.
fn asked(text: &str) -> (Vec<(u64, Names)>, BTreeMap<String, u64>) {
    let (mut orders, mut leaving) = (Vec::new(), BTreeMap::new());
    for line in written_out(text).unwrap_or_default().lines() {
        let Some((at, rest)) = line.strip_prefix("at ").and_then(|it| it.split_once("ms ")) else {
            continue;
        };
        let at = at.parse::<u64>().unwrap_or(0) * 1_000;
        if let Some(wanted) = rest.strip_prefix("members ") {
            orders.push((at, names(wanted)));
        } else if let Some(name) = rest.strip_prefix("leave ") {
            leaving.insert(name.to_owned(), at);
        }
    }
    (orders, leaving)
}

/// The members of a store that were ever committed, by their places.
fn committed(session: &Session) -> BTreeMap<u64, Members> {
    let mut known: BTreeMap<String, BTreeMap<u64, Members>> = BTreeMap::new();
    let mut first: BTreeMap<(u64, Names, bool), u64> = BTreeMap::new();
    let mut found = BTreeMap::new();
    let mut installed = BTreeMap::new();
    for seq in 0..session.event_count() {
        let Some(event) = session.event(seq) else { continue };
        let of_node = known.entry(event.place.clone()).or_default();
        let number = || event.text.split_whitespace().find_map(|word| word.parse::<u64>().ok());
        match event.kind {
            // What was not on the disk is gone without a word.
            "started" => of_node.clear(),
            "installed" => {
                installed.insert(event.place, event.at);
            }
            // The members of a snapshot stood in a log before.
            "members" if installed.get(&event.place) == Some(&event.at) => {}
            "members" => {
                if let Some((index, mut members)) = members(event.at.0, &event.text) {
                    let same = (index, members.all.clone(), members.joint);
                    members.at = *first.entry(same).or_insert(members.at);
                    of_node.insert(index, members);
                }
            }
            "truncated" => {
                if let Some(after) = number() {
                    of_node.retain(|index, _| *index <= after);
                }
            }
            "committed" => {
                if let Some(upto) = number() {
                    let these = of_node.range(..=upto);
                    found.extend(these.map(|(index, members)| (*index, members.clone())));
                }
            }
            _ => {}
        }
    }
    found
}

/// A change of members that nobody had asked for, or that was carried out before; nothing if there is none.
pub(crate) fn unasked(session: &Session) -> Option<String> {
    let (orders, leaving) = asked(session.text());
    if orders.is_empty() {
        return None;
    }
    wrong(&orders, &leaving, &committed(session))
}

/// The same of what was asked and of the members that were committed, by their places.
fn wrong(
    orders: &[(u64, Names)],
    leaving: &BTreeMap<String, u64>,
    committed: &BTreeMap<u64, Members>,
) -> Option<String> {
    let pairs = committed.iter().zip(committed.iter().skip(1));
    for ((_, before), (index, after)) in pairs {
        let left = |name: &String| leaving.get(name).is_some_and(|at| *at <= after.at);
        let out: Vec<&String> =
            before.all.iter().filter(|name| !after.all.contains(*name) && !left(name)).collect();
        let done = |since: u64| {
            committed.range(..index).any(|(_, earlier)| {
                !earlier.joint
                    && (since..=after.at).contains(&earlier.at)
                    && earlier.all == after.all
            })
        };
        let open =
            |order: &&(u64, Names)| order.0 <= after.at && order.1 == after.all && !done(order.0);
        if !out.is_empty() && !orders.iter().any(|order| open(&order)) {
            let words =
                format!("{out:?} are no members from entry {index} on: nobody asked for that");
            return Some(words);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was committed, each at an entry, at a time, as a replica says it.
    fn history(lines: &[(u64, &str)]) -> BTreeMap<u64, Members> {
        lines.iter().map(|(at, text)| members(*at, text).expect("members are read")).collect()
    }

    #[test]
    fn an_order_of_long_ago_that_is_carried_out_again_is_refused() {
        let orders = [(10, names("n1 n2 n3")), (20, names("n1 n2 n3 n4 n5"))];
        let first = [
            (12, "from entry 5 on: n1 n2 n3 together with n1 n2 n3 n4 n5"),
            (13, "from entry 6 on: n1 n2 n3"),
            (22, "from entry 9 on: n1 n2 n3, learning: n4 n5"),
            (24, "from entry 11 on: n1 n2 n3 n4 n5"),
        ];
        assert_eq!(wrong(&orders, &BTreeMap::new(), &history(&first)), None);
        // The next leader finds the first order where it lay.
        let again = [&first[..], &[(30, "from entry 14 on: n1 n2 n3")]].concat();
        let words = wrong(&orders, &BTreeMap::new(), &history(&again));
        assert!(words.is_some_and(|words| words.contains("entry 14")));
    }

    #[test]
    fn who_goes_has_asked_to_go() {
        let all = [(1, "from entry 2 on: n1 n2 n3 n6"), (9, "from entry 7 on: n1 n2 n3")];
        let orders = [(50, names("n1 n2 n3"))];
        let leaving = |at| BTreeMap::from([("n6".to_owned(), at)]);
        assert_eq!(wrong(&orders, &leaving(5), &history(&all)), None);
        assert!(wrong(&orders, &leaving(10), &history(&all)).is_some());
        assert!(wrong(&orders, &BTreeMap::new(), &history(&all)).is_some());
    }
}
