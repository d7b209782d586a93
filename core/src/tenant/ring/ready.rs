//! When a map may change: a key never changes hands while the only nodes that have it are away.
//!
//! Owners acknowledge a write together, so any owner that serves has everything. Where no owner of a
//! key serves, the one that served last has everything; the others lack what was written after they
//! were given up. The controller knows no keys, only how many owners each has, so it reckons with
//! every set of so many members: if all of them are away, or came back before the last one, some key
//! may have just them.
//!
//! **Invariant:** what is waited for is named. A member that is replaced is declared lost, and nobody
//! waits for it any more.

use super::map::{Map, Member, Standing};
use crate::base::NodeId;
use alloc::vec::Vec;

/// Which members that are back may catch up now, and whom the others wait for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Returns {
    /// They can be sent all that they miss.
    pub(super) ready: Vec<NodeId>,
    /// They wait.
    pub(super) waiting: Vec<NodeId>,
    /// For these, which may have keys that nobody else has.
    pub(super) whom: Vec<NodeId>,
}

/// Sorts out the members that are back.
#[must_use]
pub(super) fn returns(map: &Map, lost: &[NodeId]) -> Returns {
    let copies = map.copies();
    let out = || map.members().iter().filter(|member| member.standing != Standing::Serving);
    // One that is away, and that some key may have as the last of its owners to have served.
    let last = |away: &&Member| {
        let up_to = out().filter(|other| other.since <= away.since).count();
        away.standing == Standing::Suspected
            && away.since > 0
            && !lost.contains(&away.node)
            && copies > 1
            && up_to >= copies
    };
    let mut found = Returns::default();
    for member in out().filter(|member| member.standing == Standing::Behind) {
        let mut whom = out().filter(last).filter(|away| away.since > member.since).peekable();
        if whom.peek().is_none() {
            found.ready.push(member.node);
        } else {
            found.waiting.push(member.node);
            let new: Vec<NodeId> =
                whom.map(|away| away.node).filter(|node| !found.whom.contains(node)).collect();
            found.whom.extend(new);
        }
    }
    found
}

/// Whom a change from a map to the next has to wait for; nobody if each key has an owner that serves,
/// before and after. Those that are declared lost are not waited for.
#[must_use]
pub(super) fn holds_up(map: &Map, next: &Map, lost: &[NodeId]) -> Vec<NodeId> {
    let out = |map: &Map| -> Vec<NodeId> {
        let members = map.members().iter();
        let out = members.filter(|member| member.standing != Standing::Serving);
        out.map(|member| member.node).collect()
    };
    let before = out(map);
    let away: Vec<NodeId> = before.iter().copied().filter(|node| !lost.contains(node)).collect();
    let after = out(next).iter().filter(|node| !lost.contains(node)).count();
    // A lost one takes with it what only it had; but what it shared with one that is away is there.
    let enough = before.len() < map.copies() && after < next.copies();
    if away.is_empty() || enough { Vec::new() } else { away }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::placement::Strategy;
    use crate::placement::site::Site;
    use Standing::{Behind, Serving, Suspected};
    use alloc::format;
    use alloc::sync::Arc;
    use alloc::vec;

    /// Nodes n1, n2 and so on, each with its standing and up to when it has everything.
    fn map(copies: usize, members: &[(Standing, u64)]) -> Map {
        let member = |(number, (standing, since)): (u32, &(Standing, u64))| {
            let name = format!("n{number}").as_str().into();
            let founding = Member::founding(NodeId(number), name, 100, Site::default());
            Member { standing: *standing, since: *since, ..founding }
        };
        let members = (1..).zip(members).map(member).collect();
        Map::new(&Arc::new(Strategy::ring(16)), copies, members)
    }

    fn nodes(numbers: &[u32]) -> Vec<NodeId> {
        numbers.iter().map(|number| NodeId(*number)).collect()
    }

    #[test]
    fn with_one_copy_no_key_changes_hands_while_any_owner_is_away() {
        let all = map(1, &[(Serving, 0), (Serving, 0), (Serving, 0)]);
        assert_eq!(holds_up(&all, &all.without(NodeId(3)), &[]), []);
        let away = map(1, &[(Suspected, 5), (Serving, 0), (Serving, 0)]);
        assert_eq!(holds_up(&away, &away.without(NodeId(3)), &[]), nodes(&[1]));
        // It may not even leave itself, but it can be declared lost.
        assert_eq!(holds_up(&away, &away.without(NodeId(1)), &[]), nodes(&[1]));
        assert_eq!(holds_up(&away, &away.without(NodeId(1)), &nodes(&[1])), []);
    }

    #[test]
    fn with_two_copies_one_may_be_away_and_two_may_not() {
        let one = map(2, &[(Suspected, 5), (Serving, 0), (Serving, 0), (Serving, 0)]);
        assert_eq!(holds_up(&one, &one.without(NodeId(4)), &[]), []);
        let two = map(2, &[(Suspected, 5), (Suspected, 7), (Serving, 0), (Serving, 0)]);
        assert_eq!(holds_up(&two, &two.without(NodeId(4)), &[]), nodes(&[1, 2]));
        // n1 is lost, but its keys that n2 has are not: n2 is waited for, unless it is lost, too.
        assert_eq!(holds_up(&two, &two.without(NodeId(1)), &nodes(&[1])), nodes(&[2]));
        let none = two.without(NodeId(1)).without(NodeId(2));
        assert_eq!(holds_up(&two, &none, &nodes(&[1, 2])), []);
    }

    #[test]
    fn what_is_left_must_be_served_by_somebody() {
        let two = map(2, &[(Suspected, 5), (Serving, 0)]);
        assert_eq!(holds_up(&two, &two.without(NodeId(2)), &[]), nodes(&[1]));
    }

    #[test]
    fn who_served_last_comes_back_first() {
        // n1 was given up before n2: what n2 wrote alone n1 does not have.
        let first = map(2, &[(Behind, 5), (Suspected, 7), (Serving, 0)]);
        let waits = Returns { ready: vec![], waiting: nodes(&[1]), whom: nodes(&[2]) };
        assert_eq!(returns(&first, &[]), waits);
        let last = map(2, &[(Suspected, 5), (Behind, 7), (Serving, 0)]);
        assert_eq!(returns(&last, &[]).ready, nodes(&[2]));
        let both = map(2, &[(Behind, 5), (Behind, 7), (Serving, 0)]);
        assert_eq!(returns(&both, &[]).ready, nodes(&[1, 2]));
        // Who is declared lost, or lost its disk, is waited for by nobody.
        assert_eq!(returns(&first, &nodes(&[2])).ready, nodes(&[1]));
        let alone = map(1, &[(Behind, 5), (Suspected, 7), (Serving, 0)]);
        assert_eq!(returns(&alone, &[]).ready, nodes(&[1]));
        let three = map(3, &[(Behind, 5), (Suspected, 7), (Serving, 0), (Serving, 0)]);
        assert_eq!(returns(&three, &[]).ready, nodes(&[1]));
    }
}
