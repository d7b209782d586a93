//! Members and their changes: simple steps, joint ones, and who is sent the log.

use std::collections::BTreeMap;

use shardlab::base::NodeId;
use shardlab::raft::Membership;
use shardlab::raft::membership::{Change, Invalid};

use super::file::Entry;

/// Members, and for each of them the place from which it would be sent the log.
#[derive(Debug, Clone, Default)]
pub(super) struct Members {
    members: Membership,
    next: BTreeMap<NodeId, u64>,
    /// Commands so far: the log grows by one with each.
    count: u64,
}

impl Members {
    /// What the core makes of a change.
    pub(super) fn say(&mut self, entry: &Entry) -> Result<String, String> {
        let changes = changes(entry)?;
        self.count += 1;
        let next = match entry.command.as_str() {
            "simple" => self.members.simple(&changes),
            "enter-joint" => {
                let auto = entry.argument("autoleave").is_some_and(|it| it == ["true"]);
                self.members.enter(&changes, auto)
            }
            _ if !changes.is_empty() => return Err("leave-joint takes no input".into()),
            _ => self.members.leave(),
        };
        match next {
            Ok(members) => {
                self.members = members;
                Ok(self.picture())
            }
            Err(invalid) => Ok(self.refused(invalid, &entry.command).into()),
        }
    }

    /// The table's words for why a change cannot be.
    fn refused(&self, invalid: Invalid, command: &str) -> &'static str {
        match invalid {
            Invalid::Joint if command == "simple" => {
                "can't apply simple config change in joint config"
            }
            Invalid::Joint => "config is already joint",
            Invalid::NotJoint => "can't leave a non-joint config",
            Invalid::NoVoters if self.members.voters.is_empty() && command == "enter-joint" => {
                "can't make a zero-voter config joint"
            }
            Invalid::NoVoters => "removed all voters",
            Invalid::TooMany => "more than one voter changed without entering joint config",
        }
    }

    fn picture(&mut self) -> String {
        let members = &self.members;
        let from = (self.count - 1).max(1);
        self.next.retain(|node, _| members.contains(*node));
        for node in members.everybody() {
            self.next.entry(node).or_insert(from);
        }
        let mut text = format!("voters={}", list(&members.voters));
        if members.is_joint() {
            text += &format!("&&{}", list(&members.outgoing));
        }
        for (name, nodes) in
            [("learners", &members.learners), ("learners_next", &members.learners_next)]
        {
            if !nodes.is_empty() {
                text += &format!(" {name}={}", list(nodes));
            }
        }
        if members.auto_leave {
            text += " autoleave";
        }
        for (node, next) in &self.next {
            let learner = if members.learners.contains(node) { " learner" } else { "" };
            text += &format!("\n{}: StateProbe match=0 next={next}{learner}", node.0);
        }
        text
    }
}

fn list(nodes: &[NodeId]) -> String {
    let names: Vec<String> = nodes.iter().map(|node| node.0.to_string()).collect();
    format!("({})", names.join(" "))
}

/// `v1 l2 r3`: be a voter, be a learner, be gone. Node zero is nobody, and `u` changes nothing.
fn changes(entry: &Entry) -> Result<Vec<Change>, String> {
    let mut changes = Vec::new();
    for word in entry.input.iter().flat_map(|line| line.split_whitespace()) {
        let mut letters = word.chars();
        let kind = letters.next();
        let node = letters.as_str().parse().map_err(|_| format!("{word} is no change"))?;
        let change = match kind {
            _ if node == 0 => continue,
            Some('u') => continue,
            Some('v') => Change::Voter(NodeId(node)),
            Some('l') => Change::Learner(NodeId(node)),
            Some('r') => Change::Remove(NodeId(node)),
            _ => return Err(format!("{word} is no change")),
        };
        changes.push(change);
    }
    Ok(changes)
}
