//! What a screen may know of a replicated store.

use super::kv::Kv;
use super::replica::{Order, Replica};
use super::tell::{act_text, members_text};
use super::{Config, Process};
use crate::base::{NodeId, NodeTable, Role, Span, Time, order};
use crate::raft::progress::Stage;
use crate::raft::{self, What};
use crate::tenant::{Site, Wish};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// Why a wish is still open, if it is.
#[must_use]
pub fn waits(site: Site<'_, Process>, wish: &Wish) -> Option<String> {
    let replica = |node: NodeId| match site.machine(node) {
        Some(Process::Replica(replica)) => Some(&**replica),
        Some(Process::Client(_)) | None => None,
    };
    let running = || site.nodes().filter_map(replica);
    let leads = running().any(|one| one.raft().role() == raft::Role::Leader);
    // Who knows most of what is committed knows best who belongs.
    let belongs = |node: NodeId| {
        let best = running().max_by_key(|one| one.raft().commit());
        best.is_some_and(|one| one.raft().members().contains(node))
    };
    let waiting = || match leads {
        true => String::from("the leader has not come to it"),
        false => String::from("nobody leads"),
    };
    let order = match wish {
        Wish::Join(node) => match replica(*node) {
            Some(one) => return one.asks(*node).then(waiting),
            None => return (!belongs(*node)).then(|| String::from("it is off")),
        },
        Wish::Leave(node) => match replica(*node) {
            _ if !belongs(*node) => return None,
            Some(one) if one.leaves() => return Some(waiting()),
            Some(_) => return Some(String::from("it does not ask any more")),
            None => return Some(String::from("it is off")),
        },
        Wish::Weight(..) => return None,
        Wish::Members(voters, learners) => Order::Members(voters.clone(), learners.clone()),
        Wish::Transfer(node) => Order::Transfer(*node),
    };
    // Who does not belong any more hears of no leader that has carried it out.
    let mut members = site.nodes().filter(|node| belongs(*node)).filter_map(replica);
    members.any(|one| one.order() == Some(&order)).then(waiting)
}

/// One replica of a store.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplicaFact {
    /// Its number in this run.
    pub id: NodeId,
    /// Its name in the text.
    pub name: String,
    /// The place of its cluster.
    pub cluster: u32,
    /// Its role: `follower`, `pre-candidate`, `candidate`, `leader`; empty while it is down.
    pub role: &'static str,
    /// Its term.
    pub term: u32,
    /// Whom it voted for in it.
    pub vote: Option<NodeId>,
    /// The leader that it knows of.
    pub leader: Option<NodeId>,
    /// It belongs as a voter, as a learner, or not.
    pub standing: Belongs,
    /// The wait for a leader: since when, and when it ends, in true time.
    pub wait: Option<(Time, Time)>,
    /// Its lease: since when at the earliest, and its end, in true time.
    pub lease: Option<(Time, Time)>,
    /// How a candidacy stands: who has answered, and how.
    pub votes: Vec<(NodeId, bool)>,
    /// What its snapshot stands for.
    pub snapshot: u64,
    /// The place of its last entry.
    pub last: u64,
    /// Up to here it knows everything to be committed.
    pub commit: u64,
    /// Up to here its store has applied the log.
    pub applied: u64,
    /// The last entries of its log, at most [`CELLS_MAX`].
    pub cells: Vec<CellFact>,
    /// What it knows of the others, if it leads.
    pub progress: Vec<ProgressFact>,
    /// Its members, in words.
    pub members: String,
    /// Voters of before that must agree too while members change.
    pub outgoing: Vec<NodeId>,
    /// Its voters.
    pub voters: Vec<NodeId>,
    /// Its learners.
    pub learners: Vec<NodeId>,
    /// To whom it is handing over.
    pub transfer: Option<NodeId>,
    /// How much of a snapshot has arrived, in bytes.
    pub incoming: Option<u64>,
    /// Keys that its store holds.
    pub keys: u64,
    /// Its disk lost what it had acknowledged, and it is not let in again yet: it neither votes nor counts.
    pub shut_out: bool,
}

impl ReplicaFact {
    fn empty(id: NodeId, name: &str, cluster: u32) -> Self {
        Self {
            id,
            name: String::from(name),
            cluster,
            role: "",
            term: 0,
            vote: None,
            leader: None,
            standing: Belongs::Outside,
            wait: None,
            lease: None,
            votes: Vec::new(),
            snapshot: 0,
            last: 0,
            commit: 0,
            applied: 0,
            cells: Vec::new(),
            progress: Vec::new(),
            members: String::new(),
            outgoing: Vec::new(),
            voters: Vec::new(),
            learners: Vec::new(),
            transfer: None,
            incoming: None,
            keys: 0,
            shut_out: false,
        }
    }
}

