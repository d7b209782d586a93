//! Raft's laws as claims of the text: which there are, whether they hold, and what shows it.
//!
//! Besides the notes of nodes they read the disks themselves: a law that trusted a node, or a disk that
//! lies, would prove nothing. What disks hold of what is committed also goes into the ledger, which tells
//! lost keys.

use super::kv::Kv;
use super::{Config, Note, Process};
use crate::base::{NodeId, NodeTable};
use crate::check::raft as check;
use crate::metric::Common;
use crate::raft::disk::Damage;
use crate::raft::{self, Membership};
use crate::sim::Fault;
use crate::tenant::{Known, Moment, Seen, Site, Watched};
use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// One law, or all of them together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Law {
    /// Every law of Raft.
    Agreement,
    /// One of them.
    One(check::Law),
}

/// The laws of one cluster's log, watched event by event.
#[derive(Clone, Debug, Default)]
pub struct Laws(Box<check::Laws>);

impl Laws {
    /// Reads an event.
    pub fn read(
        &mut self,
        moment: Moment,
        seen: Seen<'_, Note>,
        site: &Site<'_, Process>,
        common: &mut Common,
    ) -> Watched {
        let broken = self.0.count();
        let counted = match seen {
            Seen::Client(_) => return Watched::default(),
            Seen::Own(note) => self.note(moment, note, site, common),
            Seen::Landed => {
                self.landed(moment.node, site);
                self.measure(moment.node, site, common)
            }
            Seen::Fault(fault) => self.fault(moment.node, fault, site, common),
        };
        Watched { broken: self.0.count() != broken, counted }
    }

    fn note(
        &mut self,
        moment: Moment,
        note: &Note,
        site: &Site<'_, Process>,
        common: &mut Common,
    ) -> bool {
        let Moment { at, seq, node } = moment;
        match note {
            Note::Raft(note) => {
                let committed = self.0.committed();
                self.0.read(at, seq, node, note);
                let raft::Note::Committed { upto, counted } = note else { return false };
                if let Some(members) = counted {
                    self.committed(moment, *upto, members, site);
                }
                // What is committed now may have been on disks for a while.
                let grown = self.0.committed() > committed;
                let all = site.nodes().take_while(|_| grown);
                all.fold(false, |counted, node| self.measure(node, site, common) | counted)
            }
            Note::Applied { index, digest, .. } | Note::Restored { index, digest, .. } => {
                self.0.applied(at, seq, node, *index, *digest);
                false
            }
            Note::TooStale { .. } | Note::Refused(_) => false,
        }
    }

    fn fault(
        &mut self,
        node: NodeId,
        fault: Fault,
        site: &Site<'_, Process>,
        common: &mut Common,
    ) -> bool {
        match fault {
            Fault::Started => self.0.started(node),
            Fault::Wiped => self.0.wiped(node),
            Fault::Unsynced { .. } => self.0.lied(node),
            Fault::Torn { .. } | Fault::Corrupted => {}
            _ => return false,
        }
        self.measure(node, site, common)
    }

    fn landed(&mut self, node: NodeId, site: &Site<'_, Process>) {
        let Some(disk) = site.durable(node) else { return };
        self.0.landed(node, disk.log.last());
        if site.disk(node).lie.is_some() {
            self.0.lied(node);
        }
    }

    /// Counts up to where a node's disk holds what is committed, if it is a replica; true if that is news.
    /// What a lying disk has called safe counts until a crash shows that it was not: nothing tells when such a
    /// disk makes it good, and nothing is lost before.
    fn measure(&self, node: NodeId, site: &Site<'_, Process>, common: &mut Common) -> bool {
        let replica = site.has(node) && matches!(site.config(node), Some(Config::Replica(_)));
        let Some(disk) = site.durable(node).filter(|_| replica) else { return false };
        let claimed = site.claimed(node);
        let disk = claimed.as_ref().unwrap_or(disk);
        let upto = match disk.damage == Damage::default() {
            true => self.0.covered(disk),
            false => self.0.covered(&disk.recover().durable),
        };
        if common.ledger.stored_upto(node) == Some(upto.0) {
            return false;
        }
        common.ledger.stored(node, upto.0, site.now());
        true
    }

