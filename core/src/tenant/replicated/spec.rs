//! How a replicated store is set up: `5 nodes, election 150ms..300ms, reads lease 100ms`.

use super::kv::Rules;
use super::read_mode::ReadMode;
use super::replica::ReplicaConfig;
use super::words::READINGS;
use crate::base::{NodeId, Span};
use crate::raft::bug::Bugs;
use crate::raft::config::Flaw;
use crate::raft::{self, Membership};
use crate::store::Item;
use crate::tenant::replicated::bugs::Bug;
use crate::text::quantity::Unit;
use crate::text::reader::{Read, Reader, range};
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;

/// A group of replicas has at most so many nodes.
pub const REPLICAS_MAX: u64 = 25;
const WINDOW_MAX: u64 = 10_000;

/// How a group of replicas is set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spec {
    /// How long a follower waits for a leader.
    pub election: (Span, Span),
    /// How often a leader says that it is there.
    pub heartbeat: Span,
    /// Nodes ask before they stand for election.
    pub pre_vote: bool,
    /// A leader that hears no majority steps down.
    pub check_quorum: bool,
    /// How clients read if they do not say.
    pub reading: ReadMode,
    /// For how long a leader may answer reads alone.
    pub lease: Option<Span>,
    /// How large a log may grow before it becomes a snapshot.
    pub log_bytes: Option<u64>,
    /// How large a piece of a snapshot is.
    pub piece_bytes: u64,
    /// How much one append carries, unless a single entry is larger.
    pub append_bytes: u64,
    /// How many appends to a node may be under way.
    pub window: u32,
    /// How many nodes only learn.
    pub learners: u32,
}

impl Default for Spec {
    fn default() -> Self {
        let config = raft::Config::default();
        Self {
            election: config.election,
            heartbeat: config.heartbeat,
            pre_vote: config.pre_vote,
            check_quorum: config.check_quorum,
            reading: ReadMode::Index,
            lease: None,
            log_bytes: Some(64 << 10),
            piece_bytes: config.piece_bytes,
            append_bytes: config.append_bytes,
            window: config.window,
            learners: 0,
        }
    }
}

/// Who is there when a replica is built, and what it holds before the first entry.
#[derive(Clone, Debug)]
pub struct Founding {
    /// The voters that the group begins with.
    pub founders: Arc<[NodeId]>,
    /// The members as this replica knows them.
    pub members: Membership,
    /// What every replica holds from the start.
    pub preloaded: Arc<[Item]>,
    /// It comes later: as a voter, or only to learn.
    pub joins: Option<bool>,
}

impl Spec {
    /// Reads one option, or how many nodes there are.
    pub fn option(&mut self, reader: &mut Reader<'_, '_>, nodes: &mut u32) -> Read<()> {
        match reader.ahead() {
            "election" => {
                reader.take();
                self.election = wait(reader)?;
            }
            "heartbeat" => {
                reader.take();
                self.heartbeat = reader.time("how often the leader says that it is there")?;
            }
            "reads" => {
                reader.take();
                reader.accept("by");
                self.reading = reading(reader)?;
                if self.reading == ReadMode::Lease {
                    let timed = reader.peek().is_some_and(|token| token.raw != ",");
                    self.lease = Some(match timed {
                        true => reader.time("for how long a leader may answer alone")?,
                        // Two thirds of the shortest wait leave a third for clocks that differ.
                        false => Span(self.election.0.0 * 2 / 3),
                    });
                }
            }
            "lease" => {
                reader.take();
                self.lease = Some(reader.time("for how long a leader may answer alone")?);
            }
            "snapshot" | "snapshots" => {
                reader.take();
                reader.accept("every");
                let bytes = reader.bytes("how large the log may grow", 1_000_000_000)?;
                if bytes < 100 {
                    return reader.refuse(String::from("A log of less than 100B holds nothing."));
                }
                self.log_bytes = Some(bytes);
            }
            "piece" | "pieces" => {
                reader.take();
                reader.accept("of");
                self.piece_bytes =
                    reader.bytes("how large a piece of a snapshot is", 10_000_000)?.max(1);
            }
            "batch" => {
                reader.take();
                let most = reader.bytes("how much one append carries", 10_000_000)?;
                self.append_bytes = most.max(1);
            }
            "window" => {
                reader.take();
                self.window =
                    reader.count("how many appends may be under way", 1, WINDOW_MAX)? as u32;
            }
            "no" => {
                reader.take();
                match reader.word("pre-vote, check-quorum or snapshots")? {
                    "pre-vote" | "prevote" => self.pre_vote = false,
                    "check-quorum" => self.check_quorum = false,
                    "snapshot" | "snapshots" => self.log_bytes = None,
                    other => {
                        return reader.refuse(format!(
                            "\"{other}\" is not one of: pre-vote, check-quorum, snapshots."
                        ));
                    }
                }
            }
            _ => {
                let low = reader.count("a number of nodes, or an option", 0, 1_000_000)?;
                let what = reader.ahead();
                reader.take();
                match (what, low) {
                    ("nodes" | "node", 1..=REPLICAS_MAX) => *nodes = low as u32,
                    ("learners" | "learner", 0..=REPLICAS_MAX) => self.learners = low as u32,
                    ("nodes" | "node" | "learners" | "learner", _) => {
                        return reader.refuse(format!(
                            "A replicated store has 1 to {REPLICAS_MAX} nodes, and 0 to {REPLICAS_MAX} learners."
                        ));
                    }
                    (other, _) => {
                        let message = format!(
                            "\"{other}\" is nothing that a raft cluster has. It has: nodes, learners, \
                             election 150ms..300ms, heartbeat 30ms, reads index, lease 100ms, snapshot \
                             every 10kB, window 64, batch 4kB, no pre-vote, no check-quorum, timeout, deadline."
                        );
                        return reader.refuse(message);
                    }
                }
            }
        }
        Ok(())
    }

