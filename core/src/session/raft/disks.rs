//! What the disks of a replicated store hold, read from the disks themselves: a number that trusted a
//! node, or a disk that lies, would be wrong.

use super::super::run::Run;
use crate::base::NodeId;
use crate::raft::{self, Membership};
use crate::sim::{Event, Fault, Kind};
use crate::tenant::{Config, Note, Process, replicated};

/// Lets laws and numbers of a cluster know what its disks hold after an event, if that may have changed.
///
/// `grown`: more is known to be committed than before.
pub(in super::super) fn watch(run: &mut Run, cluster: usize, event: &Event<Process>, grown: bool) {
    match &event.kind {
        Kind::Landed { .. } => {
            landed(run, cluster, event.node);
            measure(run, cluster, event.node);
        }
        Kind::Fault(
            Fault::Started
            | Fault::Wiped
            | Fault::Torn { .. }
            | Fault::Corrupted
            | Fault::Unsynced { .. },
        ) => {
            if let (Kind::Fault(Fault::Unsynced { .. }), Some(laws)) =
                (&event.kind, run.laws.get_mut(cluster))
            {
                laws.lied(event.node);
            }
            measure(run, cluster, event.node);
        }
        Kind::Noted(Note::Replicated(replicated::Note::Raft(raft::Note::Committed {
            upto,
            counted,
        }))) => {
            if let Some(members) = counted {
                committed(run, cluster, event, *upto, members);
            }
            if grown {
                // What is committed now may have been on disks for a while.
                for node in (0..run.nodes.all().len() as u32).map(NodeId) {
                    measure(run, cluster, node);
                }
            }
        }
        Kind::Noted(Note::Replicated(
            replicated::Note::Applied { index, digest, .. }
            | replicated::Note::Restored { index, digest, .. },
        )) => {
            if let Some(laws) = run.laws.get_mut(cluster) {
                laws.applied(event.at, event.seq, event.node, *index, *digest);
            }
        }
        _ => {}
    }
}

fn landed(run: &mut Run, cluster: usize, node: NodeId) {
    let Some(durable) = run.world.durable(node) else { return };
    let last = durable.replicated.log.last();
    if let Some(laws) = run.laws.get_mut(cluster) {
        laws.landed(node, last);
        if run.world.disk(node).lie.is_some() {
            laws.lied(node);
        }
    }
}

/// Up to where a node's disk holds what is committed, if it is a replica of the cluster.
fn measure(run: &mut Run, cluster: usize, node: NodeId) {
    let own = run.nodes.get(node).is_some_and(|actor| actor.cluster == cluster);
    if !own
        || !matches!(
            run.world.config(node),
            Some(Config::Replicated(replicated::Config::Replica(_)))
        )
    {
        return;
    }
    let (Some(durable), Some(laws)) = (run.world.durable(node), run.laws.get(cluster)) else {
        return;
    };
    let disk = &durable.replicated;
    let upto = match disk.damage == raft::disk::Damage::default() {
        true => laws.covered(disk),
        false => laws.covered(&disk.recover().durable),
    };
    let known = run.measures.clusters().get(cluster);
    if known.is_none_or(|known| known.common.ledger.stored_upto(node) == Some(upto.0)) {
        return;
    }
    let now = run.world.now();
    if let Some(measures) = run.measures.cluster_mut(cluster) {
        measures.common.ledger.stored(node, upto.0, now);
    }
}

/// What a leader commits must be on a majority's disks.
fn committed(
    run: &mut Run,
    cluster: usize,
    event: &Event<Process>,
    upto: raft::Index,
    members: &Membership,
) {
    let Some(Process::Replicated(replicated::Process::Replica(replica))) =
        run.world.machine(event.node)
    else {
        return;
    };
    // The leader may have made a snapshot of it in the same turn, but keeps its last entries.
    let Some(term) = replica.raft().log().term(upto) else { return };
    let mark = raft::Mark::new(upto, term);
    let Some(laws) = run.laws.get_mut(cluster) else { return };
    let world = &run.world;
    let keeps = |voter: NodeId| {
        world.durable(voter).is_some_and(|disk| {
            disk.replicated.replica == Some(members.replica_of(voter))
                && disk.replicated.keeps(mark)
        })
    };
    laws.on_disks(event.at, event.seq, event.node, mark, members, keeps);
}