    /// What a leader commits must be on a majority's disks.
    fn committed(
        &mut self,
        moment: Moment,
        upto: raft::Index,
        members: &Membership,
        site: &Site<'_, Process>,
    ) {
        let Moment { at, seq, node } = moment;
        let Some(Process::Replica(replica)) = site.machine(node) else { return };
        // The leader may have made a snapshot of it in the same turn, but keeps its last entries.
        let Some(term) = replica.raft().log().term(upto) else { return };
        let mark = raft::EntryId::new(upto, term);
        let keeps = |voter: NodeId| {
            site.durable(voter).is_some_and(|disk: &raft::Durable<Kv>| {
                disk.replica == Some(members.replica_of(voter)) && disk.keeps(mark)
            })
        };
        self.0.on_disks(at, seq, node, mark, members, keeps);
    }
}

type Of<'p> = Known<'p, Laws, super::measure::Measures>;

impl Law {
    /// The law of that name.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Some(Self::One(match word {
            "agreement" => return Some(Self::Agreement),
            "one-leader" => check::Law::OneLeader,
            "one-vote" => check::Law::OneVote,
            "leader-appends" => check::Law::LeaderAppends,
            "log-matching" => check::Law::LogMatching,
            "leader-complete" => check::Law::LeaderComplete,
            "same-state" => check::Law::SameState,
            "committed-stays" => check::Law::CommittedStays,
            "no-way-back" => check::Law::NoWayBack,
            "stored" => check::Law::Stored,
            "same-digest" => check::Law::SameDigest,
            _ => return None,
        }))
    }

    /// True if only the end of a run counts.
    #[must_use]
    pub fn is_at_end(self) -> bool {
        match self {
            Self::Agreement | Self::One(_) => false,
        }
    }

    /// The first time that it was broken.
    fn broken(self, of: Of<'_>) -> Option<&check::Violation> {
        let mut violations = of.laws.0.violations().iter();
        match self {
            Self::Agreement => violations.next(),
            Self::One(law) => violations.find(|violation| violation.law == law),
        }
    }

    /// True if it holds so far.
    #[must_use]
    pub fn holds(self, of: Of<'_>) -> bool {
        self.broken(of).is_none()
    }

    /// Why it says nothing of a run: what it is about never happened.
    #[must_use]
    pub fn idle(self, of: Of<'_>) -> Option<&'static str> {
        let seen = of.laws.0.sometimes();
        let (words, exercised) = match self {
            Self::Agreement => ("nothing was agreed on", seen.commits > 0),
            Self::One(law) => law.exercised(&seen),
        };
        (!exercised && self.holds(of)).then_some(words)
    }

    /// What was seen of it.
    #[must_use]
    pub fn measured(self, each: &[Of<'_>], nodes: &NodeTable) -> String {
        if let Some(first) = each.iter().find_map(|of| self.broken(*of)) {
            return format!("{}: {}", first.law.words(), named(&first.words, nodes));
        }
        let seen = || each.iter().map(|of| of.laws.0.sometimes());
        let leaders: u64 = seen().map(|seen| u64::from(seen.leaders)).sum();
        let commits: u64 = seen().map(|seen| seen.commits).sum();
        let election = if leaders == 1 { "election" } else { "elections" };
        let entry = if commits == 1 { "entry" } else { "entries" };
        format!("{leaders} {election}, {commits} {entry} committed, nothing broken")
    }

    /// The events that show a broken law best.
    #[must_use]
    pub fn evidence(self, each: &[Of<'_>]) -> Vec<u32> {
        let first = each.iter().find_map(|of| self.broken(*of)).into_iter();
        first.flat_map(|violation| violation.before.into_iter().chain([violation.seq])).collect()
    }
}

/// The same words with the names that nodes have in the text, for their numbers.
fn named(words: &str, nodes: &NodeTable) -> String {
    let mut text = String::with_capacity(words.len() + 8);
    let mut rest = words;
    while let Some((before, behind)) = rest.split_once('#') {
        text.push_str(before);
        let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
        match behind[..digits].parse() {
            Ok(number) => text.push_str(&nodes.name(NodeId(number))),
            Err(_) => text.push('#'),
        }
        rest = &behind[digits..];
    }
    text.push_str(rest);
    text
}