    /// Refuses what does not fit together, once everything was said.
    pub fn check(&self, reader: &mut Reader<'_, '_>) -> Read<()> {
        match self.config().check() {
            // A lease that is too long is a mistake that the text may switch on, also further down.
            Ok(()) | Err(Flaw::LeaseLong) => Ok(()),
            Err(flaw) => reader.refuse(format!("It cannot be set up so: {}.", flaw.words())),
        }
    }

    /// True if a lease is longer than the others are sure to wait.
    #[must_use]
    pub fn leases_too_long(&self) -> bool {
        self.config().check() == Err(Flaw::LeaseLong)
    }

    /// How its nodes are set up, but for their members.
    #[must_use]
    pub fn config(&self) -> raft::Config {
        raft::Config {
            election: self.election,
            heartbeat: self.heartbeat,
            pre_vote: self.pre_vote,
            check_quorum: self.check_quorum,
            lease: self.lease,
            window: self.window,
            piece_bytes: self.piece_bytes,
            append_bytes: self.append_bytes,
            ..raft::Config::default()
        }
    }

    /// What a replica is told at first, with the mistakes that the text switches on.
    #[must_use]
    pub fn build(&self, founding: Founding, bugs: &[Bug]) -> ReplicaConfig {
        let Founding { founders, members, preloaded, joins } = founding;
        let of_raft = bugs.iter().fold(Bugs::default(), |all, bug| match bug {
            Bug::Raft(bug) => all.with(*bug),
            Bug::NoDedup | Bug::ForgetClients | Bug::LocalRead | Bug::LongLease => all,
        });
        let members = Arc::new(members);
        let set_up = raft::Config { members, bugs: of_raft, ..self.config() };
        ReplicaConfig {
            raft: Arc::new(set_up),
            founders,
            joins,
            log_bytes: self.log_bytes.unwrap_or(u64::MAX),
            preloaded,
            rules: Rules {
                once: !bugs.contains(&Bug::NoDedup),
                keeps_sessions: !bugs.contains(&Bug::ForgetClients),
            },
            reads_at_once: bugs.contains(&Bug::LocalRead),
        }
    }
}

fn wait(reader: &mut Reader<'_, '_>) -> Read<(Span, Span)> {
    let Some(token) = reader.take() else {
        return reader.refuse(String::from("How long? Such as: election 150ms..300ms"));
    };
    match range(token.raw) {
        Some((low, high)) if low.unit == Unit::Time && high.unit == Unit::Time => {
            let span = |millionths: i64| Span(u64::try_from(millionths).unwrap_or(0));
            Ok((span(low.millionths), span(high.millionths)))
        }
        _ => reader.refuse(String::from("This wait is a range, such as 150ms..300ms.")),
    }
}

/// `index`, `lease`, `within 500ms` and so on.
pub fn reading(reader: &mut Reader<'_, '_>) -> Read<ReadMode> {
    let Some(token) = reader.take() else {
        return reader.refuse(String::from("How? Such as: reads index"));
    };
    if token.raw == "within" {
        return Ok(ReadMode::Within(reader.time("how stale a read may be")?));
    }
    match ReadMode::named(token.raw) {
        Some(reading) => Ok(reading),
        None => reader.unknown("way to read", token, READINGS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use alloc::vec::Vec;

    fn read(text: &str) -> Result<(Spec, u32), String> {
        let lines = crate::text::token::lines(text);
        let mut problems = Vec::new();
        let mut reader = Reader::new(&lines[0], &mut problems);
        let (mut spec, mut nodes) = (Spec::default(), 3);
        let mut done = spec.option(&mut reader, &mut nodes);
        while done.is_ok() && reader.accept(",") {
            done = spec.option(&mut reader, &mut nodes);
        }
        match done.and_then(|()| spec.check(&mut reader)) {
            Ok(()) => Ok((spec, nodes)),
            Err(_) => Err(problems.remove(0).message),
        }
    }

    #[test]
    fn an_option_of_another_store_is_an_error() {
        let read_one = |text| read(text).map(|_| ()).unwrap_err();
        assert!(read_one("5 vnodes").contains("nothing that a raft cluster has"));
        assert!(read_one("no sloppy").contains("\"sloppy\" is not one of"));
        assert!(read_one("reads quorum").contains("There is no way to read \"quorum\""));
        assert!(read_one("26 nodes").contains("1 to 25"));
        assert!(read_one("heartbeat 2s").contains("It cannot be set up so"));
    }

    #[test]
    fn what_is_said_is_what_is_built() {
        let (spec, nodes) =
            read("5 nodes, 2 learners, no pre-vote, no snapshots, window 7").expect("it reads");
        assert_eq!((nodes, spec.learners), (5, 2));
        let founding = Founding {
            founders: Arc::from([NodeId(0)]),
            members: Membership::of(vec![NodeId(0)]),
            preloaded: Arc::from([]),
            joins: Some(true),
        };
        let built = spec.build(founding.clone(), &[Bug::NoDedup]);
        assert_eq!((built.raft.pre_vote, built.raft.window, built.log_bytes), (false, 7, u64::MAX));
        assert_eq!(
            (built.rules.once, built.rules.keeps_sessions, built.joins),
            (false, true, Some(true))
        );
        assert!(spec.build(founding, &[]).rules.once);
    }
}