/// How a replica belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Belongs {
    /// It votes.
    Voter,
    /// It only learns.
    Learner,
    /// It is not a member.
    Outside,
}

/// More cells than this are not listed.
pub const CELLS_MAX: usize = 64;

/// One entry of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellFact {
    /// Its place.
    pub index: u64,
    /// Its term.
    pub term: u32,
    /// What it says: `put x 1`.
    pub text: String,
    /// `command`, `members` or `nothing`.
    pub kind: &'static str,
    /// A number that tells two entries apart.
    pub digest: u64,
}

/// What a leader knows of another node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgressFact {
    /// Which.
    pub node: NodeId,
    /// Up to here it surely holds the log.
    pub matched: u64,
    /// What it is sent next.
    pub next: u64,
    /// `probe`, `replicate` or `snapshot`.
    pub stage: &'static str,
    /// Appends under way.
    pub flights: u32,
    /// It was heard lately.
    pub active: bool,
}

/// A client of a replicated store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientFact {
    /// Its number in this run.
    pub id: NodeId,
    /// The replica that it asks next, if it has one in mind.
    pub asks: Option<NodeId>,
    /// Operations that wait for an answer, or in line.
    pub open: u32,
}

/// The clients of a store.
pub fn clients(site: Site<'_, Process>) -> impl Iterator<Item = ClientFact> {
    site.nodes().filter_map(move |id| match site.machine(id)? {
        Process::Client(client) => {
            Some(ClientFact { id, asks: client.reach().target(), open: client.open() as u32 })
        }
        Process::Replica(_) => None,
    })
}

/// All replicas of several stores, in the order of their numbers.
pub fn all<'w>(sites: impl Iterator<Item = Site<'w, Process>>) -> Vec<ReplicaFact> {
    let mut all: Vec<ReplicaFact> = sites.flat_map(replicas).collect();
    order::sort_by(&mut all, |one, other| one.id < other.id);
    all
}

/// All clients of several stores, in the order of their numbers.
pub fn all_clients<'w>(sites: impl Iterator<Item = Site<'w, Process>>) -> Vec<ClientFact> {
    let mut all: Vec<ClientFact> = sites.flat_map(clients).collect();
    order::sort_by(&mut all, |one, other| one.id < other.id);
    all
}

/// All replicas of a store, also those that are down.
pub fn replicas(site: Site<'_, Process>) -> impl Iterator<Item = ReplicaFact> {
    let nodes = site.nodes().filter_map(move |id| Some((id, site.table().get(id)?)));
    let replicas = nodes.filter(|(_, entry)| entry.role == Role::Replica);
    replicas.map(move |(id, entry)| {
        let empty = ReplicaFact::empty(id, &entry.name, entry.cluster as u32);
        match site.machine(id) {
            Some(Process::Replica(replica)) => up(site, id, replica, empty),
            Some(Process::Client(_)) | None => down(site, id, empty),
        }
    })
}

fn up(site: Site<'_, Process>, id: NodeId, replica: &Replica, empty: ReplicaFact) -> ReplicaFact {
    let raft = replica.raft();
    let members = raft.members();
    // What the node reckons by its own clock, in the time of the run.
    let shown = site.clock(id);
    let truly = |own: Time| match own >= shown {
        true => site.now() + own.since(shown),
        false => site.now() - Span(shown.since(own).0.min(site.now().0)),
    };
    let wait = raft.stands_at().map(|until| (truly(raft.waits_since()), truly(until)));
    let log = raft.log();
    let first = log.last().index.0.saturating_sub(CELLS_MAX as u64);
    ReplicaFact {
        role: raft.role().word(),
        term: raft.term().0,
        vote: raft.vote(),
        leader: raft.leader(),
        standing: match () {
            () if members.votes(id) => Belongs::Voter,
            () if members.contains(id) => Belongs::Learner,
            () => Belongs::Outside,
        },
        wait,
        lease: raft.lease_until().map(|until| {
            let length = raft.config().lease.unwrap_or_default();
            let until = truly(until);
            (until - Span(length.0.min(until.0)), until)
        }),
        votes: raft.votes().to_vec(),
        snapshot: log.base().index.0,
        last: log.last().index.0,
        commit: raft.commit().0,
        applied: replica.applied().0,
        cells: log
            .from(crate::raft::Index(first + 1))
            .map(|(index, entry)| cell(index.0, entry.term.0, &entry.what, entry.digest()))
            .collect(),
        progress: raft
            .progress()
            .iter()
            .map(|(node, progress)| ProgressFact {
                node: *node,
                matched: progress.matched.0,
                next: progress.next.0,
                stage: match progress.stage {
                    Stage::Probe { .. } => "probe",
                    Stage::Replicate => "replicate",
                    Stage::Snapshot { .. } => "snapshot",
                },
                flights: progress.flights() as u32,
                active: progress.active,
            })
            .collect(),
        members: members_text(members, site.table()),
        outgoing: members.outgoing.clone(),
        voters: members.voters.clone(),
        learners: members.learners.clone(),
        transfer: raft.transferee(),
        incoming: raft.incoming().map(|incoming| incoming.offset),
        keys: replica.store().items().count() as u64,
        shut_out: raft.is_estranged(),
        ..empty
    }
}

/// Of a node that is down, what its disk holds.
fn down(site: Site<'_, Process>, id: NodeId, empty: ReplicaFact) -> ReplicaFact {
    let Some(durable) = site.durable(id) else { return empty };
    let log = &durable.log;
    let first = log.last().index.0.saturating_sub(CELLS_MAX as u64);
    ReplicaFact {
        term: durable.hard.term.0,
        vote: durable.hard.vote,
        snapshot: log.base().index.0,
        last: log.last().index.0,
        cells: log
            .from(crate::raft::Index(first + 1))
            .map(|(index, entry)| cell(index.0, entry.term.0, &entry.what, entry.digest()))
            .collect(),
        ..empty
    }
}

fn cell(index: u64, term: u32, what: &What<Kv>, digest: u64) -> CellFact {
    let (kind, text) = match what {
        What::Nothing => ("nothing", String::from("a new leader's first entry")),
        What::Members(members) => match members.voters.len() {
            1 => ("members", String::from("1 voter")),
            count => ("members", format!("{count} voters")),
        },
        What::Command(command) => {
            let acts: Vec<String> = command.acts.iter().map(act_text).collect();
            ("command", acts.join(" and "))
        }
    };
    CellFact { index, term, text, kind, digest }
}

/// What a machine says about itself: labels with their values.
#[must_use]
pub fn rows(process: &Process, nodes: &NodeTable) -> Vec<(String, String)> {
    let line = |label: &str, value: String| (String::from(label), value);
    match process {
        Process::Replica(replica) => replica_rows(replica, nodes),
        Process::Client(client) => {
            let target = client.reach().target();
            let target = target.map_or_else(|| String::from("anybody"), |node| nodes.name(node));
            alloc::vec![
                line("Asks", target),
                line("Waits for", format!("{} answers", client.open())),
            ]
        }
    }
}

fn replica_rows(replica: &Replica, nodes: &NodeTable) -> Vec<(String, String)> {
    let raft = replica.raft();
    let line = |label: &str, value: String| (String::from(label), value);
    let name =
        |node: Option<NodeId>| node.map_or_else(|| String::from("nobody"), |node| nodes.name(node));
    let mut lines = alloc::vec![
        line("Role", String::from(raft.role().word())),
        line("Term", raft.term().0.to_string()),
        line("Voted for", name(raft.vote())),
        line("Leader", name(raft.leader())),
        line("Log", format!("{} to {}", raft.log().base().index.0 + 1, raft.log().last().index.0)),
        line("Committed", raft.commit().0.to_string()),
        line("Applied", replica.applied().0.to_string()),
        line("Members", members_text(raft.members(), nodes)),
        line("Holds", format!("{} keys", replica.store().items().count())),
        line("Remembers", format!("{} clients", replica.store().sessions())),
    ];
    if raft.is_estranged() {
        let text = "its disk lost what it had acknowledged: it neither votes nor counts until it is let in again";
        lines.push(line("Shut out", String::from(text)));
    }
    for (node, progress) in raft.progress() {
        let text = format!("has {}, next {}", progress.matched.0, progress.next.0);
        lines.push((format!("Knows of {}", nodes.name(*node)), text));
    }
    lines
}

/// What the disk of a machine that is off holds, in words.
#[must_use]
pub fn on_disk(_: &Config, durable: &raft::Durable<Kv>) -> Option<String> {
    let (base, last) = (durable.log.base().index.0, durable.log.last().index.0);
    Some(match base {
        0 => format!("{last} entries"),
        base => format!("a snapshot up to {base}, entries up to {last}"),
    })
}
